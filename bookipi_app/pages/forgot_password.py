"""A forgotten password: the address to send a link to. What it answers is the same for every address."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.auth_page import auth_field, auth_form, auth_page
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, text_link
from bookipi_app.pages.registry import Page
from bookipi_app.state.sign import SignState


def view() -> rx.Component:
    """The page."""
    form = auth_form(
        "/auth/forgot",
        "Choose a new password",
        rx.fragment("You know it after all? ", text_link("Sign in", "/sign-in")),
        auth_field("email", "E-mail", "email", "email"),
        button="Send me a link",
    )
    return auth_page(rx.cond(SignState.sent, _sent(), form))


def _sent() -> rx.Component:
    return rx.el.div(
        rx.el.h1("Look into your mail", class_name="title"),
        rx.el.p(
            "If there is an account with this address, a link is on its way. It sets a new password, once, "
            "within an hour.",
            class_name="sm mut",
        ),
        rx.cond(
            SignState.keeps_mail,
            rx.el.p(
                icon("here", "s14"),
                "No mail server is set up here: the letter is a file in var/mail.",
                class_name="row sm mut",
            ),
        ),
        rx.el.div(button_link("Sign in", "/sign-in"), class_name="acts"),
        class_name="form",
        role="status",
    )


PAGES = [Page("/forgot-password", "Forgotten password", view, (SignState.open_forgot,), signed_in=False)]
