"""The list of invoices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button, icon_button
from bookipi_app.components.card import quickbooks_line_and_needs
from bookipi_app.components.empty import empty
from bookipi_app.components.filters import chip_menu, chip_offer, chip_select, chip_set, filters, tabs
from bookipi_app.components.flag import record_flag
from bookipi_app.components.frame import frame, head
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, file_link, link
from bookipi_app.components.list_table import (
    bulk_act,
    bulk_bar,
    bulk_question,
    foot,
    list_table,
    plain_head,
    results,
    sort_head,
)
from bookipi_app.components.menu import menu, menu_entry, menu_line
from bookipi_app.components.some import some
from bookipi_app.components.status import status_pill
from bookipi_app.pages.registry import Page
from bookipi_app.services.invoices import InvoiceRow
from bookipi_app.state.ends import EndState
from bookipi_app.state.fixes import FixState
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
STATUSES = (
    ("", "Any"),
    ("draft", "Draft"),
    ("unsent", "Unsent"),
    ("sent", "Sent"),
    ("partly_paid", "Partly paid"),
    ("overdue", "Overdue"),
    ("paid", "Paid"),
    ("void", "Void"),
)
ORDERS = (
    ("-issued", "Newest first"),
    ("issued", "Oldest first"),
    ("due", "Due first"),
    ("-due", "Due last"),
    ("-amount", "Largest amount"),
    ("amount", "Smallest amount"),
    ("customer", "Customer, A to Z"),
    ("-customer", "Customer, Z to A"),
    ("-number", "Number, last first"),
    ("number", "Number, first first"),
)


def view() -> rx.Component:
    """The page."""
    state = InvoicesPage
    create = button_link("Create", "/invoices/new", icon_name="plus", look="pri", data_key="create")
    return frame(
        head("Invoices", actions=[file_link(state.hrefs.file), create]),
        rx.el.div(quickbooks_line_and_needs(), class_name="above-list"),
        rx.cond(state.loaded, rx.cond(state.empty, _empty(), _list()), skeleton.rows(10)),
        results(state),
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
    sums = rx.fragment(
        rx.el.span(state.sums.total, class_name="tn med ink"),
        " in this view, ",
        rx.el.span(state.sums.owed, class_name="tn med ink"),
        " outstanding",
    )
    return rx.fragment(
        tabs(state, "Status", TABS),
        filters(state, "Number, customer or amount", *_chips(), orders=ORDERS),
        list_table(state, "Invoices", _heads(), _row, "invoice"),
        foot(state, rx.cond(state.counted, rx.cond(some(state.rows), sums), skeleton.bar("240px"))),
        bulk_bar(state, *_acts()),
    )


def _chips() -> tuple[rx.Component, ...]:
    state = InvoicesPage
    without = state.hrefs.without
    return (
        chip_menu("Issued", state.issued_words, without.get("issued", ""), _periods(), _days()),
        chip_select(
            "Status",
            state.chosen.get("status", ""),
            lambda status: state.choose("status", status),
            STATUSES,
            offered=True,
        ),
        chip_menu(
            "Customer",
            state.customer_words,
            without.get("customer", ""),
            _buyers(),
            on_open=state.find_buyers(""),
        ),
        chip_set("Age", state.age_words, without.get("age", "")),
    )


def _periods() -> rx.Component:
    return rx.el.div(
        rx.foreach(InvoicesPage.periods, lambda one: chip_offer(one.words, one.href)),
        class_name="chip-offers",
    )


def _days() -> rx.Component:
    chosen = InvoicesPage.chosen

    def day(name: str, label: str) -> rx.Component:
        field = rx.el.input(type="date", name=name, default_value=chosen.get(name, ""), class_name="inp")
        return rx.el.label(rx.el.span(label, class_name="lab"), field, class_name="field")

    return rx.form(
        day("from", "From"),
        day("to", "To"),
        button("Show these days", kind="submit", look="s"),
        on_submit=InvoicesPage.choose_days,
        class_name="chip-days",
    )


def _buyers() -> rx.Component:
    state = InvoicesPage
    return rx.el.div(
        rx.el.label(
            icon("search", "s14"),
            rx.el.span("Customer's name or e-mail", class_name="vh"),
            rx.debounce_input(
                rx.el.input(
                    type="search",
                    placeholder="Name or e-mail",
                    value=state.buyer_search,
                    on_change=state.find_buyers,
                    class_name="bare",
                    auto_complete="off",
                ),
                debounce_timeout=200,
            ),
            class_name="inp",
        ),
        rx.el.div(
            rx.foreach(state.buyers, lambda one: chip_offer(one.words, one.href)), class_name="chip-offers"
        ),
        class_name="chip-find",
    )


def _heads() -> Sequence[rx.Component]:
    state = InvoicesPage
    return [
        sort_head(state, "number", "Number"),
        sort_head(state, "customer", "Customer"),
        sort_head(state, "issued", "Issued"),
        sort_head(state, "due", "Due"),
        plain_head("Status"),
        plain_head("QuickBooks"),
        sort_head(state, "amount", "Amount", "num"),
    ]


def _row(row: ObjectVar[InvoiceRow]) -> tuple[Any, Sequence[rx.Component], rx.Component]:
    page = f"/invoices/{row.id}"
    cells = [
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
    ]
    return row.number, cells, _row_acts(row, page)


def _row_acts(row: Any, page: str) -> rx.Component:
    """In the trash the way back; elsewhere what a row offers besides opening it."""
    restore = button("Restore", look="s over-row", on_click=EndState.bring_back("invoice", row.id))
    more = menu(
        icon_button("more", rx.Var.create("More for ") + row.number, look="ghost s over-row"),
        menu_entry("Open", icon_name="invoice", on_select=rx.redirect(page)),
        menu_entry("Duplicate", icon_name="copy", on_select=EndState.duplicate(row.id)),
        rx.cond(
            row.may_sync,
            menu_entry("Sync this one", icon_name="both", on_select=FixState.sync_this("invoice", row.id)),
        ),
        menu_line(),
        menu_entry(
            "Move to trash", icon_name="trash", look="bad", on_select=EndState.put_away("invoice", row.id)
        ),
        align="end",
    )
    return rx.cond(row.trashed, restore, more)


def _acts() -> tuple[rx.Component, ...]:
    state = InvoicesPage
    told = rx.fragment(state.selected_words, " in all. Payments are not shared with QuickBooks.")
    trash = rx.cond(
        state.tab == "trash",
        bulk_act("Restore", "undo", state.act("back")),
        bulk_act("Move to trash", "trash", state.act("away")),
    )
    return (
        bulk_question(
            state,
            "send",
            "Send",
            "send",
            title="Send the selected invoices?",
            told="Each goes to its customer by e-mail; drafts are issued by that.",
            act="Send",
        ),
        bulk_question(
            state,
            "pay",
            "Mark paid",
            "money",
            title="Mark the selected invoices paid?",
            told=told,
            act="Mark paid",
        ),
        bulk_act("Duplicate", "copy", state.act("duplicate"), "only-l"),
        bulk_act("Sync these", "both", state.act("sync")),
        trash,
    )


PAGES = [Page("/invoices", "Invoices", view, (InvoicesPage.arrive, InvoicesPage.watch))]
