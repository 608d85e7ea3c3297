"""The grant: renewed, lost, given back, near its end. Whatever happens to it, what was to travel is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from bookipi_app.models import Attempt, Connection, ConnectionStatus, Flag, Kind, Mail, Outcome, SyncRecord
from bookipi_app.quickbooks.oauth import TokenPair
from bookipi_app.services import connections, grant_ends
from bookipi_app.services.connection_card import card
from bookipi_app.sync import due, ending
from tests.engine.test_main_job import lines
from tests.engine.world import START, World

TOKENS = "tokens/bearer"


def tell_owners(world: World) -> list[Mail]:
    """What the timers do every two seconds, twice in a row; all e-mails so far."""
    for _ in range(2):
        with world.database.transaction() as session:
            for connection_id in grant_ends.due(session, world.now):
                grant_ends.tell(session, connection_id, world.now)
    with world.database.reading() as session:
        return list(session.exec(select(Mail)))


def reconnect(world: World) -> None:
    """The same company again: what `connections.finish` keeps of a new consent."""
    grant = world.sandbox.grant(world.realm, world.now)
    pair = TokenPair(
        str(grant["access_token"]), str(grant["refresh_token"]), world.now + timedelta(hours=1),
        world.now + timedelta(days=100),
    )  # fmt: skip
    with world.database.transaction() as session:
        row = session.get_one(Connection, world.connection_id)
        row.tokens_sealed = world.vault.seal(pair, row.company_id, row.realm_id)
        row.access_expires_at, row.refresh_expires_at = pair.access_expires_at, pair.refresh_expires_at
        row.status, row.problem, row.told_lost_at = ConnectionStatus.CONNECTED, "", None
        row.connected_at, row.wake = world.now, row.wake + 1


def card_of(world: World) -> tuple[str, str, str]:
    with world.database.reading() as session:
        view = card(session, world.company_id, world.now)
    return view.state, view.strong, view.words


def test_a_withdrawn_grant_keeps_everything_tells_once_and_goes_on_after_a_reconnection(world: World) -> None:
    world.sync()
    world.sandbox.revoke(world.realm)
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.run()
    assert world.connection().status is ConnectionStatus.RECONNECT
    state, strong, words = card_of(world)
    assert state == "reconnect"
    assert "withdrawn" in strong
    assert "none is lost" in words
    [mail] = tell_owners(world)
    assert (mail.recipient, "Reconnect" in mail.subject) == ("maria@example.com", True)
    assert "/settings/integration" in mail.body
    sent = len(world.requests)
    world.edit(invoice.id, notes="Changed meanwhile")
    world.pass_time(days=3)
    world.run()
    assert len(world.requests) == sent  # nothing is asked of QuickBooks while the grant is gone
    assert len(tell_owners(world)) == 1
    with world.database.reading() as session:
        pending = session.exec(select(SyncRecord).where(SyncRecord.flag == Flag.SYNCING)).all()
        assert {one.kind for one in pending if one.due_at} >= {Kind.CUSTOMER, Kind.INVOICE}
        assert due.connections(session, world.now) == []
    reconnect(world)
    world.sync()
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert record.flag is Flag.SYNCED
    assert world.get("Invoice", record.remote_id or "")["CustomerMemo"]["value"] == "Changed meanwhile"
    world.sandbox.revoke(world.realm)
    world.pass_time(hours=2)
    world.run()
    assert len(tell_owners(world)) == 2  # another grant, another ending


def test_a_write_in_flight_when_the_grant_is_lost_is_repeated_after_the_reconnection(world: World) -> None:
    world.sync()
    customer = world.customer()

    def lose(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and "/customer" in path:
            world.after_request = None
            world.sandbox.revoke(world.realm)
            raise httpx.ReadError("the connection was cut")
        return response

    world.after_request = lose
    world.run()
    world.pass_time(minutes=1)
    world.run()
    assert world.connection().status is ConnectionStatus.RECONNECT
    reconnect(world)
    world.sync()
    assert len(world.all("Customer", "WHERE DisplayName = 'Lakeline Homeowners'")) == 1
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED
    with world.database.reading() as session:
        assert {one.outcome for one in session.exec(select(Attempt))} == {Outcome.DONE}


def test_a_disconnection_asked_for_while_the_grant_is_lost_is_carried_out(world: World) -> None:
    world.sync()
    world.customer()

    def both(method: str, path: str) -> None:
        if method == "POST" and "/customer" in path:
            world.before_request = None
            disconnect(world)
            world.sandbox.revoke(world.realm)

    world.before_request = both
    world.run()
    assert world.connection().status is ConnectionStatus.FROZEN
    assert tell_owners(world) == []


def test_a_disconnection_asked_for_during_a_silence_does_not_wait_for_its_end(world: World) -> None:
    world.sync()
    world.customer()

    def both(method: str, path: str) -> None:
        if method == "POST" and "/customer" in path:
            world.before_request = None
            disconnect(world)
            raise httpx.ReadError("the connection was cut")

    world.before_request = both
    world.run()
    assert world.connection().status is ConnectionStatus.FROZEN


def disconnect(world: World) -> None:
    with world.database.transaction() as session:
        connections.request_disconnect(session, world.company_id, world.now)


def test_a_reconnection_while_the_loss_is_being_noted_wins(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is back between Intuit's last word about the old grant and our note of it."""
    world.sync()
    customer = world.customer()
    world.sandbox.revoke(world.realm)
    noted = ending.lose_grant

    def late(*told: Any) -> None:
        world.pass_time(seconds=1)
        reconnect(world)
        noted(*told)

    monkeypatch.setattr(ending, "lose_grant", late)
    world.run()
    assert world.connection().status is ConnectionStatus.CONNECTED
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED
    assert tell_owners(world) == []


def test_a_grant_that_intuit_knows_nothing_of_is_given_back(world: World) -> None:
    world.sync()
    disconnect(world)

    def unknown(_method: str, path: str, response: httpx.Response) -> httpx.Response:
        return httpx.Response(401, json={"error": "invalid_grant"}) if "revoke" in path else response

    world.after_request = unknown
    world.run()
    assert world.connection().status is ConnectionStatus.FROZEN


@pytest.mark.parametrize(("rotation", "survives"), [("daily", True), ("every", False)])
def test_a_lost_refresh_answer_costs_at_most_a_reconnection(
    world: World, rotation: str, survives: bool
) -> None:
    """If Intuit has rotated the token in that answer, only a person can help: everything waits for that."""
    world.sync()
    world.sandbox.switches.change({"refresh_rotation": rotation})
    world.pass_time(hours=2)
    customer = world.customer()

    def lose(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if TOKENS in path:
            world.after_request = None
            raise httpx.ReadError("the connection was cut")
        return response

    world.after_request = lose
    world.run()
    assert world.connection().status is ConnectionStatus.CONNECTED
    world.pass_time(seconds=10)
    world.sync()
    if not survives:
        assert world.connection().status is ConnectionStatus.RECONNECT
        assert world.record(Kind.CUSTOMER, local_id=customer.id).due_at is not None
        reconnect(world)
        world.sync()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED


@pytest.mark.parametrize("minutes", [-10, 10])
@pytest.mark.parametrize("jumps", [False, True])
def test_a_clock_ten_minutes_off_costs_nothing(world: World, minutes: int, jumps: bool) -> None:
    """Ours jumps, or was off from the start: judged by QuickBooks' answers, changes by QuickBooks' times."""
    if jumps:
        world.pass_time(hours=1)
        world.sync()
        world.pass_time(minutes=minutes)
    world.sandbox.world.clock_offset = -minutes * 60.0
    with world.database.transaction() as session:
        there = world.sandbox.world.at(START + timedelta(minutes=minutes * jumps))
        session.get_one(Connection, world.connection_id).first_connected_there = there
    for hour in range(3):
        here = world.customer(name=f"Here {hour}")
        made = world.make("Customer", DisplayName=f"There {hour}")
        world.sync()
        assert world.record(Kind.CUSTOMER, local_id=here.id).flag is Flag.SYNCED
        assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
        world.change("Customer", made["Id"], Notes=f"Seen {hour}")
        world.sync()
        assert world.only(type(here), name=f"There {hour}").notes == f"Seen {hour}"
        world.pass_time(hours=1)
    assert world.connection().status is ConnectionStatus.CONNECTED
    with world.still():
        world.sync(10)


def test_both_ends_of_a_grant_are_stored_with_every_renewal(world: World) -> None:
    world.sync()
    world.pass_time(hours=25)
    world.run()
    connection = world.connection()
    assert connection.refresh_expires_at == world.now + timedelta(days=100)
    five_years = timedelta(seconds=157_680_000) - timedelta(hours=25)
    assert connection.grant_expires_at is not None
    assert abs(connection.grant_expires_at - world.now - five_years) < timedelta(minutes=1)


def test_an_ending_access_is_shown_and_told_once_at_least_two_weeks_before(world: World) -> None:
    world.sync()
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).grant_expires_at = world.now + timedelta(days=30)
    assert card_of(world)[0] == "connected"
    assert tell_owners(world) == []
    world.pass_time(days=16)
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).heard_at = world.now
    state, strong, words = card_of(world)
    assert (state, strong) == ("ending", "Access to QuickBooks ends on Dec 22.")
    assert "Reconnect before then" in words
    [mail] = tell_owners(world)
    assert "ends on Dec 22, 2026" in mail.body
    world.pass_time(days=5)
    assert len(tell_owners(world)) == 1


@pytest.mark.parametrize("state", ["review", "paused"])
def test_an_ending_access_is_said_beside_what_else_stops_the_sync(world: World, state: str) -> None:
    """A review waits for as long as nobody looks, and a pause may come again each hour."""
    world.sync()
    with world.database.transaction() as session:
        row = session.get_one(Connection, world.connection_id)
        row.problem = "Something else."
        if state == "review":
            row.status = ConnectionStatus.REVIEW
        row.paused_until = world.now + timedelta(hours=1)
    assert "Access" not in card_of(world)[2]
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).grant_expires_at = world.now + timedelta(days=14)
    shown, strong, words = card_of(world)
    assert (shown, strong) == (state, "Something else.")
    assert words.endswith("Access to QuickBooks ends on Dec 6: reconnect before then.")


def test_a_connection_in_review_is_used_before_it_ends_for_want_of_use(world: World) -> None:
    world.sync()
    with world.database.transaction() as session:
        row = session.get_one(Connection, world.connection_id)
        row.status = ConnectionStatus.REVIEW
        row.vanished = [{"kind": "customer", "side": "here", "count": 11, "of": 20, "ids": []}]
    for days in (60, 15):
        world.pass_time(days=days)
        with world.database.reading() as session:
            woken = [one for one, _ in due.connections(session, world.now)]
        assert woken == ([world.connection_id] if days == 15 else [])
    before = world.writes()
    world.run()
    connection = world.connection()
    assert connection.status is ConnectionStatus.REVIEW
    assert connection.refresh_expires_at == world.now + timedelta(days=100)
    assert sum(TOKENS in path for _, path in world.requests) >= 1
    assert world.writes() == before
    with world.database.reading() as session:
        assert due.connections(session, world.now) == []


@pytest.mark.parametrize(("days", "idle"), [(30, True), (31, False)])
def test_a_grant_is_used_for_its_own_sake_only_in_its_last_weeks(world: World, days: int, idle: bool) -> None:
    connection = world.connection()
    connection.access_expires_at = world.now
    connection.refresh_expires_at = world.now + timedelta(days=days)
    assert ending.stands_idle(connection, world.now) is idle
    connection.access_expires_at += timedelta(seconds=1)
    assert not ending.stands_idle(connection, world.now)
