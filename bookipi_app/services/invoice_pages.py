"""Lists of invoices: a page of rows with status and flag in one query, and what the whole filter comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.clock import today_in
from bookipi_app.models import Connection, Customer, Invoice, Kind, Stage, SyncRecord
from bookipi_app.money import format_cents
from bookipi_app.services import records
from bookipi_app.services.flags import flag_of, newest_connection
from bookipi_app.services.invoice_filters import Place, conditions, narrowed
from bookipi_app.services.invoice_status import WORDS, Status, status_condition, status_of
from bookipi_app.services.lists import (
    ListQuery,
    Page,
    Part,
    Selection,
    SortKey,
    fetch_parts,
    read_day,
    read_id,
    read_moment,
    read_whole,
)
from bookipi_app.services.words import day_words

TABS = (Status.DRAFT, "outstanding", Status.OVERDUE, Status.PAID, Status.VOID)
ISSUED = SortKey(col(Invoice.issue_date), read_day)
ORDERS = {
    "issued": ISSUED,
    "due": SortKey(col(Invoice.due_date), read_day),
    "number": SortKey(col(Invoice.number_key)),
    "amount": SortKey(col(Invoice.total_cents), read_whole),
    "created": SortKey(col(Invoice.created_at), read_moment),
}
CUSTOMER = SortKey(
    col(Customer.name_key), then=((col(Customer.id), read_id), (col(Invoice.issue_date), read_day))
)
"""By customer, and then by date: the order in which two indexes, one inside the other, give the rows."""


@dataclass(frozen=True)
class InvoiceRow:
    """A line of the list, ready to show. `status` is a value of `Status`, `status_word` its word."""

    id: str
    number: str
    customer: str
    customer_id: str
    issued: str
    due: str
    status: str
    status_word: str
    amount: str
    cents: int
    currency: str
    overdue: bool
    trashed: bool
    flag: str
    flag_words: str
    flag_tip: str
    may_sync: bool


@dataclass(frozen=True)
class Summary:
    """What a filter comes to, over all its pages. Void invoices and drafts count in neither sum."""

    count: int
    total: str
    outstanding: str


def page(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None
) -> Page[InvoiceRow]:
    """A page of the list, newest first unless sorted otherwise.

    Filters: `status` (a `Status`, `outstanding` or `issued`), `flag` (a flag or `needs`), `customer` (an id),
    `issued` (a period's name) or `from` and `to` (days), `age` (how late), `trash` = yes. Sorts: issued, due,
    number, customer, amount, created.
    """
    return pairs(session, company_id, query, now=now or datetime.now(UTC)).of(lambda pair: pair[0])


def pairs(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime
) -> Page[tuple[InvoiceRow, Invoice]]:
    """The same page, each row with its invoice: for a file."""
    place, zone = _place(session, company_id, now)
    found = fetch_parts(session, _parts(session, place, query), query, col(Invoice.id))
    return found.of(lambda row: (_row(row, place.connection, place.today, zone, now), row[0]))


def count(session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None) -> int:
    """How many invoices the query finds, over all pages."""
    return summary(session, company_id, query, now=now).count


def summary(session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None) -> Summary:
    """Count and sums of everything that the query finds."""
    place, _ = _place(session, company_id, now or datetime.now(UTC))
    issued = col(Invoice.stage) == Stage.ISSUED
    total = func.sum(col(Invoice.total_cents)).filter(issued)
    owed = func.sum(col(Invoice.total_cents) - col(Invoice.paid_cents)).filter(issued)
    selected: Selection = Select(func.count(), func.coalesce(total, 0), func.coalesce(owed, 0))
    statement = selected.select_from(Invoice).where(*conditions(session, place, query))
    if query.filters.get("flag"):
        statement = statement.outerjoin(SyncRecord, _joined(place.connection))
    number, total_cents, owed_cents = session.exec(statement).one()
    money = records.company_of(session, company_id).currency
    return Summary(number, format_cents(int(total_cents), money), format_cents(int(owed_cents), money))


def sum_words(rows: Sequence[InvoiceRow]) -> str:
    """What some rows come to; empty for none."""
    return format_cents(sum(row.cents for row in rows), rows[0].currency) if rows else ""


def tab_counts(session: Session, company_id: UUID, *, now: datetime | None = None) -> dict[str, int]:
    """The counts on the tabs: all, draft, outstanding, overdue, paid, void, trash."""
    company = records.company_of(session, company_id)
    today = today_in(company.time_zone, now or datetime.now(UTC))
    kept = col(Invoice.trashed_at).is_(None)
    conditions: dict[str, ColumnElement[bool]] = {"all": kept, "trash": ~kept}
    for name in TABS:
        condition = status_condition(name, today)
        assert condition is not None
        conditions[name] = and_(kept, condition)
    counted = [func.count().filter(condition) for condition in conditions.values()]
    selected: Selection = Select(*counted)
    statement = selected.select_from(Invoice).where(col(Invoice.company_id) == company_id)
    return {
        str(name): int(number) for name, number in zip(conditions, session.exec(statement).one(), strict=True)
    }


def _joined(connection: Connection | None) -> ColumnElement[bool]:
    return and_(
        col(SyncRecord.local_id) == col(Invoice.id),
        col(SyncRecord.kind) == Kind.INVOICE,
        col(SyncRecord.connection_id) == (connection.id if connection else None),
    )


def _place(session: Session, company_id: UUID, now: datetime) -> tuple[Place, str]:
    """Whose list it is; and the company's time zone."""
    company = records.company_of(session, company_id)
    connection = newest_connection(session, company_id)
    return Place(company_id, connection, today_in(company.time_zone, now)), company.time_zone


def _parts(session: Session, place: Place, query: ListQuery) -> list[Part]:
    """The list as one part; by customer those without one, drafts as a rule, come last."""
    wanted = narrowed(session, place, query)
    joined = and_(
        col(Customer.id) == col(Invoice.customer_id), col(Customer.company_id) == col(Invoice.company_id)
    )
    selected: Any = select(Invoice, func.coalesce(Customer.name, ""), SyncRecord).select_from(Invoice)
    if query.sort != "customer":
        name = query.sort if query.sort in ORDERS else "issued"
        statement = selected.outerjoin(Customer, col(Customer.id) == col(Invoice.customer_id))
        return [Part(name, _completed(statement, place, wanted), ORDERS[name])]
    named = selected.join(Customer, joined).where(col(Customer.company_id) == place.company_id)
    nameless = selected.outerjoin(Customer, joined).where(col(Invoice.customer_id).is_(None))
    return [
        Part("customer", _completed(named, place, wanted), CUSTOMER),
        Part("nobody", _completed(nameless, place, wanted), ISSUED),
    ]


def _completed(statement: Any, place: Place, wanted: list[ColumnElement[bool]]) -> Selection:
    return statement.outerjoin(SyncRecord, _joined(place.connection)).where(*wanted)


def _row(row: Any, connection: Connection | None, today: date, zone: str, now: datetime) -> InvoiceRow:
    invoice, customer, state = row[:3]
    status = status_of(invoice, today)
    flag = flag_of(state, connection, invoice, zone=zone, now=now)
    return InvoiceRow(
        id=str(invoice.id),
        number=invoice.number,
        customer=customer,
        customer_id=str(invoice.customer_id or ""),
        issued=day_words(invoice.issue_date, today),
        due=day_words(invoice.due_date, today),
        status=status,
        status_word=WORDS[status],
        amount=format_cents(invoice.total_cents, invoice.currency),
        cents=invoice.total_cents,
        currency=invoice.currency,
        overdue=status is Status.OVERDUE,
        trashed=invoice.trashed_at is not None,
        flag=flag.flag,
        flag_words=flag.words,
        flag_tip=flag.tip,
        may_sync=flag.offers_sync,
    )
