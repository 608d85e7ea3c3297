"""The timers' look: which connections it wakes, and what it costs, every second, for all companies there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bookipi_app.ids import new_id
from bookipi_app.models import (
    Attempt,
    Company,
    Connection,
    ConnectionStatus,
    Customer,
    InboxEvent,
    Kind,
    Operation,
    SyncRecord,
)
from bookipi_app.sync import due, feed, lease
from tests.engine import person
from tests.engine.world import World

TENS = 10  # of the machine's steps, so that counting stays cheap


def connect_quiet_companies(world: World, number: int) -> None:
    """Companies whose timers are all in the future."""
    later = world.now + timedelta(days=1)
    with world.database.transaction() as session:
        owner = session.get_one(Company, world.company_id).user_id
        ids = [(new_id(), new_id()) for _ in range(number)]
        born = {"user_id": owner, "name": "Quiet", "country": "US", "created_at": world.now}
        session.connection().execute(insert(Company), [{"id": company, **born} for company, _ in ids])
        dates = dict.fromkeys(("feed_due_at", "preflight_due_at", "compare_due_at"), later)
        begun = {"first_connected_at": world.now, "connected_at": world.now, "refresh_expires_at": later}
        rows = [
            {
                "id": one,
                "company_id": company,
                "realm_id": str(one.int)[-15:],
                "status": ConnectionStatus.CONNECTED,
                "told_expiry_at": world.now,
                **dates,
                **begun,
            }
            for company, one in ids
        ]
        session.connection().execute(insert(Connection), rows)


def steps_of_a_look(world: World) -> int:
    """How many steps of its own machine SQLite makes: no clock, and the same on every machine."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with world.database.reading() as session:
        raw: Any = session.connection().connection.driver_connection
        raw.set_progress_handler(count, TENS)
        due.connections(session, world.now)
        raw.set_progress_handler(None, 0)
    return steps


def test_a_look_costs_what_is_due_and_not_what_exists(world: World) -> None:
    if world.database.engine.dialect.name != "sqlite":
        pytest.skip("SQLite counts its steps.")
    world.customer(name="Ada")
    alone = steps_of_a_look(world)
    connect_quiet_companies(world, 2000)
    assert steps_of_a_look(world) <= alone + 10
    with world.database.reading() as session:
        assert [one for one, _ in due.connections(session, world.now)] == [world.connection_id]


def test_a_start_hears_few_companies_soon_and_never_all_at_once(world: World) -> None:
    connect_quiet_companies(world, 60)  # beside one that was never heard
    with world.database.transaction() as session:
        feed.ask_soon(session, world.now)
    moments = [world.now + timedelta(seconds=after) for after in (0, 10, 60 / feed.SOON_A_SECOND)]
    with world.database.reading() as session:
        found = [len(due.connections(session, moment)) for moment in moments]
    assert found == [2, 2 + 10 * feed.SOON_A_SECOND, 61]


def test_a_start_delays_nobody(world: World) -> None:
    connect_quiet_companies(world, 50)
    soon = world.now + timedelta(seconds=1)
    with world.database.transaction() as session:
        session.connection().execute(update(Connection).values(feed_due_at=soon))
        feed.ask_soon(session, world.now)
    with world.database.reading() as session:
        assert len(due.connections(session, soon)) == 51


def woken(world: World) -> bool:
    """Whether a sweep wakes the world's own connection now."""
    with world.database.reading() as session:
        return world.connection_id in [one for one, _ in due.connections(session, world.now)]


def at_rest(world: World) -> World:
    """A connection whose timers are all far away, and whose only record is to be looked at in an hour."""
    customer, later = world.customer(name="Ada"), world.now + timedelta(days=1)
    person.settle(world)
    with world.database.transaction() as session:
        row = session.get_one(Connection, world.connection_id)
        row.feed_due_at = row.preflight_due_at = row.compare_due_at = later
        record = session.get_one(SyncRecord, world.record(Kind.CUSTOMER, local_id=customer.id).id)
        record.due_at = world.now + timedelta(hours=1)
    assert not woken(world)
    return world


def test_an_event_is_left_to_its_own_wake_up_for_two_seconds(world: World) -> None:
    event = InboxEvent(id="e", realm_id=at_rest(world).realm, entity="customer", remote_id="1",
                       operation="updated", received_at=world.now)  # fmt: skip
    with world.database.transaction() as session:
        session.add(event)
    world.pass_time(seconds=1)
    assert not woken(world)
    world.pass_time(seconds=1)
    assert woken(world)


def test_a_write_without_an_answer_wakes_when_its_next_try_has_come(world: World) -> None:
    record = world.record(Kind.CUSTOMER, local_id=at_rest(world).only(Customer, name="Ada").id)
    attempt = Attempt(connection_id=world.connection_id, record_id=record.id, operation=Operation.UPDATE,
                      request_id="r", body="{}", local_version=1, generation=0, created_at=world.now)  # fmt: skip
    with world.database.transaction() as session:
        session.add(attempt)
    assert woken(world)  # stored, and whoever stored it has died
    with world.database.transaction() as session:
        session.get_one(Attempt, attempt.id).next_try_at = world.now + timedelta(minutes=1)
    assert not woken(world)
    world.pass_time(seconds=60)
    assert woken(world)


def test_nobody_is_woken_while_somebody_runs_it_or_it_is_paused(world: World) -> None:
    at_rest(world).customer(name="Birch")
    assert woken(world)
    held = lease.take(world.database, world.clock, world.connection_id, "here-0")
    assert held is not None
    assert not woken(world)
    world.now += lease.LEASE + timedelta(seconds=1)
    assert woken(world)  # its holder has died
    held.drop()
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).paused_until = world.now + timedelta(seconds=5)
    assert not woken(world)
    world.pass_time(seconds=5)
    assert woken(world)
