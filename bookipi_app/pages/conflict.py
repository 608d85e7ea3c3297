"""A conflict: both values of every field side by side, one choice per field, and one button that updates both sides."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.button import button
from bookipi_app.components.flag import flag
from bookipi_app.components.frame import frame
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link, link
from bookipi_app.components.record_page import missing_record
from bookipi_app.components.some import some
from bookipi_app.pages.registry import Page
from bookipi_app.state.conflict import ConflictState

KEPT = "What you leave out stays in the history."


def view() -> rx.Component:
    """The page."""
    state: Any = ConflictState
    asked = rx.fragment(_head(), _moved(), _bar(), rx.foreach(state.view.choices, _choice), _dock())
    shown = rx.cond(some(state.view.choices), asked, _nothing())
    return frame(
        rx.cond(
            state.missing,
            missing_record("conflict", "/quickbooks", "QuickBooks"),
            rx.el.div(rx.cond(state.loaded, shown, skeleton.rows(6)), class_name="conflict-page"),
        ),
        current="quickbooks",
        back=("/quickbooks", "Conflict"),
    )


def _head() -> rx.Component:
    found = ConflictState.view
    return rx.el.div(
        rx.el.div(
            link(icon("back", "s14"), found.title, href=found.href, class_name="crumb only-l"),
            rx.el.div(
                rx.el.h1(
                    rx.cond(found.whole, "Choose what becomes of ", "Choose what "),
                    found.title,
                    rx.cond(found.whole, "", " says"),
                    class_name="title",
                ),
                flag("conflict", "Conflict", rx.Var.create("Since ") + found.since, flush=True),
                class_name="row wrap title-row",
            ),
            rx.el.p(found.beside, ". ", found.words, " ", KEPT, class_name="sm mut conflict-words"),
            class_name="titles",
        ),
        class_name="head",
    )


def _moved() -> rx.Component:
    return rx.cond(
        ConflictState.moved,
        rx.el.div(
            icon("conflict"),
            rx.el.span("This has changed while you were choosing. Look at it again.", class_name="grow"),
            class_name="notice warn spaced",
            role="status",
        ),
    )


def _bar() -> rx.Component:
    state: Any = ConflictState
    number = state.view.choices.length()
    both = rx.el.span(
        button("All from here", look="s", on_click=state.choose_all("ours")),
        button("All from QuickBooks", look="s", on_click=state.choose_all("theirs")),
        class_name="row",
    )
    return rx.el.div(
        rx.el.span(
            rx.el.span(number - state.left, " of ", number, class_name="tn med ink"),
            " chosen",
            class_name="sm mut",
            role="status",
        ),
        rx.cond(number > 1, both),
        class_name="row wrap between conflict-bar",
    )


def _choice(choice: Any) -> rx.Component:
    state: Any = ConflictState
    open_still = state.chosen.get(choice.unit, "") == ""
    return rx.el.fieldset(
        rx.el.legend(
            rx.el.h2(choice.label),
            rx.cond(open_still, rx.el.span("Not chosen yet", class_name="sm not-yet")),
            class_name="cf-h",
        ),
        rx.el.div(
            _option(choice, "ours", choice.ours),
            _option(choice, "theirs", choice.theirs),
            class_name="pick",
            role="radiogroup",
            aria_label=choice.label,
        ),
        rx.cond(
            choice.before != "",
            rx.el.p("Before, on both sides: ", rx.el.span(choice.before, class_name="pre"), class_name="before"),
        ),
        class_name="cf",
        key=choice.unit,
    )  # fmt: skip


def _option(choice: Any, side: str, card: Any) -> rx.Component:
    state: Any = ConflictState
    chosen = state.chosen.get(choice.unit, "") == side
    whole = ConflictState.view.whole
    value = rx.cond(
        some(card.pieces),
        rx.el.span(rx.foreach(card.pieces, _piece), class_name="val text pre block"),
        rx.el.span(card.value, class_name=rx.cond(whole, "val text pre block", "val pre block")),
    )
    effect = rx.el.span(card.effect, class_name=rx.cond(whole, "eff whole block", "eff block"))
    return rx.el.label(
        rx.el.input(
            type="radio",
            name=choice.unit,
            value=side,
            default_checked=chosen,
            key=state.fresh.to_string(),
            on_change=ConflictState.choose(choice.unit, side),
            class_name="radio",
        ),
        rx.el.span(
            rx.el.span(rx.el.b(card.side), " ", card.by, class_name="src"),
            value,
            rx.cond(card.effect != "", effect),
        ),
        class_name=rx.cond(chosen, "opt on", "opt"),
    )


def _piece(piece: Any) -> rx.Component:
    return rx.cond(piece.marked, rx.el.mark(piece.text), piece.text)


def _dock() -> rx.Component:
    state: Any = ConflictState
    total = rx.el.span(
        rx.el.span("Total after this ", class_name="mut"),
        rx.el.b(state.total, class_name="tn"),
        rx.el.span(" on both sides", class_name="mut"),
        class_name="sm",
    )
    return rx.el.div(
        rx.cond(state.total != "", total),
        rx.el.span(class_name="grow only-l"),
        rx.cond(state.left > 0, rx.el.span(state.left, " left to choose", class_name="sm mut only-l")),
        button_link("Decide later", state.view.href, look="ghost"),
        button("Update both sides", look="pri", on_click=state.update_both, disabled=state.left > 0),
        class_name="dock",
    )


def _nothing() -> rx.Component:
    """Settled meanwhile, here or there."""
    found = ConflictState.view
    return rx.el.section(
        rx.el.h1(found.title, class_name="title"),
        rx.el.p("Nothing is left to choose: both sides say the same by now.", class_name="mut"),
        rx.el.div(
            button_link("Open it", found.href), button_link("QuickBooks", "/quickbooks", look="ghost"), class_name="row"
        ),
        class_name="nowhere",
    )  # fmt: skip


PAGES = [Page("/conflicts/[conflict_kind]/[conflict_id]", "Conflict", view, (ConflictState.watch,))]
