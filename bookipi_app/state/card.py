"""The one state behind the QuickBooks card, wherever it stands, and behind the counts in the menu.

Every page behind the log-in follows it, so that all four cards say the same at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.services import activity, connections, customers, invoices, items
from bookipi_app.services.lists import ListQuery
from bookipi_app.state.app import AppState, Follows, Who, put, system_clock
from bookipi_app.state.card_look import CardLook, look_of


@dataclass(frozen=True)
class MenuCounts:
    """The counts beside the entries of the menu, as words; empty for nothing to say."""

    invoice_count: str = ""
    customer_count: str = ""
    item_count: str = ""
    needs: str = ""


class CardState(Follows, AppState):
    """What the card and the menu show."""

    look: CardLook = CardLook()
    counts: MenuCounts = MenuCounts()
    working: bool = False
    _loaded_at: tuple[Any, ...] = ()

    async def _reload(self, who: Who) -> None:
        self.look, self.counts = await self._read(_card_and_counts, who.company_id)

    async def _follow(self, who: Who) -> None:
        moment = self._moment(who)
        async with self:
            if self.loaded and moment == self._loaded_at:
                return
        look, counts = await self._read(_card_and_counts, who.company_id)
        async with self:
            put(self, look=look, counts=counts, loaded=True)
            self._loaded_at = moment

    @rx.event
    async def sync_now(self):
        """*Sync now*, *Try now*: look at everything that is due, and ask QuickBooks what changed."""
        who = await self._me()
        self.working = True
        yield
        try:
            if held_up := await self._write(activity.sync_now, who.company_id, system_clock()):
                self._say("warn", held_up)
            await self._reload(who)
        finally:
            self.working = False

    @rx.event
    async def disconnect(self):
        """*Disconnect*, confirmed: the engine gives the access back and freezes what was synced."""
        who = await self._me()
        await self._write(connections.request_disconnect, who.company_id, system_clock())
        await self._reload(who)


def _card_and_counts(session: Session, company_id: UUID) -> tuple[CardLook, MenuCounts]:
    look = look_of(connections.card(session, company_id, system_clock()))
    everything = ListQuery()
    found = (service.count(session, company_id, everything) for service in (invoices, customers, items))
    of_invoices, of_customers, of_items = (f"{number:,}" if number else "" for number in found)
    needs = f"{look.needs:,}" if look.needs else ""
    return look, MenuCounts(of_invoices, of_customers, of_items, needs)
