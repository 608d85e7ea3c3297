"""Customers: save, find, list, archive. The caller commits; every function looks only at one company's records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.clock import today_in
from bookipi_app.models import Connection, Customer, Invoice, Kind, SyncRecord
from bookipi_app.money import format_cents
from bookipi_app.services import records
from bookipi_app.services.customer_form import LABELS, CustomerForm, form_of_customer, read_customer
from bookipi_app.services.flags import flag_of, newest_connection
from bookipi_app.services.invoice_filters import CELL, OWED, cells_with
from bookipi_app.services.lists import (
    ListQuery,
    Page,
    Selection,
    SortKey,
    fetch_parts,
    few,
    order_name,
    read_moment,
)
from bookipi_app.services.named_lists import Wanted, wanted_of

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
SEARCHED = [col(Customer.name_key), func.lower(col(Customer.email)), func.lower(col(Customer.phone))]


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
    wanted = _wanted(session, company_id, query, connection)
    order = order_name(query, ORDERS)
    selected: Selection = Select(Customer, SyncRecord)
    whole = selected.select_from(Customer).outerjoin(SyncRecord, _joined(connection))
    found = fetch_parts(session, [wanted.part(order, ORDERS[order])], query, col(Customer.id), whole)
    owing = _figures(session, company_id, [row[0].id for row in found.rows], today)
    zone = company.time_zone
    return found.of(
        lambda row: (
            _row(row, owing.get(row[0].id, Owing()), connection, company.currency, zone, now),
            row[0],
        )
    )


def count(session: Session, company_id: UUID, query: ListQuery) -> int:
    """How many customers the query finds, over all pages."""
    wanted = _wanted(session, company_id, query, newest_connection(session, company_id))
    return session.exec(select(func.count()).where(*wanted.conditions())).one()


@dataclass(frozen=True)
class Summary:
    """What a filter comes to, over all its pages."""

    count: int
    outstanding: str


def summary(session: Session, company_id: UUID, query: ListQuery) -> Summary:
    """How many customers a filter finds, and what they owe together."""
    wanted = _wanted(session, company_id, query, newest_connection(session, company_id))
    cents = col(Invoice.total_cents) - col(Invoice.paid_cents)
    owed = select(func.coalesce(func.sum(cents), 0)).where(*_owing(session, company_id))
    if query != ListQuery():
        found = select(Customer.id).where(*wanted.conditions())
        owed = owed.where(col(Invoice.customer_id).in_(found))
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
    query = ListQuery(search=text if isinstance(text, str) else "", descending=False, size=min(limit, 50))
    wanted = _wanted(session, company_id, query, None)
    selected: Selection = Select(Customer)
    found = fetch_parts(
        session,
        [wanted.part("name", ORDERS["name"])],
        query,
        col(Customer.id),
        selected.select_from(Customer),
    )
    return [_choice(row[0]) for row in found.rows]


def _choice(customer: Customer) -> CustomerChoice:
    city = " ".join(filter(None, [customer.bill_region, customer.bill_postal_code]))
    place = ", ".join(filter(None, [customer.bill_city, city]))
    return CustomerChoice(str(customer.id), customer.name, customer.email, place)


def _wanted(session: Session, company_id: UUID, query: ListQuery, connection: Connection | None) -> Wanted:
    wanted = wanted_of(session, Customer, company_id, query, connection, SEARCHED)
    if query.filters.get("balance") != "yes":
        return wanted
    owing = select(Invoice.customer_id).where(*_owing(session, company_id))
    if wanted.ids is None and few(session, owing):
        return replace(wanted, ids=owing)
    owes = exists().where(
        col(Invoice.customer_id) == col(Customer.id), CELL.in_(cells_with(session, company_id, *OWED))
    )
    return replace(wanted, also=(*wanted.also, owes))


def _joined(connection: Connection | None) -> ColumnElement[bool]:
    return and_(
        col(SyncRecord.local_id) == col(Customer.id),
        col(SyncRecord.kind) == Kind.CUSTOMER,
        col(SyncRecord.connection_id) == (connection.id if connection else None),
    )


def _owing(session: Session, company_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """The invoices of which something is still owed."""
    return col(Invoice.company_id) == company_id, CELL.in_(cells_with(session, company_id, *OWED))


@dataclass(frozen=True)
class Owing:
    """A customer's invoices: how many that are neither void nor in the trash, and what is owed of them, in cents."""

    number: int = 0
    owed: int = 0
    overdue: int = 0


def _figures(session: Session, company_id: UUID, ids: list[UUID], today: date) -> dict[UUID, Owing]:
    """Of some customers, read in the index of their invoices."""
    if not ids:
        return {}
    owed = CELL.in_(cells_with(session, company_id, *OWED))
    cents = col(Invoice.total_cents) - col(Invoice.paid_cents)
    selected: Selection = Select(
        col(Invoice.customer_id),
        func.count().filter(CELL.not_like("trash %"), CELL.not_like("void/%")),
        func.coalesce(func.sum(cents).filter(owed), 0),
        func.coalesce(func.sum(cents).filter(owed, col(Invoice.due_date) < today), 0),
    )
    found = session.exec(selected.where(col(Invoice.customer_id).in_(ids)).group_by(col(Invoice.customer_id)))
    return {row[0]: Owing(row[1], int(row[2]), int(row[3])) for row in found}


def _row(
    row: Any, owing: Owing, connection: Connection | None, currency: str, zone: str, now: datetime
) -> CustomerRow:
    customer, state = row[:2]
    flag = flag_of(state, connection, customer, zone=zone, now=now)
    return CustomerRow(
        id=str(customer.id),
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        invoices=f"{owing.number:,}",
        outstanding=format_cents(owing.owed, currency) if owing.owed else "",
        overdue=format_cents(owing.overdue, currency) if owing.overdue else "",
        owed_cents=owing.owed,
        overdue_cents=owing.overdue,
        active=customer.active,
        flag=flag.flag,
        flag_words=flag.words,
        flag_tip=flag.tip,
        may_sync=flag.offers_sync,
    )
