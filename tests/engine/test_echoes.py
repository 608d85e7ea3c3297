"""Echoes need no flag: what events of our own writes cost, and what they must not hide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookipi_app.models import Customer, Flag, InboxEvent, Kind, SyncRecord
from tests.engine.world import World


def edited_here(world: World) -> SyncRecord:
    """A customer that was edited here and sent a moment ago; only what the test tells is heard of it."""
    world.feed_interval = timedelta(days=20)
    customer = world.customer()
    world.sync()
    world.pass_time(minutes=20)
    world.customer(customer.id, name=customer.name, phone="512 555 0100")
    world.run()
    world.sandbox.due_webhooks(world.now + timedelta(minutes=1))  # told to nobody
    world.requests.clear()
    return world.record(Kind.CUSTOMER, local_id=customer.id)


def tell(
    world: World, record: SyncRecord, *numbers: int, later: float = 0.0, operation: str = "updated"
) -> None:
    """Events about a record, of so many seconds after our write."""
    assert record.remote_time
    with world.database.transaction() as session:
        for number in numbers:
            if session.get(InboxEvent, f"event-{number}"):
                continue  # stored once
            session.add(
                InboxEvent(
                    id=f"event-{number}", realm_id=world.realm, entity="customer", operation=operation,
                    remote_id=record.remote_id or "", received_at=world.now,
                    happened_at=record.remote_time + timedelta(seconds=later),
                )
            )  # fmt: skip


def theirs_in_that_second(world: World, record: SyncRecord) -> None:
    world.change("Customer", record.remote_id or "", Notes="In the same second")
    there = world.get("Customer", record.remote_id or "")
    assert there["MetaData"]["LastUpdatedTime"][17:19] == f"{record.remote_time:%S}"


def test_one_event_in_the_second_of_a_write_is_its_echo(world: World) -> None:
    record = edited_here(world)
    tell(world, record, 1)
    for _ in range(3):
        world.run()
        world.pass_time(seconds=5)
        tell(world, record, 1)
    assert world.reads() == 0


def test_any_further_event_in_that_second_is_read_once_for_all_of_them(world: World) -> None:
    record = edited_here(world)
    theirs_in_that_second(world, record)
    tell(world, record, 1, 2, 3, 4)
    world.run()
    assert world.reads() == 0  # two seconds later, together with those that may follow
    tell(world, record, 5)
    world.pass_time(seconds=2.5)
    world.run()
    world.run()
    assert world.count() == {"GET query": 1}
    assert world.only(Customer, name="Lakeline Homeowners").notes == "In the same second"


def test_an_event_of_another_kind_in_that_second_is_no_echo(world: World) -> None:
    """An update of ours makes none that says that it was e-mailed."""
    record = edited_here(world)
    tell(world, record, 1, operation="emailed")
    world.pass_time(seconds=2.5)
    world.run()
    assert world.count() == {"GET query": 1}


@pytest.mark.parametrize("earlier", [1, 60, 3600])
def test_an_event_from_before_our_last_write_costs_no_read_however_late_it_comes(
    world: World, earlier: int
) -> None:
    """The reply to that write held it already."""
    record = edited_here(world)
    world.pass_time(hours=2)
    tell(world, record, 1, 2, 3, later=-earlier)
    world.run()
    assert world.reads() == 0


def test_an_event_from_after_our_last_write_is_read_at_once(world: World) -> None:
    record = edited_here(world)
    world.pass_time(seconds=1)
    world.change("Customer", record.remote_id or "", Notes="A second later")
    tell(world, record, 1, later=1)
    world.run()
    assert world.count() == {"GET query": 1}
    assert world.only(Customer, name="Lakeline Homeowners").notes == "A second later"


def test_what_an_aggregated_delivery_hides_is_found_by_the_feed(world: World) -> None:
    """One event for our write and theirs: it is taken for the echo, and the version tells the feed otherwise."""
    record = edited_here(world)
    theirs_in_that_second(world, record)
    tell(world, record, 1)
    world.pass_time(seconds=5)
    world.run()
    assert world.reads() == 0
    world.pass_time(days=20)
    world.run()
    assert world.only(Customer, name="Lakeline Homeowners").notes == "In the same second"
    assert world.record(Kind.CUSTOMER, remote_id=record.remote_id).flag is Flag.SYNCED
