"""A disk without room: what is saved then is refused in words, whole, and there is nothing of it afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from bookipi_app.db import Database, Trouble, trouble
from bookipi_app.services import invoices
from bookipi_app.services.invoices import InvoiceForm, LineForm
from bookipi_app.state.failures import FULL_WORDS, answer_failure
from tests.services.conftest import NOW, WHO, Books
from tests.stores import everything_in

MANY = 40  # lines, more than a page of the file holds


@contextmanager
def no_room(store: Database) -> Iterator[None]:
    """Within, the database's file cannot grow: SQLite's own limit, and so SQLite's own failure."""
    if not store.url.startswith("sqlite"):
        pytest.skip("A full disk of Postgres is a full disk of the machine.")

    def limit(connection: Any, _record: object, _fairy: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(store.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(store.engine, "checkout", limit)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")


def save(books: Books, form: InvoiceForm) -> None:
    with books.work() as session:
        invoices.save(session, books.company_id, None, form, issue=True, now=NOW, who=WHO)


def test_a_save_on_a_full_disk_is_refused_and_nothing_half_written(books: Books) -> None:
    lines = [LineForm(description=f"Row {number} " + "x" * 200, price="1") for number in range(MANY)]
    form = InvoiceForm(customer_id=str(books.customer()), lines=lines)
    books.connect()
    before = everything_in(books.store)
    with no_room(books.store), pytest.raises(OperationalError) as refused:
        save(books, form)
    assert everything_in(books.store) == before
    assert FULL_WORDS in str(answer_failure(refused.value))
    save(books, form)
    assert everything_in(books.store).count("Row ") == MANY


def test_a_statement_that_cannot_be_is_no_trouble_of_the_database(books: Books) -> None:
    with pytest.raises(DBAPIError) as mistake, books.store.reading() as session:
        session.connection().exec_driver_sql("SELECT nothing FROM nowhere")
    assert trouble(mistake.value) is None


def test_only_a_full_disk_is_one() -> None:
    locked = OperationalError("COMMIT", None, sqlite3.OperationalError("database is locked"))
    assert trouble(locked) is Trouble.SILENT
    assert trouble(OSError("database or disk is full")) is None
