"""What the database does for a page of a list: whatever is asked, it looks into indexes and never through the book.

The questions are made from the lists' own orders, tabs and filters; a new filter without an example fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from bookipi_app.db import Database
from bookipi_app.models import Flag
from bookipi_app.services import customers, invoices, items
from bookipi_app.services.invoice_status import AGES, Status
from bookipi_app.services.list_address import CUSTOMERS, INVOICES, ITEMS, ListSpec
from bookipi_app.services.lists import ListQuery
from bookipi_app.services.periods import PERIODS
from tests.bench.lists_books import fill
from tests.services.conftest import Books

FLAGS = [*(flag.value for flag in Flag), "needs"]
EXAMPLES: dict[str, list[str]] = {
    "flag": FLAGS,
    "issued": list(PERIODS),
    "from": ["2026-01-15"],
    "to": ["2026-01-15"],
    "status": [*(status.value for status in Status), "outstanding", "issued"],
    "customer": ["0190000000017000800000000190" + "0001"],
    "age": list(AGES),
}
SERVICES = ((invoices, INVOICES), (customers, CUSTOMERS), (items, ITEMS))
SEARCHES = ("10", "inv-10", "customer 00007", "zzzz", "'%_")


def questions(spec: ListSpec, *, whole: bool) -> Iterator[ListQuery]:
    """Every order with every tab and filter, and with searches; as a whole with every value and any two filters."""
    assert set(spec.filters) <= set(EXAMPLES), "a new filter needs an example of its values"
    narrowed = [dict(filters) for filters in spec.tabs.values()]
    narrowed += [{name: value} for name in spec.filters for value in EXAMPLES[name][: None if whole else 1]]
    if whole:
        narrowed += [
            {one: EXAMPLES[one][0], other: EXAMPLES[other][0]}
            for one in spec.filters
            for other in spec.filters
            if one < other
        ]
    for sort in spec.sorts:
        yield from (ListQuery(sort=sort, filters=filters) for filters in narrowed)
        yield from (ListQuery(sort=sort, search=search) for search in SEARCHES)


@pytest.fixture(autouse=True)
def on_sqlite(store: Database) -> None:
    if not store.url.startswith("sqlite"):
        pytest.skip("SQLite tells its plans in these words.")


@pytest.fixture
def book(books: Books) -> Books:
    books.company_id = fill(books.store, "plans@example.com", 400)
    return books


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["some", "all"])
@pytest.mark.parametrize(("service", "spec"), SERVICES, ids=[spec.path for _, spec in SERVICES])
def test_no_page_reads_through_the_book(book: Books, service: Any, spec: ListSpec, whole: bool) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(book.store.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    seen: set[str] = set()
    with book.store.reading() as session:
        for query in questions(spec, whole=whole):
            asked.clear()
            page = service.page(session, book.company_id, query)
            if page.next:
                service.page(session, book.company_id, replace(query, after=page.next))
                service.page(session, book.company_id, replace(query, descending=False, before=page.next))
            for statement, values in [one for one in asked if one[0] not in seen]:
                seen.add(statement)
                refuse_to_scan(session, statement, values, query)
    assert len(seen) > 10


def test_no_walk_of_a_search_reads_through_the_book(book: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookipi_app.services.invoice_filters.LITTLE", 30)
    asked: dict[str, tuple[Any, ListQuery]] = {}
    query = ListQuery()

    def note(*call: Any) -> None:
        asked.setdefault(call[2], (call[3], query))

    event.listen(book.store.engine, "before_cursor_execute", note)
    with book.store.reading() as session:
        for query in [one for one in questions(INVOICES, whole=False) if one.search]:
            page = invoices.page(session, book.company_id, query)
            if page.next:
                invoices.page(session, book.company_id, replace(query, after=page.next))
        event.remove(book.store.engine, "before_cursor_execute", note)
        for statement, (values, one) in asked.items():
            refuse_to_scan(session, statement, values, one)
    assert any(" OFFSET " in statement and "key_0 DESC" in statement for statement in asked)


def refuse_to_scan(session: Session, statement: str, values: Any, query: ListQuery) -> None:
    """Sorting is for what an index found to be little: the rows of a search, of a customer, of a rare filter."""
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    told = [row[3] for row in plan]
    tables = ("invoice", "customer", "item", "sync_record", "search_text")
    scans = [step for step in told if step.startswith("SCAN ") and step.split()[1] in tables]
    assert not scans, (query, told, statement)
    sorts = [step for step in told if step.startswith("USE TEMP B-TREE FOR ORDER BY")]
    few = "id IN (SELECT" in statement or "FROM quickbooks_connection" in statement
    assert not sorts or few, (query, told, statement)
    bare = [
        step
        for step in told
        if "(company_id=?)" in step and "SEARCH invoice" in step and "nobody" not in step
    ]
    assert not bare or "min(" in statement, (query, told, statement)


def work(books: Books, company_id: Any, query: ListQuery) -> int:
    """How many steps of its own machine SQLite makes for a page, in tens: no clock, and the same on every machine."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with books.store.reading() as session:
        driver: Any = session.connection().connection.driver_connection
        driver.set_progress_handler(count, 10)
        invoices.page(session, company_id, query)
        driver.set_progress_handler(None, 0)
    return steps


@pytest.mark.long
def test_a_page_is_as_much_work_in_a_book_four_times_as_large(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookipi_app.services.lists.FEW", 40)  # what is sorted stays little in both
    small, large = (
        fill(books.store, f"{size}@example.com", size) for size in (8_000, 32_000)
    )  # each lane full
    for query in questions(INVOICES, whole=True):
        if query.search or {"customer", "age", "trash", "from", "to"} & {query.sort, *query.filters}:
            continue  # looked up, or judged among what is owed or a month's: bounded, not the same
        if query.sort == "amount" and "issued" in query.filters:
            continue  # judged on a walk: of amounts any period has its share everywhere
        for falling in (True, False):
            asked = replace(query, descending=falling)
            assert work(books, large, asked) <= 1.3 * work(books, small, asked) + 400, asked
