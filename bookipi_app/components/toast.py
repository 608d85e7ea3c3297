"""The message at the foot of the page: what was done, or why not, for some seconds."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.button import button
from bookipi_app.components.icons import icon
from bookipi_app.state.app import AppState
from bookipi_app.state.ends import EndState


def toast() -> rx.Component:
    """The newest message. The key makes each one begin its own seconds."""
    said: Any = AppState.said
    mark = rx.cond(said.tone == "ok", icon("tick"), icon("attention"))
    message = rx.el.div(
        mark,
        rx.el.span(said.words),
        rx.cond(
            said.undo_id != "",
            button("Undo", look="s", on_click=EndState.bring_back(said.undo_kind, said.undo_id)),
        ),
        key=said.number.to_string(),
        class_name=rx.cond(said.undo_id != "", "toast lasting", f"toast {said.tone}"),
    )
    return rx.el.div(
        rx.cond(said.words != "", message), class_name="toasts", role="status", aria_live="polite"
    )
