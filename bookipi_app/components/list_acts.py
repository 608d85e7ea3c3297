"""What customers and items offer in their lists: the menu of a row, and the bar of what is selected."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.components.button import button, icon_button
from bookipi_app.components.list_table import bulk_act
from bookipi_app.components.menu import menu, menu_entry, menu_line
from bookipi_app.state.ends import EndState
from bookipi_app.state.fixes import FixState


def archive_menu(kind: str, row: Any, page: Any, name: Any, *more: rx.Component) -> rx.Component:
    """The menu behind a row; of an archived one, only the way back."""
    restore = button("Restore", look="s over-row", on_click=EndState.bring_back(kind, row.id))
    offered = menu(
        icon_button("more", rx.Var.create("More for ") + name, look="ghost s over-row"),
        menu_entry("Open", icon_name=kind, on_select=rx.redirect(page)),
        *more,
        rx.cond(
            row.may_sync,
            menu_entry("Sync this one", icon_name="both", on_select=FixState.sync_this(kind, row.id)),
        ),
        menu_line(),
        menu_entry("Archive", icon_name="archive", look="bad", on_select=EndState.put_away(kind, row.id)),
        align="end",
    )
    return rx.cond(row.active, offered, restore)


def archive_acts(state: Any) -> tuple[rx.Component, ...]:
    """Sync and archive, or restore what is archived."""
    return (
        bulk_act("Sync these", "both", state.act("sync")),
        rx.cond(
            state.tab == "archived",
            bulk_act("Restore", "undo", state.act("back")),
            bulk_act("Archive", "archive", state.act("away")),
        ),
    )
