"""The list of customers, and the form for a new one."""

from __future__ import annotations

from typing import Any, ClassVar

import reflex as rx

from bookipi_app.models import Customer
from bookipi_app.services import customers
from bookipi_app.services.customers import CustomerForm, CustomerRow
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows
from bookipi_app.state.customer_fields import CustomerFields
from bookipi_app.state.list_page import ListPage


class CustomersPage(ListPage, CustomerFields, Follows, AppState):
    """The page /customers."""

    TABS: ClassVar = {"": {}, "balance": {"balance": "yes"}, "archived": {"archived": "yes"}}
    SORTS: ClassVar = {"name": False, "email": False, "created": True}
    rows: list[CustomerRow] = []

    def _service(self) -> Any:
        return customers.page, customers.count

    async def _customer_saved(self, customer: Customer) -> Any:
        return rx.redirect(f"/customers/{customer.id}")

    @rx.event
    @answers
    async def arrive_new(self):
        """The page /customers/new opens: so does the form, unless a lost connection left it open with text in it."""
        await self._me()
        if not self.customer_open:
            self._open_customer(CustomerForm())
