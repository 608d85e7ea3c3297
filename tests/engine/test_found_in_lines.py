"""What long runs of the simulation found about lines that both sides edited, each as small as it could be made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from bookipi_app.models import Flag, Item, Kind
from bookipi_app.services.invoice_form import LineForm
from tests.engine import bookkeeper, person
from tests.engine.test_old_attempts import lose_answers
from tests.engine.test_scenarios_lines import sold
from tests.engine.world import World, money


def typed(item: Item, description: str, quantity: str = "1") -> LineForm:
    return LineForm(item_id=str(item.id), description=description, quantity=quantity, price="100")


def three_lines(world: World) -> tuple[UUID, str, Item]:
    """An invoice on both sides, its lines on one item."""
    item = world.item(name="Kerb painting", price="100")
    invoice = world.invoice(world.customer(), *(typed(item, name) for name in ("Front", "Back", "Side")))
    person.settle(world)
    return invoice.id, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or "", item


def remote_item(world: World, item: Item) -> str:
    return world.record(Kind.ITEM, local_id=item.id).remote_id or ""


def merge_item(world: World, _remote_id: str, item: Item) -> None:
    """QuickBooks puts the surviving item on every line."""
    survivor = world.item(name="Kerb work", price="100")
    world.sync()
    bookkeeper.control(
        world, "/merge", winner=remote_item(world, survivor), loser=remote_item(world, item), kind="Item"
    )


def rewrite(world: World, remote_id: str, *, keeps_id: bool, **changes: Any) -> None:
    """The last line is written anew."""
    *others, last = sold(world, remote_id)
    inner = last["SalesItemLineDetail"]
    quantity = changes.get("quantity", inner["Qty"])
    last |= {"Description": changes.get("description", last["Description"]), "Amount": quantity * 100}
    inner["Qty"] = quantity
    last = last if keeps_id else {key: value for key, value in last.items() if key != "Id"}
    reference = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, Line=[*others, last], CustomerRef=reference)


def rewrite_under_its_id(world: World, remote_id: str, _item: Item) -> None:
    rewrite(world, remote_id, keeps_id=True, description="Both sides", quantity=2)


def count_under_a_new_id(world: World, remote_id: str, _item: Item) -> None:
    rewrite(world, remote_id, keeps_id=False, quantity=2)


def describe_under_a_new_id(world: World, remote_id: str, _item: Item) -> None:
    rewrite(world, remote_id, keeps_id=False, description="Both sides")


EDITS = (merge_item, rewrite_under_its_id, count_under_a_new_id, describe_under_a_new_id)


@pytest.mark.parametrize("edit", EDITS)
def test_a_line_removed_here_and_edited_there_does_not_come_back_unasked(world: World, edit: Any) -> None:
    """So much of it was another there that it counted as removed on both sides, and as a new line beside."""
    invoice_id, remote_id, item = three_lines(world)
    edit(world, remote_id, item)
    world.edit(invoice_id, lines=world.form_of(invoice_id).lines[:2])
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.CONFLICT
    assert (len(world.form_of(invoice_id).lines), len(sold(world, remote_id))) == (2, 3)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize(("side", "count"), [("ours", 2), ("theirs", 3)])
def test_what_is_chosen_about_such_a_line_is_on_both_sides(
    world: World, edit: Any, side: str, count: int
) -> None:
    invoice_id, remote_id, item = three_lines(world)
    edit(world, remote_id, item)
    world.edit(invoice_id, lines=world.form_of(invoice_id).lines[:2])
    person.settle(world)
    person.choose(world, Kind.INVOICE, invoice_id, money=side)
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    assert (len(world.form_of(invoice_id).lines), len(sold(world, remote_id))) == (count, count)


def test_a_line_removed_on_both_sides_is_gone_beside_another_new_one(world: World) -> None:
    invoice_id, remote_id, _ = three_lines(world)
    new = {
        "DetailType": "SalesItemLineDetail",
        "Description": "Call-out",
        "Amount": 50,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 50},
    }
    reference = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, Line=[*sold(world, remote_id)[:2], new], CustomerRef=reference)
    world.edit(invoice_id, lines=world.form_of(invoice_id).lines[:2])
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    for side in (world.form_of(invoice_id).lines, sold(world, remote_id)):
        assert len(side) == 3


def test_a_line_edited_there_before_a_forgotten_repetition_of_something_else_is_taken(world: World) -> None:
    """It was agreed as it had become there, while the lines were still to be taken: then nothing of it was new."""
    invoice_id, remote_id, _ = three_lines(world)
    world.edit(invoice_id, notes="Gate code 4411")
    lose_answers(world, "invoice", arrives=True)
    rewrite(world, remote_id, keeps_id=True, quantity=2)
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    assert [line.quantity for line in world.form_of(invoice_id).lines] == ["1", "1", "2"]
    assert [money(line["SalesItemLineDetail"]["Qty"]) for line in sold(world, remote_id)] == [1, 1, 2]


def test_such_a_line_and_another_one_edited_here_both_survive(world: World) -> None:
    invoice_id, remote_id, _ = three_lines(world)
    world.edit(invoice_id, notes="Gate code 4411")
    lose_answers(world, "invoice", arrives=True)
    rewrite(world, remote_id, keeps_id=True, description="Both sides", quantity=2)
    first, *others = world.form_of(invoice_id).lines
    world.edit(invoice_id, lines=[replace(first, quantity="3"), *others])
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    assert [line.quantity for line in world.form_of(invoice_id).lines] == ["3", "1", "2"]
    assert [money(line["SalesItemLineDetail"]["Qty"]) for line in sold(world, remote_id)] == [3, 1, 2]


def test_one_line_edited_alike_on_both_sides_leaves_the_other_edits_alone(world: World) -> None:
    invoice_id, remote_id, _ = three_lines(world)
    first, second, third = sold(world, remote_id)
    for line, quantity in ((second, 4), (third, 2)):
        line["SalesItemLineDetail"]["Qty"], line["Amount"] = quantity, quantity * 100
    reference = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, Line=[first, second, third], CustomerRef=reference)
    here = world.form_of(invoice_id).lines
    world.edit(invoice_id, lines=[replace(here[0], quantity="3"), here[1], replace(here[2], quantity="2")])
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    assert [line.quantity for line in world.form_of(invoice_id).lines] == ["3", "4", "2"]
    assert [money(line["SalesItemLineDetail"]["Qty"]) for line in sold(world, remote_id)] == [3, 4, 2]
