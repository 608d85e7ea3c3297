"""Accounts that are alike but for their size: the records are written by SQL, out of one of each kind.

A million invoices, their customers and what is known of them in QuickBooks are there in about a minute and a half, most
of it for the indexes, which are made behind the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection as Wire
from sqlalchemy import text
from sqlmodel import Session

from bookipi_app.db import Database
from bookipi_app.ids import new_id
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    Item,
    Kind,
    Stage,
    SyncRecord,
)
from bookipi_app.services import auth

PASSWORD = "a long enough secret"
DAYS = 1200  # the book's length
PER_CUSTOMER, PER_ITEM = 50, 200
TABLES = ("customer", "item", "invoice", "sync_record", "search_text")

# The place behind the newest one, of so many; the sixty newest are owed, half of them late, and in a large book every
# fortieth of the others; so a page is full in every order and under every filter by status.
SERIES = "WITH RECURSIVE n (back) AS (SELECT 0 UNION ALL SELECT back + 1 FROM n WHERE back + 1 < :count) "
LATE = "(n.back BETWEEN 30 AND 59 OR (n.back > 60 AND n.back % 40 = 0))"
NEWEST_HALF = "n.back < :count / 2"
ID = "printf('0190%08x7000800000%06x%04x', :count - n.back, :account, {kind})"


@contextmanager
def without_indexes(wire: Wire) -> Iterator[None]:
    """Indexes and triggers of what is filled are made again behind it."""
    names = ", ".join(f"'{table}'" for table in TABLES)
    found = wire.exec_driver_sql(
        f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({names}) AND sql IS NOT NULL"
        " AND type IN ('index', 'trigger') ORDER BY type"
    ).all()
    for kind, name, _ in found:
        wire.exec_driver_sql(f'DROP {kind} "{name}"')
    yield
    for _, _, made_by in found:
        wire.exec_driver_sql(made_by)


def fill(store: Database, email: str, count: int) -> UUID:
    """An account with so many invoices, the newer half of them synced; the company's id."""
    now = datetime.now(UTC)
    with store.transaction() as session:
        user = auth.sign_up(
            session, email=email, password=PASSWORD, name="Ada", country="US", company_name="Bench", now=now
        )
        company_id = user.default_company_id
        assert company_id is not None
        connection = Connection(
            company_id=company_id, realm_id=str(count), status=ConnectionStatus.CONNECTED,
            first_connected_at=now - timedelta(days=DAYS), connected_at=now,
        )  # fmt: skip
        session.add(connection)
        session.flush()
        wire = session.connection()
        with without_indexes(wire):
            _fill(session, company_id, connection.id, count, now)
    return company_id


def _fill(session: Session, company_id: UUID, connection_id: UUID, count: int, now: datetime) -> None:
    wire, customers, items = session.connection(), max(30, count // PER_CUSTOMER), max(30, count // PER_ITEM)
    told: dict[str, Any] = {"account": count, "count": customers}
    made = {"company_id": company_id, "created_at": now, "updated_at": now}
    _like(
        session, Customer(name="C", name_key="c", **made), told, ID.format(kind=1),
        name="printf('Customer %05d', n.back)", name_key="printf('customer %05d', n.back)",
        email="printf('c%d@example.com', n.back * 7919 % 1000003)",
    )  # fmt: skip
    _like(
        session, Item(name="I", name_key="i", **made), {**told, "count": items}, ID.format(kind=2),
        name="printf('Item %05d', n.back)", name_key="printf('item %05d', n.back)",
        price="(n.back * 7919 % 100000 + 1) * 100000",
    )  # fmt: skip
    issue = f"date(:today, -(n.back * {DAYS} / :count) || ' days')"
    total = "(n.back * 500009 % 990000 + 1000)"
    customer = ID.replace(":count - n.back", f"{customers} - n.back % {customers}").format(kind=1)
    invoice = Invoice(
        stage=Stage.ISSUED, number="N", number_key="n", issue_date=now.date(), due_date=now.date(), issued_at=now,
        sent_at=now, **made,
    )  # fmt: skip
    told |= {"count": count, "today": now.date().isoformat()}
    _like(
        session, invoice, told, ID.format(kind=3),
        number="'INV-' || (:count - n.back + 1000)", number_key="'inv-' || (:count - n.back + 1000)",
        issue_date=issue, total_cents=total, customer_id=customer,
        due_date=f"CASE WHEN {LATE} THEN min({issue}, date(:today, '-1 day'))"
                 f" ELSE date(max({issue}, :today), (7 + n.back * 7 % 20) || ' days') END",
        paid_cents=f"CASE WHEN n.back < 60 OR {LATE} THEN 0 ELSE {total} END",
        flagged=f"CASE WHEN {NEWEST_HALF} THEN CASE n.back % 300 WHEN 7 THEN 'attention' ELSE 'synced' END ELSE '' END",
    )  # fmt: skip
    state = SyncRecord(
        connection_id=connection_id, kind=Kind.INVOICE, local_id=new_id(), remote_id="1", flag=Flag.SYNCED,
        flag_since=now,
    )  # fmt: skip
    _like(
        session, state, told, ID.format(kind=4), only=NEWEST_HALF,
        local_id=ID.format(kind=3), remote_id="'' || n.back",
        flag="CASE n.back % 300 WHEN 7 THEN 'attention' ELSE 'synced' END",
    )  # fmt: skip
    wire.execute(
        text("INSERT INTO invoice_tally SELECT company_id, cell, issue_month, count(*), sum(total_cents),"
             " sum(paid_cents) FROM invoice WHERE company_id = :mine GROUP BY company_id, cell, issue_month"),
        {"mine": company_id.hex},
    )  # fmt: skip
    for kind, words in (("customer", "name_key || char(10) || email || char(10)"), ("item", "name_key || char(10)"),
                        ("invoice", "number_key")):  # fmt: skip
        wire.execute(
            text(f"INSERT INTO search_text (kind, record_id, words) SELECT '{kind}', id, {words} FROM {kind}"
                 " WHERE company_id = :mine"), {"mine": company_id.hex},
        )  # fmt: skip
        wire.execute(
            text(f"INSERT INTO search_{kind} (rowid, words) SELECT s.id, s.words FROM search_text s"
                 f" JOIN {kind} r ON r.id = s.record_id WHERE r.company_id = :mine"), {"mine": company_id.hex},
        )  # fmt: skip


def _like(
    session: Session, one: Any, told: dict[str, Any], identity: str, only: str = "1", **columns: str
) -> None:
    """As many rows as `count` says, like this one but for some columns, which SQL gives."""
    session.add(one)
    session.flush()
    table = one.__table__
    given = {"id": identity, **columns}
    names = [column.name for column in table.columns if column.computed is None]
    values = ", ".join(given.get(name, f"t.{name}") for name in names)
    session.connection().execute(
        text(f"{SERIES} INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM n, {table.name} t"
             f" WHERE t.id = :template AND {only}"), {**told, "template": one.id.hex},
    )  # fmt: skip
    session.delete(one)
    session.flush()
