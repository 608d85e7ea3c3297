"""Choosing the customer of an invoice that is being written, or making one on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.models import Customer, Kind
from bookipi_app.services import customers, invoices
from bookipi_app.services.companies import get as company_of
from bookipi_app.services.customer_form import ADDRESS
from bookipi_app.services.customers import CustomerChoice, CustomerForm
from bookipi_app.services.invoices import InvoiceForm
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import system_clock
from bookipi_app.state.customer_fields import CustomerFields
from bookipi_app.state.identity import initials

CHOICES_SHOWN = 8
NOT_BILLED_YET = {"bill_email": "", **{f"bill_{part}": "" for part in ADDRESS}}


@dataclass(frozen=True)
class Buyer:
    """The customer chosen, as the editor shows it."""

    id: str = ""
    name: str = ""
    initials: str = ""
    line: str = ""
    address: str = ""
    flag: str = ""
    flag_words: str = ""
    flag_tip: str = ""


class EditorCustomer(CustomerFields, rx.State, mixin=True):
    """Mix into the editor's state, which has `_form` and says in `_edited` what follows an edit."""

    buyer: Buyer = Buyer()
    picking: bool = False
    buyer_search: str = ""
    buyer_choices: list[CustomerChoice] = []
    _form: InvoiceForm = InvoiceForm()

    async def _edited(self) -> None:
        raise NotImplementedError

    @rx.event
    @answers
    async def pick_customer(self):
        """Open the search for another customer."""
        self.picking, self.buyer_search = True, ""
        await self._offer_customers()

    @rx.event
    @answers
    async def search_customers(self, text: str):
        """The search for a customer was typed in."""
        self.buyer_search = as_text(text)[:200]
        await self._offer_customers()

    @rx.event
    @answers
    async def offer_customers(self, _text: str = ""):
        """The search took the focus: offer the first ones."""
        await self._offer_customers()

    @rx.event
    @answers
    async def choose_customer(self, customer: str):
        """One was chosen from the list."""
        await self._choose(as_text(customer))

    @rx.event
    @answers
    async def create_customer(self):
        """Make a new one, named as searched for; what the invoice holds so far stays."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        if not self.customer_open:
            self._open_customer(CustomerForm(name=self.buyer_search))

    async def _customer_saved(self, customer: Customer) -> Any:
        await self._choose(str(customer.id))

    async def _offer_customers(self) -> None:
        who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        self.buyer_choices = await self._read(  # pyright: ignore[reportAttributeAccessIssue]
            customers.pick, who.company_id, self.buyer_search, CHOICES_SHOWN
        )

    async def _choose(self, customer_id: str) -> None:
        who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        buyer = await self._read(buyer_of, who.company_id, customer_id)  # pyright: ignore[reportAttributeAccessIssue]
        if buyer.id != self.buyer.id:
            self._form = replace(self._form, **NOT_BILLED_YET)
        self.buyer, self.picking, self.buyer_search = buyer, False, ""
        await self._edited()


def buyer_of(session: Session, company_id: UUID, customer_id: str) -> Buyer:
    """A customer of this company, or nobody for an empty id.

    Raises:
        NotFound: unknown, or another company's.
    """
    if not customer_id:
        return Buyer()
    customer = customers.get(session, company_id, customer_id)
    zone = company_of(session, company_id).time_zone
    flag = invoices.flag_for(session, Kind.CUSTOMER, customer, zone=zone, now=system_clock())
    region = " ".join(filter(None, [customer.bill_region, customer.bill_postal_code]))
    town = ", ".join(filter(None, [customer.bill_city, region]))
    return Buyer(
        id=str(customer.id),
        name=customer.name,
        initials=initials(customer.name),
        line=" · ".join(filter(None, [customer.email, town])),
        address="\n".join(filter(None, [customer.bill_line1, customer.bill_line2, town])),
        flag=flag.flag,
        flag_words=flag.words,
        flag_tip=flag.tip,
    )
