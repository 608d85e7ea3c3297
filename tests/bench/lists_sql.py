"""`lists --sql`: the same lists without browser and pages, asked of the services in large books beside small ones.

Every order with every filter in both directions, its next page and the page before, the middle of the book, searches,
what the filter comes to, and a save. Milliseconds of the processor: SQLite works in this very thread, and other
processes of a shared machine do not count.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.db import AFTER_COMMIT, Database
from bookipi_app.models import Customer, Invoice
from bookipi_app.services import customers, invoices, items
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from bookipi_app.services.invoice_pages import CUSTOMER, ORDERS
from bookipi_app.services.list_address import CUSTOMERS, INVOICES, ITEMS, ListSpec
from bookipi_app.services.lists import ListQuery, Part, cursor
from tests.bench.lists_books import fill

Ask = Callable[[Session, UUID], Any]
FILTERS: dict[str, dict[str, str]] = {
    "all": {},
    **{tab: dict(filters) for tab, filters in INVOICES.tabs.items() if tab},
    "unsent": {"status": "unsent"},
    "synced": {"flag": "synced"},
    "not synced": {"flag": "not_synced"},
    "needs you": {"flag": "needs"},
    "last year": {"issued": "last-year"},
    "this month": {"issued": "this-month"},
    "over 90 days late": {"age": "older"},
    "last year and paid": {"issued": "last-year", "status": "paid"},
    "a customer": {"customer": "?"},
}
APART = "apart: count and sum"
SEARCHES = ("1042", "inv-10", "customer 00007", "customer", "zzzz", "7", "'%_", "$12.34")


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one act, in the small books and in the large ones. `apart`: it follows the rows."""

    name: str
    small: tuple[float, ...]
    large: tuple[float, ...]
    apart: bool

    @property
    def ratio(self) -> float:
        """How many times as long it takes in the large books, by the medians."""
        return statistics.median(self.large) / statistics.median(self.small)

    @property
    def p95(self) -> float:
        """Of the large books: what nineteen of twenty do not exceed."""
        return statistics.quantiles(self.large, n=20, method="inclusive")[-1]


def measured(few: int, many: int, rounds: int, folder: Path | None = None) -> list[Taken]:
    """Both books in one database, asked in turn."""
    with tempfile.TemporaryDirectory() as made:
        store = Database(f"sqlite:///{(folder or Path(made)) / 'lists.db'}")
        store.migrate()
        books = [fill(store, f"{size}@bench.example", size) for size in (few, many)]
        found = [_taken(store, books, name, ask, rounds) for name, ask in _acts()]
        found += [_taken(store, books, "a save", _save, rounds * 5, writes=True)]
        store.engine.dispose()
    return found


def _taken(
    store: Database, books: list[UUID], name: str, ask: Ask, rounds: int, *, writes: bool = False
) -> Taken:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for place, company_id in enumerate(books):
            with store.transaction() if writes else store.reading() as session:
                begun = time.thread_time()
                ask(session, company_id)
                taken = (time.thread_time() - begun) * 1000
            if turn:  # the first one warms up
                times[place].append(taken)
    return Taken(name, tuple(times[0]), tuple(times[1]), apart=name.startswith(APART))


def _acts() -> Iterator[tuple[str, Ask]]:
    for order in INVOICES.sorts:
        for falling in (True, False):
            yield from _in_order(order, falling)
    for search in SEARCHES:
        for order in ("issued", "number", "customer"):
            query = ListQuery(search=search, sort=order)
            yield f"invoices by {order}, searching {search}", partial(_page, query=query)
    yield from _others("customers", customers, CUSTOMERS)
    yield from _others("items", items, ITEMS)
    for name, filters in FILTERS.items():
        yield f"{APART}, {name}", partial(_sums, query=ListQuery(filters=filters))


def _in_order(order: str, falling: bool) -> Iterator[tuple[str, Ask]]:
    begun = f"invoices by {order}{' down' if falling else ' up'}"
    for name, filters in FILTERS.items():
        query = ListQuery(sort=order, descending=falling, filters=filters)
        yield f"{begun}, {name}", partial(_page, query=query)
    yield f"{begun}, in the middle", _Deep(ListQuery(sort=order, descending=falling))


def _others(kind: str, service: Any, spec: ListSpec) -> Iterator[tuple[str, Ask]]:
    for order in spec.sorts:
        for tab, filters in {**spec.tabs, "not synced": {"flag": "not_synced"}}.items():
            query = ListQuery(sort=order, filters=dict(filters))
            yield f"{kind} by {order}, {tab or 'all'}", partial(_page_of, service=service, query=query)
    for search in ("00007", "7", "zzzz", "'%_"):
        asked = partial(_page_of, service=service, query=ListQuery(search=search))
        yield f"{kind}, searching {search}", asked


def _of(session: Session, company_id: UUID, query: ListQuery) -> ListQuery:
    """The same, with a customer that this company has."""
    if query.filters.get("customer") != "?":
        return query
    found = select(Customer.id).where(col(Customer.company_id) == company_id)
    one = session.exec(found.order_by(col(Customer.name_key)).limit(1)).one()
    return ListQuery(sort=query.sort, descending=query.descending, filters={"customer": str(one)})


def _page(session: Session, company_id: UUID, *, query: ListQuery) -> None:
    invoices.page(session, company_id, _of(session, company_id, query))


def _page_of(session: Session, company_id: UUID, *, service: Any, query: ListQuery) -> None:
    service.page(session, company_id, query)


def _sums(session: Session, company_id: UUID, *, query: ListQuery) -> None:
    invoices.sums(session, company_id, _of(session, company_id, query))


class _Deep:
    """The page in the middle of a book, and the one before it."""

    def __init__(self, query: ListQuery) -> None:
        self._query = query
        self._edges: dict[UUID, str] = {}

    def __call__(self, session: Session, company_id: UUID) -> None:
        edge = self._edges.get(company_id) or self._edges.setdefault(
            company_id, middle(session, company_id, self._query.sort)
        )
        query = ListQuery(sort=self._query.sort, descending=self._query.descending, after=edge)
        assert invoices.page(session, company_id, query).previous


def middle(session: Session, company_id: UUID, order: str) -> str:
    """The cursor of the row in the middle of an order."""
    key = CUSTOMER if order == "customer" else ORDERS[order]
    columns: Any = (*key.columns, col(Invoice.id))
    found: Any = select(*columns).select_from(Invoice).where(col(Invoice.company_id) == company_id)
    if order == "customer":
        found = found.join(Customer, col(Customer.id) == col(Invoice.customer_id))
    count = invoices.count(session, company_id, ListQuery())
    row = session.connection().execute(found.order_by(*columns).limit(1).offset(count // 2)).one()
    return cursor(Part(order, found, key), row)


def _save(session: Session, company_id: UUID) -> None:
    """A new invoice, issued at once; nobody is told."""
    now = datetime.now(UTC)
    buyer = session.exec(select(Customer.id).where(col(Customer.company_id) == company_id).limit(1)).one()
    form = invoices.new_form(session, company_id, now=now)
    line = LineForm(description="Mulch", quantity="2", price="50.50")
    filled = InvoiceForm(**{**form.__dict__, "customer_id": str(buyer), "lines": (line,)})
    invoices.save(session, company_id, None, filled, issue=True, now=now, who="Ada")
    session.info.pop(AFTER_COMMIT)
