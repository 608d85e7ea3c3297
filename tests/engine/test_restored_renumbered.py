"""Fault 57, of an invoice that waits in the backup and got another number since: nothing there names it any more.

It goes out under its old number, and what it had become arrives beside it: a person is asked whether they are the same.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bookipi_app.models import Flag, Invoice, Kind, SyncRecord
from bookipi_app.services import decisions
from tests.engine import bookkeeper, opening, person
from tests.engine.safe import HOUR, Safe, line, local_numbers, numbers
from tests.engine.test_main_job import lines
from tests.engine.test_matching import shared_customer, typed_there
from tests.engine.test_restored_anew import ended_there
from tests.engine.world import WHO, World

OTHER = "T-7"


def waits(world: World, invoice: Invoice) -> None:
    """It is not looked at for five minutes, in which what comes from QuickBooks does come."""
    with world.database.transaction() as session:
        record = session.get_one(SyncRecord, world.record(Kind.INVOICE, local_id=invoice.id).id)
        record.due_at = world.now + timedelta(minutes=5)
    world.sync()


def renumbered_since(world: World, safe: Safe, invoice: Invoice, *, here: bool = True) -> str:
    """It waits in the backup, goes out, gets another number, and waits again. What it is in QuickBooks."""
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    if here:
        world.edit(invoice.id, number=OTHER)
        world.sync()
    else:
        world.change("Invoice", made, DocNumber=OTHER)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    return made


def asked_about(world: World, made: str, invoice: Invoice) -> UUID:
    """What arrived, of which a person is asked whether it is this invoice."""
    arrived = world.record(Kind.INVOICE, remote_id=made).local_id
    assert arrived not in (None, invoice.id)
    asked = person.question(world, Kind.INVOICE, arrived or invoice.id)
    assert (asked.question, asked.other.title) == ("double", invoice.number)
    return arrived or invoice.id


@pytest.mark.parametrize("here", [True, False], ids=["renumbered here", "renumbered there"])
@pytest.mark.parametrize("theirs_first", [False, True], ids=["ours goes out first", "theirs arrives first"])
def test_what_got_another_number_since_is_asked_about_whichever_comes_first(
    world: World, safe: Safe, here: bool, theirs_first: bool
) -> None:
    invoice = world.invoice(world.customer(), line(world.item()))
    made = renumbered_since(world, safe, invoice, here=here)
    if theirs_first:
        waits(world, invoice)
        asked_about(world, made, invoice)
        world.pass_time(minutes=6)
    person.settle(world)
    asked_about(world, made, invoice)
    assert local_numbers(world) == {invoice.number: 1, OTHER: 1}


def test_what_went_out_anew_and_got_another_number_since_is_asked_about_when_it_arrives_first(
    world: World, safe: Safe
) -> None:
    invoice = ended_there(world)
    person.restore(world, invoice.id)
    made = renumbered_since(world, safe, invoice)
    waits(world, invoice)
    asked_about(world, made, invoice)


def test_what_arrived_first_and_is_said_to_be_the_same_is_in_the_books_once(world: World, safe: Safe) -> None:
    """Ours is the one that stays, and it is not in QuickBooks yet."""
    invoice = world.invoice(world.customer(), line(world.item()))
    made = renumbered_since(world, safe, invoice)
    waits(world, invoice)
    arrived = asked_about(world, made, invoice)
    with world.database.transaction() as session:
        record_id = decisions.record_id_of(session, world.company_id, Kind.INVOICE, arrived)
        decisions.answer_double(session, world.company_id, record_id, True, now=world.now, who=WHO)
    world.pass_time(minutes=6)
    person.settle(world)
    assert not bookkeeper.exists(world, made)
    assert (numbers(world)[invoice.number], numbers(world)[OTHER]) == (1, 0)
    assert person.flag(world, Kind.INVOICE, invoice.id) is Flag.SYNCED


def test_what_arrives_is_no_double_of_one_that_does_not_travel(world: World) -> None:
    customer, remote = shared_customer(world)
    with opening.before_connecting(world):
        older = world.invoice(customer, *lines(("1", "100")), number="INV-7", issue_date="2026-11-22")
    world.sync()
    assert person.flag(world, Kind.INVOICE, older.id) is Flag.NOT_SYNCED
    made = typed_there(world, remote, OTHER)["Id"]
    person.settle(world)
    assert world.record(Kind.INVOICE, remote_id=made).flag is Flag.SYNCED
