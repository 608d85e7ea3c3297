"""The list of customers."""

from __future__ import annotations

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.card import needs_banner, quickbooks_line
from bookipi_app.components.customer_form import customer_form
from bookipi_app.components.dialog import dialog
from bookipi_app.components.empty import empty
from bookipi_app.components.filters import filters, tabs
from bookipi_app.components.flag import record_flag
from bookipi_app.components.frame import frame, head
from bookipi_app.components.link import button_link, link
from bookipi_app.components.list_table import foot, no_match, plain_head, sort_head
from bookipi_app.components.some import some
from bookipi_app.pages.registry import Page
from bookipi_app.services.customers import CustomerRow
from bookipi_app.state.customers import CustomersPage

TABS = (("", "All"), ("balance", "With a balance"), ("archived", "Archived"))
COLUMNS = 6


def view() -> rx.Component:
    """The page."""
    state = CustomersPage
    create = button("Create", icon_name="plus", look="pri", on_click=state.begin_customer, data_key="create")
    return frame(
        head("Customers", actions=[create]),
        rx.el.div(quickbooks_line(needs_banner()), class_name="above-list"),
        rx.cond(
            state.loaded,
            rx.cond((state.total == 0) & ~state.filtered, _empty(), _list()),
            skeleton.rows(10),
        ),
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
    return rx.fragment(
        tabs(state, "Which customers", TABS),
        filters(state, "Name, e-mail or phone"),
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    sort_head(state, "name", "Name"),
                    sort_head(state, "email", "E-mail"),
                    plain_head("Invoices", "num hide-m"),
                    plain_head("Outstanding", "num"),
                    plain_head("Overdue", "num hide-m"),
                    plain_head("QuickBooks"),
                )
            ),
            rx.el.tbody(
                rx.cond(
                    some(state.rows),
                    rx.foreach(state.rows, _row),
                    no_match(COLUMNS, "customer", state.clear_filters),
                )
            ),
            class_name="tbl cards rows",
            aria_label="Customers",
        ),
        foot(state),
    )


def _row(row: ObjectVar[CustomerRow]) -> rx.Component:
    page = f"/customers/{row.id}"
    return rx.el.tr(
        rx.el.td(link(row.name, href=page, class_name="name"), class_name="nw c-name"),
        rx.el.td(row.email, class_name="mut nw c-sub cut"),
        rx.el.td(row.invoices, class_name="num mut hide-s hide-m"),
        rx.el.td(_amount(row.outstanding), class_name="num c-amt"),
        rx.el.td(_amount(row.overdue), class_name="num over hide-s hide-m"),
        rx.el.td(record_flag("customer", row, page), class_name="c-flag"),
        key=row.id,
    )


def _amount(words: rx.Var[str]) -> rx.Component:
    return rx.cond(words != "", words, rx.el.span("–", class_name="dim", aria_label="none"))


PAGES = [
    Page("/customers", "Customers", view, (CustomersPage.watch,)),
    Page("/customers/new", "New customer", view, (CustomersPage.arrive_new, CustomersPage.watch)),
]
