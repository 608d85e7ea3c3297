"""The list of invoices."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button, icon_button
from bookipi_app.components.card import needs_banner, quickbooks_line
from bookipi_app.components.empty import empty
from bookipi_app.components.filters import filters, tabs
from bookipi_app.components.flag import record_flag
from bookipi_app.components.frame import frame, head
from bookipi_app.components.link import button_link, link
from bookipi_app.components.list_table import foot, no_match, plain_head, sort_head
from bookipi_app.components.menu import menu, menu_entry, menu_line
from bookipi_app.components.some import some
from bookipi_app.components.status import status_pill
from bookipi_app.pages.registry import Page
from bookipi_app.services.invoices import InvoiceRow
from bookipi_app.state.ends import EndState
from bookipi_app.state.invoices import InvoicesPage

TABS = (
    ("", "All"),
    ("draft", "Drafts"),
    ("outstanding", "Outstanding"),
    ("overdue", "Overdue"),
    ("paid", "Paid"),
    ("void", "Void"),
    ("trash", "Trash"),
)
COLUMNS = 8


def view() -> rx.Component:
    """The page."""
    state = InvoicesPage
    create = button_link("Create", "/invoices/new", icon_name="plus", look="pri", data_key="create")
    return frame(
        head("Invoices", actions=[create]),
        rx.el.div(quickbooks_line(needs_banner()), class_name="above-list"),
        rx.cond(
            state.loaded,
            rx.cond((state.total == 0) & ~state.filtered, _empty(), _list()),
            skeleton.rows(10),
        ),
        current="invoices",
    )


def _empty() -> rx.Component:
    return empty(
        "No invoices yet",
        "Write the first one; its customer and items can be made on the way. "
        "Invoices that your bookkeeper adds in QuickBooks appear here by themselves.",
        button_link("Create an invoice", "/invoices/new", icon_name="plus", look="pri"),
        button_link("Add a customer", "/customers/new"),
    )


def _list() -> rx.Component:
    state = InvoicesPage
    sum_words = rx.fragment(
        rx.el.span(state.sum, class_name="tn med ink"),
        " in this view, ",
        rx.el.span(state.outstanding, class_name="tn med ink"),
        " outstanding",
    )
    return rx.fragment(
        tabs(state, "Status", TABS),
        filters(state, "Number, customer or amount"),
        rx.el.table(
            rx.el.thead(_heads()),
            rx.el.tbody(
                rx.cond(
                    some(state.rows),
                    rx.foreach(state.rows, _row),
                    no_match(COLUMNS, "invoice", state.clear_filters),
                )
            ),
            class_name="tbl cards rows",
            aria_label="Invoices",
        ),
        foot(state, sum_words),
    )


def _heads() -> rx.Component:
    state = InvoicesPage
    return rx.el.tr(
        sort_head(state, "number", "Number"),
        sort_head(state, "customer", "Customer"),
        sort_head(state, "issued", "Issued"),
        sort_head(state, "due", "Due"),
        plain_head("Status"),
        plain_head("QuickBooks"),
        sort_head(state, "amount", "Amount", "num"),
        rx.el.th(rx.el.span("Actions", class_name="vh"), scope="col"),
    )


def _row(row: ObjectVar[InvoiceRow]) -> rx.Component:
    page = f"/invoices/{row.id}"
    return rx.el.tr(
        rx.el.td(
            rx.el.span(row.number, " · due ", row.due, class_name="only-s"),
            rx.el.span(row.number, class_name="only-l mut"),
            class_name="c-sub tn",
        ),
        rx.el.td(
            link(rx.cond(row.customer != "", row.customer, "No customer yet"), href=page, class_name="name"),
            class_name="c-name",
        ),
        rx.el.td(row.issued, class_name="hide-s mut tn nw"),
        rx.el.td(row.due, class_name=rx.cond(row.overdue, "hide-s tn nw over", "hide-s tn nw mut")),
        rx.el.td(status_pill(row.status, row.status_word), class_name="c-status"),
        rx.el.td(record_flag("invoice", row, page), class_name="c-flag"),
        rx.el.td(row.amount, class_name=rx.cond(row.status == "void", "num c-amt void-amt", "num c-amt")),
        rx.el.td(_row_acts(row, page), class_name="c-acts"),
        key=row.id,
    )


def _row_acts(row: Any, page: str) -> rx.Component:
    """In the trash the way back; elsewhere what a row offers besides opening it."""
    restore = button("Restore", look="s over-row", on_click=EndState.bring_back("invoice", row.id))
    more = menu(
        icon_button("more", rx.Var.create("More for ") + row.number, look="ghost s over-row"),
        menu_entry("Open", icon_name="invoice", on_select=rx.redirect(page)),
        menu_entry("Duplicate", icon_name="copy", on_select=EndState.duplicate(row.id)),
        menu_line(),
        menu_entry(
            "Move to trash", icon_name="trash", look="bad", on_select=EndState.put_away("invoice", row.id)
        ),
        align="end",
    )
    return rx.cond(row.trashed, restore, more)


PAGES = [Page("/invoices", "Invoices", view, (InvoicesPage.arrive, InvoicesPage.watch))]
