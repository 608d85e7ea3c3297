"""The list of items, and the form for a new one."""

from __future__ import annotations

from typing import Any, ClassVar

import reflex as rx

from bookipi_app.models import Item
from bookipi_app.services import items
from bookipi_app.services.items import ItemForm, ItemRow
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows
from bookipi_app.state.item_fields import ItemFields
from bookipi_app.state.list_page import ListPage


class ItemsPage(ListPage, ItemFields, Follows, AppState):
    """The page /items."""

    TABS: ClassVar = {"": {}, "archived": {"archived": "yes"}}
    SORTS: ClassVar = {"name": False, "price": True, "created": True}
    rows: list[ItemRow] = []

    def _service(self) -> Any:
        return items.page, items.count

    async def _item_saved(self, item: Item) -> Any:
        return rx.redirect(f"/items/{item.id}")

    @rx.event
    @answers
    async def arrive_new(self):
        """The page /items/new opens: so does the form, unless a lost connection left it open with text in it."""
        await self._me()
        if not self.item_open:
            self._open_item(ItemForm())
