"""Both totals of an invoice, part by part, with the difference."""

from __future__ import annotations

from typing import Any

import reflex as rx


def comparison(parts: Any) -> rx.Component:
    """The parts of a `services.panel.Panel`."""
    heads = ("Here", "QuickBooks", "Difference")
    return rx.el.table(
        rx.el.thead(
            rx.el.tr(
                rx.el.th(rx.el.span("Part", class_name="vh"), scope="col"),
                *(rx.el.th(words, scope="col") for words in heads),
            )
        ),
        rx.el.tbody(rx.foreach(parts, _part)),
        class_name="cmp",
        aria_label="Totals here and in QuickBooks",
    )


def _part(part: Any) -> rx.Component:
    look = rx.cond(part.is_total, "sum", rx.cond(part.differs, "off", ""))
    return rx.el.tr(
        rx.el.td(part.label),
        rx.el.td(part.here),
        rx.el.td(part.there),
        rx.el.td(part.difference, class_name=rx.cond(part.differs, "", "eq")),
        class_name=look,
        key=part.label,
    )
