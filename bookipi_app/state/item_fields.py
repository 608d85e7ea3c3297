"""The form of an item, on the list and on its own page.

What is typed belongs to the browser until it is sent, so a live change can never overwrite it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import reflex as rx

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.ids import new_id
from bookipi_app.models import Item
from bookipi_app.services import items
from bookipi_app.services.fields import form_from
from bookipi_app.services.items import ItemForm
from bookipi_app.state.answers import answers
from bookipi_app.state.app import system_clock


class ItemFields(rx.State, mixin=True):
    """Mix into a state with `AppState`; `_item_saved` says what happens after a save."""

    item_open: bool = False
    item_texts: dict[str, str] = {}  # what the fields begin with
    item_problems: dict[str, str] = {}
    item_problem: str = ""
    item_taxable: bool = False
    item_form_key: str = ""  # a new form has another one; also the id of what it makes
    _item_form: ItemForm = ItemForm()
    _item_id: str = ""
    item_changed: bool = False  # the record moved on while the form was open

    async def _item_saved(self, item: Item) -> Any:
        raise NotImplementedError

    def _open_item(self, form: ItemForm, item_id: str = "") -> None:
        key = str(new_id())
        self._item_form = replace(form, key="" if item_id else key)
        self._item_id = item_id
        self.item_form_key = key
        self.item_texts = {name: text for name, text in asdict(form).items() if isinstance(text, str)}
        self.item_taxable = form.taxable
        self._close_item()
        self.item_open = True

    def _close_item(self) -> None:
        self.item_open = False
        self.item_problems, self.item_problem, self.item_changed = {}, "", False

    @rx.event
    @answers
    async def begin_item(self):
        """Open the form for a new item; one that is open stays."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        if not self.item_open:
            self._open_item(ItemForm())

    @rx.event
    @answers
    async def cancel_item(self):
        """Close the form and forget what is in it."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        self._close_item()

    @rx.event
    @answers
    async def item_dialog(self, is_open: bool):
        """The dialog was closed by Escape or a click beside it."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        if is_open is False:
            self._close_item()

    @rx.event
    @answers
    async def save_item(self, sent: dict[str, Any]):
        """The form was sent. Mistakes are said at their fields, and the text stays."""
        who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        base = self._item_form
        if not self.item_open:  # the second of two clicks
            return None
        if not isinstance(sent, dict):
            raise NotFound
        told = {**sent, "taxable": sent.get("taxable") == "on", "key": base.key, "version": base.version}
        form = form_from(ItemForm, {**asdict(base), **told})
        try:
            item = await self._write(  # pyright: ignore[reportAttributeAccessIssue]
                items.save, who.company_id, self._item_id or None, form, now=system_clock(), who=who.user_name
            )
        except InvalidInput as wrong:
            self.item_problems = {name: words for name, words in wrong.fields.items() if name != "version"}
            self.item_changed = "version" in wrong.fields
            return None
        self._close_item()
        return await self._item_saved(item)

    @rx.event
    @answers
    async def keep_my_item(self):
        """What arrived meanwhile was reviewed: the next save may replace it."""
        who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        item = await self._read(items.get, who.company_id, self._item_id)  # pyright: ignore[reportAttributeAccessIssue]
        self._item_form = replace(self._item_form, version=item.version)
        self.item_changed = False
