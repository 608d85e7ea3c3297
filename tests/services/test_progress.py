"""Long work says how far it is, and is not begun twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from bookipi_app.ids import new_id
from bookipi_app.models import Connection, Flag, Kind, SyncRecord
from bookipi_app.services import books_agree, connections
from tests.services.conftest import NOW, Books

LATER = NOW + timedelta(minutes=5)


def _links(books: Books, connection_id: UUID, count: int, *, flag: Flag = Flag.SYNCED) -> None:
    with books.work() as session:
        for _ in range(count):
            session.add(
                SyncRecord(
                    connection_id=connection_id, kind=Kind.INVOICE, local_id=new_id(), remote_id=new_id().hex,
                    flag=flag, flag_since=NOW,
                )
            )  # fmt: skip


def _connection(books: Books, **values: object) -> Connection:
    with books.work() as session:
        row = session.exec(select(Connection)).one()
        for name, value in values.items():
            setattr(row, name, value)
    return row


def test_a_comparison_counts_up_to_all_and_a_second_click_does_not_begin_another(books: Books) -> None:
    _links(books, books.connect(), 3)
    with books.work() as session:
        books_agree.ask(session, books.company_id, NOW)
    wakes = _connection(books, comparing={"compared": 2}).wake
    with books.work() as session:
        books_agree.ask(session, books.company_id, LATER)
    with books.store.reading() as session:
        assert books_agree.last(session, books.company_id, LATER).running_words == "Comparing: 2 of 3"
    after = _connection(books)
    assert (after.wake, after.compare_due_at) == (wakes, NOW)


def test_the_minutes_after_connecting_explain_themselves(books: Books) -> None:
    def says() -> tuple[str, str]:
        with books.store.reading() as session:
            view = connections.card(session, books.company_id, NOW)
        return view.line, view.words

    connection_id = books.connect()
    assert says() == (
        "Reading QuickBooks' lists",
        "Its names, items and accounts are read once. You can go on working.",
    )
    _connection(books, cursor=NOW, heard_at=NOW)
    assert says() == (
        "Connected · last heard 0 s ago",
        "New invoices, customers and items sync from now, both ways. Nothing is shared yet.",
    )
    _links(books, connection_id, 2, flag=Flag.SYNCING)
    assert says() == ("Syncing 2 of 2", "You can go on working.")
    with books.work() as session:
        for record in session.exec(select(SyncRecord)):
            record.flag = Flag.SYNCED
    assert says() == ("Connected · last heard 0 s ago", "")
