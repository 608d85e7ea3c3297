"""Lines that only QuickBooks can make, between ours: they survive what is done around them, and block nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from bookipi_app.errors import InvalidInput
from bookipi_app.models import Flag, Invoice, Kind
from bookipi_app.services import duplicates
from bookipi_app.services.invoice_form import LineForm
from tests.engine import bookkeeper, person
from tests.engine.test_scenarios_lines import FOREIGN_LINES
from tests.engine.world import WHO, World, money

Line = dict[str, Any]
OWN = {"bundle": 1, "subtotal": 3, "negative": 5, "billable": 7}  # where they stand


def sale(text: str, price: int) -> Line:
    inner = {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": price}
    return {
        "Amount": price,
        "DetailType": "SalesItemLineDetail",
        "Description": text,
        "SalesItemLineDetail": inner,
    }


def bundle(world: World) -> Line:
    parts = [row["Id"] for row in world.all("Item") if row["Type"] == "NonInventory"][:2]
    listed = [{"ItemRef": {"value": part}, "Qty": count} for count, part in enumerate(parts, 1)]
    body = {"Name": "Front garden kit", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": listed}}
    kit = bookkeeper.control(world, "/v3/item", **body)["Item"]
    detail = {"GroupItemRef": {"value": kit["Id"]}, "Quantity": 1}
    return {"DetailType": "GroupLineDetail", "Description": "Kit", "GroupLineDetail": detail}


def mixed(world: World) -> tuple[UUID, str]:
    """An invoice made in QuickBooks: five ordinary lines, and one of each kind of its own between them."""
    subtotal, negative, billable = FOREIGN_LINES.values()
    listed = [sale("A", 100), bundle(world), sale("B", 50), subtotal, sale("C", 30), negative, sale("D", 20), billable,
              sale("E", 10)]  # fmt: skip
    made = world.make("Invoice", CustomerRef={"value": "1"}, DocNumber="QB-9", Line=listed)
    person.settle(world)
    return world.only(Invoice, number="QB-9").id, made["Id"]


def there(world: World, remote_id: str) -> list[Line]:
    return [
        one for one in world.get("Invoice", remote_id)["Line"] if one["DetailType"] != "SubTotalLineDetail"
    ]


def write(world: World, remote_id: str, lines: list[Line]) -> None:
    world.change("Invoice", remote_id, Line=lines, CustomerRef=world.get("Invoice", remote_id)["CustomerRef"])


def told(lines: list[Line]) -> list[tuple[str, Decimal]]:
    return [(one["Description"], money(one.get("Amount", 0))) for one in lines]


def content(line: Any) -> Any:
    """A line without what QuickBooks numbers anew."""
    if isinstance(line, dict):
        return {key: content(value) for key, value in line.items() if key not in ("Id", "LineNum")}  # type: ignore[reportUnknownVariableType]
    return [content(one) for one in line] if isinstance(line, list) else line  # type: ignore[reportUnknownVariableType]


def equal(world: World, invoice_id: UUID, remote_id: str) -> None:
    """Both sides have the same lines and the same total, and say so."""
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED
    here = [line.description for line in world.form_of(invoice_id).lines]
    assert here == [name for name, _ in told(there(world, remote_id))]
    total = money(world.get("Invoice", remote_id)["TotalAmt"]) * 100
    assert world.here(Invoice, invoice_id).total_cents == total


def test_lines_inserted_removed_and_edited_on_both_sides_come_together_around_them(world: World) -> None:
    invoice_id, remote_id = mixed(world)
    a, kit, b, subtotal, c, negative, d, billable, e = there(world, remote_id)
    write(
        world,
        remote_id,
        [{**a, "Description": "A there"}, kit, sale("Y", 7), b, subtotal, c, negative, billable, e],
    )
    form = world.form_of(invoice_id).lines
    x = LineForm(description="X", quantity="1", price="3")
    world.edit(invoice_id, lines=[form[0], x, form[1], form[3], replace(form[4], price="33"), *form[5:]])
    person.settle(world)
    after = there(world, remote_id)
    assert [name for name, _ in told(after)] == [
        "A there", "X", "Kit", "Y", "Subtotal: 50.00", "C", "Goodwill", "Gravel, at cost", "E",
    ]  # fmt: skip
    assert dict(told(after))["C"] == 33
    own = [
        content(one)
        for one in after
        if one["Description"] in ("Kit", "Subtotal: 50.00", "Goodwill", "Gravel, at cost")
    ]
    assert own == [content(one) for one in (kit, subtotal, negative, billable)]
    equal(world, invoice_id, remote_id)
    assert d["Id"] not in {one["Id"] for one in after if one["Description"] != "X"}


@pytest.mark.parametrize("side", ["here", "there"])
def test_they_are_moved_on_one_side_and_lines_between_them_edited_on_the_other(
    world: World, side: str
) -> None:
    invoice_id, remote_id = mixed(world)
    lines, form = there(world, remote_id), world.form_of(invoice_id).lines
    order = [8, 1, 7, 0, 2, 3, 5, 4, 6]
    if side == "here":
        world.edit(invoice_id, lines=[form[at] for at in order])
        lines[4] = {**lines[4], "Description": "C there"}
        write(world, remote_id, lines)
    else:
        write(world, remote_id, [lines[at] for at in order])
        world.edit(invoice_id, lines=[*form[:4], replace(form[4], description="C here"), *form[5:]])
    person.settle(world)
    named = ["A", "Kit", "B", "Subtotal: 50.00", "C here" if side == "there" else "C there", "Goodwill", "D",
             "Gravel, at cost", "E"]  # fmt: skip
    assert [name for name, _ in told(there(world, remote_id))] == [named[at] for at in order]
    equal(world, invoice_id, remote_id)


@pytest.mark.parametrize("of", ["the header", "a line"])
def test_the_same_edit_on_both_sides_of_an_invoice_that_has_them_is_no_conflict(
    world: World, of: str
) -> None:
    invoice_id, remote_id = mixed(world)
    lines, form = there(world, remote_id), world.form_of(invoice_id).lines
    if of == "a line":
        lines[0]["Description"] = "Both"
        form[0] = replace(form[0], description="Both")
    world.change("Invoice", remote_id, Line=lines, PrivateNote="Ring first", CustomerRef={"value": "1"})
    world.edit(invoice_id, lines=form, memo="Ring first")
    person.settle(world)
    equal(world, invoice_id, remote_id)


def altered(line: Line) -> Line:
    """The line as a bookkeeper might change it."""
    match line["DetailType"]:
        case "GroupLineDetail":
            first, *rest = line["GroupLineDetail"]["Line"]
            inner = first["SalesItemLineDetail"]
            more = {**first, "Amount": 5 * inner["UnitPrice"], "SalesItemLineDetail": {**inner, "Qty": 5}}
            return {**line, "GroupLineDetail": {**line["GroupLineDetail"], "Line": [more, *rest]}}
        case "DescriptionOnly":
            return {**line, "Description": "Subtotal: 77.00"}
        case _:
            inner = line["SalesItemLineDetail"]
            return {**line, "Amount": inner["Qty"] * 9, "SalesItemLineDetail": {**inner, "UnitPrice": 9}}


@pytest.mark.parametrize("what", ["altered", "removed"])
@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_one_of_them_is_changed_there_and_a_person_chooses_about_the_lines(
    world: World, kind: str, side: str, what: str
) -> None:
    """Ours is what stands here, theirs what stands there, to the last line and the cent."""
    invoice_id, remote_id = mixed(world)
    before = there(world, remote_id)
    lines = [{**before[0], "Description": "A there"}, *before[1:]]
    lines[OWN[kind] : OWN[kind] + 1] = [altered(before[OWN[kind]])] if what == "altered" else []
    write(world, remote_id, lines)
    changed = there(world, remote_id)
    form = world.form_of(invoice_id).lines
    world.edit(invoice_id, lines=[replace(form[0], description="A here"), *form[1:]])
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.CONFLICT
    person.choose(world, Kind.INVOICE, invoice_id, all_=side)
    person.settle(world)
    wanted = [{**before[0], "Description": "A here"}, *before[1:]] if side == "ours" else changed
    assert content(there(world, remote_id)) == content(wanted)
    equal(world, invoice_id, remote_id)


@pytest.mark.parametrize("how", ["restored", "kept"])
def test_an_invoice_that_has_them_goes_out_again_with_them(world: World, how: str) -> None:
    invoice_id, remote_id = mixed(world)
    before = there(world, remote_id)
    bookkeeper.delete(world, remote_id)
    if how == "kept":
        world.edit(invoice_id, notes="See you on Friday")
    person.settle(world)
    if how == "kept":
        person.choose(world, Kind.INVOICE, invoice_id, record="ours")
    else:
        person.restore(world, invoice_id)
    person.settle(world)
    anew = world.record(Kind.INVOICE, local_id=invoice_id).remote_id or ""
    assert anew != remote_id
    assert content(there(world, anew)) == content(before)
    equal(world, invoice_id, anew)


@pytest.mark.parametrize("how", ["kept", "duplicated"])
def test_a_copy_bills_the_same_by_lines_of_ours(world: World, how: str) -> None:
    """Of an invoice that became void in QuickBooks: only there could its own kinds of line be made."""
    invoice_id, remote_id = mixed(world)
    before = world.here(Invoice, invoice_id)
    bookkeeper.void(world, remote_id)
    if how == "kept":
        world.edit(invoice_id, notes="See you on Friday")
    person.settle(world)
    if how == "kept":
        person.choose(world, Kind.INVOICE, invoice_id, record="ours")
        person.settle(world)
    else:
        with world.database.transaction() as session:
            duplicates.duplicate(session, world.company_id, invoice_id, now=world.now, who=WHO)
    with world.database.reading() as session:
        copy = session.exec(select(Invoice).where(col(Invoice.id) != invoice_id)).one()
    assert copy.subtotal_cents == before.subtotal_cents
    world.edit(copy.id)
    person.settle(world)
    equal(world, copy.id, world.record(Kind.INVOICE, local_id=copy.id).remote_id or "")


def test_one_that_quickbooks_has_is_not_removed_here(world: World) -> None:
    invoice_id, _ = mixed(world)
    form = world.form_of(invoice_id).lines
    with pytest.raises(InvalidInput, match="cannot be removed here"):
        world.edit(invoice_id, lines=[line for line in form if line.description != "Kit"])
