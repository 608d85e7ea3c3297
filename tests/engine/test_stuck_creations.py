"""A creation that QuickBooks never answers: what is made there meanwhile, and cannot be it, arrives all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from bookipi_app.models import Customer, Flag, Invoice, Kind, SyncRecord
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.world import World


def never_answer(world: World, path: str, *, made: bool) -> None:
    """Creations of this kind are made, or not, and never answered."""

    def before(method: str, target: str) -> None:
        if not made and method == "POST" and f"/{path}?" in target:
            raise httpx.ReadTimeout("no answer")

    def after(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and f"/{path}?" in target:
            raise httpx.ReadTimeout("no answer")
        return response

    world.before_request, world.after_request = before, after


def pass_minutes(world: World, minutes: int) -> None:
    for _ in range(minutes * 2):
        world.deliver()
        world.run()
        world.pass_time(seconds=30)


def answer_again(world: World) -> None:
    world.before_request = world.after_request = None
    pass_minutes(world, 12)


def arrived(world: World, name: str) -> Customer | None:
    with world.database.reading() as session:
        return session.exec(select(Customer).where(Customer.name == name)).one_or_none()


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("told", [True, False])
def test_what_is_made_there_meanwhile_arrives(world: World, made: bool, told: bool) -> None:
    """It waited for as long as that creation had no answer: for ever, where QuickBooks fails over that record."""
    world.feed_interval = timedelta(minutes=1 if not told else 600)
    world.sync()
    stuck = world.customer(name="Never answered")
    never_answer(world, "customer", made=made)
    pass_minutes(world, 2)
    there = world.make("Customer", DisplayName="Made there")
    if not told:
        world.sandbox.due_webhooks(world.now + timedelta(seconds=30))
    pass_minutes(world, 3)
    assert world.record(Kind.CUSTOMER, remote_id=there["Id"]).flag is Flag.SYNCED
    here = arrived(world, "Made there")
    assert here is not None
    assert world.record(Kind.CUSTOMER, local_id=stuck.id).flag is Flag.SYNCING
    answer_again(world)
    assert world.record(Kind.CUSTOMER, local_id=stuck.id).flag is Flag.SYNCED
    assert [one["DisplayName"] for one in world.all("Customer")].count("Never answered") == 1
    with world.database.reading() as session:
        assert len(session.exec(select(Customer).where(Customer.name == "Never answered")).all()) == 1
    with world.still():
        pass_minutes(world, 3)


@pytest.mark.parametrize("edited", [False, True])
def test_what_may_be_it_waits_for_the_answer(world: World, edited: bool) -> None:
    """It bears the name that was sent; or it was edited there since, and nothing tells what it was made as."""
    world.sync()
    stuck = world.customer(name="Never answered", email="one@example.com")
    never_answer(world, "customer", made=True)
    pass_minutes(world, 2)
    remote_id = world.all("Customer", "WHERE DisplayName = 'Never answered'")[0]["Id"]
    if edited:
        world.change(
            "Customer", remote_id, DisplayName="Renamed there", PrimaryEmailAddr={"Address": "b@b.test"}
        )
    pass_minutes(world, 4)
    with world.database.reading() as session:
        early = session.exec(select(SyncRecord).where(SyncRecord.remote_id == remote_id)).one()
        assert early.local_id is None
    answer_again(world)
    record = world.record(Kind.CUSTOMER, remote_id=remote_id)
    assert (record.local_id, record.flag) == (stuck.id, Flag.SYNCED)
    assert arrived(world, "Renamed there" if edited else "Never answered") is not None


def test_what_is_called_as_ours_is_by_now_is_not_linked_to_it(world: World) -> None:
    """Ours was renamed after the sending: what bears its new name there may be linked once the answer is known."""
    world.sync()
    stuck = world.customer(name="Sent as this", email="one@example.com")
    never_answer(world, "customer", made=True)
    world.run()
    world.customer(stuck.id, name="Called this now", email="one@example.com")
    pass_minutes(world, 2)
    there = world.make(
        "Customer", DisplayName="Called this now", PrimaryEmailAddr={"Address": "one@example.com"}
    )
    pass_minutes(world, 3)
    with world.database.reading() as session:
        early = session.exec(select(SyncRecord).where(SyncRecord.remote_id == there["Id"])).one()
        assert early.local_id is None
    answer_again(world)
    sent = world.all("Customer", "WHERE DisplayName = 'Sent as this'")
    assert world.record(Kind.CUSTOMER, local_id=stuck.id).remote_id == sent[0]["Id"]


@pytest.mark.parametrize("numbers", ["ours", "theirs"])
def test_an_invoice_that_bills_something_else_arrives_and_what_bills_the_same_waits(
    world: World, numbers: str
) -> None:
    customer = world.customer()
    world.sync()
    stuck = world.invoice(customer, *lines(("1", "100")), number="INV-7")
    never_answer(world, "invoice", made=True)
    pass_minutes(world, 2)
    remote_id = world.all("Invoice", "WHERE DocNumber = 'INV-7'")[0]["Id"]
    if numbers == "theirs":  # QuickBooks gave it a number of its own
        _renumber(world, remote_id, "1042")
    other = bookkeeper.invoice(world, "QB-8")
    pass_minutes(world, 3)
    assert world.record(Kind.INVOICE, remote_id=other["Id"]).flag is Flag.SYNCED
    with world.database.reading() as session:
        early = session.exec(select(SyncRecord).where(SyncRecord.remote_id == remote_id)).one()
        assert early.local_id is None
        assert len(session.exec(select(Invoice)).all()) == 2
    answer_again(world)
    assert world.record(Kind.INVOICE, remote_id=remote_id).local_id == stuck.id
    person.settle(world)


def _renumber(world: World, remote_id: str, number: str) -> None:
    """As it would have been from the start, where QuickBooks numbers invoices itself."""
    record: Any = world.sandbox.company(world.realm).find("Invoice", remote_id)
    record.body["DocNumber"] = number
