"""The ways out of a record that needs a person: candidates with their evidence, a name, a number, tax."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.button import button
from bookipi_app.components.link import button_link, text_link
from bookipi_app.components.some import some
from bookipi_app.state.fixes import FixState


def fix(panel: Any) -> rx.Component:
    """Everything a panel (`services.panel.Panel`) offers to do."""
    asks = panel.asks
    return rx.fragment(
        rx.cond(
            panel.conflict != "",
            rx.el.div(button_link("Choose", panel.conflict, look="s", icon_name="conflict"), class_name="fix row"),
        ),
        rx.cond(
            panel.may_sync,
            rx.el.div(
                button("Sync this one", look="s", on_click=FixState.sync_this(panel.kind, panel.local_id)),
                class_name="fix row",
            ),
        ),
        rx.cond(
            panel.may_hurry,
            rx.el.div(
                button("Sync now", look="s", icon_name="syncing", on_click=FixState.hurry(panel.kind, panel.local_id)),
                class_name="fix row",
            ),
        ),
        rx.cond(asks.question != "", _question(asks)),
    )  # fmt: skip


def _question(asks: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(some(asks.candidates), _candidates(asks)),
        rx.cond(
            (asks.question == "name") | (asks.question == "number_taken") | (asks.question == "number_here"),
            _new_name(asks),
        ),
        rx.cond(
            asks.other.href != "",
            rx.el.div(
                text_link(rx.Var.create("Compare with ") + asks.other.title, asks.other.href, "sm"),
                class_name="row",
            ),
        ),
        rx.cond(asks.way != "", rx.el.div(button_link(asks.way_words, asks.way, look="s"), class_name="row")),
        rx.cond(some(asks.options), fix_options(asks)),
        rx.cond(asks.code != "", _reference(asks)),
        class_name="fix",
    )


def fix_options(asks: Any) -> rx.Component:
    """One button for each answer."""
    return rx.el.div(rx.foreach(asks.options, lambda option: _option(asks, option)), class_name="row wrap")


def _option(asks: Any, option: Any) -> rx.Component:
    quiet = (option.answer == "leave") | (option.answer == "different") | (asks.way != "")
    return button(
        option.label,
        look=rx.cond(quiet, "ghost s", "s"),
        on_click=FixState.answer(asks.record_id, asks.question, option.answer, asks.pair),
        key=option.answer,
    )


def _candidates(asks: Any) -> rx.Component:
    return rx.el.ul(
        rx.foreach(asks.candidates, lambda one: _candidate(asks, one)),
        class_name="cands",
        aria_label="It may be one of these in QuickBooks",
    )


def _candidate(asks: Any, one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.b(one.title, class_name="sm med"), rx.el.span(one.evidence, class_name="d"), class_name="grow"
        ),
        button(
            "Link",
            look="s",
            aria_label=rx.Var.create("Link to ") + one.title,
            on_click=FixState.link(asks.record_id, one.id, asks.pair),
        ),
        class_name="cand",
        key=one.id,
    )  # fmt: skip


def _new_name(asks: Any) -> rx.Component:
    """The suggested name or number, ready to be taken, or another one typed over it."""
    label = rx.cond(asks.question == "name", "Another name", "Another number")
    return rx.el.form(
        rx.el.input(type="hidden", name="record_id", default_value=asks.record_id),
        rx.el.input(type="hidden", name="question", default_value=asks.question),
        rx.el.div(
            rx.el.label(label, html_for="fix-text"),
            rx.el.input(
                id="fix-text", name="text", default_value=asks.suggestion, class_name="inp", auto_complete="off",
                max_length=500,
            ),
            class_name="field",
        ),
        button("Use it", kind="submit"),
        on_submit=FixState.rename_as,
        key=asks.record_id + asks.suggestion,
        class_name=rx.cond(asks.question == "name", "fix-form wide", "fix-form"),
    )  # fmt: skip


def _reference(asks: Any) -> rx.Component:
    """What QuickBooks' support would ask for, after the words and never instead of them."""
    return rx.el.p(
        "QuickBooks’ answer ",
        asks.code,
        rx.cond(asks.tid != "", rx.fragment(" · reference ", asks.tid)),
        class_name="xs dim break",
    )
