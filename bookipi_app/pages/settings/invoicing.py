"""Settings → Invoicing: what a new invoice begins with."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.form_field import form_done, problem_line, typed_field
from bookipi_app.components.plain_form import upload_form
from bookipi_app.components.settings_frame import choice_field, settings_frame
from bookipi_app.pages.registry import Page
from bookipi_app.services.terms import TERMS
from bookipi_app.state.app import AppState
from bookipi_app.state.settings import CompanyState


def view() -> rx.Component:
    """The page."""
    return settings_frame(
        rx.cond(CompanyState.loaded, rx.fragment(_form(), _logo()), skeleton.rows(7)), current="Invoicing"
    )


def _form() -> rx.Component:
    texts, problems = CompanyState.texts, CompanyState.problems
    return rx.form(
        rx.el.div(
            typed_field(
                "invoicing", "number_prefix", "Prefix of numbers", texts, problems, hint="As in INV-1001."
            ),
            typed_field(
                "invoicing", "next_number", "Next number", texts, problems, hint="Counts on by itself."
            ),
            class_name="grid2 one-s",
        ),
        rx.el.div(
            choice_field(
                "invoicing",
                "terms_name",
                "Payment terms",
                [(name, name) for name in TERMS],
                texts.get("terms_name", ""),
                problems.get("terms_name", ""),
            ),
            typed_field(
                "invoicing", "tax_rate", "Sales tax, in percent", texts, problems, hint="Empty for none."
            ),
            class_name="grid2 one-s",
        ),
        rx.el.div(
            typed_field(
                "invoicing",
                "discount_label",
                "Name of the discount",
                texts,
                problems,
                hint="As printed on invoices. Empty for Discount.",
            ),
            class_name="grid2 one-s",
        ),
        typed_field("invoicing", "notes", "Note to the customer", texts, problems, long=True),
        rx.el.div(rx.el.button("Save", type="submit", class_name="btn pri"), class_name="acts"),
        on_submit=CompanyState.save,
        class_name="form",
        custom_attrs={"aria-label": "Invoicing", "noValidate": True},
    )


def _logo() -> rx.Component:
    """A plain form that the browser sends itself; what comes in is drawn anew by the server."""
    state = CompanyState
    return rx.el.section(
        rx.el.h2("Logo"),
        form_done(state.logo_done),
        rx.el.div(
            rx.cond(
                state.logo != "",
                rx.fragment(
                    rx.el.div(
                        rx.el.img(src=state.logo, alt="Your logo", class_name="paper-picture"),
                        class_name="logo-ground",
                    ),
                    button("Remove", look="s bad", on_click=state.remove_logo),
                ),
                rx.fragment(
                    rx.el.span(AppState.person.company_initials, class_name="paper-logo", aria_hidden="true"),
                    rx.el.span("Without a logo, the initials stand on your invoices.", class_name="sm mut"),
                ),
            ),
            class_name="logo-now",
        ),
        upload_form(
            rx.el.input(type="hidden", name="company", value=state.here, read_only=True),
            rx.el.div(
                rx.el.label("Picture", html_for="logo-file"),
                rx.el.input(
                    id="logo-file",
                    name="logo",
                    type="file",
                    accept="image/png,image/jpeg,image/webp",
                    required=True,
                    class_name="file",
                    custom_attrs={"aria-describedby": "logo-file-problem logo-file-hint"},
                ),
                problem_line("logo-file", state.logo_problem),
                rx.el.span("PNG, JPEG or WebP, at most 2 MB.", id="logo-file-hint", class_name="hint"),
                class_name="field",
            ),
            rx.el.div(rx.el.button("Upload", type="submit", class_name="btn"), class_name="acts"),
            action="/settings/logo",
            method="post",
            class_name="form",
        ),
        class_name="set-part",
        aria_label="Logo",
    )


PAGES = [Page("/settings/invoicing", "Invoicing", view, (CompanyState.open, CompanyState.watch))]
