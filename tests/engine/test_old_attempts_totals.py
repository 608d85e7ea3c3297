"""An invoice that was sent long ago and never answered is told from others like it by its number and its total."""

from __future__ import annotations

from typing import Any

import pytest

from bookipi_app.models import Flag, Invoice, Kind
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new, link
from tests.engine.test_money_settings import switch_off
from tests.engine.test_old_attempts import lose_answers
from tests.engine.world import World, money


def newest(world: World) -> dict[str, Any]:
    return max(world.all("Invoice"), key=lambda row: int(row["Id"]))


def unanswered(world: World, **fields: Any) -> tuple[Any, dict[str, Any]]:
    """An invoice that QuickBooks has, and that the bookkeeper has given another number since."""
    customer = world.customer()
    world.sync()
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7", **fields)
    lose_answers(world, "invoice", arrives=True)
    made = newest(world)
    world.change("Invoice", made["Id"], DocNumber="9001", CustomerRef=made["CustomerRef"])
    return invoice.id, world.get("Invoice", made["Id"])


def like(made: dict[str, Any], shipping: int) -> dict[str, Any]:
    """Another invoice of the same customer with the same line, and with shipping."""
    [line] = [one for one in made["Line"] if one.get("Description") == "Work 0"]
    line = {key: value for key, value in line.items() if key not in ("Id", "LineNum")}
    box = {"Amount": shipping, "DetailType": "SalesItemLineDetail",
           "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}}}  # fmt: skip
    return {"CustomerRef": made["CustomerRef"], "Line": [line, box], "DocNumber": "9002"}


@pytest.mark.parametrize("shipping", ["", "12.50"])
def test_of_two_with_the_same_lines_the_one_with_our_total_is_adopted(world: World, shipping: str) -> None:
    invoice_id, made = unanswered(world, shipping=shipping)
    other = world.make("Invoice", **like(made, 99))
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, record.remote_id) == (Flag.SYNCED, made["Id"])
    assert world.record(Kind.INVOICE, remote_id=other["Id"]).local_id != invoice_id


@pytest.mark.parametrize("answer", ["it is", "it is not"])
def test_one_alone_with_another_number_and_total_is_asked_about(world: World, answer: str) -> None:
    invoice_id, made = unanswered(world)
    world.change("Invoice", made["Id"], **{**like(made, 99), "DocNumber": "9001"})
    before = len(world.all("Invoice"))
    with world.still():
        world.sync(8)
    asked = person.question(world, Kind.INVOICE, invoice_id)
    assert [one.id for one in asked.candidates] == [made["Id"]]
    if answer == "it is":
        link(world, Kind.INVOICE, invoice_id, made["Id"])
    else:
        is_new(world, Kind.INVOICE, invoice_id)
    world.sync(8)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.remote_id == made["Id"]) == (answer == "it is")
    assert len(world.all("Invoice")) == before + (answer == "it is not")
    assert money(world.get("Invoice", made["Id"])["TotalAmt"]) == 199


def test_one_whose_lines_were_edited_there_since_is_known_by_its_number(world: World) -> None:
    customer = world.customer()
    world.sync()
    before = len(world.all("Invoice"))
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7")
    lose_answers(world, "invoice", arrives=True)
    bookkeeper.set_price(world, newest(world)["Id"], 150)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.flag, len(world.all("Invoice"))) == (Flag.SYNCED, before + 1)
    assert world.here(Invoice, invoice.id).total_cents == 15000


def moved_after_lost_answers(
    world: World, invoice: Invoice, *, arrives: bool
) -> tuple[dict[str, Any], Invoice]:
    """The invoice there and here, after its answers were lost, another day was given there, and all went on."""
    lose_answers(world, "invoice", arrives=arrives)
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.change("Invoice", remote_id, DueDate="2027-01-15")
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.flag, record.reason) == (Flag.SYNCED, "")
    there, here = world.get("Invoice", remote_id), world.here(Invoice, invoice.id)
    return there, here


@pytest.mark.parametrize("arrives", [True, False])
def test_shipping_that_is_sent_as_a_line_had_arrived_if_that_line_is_there(
    world: World, arrives: bool
) -> None:
    switch_off(world, AllowShipping=False)
    invoice = world.invoice(world.customer(), *lines(("1", "100")), notes="ours")
    world.sync()
    world.edit(invoice.id, shipping="12.50")
    there, here = moved_after_lost_answers(world, invoice, arrives=arrives)
    assert (money(there["TotalAmt"]), here.total_cents) == (money("112.50"), 11250)
    assert (there["DueDate"], here.due_date.isoformat()) == ("2027-01-15", "2027-01-15")


@pytest.mark.parametrize("arrives", [True, False])
def test_shipping_that_was_a_line_and_is_taken_off_had_arrived_if_that_line_is_gone(
    world: World, arrives: bool
) -> None:
    switch_off(world, AllowShipping=False)
    invoice = world.invoice(world.customer(), *lines(("1", "100")), shipping="12.50")
    world.sync()
    world.edit(invoice.id, shipping="")
    there, here = moved_after_lost_answers(world, invoice, arrives=arrives)
    assert (money(there["TotalAmt"]), here.total_cents) == (100, 10000)
