"""The list of invoices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import NotFound
from bookipi_app.models import Kind
from bookipi_app.services import customers, invoices
from bookipi_app.services.auth import Who
from bookipi_app.services.invoice_status import AGES
from bookipi_app.services.invoices import InvoiceRow
from bookipi_app.services.list_address import INVOICES, address, with_filter
from bookipi_app.services.lists import ListQuery, filter_day
from bookipi_app.services.periods import PERIODS
from bookipi_app.services.words import long_day
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Follows
from bookipi_app.state.list_page import ListPage, Sums

OFFERED = 8


@dataclass(frozen=True)
class Offer:
    """Something that a filter may be set to, and the address that sets it."""

    words: str
    href: str


class InvoicesPage(ListPage, Follows, AppState):
    """The page /invoices."""

    SPEC: ClassVar = INVOICES
    KIND: ClassVar = Kind.INVOICE
    rows: list[InvoiceRow] = []
    issued_words: str = ""
    age_words: str = ""
    customer_words: str = ""
    periods: list[Offer] = []
    buyers: list[Offer] = []
    buyer_search: str = ""

    def _pager(self) -> Any:
        return invoices.page

    def _summer(self) -> Any:
        return _sums

    def _sum_words(self, rows: list[InvoiceRow]) -> str:
        return invoices.sum_words(rows)

    async def _name_filters(self, who: Who) -> None:
        chosen, asked = self._asked.filters, self._asked
        self.issued_words = PERIODS.get(chosen["issued"], "") or _days(chosen["from"], chosen["to"])
        self.age_words = AGES.get(chosen["age"], "")
        self.customer_words = await self._read(_customer, who.company_id, chosen["customer"])
        self.periods = [
            Offer(words, address(INVOICES, with_filter(asked, "issued", name)))
            for name, words in PERIODS.items()
        ]

    @rx.event
    @answers
    async def find_buyers(self, text: str):
        """The customers that the filter offers, while one types."""
        who, self.buyer_search = await self._me(), as_text(text)
        found = await self._read(customers.pick, who.company_id, self.buyer_search, OFFERED)
        self.buyers = [
            Offer(one.name, address(INVOICES, with_filter(self._asked, "customer", one.id))) for one in found
        ]

    @rx.event
    @answers
    async def choose_days(self, sent: dict[str, Any]):
        """From one day to another, both of which may be left open."""
        if not isinstance(sent, dict):
            raise NotFound
        days = {name: as_text(sent.get(name, "")) for name in ("from", "to")}
        asked = with_filter(self._asked, "issued", "")
        filters = {**asked.filters, **{name: day for name, day in days.items() if filter_day(day)}}
        return await self._go(replace(asked, filters=filters))


def _sums(session: Session, company_id: UUID, query: ListQuery) -> Sums:
    summary, counts = invoices.sums(session, company_id, query)
    words = {tab: f"{counts.get(tab or 'all', 0):,}" for tab in INVOICES.tabs}
    return Sums(summary.count, summary.total, summary.outstanding, words)


def _customer(session: Session, company_id: UUID, customer_id: str) -> str:
    """The name of the customer that is filtered by; an id of somebody else finds nobody, like any other text."""
    if not customer_id:
        return ""
    try:
        return customers.get(session, company_id, customer_id).name
    except NotFound:
        return "Nobody"


def _days(first: str, last: str) -> str:
    """`Nov 1, 2026 – Nov 24, 2026`, or one side of it."""
    begin, end = filter_day(first), filter_day(last)
    if begin and end:
        return long_day(begin) if begin == end else f"{long_day(begin)} – {long_day(end)}"
    if begin:
        return f"from {long_day(begin)}"
    return f"to {long_day(end)}" if end else ""
