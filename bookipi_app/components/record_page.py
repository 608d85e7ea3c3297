"""What the pages of one customer, one item and one invoice share."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.button import button
from bookipi_app.components.frame import frame
from bookipi_app.components.icons import icon
from bookipi_app.components.link import button_link


def missing_record(noun: str, href: str, list_words: str) -> rx.Component:
    """Unknown, or somebody else's: the two look the same."""
    return rx.el.section(
        rx.el.h1(f"No such {noun}", class_name="title"),
        rx.el.p("It does not exist, or is not yours.", class_name="mut"),
        rx.el.div(
            button_link(list_words, href),
            button_link("Dashboard", "/dashboard", look="ghost"),
            class_name="row",
        ),
        class_name="nowhere",
    )


def record_frame(state: Any, *children: Any, current: str, noun: str, back: tuple[str, str]) -> rx.Component:
    """The frame of a record's page: the record, a skeleton while it loads, or the plain words that there is none."""
    return frame(
        rx.cond(
            state.missing,
            missing_record(noun, back[0], f"All {back[1].lower()}"),
            rx.fragment(*children),
        ),
        current=current,
        back=back,
    )


def facts(*rows: tuple[str, Any]) -> rx.Component:
    """What is known, one line each; a line without words is left out."""
    return rx.el.dl(*[_fact(label, words) for label, words in rows], class_name="kv facts")


def _fact(label: str, words: Any) -> rx.Component:
    return rx.cond(words != "", rx.el.div(rx.el.dt(label), rx.el.dd(words, class_name="pre")))


def changed_notice(words: Any, review: Any, keep: Any, take: Any) -> rx.Component:
    """A change arrived while somebody types: nothing is overwritten, three ways go on."""
    return rx.el.div(
        icon("conflict"),
        rx.el.span(words, class_name="grow"),
        rx.el.span(
            *([button("Review", look="s", on_click=review)] if review is not None else []),
            button("Keep mine", look="s", on_click=keep),
            button("Take the change", look="ghost s", on_click=take),
            class_name="row wrap",
        ),
        class_name="notice info wide",
        role="alert",
    )
