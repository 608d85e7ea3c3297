"""Fault 57: what waits in the backup is renamed before QuickBooks is heard, and went there under its former name."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bookipi_app.models import Customer, Flag, Kind, SyncRecord
from tests.engine import opening, person
from tests.engine.safe import HOUR, Safe, line
from tests.engine.test_matching import link
from tests.engine.world import World

ENTITIES = {Kind.CUSTOMER: "Customer", Kind.ITEM: "Item", Kind.INVOICE: "Invoice"}
CALLED = {Kind.CUSTOMER: "DisplayName", Kind.ITEM: "Name", Kind.INVOICE: "DocNumber"}


def names_there(world: World, kind: Kind) -> list[str]:
    return [row[CALLED[kind]] for row in world.all(ENTITIES[kind])]


def made(world: World, kind: Kind) -> UUID:
    match kind:
        case Kind.CUSTOMER:
            return world.customer(name="Heron").id
        case Kind.ITEM:
            return world.item(name="Heron").id
        case Kind.INVOICE:
            return world.invoice(world.customer(), line(world.item()), number="Heron").id


def rename(world: World, kind: Kind, local_id: UUID, name: str) -> None:
    if kind is Kind.INVOICE:
        world.edit(local_id, number=name)
    else:
        person.rename(world, kind, local_id, name)


def went_out_and_is_forgotten(world: World, safe: Safe, kind: Kind) -> tuple[UUID, str]:
    """Made here before the backup, sent after it, and the backup is brought back. Its ids on both sides."""
    local_id = made(world, kind)
    safe.save()
    world.sync()
    remote_id = world.record(kind, local_id=local_id).remote_id or ""
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    assert world.record(kind, local_id=local_id).remote_id is None
    return local_id, remote_id


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("arrives_first", [False, True])
def test_it_is_found_by_its_former_name_and_renamed_there(
    world: World, safe: Safe, kind: Kind, arrives_first: bool
) -> None:
    local_id, remote_id = went_out_and_is_forgotten(world, safe, kind)
    rename(world, kind, local_id, "Egret")
    if arrives_first:
        with world.database.transaction() as session:
            waiting = session.get_one(SyncRecord, world.record(kind, local_id=local_id).id)
            waiting.due_at = world.now + timedelta(seconds=100)
        world.sync()
        world.pass_time(seconds=100)
    person.settle(world)
    record = world.record(kind, local_id=local_id)
    assert (record.remote_id, record.flag) == (remote_id, Flag.SYNCED)
    assert "Heron" not in names_there(world, kind)
    assert names_there(world, kind).count("Egret") == 1


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("arrives_first", [False, True])
def test_after_two_restorations_it_is_found_by_the_name_of_the_first(
    world: World, safe: Safe, kind: Kind, arrives_first: bool
) -> None:
    """It got another name between the two, and QuickBooks was not heard: only the later one was kept."""
    local_id, remote_id = went_out_and_is_forgotten(world, safe, kind)
    rename(world, kind, local_id, "Egret")
    world.pass_time(minutes=1)
    safe.save()
    safe.bring_back()
    rename(world, kind, local_id, "Finch")
    if arrives_first:
        with world.database.transaction() as session:
            waiting = session.get_one(SyncRecord, world.record(kind, local_id=local_id).id)
            waiting.due_at = world.now + timedelta(seconds=100)
        world.sync()
        world.pass_time(seconds=100)
    person.settle(world)
    record = world.record(kind, local_id=local_id)
    assert (record.remote_id, record.flag) == (remote_id, Flag.SYNCED)
    assert names_there(world, kind).count("Finch") == 1
    assert not {"Heron", "Egret"} & set(names_there(world, kind))


@pytest.mark.parametrize("same", [False, True])
def test_where_both_names_are_there_a_person_says_which_it_is(world: World, safe: Safe, same: bool) -> None:
    local_id, remote_id = went_out_and_is_forgotten(world, safe, Kind.CUSTOMER)
    other = world.make("Customer", DisplayName="Egret")["Id"]
    rename(world, Kind.CUSTOMER, local_id, "Egret")
    person.settle(world)
    asked = person.question(world, Kind.CUSTOMER, local_id)
    assert {one.id for one in asked.candidates} == {remote_id, other}
    link(world, Kind.CUSTOMER, local_id, remote_id if same else other)
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=local_id).remote_id == (remote_id if same else other)


def test_renamed_without_a_restoration_the_former_name_says_nothing(world: World) -> None:
    there = world.make("Customer", DisplayName="Heron")["Id"]
    customer = world.customer(name="Heron")
    person.rename(world, Kind.CUSTOMER, customer.id, "Egret")
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert record.remote_id not in (None, there)
    assert record.flag is Flag.SYNCED


def test_what_a_new_one_took_its_former_name_is_still_the_older_one(world: World, safe: Safe) -> None:
    local_id, remote_id = went_out_and_is_forgotten(world, safe, Kind.ITEM)
    rename(world, Kind.ITEM, local_id, "Egret")
    new = world.item(name="Heron")
    person.settle(world)
    assert world.record(Kind.ITEM, local_id=local_id).remote_id == remote_id
    assert world.record(Kind.ITEM, local_id=new.id).remote_id not in (None, remote_id)
    assert sorted(one for one in names_there(world, Kind.ITEM) if one in ("Egret", "Heron")) == [
        "Egret",
        "Heron",
    ]


def older(world: World) -> Customer:
    """From before the connection: it does not travel by itself."""
    with opening.before_connecting(world):
        return world.customer(name="Heron")


def test_an_older_one_that_an_invoice_took_along_since_is_found(world: World, safe: Safe) -> None:
    customer = older(world)
    safe.save()
    world.invoice(customer, line(world.item()))
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id
    safe.bring_back()
    rename(world, Kind.CUSTOMER, customer.id, "Egret")
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=customer.id).remote_id == remote_id
    assert (
        names_there(world, Kind.CUSTOMER).count("Egret"),
        "Heron" in names_there(world, Kind.CUSTOMER),
    ) == (
        1,
        False,
    )


def test_once_quickbooks_was_heard_an_older_one_is_not_taken_for_what_is_made_there_later(
    world: World, safe: Safe
) -> None:
    customer = older(world)
    safe.save()
    safe.bring_back()
    person.settle(world)
    rename(world, Kind.CUSTOMER, customer.id, "Egret")
    there = world.make("Customer", DisplayName="Heron")["Id"]
    world.pass_time(seconds=20)
    person.settle(world)
    assert world.record(Kind.CUSTOMER, remote_id=there).local_id not in (None, customer.id)
    assert "Egret" not in names_there(world, Kind.CUSTOMER)
