"""News of a creation of ours before its answer: the two are one record, and nothing is linked to it meanwhile."""

from __future__ import annotations

from contextlib import suppress

import httpx
import pytest
from sqlmodel import select

from bookipi_app.models import Customer, Flag, Invoice, Kind, RemoteState, SyncRecord
from bookipi_app.sync import lease
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.world import Killed, World

DEATHS = 3  # so often tried that its next try is later than the next reading of the feed


def lose_answers(world: World, path: str) -> None:
    """A creation is carried out; the worker dies of its answer three times, and once it gets none."""
    count = 0

    def answered(method: str, target: str, response: httpx.Response) -> httpx.Response:
        nonlocal count
        if method == "POST" and f"/{path}" in target.split("?", maxsplit=1)[0]:
            count += 1
            if count > DEATHS:
                world.after_request = None
                raise httpx.ReadTimeout("no answer")
            raise Killed
        return response

    world.after_request = answered
    for _ in range(DEATHS):
        with suppress(Killed):
            world.run()
            pytest.fail("the worker did not reach the request")
        lease.end_own(world.database, "test-0")
        world.pass_time(seconds=19)
    world.run()
    world.sandbox.due_webhooks(world.now)  # its event is lost


def hear_by_the_feed(world: World) -> None:
    """The feed is due before the next try."""
    world.pass_time(seconds=4)
    world.run()


def try_again(world: World) -> None:
    """The next try, and what follows from its answer."""
    world.pass_time(seconds=30)
    person.settle(world)


def test_what_the_feed_shows_before_the_answer_is_the_same_record(world: World) -> None:
    """It was adopted while the row that had been made for it still held QuickBooks' id: every run failed there."""
    customer = world.customer(name="Nearly lost")
    lose_answers(world, "customer")
    remote_id = world.all("Customer")[-1]["Id"]
    world.change("Customer", remote_id, Notes="Edited there")
    hear_by_the_feed(world)
    assert world.record(Kind.CUSTOMER, remote_id=remote_id).local_id is None
    try_again(world)
    record = world.record(Kind.CUSTOMER, remote_id=remote_id)
    assert (record.local_id, record.flag) == (customer.id, Flag.SYNCED)
    assert world.here(Customer, customer.id).notes == "Edited there"


def test_what_was_deleted_there_before_the_answer_goes_to_the_trash(world: World) -> None:
    customer = world.customer()
    world.sync()
    world.pass_time(minutes=2)
    invoice = world.invoice(customer, *lines(("1", "100")))
    lose_answers(world, "invoice")
    remote_id = world.all("Invoice")[-1]["Id"]
    hear_by_the_feed(world)
    bookkeeper.delete(world, remote_id)
    try_again(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.remote_id, record.remote_state) == (remote_id, RemoteState.GONE)
    assert world.here(Invoice, invoice.id).trashed_at is not None


def test_another_of_the_same_name_is_not_linked_to_it(world: World) -> None:
    """It was linked to what had been created for the first one, whose answer then found its object taken."""
    first = world.customer(name="Typed twice", email="twice@example.com")
    lose_answers(world, "customer")
    remote_id = world.all("Customer")[-1]["Id"]
    second = world.customer(name="Typed twice", email="twice@example.com")
    hear_by_the_feed(world)
    waiting = world.record(Kind.CUSTOMER, local_id=second.id)
    assert (waiting.remote_id, waiting.flag) == (None, Flag.SYNCING)
    assert waiting.reason
    try_again(world)
    assert world.record(Kind.CUSTOMER, local_id=first.id).remote_id == remote_id
    asked = world.record(Kind.CUSTOMER, local_id=second.id)
    assert (asked.remote_id, asked.flag, asked.cause) == (None, Flag.ATTENTION, "name_taken")


def test_what_is_linked_already_stays_linked_and_the_other_record_fails_alone(world: World) -> None:
    """Whatever linked it: the runs of the connection go on, and a person is told."""
    first = world.customer(name="Typed once")
    lose_answers(world, "customer")
    hear_by_the_feed(world)
    other = world.customer(name="Somebody else")
    remote_id = world.all("Customer")[-1]["Id"]
    with world.database.transaction() as session:
        early = session.exec(select(SyncRecord).where(SyncRecord.remote_id == remote_id)).one()
        session.delete(session.exec(select(SyncRecord).where(SyncRecord.local_id == other.id)).one())
        session.flush()
        early.local_id = other.id
    third = world.customer(name="Next in line")
    world.pass_time(seconds=30)
    world.sync(8)
    told = world.record(Kind.CUSTOMER, local_id=first.id)
    assert (told.remote_id, told.flag, told.due_at) == (None, Flag.ATTENTION, None)
    assert "is linked to Somebody else here" in told.reason
    assert world.record(Kind.CUSTOMER, local_id=other.id).remote_id == remote_id
    assert person.flag(world, Kind.CUSTOMER, third.id) is Flag.SYNCED
    person.retry(world, Kind.CUSTOMER, first.id)
    try_again(world)
    assert len([one for one in world.all("Customer") if one["DisplayName"] == "Typed once"]) == 1
