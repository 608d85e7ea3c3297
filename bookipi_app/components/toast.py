"""The message at the foot of the page: what was done, or why not, for some seconds."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.icons import icon
from bookipi_app.state.app import AppState


def toast() -> rx.Component:
    """The newest message. The key makes each one begin its own seconds."""
    said: Any = AppState.said
    mark = rx.cond(said.tone == "ok", icon("tick"), icon("attention"))
    message = rx.el.div(
        mark, rx.el.span(said.words), key=said.number.to_string(), class_name=f"toast {said.tone}"
    )
    return rx.el.div(
        rx.cond(said.words != "", message), class_name="toasts", role="status", aria_live="polite"
    )
