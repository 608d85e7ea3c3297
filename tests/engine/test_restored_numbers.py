"""Fault 57, of an invoice that waited in the backup, went out since, and has nothing but its number left in QuickBooks.

Customer, day, total and lines are others there by now. By its number alone an invoice of another customer is no match:
two sets of books may well count alike. Of what waited when a backup was brought back that number tells more.
"""

from __future__ import annotations

import pytest

from bookipi_app.models import Flag, Invoice, Kind
from tests.engine import bookkeeper, person
from tests.engine.safe import HOUR, Safe, line, local_numbers, numbers
from tests.engine.test_matching import typed_there
from tests.engine.test_restored import is_answered
from tests.engine.world import World

NUMBER = "INV-7"


def waits_in_the_backup(world: World, safe: Safe) -> Invoice:
    invoice = world.invoice(world.customer(name="Heron"), line(world.item()), number=NUMBER)
    safe.save()
    return invoice


def goes_out_as_another_one(world: World, invoice: Invoice, egret: str) -> str:
    """Made for another customer, and edited in QuickBooks since; its id there."""
    local_id = world.record(Kind.CUSTOMER, remote_id=egret).local_id
    world.edit(invoice.id, customer_id=str(local_id))
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    bookkeeper.set_price(world, made, 7)
    world.change("Invoice", made, TxnDate="2026-10-14", CustomerRef={"value": egret})
    return made


def another_customer(world: World) -> str:
    there = world.make("Customer", DisplayName="Egret")["Id"]
    world.sync()
    return there


@pytest.mark.parametrize("same", [True, False])
def test_what_has_nothing_but_its_number_left_is_asked_about(world: World, safe: Safe, same: bool) -> None:
    """It was made a second time, for the customer that it once had, and nobody was told."""
    egret = another_customer(world)
    invoice = waits_in_the_backup(world, safe)
    made = goes_out_as_another_one(world, invoice, egret)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    world.sync()
    asked = person.question(world, Kind.INVOICE, invoice.id)
    assert "QuickBooks has an invoice INV-7, perhaps sent before a backup was brought back" in asked.words
    assert [(one.id, "Egret" in one.evidence) for one in asked.candidates] == [(made, True)]
    assert (numbers(world)[NUMBER], local_numbers(world)[NUMBER]) == (1, 1)
    is_answered(world, invoice, made, same)


def test_it_waits_when_quickbooks_tells_of_it_before_ours_has_its_turn(world: World, safe: Safe) -> None:
    egret = another_customer(world)
    invoice = world.invoice(world.customer(name="Heron"), line(world.item()), number=NUMBER)
    with world.database.transaction() as session:
        record = session.merge(world.record(Kind.INVOICE, local_id=invoice.id))
        record.saved_at = None  # in bulk: it goes out after whatever QuickBooks tells
    safe.save()
    made = goes_out_as_another_one(world, invoice, egret)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    world.sync()
    assert [one.id for one in person.question(world, Kind.INVOICE, invoice.id).candidates] == [made]
    assert world.record(Kind.INVOICE, remote_id=made).local_id is None


def test_what_was_typed_there_after_the_backup_was_back_is_no_match_by_its_number(
    world: World, safe: Safe
) -> None:
    egret = another_customer(world)
    safe.save()
    safe.bring_back()
    world.sync()
    world.pass_time(seconds=HOUR)
    invoice = world.invoice(world.customer(name="Heron"), line(world.item()), number=NUMBER)
    typed = typed_there(world, egret, number=NUMBER, day="2026-10-14")["Id"]
    world.sync()
    linked = [world.record(Kind.INVOICE, local_id=invoice.id), world.record(Kind.INVOICE, remote_id=typed)]
    assert [(one.flag, one.cause) for one in linked] == [
        (Flag.SYNCED, ""), (Flag.ATTENTION, "same_number"),
    ]  # fmt: skip
    assert linked[0].id != linked[1].id
    assert None not in {linked[0].remote_id, linked[1].local_id}
