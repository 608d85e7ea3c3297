"""`bookipi plan COMPANY`: what the engine would do now, record by record. It reads the database and writes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from bookipi_app.clock import system_clock
from bookipi_app.db import Database, database
from bookipi_app.errors import NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import (
    Company,
    Connection,
    ConnectionStatus,
    Customer,
    Invoice,
    Item,
    Kind,
    SyncRecord,
    User,
)
from bookipi_app.sync import review
from bookipi_app.text import fold

Say = Callable[[str], object]
TABLES: dict[Kind, type[Customer] | type[Item] | type[Invoice]] = {
    Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice,
}  # fmt: skip


def tell(wanted: str, say: Say, books: Database | None = None, now: datetime | None = None) -> int:
    """Say for each record that is due what would be done; the exit code: 1 if there is no such company."""
    with (books or database()).reading() as session:
        company = _company(session, wanted)
        if company is None:
            say(f"No company {wanted!r}.")
            return 1
        connection = session.exec(
            select(Connection).where(
                col(Connection.company_id) == company.id, col(Connection.status) != ConnectionStatus.FROZEN
            )
        ).one_or_none()
        if connection is None:
            say(f"{company.name} is not connected to QuickBooks.")
            return 0
        _tell(session, company, connection, say, now or system_clock())
    return 0


def _tell(session: Session, company: Company, connection: Connection, say: Say, now: datetime) -> None:
    say(f"{company.name} and {connection.quickbooks_name or connection.realm_id}: {connection.status.value}")
    number = 0
    for record, words in review.every(session, connection, now):
        if words:
            number += 1
            say(f"  {record.kind.value:<9}{_name(session, record)}: {words}")
    say(f"{number:,} would be done. Nothing was." if number else "Nothing to do.")


def _company(session: Session, wanted: str) -> Company | None:
    named: list[ColumnElement[bool]] = [
        col(Company.name) == wanted,
        col(Company.user_id).in_(select(User.id).where(col(User.email_key) == fold(wanted, 254))),
    ]
    with contextlib.suppress(NotFound):
        named.append(col(Company.id) == parse_id(wanted))
    return session.exec(select(Company).where(or_(*named)).order_by(col(Company.id)).limit(1)).first()


def _name(session: Session, record: SyncRecord) -> str:
    found = session.get(TABLES[record.kind], record.local_id) if record.local_id else None
    if found is None:
        return review.title(record) or f"QuickBooks {record.remote_id}"
    return found.number if isinstance(found, Invoice) else found.name
