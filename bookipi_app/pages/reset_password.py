"""A new password, by the link that was mailed."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.auth_page import auth_field, auth_form, auth_page
from bookipi_app.components.link import button_link
from bookipi_app.pages.registry import Page
from bookipi_app.state.sign import SignState


def view() -> rx.Component:
    """The page."""
    form = auth_form(
        "/auth/reset",
        "Choose a new password",
        "Every browser that is signed in now will be signed out.",
        rx.el.input(type="hidden", name="key", value=SignState.reset_key, read_only=True),
        auth_field("password", "New password", "password", "new-password", min_length=8, max_length=128),
        button="Set password",
    )
    return auth_page(rx.cond(SignState.reset_key != "", form, rx.cond(SignState.link_dead, _dead())))


def _dead() -> rx.Component:
    return rx.el.div(
        rx.el.h1("This link does not work any more", class_name="title"),
        rx.el.p("It was used, or is older than an hour. Ask for a new one.", class_name="sm mut"),
        rx.el.div(
            button_link("Ask for a new link", "/forgot-password", look="pri"),
            button_link("Sign in", "/sign-in", look="ghost"),
            class_name="row",
        ),
        class_name="form",
        role="alert",
    )


PAGES = [Page("/reset-password", "New password", view, (SignState.open_reset,), signed_in=False)]
