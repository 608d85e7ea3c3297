"""Trash, archive, void and the ways back, from a list or a record's page."""

from __future__ import annotations

from typing import Any

import reflex as rx

from bookipi_app.errors import NotFound
from bookipi_app.models import Kind
from bookipi_app.services import customers, duplicates, invoices, items
from bookipi_app.services.bulk import MOST
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, system_clock

BACK = {Kind.CUSTOMER: customers.restore, Kind.ITEM: items.restore, Kind.INVOICE: invoices.restore}
AWAY = {Kind.CUSTOMER: customers.archive, Kind.ITEM: items.archive, Kind.INVOICE: invoices.trash}


class EndState(AppState):
    """The handlers; the pages follow by themselves."""

    @rx.event
    @answers
    async def put_away(self, kind: str, record_id: str):
        """To the trash, or to the archive; QuickBooks hears of it after half a minute."""
        await self._act(AWAY, kind, record_id)
        words = "Moved to trash." if kind == Kind.INVOICE else "Archived."
        return self._say_undo(words, kind, record_id)

    @rx.event
    @answers
    async def bring_back(self, kind: str, record_id: str):
        """*Undo*, *Restore*: of one record, or of several with commas between."""
        for one in as_text(record_id).split(",")[:MOST]:
            await self._act(BACK, kind, one)
        self._unsay()
        self._say("ok", "Restored.")

    @rx.event
    @answers
    async def void(self, invoice_id: str):
        """Make void, confirmed; there is no way back but a new one."""
        who = await self._me()
        await self._write(
            invoices.void, who.company_id, as_text(invoice_id), now=system_clock(), who=who.user_name
        )
        self._say("ok", "The invoice is void.")

    @rx.event
    @answers
    async def duplicate(self, invoice_id: str):
        """A new draft with the same content, open in the editor."""
        who = await self._me()
        told = {"now": system_clock(), "who": who.user_name, "key": self._opening_id}
        made = await self._write(_duplicate, who.company_id, as_text(invoice_id), **told)
        return rx.redirect(f"/invoices/{made}/edit")

    async def _act(self, acts: Any, kind: object, record_id: object) -> None:
        who = await self._me()
        if as_text(kind) not in set(Kind):
            raise NotFound
        act = acts[Kind(as_text(kind))]
        await self._write(act, who.company_id, as_text(record_id), now=system_clock(), who=who.user_name)


def _duplicate(session: Any, company_id: Any, invoice_id: str, **told: Any) -> str:
    return str(duplicates.duplicate(session, company_id, invoice_id, **told).id)
