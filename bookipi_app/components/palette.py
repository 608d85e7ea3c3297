"""The command palette (Ctrl/⌘ K) and the list of keys (?). `assets/keys.js` opens them and moves in the list.

The focus stays in the field; the line that Enter takes is told to screen readers by `aria-activedescendant`.
"""

from __future__ import annotations

import reflex as rx
from reflex.vars import ObjectVar

from bookipi_app.components.button import button
from bookipi_app.components.icons import icon
from bookipi_app.components.some import some
from bookipi_app.state.palette import Command, PaletteState

KEYS = (
    ("Search and commands", ("Ctrl K", "⌘ K")),
    ("Search this list", ("/",)),
    ("New invoice", ("c",)),
    ("This list of keys", ("?",)),
    ("Close what is open", ("Esc",)),
    ("Save the invoice", ("Ctrl S", "⌘ S")),
    ("Next line of an invoice", ("Enter",)),
    ("Move in menus and lists", ("↑", "↓")),
)


def palette() -> rx.Component:
    """Both dialogs. They are opened by the browser alone: what presses `data-key` opens them, wherever it stands."""
    return rx.fragment(_palette(), _keys())


def _opener(key: str, label: str) -> rx.Component:
    """Pressed by a key, or for a button of the page (`data-press`): nobody meets it on the way through the page."""
    marks = {"data-key": key, "aria-hidden": "true"}
    return rx.dialog.trigger(
        rx.el.button(label, type="button", tab_index=-1, class_name="vh", custom_attrs=marks)
    )


def _palette() -> rx.Component:
    state = PaletteState
    field = rx.debounce_input(
        rx.el.input(
            value=state.typed,
            on_change=state.look_for,
            placeholder="Page, customer, invoice, item",
            class_name="bare",
            auto_complete="off",
            max_length=100,
            role="combobox",
            custom_attrs={
                "aria-label": "Search and commands",
                "aria-autocomplete": "list",
                "aria-expanded": "true",
                "aria-controls": "palette-list",
                "data-palette": "field",
            },
        ),
        debounce_timeout=120,
    )
    return rx.dialog.root(
        _opener("palette", "Search and commands"),
        rx.dialog.content(
            rx.dialog.title("Search and commands", class_name="vh"),
            rx.dialog.description("Type, move with the arrows, and press Enter.", class_name="vh"),
            rx.el.div(icon("search"), field, class_name="palette-field"),
            rx.el.ul(
                rx.foreach(state.commands, _command),
                id="palette-list",
                role="listbox",
                aria_label="Found",
                class_name="palette-list",
            ),
            rx.el.p(
                rx.cond(some(state.commands), "", "Nothing is called that."),
                class_name=rx.cond(some(state.commands), "vh", "palette-none"),
                role="status",
            ),
            class_name="dialog palette",
            align="start",
        ),
        on_open_change=state.begin,
    )


def _command(command: ObjectVar[Command]) -> rx.Component:
    line = rx.el.li(
        icon(command.icon),
        rx.el.span(command.words, class_name="med cut"),
        rx.el.span(command.beside, class_name="dim cut beside"),
        rx.cond(command.amount != "", rx.el.span(command.amount, class_name="dim tn nw")),
        id=f"command-{command.id}",
        role="option",
        key=command.id,
        on_click=PaletteState.go_to(command.href),
    )
    return rx.dialog.close(line, key=command.id)


def _keys() -> rx.Component:
    rows = [
        rx.el.div(rx.el.dt(words), rx.el.dd(*(rx.el.kbd(key) for key in keys), class_name="row"))
        for words, keys in KEYS
    ]
    return rx.dialog.root(
        _opener("keys", "Keys"),
        rx.dialog.content(
            rx.dialog.title("Keys", class_name="dialog-title"),
            rx.dialog.description(
                "They work on every page, and stay out of what is typed.", class_name="dialog-words"
            ),
            rx.el.dl(*rows, class_name="kv keys sm dialog-body"),
            rx.el.div(rx.dialog.close(button("Close")), class_name="dialog-acts"),
            class_name="dialog",
        ),
    )
