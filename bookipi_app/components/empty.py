"""What stands where there is nothing: empty for ever, nothing left to do, a part that failed."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components import skeleton
from bookipi_app.components.icons import icon


def empty(title: str, words: str, *ways: rx.Component) -> rx.Component:
    """Empty for ever: a title, one sentence, the ways to begin, and a picture of what comes."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title),
            rx.el.p(words, class_name="mut"),
            rx.el.div(*ways, class_name="row wrap empty-acts"),
        ),
        rx.el.div(
            *(_line(width) for width in ("62%", "78%", "54%", "70%")), class_name="only-l", aria_hidden="true"
        ),
        class_name="empty",
    )


def done(words: str) -> rx.Component:
    """Nothing is left to do."""
    return rx.el.p(icon("tick", "s14"), words, class_name="row sm mut done")


def failed(words: str | rx.Var[str], *way_out: Any) -> rx.Component:
    """A part of a page that could not be shown; the rest of it lives."""
    return rx.el.div(
        icon("attention"),
        rx.el.span(words, class_name="grow"),
        *way_out,
        class_name="notice bad",
        role="alert",
    )


def _line(width: str) -> rx.Component:
    return rx.el.div(
        skeleton.bar("16px", "16px"), skeleton.bar(width), rx.el.span(class_name="grow"), skeleton.bar("56px"),
        class_name="row sk-row still",
    )  # fmt: skip
