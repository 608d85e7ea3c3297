"""One item: what is known and its panel; and the form that edits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import NotFound
from bookipi_app.models import Item, Kind
from bookipi_app.services import items
from bookipi_app.services.panel import Panel, panel_of
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows, Who, system_clock
from bookipi_app.state.item_fields import ItemFields


@dataclass(frozen=True)
class ItemView:
    """An item as the page shows it; empty texts are left out."""

    id: str = ""
    name: str = ""
    sku: str = ""
    description: str = ""
    kind: str = ""
    price: str = ""
    taxable: bool = False
    active: bool = True
    version: int = 0


class ItemPage(ItemFields, Follows, AppState):
    """The page /items/[item_id]."""

    item: ItemView = ItemView()
    panel: Panel = Panel()
    missing: bool = False

    async def _reload(self, who: Who) -> None:
        """The form, if open, keeps what is typed; it only says that something changed."""
        try:
            self.item, self.panel = await self._read(_find, who.company_id, self._address())
        except NotFound:
            self.missing, self.item = True, ItemView()
            return
        self.missing = False
        if self.item_open and self._item_id != self.item.id:
            self._close_item()
        self.item_changed = self.item_open and self.item.version != self._item_form.version

    def _address(self) -> str:
        return str(self.item_id)  # pyright: ignore[reportAttributeAccessIssue]  # the route's own variable

    async def _item_saved(self, item: Item) -> Any:
        await self._reload(await self._me())
        self._say("ok", "Saved.")

    @rx.event
    @answers
    async def edit_item(self):
        """Open the form with the item as it is now; one that is open stays, with what is typed in it."""
        who = await self._me()
        if not (self.item_open and self._item_id == self._address()):
            await self._begin(who)

    @rx.event
    @answers
    async def take_item(self):
        """What arrived meanwhile is taken: the form begins anew with it."""
        await self._begin(await self._me())

    async def _begin(self, who: Who) -> None:
        item = await self._read(items.get, who.company_id, self._address())
        self._open_item(items.form_of_item(item), str(item.id))

    @rx.event
    @answers
    async def archive_item(self):
        """Take it out of the lists; in QuickBooks it becomes inactive."""
        await self._change(items.archive)
        return self._say_undo("Archived.", "item", self.item.id)

    @rx.event
    @answers
    async def restore_item(self):
        """Bring it back from the archive."""
        await self._change(items.restore)
        self._unsay()
        self._say("ok", "Restored.")

    async def _change(self, act: Any) -> None:
        who = await self._me()
        await self._write(act, who.company_id, self._address(), now=system_clock(), who=who.user_name)
        await self._reload(who)


def _find(session: Session, company_id: UUID, item_id: str) -> tuple[ItemView, Panel]:
    item = items.get(session, company_id, item_id)
    view = ItemView(
        id=str(item.id),
        name=item.name,
        sku=item.sku,
        description=item.description,
        kind=items.KIND_WORDS[item.kind],
        price=items.price_words(item.price),
        taxable=item.taxable,
        active=item.active,
        version=item.version,
    )
    return view, panel_of(session, Kind.ITEM, item, now=system_clock())
