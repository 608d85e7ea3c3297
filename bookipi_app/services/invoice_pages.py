"""Lists of invoices: a page of rows with status and flag in one query, and what the whole filter comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.clock import today_in
from bookipi_app.models import Connection, Customer, Invoice, Kind, SyncRecord
from bookipi_app.money import format_cents
from bookipi_app.services import records, tallies
from bookipi_app.services.cells import in_trash, shelf_of
from bookipi_app.services.flags import flag_of, newest_connection
from bookipi_app.services.invoice_filters import (
    CELL,
    NO_DAYS,
    OWED,
    Place,
    Wanted,
    among,
    in_cells,
    looked_up,
    part_of,
    walked_or_looked_up,
    wanted_of,
    whole_months,
)
from bookipi_app.services.invoice_status import WORDS, Status, status_of
from bookipi_app.services.lists import (
    ListQuery,
    Page,
    Part,
    Selection,
    SortKey,
    fetch_parts,
    few,
    judged,
    order_name,
    read_day,
    read_id,
    read_whole,
)
from bookipi_app.services.tallies import OfCell
from bookipi_app.services.words import day_words

ISSUED = SortKey(col(Invoice.issue_date), read_day)
ORDERS = {
    "issued": ISSUED,
    "due": SortKey(col(Invoice.due_date), read_day),
    "number": SortKey(col(Invoice.number_key)),
    "amount": SortKey(col(Invoice.total_cents), read_whole),
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
    number, customer, amount.
    """
    return pairs(session, company_id, query, now=now or datetime.now(UTC)).of(lambda pair: pair[0])


def pairs(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime
) -> Page[tuple[InvoiceRow, Invoice]]:
    """The same page, each row with its invoice: for a file."""
    place, zone = _place(session, company_id, now)
    parts = _parts(session, wanted_of(session, place, query), query)
    found = fetch_parts(session, parts, query, col(Invoice.id), _whole(place))
    return found.of(lambda row: (_row(row, place.connection, place.today, zone, now), row[0]))


def count(session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None) -> int:
    """How many invoices the query finds, over all pages."""
    if query == ListQuery():
        return tab_counts(session, company_id, now=now)["all"]
    return summary(session, company_id, query, now=now).count


def summary(session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None) -> Summary:
    """Count and sums of everything that the query finds."""
    return sums(session, company_id, query, now=now)[0]


def sums(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None
) -> tuple[Summary, dict[str, int]]:
    """The summary, and the counts on the tabs. Nothing but what is kept is read where the filter is made of cells."""
    place, _ = _place(session, company_id, now or datetime.now(UTC))
    wanted, book = wanted_of(session, place, query), tallies.book(session, place.company_id)
    found = _kept(session, wanted, book)
    if found is None:
        found = _sums(session, wanted)
    issued = [one for one in found if shelf_of(one.cell) not in (Status.DRAFT, Status.VOID)]
    total, paid = sum(one.total for one in issued), sum(one.paid for one in issued)
    money = records.company_of(session, company_id).currency
    number = sum(one.number for one in found)
    shown = Summary(number, format_cents(total, money), format_cents(total - paid, money))
    return shown, _tabs(session, place, book)


def sum_words(rows: Sequence[InvoiceRow]) -> str:
    """What some rows come to; empty for none."""
    return format_cents(sum(row.cents for row in rows), rows[0].currency) if rows else ""


def tab_counts(session: Session, company_id: UUID, *, now: datetime | None = None) -> dict[str, int]:
    """The counts on the tabs: all, draft, outstanding, overdue, paid, void, trash."""
    place, _ = _place(session, company_id, now or datetime.now(UTC))
    return _tabs(session, place, tallies.book(session, place.company_id))


def _kept(session: Session, wanted: Wanted, book: list[OfCell]) -> list[OfCell] | None:
    """What a filter shows, out of what is kept; None where it asks for more than cells and whole months."""
    if wanted.issued != NO_DAYS:
        months = whole_months(wanted.issued)
        if months is None:
            return None
        book = tallies.book(session, wanted.place.company_id, months)
    plain = not replace(wanted, issued=NO_DAYS).conditions()
    return [one for one in book if one.cell in wanted.cells] if plain else None


def _sums(session: Session, wanted: Wanted) -> list[OfCell]:
    """What a filter shows."""
    ids, mine = looked_up(session, wanted), col(Invoice.company_id) == wanted.place.company_id
    if ids is not None:
        return _counted(session, among(wanted, ids))
    return _counted(session, [mine, CELL.in_(wanted.cells), *wanted.conditions()])


def _counted(session: Session, conditions: list[ColumnElement[bool]]) -> list[OfCell]:
    cents = (func.sum(col(Invoice.total_cents)), func.sum(col(Invoice.paid_cents)))
    counted: Selection = Select(CELL, func.count(), *cents)
    rows = session.exec(counted.where(*conditions).group_by(CELL))
    return [OfCell(cell, number, int(total), int(paid)) for cell, number, total, paid in rows]


def _tabs(session: Session, place: Place, book: list[OfCell]) -> dict[str, int]:
    kept = {one.cell: one.number for one in book if not in_trash(one.cell)}
    owed = [cell for cell in kept if shelf_of(cell) in OWED]
    mine = col(Invoice.company_id) == place.company_id
    late = select(func.count()).where(mine, CELL.in_(owed), col(Invoice.due_date) < place.today)

    def number(*shelves: str) -> int:
        return sum(count for cell, count in kept.items() if shelf_of(cell) in shelves)

    return {
        "all": sum(kept.values()),
        "trash": sum(one.number for one in book if in_trash(one.cell)),
        "draft": number(Status.DRAFT),
        "outstanding": number(*OWED),
        "overdue": session.exec(late).one() if owed else 0,
        "paid": number(Status.PAID),
        "void": number(Status.VOID),
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


def _parts(session: Session, wanted: Wanted, query: ListQuery) -> list[Part]:
    """The list as one part; by customer those without one, drafts as a rule, come last."""
    if not wanted.cells:
        return []
    if query.sort != "customer":
        name = order_name(query, ORDERS)
        return [part_of(session, wanted, name, ORDERS[name])]
    return _by_customer(session, wanted)


def _by_customer(session: Session, wanted: Wanted) -> list[Part]:
    """Invoices of somebody, and those of nobody.

    Few are looked up and sorted; of many enough are met soon on a walk through the customers, by name.
    """
    mine, nobodys = col(Customer.company_id) == wanted.place.company_id, col(Invoice.customer_id).is_(None)
    named = select(Invoice.id).join(Customer, col(Customer.id) == col(Invoice.customer_id))
    nameless = select(Invoice.id)
    walked = [named.where(mine), nameless.where(col(Invoice.company_id) == wanted.place.company_id, nobodys)]
    found = [judged(one) for one in (CELL.in_(wanted.cells), *wanted.conditions())]
    parts = [
        Part("customer", walked[0].where(*found), CUSTOMER),
        Part("nobody", walked[1].where(*found), ISSUED),
    ]
    plain = [named.where(judged(mine)), nameless.where(judged(nobodys))]
    if wanted.search:
        return [
            walked_or_looked_up(session, wanted, part, [rows], whole)
            for part, rows, whole in zip(parts, walked, plain, strict=True)
        ]
    ids = looked_up(session, wanted)
    if ids is None and few(session, in_cells(wanted)):
        ids = in_cells(wanted)
    if ids is None:
        return parts
    few_of = among(wanted, ids)
    return [replace(part, ids=whole.where(*few_of)) for part, whole in zip(parts, plain, strict=True)]


def _whole(place: Place) -> Selection:
    """What a row of the list shows of an invoice."""
    selected: Selection = Select(Invoice, func.coalesce(Customer.name, ""), SyncRecord)
    return (
        selected.select_from(Invoice)
        .outerjoin(Customer, col(Customer.id) == col(Invoice.customer_id))
        .outerjoin(SyncRecord, _joined(place.connection))
        .where(judged(col(Invoice.company_id) == place.company_id))
    )


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
