"""QuickBooks: how the connection does, what needs a person, what is on its way, what happened lately."""

from __future__ import annotations

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.card import quickbooks_card
from bookipi_app.components.empty import done
from bookipi_app.components.flag import flag_mark
from bookipi_app.components.frame import frame, head, section
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, link, text_link
from bookipi_app.components.metrics import metric, metrics
from bookipi_app.components.some import some
from bookipi_app.components.status import dot
from bookipi_app.pages.registry import Page
from bookipi_app.services.activity import LogRow, RecordNote
from bookipi_app.state.card import CardState
from bookipi_app.state.quickbooks import QuickBooksState


def view() -> rx.Component:
    """The page."""
    look, health = CardState.look, QuickBooksState.health
    note = rx.el.span(rx.cond(look.tone != "", dot(look.tone)), health.line, class_name="row")
    sync = rx.cond(
        health.connected,
        button(
            "Sync now",
            icon_name="syncing",
            look="pri w",
            on_click=CardState.sync_now,
            working=CardState.working,
        ),
    )
    return frame(
        head("QuickBooks", note=note, actions=[sync], stack=True),
        rx.cond(
            QuickBooksState.loaded, rx.cond(health.connected, _metrics(), quickbooks_card()), skeleton.rows(2)
        ),
        rx.cond(health.connected, rx.fragment(_needs(), _pending())),
        _log(),
        current="quickbooks",
    )


def _metrics() -> rx.Component:
    health = QuickBooksState.health
    return metrics(
        metric("Changes arrive in", health.arrives_in, health.heard, "/quickbooks#log"),
        metric("Equal to the cent", health.equal, "Of what is synced", "/quickbooks#log"),
        metric("On its way", health.pending, health.pending_note, "/quickbooks#pending"),
        metric(
            "Needs you",
            rx.cond(CardState.counts.needs != "", CardState.counts.needs, "0"),
            rx.cond(CardState.counts.needs != "", "Refused, or yours to choose", "Nothing needs you"),
            "/quickbooks#needs",
        ),
    )


def _needs() -> rx.Component:
    listed = rx.el.ul(rx.foreach(QuickBooksState.needs, _need), class_name="list")
    return rx.el.div(
        section("Needs you", rx.cond(some(QuickBooksState.needs), listed, done("Nothing needs you."))),
        id="needs",
    )


def _need(note: rx.vars.ObjectVar[RecordNote]) -> rx.Component:
    return rx.el.li(
        flag_mark(note.flag),
        rx.el.div(
            rx.el.span(
                rx.el.b(note.title, class_name="in-line"), " ", rx.el.span(note.beside, class_name="mut")
            ),
            rx.el.span(note.reason, class_name="d below"),
            class_name="grow",
        ),
        rx.el.div(button_link("Open", note.href, look="s"), class_name="end"),
        key=note.id,
    )


def _pending() -> rx.Component:
    listed = rx.el.ul(rx.foreach(QuickBooksState.pending, _waits), class_name="list")
    return rx.el.div(
        section("On its way", rx.cond(some(QuickBooksState.pending), listed, done("Nothing waits."))),
        id="pending",
    )


def _waits(note: rx.vars.ObjectVar[RecordNote]) -> rx.Component:
    beside = rx.el.span(note.beside, class_name="mut")
    return rx.el.li(
        flag_mark(note.flag),
        rx.el.div(
            link(rx.el.b(note.title, class_name="in-line"), " ", beside, href=note.href),
            rx.el.span(note.reason, class_name="d below"),
            class_name="grow",
        ),
        rx.el.div("Since ", note.since, class_name="end tn"),
        key=note.id,
    )  # fmt: skip


def _log() -> rx.Component:
    heads = ("Time", "Side", "Record", "What happened")
    table = rx.el.table(
        rx.el.thead(rx.el.tr(*(rx.el.th(words, scope="col") for words in heads))),
        rx.el.tbody(rx.foreach(QuickBooksState.log, _entry)),
        class_name="tbl flush cards",
    )
    quiet = rx.el.p(
        "Nothing happened yet. ", text_link("Create an invoice", "/invoices/new"), class_name="sm mut"
    )
    told = rx.cond(some(QuickBooksState.log), table, quiet)
    return rx.el.div(section("Lately", rx.cond(QuickBooksState.loaded, told, skeleton.rows(6))), id="log")


def _entry(row: rx.vars.ObjectVar[LogRow]) -> rx.Component:
    side = rx.cond(row.from_quickbooks, icon("download", "s14"), icon("here", "s14"))
    name = rx.cond(
        row.href != "",
        link(row.title, href=row.href, class_name="name"),
        rx.el.span(row.title, class_name="dim"),
    )
    return rx.el.tr(
        rx.el.td(row.when, class_name="mut tn nw c-amt"),
        rx.el.td(rx.el.span(side, row.side, class_name="row"), class_name="mut nw hide-s"),
        rx.el.td(name, " ", rx.el.span(row.beside, class_name="mut"), class_name="c-name"),
        rx.el.td(row.words, class_name="mut c-sub long"),
        key=row.id,
    )  # fmt: skip


PAGES = [Page("/quickbooks", "QuickBooks", view, (QuickBooksState.watch,))]
