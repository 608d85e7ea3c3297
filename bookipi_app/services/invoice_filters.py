"""Which invoices a list shows. However many there are, a page of them is found in about the same time.

A list is read in its order by an index, row by row, until the page is full, and each row is judged by the filters.
That is quick while a filter lets many rows pass. Where one lets only few pass, these few are looked up by an index of
their own and sorted: `narrowed` tells the two cases apart with a probe of a fixed size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_, union_all
from sqlmodel import Session, col, select

from bookipi_app.errors import NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import Connection, Customer, Invoice, Kind, Stage, SyncRecord
from bookipi_app.models.record import BEFORE_THE_DIGITS
from bookipi_app.money import NotAnAmount, parse_cents
from bookipi_app.services.flags import flag_condition, flag_is_of_record, flag_stored
from bookipi_app.services.invoice_status import Status, due_between, status_condition
from bookipi_app.services.lists import FEW, ListQuery, few, filter_day, judged, searched
from bookipi_app.services.periods import period
from bookipi_app.text import like_pattern

LAST_CHARACTER = "\U0010ffff"
OWED = {"outstanding", Status.OVERDUE, Status.UNSENT, Status.SENT, Status.PARTLY_PAID}


@dataclass(frozen=True)
class Place:
    """Whose list it is, on which day, and which connection its flags are of."""

    company_id: UUID
    connection: Connection | None
    today: date


@dataclass(frozen=True)
class _Search:
    """What a search finds: as ids, each way of finding them by its own index, and as a condition on a row."""

    ids: Any  # a selection of them, or a list
    condition: ColumnElement[bool]


def conditions(session: Session, place: Place, query: ListQuery) -> list[ColumnElement[bool]]:
    """What a row of the list has to fulfil, for counting and adding up."""
    return _conditions(place, query, _search(session, place.company_id, query.search))


def narrowed(session: Session, place: Place, query: ListQuery) -> list[ColumnElement[bool]]:
    """The same, for a page: written so that the database reads few rows."""
    search = _search(session, place.company_id, query.search)
    everything = _conditions(place, query, search)
    for ids in _narrow(place, query, search):
        if _are_few(session, ids):
            return [col(Invoice.id).in_(ids), *map(judged, everything)]
    dates = (
        list(_dates(query.filters, place.today)) if query.sort in ("", "issued") else []
    )  # the order's own index
    return [everything[0], *dates, *map(judged, everything[1:])]


def _conditions(place: Place, query: ListQuery, search: _Search | None) -> list[ColumnElement[bool]]:
    found = [col(Invoice.company_id) == place.company_id, _kept(query)]
    found += [condition for condition in _filters(place, query) if condition is not None]
    return [*found, search.condition] if search else found


def _kept(query: ListQuery) -> ColumnElement[bool]:
    trashed = col(Invoice.trashed_at).is_not(None)
    return trashed if query.filters.get("trash") == "yes" else ~trashed


def _filters(place: Place, query: ListQuery) -> Iterator[ColumnElement[bool] | None]:
    filters = query.filters
    yield status_condition(filters.get("status", ""), place.today)
    yield from _dates(filters, place.today)
    yield _aged(filters, place.today)
    if customer := filters.get("customer"):
        yield _of_customer(customer)
    if flag := filters.get("flag"):
        yield flag_condition(flag, place.connection, col(Invoice.stage) != Stage.DRAFT)


def _dates(filters: dict[str, str], today: date) -> Iterator[ColumnElement[bool]]:
    """Issued in a period by its name, or from one day to another."""
    first, last = filter_day(filters.get("from")), filter_day(filters.get("to"))
    if named := period(filters.get("issued", ""), today):
        first, last = named
    if first:
        yield col(Invoice.issue_date) >= first
    if last:
        yield col(Invoice.issue_date) <= last


def _aged(filters: dict[str, str], today: date) -> ColumnElement[bool] | None:
    """Not paid, and so many days late."""
    span = due_between(filters.get("age", ""), today)
    if span is None:
        return None
    return and_(*_unpaid(), col(Invoice.due_date) >= span[0], col(Invoice.due_date) <= span[1])


def _of_customer(text: str) -> ColumnElement[bool]:
    try:
        return col(Invoice.customer_id) == parse_id(text)
    except NotFound:
        return false()


def _narrow(place: Place, query: ListQuery, search: _Search | None) -> Iterator[Any]:
    """The filters that may leave only few invoices, each by an index of its own, the likeliest first."""
    filters, mine = query.filters, col(Invoice.company_id) == place.company_id
    if search:
        yield search.ids
    if filters.get("trash") == "yes":
        yield select(Invoice.id).where(mine, col(Invoice.trashed_at).is_not(None))
    if customer := filters.get("customer"):
        yield select(Invoice.id).where(mine, _of_customer(customer))
    if place.connection and flag_is_of_record(filters.get("flag", ""), place.connection):
        yield select(SyncRecord.local_id).where(
            col(SyncRecord.connection_id) == place.connection.id,
            col(SyncRecord.kind) == Kind.INVOICE,
            flag_stored(filters["flag"]),
        )
    if (status := filters.get("status", "")) in OWED:
        yield select(Invoice.id).where(mine, *_owed(status, place.today))
    elif (aged := _aged(filters, place.today)) is not None:
        yield select(Invoice.id).where(mine, aged)
    elif status in (Status.DRAFT, Status.VOID):
        yield select(Invoice.id).where(mine, col(Invoice.stage) == Stage(status))
    if (dates := list(_dates(filters, place.today))) and query.sort not in ("", "issued"):
        yield select(Invoice.id).where(mine, *dates)


def _unpaid() -> tuple[ColumnElement[bool], ...]:
    """Word for word what the partial index `ix_invoice_owed` holds: a bound value would not be recognised."""
    return (
        col(Invoice.stage) == literal_column(f"'{Stage.ISSUED.value}'"),
        col(Invoice.paid_cents) < col(Invoice.total_cents),
        col(Invoice.trashed_at).is_(None),
    )


def _owed(status: str, today: date) -> Iterator[ColumnElement[bool]]:
    """A status of unpaid invoices; the due date stands in it always, since it makes the index the best one."""
    yield from _unpaid()
    if status == Status.OVERDUE:
        yield col(Invoice.due_date) < today
    else:
        yield col(Invoice.due_date) >= (date.min if status == "outstanding" else today)
    if (exactly := status_condition(status, today)) is not None:
        yield exactly


def _search(session: Session, company_id: UUID, text: object) -> _Search | None:
    """The number begins with the text (or its digits do), the customer's name contains it, or it is the total.

    Where that finds nothing, any part of the number counts.
    """
    folded = searched(text)
    if not folded:
        return None
    mine = col(Invoice.company_id) == company_id
    by_number, by_digits = _starts(session, folded)
    named = select(Customer.id).where(_named(company_id, folded))
    of_customer = col(Invoice.customer_id).in_(named)
    by_name = (
        select(Invoice.id)
        .join(Customer, col(Customer.id) == col(Invoice.customer_id))
        .where(mine, _named(company_id, folded))
    )
    ids = union_all(
        select(Invoice.id).where(mine, by_number),
        select(Invoice.id).where(mine, by_digits),
        by_name,
        select(Invoice.id).where(mine, _amounts_to(folded)),
    )
    if session.connection().execute(ids.limit(1)).first() is None:
        return _anywhere(session, company_id, folded)
    return _Search(ids, or_(by_number, by_digits, of_customer, _amounts_to(folded)))


def _are_few(session: Session, ids: Any) -> bool:
    return isinstance(ids, list) or few(session, ids)


def _anywhere(session: Session, company_id: UUID, folded: str) -> _Search:
    """Any part of the number: every number has to be looked at, so it is done once."""
    contains = col(Invoice.number_key).like(like_pattern(folded), escape="\\")
    wanted = select(Invoice.id).where(col(Invoice.company_id) == company_id, contains)
    found = list(session.exec(wanted.limit(FEW + 1)))
    return _Search(found, col(Invoice.id).in_(found)) if len(found) <= FEW else _Search(wanted, contains)


def _starts(session: Session, folded: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    digits = func.ltrim(col(Invoice.number_key), literal_column(BEFORE_THE_DIGITS))
    return _begins(session, col(Invoice.number_key), folded), _begins(session, digits, folded)


def _begins(session: Session, column: Any, folded: str) -> ColumnElement[bool]:
    """SQLite's LIKE uses no index; elsewhere the order of texts is not that of their characters."""
    if session.get_bind().dialect.name == "sqlite":
        return and_(column >= folded, column < folded + LAST_CHARACTER)
    return column.like(like_pattern(folded).removeprefix("%"), escape="\\")


def _named(company_id: UUID, folded: str) -> ColumnElement[bool]:
    name = col(Customer.name_key).like(like_pattern(folded), escape="\\")
    return and_(col(Customer.company_id) == company_id, name)


def _amounts_to(folded: str) -> ColumnElement[bool]:
    try:
        return col(Invoice.total_cents) == parse_cents(folded)
    except NotAnAmount:
        return false()
