"""The QuickBooks card in all its states, and what a person asks of a connection."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.errors import NotAllowed
from bookipi_app.ids import new_id
from bookipi_app.models import Company, Connection, ConnectionStatus, Flag, Kind, SyncRecord, User
from bookipi_app.services import connections
from bookipi_app.services.connections import CardState, CardView
from tests.services.conftest import NOW, Books


def _card(books: Books) -> CardView:
    with books.store.reading() as session:
        return connections.card(session, books.company_id, NOW)


def _change(books: Books, connection_id: UUID, **values: object) -> None:
    with books.work() as session:
        row = session.get_one(Connection, connection_id)
        for name, value in values.items():
            setattr(row, name, value)


def _records(books: Books, connection_id: UUID, flags: dict[Flag, int]) -> None:
    with books.work() as session:
        for flag, count in flags.items():
            for _ in range(count):
                session.add(
                    SyncRecord(
                        connection_id=connection_id, kind=Kind.INVOICE, local_id=new_id(), remote_id=new_id().hex,
                        flag=flag, flag_since=NOW,
                    )
                )  # fmt: skip


def test_before_connecting(books: Books) -> None:
    card = _card(books)
    assert card.state == CardState.NOT_CONNECTED
    assert card.button == "Connect"
    assert card.button_to == "/oauth/quickbooks/start"
    assert not card.connected
    assert "Payment status is never shared" in {fact.label for fact in card.facts}


def test_who_is_not_eligible_reads_why(books: Books) -> None:
    with books.work() as session:
        user = session.get_one(User, session.get_one(Company, books.company_id).user_id)
        user.country = "CA"
    card = _card(books)
    assert card.state == CardState.NOT_ELIGIBLE
    assert "US businesses" in card.strong
    assert card.button == "Open profile"


def test_another_company_than_the_default_one_reads_which_is(books: Books) -> None:
    with books.work() as session:
        company = session.get_one(Company, books.company_id)
        second = Company(user_id=company.user_id, name="Delgado Rentals", country="US", created_at=NOW)
        session.add(second)
    with books.store.reading() as session:
        card = connections.card(session, second.id, NOW)
    assert card.state == CardState.OTHER_COMPANY
    assert company.name in card.words
    assert "Delgado Rentals" in card.words


def test_connected_and_equal(books: Books) -> None:
    connection = books.connect()
    _change(
        books,
        connection,
        quickbooks_name="Green Thumb LLC",
        heard_at=NOW - timedelta(seconds=12),
        lag_in_ms=1_430,
        lag_out_ms=2_140,
    )
    _records(books, connection, {Flag.SYNCED: 3, Flag.NOT_SYNCED: 2})
    card = _card(books)
    assert card.state == CardState.CONNECTED
    assert card.line == "Connected · last heard 12 s ago"
    assert {(fact.label, fact.value) for fact in card.facts} == {
        ("Company", "Green Thumb LLC"), ("Equal", "3 of 3 records"), ("Changes arrive in", "1.4 s"),
        ("Changes leave in", "2.1 s"),
    }  # fmt: skip
    assert card.connected
    assert card.equal == card.total == 3


def test_on_its_way_and_needing_somebody(books: Books) -> None:
    connection = books.connect()
    _records(books, connection, {Flag.SYNCED: 24, Flag.SYNCING: 18})
    assert (_card(books).state, _card(books).line) == (CardState.SYNCING, "Syncing 18 of 42")
    _records(books, connection, {Flag.ATTENTION: 2, Flag.CONFLICT: 1, Flag.DIFFERS: 1})
    card = _card(books)
    assert card.state == CardState.NEEDS_YOU
    assert card.line == "Connected · 4 need you"
    assert card.compact == "4 records need you"
    assert card.button == "Review 4"
    assert "1 edited on both sides" in card.words
    assert "The other 24 are equal." in card.words


def test_lesson_25_when_nothing_is_heard_for_long_the_card_says_so(books: Books) -> None:
    """Webhooks may have gone quiet, or whoever reads the change feed: far longer than between two readings of it."""
    connection = books.connect()
    _records(books, connection, {Flag.SYNCED: 3, Flag.ATTENTION: 1})
    _change(books, connection, heard_at=NOW - timedelta(minutes=50))
    assert _card(books).state == CardState.NEEDS_YOU
    _change(books, connection, heard_at=NOW - timedelta(minutes=70))
    card = _card(books)
    assert (card.state, card.tone, card.line) == (CardState.PAUSED, "warn", "Nothing heard from QuickBooks")
    assert card.strong.startswith("Nothing has been heard from QuickBooks since ")


def test_access_that_ends_goes_before_what_needs_somebody_which_stays_one_click_away(books: Books) -> None:
    connection = books.connect()
    _records(books, connection, {Flag.SYNCED: 3, Flag.ATTENTION: 2})
    _change(books, connection, heard_at=NOW, refresh_expires_at=NOW + timedelta(days=9))
    card = _card(books)
    assert (card.state, card.button, card.link) == (CardState.ENDING, "Reconnect", "Review 2")
    assert card.link_to.endswith("?show=needs")


def test_a_pause_says_why_and_until_when(books: Books) -> None:
    connection = books.connect()
    _records(books, connection, {Flag.SYNCING: 6})
    _change(books, connection, paused_until=NOW + timedelta(seconds=40), problem="QuickBooks did not answer.")
    card = _card(books)
    assert card.state == CardState.PAUSED
    assert card.strong == "QuickBooks did not answer."
    assert card.words == "6 changes wait here and go out by themselves. Next try in 40 s."
    _change(books, connection, paused_until=NOW - timedelta(seconds=1))
    assert _card(books).state == CardState.SYNCING


@pytest.mark.parametrize(
    ("status", "state", "button"),
    [
        (ConnectionStatus.RECONNECT, CardState.RECONNECT, "Reconnect"),
        (ConnectionStatus.REVIEW, CardState.REVIEW, "Review"),
        (ConnectionStatus.DISCONNECTING, CardState.DISCONNECTING, ""),
        (ConnectionStatus.FROZEN, CardState.FROZEN, "Connect"),
    ],
)
def test_the_states_that_are_not_at_work(
    books: Books, status: ConnectionStatus, state: CardState, button: str
) -> None:
    connection = books.connect(status=status)
    _records(books, connection, {Flag.FROZEN: 124})
    card = _card(books)
    assert (card.state, card.button) == (state, button)
    assert card.connected is (status is not ConnectionStatus.FROZEN)
    if status is ConnectionStatus.FROZEN:
        assert card.compact == "Disconnected · 124 frozen"
        assert card.strong == "124 records are frozen"


def test_disconnecting_is_asked_once_and_only_where_there_is_something(books: Books) -> None:
    with books.work() as session, pytest.raises(NotAllowed):
        connections.request_disconnect(session, books.company_id, NOW)
    connection = books.connect()
    for _ in range(2):
        with books.work() as session:
            connections.request_disconnect(session, books.company_id, NOW)
    with books.store.reading() as session:
        row = session.get_one(Connection, connection)
        assert row.status is ConnectionStatus.DISCONNECTING
        assert row.wake == 1
        assert session.exec(select(Connection)).one().id == connection


def test_the_result_says_what_could_not_be_chosen(books: Books) -> None:
    connection = books.connect()
    with books.store.reading() as session:
        shown = connections.result(session, books.company_id)
        with pytest.raises(NotAllowed):
            connections.result(session, books.outside)
    assert any("no income account" in sentence for sentence in shown.sentences)
    assert any("no service item" in sentence for sentence in shown.sentences)
    _change(books, connection, income_account_id="1", default_item_id="1")
    with books.store.reading() as session:
        assert len(connections.result(session, books.company_id).sentences) == 1
