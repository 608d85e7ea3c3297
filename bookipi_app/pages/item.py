"""One item: what is known and its panel."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components.button import button
from bookipi_app.components.frame import head, section
from bookipi_app.components.item_form import item_form
from bookipi_app.components.record_page import changed_notice, facts, record_frame
from bookipi_app.components.record_panel import record_panel
from bookipi_app.pages.registry import Page
from bookipi_app.state.item import ItemPage

CHANGED = "Changed while you were typing, as it stands below. Your text is kept."


def view() -> rx.Component:
    """The page."""
    state = ItemPage
    edit = button(
        "Edit",
        icon_name="edit",
        look="pri w",
        on_click=state.edit_item,
        disabled=state.item_open,
        custom_attrs={"data-opens": "Item"},
    )
    archive = rx.cond(
        state.item.active,
        button("Archive", look="w", on_click=state.archive_item),
        button("Restore", look="w", on_click=state.restore_item),
    )
    note = rx.cond(state.item.active, state.item.price, "Archived")
    return record_frame(
        state,
        head(state.item.name, note=note, actions=[archive, edit], crumb=("/items", "Items"), stack=True),
        rx.el.div(
            rx.el.div(_form(), _facts(), class_name="stack"),
            record_panel(state.panel),
            class_name="two",
        ),
        current="items",
        noun="item",
        back=("/items", "Items"),
    )


def _form() -> rx.Component:
    state = ItemPage
    return rx.cond(
        state.item_open,
        rx.el.section(
            rx.cond(state.item_changed, changed_notice(CHANGED, None, state.keep_my_item, state.take_item)),
            item_form(state, "Save"),
            class_name="panel pad",
            aria_label="Edit item",
        ),
    )


def _facts() -> rx.Component:
    item = ItemPage.item
    return section(
        "Details",
        facts(
            ("Name", item.name),
            ("Price", item.price),
            ("SKU", item.sku),
            ("Description", item.description),
            ("Kind", item.kind),
            ("Sales tax", rx.cond(item.taxable, "Taxable", "Not taxable")),
        ),
    )


PAGES = [Page("/items/[item_id]", "Item", view, (ItemPage.watch,))]
