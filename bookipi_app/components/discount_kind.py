"""Percent, or an amount: how a discount is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx


def discount_kinds(chosen: Any, choose: Callable[[str], Any], label: Any) -> rx.Component:
    """Two buttons, of which one is pressed; `choose` gives the event for a kind."""
    return rx.el.span(
        _button(chosen == "percent", "%", "Discount in percent", choose("percent")),
        _button(chosen == "fixed", "$", "Discount as an amount", choose("fixed")),
        class_name="seg",
        role="group",
        aria_label=label,
    )


def _button(is_chosen: Any, sign: str, label: str, on_click: Any) -> rx.Component:
    return rx.el.button(
        sign,
        type="button",
        aria_label=label,
        class_name=rx.cond(is_chosen, "on", ""),
        on_click=on_click,
        custom_attrs={"aria-pressed": rx.cond(is_chosen, "true", "false")},
    )
