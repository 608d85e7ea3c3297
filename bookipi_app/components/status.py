"""The payment status: a round pill without an icon, so that nobody reads it as the QuickBooks flag."""

from __future__ import annotations

import reflex as rx


def status_pill(name: str | rx.Var[str], words: str | rx.Var[str]) -> rx.Component:
    """A pill. `name`: draft, unsent, sent, partly_paid, paid, overdue, void."""
    return rx.el.span(words, class_name=f"pill {name}")


def dot(look: str | rx.Var[str] = "") -> rx.Component:
    """The dot before a state's words: ok, warn, bad, ice, run, or gray."""
    return rx.el.span(class_name=f"dot {look}", aria_hidden="true")
