"""Two items merged in QuickBooks: what was written here on the loser travels with the survivor, where it is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from bookipi_app.models import Flag, Invoice, Item, Kind
from bookipi_app.services import invoices, items
from bookipi_app.services.invoice_form import InvoiceForm
from tests.engine import bookkeeper, person
from tests.engine.test_found_in_lines import merge_item, remote_item, three_lines, typed
from tests.engine.test_scenarios_lines import sold
from tests.engine.world import WHO, World


def names_there(world: World, remote_id: str) -> set[str]:
    """What the lines of an invoice in QuickBooks sell."""
    return {line["SalesItemLineDetail"]["ItemRef"]["value"] for line in sold(world, remote_id)}


def names_here(world: World, invoice_id: UUID) -> set[str]:
    return {line.item_id for line in world.form_of(invoice_id).lines}


def merge(world: World, remote_id: str, item: Item, *, told: bool) -> Item:
    """The survivor. Without the event the change feed says that the item is gone, and brings the invoices."""
    world.sandbox.switches.change({"webhook_loss": 0.0 if told else 1.0})
    merge_item(world, remote_id, item)
    world.pass_time(seconds=30)
    return world.only(Item, name="Kerb work")


@pytest.mark.parametrize("told", [True, False])
def test_lines_that_a_person_keeps_travel_with_the_survivor_and_say_so(world: World, told: bool) -> None:
    """QuickBooks refused them, and they waited for another item to be picked."""
    invoice_id, remote_id, item = three_lines(world)
    survivor = merge(world, remote_id, item, told=told)
    world.edit(invoice_id, lines=world.form_of(invoice_id).lines[:2])
    world.pass_time(seconds=31)
    person.settle(world)
    person.choose(world, Kind.INVOICE, invoice_id, money="ours")
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    assert names_here(world, invoice_id) == {str(survivor.id)}
    assert (len(sold(world, remote_id)), names_there(world, remote_id)) == (2, {remote_item(world, survivor)})
    words = "Kerb painting was merged into Kerb work in QuickBooks: the lines name that one now"
    assert [entry.words for entry in person.story(world, invoice_id)].count(words) == 1


def discounted(world: World, item: Item, **money: Any) -> tuple[UUID, str]:
    """Its price is agreed in another form: less a percentage, and without a tax that it contains."""
    line = replace(typed(item, "Front", "5"), price="214.03", taxable=True)
    line = replace(line, discount_kind="percent", discount_value="5")
    invoice = world.invoice(world.customer(), line, typed(item, "Back"), **money)
    person.settle(world)
    return invoice.id, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""


TAXES = [{}, {"tax_mode": "exclusive", "tax_rate": "8.25"}, {"tax_mode": "inclusive", "tax_rate": "8.25"}]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("tax", TAXES)
def test_of_lines_that_sell_the_survivor_now_nothing_else_changes(
    world: World, tax: dict[str, str], told: bool
) -> None:
    """As lines that were new there they had a lower price, no discount, and a tax that left it."""
    item = world.item(name="Kerb painting", price="100")
    invoice_id, remote_id = discounted(world, item, **tax)
    before, total = world.form_of(invoice_id), world.here(Invoice, invoice_id).total_cents
    survivor = merge(world, remote_id, item, told=told)
    with world.still():
        person.settle(world)
    form = world.form_of(invoice_id)
    assert form.lines == [replace(line, item_id=str(survivor.id)) for line in before.lines]
    assert (form.tax_mode, world.here(Invoice, invoice_id).total_cents) == (before.tax_mode, total)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    assert names_there(world, remote_id) == {remote_item(world, survivor)}


@pytest.mark.long
def test_the_loser_is_archived_and_its_story_says_into_what_it_was_merged(world: World) -> None:
    _, remote_id, item = three_lines(world)
    survivor = merge(world, remote_id, item, told=True)
    person.settle(world)
    record = world.record(Kind.ITEM, local_id=item.id)
    assert (world.here(Item, item.id).active, record.flag) == (False, Flag.NOT_SYNCED)
    assert record.alias_of == world.record(Kind.ITEM, local_id=survivor.id).id
    assert "Merged into Kerb work in QuickBooks" in [one.words for one in person.story(world, item.id)]
    assert "Kerb painting was merged into this item" in [
        one.words for one in person.story(world, survivor.id)
    ]


def draft_on(world: World, item: Item) -> UUID:
    form = InvoiceForm(customer_id=str(world.customer(name="Ana Ruiz").id), lines=[typed(item, "Front")])
    with world.database.transaction() as session:
        made = invoices.save(session, world.company_id, None, form, issue=False, now=world.now, who=WHO)
    return made.id


def test_a_draft_on_the_loser_goes_out_with_the_survivor(world: World) -> None:
    _, remote_id, item = three_lines(world)
    draft = draft_on(world, item)
    survivor = merge(world, remote_id, item, told=True)
    person.settle(world)
    world.edit(draft)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=draft)
    assert record.flag is Flag.SYNCED
    assert names_here(world, draft) == {str(survivor.id)}
    assert names_there(world, record.remote_id or "") == {remote_item(world, survivor)}


@pytest.mark.long
def test_a_survivor_that_was_not_here_arrives(world: World) -> None:
    older = next(row for row in world.all("Item") if row["Type"] == "Service")
    invoice_id, remote_id, item = three_lines(world)
    draft = draft_on(world, item)
    bookkeeper.control(world, "/merge", winner=older["Id"], loser=remote_item(world, item), kind="Item")
    world.pass_time(minutes=1)
    person.settle(world)
    world.edit(draft)
    person.settle(world)
    survivor = world.only(Item, name=older["Name"])
    assert names_here(world, invoice_id) == names_here(world, draft) == {str(survivor.id)}
    assert names_there(world, remote_id) == {older["Id"]}


@pytest.mark.long
def test_a_loser_that_is_restored_stands_on_its_own_again(world: World) -> None:
    _, remote_id, item = three_lines(world)
    survivor = merge(world, remote_id, item, told=True)
    person.settle(world)
    with world.database.transaction() as session:
        items.restore(session, world.company_id, item.id, now=world.now, who=WHO)
    person.settle(world)
    invoice = world.invoice(world.customer(name="Ana Ruiz"), typed(item, "Front"))
    person.settle(world)
    record = world.record(Kind.ITEM, local_id=item.id)
    assert (record.flag, record.alias_of) == (Flag.SYNCED, None)
    assert record.remote_id != remote_item(world, survivor)
    there = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    assert names_there(world, there) == {record.remote_id}


def test_where_nothing_tells_into_what_it_was_merged_the_invoice_says_what_to_do(world: World) -> None:
    """Gone, and no line of any invoice names another item in its place: there is nothing certain to follow."""
    item = world.item(name="Kerb painting", price="100")
    world.sync()
    company = world.sandbox.company(world.realm)
    gone = company.find("Item", remote_item(world, item))
    assert gone is not None
    draft = draft_on(world, item)
    company.delete(gone, world.now)
    world.pass_time(minutes=1)
    person.settle(world)
    world.edit(draft)
    with world.still():
        world.sync()
    record = world.record(Kind.INVOICE, local_id=draft)
    words = "Kerb painting is not in QuickBooks any more. Restore it here, or choose another item on this invoice."
    assert (record.flag, record.reason) == (Flag.ATTENTION, words)
    with world.database.transaction() as session:
        items.restore(session, world.company_id, item.id, now=world.now, who=WHO)
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, draft) is Flag.SYNCED
