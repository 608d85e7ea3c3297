"""One customer: what is known, its invoices, its panel; and the form that edits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import NotFound
from bookipi_app.models import Customer, Kind
from bookipi_app.services import customers, invoices
from bookipi_app.services.invoices import InvoiceRow
from bookipi_app.services.lists import ListQuery
from bookipi_app.services.panel import Panel, panel_of
from bookipi_app.state.answers import answers
from bookipi_app.state.app import AppState, Follows, Who, system_clock
from bookipi_app.state.customer_fields import CustomerFields

INVOICES_SHOWN = 10


@dataclass(frozen=True)
class CustomerView:
    """A customer as the page shows it; empty texts are left out."""

    id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    company_name: str = ""
    person: str = ""
    bill_to: str = ""
    ship_to: str = ""
    notes: str = ""
    active: bool = True
    version: int = 0


@dataclass(frozen=True)
class _Found:
    view: CustomerView
    panel: Panel
    invoices: tuple[InvoiceRow, ...]


class CustomerPage(CustomerFields, Follows, AppState):
    """The page /customers/[customer_id]."""

    customer: CustomerView = CustomerView()
    panel: Panel = Panel()
    invoices: list[InvoiceRow] = []
    missing: bool = False

    async def _reload(self, who: Who) -> None:
        """The form, if open, keeps what is typed; it only says that something changed."""
        try:
            found = await self._read(_find, who.company_id, self._address())
        except NotFound:
            self.missing, self.customer = True, CustomerView()
            return
        self.missing = False
        self.customer, self.panel, self.invoices = found.view, found.panel, list(found.invoices)
        if self.customer_open and self._customer_id != found.view.id:
            self._close_customer()
        self.customer_changed = self.customer_open and found.view.version != self._customer_form.version

    def _address(self) -> str:
        return str(self.customer_id)  # pyright: ignore[reportAttributeAccessIssue]  # the route's own variable

    async def _customer_saved(self, customer: Customer) -> Any:
        await self._reload(await self._me())
        self._say("ok", "Saved.")

    @rx.event
    @answers
    async def edit_customer(self):
        """Open the form with the customer as it is now; one that is open stays, with what is typed in it."""
        who = await self._me()
        if not (self.customer_open and self._customer_id == self._address()):
            await self._begin(who)

    @rx.event
    @answers
    async def take_customer(self):
        """What arrived meanwhile is taken: the form begins anew with it."""
        await self._begin(await self._me())

    async def _begin(self, who: Who) -> None:
        customer = await self._read(customers.get, who.company_id, self._address())
        self._open_customer(customers.form_of_customer(customer), str(customer.id))

    @rx.event
    @answers
    async def archive_customer(self):
        """Take it out of the lists; in QuickBooks it becomes inactive."""
        await self._change(customers.archive)
        return self._say_undo("Archived.", "customer", self.customer.id)

    @rx.event
    @answers
    async def restore_customer(self):
        """Bring it back from the archive."""
        await self._change(customers.restore)
        self._unsay()
        self._say("ok", "Restored.")

    async def _change(self, act: Any) -> None:
        who = await self._me()
        await self._write(act, who.company_id, self._address(), now=system_clock(), who=who.user_name)
        await self._reload(who)


def _find(session: Session, company_id: UUID, customer_id: str) -> _Found:
    now = system_clock()
    customer = customers.get(session, company_id, customer_id)
    query = ListQuery(filters={"customer": str(customer.id)}, size=INVOICES_SHOWN)
    rows = invoices.page(session, company_id, query, now=now).rows
    return _Found(_view(customer), panel_of(session, Kind.CUSTOMER, customer, now=now), rows)


def _view(customer: Customer) -> CustomerView:
    return CustomerView(
        id=str(customer.id),
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        company_name=customer.company_name,
        person=" ".join(filter(None, [customer.given_name, customer.family_name])),
        bill_to=_address_block(customer, "bill"),
        ship_to=_address_block(customer, "ship"),
        notes=customer.notes,
        active=customer.active,
        version=customer.version,
    )


def _address_block(customer: Customer, block: str) -> str:
    def part(name: str) -> str:
        return getattr(customer, f"{block}_{name}")

    town = ", ".join(
        filter(None, [part("city"), " ".join(filter(None, [part("region"), part("postal_code")]))])
    )
    return "\n".join(filter(None, [part("line1"), part("line2"), town, part("country")]))
