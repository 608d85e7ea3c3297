"""The list of customers, and the form for a new one."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.models import Customer, Kind
from bookipi_app.services import customers
from bookipi_app.services.customers import CustomerForm, CustomerRow
from bookipi_app.services.list_address import CUSTOMERS
from bookipi_app.services.lists import ListQuery
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows
from bookipi_app.state.customer_fields import CustomerFields
from bookipi_app.state.list_page import ListPage, Sums


class CustomersPage(ListPage, CustomerFields, Follows, AppState):
    """The page /customers."""

    SPEC: ClassVar = CUSTOMERS
    KIND: ClassVar = Kind.CUSTOMER
    rows: list[CustomerRow] = []

    def _pager(self) -> Any:
        return customers.page

    def _summer(self) -> Any:
        return _sums

    def _close_form(self) -> None:
        self._close_customer()

    async def _customer_saved(self, customer: Customer) -> Any:
        self._say("ok", "Customer created.")
        return rx.redirect(f"/customers/{customer.id}")

    @rx.event
    @answers
    async def arrive_new(self):
        """The page /customers/new opens: so does the form, unless a lost connection left it open with text in it."""
        await self._me()
        if not self.customer_open:
            self._open_customer(CustomerForm())


def _sums(session: Session, company_id: UUID, query: ListQuery) -> Sums:
    summary = customers.summary(session, company_id, query)
    counts = customers.tab_counts(session, company_id)
    return Sums(summary.count, owed=summary.outstanding, counts=_words(counts))


def _words(counts: dict[str, int]) -> dict[str, str]:
    return {tab: f"{counts[tab]:,}" for tab in CUSTOMERS.tabs}
