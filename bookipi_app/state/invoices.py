"""The list of invoices."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.services import invoices
from bookipi_app.services.auth import Who
from bookipi_app.services.invoices import InvoiceRow, Status
from bookipi_app.services.lists import ListQuery
from bookipi_app.state.app import AppState, Follows
from bookipi_app.state.list_page import Listing, ListPage


class InvoicesPage(ListPage, Follows, AppState):
    """The page /invoices."""

    TABS: ClassVar = {
        "": {},
        "draft": {"status": Status.DRAFT.value},
        "outstanding": {"status": "outstanding"},
        "overdue": {"status": Status.OVERDUE.value},
        "paid": {"status": Status.PAID.value},
        "void": {"status": Status.VOID.value},
        "trash": {"trash": "yes"},
    }
    SORTS: ClassVar = {"issued": True, "due": True, "number": True, "customer": False, "amount": True}
    rows: list[InvoiceRow] = []
    sum: str = ""
    outstanding: str = ""

    async def _listing(self, who: Who, query: ListQuery) -> Listing:
        listing, summary = await self._read(_load, who.company_id, query, tuple(self.TABS))
        self.sum, self.outstanding = summary.total, summary.outstanding
        return listing

    @rx.event
    async def arrive(self):
        """The page opens: an address such as /invoices?tab=overdue&search=… chooses what it shows."""
        asked = self.router.url.query_parameters
        if {"tab", "search", "flag"} & set(asked):
            self.tab = asked.get("tab", "") if asked.get("tab", "") in self.TABS else ""
            self.search, self.flag = asked.get("search", "")[:200], asked.get("flag", "")[:24]
            self._to_first_page()


def _load(session: Session, company_id: UUID, query: ListQuery, tabs: tuple[str, ...]) -> tuple[Listing, Any]:
    page = invoices.page(session, company_id, query)
    counts = invoices.tab_counts(session, company_id)
    summary = invoices.summary(session, company_id, query)
    words = {key: f"{counts.get(key or 'all', 0):,}" for key in tabs}
    return Listing(page, summary.count, words), summary
