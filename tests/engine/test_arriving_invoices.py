"""An invoice arrives from QuickBooks and half matches one here that is still to travel: ours is looked at first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from bookipi_app.models import Customer, Flag, Invoice, Kind, SyncRecord
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new, link, shared_customer, typed_there
from tests.engine.world import World

DAY = "2026-11-22"


def waits_in_bulk(world: World, customer: Customer, discount: str = "") -> UUID:
    """An invoice of ours that goes out after whatever QuickBooks tells: nobody saved it just now."""
    less: dict[str, Any] = {"discount_kind": "fixed", "discount_value": discount} if discount else {}
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7", issue_date=DAY, **less)
    with world.database.transaction() as session:
        record = session.exec(select(SyncRecord).where(col(SyncRecord.local_id) == invoice.id)).one()
        record.saved_at = None
    return invoice.id


def arrives(world: World, customer: str, **told: Any) -> str:
    """It is told of by the change feed, before ours has its turn."""
    made = typed_there(world, customer, **told)
    world.pass_time(seconds=61)
    world.sync(3)
    return made["Id"]


def other_customer(world: World) -> str:
    there = world.make("Customer", DisplayName="Somebody Else")
    world.sync()
    return there["Id"]


@pytest.mark.parametrize(
    ("same_customer", "price", "discount"), [(True, 90, ""), (False, 100, ""), (False, 100, "15")]
)
def test_half_a_match_waits_until_ours_has_asked_and_is_answered(
    world: World, same_customer: bool, price: int, discount: str
) -> None:
    """Number and customer with another total; number, date and total, or lines, with another customer."""
    customer, remote = shared_customer(world)
    whose = remote if same_customer else other_customer(world)
    invoice_id = waits_in_bulk(world, customer, discount)
    made = arrives(world, whose, number="INV-7", price=price, words="Work 0")
    assert [one.id for one in person.question(world, Kind.INVOICE, invoice_id).candidates] == [made]
    world.pass_time(seconds=10)
    world.sync(2)
    held = world.record(Kind.INVOICE, remote_id=made)
    assert (held.local_id, "Waits for your answer" in held.reason) == (None, True)
    assert world.only(Invoice).id == invoice_id
    link(world, Kind.INVOICE, invoice_id, made)
    world.sync()
    person.choose(world, Kind.INVOICE, invoice_id, all_="theirs")
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice_id).remote_id == made
    assert world.only(Invoice).id == invoice_id


@pytest.mark.long
def test_said_to_be_another_invoice_it_arrives_beside_ours(world: World) -> None:
    customer, _ = shared_customer(world)
    whose = other_customer(world)
    invoice_id = waits_in_bulk(world, customer)
    made = arrives(world, whose, number="INV-7")
    is_new(world, Kind.INVOICE, invoice_id)
    world.pass_time(seconds=61)
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice_id).remote_id not in (None, made)
    assert world.record(Kind.INVOICE, remote_id=made).local_id not in (None, invoice_id)


@pytest.mark.long
def test_the_whole_match_is_linked_and_nobody_is_asked(world: World) -> None:
    customer, remote = shared_customer(world)
    invoice_id = waits_in_bulk(world, customer)
    made = arrives(world, remote, number="INV-7")
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.remote_id, world.only(Invoice).id) == (made, invoice_id)
    assert record.flag is not Flag.ATTENTION


@pytest.mark.parametrize("told", [{"price": 90, "words": "Work 0"}, {"day": "2026-11-20"}])
def test_the_number_alone_of_another_customer_is_no_match(world: World, told: dict[str, Any]) -> None:
    customer, _ = shared_customer(world)
    whose = other_customer(world)
    invoice_id = waits_in_bulk(world, customer)
    made = arrives(world, whose, number="INV-7", **told)
    linked = [world.record(Kind.INVOICE, local_id=invoice_id), world.record(Kind.INVOICE, remote_id=made)]
    assert [(one.flag, one.cause) for one in linked] == [
        (Flag.SYNCED, ""), (Flag.ATTENTION, "same_number"),
    ]  # fmt: skip
    assert linked[0].id != linked[1].id
    assert None not in {linked[0].remote_id, linked[1].local_id}


def test_half_a_match_waits_in_peace_while_ours_waits_for_its_customer(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Whose name a person has to change first: it was looked at every ten seconds, as if it came to no end."""
    whose = other_customer(world)
    stuck = world.customer(name=world.all("Vendor")[0]["DisplayName"])
    invoice_id = waits_in_bulk(world, stuck)
    made = arrives(world, whose, number="INV-7")
    for _ in range(14):
        world.pass_time(seconds=61)
        world.run()
    assert "does not come to rest" not in caplog.text
    person.rename(world, Kind.CUSTOMER, stuck.id, "Another Name")
    world.pass_time(seconds=61)
    world.sync(3)
    assert [one.id for one in person.question(world, Kind.INVOICE, invoice_id).candidates] == [made]
