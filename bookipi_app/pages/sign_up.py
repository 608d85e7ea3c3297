"""Sign up: a person, a country, a company."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.auth_page import auth_field, auth_form, auth_page, auth_problem
from bookipi_app.components.link import text_link
from bookipi_app.pages.registry import Page
from bookipi_app.services.countries import COUNTRIES, HOME
from bookipi_app.state.sign import SignState


def view() -> rx.Component:
    """The page."""
    return auth_page(
        auth_form(
            "/auth/sign-up",
            "Create an account",
            rx.fragment("You have one? ", text_link("Sign in", "/sign-in")),
            auth_field("name", "Your name", "text", "name", SignState.typed.name, max_length=100),
            auth_field("email", "E-mail", "email", "email", SignState.typed.email, max_length=254),
            auth_field(
                "company_name",
                "Company name",
                "text",
                "organization",
                SignState.typed.company_name,
                max_length=100,
            ),
            _country(),
            auth_field("password", "Password", "password", "new-password", min_length=8, max_length=128),
            button="Create account",
        )
    )


def _country() -> rx.Component:
    chosen = rx.cond(SignState.typed.country != "", SignState.typed.country, HOME)
    return rx.el.div(
        rx.el.label("Country", html_for="country"),
        rx.el.select(
            *(rx.el.option(name, value=code) for code, name in COUNTRIES.items()),
            id="country",
            name="country",
            default_value=chosen,
            key=chosen,
            auto_complete="country",
            class_name="inp l",
        ),
        rx.el.span("QuickBooks can be connected by US businesses.", class_name="hint"),
        auth_problem("country"),
        class_name="field",
    )


PAGES = [Page("/sign-up", "Create an account", view, (SignState.open,), signed_in=False)]
