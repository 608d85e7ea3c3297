"""Pages beside the lists cost the same however long the book is: counted in SQLite's own steps, by no clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from bookipi_app.db import Database
from bookipi_app.services import activity, activity_log, figures, invoices, older
from bookipi_app.services.lists import ListQuery
from tests.bench.lists_books import fill
from tests.services.conftest import Books

FEW, MANY = 400, 4000
SLACK = 400  # tens of steps; reading through the large book once takes several thousand
NOW = datetime.now(UTC)
LAST_YEAR = ListQuery(filters={"issued": "last-year"})
Act = Callable[[Session, UUID], object]


@pytest.fixture(autouse=True)
def on_sqlite(store: Database) -> None:
    if not store.url.startswith("sqlite"):
        pytest.skip("SQLite alone counts its steps.")


ACTS: dict[str, Act] = {
    "the months of the dashboard": lambda session, mine: figures.by_month(session, mine, NOW.date()),
    "count and sum of last year": lambda session, mine: invoices.sums(session, mine, LAST_YEAR, now=NOW),
    "what needs a person": lambda session, mine: activity.needs_you(session, mine, NOW, 10),
    "what is on its way": lambda session, mine: activity.on_its_way(session, mine, NOW),
    "the log": lambda session, mine: activity_log.page(session, mine, ListQuery(size=5), now=NOW),
}


def steps(store: Database, act: Act, company_id: UUID) -> int:
    """SQLite's own, in tens."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    with store.reading() as session:
        driver: Any = session.connection().connection.driver_connection
        driver.set_progress_handler(count, 10)
        act(session, company_id)
        driver.set_progress_handler(None, 0)
    return taken


def book(books: Books, count: int) -> UUID:
    """A company with so many invoices, each with a line in the log."""
    company_id = fill(books.store, f"{count}@example.com", count)
    with books.store.transaction() as session:
        session.connection().execute(
            text("INSERT INTO history_entry (id, company_id, kind, local_id, at, side, who, words)"
                 " SELECT lower(hex(randomblob(16))), company_id, 'invoice', id, created_at, 'here', 'Ada', 'Created.'"
                 " FROM invoice WHERE company_id = :mine"), {"mine": company_id.hex},
        )  # fmt: skip
    return company_id


def test_no_page_costs_more_in_a_book_ten_times_as_long(books: Books) -> None:
    small, large = book(books, FEW), book(books, MANY)
    dear: dict[str, tuple[int, int]] = {}
    for name, act in ACTS.items():
        few, many = (steps(books.store, act, company_id) for company_id in (small, large))
        if many > few + SLACK:
            dear[name] = few, many
    assert dear == {}


def test_what_is_older_is_what_neither_travelled_nor_ended(books: Books) -> None:
    company_id = fill(books.store, "older@example.com", FEW)
    with books.store.transaction() as session:
        session.connection().execute(
            text(
                "UPDATE quickbooks_connection SET first_connected_at = '2099-01-01' WHERE company_id = :mine"
            ),
            {"mine": company_id.hex},
        )
        counted = session.connection().execute(
            text("SELECT count(*) FROM invoice i WHERE company_id = :mine AND stage = 'issued' AND trashed_at IS NULL"
                 " AND paid_cents < total_cents AND NOT EXISTS (SELECT 1 FROM sync_record r WHERE r.local_id = i.id)"),
            {"mine": company_id.hex},
        ).scalar_one()  # fmt: skip
    with books.store.reading() as session:
        found = {one.kind: one.count for one in older.older(session, company_id)}
    assert counted
    assert found["invoice"] == counted


def test_the_next_number_after_a_long_row_is_found_by_few_questions(books: Books) -> None:
    company_id = fill(books.store, "row@example.com", MANY)
    asked: list[str] = []
    event.listen(books.store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with books.store.reading() as session:
        assert invoices.next_number(session, company_id) == f"INV-{MANY + 1001}"
    assert len(asked) < 40
