"""Older invoices that somebody asked to bring over: twenty customers, and their invoices of two lines each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel, col, select

from bookipi_app.ids import new_id
from bookipi_app.models import Connection, Customer, Flag, Invoice, InvoiceLine, Kind, SyncRecord
from bookipi_app.services import customers, invoices
from bookipi_app.services.customer_form import CustomerForm
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from tests.bench.rooms import Account

CUSTOMERS = 20


def ask_for(account: Account, count: int) -> None:
    """So many invoices, all wanted, none of them waited for by a person; saving one wakes nobody here."""
    with account.room.database.transaction() as session:
        firsts = [_first(session, account, number) for number in range(min(CUSTOMERS, count))]
        session.flush()
        for number in range(len(firsts), count):
            _copy(session, firsts[number % len(firsts)], number)
        session.flush()
        _want(session, account)


def _first(session: Session, account: Account, number: int) -> Invoice:
    form = CustomerForm(name=f"Client {number:03}", email=f"client{number}@example.com")
    now = datetime.now(UTC)
    customer = customers.save(session, account.company_id, None, form, now=now, who="Ada")
    return invoice_for(session, account, customer, number)


def invoice_for(session: Session, account: Account, customer: Customer, number: int) -> Invoice:
    """An invoice as the page saves it."""
    lines = [
        LineForm(description="Stone wall", quantity="2", price=f"{50 + number}.25"),
        LineForm(description="Leaf removal", quantity="1", price="10"),
    ]
    form = InvoiceForm(customer_id=str(customer.id), number=f"INV-{number:06}", lines=lines)
    now = datetime.now(UTC)
    return invoices.save(session, account.company_id, None, form, issue=True, now=now, who="Ada")


def _copy(session: Session, first: Invoice, number: int) -> None:
    """The same invoice under another number, as a row: a thousand saves would take longer than what is measured."""
    identity, name = new_id(), f"INV-{number:06}"
    session.add(Invoice(**_values(first, id=identity, number=name, number_key=name.lower())))
    session.flush()
    for line in session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == first.id)).all():
        session.add(InvoiceLine(**_values(line, id=new_id(), invoice_id=identity)))


def _values(row: SQLModel, **other: Any) -> dict[str, Any]:
    return row.model_dump() | other


def _want(session: Session, account: Account) -> None:
    now = datetime.now(UTC)
    known = {
        record.local_id: record
        for record in session.exec(
            select(SyncRecord).where(SyncRecord.connection_id == account.connection_id)
        )
    }
    for kind, table in ((Kind.CUSTOMER, Customer), (Kind.INVOICE, Invoice)):
        ids: list[UUID] = list(
            session.exec(select(table.id).where(col(table.company_id) == account.company_id))
        )
        for one in ids:
            record = known.get(one) or SyncRecord(
                connection_id=account.connection_id, kind=kind, local_id=one, flag_since=now
            )
            record.wanted, record.due_at, record.saved_at, record.told_at = True, now, None, None
            record.flag = Flag.SYNCING
            session.add(record)
    session.get_one(Connection, account.connection_id).wake += 1
