"""Customers: save, find, list, archive. The caller commits; every function looks only at one company's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal_column
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.clock import today_in
from bookipi_app.models import Connection, Customer, Invoice, Kind, Stage, SyncRecord
from bookipi_app.money import format_cents
from bookipi_app.services import records
from bookipi_app.services.customer_form import LABELS, CustomerForm, form_of_customer, read_customer
from bookipi_app.services.flags import flag_condition, flag_of, newest_connection
from bookipi_app.services.lists import (
    ListQuery,
    Page,
    Selection,
    SortKey,
    fetch_page,
    read_moment,
    search_condition,
)

__all__ = [
    "CustomerChoice",
    "CustomerForm",
    "CustomerRow",
    "Summary",
    "archive",
    "count",
    "form_of_customer",
    "get",
    "page",
    "pairs",
    "pick",
    "restore",
    "save",
    "summary",
    "tab_counts",
]
ORDERS = {
    "name": SortKey(col(Customer.name_key)),
    "created": SortKey(col(Customer.created_at), read_moment),
    "email": SortKey(col(Customer.email)),
}


@dataclass(frozen=True)
class CustomerRow:
    """A line of the list. Amounts are words, empty where there is nothing."""

    id: str
    name: str
    email: str
    phone: str
    invoices: str
    outstanding: str
    overdue: str
    owed_cents: int
    overdue_cents: int
    active: bool
    flag: str
    flag_words: str
    flag_tip: str
    may_sync: bool


@dataclass(frozen=True)
class CustomerChoice:
    """A customer offered while an invoice is written, with what the invoice takes over."""

    id: str
    name: str
    email: str
    place: str


def save(
    session: Session, company_id: UUID, customer_id: object, form: CustomerForm, *, now: datetime, who: str
) -> Customer:
    """Create (`customer_id` None) or update. `who` is the name that the history shows.

    Raises:
        InvalidInput: fields are wrong, or the record changed since the form was filled.
        NotFound: no such customer in this company.
    """
    values = read_customer(form)
    record, record_id = records.find_or_new_id(session, Customer, company_id, customer_id, form.key)
    records.refuse_if_changed(record, form.version)

    def make() -> Customer:
        return Customer(id=record_id, company_id=company_id, created_at=now, updated_at=now, **values)

    saved = records.save_named(session, Kind.CUSTOMER, record, values, make, LABELS, now=now, who=who)
    assert isinstance(saved, Customer)
    return saved


def get(session: Session, company_id: UUID, customer_id: object) -> Customer:
    """One customer of this company.

    Raises:
        NotFound: unknown, or another company's.
    """
    return records.find(session, Customer, company_id, customer_id)


def archive(session: Session, company_id: UUID, customer_id: object, *, now: datetime, who: str) -> None:
    """Take out of the lists. Invoices keep it."""
    record = records.find(session, Customer, company_id, customer_id, lock=True)
    records.set_active(session, Kind.CUSTOMER, record, False, now=now, who=who)


def restore(session: Session, company_id: UUID, customer_id: object, *, now: datetime, who: str) -> None:
    """Bring back from the archive."""
    record = records.find(session, Customer, company_id, customer_id, lock=True)
    records.set_active(session, Kind.CUSTOMER, record, True, now=now, who=who)


def page(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None
) -> Page[CustomerRow]:
    """A page of the list. Filters: `archived` = yes, `balance` = yes, `flag` = a flag or `needs`.

    Sorts: name, created, email.
    """
    return pairs(session, company_id, query, now=now or datetime.now(UTC)).of(lambda pair: pair[0])


def pairs(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime
) -> Page[tuple[CustomerRow, Customer]]:
    """The same page, each row with its customer: for a file."""
    company = records.company_of(session, company_id)
    connection, today = newest_connection(session, company_id), today_in(company.time_zone, now)
    selected: Selection = Select(Customer, SyncRecord, _number(), _open_cents(), _open_cents(today))
    statement = (
        selected.select_from(Customer)
        .outerjoin(SyncRecord, _joined(connection))
        .where(*_conditions(company_id, query, connection))
    )
    found = fetch_page(session, statement, query, ORDERS, col(Customer.id))
    return found.of(lambda row: (_row(row, connection, company.currency, company.time_zone, now), row[0]))


def count(session: Session, company_id: UUID, query: ListQuery) -> int:
    """How many customers the query finds, over all pages."""
    connection = newest_connection(session, company_id)
    statement = (
        select(func.count())
        .select_from(Customer)
        .outerjoin(SyncRecord, _joined(connection))
        .where(*_conditions(company_id, query, connection))
    )
    return session.exec(statement).one()


@dataclass(frozen=True)
class Summary:
    """What a filter comes to, over all its pages."""

    count: int
    outstanding: str


def summary(session: Session, company_id: UUID, query: ListQuery) -> Summary:
    """How many customers a filter finds, and what they owe together."""
    connection = newest_connection(session, company_id)
    found = (
        select(Customer.id)
        .select_from(Customer)
        .outerjoin(SyncRecord, _joined(connection))
        .where(*_conditions(company_id, query, connection))
    )
    cents = col(Invoice.total_cents) - col(Invoice.paid_cents)
    owed = select(func.coalesce(func.sum(cents), 0)).where(
        *_owing(company_id), col(Invoice.customer_id).in_(found)
    )
    currency = records.company_of(session, company_id).currency
    total = format_cents(int(session.exec(owed).one()), currency)
    return Summary(count(session, company_id, query), total)


def tab_counts(session: Session, company_id: UUID) -> dict[str, int]:
    """The counts on the tabs: all (empty name), balance, archived."""
    tabs = {"": ListQuery(), "balance": ListQuery(filters={"balance": "yes"})}
    tabs["archived"] = ListQuery(filters={"archived": "yes"})
    return {tab: count(session, company_id, query) for tab, query in tabs.items()}


def pick(session: Session, company_id: UUID, text: object, limit: int = 20) -> list[CustomerChoice]:
    """Active customers whose name or e-mail contains the text, by name."""
    statement = select(Customer).where(col(Customer.company_id) == company_id, col(Customer.active))
    search = _search(text)
    if search is not None:
        statement = statement.where(search)
    found = session.exec(statement.order_by(col(Customer.name_key), col(Customer.id)).limit(min(limit, 50)))
    return [_choice(customer) for customer in found]


def _choice(customer: Customer) -> CustomerChoice:
    city = " ".join(filter(None, [customer.bill_region, customer.bill_postal_code]))
    place = ", ".join(filter(None, [customer.bill_city, city]))
    return CustomerChoice(str(customer.id), customer.name, customer.email, place)


def _search(text: object) -> ColumnElement[bool] | None:
    return search_condition(
        text, [col(Customer.name_key), func.lower(col(Customer.email)), col(Customer.phone)]
    )


def _joined(connection: Connection | None) -> ColumnElement[bool]:
    return and_(
        col(SyncRecord.local_id) == col(Customer.id),
        col(SyncRecord.kind) == Kind.CUSTOMER,
        col(SyncRecord.connection_id) == (connection.id if connection else None),
    )


def _conditions(
    company_id: UUID, query: ListQuery, connection: Connection | None
) -> list[ColumnElement[bool]]:
    active = query.filters.get("archived") != "yes"
    conditions = [col(Customer.company_id) == company_id, col(Customer.active) == active]
    search = _search(query.search)
    if search is not None:
        conditions.append(search)
    if query.filters.get("balance") == "yes":
        conditions.append(col(Customer.id).in_(select(Invoice.customer_id).where(*_owing(company_id))))
    if flag := query.filters.get("flag"):
        conditions.append(flag_condition(flag, connection, literal_column("1") == literal_column("1")))
    return conditions


def _owing(company_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """The invoices of which something is still owed."""
    return (
        col(Invoice.company_id) == company_id,
        col(Invoice.stage) == literal_column(f"'{Stage.ISSUED.value}'"),
        col(Invoice.paid_cents) < col(Invoice.total_cents),
        col(Invoice.trashed_at).is_(None),
    )


def _number() -> ScalarSelect[Any]:
    return _of_invoices(func.count(col(Invoice.id)), col(Invoice.stage) != Stage.VOID)


def _open_cents(overdue_on: date | None = None) -> ScalarSelect[Any]:
    """What issued invoices still lack, in cents; only those overdue on a day if one is given."""
    conditions = [col(Invoice.stage) == Stage.ISSUED, col(Invoice.paid_cents) < col(Invoice.total_cents)]
    if overdue_on:
        conditions.append(col(Invoice.due_date) < overdue_on)
    owed = func.coalesce(func.sum(col(Invoice.total_cents) - col(Invoice.paid_cents)), 0)
    return _of_invoices(owed, *conditions)


def _of_invoices(value: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(value)
        .where(
            col(Invoice.customer_id) == col(Customer.id),
            col(Invoice.company_id) == col(Customer.company_id),
            col(Invoice.trashed_at).is_(None),
            *conditions,
        )
        .correlate(Customer)
        .scalar_subquery()
    )


def _row(row: Any, connection: Connection | None, currency: str, zone: str, now: datetime) -> CustomerRow:
    customer, state, number, owed, overdue = row[:5]
    flag = flag_of(state, connection, customer, zone=zone, now=now)
    return CustomerRow(
        id=str(customer.id),
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        invoices=f"{number:,}",
        outstanding=format_cents(int(owed), currency) if owed else "",
        overdue=format_cents(int(overdue), currency) if overdue else "",
        owed_cents=int(owed),
        overdue_cents=int(overdue),
        active=customer.active,
        flag=flag.flag,
        flag_words=flag.words,
        flag_tip=flag.tip,
        may_sync=flag.offers_sync,
    )
