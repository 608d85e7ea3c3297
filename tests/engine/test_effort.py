"""Bounded effort: however long QuickBooks fails, one record is not sent more than twelve times in an hour."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bookipi_app.models import Flag, Kind
from bookipi_app.sync import due
from tests.engine import person
from tests.engine.test_conflicts import linked_customer
from tests.engine.world import World

MOST = 12
SWEEP = timedelta(seconds=10)


def an_hour(world: World) -> None:
    """As the sweep does it: whatever is due is woken every ten seconds."""
    ends = world.now + timedelta(hours=1)
    while world.now < ends:
        with world.database.reading() as session:
            woken = due.connections(session, world.now)
        if woken:
            world.run()
        world.now += SWEEP


@pytest.mark.parametrize("reads", [True, False])
def test_an_outage_of_an_hour_sees_a_record_twelve_times_at_most(world: World, reads: bool) -> None:
    world.sync()

    def fails(method: str, path: str) -> None:
        if "/v3/" in path and (method == "POST" or not reads):
            raise httpx.ReadTimeout("no answer")

    customer = world.customer()
    before = world.writes()
    world.before_request = fails
    an_hour(world)
    assert 1 <= world.writes() - before <= MOST
    world.before_request = None
    world.pass_time(minutes=10)
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED


def test_a_record_that_changes_there_before_each_write_is_not_sent_hotly(world: World) -> None:
    customer, remote_id = linked_customer(world)
    number = 0

    def changes(method: str, path: str) -> None:
        nonlocal number
        if method == "POST" and "/customer" in path:
            number += 1
            world.change("Customer", remote_id, Notes=f"hot {number}")

    world.customer(customer.id, name=customer.name, phone="512-555-0100")
    before = world.writes()
    world.before_request = changes
    an_hour(world)
    assert 1 <= world.writes() - before <= MOST
    world.before_request = None
    world.pass_time(hours=1)
    person.settle(world)
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "512-555-0100"
