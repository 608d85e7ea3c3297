"""Prices that contain the tax here and do not there: what is taken of theirs leaves the rest of ours what it was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bookipi_app.models import Flag, Invoice, Kind
from bookipi_app.services.invoice_form import LineForm
from tests.engine import person
from tests.engine.test_scenarios_lines import sold
from tests.engine.world import World, money

RATE = "8.25"


def contained(world: World) -> tuple[UUID, str]:
    """3 × 876.91 less 5 %, and 20, with 8.25 % of tax in them: 2519.19, in QuickBooks 2327.20 and 191.99 of tax."""
    discounted = LineForm(
        description="Edging", quantity="3", price="876.91", taxable=True,
        discount_kind="percent", discount_value="5",
    )  # fmt: skip
    plain = LineForm(description="Call-out", quantity="1", price="20", taxable=True)
    invoice = world.invoice(world.customer(), discounted, plain, tax_mode="inclusive", tax_rate=RATE)
    person.settle(world)
    return invoice.id, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""


def move(world: World, remote_id: str) -> None:
    """To another customer: QuickBooks works the tax out again, line by line, and comes to another cent."""
    other = world.make("Customer", DisplayName="Barton Bakery")
    before = money(world.get("Invoice", remote_id)["TotalAmt"])
    world.change("Invoice", remote_id, CustomerRef={"value": other["Id"]})
    assert money(world.get("Invoice", remote_id)["TotalAmt"]) - before == Decimal("0.01")


def edit_first_line(world: World, remote_id: str, **changes: Any) -> None:
    first, *others = sold(world, remote_id)
    inner = first["SalesItemLineDetail"]
    inner["Qty"] = changes.get("quantity", inner["Qty"])
    first["Description"] = changes.get("description", first["Description"])
    first["Amount"] = (money(inner["Qty"]) * money(inner["UnitPrice"])).quantize(Decimal("0.01"))
    reference = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, Line=[first, *others], CustomerRef=reference)


def agree(world: World, invoice_id: UUID, remote_id: str) -> None:
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.SYNCED
    assert (
        world.here(Invoice, invoice_id).total_cents
        == money(world.get("Invoice", remote_id)["TotalAmt"]) * 100
    )


def test_a_line_that_nobody_touched_keeps_its_discount_and_its_words_when_the_tax_is_taken(
    world: World,
) -> None:
    invoice_id, remote_id = contained(world)
    first, plain = world.form_of(invoice_id).lines
    move(world, remote_id)
    person.settle(world)
    form = world.form_of(invoice_id)
    assert (form.tax_mode, [line.id for line in form.lines]) == ("exclusive", [first.id, plain.id])
    assert (form.lines[0].description, form.lines[0].quantity) == ("Edging", "3")
    assert (form.lines[0].discount_kind, form.lines[0].discount_value) == ("percent", "5")
    assert abs(Decimal(form.lines[0].price) - Decimal("876.91") / Decimal("1.0825")) < Decimal("0.01")
    agree(world, invoice_id, remote_id)
    with world.still():
        person.settle(world)


def test_its_discount_holds_for_the_quantity_that_is_typed_there(world: World) -> None:
    invoice_id, remote_id = contained(world)
    edit_first_line(world, remote_id, quantity=4)
    person.settle(world)
    first = world.form_of(invoice_id).lines[0]
    assert (first.description, first.quantity, first.discount_value) == ("Edging", "4", "5")
    agree(world, invoice_id, remote_id)


def test_what_is_written_there_later_comes_without_the_words_about_the_discount(world: World) -> None:
    """Those tell the price with the tax in it, which the line here has no more."""
    invoice_id, remote_id = contained(world)
    move(world, remote_id)
    person.settle(world)
    words = sold(world, remote_id)[0]["Description"].removeprefix("Edging")
    assert words == " (5% off 3 × 876.91)"
    edit_first_line(world, remote_id, description=f"Edging, front{words}")
    person.settle(world)
    first = world.form_of(invoice_id).lines[0]
    assert (first.description, first.discount_value) == ("Edging, front", "5")
    agree(world, invoice_id, remote_id)


@pytest.mark.parametrize("change", [{"tax_rate": "9"}, {"tax_mode": "exclusive"}])
def test_a_tax_changed_here_and_a_line_there_are_asked_about(world: World, change: dict[str, str]) -> None:
    """Lines of theirs cannot be taken beside prices of ours that contain the tax: ours was lost with that."""
    line = LineForm(description="Edging", quantity="2", price="108.25", taxable=True)
    invoice = world.invoice(world.customer(), line, tax_mode="inclusive", tax_rate=RATE)
    person.settle(world)
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.edit(invoice.id, **change)
    edit_first_line(world, remote_id, description="Edging, front")
    assert money(world.get("Invoice", remote_id)["TxnTaxDetail"]["TotalTax"]) == Decimal("16.50")
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice.id) is Flag.CONFLICT
    form = world.form_of(invoice.id)
    assert (form.tax_mode, form.tax_rate) == (
        change.get("tax_mode", "inclusive"),
        change.get("tax_rate", RATE),
    )


@pytest.mark.parametrize("change", [{"quantity": 4}, {"description": "Edging, front"}])
def test_where_the_tax_left_the_prices_here_theirs_is_all_of_theirs(
    world: World, change: dict[str, Any]
) -> None:
    """The lines that they did not touch had their price with the tax in it here, and tax on top of that."""
    invoice_id, remote_id = contained(world)
    world.edit(invoice_id, tax_mode="exclusive")
    edit_first_line(world, remote_id, **change)
    person.settle(world)
    person.choose(world, Kind.INVOICE, invoice_id, money="theirs")
    with world.still():
        person.settle(world)
    assert world.form_of(invoice_id).lines[1].price == "18.48"
    agree(world, invoice_id, remote_id)


def test_an_edit_here_afterwards_sends_the_line_once_more_with_the_same_amount(world: World) -> None:
    invoice_id, remote_id = contained(world)
    move(world, remote_id)
    person.settle(world)
    form = world.form_of(invoice_id)
    before = sold(world, remote_id)[0]
    world.edit(invoice_id, lines=[*form.lines, LineForm(description="More", quantity="1", price="10")])
    person.settle(world)
    after = sold(world, remote_id)[0]
    assert (after["Amount"], after["Description"]) == (before["Amount"], before["Description"])
    agree(world, invoice_id, remote_id)
