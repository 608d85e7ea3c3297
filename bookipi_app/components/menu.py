"""Menus that open from a button: Radix', for the arrow keys, Esc and focus."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import reflex as rx

from bookipi_app.components.icons import icon
from bookipi_app.components.link import leaving_link

Align: TypeAlias = Literal["start", "center", "end"]
Side: TypeAlias = Literal["top", "right", "bottom", "left"]


def menu(
    trigger: rx.Component,
    *entries: rx.Component,
    align: Align = "start",
    side: Side = "bottom",
) -> rx.Component:
    """A menu that `trigger` (a plain button) opens."""
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(trigger),
        rx.dropdown_menu.content(
            *entries, class_name="menu", align=align, side=side, side_offset=6, variant="soft", size="2"
        ),
        modal=False,  # what is around it stays readable: nothing focusable is hidden from screen readers
    )


def menu_entry(
    words: str | rx.Var[str], *, icon_name: str = "", look: str = "", **props: Any
) -> rx.Component:
    """One entry. `look`: `bad` for what takes something away."""
    drawing = [icon(icon_name)] if icon_name else []
    return rx.dropdown_menu.item(*drawing, words, class_name=f"menu-entry {look}".strip(), **props)


def menu_file(words: str, href: str | rx.Var[str], **props: Any) -> rx.Component:
    """An entry that downloads a file of the server."""
    file = leaving_link(icon("download"), words, href=href, download=True)
    return rx.dropdown_menu.item(file, as_child=True, class_name="menu-entry", **props)


def menu_line() -> rx.Component:
    """A hairline between two groups of entries."""
    return rx.dropdown_menu.separator(class_name="menu-line")


def menu_head(*words: Any) -> rx.Component:
    """Words above a group of entries."""
    return rx.el.div(*words, class_name="menu-head")
