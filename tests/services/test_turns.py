"""Writers of one company take turns; on Postgres those of different companies do not wait for each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from bookipi_app.db import Database, Turn
from bookipi_app.models import Company
from tests.services.conftest import Books

WRITERS, TIMES = 4, 15


def count_up(store: Database, company_id: UUID) -> None:
    """Read, add, write: what two writers at once would do to each other is to lose one of the two."""
    for _ in range(TIMES):
        with store.transaction(company_id) as session:
            company = session.get_one(Company, company_id)
            company.tax_rate += 1


def test_writers_of_a_company_lose_nothing_to_each_other(books: Books) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda _: count_up(books.store, books.company_id), range(WRITERS)))
    with books.store.reading() as session:
        assert session.get_one(Company, books.company_id).tax_rate == WRITERS * TIMES


@pytest.fixture
def impatient(books: Books) -> Database:
    """The same database, by connections that wait for nobody."""
    if not books.store.url.startswith("postgresql"):
        pytest.skip("SQLite has one turn for all writers.")
    return Database(f"{books.store.url}?options=-c%20lock_timeout%3D50")


def test_another_company_need_not_wait(books: Books, impatient: Database) -> None:
    with books.store.transaction(books.company_id), impatient.transaction(books.outside) as session:
        session.get_one(Company, books.outside).notes = "written meanwhile"
    with books.store.reading() as session:
        assert session.get_one(Company, books.outside).notes == "written meanwhile"


@pytest.mark.parametrize("whole", [False, True])
def test_the_same_company_waits_and_so_do_all(books: Books, impatient: Database, whole: bool) -> None:
    second: UUID | Turn = Turn.ALL if whole else books.company_id
    with (
        books.store.transaction(books.company_id),
        pytest.raises(OperationalError),
        impatient.transaction(second),
    ):
        raise AssertionError("two had the turn at once")


def test_nobody_writes_beside_the_turn_of_all(books: Books, impatient: Database) -> None:
    with books.store.transaction(), pytest.raises(OperationalError), impatient.transaction(books.outside):
        raise AssertionError("two had the turn at once")


def test_single_statements_take_no_turn(books: Books, impatient: Database) -> None:
    with books.store.transaction(), impatient.transaction(Turn.NONE) as session:
        assert session.get_one(Company, books.outside)
