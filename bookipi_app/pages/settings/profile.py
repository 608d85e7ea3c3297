"""Settings → Profile: the person's name and country, the password, the browsers that are signed in."""

from __future__ import annotations

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.dialog import confirm
from bookipi_app.components.form_field import form_done, form_problem, typed_field
from bookipi_app.components.icons import icon
from bookipi_app.components.plain_form import plain_form
from bookipi_app.components.settings_frame import choice_field, settings_frame
from bookipi_app.pages.registry import Page
from bookipi_app.services.countries import COUNTRIES
from bookipi_app.services.login_sessions import SessionView
from bookipi_app.state.app import AppState
from bookipi_app.state.settings import ProfileState


def view() -> rx.Component:
    """The page."""
    return settings_frame(
        rx.cond(ProfileState.loaded, rx.fragment(_form(), _password(), _sessions()), skeleton.rows(8)),
        current="Profile",
    )


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
        custom_attrs={"aria-label": "Profile", "noValidate": True},
    )


def _password() -> rx.Component:
    """A plain form: the browser's own password store sees it, and no state ever does."""
    state = ProfileState
    return rx.el.section(
        rx.el.h2("Password"),
        form_done(state.password_done),
        rx.cond(state.password_field == "", form_problem(state.password_problem)),
        plain_form(
            rx.el.input(
                type="email",
                name="email",
                value=AppState.person.email,
                auto_complete="username",
                read_only=True,
                hidden=True,
            ),
            _password_field("current", "Current password", "current-password"),
            _password_field("password", "New password", "new-password"),
            rx.el.div(rx.el.button("Change password", type="submit", class_name="btn"), class_name="acts"),
            action="/auth/password",
            method="post",
            class_name="form",
        ),
        class_name="set-part",
        aria_label="Password",
    )


def _password_field(name: str, label: str, complete: str) -> rx.Component:
    problem = rx.cond(ProfileState.password_field == name, ProfileState.password_problem, "")
    return typed_field(
        "profile", name, label, {}, {name: problem}, kind="password", required=True, auto_complete=complete
    )


def _sessions() -> rx.Component:
    state = ProfileState
    return rx.el.section(
        rx.el.h2("Signed-in browsers"),
        rx.el.ul(rx.foreach(state.sessions, _session), class_name="list"),
        rx.el.div(
            button("Sign out all others", on_click=state.sign_out_others),
            confirm(
                button("Sign out everywhere", look="bad"),
                title="Sign out everywhere?",
                words="Every browser has to sign in again, this one too.",
                act="Sign out everywhere",
                on_confirm=state.sign_out_everywhere,
            ),
            class_name="row wrap",
        ),
        class_name="set-part",
        aria_label="Signed-in browsers",
    )


def _session(one: ObjectVar[SessionView]) -> rx.Component:
    words = rx.cond(one.is_this, "This browser", f"Last used {one.seen}")
    return rx.el.li(
        icon("here"),
        rx.el.div(
            rx.el.b(one.device),
            rx.el.span(words, " · signed in ", one.since, class_name="d tn"),
            class_name="grow",
        ),
        rx.el.div(
            rx.cond(~one.is_this, button("Sign out", look="s", on_click=ProfileState.sign_out(one.id))),
            class_name="end",
        ),
        key=one.id,
    )


PAGES = [Page("/settings/profile", "Profile", view, (ProfileState.open, ProfileState.watch))]
