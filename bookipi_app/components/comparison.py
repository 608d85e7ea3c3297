"""Both totals of an invoice, part by part, with the difference."""

from __future__ import annotations

from typing import Any

import reflex as rx

TIGHT, TALL = 9, 11
"""Letters of an amount above which the columns stand closer, and above which each part takes two lines."""


def comparison(panel: Any) -> rx.Component:
    """The parts of a `services.panel.Panel`."""
    longest = panel.compared_width
    heads = ("Here", "QuickBooks", "Difference")
    return rx.el.table(
        rx.el.thead(
            rx.el.tr(
                rx.el.th(rx.el.span("Part", class_name="vh"), scope="col"),
                *(rx.el.th(words, scope="col") for words in heads),
            )
        ),
        rx.el.tbody(rx.foreach(panel.compared, _part)),
        class_name=rx.cond(longest > TALL, "cmp tall", rx.cond(longest > TIGHT, "cmp tight", "cmp")),
        aria_label="Totals here and in QuickBooks",
    )


def _part(part: Any) -> rx.Component:
    look = rx.cond(part.is_total, "sum", rx.cond(part.differs, "off", ""))
    return rx.el.tr(
        rx.el.td(part.label),
        rx.el.td(part.here, class_name="here"),
        rx.el.td(part.there, class_name="there"),
        rx.el.td(part.difference, class_name=rx.cond(part.differs, "", "eq")),
        class_name=look,
        key=part.label,
    )
