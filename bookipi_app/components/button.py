"""Buttons: one primary per view, the others outlined or ghost."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx

from bookipi_app.components.icons import icon


def button(
    words: str | rx.Var[str] | rx.Component,
    *,
    icon_name: str = "",
    look: str | rx.Var[str] = "",
    working: bool | rx.Var[bool] = False,
    kind: Literal["button", "submit"] = "button",
    **props: Any,
) -> rx.Component:
    """A button. `look`: `pri`, `ghost`, `bad`, `s`, `l`, `full`, in any combination.

    While `working` the icon turns (or stands in for one), the word stays, and it cannot be pressed twice.
    """
    still = icon(icon_name) if icon_name else rx.fragment()
    turning = icon("syncing", class_name="turns")
    drawing = (
        rx.cond(working, turning, still) if isinstance(working, rx.Var) else (turning if working else still)
    )
    # A literal False would render as the attribute disabled="false" on some elements, so it is left out.
    disabled = props.pop("disabled", False)
    blocked = working | disabled if isinstance(working, rx.Var) else disabled
    return rx.el.button(
        drawing, words, type=kind, disabled=blocked, class_name=f"btn {look}".strip(), **props
    )


def opener(form: Any, on_click: Any) -> rx.Component:
    """Opens a form again that was open when the connection was lost: pressed by `assets/keeps.js` alone.

    What it asks for has to leave a form that is open already as it is.
    """
    marks = {"data-opens": form, "aria-hidden": "true"}
    return rx.el.button(type="button", tab_index=-1, class_name="vh", on_click=on_click, custom_attrs=marks)


def icon_button(name: str, label: str | rx.Var[str], *, look: str = "ghost s", **props: Any) -> rx.Component:
    """A button that is only an icon: it has a name for screen readers, and a tooltip."""
    return rx.el.button(
        icon(name),
        type="button",
        aria_label=label,
        title=label,
        class_name=f"btn icon {look}".strip(),
        **props,
    )
