"""Dialogs, for what takes something away and for small forms inside a flow. Everything larger is a page."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.button import button


def confirm(
    trigger: rx.Component,
    *,
    title: str | rx.Var[str],
    words: Any,
    act: str | rx.Var[str],
    on_confirm: Any,
    keep: str = "Cancel",
    calm: bool = False,
) -> rx.Component:
    """A question before something that cannot be undone by a click. `trigger` is a plain button without `on_click`.

    `calm` is for what gives something away, such as a letter, and takes nothing.
    """
    look = "pri" if calm else "bad-solid"
    return rx.alert_dialog.root(
        rx.alert_dialog.trigger(trigger),
        rx.alert_dialog.content(
            rx.alert_dialog.title(title, class_name="dialog-title"),
            rx.alert_dialog.description(words, class_name="dialog-words"),
            rx.el.div(
                rx.alert_dialog.cancel(button(keep)),
                rx.alert_dialog.action(rx.el.span(button(act, look=look), on_click=on_confirm)),
                class_name="dialog-acts",
            ),
            class_name="dialog",
        ),
    )


def dialog(
    *children: Any,
    is_open: rx.Var[bool] | bool,
    on_open_change: Any,
    title: str | rx.Var[str],
    words: Any = None,
    wide: bool = False,
) -> rx.Component:
    """A dialog that a state opens and closes; its buttons go into a row of class `dialog-acts`."""
    told = (
        rx.dialog.description(words, class_name="dialog-words")
        if words is not None
        else rx.dialog.description(title, class_name="vh")
    )
    return rx.dialog.root(
        rx.dialog.content(
            rx.dialog.title(title, class_name="dialog-title"),
            told,
            rx.el.div(*children, class_name="dialog-body"),
            class_name="dialog wide" if wide else "dialog",
        ),
        open=is_open,
        on_open_change=on_open_change,
    )


def dialog_buttons(state: Any, act: str | rx.Var[str]) -> rx.Component:
    """The row under a form inside a dialog: the way back, then what the form does."""
    return rx.el.div(
        button("Cancel", on_click=state.close_dialog(False)),
        button(act, look="pri", kind="submit"),
        class_name="dialog-acts",
    )
