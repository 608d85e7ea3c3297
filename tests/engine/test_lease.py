"""One run per connection: who holds the lease, until when, and what an old one can still do, which is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookipi_app.models import Connection
from bookipi_app.sync import lease
from bookipi_app.sync.lease import LEASE, Lease, LeaseLost
from tests.engine.world import World

MOMENT = timedelta(microseconds=1)


def take(world: World, holder: str = "here-0") -> Lease | None:
    return lease.take(world.database, world.clock, world.connection_id, holder)


def taken(world: World, holder: str = "here-0") -> Lease:
    held = take(world, holder)
    assert held is not None
    return held


def holder_of(world: World) -> str | None:
    return world.connection().lease_holder


def test_one_holds_it_until_it_has_expired_however_often_others_ask(world: World) -> None:
    taken(world)
    world.now += LEASE
    assert take(world, "there-0") is None
    world.now += MOMENT
    assert taken(world, "there-0").fence == world.connection().fence


def test_each_transaction_and_each_heartbeat_makes_it_last_longer(world: World) -> None:
    held = taken(world)
    world.now += LEASE
    with held.transaction():
        pass
    world.now += LEASE
    assert held.renew()
    world.now += LEASE
    assert take(world, "there-0") is None


def test_an_old_lease_commits_nothing_renews_nothing_and_ends_nothing(world: World) -> None:
    old = taken(world)
    world.now += LEASE + MOMENT
    taken(world, "there-0")
    with pytest.raises(LeaseLost), old.transaction() as session:
        session.get_one(Connection, world.connection_id).problem = "written by a ghost"
    assert not old.renew()
    assert not old.give_back(world.connection().wake)
    old.drop()
    assert (holder_of(world), world.connection().problem) == ("there-0", "")


def test_it_is_not_given_back_if_a_run_was_asked_for_meanwhile(world: World) -> None:
    held, seen = taken(world), world.connection().wake
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).wake = seen + 1
    assert not held.give_back(seen)
    assert holder_of(world) == "here-0"
    assert held.give_back(seen + 1)
    assert holder_of(world) is None
    assert take(world, "there-0") is not None


def test_a_worker_that_starts_ends_what_its_predecessor_held_and_nothing_else(world: World) -> None:
    """The predecessor may be stopped and not dead: it is fenced off as well."""
    old = taken(world)
    assert lease.end_own(world.database, "here-1") == []
    assert old.renew()
    assert lease.end_own(world.database, "here-0") == [world.connection_id]
    assert holder_of(world) is None
    assert not old.renew()
    assert lease.end_own(world.database, "here-0") == []
