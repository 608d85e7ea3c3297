"""Lists of invoices: a page of rows with status and flag in one query, and what the whole filter comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.clock import today_in
from bookipi_app.errors import NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import Connection, Customer, Invoice, Kind, Stage, SyncRecord
from bookipi_app.money import NotAnAmount, format_cents, parse_cents
from bookipi_app.services import records
from bookipi_app.services.flags import flag_condition, flag_of, newest_connection
from bookipi_app.services.invoice_status import WORDS, Status, status_condition, status_of
from bookipi_app.services.lists import (
    ListQuery,
    Page,
    Selection,
    SortKey,
    fetch_page,
    filter_day,
    read_day,
    read_moment,
    read_whole,
    search_condition,
)
from bookipi_app.services.words import day_words

TABS = (Status.DRAFT, "outstanding", Status.OVERDUE, Status.PAID, Status.VOID)
_CUSTOMER = func.coalesce(col(Customer.name_key), "")
ORDERS = {
    "issued": SortKey(col(Invoice.issue_date), read_day),
    "due": SortKey(col(Invoice.due_date), read_day),
    "number": SortKey(col(Invoice.number_key)),
    "customer": SortKey(_CUSTOMER),
    "amount": SortKey(col(Invoice.total_cents), read_whole),
    "created": SortKey(col(Invoice.created_at), read_moment),
}


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
    overdue: bool
    trashed: bool
    flag: str
    flag_words: str
    flag_tip: str


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
    `from` and `to` (issue dates), `trash` = yes. Sorts: issued, due, number, customer, amount, created.
    """
    now = now or datetime.now(UTC)
    company = records.company_of(session, company_id)
    today, connection = today_in(company.time_zone, now), newest_connection(session, company_id)
    statement: Any = (
        select(Invoice, func.coalesce(Customer.name, ""), SyncRecord)
        .select_from(Invoice)
        .outerjoin(Customer, col(Customer.id) == col(Invoice.customer_id))
        .outerjoin(SyncRecord, _joined(connection))
        .where(*_conditions(company_id, query, connection, today))
    )
    found = fetch_page(session, statement, query, ORDERS, col(Invoice.id))
    rows = [_row(row, connection, today, company.time_zone, now) for row in found.rows]
    return Page(tuple(rows), found.next, found.previous)


def count(session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None) -> int:
    """How many invoices the query finds, over all pages."""
    return summary(session, company_id, query, now=now).count


def summary(session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None) -> Summary:
    """Count and sums of everything that the query finds."""
    company = records.company_of(session, company_id)
    today = today_in(company.time_zone, now or datetime.now(UTC))
    connection = newest_connection(session, company_id)
    issued = col(Invoice.stage) == Stage.ISSUED
    total = func.sum(col(Invoice.total_cents)).filter(issued)
    owed = func.sum(col(Invoice.total_cents) - col(Invoice.paid_cents)).filter(issued)
    statement = (
        select(func.count(), func.coalesce(total, 0), func.coalesce(owed, 0))
        .select_from(Invoice)
        .outerjoin(Customer, col(Customer.id) == col(Invoice.customer_id))
        .outerjoin(SyncRecord, _joined(connection))
        .where(*_conditions(company_id, query, connection, today))
    )
    number, total_cents, owed_cents = session.exec(statement).one()
    money = company.currency
    return Summary(number, format_cents(int(total_cents), money), format_cents(int(owed_cents), money))


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


def _conditions(
    company_id: UUID, query: ListQuery, connection: Connection | None, today: date
) -> list[ColumnElement[bool]]:
    filters = query.filters
    trashed = col(Invoice.trashed_at).is_not(None)
    conditions = [
        col(Invoice.company_id) == company_id,
        trashed if filters.get("trash") == "yes" else ~trashed,
    ]
    status = status_condition(filters.get("status", ""), today)
    search = _search(query.search)
    conditions += [condition for condition in (status, search) if condition is not None]
    if customer := filters.get("customer"):
        conditions.append(_of_customer(customer))
    if first := filter_day(filters.get("from")):
        conditions.append(col(Invoice.issue_date) >= first)
    if last := filter_day(filters.get("to")):
        conditions.append(col(Invoice.issue_date) <= last)
    if flag := filters.get("flag"):
        conditions.append(flag_condition(flag, connection, col(Invoice.stage) != Stage.DRAFT))
    return conditions


def _of_customer(text: str) -> ColumnElement[bool]:
    try:
        return col(Invoice.customer_id) == parse_id(text)
    except NotFound:
        return false()


def _search(text: object) -> ColumnElement[bool] | None:
    """Number or customer contains the text, or the total is the amount typed."""
    condition = search_condition(text, [col(Invoice.number_key), _CUSTOMER])
    if condition is None or not isinstance(text, str):
        return condition
    try:
        return or_(condition, col(Invoice.total_cents) == parse_cents(text))
    except NotAnAmount:
        return condition


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
        overdue=status is Status.OVERDUE,
        trashed=invoice.trashed_at is not None,
        flag=flag.flag,
        flag_words=flag.words,
        flag_tip=flag.tip,
    )
