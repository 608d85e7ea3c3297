"""What an edit costs, counted in requests, and how long it takes, by the moments of real events."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from bookipi_app.models import Customer, Flag, InboxEvent, Invoice, Kind, RemoteState, SyncRecord
from tests.engine import person, steady
from tests.engine.test_ends_invoices import linked
from tests.engine.test_main_job import lines
from tests.engine.world import World


def test_a_deletion_here_costs_one_write_and_its_echo_no_read(world: World) -> None:
    """A tombstone is final: nothing that is told of it later can say anything new."""
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    person.trash(world, invoice.id)
    world.pass_time(seconds=31)
    world.requests.clear()
    world.sync()
    assert [path.split("?")[0].rsplit("/", 1)[1] for _, path in world.requests if "/cdc" not in path] == [
        "invoice"
    ]
    assert world.record(Kind.INVOICE, local_id=invoice.id).ended


def test_a_local_edit_costs_one_write_and_its_echo_no_read(world: World) -> None:
    """≤ 1.02 writes and ≤ 0.05 event reads for each edit."""
    cost, invoice = steady.local_edits(world)
    assert cost.writes <= 1.02 * steady.EDITS
    assert cost.event_reads == cost.by_purpose.get("event", 0) <= 0.05 * steady.EDITS
    assert world.record(Kind.INVOICE, local_id=invoice.id).flag is Flag.SYNCED


def test_lesson_30_a_burst_of_a_hundred_remote_edits_is_read_in_few_calls(world: World) -> None:
    cost = steady.remote_burst(world)
    assert cost.reads <= 25, world.count()
    for number in (0, 99):
        assert world.only(Customer, name=f"There {number:03}").notes == f"Edited {number}"


def delete_many(world: World, count: int) -> list[str]:
    """So many invoices that are linked here are deleted there; webhooks tell of it."""
    world.feed_interval = timedelta(days=20)
    customer = world.customer()
    for number in range(count):
        world.invoice(customer, *lines(("1", str(number + 1))))
    for _ in range(3):
        world.sync()
    with world.database.reading() as session:
        found = session.exec(select(SyncRecord.remote_id).where(SyncRecord.kind == Kind.INVOICE)).all()
    ids = [one or "" for one in found]
    for one in ids:
        token = world.get("Invoice", one)["SyncToken"]
        world.there("POST", "/invoice?operation=delete", {"Id": one, "SyncToken": token})
    world.pass_time(seconds=20)
    world.requests.clear()
    world.deliver()
    return ids


def test_a_burst_of_deletions_there_is_read_in_few_calls(world: World) -> None:
    """One for each would take a worker minutes for a thousand, and none of it would be kept if that were cut off."""
    ids = delete_many(world, 40)
    world.run()
    assert world.count() == {"GET query": 2}
    states = {world.record(Kind.INVOICE, remote_id=one).remote_state for one in ids}
    assert states == {RemoteState.GONE}


def test_what_one_reading_lacks_of_many_deletions_is_not_gone(world: World) -> None:
    ids = delete_many(world, 40)
    kept = {one: {"Id": one, "SyncToken": "7", "TxnDate": "2026-11-22"} for one in ids[:20]}

    def second(_method: str, path: str, response: httpx.Response) -> httpx.Response:
        if world.count()["GET query"] < 2:
            return response
        return httpx.Response(200, json={"QueryResponse": {"Invoice": list(kept.values())}})

    world.after_request = second
    world.run()
    states = {one: world.record(Kind.INVOICE, remote_id=one).remote_state for one in ids}
    assert {one for one, state in states.items() if state is not RemoteState.GONE} == set(kept)


def test_a_quiet_day_costs_the_floor_and_no_more(world: World) -> None:
    """15 minutes between readings of the feed, as where webhooks arrive; counted, not timed."""
    day = steady.quiet_day(world)
    assert day.reads <= day.target, world.count()
    assert day.others == 0, day
    assert 96 <= day.floor <= day.target, day
    assert (world.connection().comparison or {})["differing"] == 0


def test_what_a_recovery_reads_is_counted_apart(world: World) -> None:
    cost = steady.recovery(world)
    assert sum(cost.by_purpose.values()) == cost.reads
    assert cost.by_purpose.get("event", 0) == 0
    assert cost.by_purpose["recovery"] + cost.by_purpose["start"] > 0


def test_the_lag_out_runs_from_the_save_to_the_answer(world: World) -> None:
    world.sync()
    world.customer()
    world.pass_time(seconds=1.5)

    def slow(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if method == "POST":
            world.pass_time(seconds=0.75)
        return response

    world.after_request = slow
    world.run()
    assert world.connection().lag_out_ms == 2250


def test_the_lag_in_runs_from_the_moment_of_the_change_there(world: World) -> None:
    world.feed_interval = timedelta(minutes=15)
    made = world.make("Customer", DisplayName="There")
    world.sync()
    world.pass_time(seconds=30.25)
    world.change("Customer", made["Id"], Notes="Edited")
    world.pass_time(seconds=5)  # as long as QuickBooks gathers events
    world.deliver()
    world.pass_time(seconds=0.5)
    world.run()
    assert world.only(Customer, name="There").notes == "Edited"
    assert world.connection().lag_in_ms == pytest.approx(5500, abs=2)


@pytest.mark.parametrize("heard_by", ["webhook", "feed"])
def test_the_lag_of_a_deletion_runs_from_the_moment_of_the_deletion_there(
    world: World, heard_by: str
) -> None:
    """The moment is in the event, and in what the change feed keeps of a deleted transaction."""
    world.feed_interval = timedelta(seconds=900 if heard_by == "webhook" else 5)
    invoice_id, remote_id = linked(world)
    world.deliver()
    token = world.get("Invoice", remote_id)["SyncToken"]
    world.pass_time(seconds=20)
    world.there("POST", "/invoice?operation=delete", {"Id": remote_id, "SyncToken": token})
    world.pass_time(seconds=7)
    if heard_by == "webhook":
        world.deliver()
    world.run()
    assert world.here(Invoice, invoice_id).trashed_at is not None
    assert world.connection().lag_in_ms == pytest.approx(7000, abs=2)


def test_what_has_nothing_to_do_with_a_change_moves_no_lag(world: World) -> None:
    """An older customer that a new invoice needs was not changed now, and a wait for a person is no lag."""
    older = world.all("Customer")[0]
    world.make("Invoice", CustomerRef={"value": older["Id"]}, DocNumber="QB-9",
               Line=[{"Amount": 120, "DetailType": "SalesItemLineDetail",
                      "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 4, "UnitPrice": 30}}])  # fmt: skip
    world.sync()
    lag_in = world.connection().lag_in_ms
    assert lag_in is not None
    assert lag_in < 60_000
    customer = world.customer()
    world.sync()
    lag = world.connection().lag_out_ms
    world.pass_time(days=1)
    world.run()
    assert world.connection().lag_out_ms == lag
    world.customer(customer.id, name=customer.name)  # nothing changed, so nothing travels
    world.run()
    assert world.connection().lag_out_ms == lag
    assert world.record(Kind.CUSTOMER, local_id=customer.id).saved_at is None


def test_a_further_event_in_the_second_of_our_own_write_is_read_once_two_seconds_later(world: World) -> None:
    """One of them is our write's echo, and nobody can tell which: the other is read, when no more can come."""
    customer = world.customer(name="Ada")
    person.settle(world)
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.customer(customer.id, name="Ada", phone="512 555 0101")
    world.run()
    for words in ("Theirs", "Theirs, again"):
        world.change("Customer", remote_id, DisplayName="Ada", Notes=words)
    before, heard = world.count()["GET query"], world.now
    events = [
        InboxEvent(id=f"e{at}", realm_id=world.realm, entity="customer", remote_id=remote_id, operation="updated",
                   happened_at=heard, received_at=heard)
        for at in range(3)
    ]  # fmt: skip
    with world.database.transaction() as session:
        session.add_all(events)
    for seconds in (0, 1):
        world.pass_time(seconds=seconds)
        world.run()
        assert world.count()["GET query"] == before
    world.pass_time(seconds=1)
    world.run()
    assert world.count()["GET query"] == before + 1
    assert world.here(Customer, customer.id).notes == "Theirs, again"
