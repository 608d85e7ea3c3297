"""What the pages of Settings share: their own menu at the left, above on small screens."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.frame import frame, head
from bookipi_app.components.icons import icon
from bookipi_app.components.link import link

PARTS = (
    ("Profile", "/settings/profile"),
    ("Company", "/settings/company"),
    ("Invoicing", "/settings/invoicing"),
    ("Integration", "/settings/integration"),
)


def settings_frame(*children: Any, current: str) -> rx.Component:
    """A page of Settings."""
    entries = (
        link(words, href=href, **({"aria_current": "page"} if words == current else {}))
        for words, href in PARTS
    )
    return frame(
        head("Settings"),
        rx.el.div(
            rx.el.nav(*entries, class_name="set-nav", aria_label="Settings"),
            rx.el.div(*children),
            class_name="set",
        ),
        current="settings",
    )


def facts_list(*entries: rx.Component) -> rx.Component:
    """A panel of entries with hairlines between them."""
    return rx.el.ul(*entries, class_name="list")


def fact(
    title: Any, words: Any, *, mark: str | rx.Var[str] = "", tone: str | rx.Var[str] = "", end: Any = None
) -> rx.Component:
    """One entry: a mark, a title, a sentence, and what stands at its end."""
    drawing = [icon(mark)] if isinstance(mark, rx.Var) or mark else []
    tail = [rx.el.div(end, class_name="end")] if end is not None else []
    return rx.el.li(
        *drawing,
        rx.el.div(rx.el.b(title), rx.el.span(words, class_name="d"), class_name="grow"),
        *tail,
        class_name=tone,
    )


def choice_field(
    prefix: str, name: str, label: str, choices: Any, chosen: Any, problem: Any, hint: str = ""
) -> rx.Component:
    """A field with a list to choose from; `choices` are (value, words)."""
    field_id = f"{prefix}-{name}"
    return rx.el.div(
        rx.el.label(label, html_for=field_id),
        rx.el.select(
            *(rx.el.option(words, value=value) for value, words in choices),
            id=field_id,
            name=name,
            default_value=chosen,
            key=chosen,
            class_name=rx.cond(problem != "", "inp wrong", "inp"),
        ),
        rx.cond(problem != "", rx.el.span(icon("attention", "s14"), problem, class_name="hint bad")),
        rx.el.span(hint, class_name="hint") if hint else rx.fragment(),
        class_name="field",
    )
