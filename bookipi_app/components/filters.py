"""Tabs with counts, the search box and the chips above a list. Tabs and what a chip offers are links."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import icon
from bookipi_app.components.link import link

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

LIST_FLAGS = (FLAG_CHOICES[0], ("needs", "Needs you"), *FLAG_CHOICES[1:])


def tabs(state: Any, label: str, choices: tuple[tuple[str, str], ...]) -> rx.Component:
    """The statuses with their counts; `choices` are (key, word)."""
    return rx.el.nav(*[_tab(state, key, word) for key, word in choices], class_name="tabs", aria_label=label)


def _tab(state: Any, key: str, word: str) -> rx.Component:
    return link(
        word,
        rx.el.span(state.sums.counts.get(key, ""), class_name="n"),
        href=state.hrefs.tabs.get(key, ""),
        custom_attrs={"aria-current": rx.cond(state.tab == key, "page", rx.Var("undefined"))},
    )


def filters(
    state: Any, hint: str, *more: rx.Component, orders: tuple[tuple[str, str], ...] = ()
) -> rx.Component:
    """Search, the flag chip, what else a page offers, and the order for those who see no column heads."""
    chosen = state.chosen.get("flag", "")
    return rx.el.div(
        search_box(state, hint),
        rx.el.div(
            chip_select("QuickBooks", chosen, lambda flag: state.choose("flag", flag), LIST_FLAGS),
            *more,
            rx.el.span(class_name="grow only-l"),
            _order(state, orders),
            class_name="filters",
        ),
        class_name="finder",
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
                data_key="search",
            ),
            debounce_timeout=300,
        ),
        class_name="inp list-find",
    )


def chip_select(
    name: str, value: Any, on_change: Any, choices: tuple[tuple[str, str], ...], *, offered: bool = False
) -> rx.Component:
    """A chip that opens the browser's own list; solid when set, dashed when not.

    `offered`: while it is not set it shows only its name, like the chips beside it.
    """
    unset = "chip pick-one offered" if offered else "chip pick-one"
    return rx.el.label(
        *([icon("plus", "s14", "plus")] if offered else []),
        rx.el.span(name),
        rx.el.span(class_name="sep"),
        rx.el.select(
            *[rx.el.option(word, value=key) for key, word in choices],
            value=value,
            on_change=on_change,
            aria_label=name,
        ),
        icon("down", "s14"),
        class_name=rx.cond(value == "", unset, "chip pick-one on"),
    )


def chip_menu(name: str, words: Any, without: Any, *inside: Any, on_open: Any = None) -> rx.Component:
    """A chip that opens a small panel; once set it says to what, and its cross takes it away."""
    props: dict[str, Any] = {} if on_open is None else {"on_open_change": lambda _open: on_open}
    offered = rx.el.button(icon("plus", "s14"), name, type="button", class_name="chip")
    set_to = rx.el.span(
        rx.popover.trigger(
            rx.el.button(
                name, rx.el.span(class_name="sep"), rx.el.b(words, class_name="cut"), type="button", class_name="plain"
            )
        ),
        link(icon("close", "s14"), href=without, class_name="chip-off", aria_label=f"Remove the filter {name}"),
        class_name="chip on",
    )  # fmt: skip
    return rx.popover.root(
        rx.cond(words != "", set_to, rx.popover.trigger(offered)),
        rx.popover.content(*inside, class_name="chip-panel", side="bottom", align="start", aria_label=name),
        **props,
    )


def chip_offer(words: rx.Var[str], href: rx.Var[str]) -> rx.Component:
    """One line of a chip's panel."""
    return rx.popover.close(link(words, href=href, class_name="chip-offer cut"))


def chip_set(name: str, words: Any, without: Any) -> rx.Component:
    """A filter that came with a link: it can only be taken away. Nothing while it is not set."""
    return rx.cond(
        words != "",
        rx.el.span(
            name,
            rx.el.span(class_name="sep"),
            rx.el.b(words),
            link(icon("close", "s14"), href=without, class_name="chip-off", aria_label=f"Remove the filter {name}"),
            class_name="chip on",
        ),
    )  # fmt: skip


def _order(state: Any, orders: tuple[tuple[str, str], ...]) -> rx.Component:
    """The order in words: what phones have instead of column heads."""
    if not orders:
        return rx.fragment()
    now = rx.cond(state.descending, rx.Var.create("-") + state.sort, state.sort)
    return rx.el.label(
        icon("order", "s14"),
        rx.el.select(
            *[rx.el.option(word, value=key) for key, word in orders],
            value=now,
            on_change=state.sort_as,
            aria_label="Order",
        ),
        class_name="chip pick-one order hide-m",
    )
