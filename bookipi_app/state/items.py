"""The list of items, and the form for a new one."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.models import Item, Kind
from bookipi_app.services import items
from bookipi_app.services.items import ItemForm, ItemRow
from bookipi_app.services.list_address import ITEMS
from bookipi_app.services.lists import ListQuery
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows
from bookipi_app.state.item_fields import ItemFields
from bookipi_app.state.list_page import ListPage, Sums


class ItemsPage(ListPage, ItemFields, Follows, AppState):
    """The page /items."""

    SPEC: ClassVar = ITEMS
    KIND: ClassVar = Kind.ITEM
    rows: list[ItemRow] = []

    def _pager(self) -> Any:
        return items.page

    def _summer(self) -> Any:
        return _sums

    def _close_form(self) -> None:
        self._close_item()

    async def _item_saved(self, item: Item) -> Any:
        self._say("ok", "Item created.")
        return rx.redirect(f"/items/{item.id}")

    @rx.event
    @answers
    async def arrive_new(self):
        """The page /items/new opens: so does the form, unless a lost connection left it open with text in it."""
        await self._me()
        if not self.item_open:
            self._open_item(ItemForm())


def _sums(session: Session, company_id: UUID, query: ListQuery) -> Sums:
    counts = items.tab_counts(session, company_id)
    words = {tab: f"{counts[tab]:,}" for tab in ITEMS.tabs}
    return Sums(items.count(session, company_id, query), counts=words)
