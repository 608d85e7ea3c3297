"""An invoice behind its public link: no account, no state of anybody's, and nothing but the sheet.

That somebody looks at it is noted only when the page has been open in a browser for some seconds: what mail scanners
fetch runs no such event, and what they open they leave at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.clock import system_clock, today_in
from bookipi_app.db import reading, transaction
from bookipi_app.errors import NotFound
from bookipi_app.live import hub
from bookipi_app.services import invoices, logos, public_links, records
from bookipi_app.services.invoices import Status
from bookipi_app.services.paper import Paper, paper_of
from bookipi_app.services.words import spoken_day
from bookipi_app.state.app import SAFETY_SECONDS, something_changed
from bookipi_app.state.identity import SignedOut, who_asks

LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Due:
    """What stands large above the sheet, and who answers questions."""

    words: str = ""
    amount: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class _Found:
    paper: Paper
    due: Due
    company_id: UUID


class PublicInvoicePage(rx.State):
    """The page /i/[link_key]."""

    paper: Paper = Paper()
    due: Due = Due()
    pdf: str = ""
    missing: bool = False
    loaded: bool = False
    _company: str = ""

    @rx.event
    async def arrive(self):
        """The page opens."""
        await self._load()

    @rx.event(background=True)
    async def watch(self):
        """After some seconds the look is noted; then the sheet follows what changes. Ends when the page is left."""
        await asyncio.sleep(LOOK_SECONDS)
        async with self:
            key, cookie, company = self._key(), self.router.headers.cookie, self._company
            if self.missing or not company:
                return
        await asyncio.to_thread(_note_look, key, cookie)
        with hub.subscribe(company) as changes:
            while True:
                await something_changed(changes, SAFETY_SECONDS)
                async with self:
                    await self._load()

    async def _load(self) -> None:
        key = self._key()
        try:
            found = await asyncio.to_thread(_find, key)
        except NotFound:
            self.missing, self.loaded, self.paper, self.due, self.pdf = True, True, Paper(), Due(), ""
            return
        self.paper, self.due, self._company = found.paper, found.due, str(found.company_id)
        self.pdf = f"{public_links.PATH}{key}/invoice.pdf"
        self.missing, self.loaded = False, True

    def _key(self) -> str:
        return str(self.link_key)  # pyright: ignore[reportAttributeAccessIssue]  # the route's own variable


def _find(key: str) -> _Found:
    with reading() as session:
        return _sheet(session, key)


def _sheet(session: Session, key: str) -> _Found:
    now = system_clock()
    invoice = public_links.opened(session, key)
    company = records.company_of(session, invoice.company_id)
    detail = invoices.get(session, company.id, invoice.id, now=now)
    logo = f"{public_links.PATH}{key}/logo.png" if logos.address(session, company.id) else ""
    words = {
        Status.PAID: "Paid, with thanks",
        Status.VOID: "Void: nothing is owed",
        Status.OVERDUE: f"Amount due since {spoken_day(invoice.due_date)}",
    }.get(detail.status, f"Amount due by {spoken_day(invoice.due_date)}")
    if invoice.due_date == today_in(company.time_zone, now) and detail.status not in (
        Status.PAID,
        Status.VOID,
    ):
        words = "Amount due today"
    amount = detail.total if detail.status is Status.PAID else detail.outstanding
    due = Due(words, amount, company.email, company.phone)
    return _Found(paper_of(company, detail, logo=logo), due, company.id)


def _note_look(key: str, cookie: str) -> None:
    try:
        viewer = who_asks(cookie).user_id
    except SignedOut:
        viewer = None
    try:
        with transaction() as session:
            public_links.note_viewed(session, key, viewer, system_clock())
    except NotFound:
        return
