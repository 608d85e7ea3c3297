"""People, here and in QuickBooks: they save through the app's services, and edit through a grant of their own."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import islice

from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Customer, Kind, SyncRecord
from bookipi_app.rehearsal.load import Doing, What
from bookipi_app.rehearsal.world import START, Sampled, World
from bookipi_app.services import customers, invoices
from bookipi_app.services.customer_form import CustomerForm
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from bookipi_app.sync import engine

WHO = "Owner"
NEVER = START + timedelta(days=1000)


class People:
    """Everybody who changes something."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.done: Counter[str] = Counter()
        self._world, self._chance = world, chance

    def do(self, doing: Doing) -> None:
        """Do it now."""
        one = self._world.sampled[doing.company]
        self.done[doing.what.value] += doing.much
        match doing.what:
            case What.NEW_INVOICE:
                self._invoice(one)
            case What.EDIT_HERE:
                self._edit_here(one)
            case What.EDIT_THERE:
                self._edit_there(one, doing.much)

    def first_customer(self, one: Sampled) -> None:
        """Before anything counts, a company has a customer that is in step; its timers stay where they are."""
        timed = ("feed_due_at", "preflight_due_at", "compare_due_at")
        with self._world.database.transaction() as session:
            form = CustomerForm(name="Lakeline Homeowners")
            customers.save(session, one.company_id, None, form, now=self._world.now, who=WHO)
            row = session.get_one(Connection, one.connection_id)
            due = {name: getattr(row, name) for name in timed}
            for name in timed:
                setattr(row, name, NEVER)
        engine.run(self._world.around(), one.connection_id)
        with self._world.database.transaction() as session:
            row = session.get_one(Connection, one.connection_id)
            for name, moment in due.items():
                setattr(row, name, moment)

    def _invoice(self, one: Sampled) -> None:
        now = self._world.now
        with self._world.database.transaction(one.company_id) as session:
            lines = [LineForm(description="Leaf removal", quantity="1", price="212.25")]
            form = InvoiceForm(customer_id=str(_customer(session, one).id), lines=lines)
            invoices.save(session, one.company_id, None, form, issue=True, now=now, who=WHO)

    def _edit_here(self, one: Sampled) -> None:
        now, phone = self._world.now, f"512-555-{self._chance.randrange(10_000):04}"
        with self._world.database.transaction(one.company_id) as session:
            customer = _customer(session, one)
            form = CustomerForm(name=customer.name, phone=phone)
            customers.save(session, one.company_id, customer.id, form, now=now, who=WHO)

    def _edit_there(self, one: Sampled, much: int) -> None:
        """One edit is of the customer that is linked; many are of whatever customers there are."""
        living = self._world.sandbox.company(one.realm).living("Customer")
        ids = self._linked(one) if much == 1 else [record.id for record in islice(living, much)]
        for remote_id in ids:
            notes = f"Seen {self._chance.randrange(10**6)}"
            self._world.edit_there(one.realm, "Customer", remote_id, Notes=notes)

    def _linked(self, one: Sampled) -> list[str]:
        with self._world.database.reading() as session:
            linked = select(SyncRecord.remote_id).where(
                SyncRecord.connection_id == one.connection_id, SyncRecord.kind == Kind.CUSTOMER
            )
            return [
                remote_id
                for remote_id in session.exec(linked.order_by(col(SyncRecord.remote_id)))
                if remote_id
            ][:1]


def _customer(session: Session, one: Sampled) -> Customer:
    """The one that every company begins with; what arrived from QuickBooks is another."""
    first = select(Customer).where(Customer.company_id == one.company_id).order_by(col(Customer.created_at))
    return session.exec(first.limit(1)).one()
