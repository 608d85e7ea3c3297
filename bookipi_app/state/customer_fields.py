"""The form of a customer, wherever it is open: the list's dialog, the customer's page, the invoice editor.

What is typed belongs to the browser until it is sent, so a live change can never overwrite it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import reflex as rx

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.ids import new_id
from bookipi_app.models import Customer
from bookipi_app.services import customers
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.fields import form_from
from bookipi_app.state.answers import answers
from bookipi_app.state.app import system_clock


class CustomerFields(rx.State, mixin=True):
    """Mix into a state with `AppState`; `_customer_saved` says what happens after a save."""

    customer_open: bool = False
    customer_texts: dict[str, str] = {}  # what the fields begin with
    customer_problems: dict[str, str] = {}
    customer_problem: str = ""
    customer_form_key: str = ""  # a new form has another one; also the id of what it makes
    _customer_form: CustomerForm = CustomerForm()
    _customer_id: str = ""
    customer_changed: bool = False  # the record moved on while the form was open

    async def _customer_saved(self, customer: Customer) -> Any:
        raise NotImplementedError

    def _open_customer(self, form: CustomerForm, customer_id: str = "") -> None:
        key = str(new_id())
        self._customer_form = replace(form, key="" if customer_id else key)
        self._customer_id = customer_id
        self.customer_form_key = key
        self.customer_texts = {name: text for name, text in asdict(form).items() if isinstance(text, str)}
        self._close_customer()
        self.customer_open = True

    def _close_customer(self) -> None:
        self.customer_open = False
        self.customer_problems, self.customer_problem, self.customer_changed = {}, "", False

    @rx.event
    @answers
    async def begin_customer(self):
        """Open the form for a new customer; one that is open stays."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        if not self.customer_open:
            self._open_customer(CustomerForm())

    @rx.event
    @answers
    async def cancel_customer(self):
        """Close the form and forget what is in it."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        self._close_customer()

    @rx.event
    @answers
    async def customer_dialog(self, is_open: bool):
        """The dialog was closed by Escape or a click beside it."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        if is_open is False:
            self._close_customer()

    @rx.event
    @answers
    async def save_customer(self, sent: dict[str, Any]):
        """The form was sent. Mistakes are said at their fields, and the text stays."""
        who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        base = self._customer_form
        if not self.customer_open:  # the second of two clicks
            return None
        if not isinstance(sent, dict):
            raise NotFound
        form = form_from(CustomerForm, {**asdict(base), **sent, "key": base.key, "version": base.version})
        try:
            customer = await self._write(  # pyright: ignore[reportAttributeAccessIssue]
                customers.save,
                who.company_id,
                self._customer_id or None,
                form,
                now=system_clock(),
                who=who.user_name,
            )
        except InvalidInput as wrong:
            self.customer_problems = {
                name: words for name, words in wrong.fields.items() if name != "version"
            }
            self.customer_changed = "version" in wrong.fields
            return None
        self._close_customer()
        return await self._customer_saved(customer)

    @rx.event
    @answers
    async def keep_my_customer(self):
        """What arrived meanwhile was reviewed: the next save may replace it."""
        who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        customer = await self._read(customers.get, who.company_id, self._customer_id)  # pyright: ignore[reportAttributeAccessIssue]
        self._customer_form = replace(self._customer_form, version=customer.version)
        self.customer_changed = False
