"""The list of items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.card import quickbooks_line_and_needs
from bookipi_app.components.dialog import dialog
from bookipi_app.components.empty import empty
from bookipi_app.components.filters import filters, tabs
from bookipi_app.components.flag import record_flag
from bookipi_app.components.frame import frame, head
from bookipi_app.components.item_form import item_form
from bookipi_app.components.link import button_link, file_link, link
from bookipi_app.components.list_acts import archive_acts, archive_menu
from bookipi_app.components.list_table import bulk_bar, foot, list_table, plain_head, results, sort_head
from bookipi_app.pages.registry import Page
from bookipi_app.services.items import ItemRow
from bookipi_app.state.items import ItemsPage

TABS = (("", "All"), ("archived", "Archived"))
ORDERS = (
    ("name", "Name, A to Z"),
    ("-name", "Name, Z to A"),
    ("-price", "Highest price"),
    ("price", "Lowest price"),
    ("-created", "Newest first"),
)


def view() -> rx.Component:
    """The page."""
    state = ItemsPage
    create = button(
        "Create",
        icon_name="plus",
        look="pri",
        on_click=state.begin_item,
        data_key="create",
        data_opens="Item",
    )
    return frame(
        head("Items", actions=[file_link(state.hrefs.file), create]),
        rx.el.div(quickbooks_line_and_needs(), class_name="above-list"),
        rx.cond(
            state.loaded,
            rx.cond(state.empty, _empty(), _list()),
            skeleton.rows(10),
        ),
        results(state),
        dialog(
            item_form(state, "Create item"),
            is_open=state.item_open,
            on_open_change=state.item_dialog,
            title="New item",
            wide=True,
        ),
        current="items",
    )


def _empty() -> rx.Component:
    return empty(
        "No items yet",
        "An item is something that you sell again and again, with its price and its words. "
        "Items that your bookkeeper adds in QuickBooks appear here by themselves.",
        button("Create item", icon_name="plus", look="pri", on_click=ItemsPage.begin_item),
        button_link("Start an invoice", "/invoices/new"),
    )


def _list() -> rx.Component:
    state = ItemsPage
    heads = [
        sort_head(state, "name", "Name"),
        plain_head("Description", "hide-m"),
        plain_head("SKU"),
        plain_head("Tax"),
        plain_head("QuickBooks"),
        sort_head(state, "price", "Price", "num"),
    ]
    return rx.fragment(
        tabs(state, "Which items", TABS),
        filters(state, "Name or SKU", orders=ORDERS),
        list_table(state, "Items", heads, _row, "item"),
        foot(state),
        bulk_bar(state, *archive_acts(state)),
    )


def _row(row: ObjectVar[ItemRow]) -> tuple[Any, Sequence[rx.Component], rx.Component]:
    page = f"/items/{row.id}"
    cells = [
        rx.el.td(link(row.name, href=page, class_name="name"), class_name="nw c-name"),
        rx.el.td(row.description, class_name="mut c-long hide-s hide-m"),
        rx.el.td(row.sku, class_name="mut nw c-sub cut tn"),
        rx.el.td(rx.cond(row.taxable, "Taxable", ""), class_name="mut hide-s"),
        rx.el.td(record_flag("item", row, page), class_name="c-flag"),
        rx.el.td(row.price, class_name="num c-amt"),
    ]
    return row.name, cells, archive_menu("item", row, page, row.name)


PAGES = [
    Page("/items", "Items", view, (ItemsPage.arrive, ItemsPage.watch)),
    Page("/items/new", "New item", view, (ItemsPage.arrive_new, ItemsPage.arrive, ItemsPage.watch)),
]
