"""The review on the QuickBooks page: what waits, and the two answers."""

from __future__ import annotations

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import NotAllowed
from bookipi_app.services import connections, review
from bookipi_app.services.review import Changed, ChangedRow, CrowdView
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows, Who, system_clock


class ReviewState(Follows, AppState):
    """Shown only while the connection is in review."""

    crowds: list[CrowdView] = []
    changed: list[ChangedRow] = []
    total: int = 0
    looking: bool = False
    again: bool = False  # after a reconnection, not because of a guard

    async def _reload(self, who: Who) -> None:
        crowds, found, self.again = await self._read(_waiting, who)
        self.crowds, self.changed = list(crowds), list(found.rows)
        self.total, self.looking = found.total, found.looking

    @rx.event
    @answers
    async def confirm_crowd(self):
        """It is right: what is gone on one side ends on the other too."""
        who = await self._me()
        await self._write(review.confirm, who.company_id, now=system_clock(), who=who.user_name)
        return AppState.say("ok", "The other side follows.")

    @rx.event
    @answers
    async def reject_crowd(self):
        """It is wrong: nothing ends because of it."""
        who = await self._me()
        await self._write(review.reject, who.company_id, now=system_clock(), who=who.user_name)
        return AppState.say("ok", "They stay.")

    @rx.event
    @answers
    async def go_on(self):
        """After a reconnection: carry out what was shown."""
        who = await self._me()
        await self._write(review.resume, who.company_id, now=system_clock())
        return AppState.say("ok", "Both sides are being brought together.")


def _waiting(session: Session, who: Who) -> tuple[tuple[CrowdView, ...], Changed, bool]:
    now = system_clock()
    if connections.card(session, who.company_id, now).state != connections.CardState.REVIEW:
        return (), Changed(), False
    try:
        crowds = review.vanished(session, who.company_id)
        return crowds, review.changed(session, who.company_id, now), not crowds
    except NotAllowed:  # it ended between the two readings
        return (), Changed(), False
