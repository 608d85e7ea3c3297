"""QuickBooks: how the connection does, what needs a person, what is on its way, what happened lately."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.card import quickbooks_card
from bookipi_app.components.empty import done
from bookipi_app.components.filters import FLAG_CHOICES, chip_select, search_box
from bookipi_app.components.fix import fix_options
from bookipi_app.components.flag import flag, flag_mark
from bookipi_app.components.frame import frame, head, section
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, leaving_link, link, text_link
from bookipi_app.components.list_table import button_foot
from bookipi_app.components.metrics import metric, metrics
from bookipi_app.components.review import review
from bookipi_app.components.some import some
from bookipi_app.components.status import dot
from bookipi_app.pages.registry import Page
from bookipi_app.services.activity import RecordNote
from bookipi_app.services.activity_log import LogRow
from bookipi_app.state.card import CardState
from bookipi_app.state.fixes import FixState
from bookipi_app.state.quickbooks import QuickBooksState
from bookipi_app.state.review import ReviewState

SIDES = (("", "Both sides"), ("here", "Here"), ("quickbooks", "QuickBooks"))
KINDS = (("", "Any kind"), ("invoice", "Invoices"), ("customer", "Customers"), ("item", "Items"))


def view() -> rx.Component:
    """The page."""
    health = QuickBooksState.health
    note = rx.el.span(rx.cond(health.tone != "", dot(health.tone)), rx.el.span(health.line), class_name="st")
    check = rx.cond(
        health.works,
        button(
            rx.fragment(
                rx.el.span("Check that the books agree", class_name="only-l"),
                rx.el.span("Check the books", class_name="only-s"),
            ),
            icon_name="synced",
            look="pri w",
            on_click=QuickBooksState.check_books,
            working=QuickBooksState.agree.running,
        ),
    )
    sync = rx.cond(
        health.works,
        button(
            "Sync now",
            icon_name="syncing",
            look="w",
            on_click=CardState.sync_now,
            working=CardState.working,
        ),
    )
    export = leaving_link(
        icon("download"),
        "Export CSV",
        href=QuickBooksState.file,
        class_name="btn only-l",
        custom_attrs={"download": ""},
    )
    return frame(
        head("QuickBooks", note=note, actions=[export, sync, check], stack=True),
        rx.cond(
            QuickBooksState.loaded,
            rx.fragment(
                # What keeps the connection from working, with its way out; a review says it itself, below.
                rx.cond(
                    health.well | health.review,
                    rx.fragment(),
                    rx.el.div(quickbooks_card(), class_name="spaced"),
                ),
                rx.cond(health.connected, _metrics()),
            ),
            skeleton.rows(2),
        ),
        rx.cond(health.review, review()),
        rx.cond(
            health.connected,
            rx.fragment(
                _agree(),
                # During a review nothing else is asked for yet, and nothing is on its way.
                rx.cond(~health.review | some(QuickBooksState.needs), _needs()),
                rx.cond(~health.review, _pending()),
            ),
        ),
        _log(),
        current="quickbooks",
    )


def _metrics() -> rx.Component:
    health = QuickBooksState.health
    return metrics(
        metric("From QuickBooks", health.arrives_in, health.heard, "/quickbooks#log"),
        metric("To QuickBooks", health.leaves_in, "From a save to its answer", "/quickbooks#log"),
        metric("Equal to the cent", health.equal, "Of what is synced", "/quickbooks#log"),
        metric("On its way", health.pending, health.pending_note, "/quickbooks#pending"),
    )


def _agree() -> rx.Component:
    """The last comparison of every linked record, or how far the one on its way is."""
    found: Any = QuickBooksState.agree
    listed = rx.el.ul(rx.foreach(found.rows, _differing), class_name="list")
    result = rx.el.p(
        rx.cond(found.differing > 0, icon("differs"), icon("tick", "s14")),
        rx.el.span(found.words, class_name="med ink tn"),
        rx.cond(found.waiting > 0, rx.el.span(found.waiting, " on the way", class_name="tn")),
        class_name="row sm mut before-list",
        role="status",
    )
    running = rx.el.p(
        icon("syncing", class_name="turns"), found.running_words, class_name="row sm mut tn", role="status"
    )
    shown = rx.fragment(rx.cond(found.words != "", result), rx.cond(some(found.rows), listed))
    return rx.cond(
        (found.words != "") | found.running,
        section(
            "Do the books agree?",
            rx.cond(found.running, running, shown),
            note=rx.cond(found.when != "", rx.el.span(found.when, class_name="dim sm tn")),
        ),
    )


def _which(row: Any, words: Any) -> rx.Component:
    """A record by its name, leading to it, and a sentence about it."""
    return rx.el.div(
        link(
            rx.el.b(row.title, class_name="in-line"),
            " ",
            rx.el.span(row.beside, class_name="mut"),
            href=row.href,
        ),
        rx.el.span(words, class_name="d below"),
        class_name="grow",
    )


def _differing(row: Any) -> rx.Component:
    return rx.el.li(
        flag_mark("differs"),
        _which(row, row.words),
        rx.el.div(
            button_link(row.way_words, row.way, look=rx.cond(row.asked, "s", "ghost s")),
            rx.cond(
                row.asked,
                rx.fragment(),
                button("Look again", look="s", on_click=FixState.answer(row.id, "retry", "", "")),
            ),
            class_name="end row wrap",
        ),
        key=row.id,
    )  # fmt: skip


def _needs() -> rx.Component:
    state = QuickBooksState
    listed = rx.el.ul(rx.foreach(state.needs, _need), class_name="list")
    again = rx.cond(state.may_retry, button("Try all again", look="s", on_click=FixState.retry_all))
    ended = rx.el.p("Only that you reconnect.", class_name="sm mut")
    quiet = rx.cond(state.health.tone == "bad", ended, done("Nothing needs you."))
    told = rx.cond(some(state.needs), listed, quiet)
    count = rx.el.span(CardState.counts.needs, class_name="dim sm tn")
    return rx.el.div(section("Needs you", told, note=count, more=again), id="needs")


def _need(need: Any) -> rx.Component:
    asks = need.asks
    quick = button(
        rx.Var.create("Use ") + need.quick,
        look="s quick",
        on_click=FixState.rename(asks.record_id, asks.question, need.quick),
    )
    choices = rx.cond(some(asks.options) & (asks.question != "match"), fix_options(asks))
    return rx.el.li(
        flag_mark(need.flag),
        _which(need, need.reason),
        rx.el.div(
            button_link(
                need.open_words,
                rx.cond(need.way != "", need.way, need.href),
                look=rx.cond((need.open_words == "Choose") | (need.way != ""), "s", "ghost s"),
            ),
            choices,
            rx.cond(need.quick != "", quick),
            class_name="end row wrap",
        ),
        key=need.id,
    )  # fmt: skip


def _pending() -> rx.Component:
    listed = rx.el.ul(rx.foreach(QuickBooksState.pending, _waits), class_name="list")
    return rx.el.div(
        section("On its way", rx.cond(some(QuickBooksState.pending), listed, done("Nothing waits."))),
        id="pending",
    )


def _waits(note: ObjectVar[RecordNote]) -> rx.Component:
    beside = rx.el.span(note.beside, class_name="mut")
    return rx.el.li(
        flag_mark(note.flag),
        rx.el.div(
            link(rx.el.b(note.title, class_name="in-line"), " ", beside, href=note.href),
            rx.el.span(note.reason, class_name="d below"),
            class_name="grow",
        ),
        rx.el.div("Since ", note.since, class_name="end since tn"),
        key=note.id,
    )  # fmt: skip


def _log() -> rx.Component:
    state = QuickBooksState
    heads = ("Time", "Side", "Record", "What happened", "Result")
    took = rx.el.th("Took", scope="col", class_name="num")
    table = rx.el.table(
        rx.el.thead(rx.el.tr(*(rx.el.th(words, scope="col") for words in heads), took)),
        rx.el.tbody(rx.foreach(state.log, _entry)),
        class_name="tbl flush cards log",
        aria_label="Log",
    )
    quiet = rx.cond(
        state.filtered,
        rx.el.p(
            "Nothing matches. ",
            rx.el.button(
                "Clear filters", class_name="link plain", type="button", on_click=state.clear_filters
            ),
            class_name="sm mut",
        ),
        rx.el.p(
            "Nothing happened yet. ", text_link("Create an invoice", "/invoices/new"), class_name="sm mut"
        ),
    )
    told = rx.cond(some(state.log), rx.fragment(table, button_foot(state)), quiet)
    return rx.el.div(section("Log", _filters(), rx.cond(state.loaded, told, skeleton.rows(6))), id="log")


def _filters() -> rx.Component:
    state = QuickBooksState
    return rx.el.div(
        search_box(state, "Record or reason"),
        rx.el.div(
            chip_select("Side", state.side, state.choose_side, SIDES),
            chip_select("Kind", state.kind, state.choose_kind, KINDS),
            chip_select("Result", state.result, state.choose_result, FLAG_CHOICES),
            class_name="filters",
        ),
        class_name="finder",
    )


def _entry(row: ObjectVar[LogRow]) -> rx.Component:
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
        rx.el.td(flag(row.flag, row.flag_words, row.flag_words), class_name="c-flag"),
        rx.el.td(row.took, class_name="mut nw num hide-s"),
        key=row.id,
    )


PAGES = [Page("/quickbooks", "QuickBooks", view, (QuickBooksState.watch, ReviewState.watch))]
