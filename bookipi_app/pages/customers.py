"""The list of customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.card import quickbooks_line_and_needs
from bookipi_app.components.customer_form import customer_form
from bookipi_app.components.dialog import dialog
from bookipi_app.components.empty import empty
from bookipi_app.components.filters import filters, tabs
from bookipi_app.components.flag import record_flag
from bookipi_app.components.frame import frame, head
from bookipi_app.components.link import button_link, file_link, link
from bookipi_app.components.list_acts import archive_acts, archive_menu
from bookipi_app.components.list_table import bulk_bar, foot, list_table, plain_head, results, sort_head
from bookipi_app.components.menu import menu_entry
from bookipi_app.pages.registry import Page
from bookipi_app.services.customers import CustomerRow
from bookipi_app.state.customers import CustomersPage

TABS = (("", "All"), ("balance", "With a balance"), ("archived", "Archived"))
ORDERS = (
    ("name", "Name, A to Z"),
    ("-name", "Name, Z to A"),
    ("-created", "Newest first"),
    ("created", "Oldest first"),
    ("email", "E-mail"),
)


def view() -> rx.Component:
    """The page."""
    state = CustomersPage
    create = button(
        "Create",
        icon_name="plus",
        look="pri",
        on_click=state.begin_customer,
        data_key="create",
        data_opens="Customer",
    )
    return frame(
        head("Customers", actions=[file_link(state.hrefs.file), create]),
        rx.el.div(quickbooks_line_and_needs(), class_name="above-list"),
        rx.cond(
            state.loaded,
            rx.cond(state.empty, _empty(), _list()),
            skeleton.rows(10),
        ),
        results(state),
        dialog(
            customer_form(state, "Create customer"),
            is_open=state.customer_open,
            on_open_change=state.customer_dialog,
            title="New customer",
            wide=True,
        ),
        current="customers",
    )


def _empty() -> rx.Component:
    return empty(
        "No customers yet",
        "Add the first one, or start an invoice and create the customer on the way. "
        "Customers your bookkeeper adds in QuickBooks appear here by themselves.",
        button("Create customer", icon_name="plus", look="pri", on_click=CustomersPage.begin_customer),
        button_link("Start an invoice", "/invoices/new"),
    )


def _list() -> rx.Component:
    state = CustomersPage
    owed = rx.fragment(rx.el.span(state.sums.owed, class_name="tn med ink"), " outstanding in this view")
    heads = [
        sort_head(state, "name", "Name"),
        sort_head(state, "email", "E-mail"),
        plain_head("Invoices", "num hide-m"),
        plain_head("Outstanding", "num"),
        plain_head("Overdue", "num hide-m"),
        plain_head("QuickBooks"),
    ]
    return rx.fragment(
        tabs(state, "Which customers", TABS),
        filters(state, "Name, e-mail or phone", orders=ORDERS),
        list_table(state, "Customers", heads, _row, "customer"),
        foot(state, rx.cond(state.counted, owed, skeleton.bar("200px"))),
        bulk_bar(state, *archive_acts(state)),
    )


def _row(row: ObjectVar[CustomerRow]) -> tuple[Any, Sequence[rx.Component], rx.Component]:
    page = f"/customers/{row.id}"
    cells = [
        rx.el.td(link(row.name, href=page, class_name="name"), class_name="nw c-name"),
        rx.el.td(row.email, class_name="mut nw c-sub cut"),
        rx.el.td(row.invoices, class_name="num mut hide-s hide-m"),
        rx.el.td(_amount(row.outstanding), class_name="num c-amt"),
        rx.el.td(_amount(row.overdue), class_name="num over hide-s hide-m"),
        rx.el.td(record_flag("customer", row, page), class_name="c-flag"),
    ]
    more = menu_entry(
        "New invoice", icon_name="plus", on_select=rx.redirect(f"/invoices/new?customer={row.id}")
    )
    return row.name, cells, archive_menu("customer", row, page, row.name, more)


def _amount(words: rx.Var[str]) -> rx.Component:
    return rx.cond(words != "", words, rx.el.span("–", class_name="dim", aria_label="none"))


PAGES = [
    Page("/customers", "Customers", view, (CustomersPage.arrive, CustomersPage.watch)),
    Page(
        "/customers/new",
        "New customer",
        view,
        (CustomersPage.arrive_new, CustomersPage.arrive, CustomersPage.watch),
    ),
]
