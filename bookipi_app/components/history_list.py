"""A record's story, newest first: who changed what, on which side, when it travelled."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import icon


def history_list(entries: Any) -> rx.Component:
    """The entries of a `services.panel.Panel`."""
    return rx.el.div(
        rx.el.h3("History", class_name="h sm med", style={"marginBottom": "12px"}),
        rx.cond(
            entries.length() > 0,
            rx.el.ol(rx.foreach(entries, _entry), class_name="tl", aria_label="History"),
            rx.el.p("Nothing has happened yet.", class_name="sm mut"),
        ),
        class_name="pb",
    )


def _entry(entry: Any) -> rx.Component:
    there = entry.side == "QuickBooks"
    return rx.el.li(
        rx.el.span(
            icon(entry.mark),
            class_name=rx.cond(there, "n ok", "n"),
            aria_hidden="true",
        ),
        rx.el.div(
            rx.el.p(entry.words),
            rx.foreach(entry.changes, _change),
            rx.el.p(
                entry.when,
                rx.cond(entry.who != "", " · " + entry.who, ""),
                rx.cond(there & (entry.who != "QuickBooks"), " · QuickBooks", ""),
                class_name="m",
            ),
        ),
        key=entry.id,
    )


def _change(change: Any) -> rx.Component:
    return rx.el.p(
        rx.cond(change.old != "", rx.el.span(change.old, class_name="was")),
        rx.cond(change.old != "", " ", ""),
        rx.cond(change.new != "", change.new, "removed"),
        class_name="m change",
        key=change.field,
    )
