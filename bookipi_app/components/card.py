"""The QuickBooks card: one component and one state, in four places.

Full on the Dashboard and in Settings → Integration, one line (`quickbooks_line`) on Invoices and Create invoice.
What it says is decided by the services and put into looks by `state.card_look`; here it is only drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.icons import icon
from bookipi_app.components.link import leaving_link, link
from bookipi_app.components.some import some
from bookipi_app.components.status import dot
from bookipi_app.state.card import CardState
from bookipi_app.state.card_look import Fact

LABEL = "QuickBooks"
HERE = "/settings/integration"  # a link to the page that one is on is left out


def quickbooks_card(*, in_settings: bool = False) -> rx.Component:
    """The full card. In Settings it tells more about the connection."""
    return rx.cond(CardState.loaded, _card(in_settings), _loading())


def quickbooks_line(*rows: Any, narrow: bool = False) -> rx.Component:
    """The card in one line of 44 px; `rows` (a forecast) go below it, inside the same border.

    `narrow`: beside the editor there is room for the state alone. Words are left out or go on below, never cut.
    """
    return _line(CardState.look.line_alone, rows, narrow)


def quickbooks_line_and_needs() -> rx.Component:
    """The line above a list; what needs a person stands in a row below it, and so not in the line."""
    return _line(CardState.look.line_above, (_needs_banner(),), False)


def _line(line: Any, rows: Sequence[Any], narrow: bool) -> rx.Component:
    more = rx.cond(line.more != "", rx.el.span(" · ", line.more, class_name="only-l"))
    words = rx.el.span(line.words) if narrow else rx.el.span(line.words, more)
    ready = rx.el.span(dot(line.tone), words, class_name="st")
    return rx.el.section(
        rx.el.div(
            icon("ledger"),
            rx.el.div(
                rx.el.b("QuickBooks"),
                rx.el.span("Free", class_name="pill free only-l") if not narrow else rx.fragment(),
                rx.cond(CardState.loaded, ready, skeleton.bar("180px", "10px")),
                class_name="t",
            ),
            rx.cond(CardState.loaded, _act(line.act, "s")),
            class_name="qbc",
        ),
        *rows,
        class_name="qbc-wrap",
        aria_label=LABEL,
    )


def _needs_banner() -> rx.Component:
    """How many records wait for a person; nothing while none does."""
    look = CardState.look
    return rx.cond(
        CardState.loaded & (look.needs > 0),
        rx.el.div(
            icon("attention"),
            rx.el.span(
                rx.el.b(look.needs_words),
                rx.cond(look.needs_more != "", rx.el.span(" ", look.needs_more, class_name="only-l")),
                class_name="grow",
            ),
            link("Review", href="/quickbooks#needs", class_name="btn s"),
            class_name="notice bad joined",
            role="status",
        ),
    )


def _card(in_settings: bool) -> rx.Component:
    look = CardState.look
    return rx.el.section(
        rx.el.div(
            rx.el.span(icon("ledger"), class_name="qb-mark"),
            rx.el.div(
                rx.el.h2("QuickBooks", rx.el.span("Free", class_name="pill free")),
                rx.el.p(
                    rx.cond(look.tone != "", dot(look.tone)),
                    rx.el.span(look.line),
                    class_name="st",
                ),
                _so_far(),
                class_name="grow",
            ),
            class_name="qb-h",
        ),
        _body(look.settings_facts if in_settings else look.facts),
        _foot(in_settings),
        class_name="qb",
        aria_label=LABEL,
    )


def _so_far() -> rx.Component:
    """How far a sync is, announced while it runs: what is heard every few seconds otherwise is not."""
    look = CardState.look
    return rx.el.span(rx.cond(look.tone == "run", look.line, ""), class_name="vh", role="status")


def _body(facts: Any) -> rx.Component:
    look = CardState.look
    return rx.el.div(
        rx.cond((look.lead != "") | (look.words != ""), rx.el.p(rx.el.strong(look.lead), " ", look.words)),
        rx.cond(some(look.ticks), rx.el.ul(rx.foreach(look.ticks, _tick), class_name="ticks")),
        rx.cond(some(facts), rx.el.dl(rx.foreach(facts, _fact), class_name="kv")),
        class_name="qb-b",
    )


def _tick(words: rx.Var[str]) -> rx.Component:
    return rx.el.li(icon("tick", "s14"), rx.el.span(words))


def _fact(fact: rx.vars.ObjectVar[Fact]) -> rx.Component:
    return rx.el.div(rx.el.dt(fact.label), rx.el.dd(fact.words))


def _foot(in_settings: bool) -> rx.Component:
    look = CardState.look
    settings = [] if in_settings else [rx.el.span(class_name="grow"), _words(look.far)]
    beside = rx.cond(look.beside.href != HERE, _words(look.beside)) if in_settings else _words(look.beside)
    return rx.el.div(_act(look.act), beside, *settings, class_name="qb-f")


def _act(act: Any, size: str = "") -> rx.Component:
    """The one button. *Connect* is a link, because the browser itself has to go to QuickBooks."""
    look = f"btn {size} {act.look}"
    drawn = rx.match(
        act.kind,
        ("leave", leaving_link(act.words, href=act.href, class_name=look)),
        ("page", link(act.words, href=act.href, class_name=look)),
        (
            "sync",
            button(
                act.words, look=f"{size} {act.look}", on_click=CardState.sync_now, working=CardState.working
            ),
        ),
        rx.fragment(),
    )
    return cast(rx.Component, drawn)


def _words(act: Any) -> rx.Component:
    return rx.cond(act.words != "", link(act.words, href=act.href, class_name="link"))


def _loading() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            skeleton.bar("32px", "32px"),
            rx.el.div(skeleton.bar("88px"), skeleton.bar("150px", "10px"), class_name="grow qb-sk"),
            class_name="qb-h",
        ),
        rx.el.div(skeleton.bar(), skeleton.bar("82%"), skeleton.bar("60%"), class_name="qb-b"),
        class_name="qb",
        aria_busy="true",
        aria_label=LABEL,
    )
