"""Settings → Integration: what can be chosen, and records older than the connection."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.models import Connection, ConnectionStatus, Kind, Reference, SyncRecord
from bookipi_app.services import choices, older
from tests.services.conftest import NOW, Books


def index(books: Books, connection: UUID) -> None:
    entries = [
        ("account", "79", "Sales of Product Income", {"type": "Income"}, True),
        ("account", "80", "Checking", {"type": "Bank"}, True),
        ("item", "1", "Services", {"type": "Service"}, True),
        ("item", "2", "Old service", {"type": "Service"}, False),
        ("item", "3", "Garden set", {"type": "Group"}, True),
    ]
    with books.work() as session:
        for entity, remote_id, name, fields, active in entries:
            session.add(
                Reference(
                    connection_id=connection, entity=entity, remote_id=remote_id, name=name,
                    name_key=name.lower(), fields=fields, active=active,
                )
            )  # fmt: skip


def test_only_what_quickbooks_can_use_is_offered_and_can_be_chosen(books: Books) -> None:
    connection = books.connect()
    index(books, connection)
    with books.store.reading() as session:
        offered = choices.choices(session, books.company_id)
    assert ([one.id for one in offered.accounts], [one.id for one in offered.goods]) == (["79"], ["1"])
    with books.work() as session:
        choices.choose(session, books.company_id, account="79", item="1", now=NOW)
    with books.store.reading() as session:
        row = session.get_one(Connection, connection)
        assert (row.income_account_name, row.default_item_name) == ("Sales of Product Income", "Services")


@pytest.mark.parametrize("chosen", [{"account": "80"}, {"item": "2"}, {"item": "3"}, {"item": ""}])
def test_what_is_not_offered_is_refused(books: Books, chosen: dict[str, str]) -> None:
    index(books, books.connect())
    with pytest.raises(InvalidInput), books.work() as session:
        choices.choose(session, books.company_id, now=NOW, **chosen)


def test_without_a_connection_there_is_nothing_to_choose(books: Books) -> None:
    with books.store.reading() as session:
        assert choices.choices(session, books.company_id) == choices.Choices()
        assert older.older(session, books.company_id) == ()


def test_older_records_are_counted_by_kind_and_brought_over_once(books: Books) -> None:
    first, second = books.customer("Pecan Grove"), books.customer("Lakeline")
    books.item()
    books.connect(at=NOW + timedelta(hours=1))
    with books.store.reading() as session:
        assert [(one.kind, one.words) for one in older.older(session, books.company_id)] == [
            ("customer", "2 customers"),
            ("item", "1 item"),
        ]
        assert older.older(session, books.outside) == ()
    with books.work() as session:
        assert older.bring_over(session, books.company_id, Kind.CUSTOMER, now=NOW) == 2
    with books.store.reading() as session:
        wanted = session.exec(select(SyncRecord)).all()
        assert {one.local_id for one in wanted if one.wanted} == {first, second}
        assert [one.kind for one in older.older(session, books.company_id)] == ["item"]


def test_nothing_is_brought_over_during_a_review(books: Books) -> None:
    books.customer()
    books.connect(at=NOW + timedelta(hours=1), status=ConnectionStatus.REVIEW)
    with pytest.raises(NotAllowed), books.work() as session:
        older.bring_over(session, books.company_id, Kind.CUSTOMER, now=NOW)
