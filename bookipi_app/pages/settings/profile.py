"""Settings → Profile: the person's name and country."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.form_field import typed_field
from bookipi_app.components.settings_frame import choice_field, settings_frame
from bookipi_app.pages.registry import Page
from bookipi_app.services.countries import COUNTRIES
from bookipi_app.state.app import AppState
from bookipi_app.state.settings import ProfileState


def view() -> rx.Component:
    """The page."""
    return settings_frame(rx.cond(ProfileState.loaded, _form(), skeleton.rows(4)), current="Profile")


def _form() -> rx.Component:
    texts, problems = ProfileState.texts, ProfileState.problems
    return rx.form(
        typed_field("profile", "name", "Your name", texts, problems, required=True, auto_complete="name"),
        rx.el.div(
            rx.el.span("E-mail", class_name="lab"),
            rx.el.span(AppState.person.email),
            rx.el.span("You sign in with it. It cannot be changed in this version.", class_name="hint"),
            class_name="field",
        ),
        choice_field(
            "profile",
            "country",
            "Country",
            COUNTRIES.items(),
            texts.get("country", "US"),
            problems.get("country", ""),
            "QuickBooks can be connected by US businesses.",
        ),
        rx.el.div(rx.el.button("Save", type="submit", class_name="btn pri"), class_name="acts"),
        on_submit=ProfileState.save,
        class_name="form",
    )


PAGES = [Page("/settings/profile", "Profile", view, (ProfileState.open,))]
