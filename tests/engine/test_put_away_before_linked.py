"""What bears the name of a record here was made in QuickBooks since, and put away before the two were linked."""

from __future__ import annotations

from typing import Any

import pytest

from bookipi_app.models import Customer, Flag, Item, Kind
from tests.engine import person
from tests.engine.safe import HOUR, Safe, line, numbers
from tests.engine.test_matching import is_new, link, service
from tests.engine.world import World

NAME = {Kind.CUSTOMER: "DisplayName", Kind.ITEM: "Name"}


def made_here(world: World, kind: Kind, name: str = "Egret") -> Customer | Item:
    return world.customer(name=name) if kind is Kind.CUSTOMER else world.item(name=name)


def put_away(world: World, kind: Kind, remote_id: str) -> None:
    world.change(kind.value.capitalize(), remote_id, Active=False)


def bearers(world: World, kind: Kind, name: str = "Egret") -> dict[str, str]:
    """By their ids, whoever bears the name in QuickBooks or did until it was put away."""
    everybody = world.all(kind.value.capitalize(), "WHERE Active IN (true, false)")
    return {row["Id"]: row[NAME[kind]] for row in everybody if row[NAME[kind]].startswith(name)}


def sent_since_the_backup(world: World, safe: Safe, kind: Kind) -> tuple[Customer | Item, str]:
    """It waited in the backup, and was made in QuickBooks after that. Its id there."""
    own = made_here(world, kind)
    safe.save()
    world.sync()
    return own, world.record(kind, local_id=own.id).remote_id or ""


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ITEM])
@pytest.mark.parametrize("first", ["put away", "brought back"])
@pytest.mark.parametrize("hours", [1, pytest.param(24 * 40, marks=pytest.mark.long)])
def test_what_was_made_since_a_backup_and_put_away_there_is_asked_about_and_not_made_again(
    world: World, safe: Safe, kind: Kind, first: str, hours: int
) -> None:
    """QuickBooks adds a word to its name. After forty days nothing but the index tells of it."""
    own, made = sent_since_the_backup(world, safe, kind)
    world.pass_time(hours=hours)
    if first == "put away":
        put_away(world, kind, made)
    safe.bring_back()
    if first == "brought back":
        put_away(world, kind, made)
    with world.still():
        person.settle(world)
    asked = person.question(world, kind, own.id)
    assert "Egret (deleted), made there since and inactive by now" in asked.words
    assert [(one.id, one.evidence) for one in asked.candidates] == [(made, "inactive")]
    assert bearers(world, kind) == {made: "Egret (deleted)"}


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ITEM])
def test_said_to_be_the_same_it_is_one_that_is_in_use_again(world: World, safe: Safe, kind: Kind) -> None:
    own, made = sent_since_the_backup(world, safe, kind)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    put_away(world, kind, made)
    person.settle(world)
    link(world, kind, own.id, made)
    person.settle(world)
    record = world.record(kind, local_id=own.id)
    assert (record.remote_id, record.flag) == (made, Flag.SYNCED)
    assert world.here(type(own), own.id).active
    assert bearers(world, kind) == {made: "Egret"}


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ITEM])
def test_said_to_be_another_it_goes_out_and_what_was_put_away_stays_so(
    world: World, safe: Safe, kind: Kind
) -> None:
    own, made = sent_since_the_backup(world, safe, kind)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    put_away(world, kind, made)
    person.settle(world)
    is_new(world, kind, own.id)
    person.settle(world)
    record = world.record(kind, local_id=own.id)
    assert record.flag is Flag.SYNCED
    assert bearers(world, kind) == {made: "Egret (deleted)", record.remote_id: "Egret"}


def test_the_invoice_waits_for_the_answer_about_its_customer(world: World, safe: Safe) -> None:
    customer, made = sent_since_the_backup(world, safe, Kind.CUSTOMER)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    put_away(world, Kind.CUSTOMER, made)
    assert isinstance(customer, Customer)
    invoice = world.invoice(customer, line(world.item()))
    person.settle(world)
    assert numbers(world)[invoice.number] == 0
    link(world, Kind.CUSTOMER, customer.id, made)
    person.settle(world)
    there = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    assert world.get("Invoice", there)["CustomerRef"]["value"] == made


def typed_there(world: World, kind: Kind) -> str:
    made: dict[str, Any] = (
        world.make("Customer", DisplayName="Egret") if kind is Kind.CUSTOMER else service(world, Name="Egret")
    )
    put_away(world, kind, made["Id"])
    return made["Id"]


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.ITEM])
def test_a_namesake_that_was_put_away_before_ours_was_typed_is_another_one(world: World, kind: Kind) -> None:
    """A name that became free is used anew every day: nobody is asked."""
    former = typed_there(world, kind)
    world.pass_time(seconds=HOUR)
    own = made_here(world, kind)
    person.settle(world)
    record = world.record(kind, local_id=own.id)
    assert (record.flag, record.remote_id not in (None, former)) == (Flag.SYNCED, True)


def test_of_two_namesakes_one_of_which_was_put_away_a_person_says_which_it_is(world: World) -> None:
    own = made_here(world, Kind.CUSTOMER)
    former = typed_there(world, Kind.CUSTOMER)
    other = world.make("Customer", DisplayName="Egret")["Id"]
    person.settle(world)
    asked = person.question(world, Kind.CUSTOMER, own.id)
    assert {one.id for one in asked.candidates} == {former, other}
