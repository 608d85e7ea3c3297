"""The form of a customer, on its own page, in the list's dialog and inside the invoice editor."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.form_field import form_problem, typed_field


def customer_form(state: Any, submit: str = "Save", prefix: str = "customer") -> rx.Component:
    """The form. `state` is a `state.customer_fields.CustomerFields`; its `save_customer` takes what is sent."""
    return rx.el.form(
        form_problem(state.customer_problem),
        _who(state, prefix),
        _address(state, prefix),
        typed_field(
            prefix, "notes", "Notes", state.customer_texts, state.customer_problems, long=True,
            hint="Only here. Never printed, never shared with QuickBooks.",
        ),
        rx.el.div(
            rx.el.button("Cancel", class_name="btn", type="button", on_click=state.cancel_customer),
            rx.el.button(submit, class_name="btn pri", type="submit"),
            class_name="row form-end",
        ),
        on_submit=state.save_customer,
        key=state.customer_form_key,
        class_name="form",
        aria_label="Customer",
        custom_attrs={"noValidate": True, "data-takes-focus": "yes"},
    )  # fmt: skip


def _who(state: Any, prefix: str) -> rx.Component:
    def field(name: str, label: str, **more: Any) -> rx.Component:
        return typed_field(prefix, name, label, state.customer_texts, state.customer_problems, **more)

    return rx.fragment(
        field("name", "Name", required=True, hint="As it appears on invoices. Unique in QuickBooks."),
        rx.el.div(
            field("email", "E-mail", kind="email"),
            field("phone", "Phone", kind="tel"),
            field("given_name", "First name"),
            field("family_name", "Last name"),
            class_name="grid2 one-s",
        ),
        field("company_name", "Company"),
    )


def _address(state: Any, prefix: str) -> rx.Component:
    def field(name: str, label: str) -> rx.Component:
        return typed_field(prefix, name, label, state.customer_texts, state.customer_problems)

    return rx.el.fieldset(
        rx.el.legend("Billing address", class_name="lab"),
        field("bill_line1", "Street"),
        field("bill_line2", "Suite, floor"),
        rx.el.div(
            field("bill_city", "City"),
            field("bill_region", "State"),
            field("bill_postal_code", "ZIP code"),
            field("bill_country", "Country"),
            class_name="grid2",
        ),
        class_name="form",
    )
