"""What the timers' look costs: it is paid every second, for all companies there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bookipi_app.ids import new_id
from bookipi_app.models import Company, Connection, ConnectionStatus
from bookipi_app.sync import due, feed
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
