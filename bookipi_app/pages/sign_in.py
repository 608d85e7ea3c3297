"""Sign in: a form that the browser sends itself, so that the answer can set the session's cookie."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.auth_page import auth_field, auth_form, auth_page
from bookipi_app.components.icons import icon
from bookipi_app.components.link import text_link
from bookipi_app.components.plain_form import plain_form
from bookipi_app.pages.registry import Page
from bookipi_app.state.sign import SignState


def view() -> rx.Component:
    """The page."""
    form = auth_form(
        "/auth/sign-in",
        "Sign in",
        rx.fragment("New here? ", text_link("Create an account", "/sign-up")),
        auth_field("email", "E-mail", "email", "email", SignState.typed.email),
        auth_field(
            "password",
            "Password",
            "password",
            "current-password",
            beside=text_link("Forgot it?", "/forgot-password", "sm"),
        ),
        rx.el.label(
            rx.el.input(type="checkbox", name="stay", value="yes", default_checked=True, class_name="check"),
            "Stay signed in on this computer",
            class_name="row sm",
        ),
        button="Sign in",
    )
    done = rx.el.div(
        icon("tick"), rx.el.span(SignState.done, class_name="grow"), class_name="notice ok", role="status"
    )
    form = rx.fragment(rx.cond(SignState.done != "", done), form)
    return auth_page(form, rx.cond(SignState.demo_email != "", _demo()))


def _demo() -> rx.Component:
    return plain_form(
        rx.el.input(type="hidden", name="email", value=SignState.demo_email, read_only=True),
        rx.el.input(type="hidden", name="password", value=SignState.demo_password, read_only=True),
        rx.el.input(type="hidden", name="stay", value="yes", read_only=True),
        rx.el.p(
            "Trying it out? ",
            rx.el.button("Use the demo account", type="submit", class_name="as-link link"),
            ": a landscaping firm in Austin with a year of invoices.",
            class_name="xs dim",
        ),
        action="/auth/sign-in",
        method="post",
    )


PAGES = [Page("/sign-in", "Sign in", view, (SignState.open,), signed_in=False)]
