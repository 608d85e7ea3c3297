"""Which invoices a list shows, written so that a page of them costs the same however many there are.

Status, flag and trash are decided by cell (`services.cells`): an order's index holds each of them as a few whole
stretches, the page's lanes. A filter by date under another order is read month by month, out of the months' index. What
is left (a due date, a day within a month) is judged in the index, row by row, until the page is full.

A search or a customer that leaves few invoices is looked up by an index of its own, and what it finds is sorted. What
a search finds much of may stand anywhere in the order: the order is walked as far as costs less than sorting that much,
and only if the page is not full by then, what is found is looked up after all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, func, literal_column, or_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bookipi_app.errors import NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import Connection, Customer, Invoice, Kind
from bookipi_app.models.record import BEFORE_THE_DIGITS
from bookipi_app.money import NotAnAmount, parse_cents
from bookipi_app.services.cells import cells_of, flag_shown, in_trash, months_of, shelf_of, table_of
from bookipi_app.services.invoice_status import Status, due_between
from bookipi_app.services.lists import (
    ListQuery,
    Part,
    SortKey,
    Walk,
    contains,
    few,
    filter_day,
    judged,
    searched,
)
from bookipi_app.services.periods import period
from bookipi_app.services.text_search import containing, indexed

INVOICE = table_of("invoice")
CELL, MONTH = INVOICE.c.cell, INVOICE.c.issue_month
LAST_CHARACTER = "\U0010ffff"
MANY = 50_000  # rows of one customer that are sorted in an index faster than another order is walked
LITTLE = 5000  # rows that a search finds: they are sorted at once; to walk over a row costs about the same
MORE = 5  # times as many are sorted, or else walked over, where a walk did not fill the page
FOUND = 300_000  # rows that a search finds: they are counted sooner than a book is read through
MOST_NAMES = 50_000  # customers whose names are read sooner than what all companies have of a text
MOST_MONTHS = 24  # that are read one by one
MONTHLY = {
    "due",
    "number",
    "amount",
}  # orders that go with the date of issue: a walk might first cross all other years
NO_DAYS = (None, None)
OPEN = {Status.UNSENT, Status.SENT, Status.VIEWED, Status.PARTLY_PAID}
OWED = {one.value for one in OPEN}
SHELVES: Mapping[str, set[str]] = {
    **{status: {status.value} for status in (Status.DRAFT, Status.VOID, Status.PAID, *OPEN)},
    Status.OVERDUE: OWED,
    "outstanding": OWED,
    "issued": {*OWED, Status.PAID.value, Status.VOID.value},
}
"""Where the invoices of a status stand. Which of the owed ones are overdue, their due date says."""


@dataclass(frozen=True)
class Place:
    """Whose list it is, on which day, and which connection its flags are of."""

    company_id: UUID
    connection: Connection | None
    today: date


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for: its cells, and what has to be true of a row beside that.

    `due` and `issued` are the first and the last day.
    """

    place: Place
    cells: tuple[str, ...]
    due: tuple[date | None, date | None]
    issued: tuple[date | None, date | None]
    customer: ColumnElement[bool] | None
    search: _Search | None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a row of a known cell has to fulfil."""
        found = [*_between(Invoice.due_date, self.due), *_between(Invoice.issue_date, self.issued)]
        found += [self.customer] if self.customer is not None else []
        return [*found, self.search.condition] if self.search else found


@dataclass(frozen=True)
class _Search:
    """What a search finds: as a selection of ids, each way of finding them by its own index, and judged of a row."""

    ids: Any
    condition: ColumnElement[bool]


def wanted_of(session: Session, place: Place, query: ListQuery) -> Wanted:
    """What a query asks for; its search is looked up as far as it decides what counts as found."""
    filters = query.filters
    cells = cells_of(session, INVOICE, place.company_id, lambda cell: _shows(cell, place, filters))
    return Wanted(
        place=place,
        cells=tuple(cells),
        due=_due(filters, place.today),
        issued=_issued(filters, place.today),
        customer=_of_customer(filters["customer"]) if filters.get("customer") else None,
        search=_search(session, place.company_id, query.search, cells),
    )


def part_of(session: Session, wanted: Wanted, order: str, key: SortKey) -> Part:
    """What a page in one of the invoices' own orders is read from."""
    own, found = {"issued": "issue_date", "due": "due_date"}.get(order), _mine(wanted)
    if wanted.search:
        return _searched(session, wanted, order, key, own)
    if (ids := looked_up(session, wanted)) is not None:
        return Part(order, select(Invoice.id).where(*among(wanted, ids)), key)
    in_months = wanted.issued != NO_DAYS and order != "issued"
    if (in_months or (wanted.due != NO_DAYS and order != "due")) and few(session, in_cells(wanted)):
        return Part(order, select(Invoice.id).where(*among(wanted, in_cells(wanted))), key)
    months = _months(session, wanted) if in_months and order in MONTHLY else []
    lanes: Sequence[Mapping[str, Any]] = [{"cell": cell} for cell in wanted.cells]
    found = found.where(bindparam("cell") == CELL)
    aligned = 0 < len(months) <= MOST_MONTHS
    if aligned:
        found = found.where(bindparam("month") == MONTH)
        lanes = [{**lane, "month": month} for month in months for lane in lanes]  # in the order's direction
    beside = [one if name == own else judged(one) for name, one in _asked(wanted)]
    return Part(order, found.where(*beside), key, lanes, aligned)


def _searched(session: Session, wanted: Wanted, order: str, key: SortKey, own: str | None) -> Part:
    """What a page of a search is read from, in one of the invoices' own orders."""
    span = {"due_date": wanted.due, "issue_date": wanted.issued}.get(own or "", NO_DAYS)
    beside = [one for name, one in _asked(wanted) if name != own]
    walked = _mine(wanted).where(bindparam("cell") == CELL, *map(judged, beside))
    part = Part(order, walked, key, [{"cell": cell} for cell in wanted.cells], span=span)
    rows = [_mine(wanted).where(cell == CELL) for cell in wanted.cells]
    return walked_or_looked_up(session, wanted, part, rows, select(Invoice.id))


def walked_or_looked_up(
    session: Session, wanted: Wanted, part: Part, rows: Sequence[Any], plain: Any, found: int | None = None
) -> Part:
    """What a page of a search is read from: what is found, if it is little; else a walk (`part`, over `rows`).

    A walk is never over more rows than are found. If it ends too soon, these are sorted after all, or it is tried
    again, longer: so all of it costs about twice as much as sorting at most, wherever in the order the rows stand.
    `plain` selects the part's invoices, whatever is asked of them; more than `found` rows are known to be found.
    """
    most = LITTLE if found is None else found
    if (ids := _narrow(session, wanted, most)) is not None:
        return Part(part.name, plain.where(*among(wanted, ids)), part.key)

    def otherwise() -> Part:
        return walked_or_looked_up(session, wanted, part, rows, plain, most * MORE)

    return replace(part, walk=Walk(rows, most, otherwise))


def _narrow(session: Session, wanted: Wanted, most: int) -> Any:
    """The ids of what one of the conditions leaves, if one leaves so few; else None."""
    ways = [wanted.search.ids] if wanted.search else []
    if wanted.customer is not None:
        ways.append(select(Invoice.id).where(wanted.customer))
    if (wanted.due, wanted.issued) != (NO_DAYS, NO_DAYS):
        ways.append(in_cells(replace(wanted, search=None, customer=None)))
    return next((ids for ids in ways if few(session, ids, most)), None)


def looked_up(session: Session, wanted: Wanted) -> Any:
    """The ids of a search or a customer, if they are few enough to be looked up; else None."""
    if wanted.search and few(session, wanted.search.ids, FOUND):
        return wanted.search.ids
    if wanted.customer is None:
        return None
    ids = select(Invoice.id).where(wanted.customer)
    return ids if few(session, ids, MANY) else None


def among(wanted: Wanted, ids: Any) -> list[ColumnElement[bool]]:
    """What the filter shows of these."""
    mine = col(Invoice.company_id) == wanted.place.company_id
    return [col(Invoice.id).in_(ids), *map(judged, (mine, CELL.in_(wanted.cells), *wanted.conditions()))]


def in_cells(wanted: Wanted) -> Any:
    """The ids of what the filter shows, by the index of its cells or of its dates."""
    return _mine(wanted).where(CELL.in_(wanted.cells), *wanted.conditions())


def _mine(wanted: Wanted) -> Any:
    return select(Invoice.id).where(col(Invoice.company_id) == wanted.place.company_id)


def _asked(wanted: Wanted) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """What is asked of a lane's rows, each with the column that it is asked of: the order's own bounds the stretch."""
    for name, days in (("due_date", wanted.due), ("issue_date", wanted.issued)):
        for condition in _between(getattr(Invoice, name), days):
            yield name, condition
    if wanted.customer is not None:
        yield "customer_id", wanted.customer
    if wanted.search:
        yield "", wanted.search.condition


def cells_with(session: Session, company_id: UUID, *shelves: str) -> list[str]:
    """The cells of these shelves in which a company has invoices that are not in the trash."""
    return cells_of(
        session, INVOICE, company_id, lambda cell: not in_trash(cell) and shelf_of(cell) in shelves
    )


def _months(session: Session, wanted: Wanted) -> list[int]:
    first, last = map(_month_of, wanted.issued)
    months = months_of(session, INVOICE, wanted.place.company_id)
    return [month for month in months if (first or 0) <= month <= (last or 999_999)]


def whole_months(days: tuple[date | None, date | None]) -> tuple[int | None, int | None] | None:
    """From which month to which these days go, each as 202611; None if they begin or end within a month."""
    first, last = days
    if (first and first.day != 1) or (last and (last + timedelta(days=1)).day != 1):
        return None
    return _month_of(first), _month_of(last)


def _month_of(day: date | None) -> int | None:
    return day.year * 100 + day.month if day else None


def _shows(cell: str, place: Place, filters: Mapping[str, str]) -> bool:
    if in_trash(cell) != (filters.get("trash") == "yes"):
        return False
    shelf, status, flag = shelf_of(cell), filters.get("status", ""), filters.get("flag", "")
    if shelf not in SHELVES.get(status, {shelf}):
        return False
    if due_between(filters.get("age", ""), place.today) and shelf not in OWED:
        return False
    return not flag or flag_shown(cell, flag, place.connection)


def _due(filters: Mapping[str, str], today: date) -> tuple[date | None, date | None]:
    """The due dates of a status, of an age, or of both."""
    status, first, last = filters.get("status", ""), None, None
    if status == Status.OVERDUE:
        last = date.fromordinal(today.toordinal() - 1)
    elif status in OWED:
        first = today
    if aged := due_between(filters.get("age", ""), today):
        first, last = max(first or aged[0], aged[0]), min(last or aged[1], aged[1])
    return first, last


def _issued(filters: Mapping[str, str], today: date) -> tuple[date | None, date | None]:
    """Issued in a period by its name, or from one day to another."""
    named = period(filters.get("issued", ""), today)
    return named or (filter_day(filters.get("from")), filter_day(filters.get("to")))


def _between(column: Any, days: tuple[date | None, date | None]) -> Iterator[ColumnElement[bool]]:
    first, last = days
    if first:
        yield col(column) >= first
    if last:
        yield col(column) <= last


def _of_customer(text: str) -> ColumnElement[bool]:
    try:
        return col(Invoice.customer_id) == parse_id(text)
    except NotFound:
        return false()


def _search(session: Session, company_id: UUID, text: object, cells: Sequence[str]) -> _Search | None:
    """The number begins with the text (or its digits do), the customer's name contains it, or it is the total.

    Where that finds nothing, any part of the number counts, if it is three characters or more.
    """
    folded = searched(text)
    if not folded:
        return None
    mine, named = col(Invoice.company_id) == company_id, contains(folded, [col(Customer.name_key)])
    ways = [_begins(col(Invoice.number_key), folded), _begins(_digits(), folded)]
    by_index = [select(Invoice.id).where(mine, way) for way in ways]
    buyers = _customers(session, company_id, folded, named)
    if has_buyers := session.connection().execute(buyers.limit(1)).first() is not None:
        theirs = buyers.join(Invoice, col(Invoice.customer_id) == col(Customer.id))
        by_index.append(theirs.with_only_columns(col(Invoice.id), maintain_column_froms=True))
    if (cents := _cents(folded)) is not None:
        ways.append(col(Invoice.total_cents) == cents)
        by_index.append(select(Invoice.id).where(mine, CELL.in_(cells), ways[-1]))
    ids = union_all(*by_index)
    if indexed(folded) and session.connection().execute(ids.limit(1)).first() is None:
        return _Search(containing(session, Kind.INVOICE, folded), contains(folded, [col(Invoice.number_key)]))
    return _Search(ids, or_(*ways, *([_of_buyer(folded)] if has_buyers else [])))


def _of_buyer(folded: str) -> ColumnElement[bool]:
    """Whether an invoice's customer has that name: one by one, where no index is asked."""
    buyer = aliased(Customer)  # a list by customer has joined them already
    return exists().where(col(buyer.id) == col(Invoice.customer_id), contains(folded, [col(buyer.name_key)]))


def _customers(session: Session, company_id: UUID, folded: str, named: ColumnElement[bool]) -> Any:
    """Customers of that name: by the search index, or by reading the company's names.

    These are read for one or two characters, and where the index finds many, who may all be of other companies.
    """
    mine = col(Customer.company_id) == company_id
    everybody = select(Customer.id).where(mine)
    if not indexed(folded):
        return everybody.where(named)
    ids = containing(session, Kind.CUSTOMER, folded)
    if few(session, ids) or not few(session, everybody, MOST_NAMES):
        return select(Customer.id).where(col(Customer.id).in_(ids), judged(mine), judged(named))
    return everybody.where(named)


def _digits() -> Any:
    return func.ltrim(col(Invoice.number_key), literal_column(BEFORE_THE_DIGITS))


def _begins(column: Any, folded: str) -> ColumnElement[bool]:
    """By an index: keys are ordered by their characters."""
    return and_(column >= folded, column < folded + LAST_CHARACTER)


def _cents(folded: str) -> int | None:
    try:
        return parse_cents(folded)
    except NotAnAmount:
        return None
