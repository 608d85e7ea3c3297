"""The form of an item, on its own page and in the list's dialog."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.form_field import form_problem, typed_field


def item_form(state: Any, submit: str = "Save", prefix: str = "item") -> rx.Component:
    """The form. `state` is a `state.item_fields.ItemFields`; its `save_item` takes what is sent."""

    def field(name: str, label: str, **more: Any) -> rx.Component:
        return typed_field(prefix, name, label, state.item_texts, state.item_problems, **more)

    return rx.el.form(
        form_problem(state.item_problem),
        field("name", "Name", required=True, hint="Unique in QuickBooks."),
        rx.el.div(
            field("price", "Price", class_name="num"),
            field("sku", "SKU"),
            class_name="grid2",
        ),
        field("description", "Description", long=True, hint="Printed under the name on invoices."),
        rx.el.label(
            rx.el.input(
                type="checkbox", name="taxable", class_name="check", default_checked=state.item_taxable
            ),
            "Taxable",
            class_name="row sm tick",
        ),
        rx.el.div(
            rx.el.button("Cancel", class_name="btn", type="button", on_click=state.cancel_item),
            rx.el.button(submit, class_name="btn pri", type="submit"),
            class_name="row form-end",
        ),
        on_submit=state.save_item,
        key=state.item_form_key,
        class_name="form",
        aria_label="Item",
        custom_attrs={"noValidate": True, "data-takes-focus": "yes"},
    )
