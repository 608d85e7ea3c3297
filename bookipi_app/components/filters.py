"""Tabs with counts, the search box and the chips above a list."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import icon

FLAG_CHOICES = (
    ("", "Any flag"),
    ("synced", "Synced"),
    ("syncing", "Syncing…"),
    ("differs", "Totals differ"),
    ("attention", "Needs attention"),
    ("conflict", "Conflict"),
    ("not_synced", "Not synced"),
    ("frozen", "Frozen"),
)


def tabs(state: Any, label: str, choices: tuple[tuple[str, str], ...]) -> rx.Component:
    """The statuses with their counts; `choices` are (key, word)."""
    return rx.el.nav(*[_tab(state, key, word) for key, word in choices], class_name="tabs", aria_label=label)


def _tab(state: Any, key: str, word: str) -> rx.Component:
    return rx.el.button(
        word,
        rx.el.span(state.counts.get(key, ""), class_name="n"),
        type="button",
        on_click=state.choose_tab(key),
        custom_attrs={"aria-current": rx.cond(state.tab == key, "page", rx.Var("undefined"))},
    )


def filters(state: Any, hint: str, *more: rx.Component) -> rx.Component:
    """Search, the flag chip, and what else a page offers."""
    return rx.el.div(
        search_box(state, hint),
        chip_select(
            "QuickBooks",
            state.flag,
            state.choose_flag,
            FLAG_CHOICES,
        ),
        *more,
        class_name="filters",
    )


def search_box(state: Any, hint: str) -> rx.Component:
    """The search: what is typed is looked for 300 ms after the last key."""
    return rx.el.label(
        icon("search", "s14"),
        rx.el.span(hint, class_name="vh"),
        rx.debounce_input(
            rx.el.input(
                type="search",
                name="search",
                placeholder=hint,
                value=state.search,
                on_change=state.search_for,
                class_name="bare",
                max_length=200,
                auto_complete="off",
            ),
            debounce_timeout=300,
        ),
        class_name="inp",
    )


def chip_select(name: str, value: Any, on_change: Any, choices: tuple[tuple[str, str], ...]) -> rx.Component:
    """A chip that opens the browser's own list; solid when set, dashed when offered."""
    return rx.el.label(
        rx.el.span(name),
        rx.el.span(class_name="sep"),
        rx.el.select(
            *[rx.el.option(word, value=key) for key, word in choices],
            value=value,
            on_change=on_change,
            aria_label=name,
        ),
        icon("down", "s14"),
        class_name=rx.cond(value == "", "chip pick-one", "chip pick-one on"),
    )
