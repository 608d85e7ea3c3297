"""The dashboard: how the business stands, what came lately, what needs a person."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.card import quickbooks_card
from bookipi_app.components.chart import age_chart, legend, month_chart
from bookipi_app.components.empty import done, empty
from bookipi_app.components.flag import flag_mark, record_flag
from bookipi_app.components.frame import frame, head, section
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, link, text_link
from bookipi_app.components.metrics import metric, metrics
from bookipi_app.components.some import some
from bookipi_app.components.status import status_pill
from bookipi_app.pages.registry import Page
from bookipi_app.services.activity import RecordNote
from bookipi_app.services.invoices import InvoiceRow
from bookipi_app.state.card import CardState
from bookipi_app.state.dashboard import NARROW, WIDE, DashboardState


def view() -> rx.Component:
    """The page."""
    create = button_link("Create", "/invoices/new", icon_name="plus", look="pri", data_key="create")
    return frame(
        head("Dashboard", note=DashboardState.today, actions=[create]),
        _metrics(),
        rx.el.div(
            rx.el.div(_months(), _ages(), _newest()),
            rx.el.div(quickbooks_card(), _needs(), class_name="stack"),
            class_name="two dash side-first",
        ),
        current="dashboard",
    )


def _metrics() -> rx.Component:
    found, loaded = DashboardState.figures, DashboardState.loaded
    late = rx.fragment(found.overdue_note, rx.el.span(found.overdue_more, class_name="only-l"))
    return metrics(
        metric(
            "Outstanding",
            found.outstanding,
            found.outstanding_note,
            "/invoices?tab=outstanding",
            loaded=loaded,
        ),
        metric("Overdue", found.overdue, late, "/invoices?tab=overdue", loaded=loaded, bad=found.has_overdue),
        metric("Paid this month", found.paid, found.paid_note, "/invoices?tab=paid", loaded=loaded),
        metric("Drafts", found.drafts, found.drafts_note, "/invoices?tab=draft", loaded=loaded),
    )


def _months() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Invoiced by month"), rx.el.span(legend(), class_name="more"), class_name="sect-h"
        ),
        month_chart(DashboardState.wide, WIDE, "on-wide"),
        month_chart(DashboardState.narrow, NARROW, "on-narrow"),
        aria_label="Invoiced by month",
    )


def _ages() -> rx.Component:
    owed = rx.cond(DashboardState.owed, age_chart(DashboardState.ages), done("Nothing is owed to you."))
    shown = rx.cond(DashboardState.loaded, owed, skeleton.rows(5))
    more = text_link("All outstanding", "/invoices?tab=outstanding", "sm")
    return section("Outstanding by age", shown, more=more)


def _newest() -> rx.Component:
    rows = rx.cond(some(DashboardState.newest), _table(), _no_invoice())
    return section(
        "Recent invoices",
        rx.cond(DashboardState.loaded, rows, skeleton.rows(6)),
        more=text_link("All invoices", "/invoices", "sm"),
    )


def _no_invoice() -> rx.Component:
    return empty(
        "Your first invoice",
        "Invoices that you write here, or that arrive from QuickBooks, stand in this place.",
        button_link("Create an invoice", "/invoices/new", look="pri"),
        button_link("Add a customer", "/customers/new"),
    )


def _table() -> rx.Component:
    heads = ("Customer", "Number", "Status", "QuickBooks")
    return rx.el.table(
        rx.el.thead(
            rx.el.tr(
                *(rx.el.th(words, scope="col") for words in heads),
                rx.el.th("Amount", scope="col", class_name="num"),
            )
        ),
        rx.el.tbody(rx.foreach(DashboardState.newest, _row)),
        class_name="tbl cards flush tight",
    )


def _row(row: rx.vars.ObjectVar[InvoiceRow]) -> rx.Component:
    page = f"/invoices/{row.id}"
    customer = rx.cond(row.customer != "", row.customer, "No customer yet")
    return rx.el.tr(
        rx.el.td(link(customer, href=page, class_name="name"), class_name="c-name"),
        rx.el.td(
            rx.el.span(row.number, " · ", row.issued, class_name="only-s"),
            rx.el.span(row.number, class_name="only-l"),
            class_name="c-sub dim tn",
        ),
        rx.el.td(status_pill(row.status, row.status_word), class_name="c-status"),
        rx.el.td(record_flag("invoice", row, page), class_name="c-flag"),
        rx.el.td(row.amount, class_name="num c-amt"),
        key=row.id,
    )  # fmt: skip


def _needs() -> rx.Component:
    quiet = rx.el.div(rx.cond(CardState.look.review, _review(), _nothing_needed()), class_name="pb")
    listed = rx.el.ul(rx.foreach(DashboardState.needs, _need), class_name="pb sm needs")
    return rx.cond(
        CardState.look.connected,
        rx.el.section(
            rx.el.div(
                rx.el.h2("Needs you"),
                rx.el.span(CardState.counts.needs, class_name="dim sm"),
                rx.cond(some(DashboardState.needs), text_link("Review", "/quickbooks", "sm end")),
                class_name="ph",
            ),
            rx.cond(some(DashboardState.needs), listed, quiet),
            class_name="panel",
            aria_label="Needs you",
        ),
    )


def _nothing_needed() -> rx.Component:
    ended = CardState.look.tone == "bad"  # red, and no record needs anything: it is the access itself
    return rx.cond(
        ended, rx.el.p("Only that you reconnect.", class_name="sm mut"), done("Nothing needs you.")
    )


def _review() -> rx.Component:
    """The connection waits: what changed on both sides is to be seen first."""
    words = rx.el.span(
        rx.el.span("Your review", class_name="med name"),
        rx.el.span("Nothing moves until you have seen what changed.", class_name="mut"),
        class_name="grow",
    )
    return rx.el.div(link(icon("both"), words, href="/quickbooks#review"), class_name="sm needs")


def _need(note: rx.vars.ObjectVar[RecordNote]) -> rx.Component:
    return rx.el.li(
        link(
            flag_mark(note.flag),
            rx.el.span(
                rx.el.span(note.title, " ", rx.el.span(note.beside), class_name="med cut name"),
                rx.el.span(note.reason, class_name="mut"),
                class_name="grow",
            ),
            href=note.href,
        ),
        key=note.id,
    )


PAGES = [Page("/dashboard", "Dashboard", view, (DashboardState.watch,))]
