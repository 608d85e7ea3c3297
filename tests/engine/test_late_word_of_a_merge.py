"""QuickBooks says late that two were merged: the loser was found gone before, as if it had been deleted there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from bookipi_app.models import Customer, Flag, Invoice, Item, Kind
from bookipi_app.services import customers, invoices
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World

KEPT, GONE = "Lakeline Homeowners Assn", "Lakeline HOA"


@dataclass
class Merged:
    """Two of ours that are one in QuickBooks, of which no notice has come yet, and a draft that names the loser."""

    loser: UUID
    survivor: UUID
    draft: UUID


def customers_merged(world: World) -> Merged:
    """No invoice in QuickBooks tells what became of the loser."""
    loser, survivor = world.customer(name=GONE, phone="1"), world.customer(name=KEPT, phone="2")
    draft = draft_of(world, loser, *lines(("1", "5")))
    merge(world, Kind.CUSTOMER, loser.id, survivor.id)
    return Merged(loser.id, survivor.id, draft)


def items_merged(world: World) -> Merged:
    loser, survivor = world.item(name=GONE), world.item(name=KEPT)
    line = LineForm(item_id=str(loser.id), description="Front", quantity="1", price="5")
    draft = draft_of(world, world.customer(name="Ana Ruiz"), line)
    merge(world, Kind.ITEM, loser.id, survivor.id)
    return Merged(loser.id, survivor.id, draft)


def draft_of(world: World, customer: Customer, *those: LineForm) -> UUID:
    form = InvoiceForm(customer_id=str(customer.id), lines=list(those))
    with world.database.transaction() as session:
        return invoices.save(session, world.company_id, None, form, issue=False, now=world.now, who=WHO).id


def merge(world: World, kind: Kind, *ours: UUID) -> None:
    world.sync()
    world.pass_time(minutes=1)
    loser, winner = (world.record(kind, local_id=one).remote_id for one in ours)
    bookkeeper.control(world, "/merge", winner=winner, loser=loser, kind=kind.value.capitalize())


def find_it_gone(world: World) -> None:
    """The change feed tells, and nothing says why."""
    world.pass_time(seconds=70)
    world.run()


def test_a_customer_that_asks_because_it_is_gone_is_followed_once_it_is_said_to_be_merged(
    world: World,
) -> None:
    """It asked for ever whether to keep what was deleted, and either answer merged it."""
    both = customers_merged(world)
    world.customer(both.loser, name=GONE, phone="11")
    world.run()
    assert person.conflict(world, Kind.CUSTOMER, both.loser).whole
    world.sync(8)
    assert world.record(Kind.CUSTOMER, local_id=both.loser).reason == f"Merged into {KEPT} in QuickBooks"
    assert world.here(Invoice, both.draft).customer_id == both.survivor
    view = person.conflict(world, Kind.CUSTOMER, both.survivor)
    assert [(unit.unit, unit.ours, unit.theirs) for unit in view.units] == [("phone", "11", "2")]


def test_a_customer_that_was_archived_as_deleted_is_followed_too(world: World) -> None:
    """Its draft stayed with it, and could not go out."""
    both = customers_merged(world)
    find_it_gone(world)
    assert (world.here(Customer, both.loser).active, world.here(Invoice, both.draft).customer_id) == (
        False,
        both.loser,
    )
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=both.loser).reason == f"Merged into {KEPT} in QuickBooks"
    assert world.here(Invoice, both.draft).customer_id == both.survivor
    assert person.flag(world, Kind.CUSTOMER, both.survivor) is Flag.SYNCED


def test_what_a_person_gave_up_with_the_loser_is_not_asked_about_again(world: World) -> None:
    both = customers_merged(world)
    world.customer(both.loser, name=GONE, phone="11")
    world.run()
    person.choose(world, Kind.CUSTOMER, both.loser, record="theirs")
    world.run()
    assert not world.here(Customer, both.loser).active
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=both.loser).reason == f"Merged into {KEPT} in QuickBooks"
    survivor = world.here(Customer, both.survivor)
    assert (survivor.phone, person.flag(world, Kind.CUSTOMER, both.survivor)) == ("2", Flag.SYNCED)


def test_a_customer_that_was_restored_meanwhile_stands_on_its_own(world: World) -> None:
    both = customers_merged(world)
    find_it_gone(world)
    with world.database.transaction() as session:
        customers.restore(session, world.company_id, both.loser, now=world.now, who=WHO)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=both.loser)
    assert (record.alias_of, record.flag, world.here(Customer, both.loser).active) == (
        None,
        Flag.SYNCED,
        True,
    )
    assert world.get("Customer", record.remote_id or "")["DisplayName"] == GONE
    assert world.here(Invoice, both.draft).customer_id == both.loser


@pytest.mark.parametrize("asks", [True, False])
def test_an_item_that_was_archived_as_deleted_is_followed_by_the_lines_that_name_it(
    world: World, asks: bool
) -> None:
    """The invoice asked for another item."""
    both = items_merged(world)
    find_it_gone(world)
    assert not world.here(Item, both.loser).active
    if asks:
        world.edit(both.draft)
        world.run()
        assert "is not in QuickBooks any more" in world.record(Kind.INVOICE, local_id=both.draft).reason
    person.settle(world)
    if not asks:
        world.edit(both.draft)
        person.settle(world)
    assert person.flag(world, Kind.INVOICE, both.draft) is Flag.SYNCED
    assert {line.item_id for line in world.form_of(both.draft).lines} == {str(both.survivor)}


@pytest.mark.parametrize("answer", ["ours", "theirs"])
def test_an_item_that_asks_because_it_is_gone_keeps_its_question(world: World, answer: str) -> None:
    both = items_merged(world)
    world.item(both.loser, name=GONE, price="99")
    world.run()
    person.settle(world)
    assert person.conflict(world, Kind.ITEM, both.loser).whole
    person.choose(world, Kind.ITEM, both.loser, record=answer)
    world.sync(8)
    person.settle(world)
    record = world.record(Kind.ITEM, local_id=both.loser)
    kept = answer == "ours"
    assert (record.flag, record.alias_of is None) == (Flag.SYNCED if kept else Flag.NOT_SYNCED, kept)
    assert world.here(Item, both.loser).active is kept
