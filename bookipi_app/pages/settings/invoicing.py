"""Settings → Invoicing: what a new invoice begins with."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.form_field import typed_field
from bookipi_app.components.settings_frame import choice_field, settings_frame
from bookipi_app.pages.registry import Page
from bookipi_app.services.terms import TERMS
from bookipi_app.state.settings import CompanyState


def view() -> rx.Component:
    """The page."""
    return settings_frame(rx.cond(CompanyState.loaded, _form(), skeleton.rows(5)), current="Invoicing")


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
    )


PAGES = [Page("/settings/invoicing", "Invoicing", view, (CompanyState.open,))]
