"""A record's story, newest first: who changed what, on which side, when it travelled."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import icon
from bookipi_app.components.some import some


def history_list(entries: Any, whole: Any) -> rx.Component:
    """The entries of a `services.panel.Panel`, and the file of all of them where there are more."""
    return rx.el.div(
        rx.el.h3("History", class_name="h sm med", style={"marginBottom": "12px"}),
        rx.cond(
            entries.length() > 0,
            rx.el.ol(rx.foreach(entries, _entry), class_name="tl", aria_label="History"),
            rx.el.p("Nothing has happened yet.", class_name="sm mut"),
        ),
        rx.cond(
            whole != "",
            rx.el.p(
                "These are the newest. ",
                rx.el.a("All of it as a file (CSV)", href=whole, download=True, class_name="link"),
                class_name="sm mut",
                style={"marginTop": "12px"},
            ),
        ),
        class_name="pb",
    )


def _entry(entry: Any) -> rx.Component:
    there = entry.side == "QuickBooks"
    return rx.el.li(
        rx.el.span(
            icon(entry.mark),
            class_name="n " + entry.tone,
            aria_hidden="true",
        ),
        rx.el.div(
            rx.el.p(entry.words),
            rx.foreach(entry.changes, lambda change: _change(entry, change)),
            rx.cond(some(entry.sent), _sent(entry)),
            rx.el.p(
                entry.when,
                rx.cond(entry.who != "", " · " + entry.who, ""),
                rx.cond(there & (entry.who != "QuickBooks"), " · QuickBooks", ""),
                rx.cond(
                    entry.took != "", rx.cond(there, " · here after ", " · there after ") + entry.took, ""
                ),
                class_name="m tn",
                title=entry.reference,
            ),
            rx.cond(
                entry.answer != "",
                rx.el.p(
                    entry.answer,
                    rx.cond(entry.reference != "", " · " + entry.reference, ""),
                    class_name="m break",
                ),
            ),
        ),
        key=entry.id,
    )


def _sent(entry: Any) -> rx.Component:
    """What a write carried: for whoever wants to know, as it mostly says again what was edited."""
    return rx.el.details(
        rx.el.summary("What was sent", class_name="link plain"),
        rx.foreach(entry.sent, _sent_field),
        rx.cond(entry.reference != "", rx.el.p(entry.reference, class_name="m break")),
        class_name="m",
    )


def _sent_field(field: Any) -> rx.Component:
    return rx.el.p(
        rx.el.span(field.label, ": ", class_name="f"),
        rx.cond(field.new != "", field.new, "removed"),
        class_name=rx.cond(field.block, "m change block", "m change"),
        key=field.field,
    )


def _change(entry: Any, change: Any) -> rx.Component:
    """The field's name where the sentence above names several; a value that is gone is struck through and stays."""
    old = rx.el.span(rx.el.span("before: ", class_name="vh"), change.old, class_name="was")
    return rx.el.p(
        rx.cond(entry.changes.length() > 1, rx.el.span(change.label, ": ", class_name="f")),
        rx.cond(change.old != "", old),
        rx.cond(change.old != "", " ", ""),
        rx.el.span(rx.cond(change.new != "", change.new, "removed"), class_name="now"),
        class_name=rx.cond(change.block, "m change block", "m change"),
        key=change.field,
    )
