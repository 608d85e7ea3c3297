"""Lines and values that QuickBooks keeps in its own way: nothing of it is an edit, and edits beside it survive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bookipi_app.errors import InvalidInput
from bookipi_app.models import Customer, Flag, Invoice, Item, Kind
from bookipi_app.sandbox.core import Request, Response
from bookipi_app.services.invoice_form import LineForm
from tests.engine import bookkeeper, person
from tests.engine.test_ends_invoices import linked
from tests.engine.test_main_job import lines
from tests.engine.world import World, money


def sold(world: World, remote_id: str) -> list[dict[str, Any]]:
    there = world.get("Invoice", remote_id)
    return [one for one in there["Line"] if one["DetailType"] == "SalesItemLineDetail"]


def with_bundle(world: World) -> tuple[UUID, str, dict[str, Any]]:
    """An invoice made in QuickBooks: an ordinary line and a bundle of two items."""
    first, second = [row["Id"] for row in world.all("Item") if row["Type"] == "NonInventory"][:2]
    parts = [{"ItemRef": {"value": first}, "Qty": 2}, {"ItemRef": {"value": second}, "Qty": 1}]
    body = {"Name": "Front garden kit", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": parts}}
    kit = bookkeeper.control(world, "/v3/item", **body)["Item"]
    line = {"Amount": 50, "DetailType": "SalesItemLineDetail", "Description": "Call-out",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 50}}  # fmt: skip
    group = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": kit["Id"]}, "Quantity": 1},
    }
    made = world.make("Invoice", CustomerRef={"value": world.all("Customer")[0]["Id"]}, DocNumber="QB-9",
                      Line=[line, group])  # fmt: skip
    person.settle(world)
    return world.only(Invoice, number="QB-9").id, made["Id"], bundle_of(made)


def bundle_of(invoice: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in invoice["Line"] if one["DetailType"] == "GroupLineDetail")


def test_a_bundle_arrives_with_its_total_and_an_edit_of_the_header_sends_no_lines(world: World) -> None:
    invoice_id, remote_id, bundle = with_bundle(world)
    total = money(world.get("Invoice", remote_id)["TotalAmt"])
    assert money(world.here(Invoice, invoice_id).total_cents) == total * 100
    world.edit(invoice_id, notes="See you on Friday")
    person.settle(world)
    after = world.get("Invoice", remote_id)
    assert (after["CustomerMemo"]["value"], bundle_of(after)) == ("See you on Friday", bundle)
    assert money(after["TotalAmt"]) == total
    assert '"Line"' not in world.sandbox.world.requests[-1].body
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_a_line_edited_here_beside_a_bundle_leaves_the_bundle_as_it_is(world: World) -> None:
    invoice_id, remote_id, bundle = with_bundle(world)
    before = money(world.get("Invoice", remote_id)["TotalAmt"])
    form = world.form_of(invoice_id)
    edited = [replace(one, price="75") if one.description == "Call-out" else one for one in form.lines]
    world.edit(invoice_id, lines=[*edited, *lines(("2", "10"))])
    person.settle(world)
    after = world.get("Invoice", remote_id)
    assert bundle_of(after) == {**bundle, "LineNum": bundle_of(after)["LineNum"]}
    assert money(after["TotalAmt"]) == before + 25 + 20
    assert money(world.here(Invoice, invoice_id).total_cents) == money(after["TotalAmt"]) * 100
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_a_bundle_cannot_be_removed_here(world: World) -> None:
    invoice_id, _, _ = with_bundle(world)
    form = world.form_of(invoice_id)
    with pytest.raises(InvalidInput, match="only QuickBooks can make"):
        world.edit(invoice_id, lines=[one for one in form.lines if one.description == "Call-out"])


def renumber(world: World, remote_id: str) -> None:
    """The same lines, written anew: QuickBooks gives them new Ids."""
    there = world.get("Invoice", remote_id)
    fresh = [
        {key: value for key, value in one.items() if key not in ("Id", "LineNum")}
        for one in sold(world, remote_id)
    ]
    world.change("Invoice", remote_id, Line=fresh, CustomerRef=there["CustomerRef"])


def three_lines(world: World) -> tuple[UUID, str]:
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, lines=lines(("1", "100"), ("2", "25"), ("3", "10")))
    person.settle(world)
    return invoice_id, remote_id


def test_renumbered_lines_are_no_edit(world: World) -> None:
    invoice_id, remote_id = three_lines(world)
    before = {one["Id"] for one in sold(world, remote_id)}
    ids = [line.id for line in world.form_of(invoice_id).lines]
    renumber(world, remote_id)
    assert before.isdisjoint(one["Id"] for one in sold(world, remote_id))
    with world.still():
        person.settle(world)
    assert [line.id for line in world.form_of(invoice_id).lines] == ids
    assert not [
        one for one in person.story(world, invoice_id) if one.words.startswith("Changed in QuickBooks")
    ]


def test_an_edit_here_after_a_renumbering_reaches_the_right_line(world: World) -> None:
    invoice_id, remote_id = three_lines(world)
    renumber(world, remote_id)
    form = world.form_of(invoice_id)
    world.edit(invoice_id, lines=[form.lines[0], replace(form.lines[1], price="30"), form.lines[2]])
    new = [one["Id"] for one in sold(world, remote_id)]
    person.settle(world)
    assert [(one["Id"], money(one["Amount"])) for one in sold(world, remote_id)] == list(
        zip(new, [100, 60, 30], strict=True)
    )
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


@pytest.mark.parametrize("side", ["here", "there"])
def test_of_two_identical_lines_one_is_edited(world: World, side: str) -> None:
    invoice_id, remote_id = linked(world)
    twin = LineForm(description="Visit", quantity="1", price="80")
    world.edit(invoice_id, lines=[twin, twin])
    person.settle(world)
    if side == "here":
        form = world.form_of(invoice_id)
        world.edit(invoice_id, lines=[form.lines[0], replace(form.lines[1], price="90")])
    else:
        there = sold(world, remote_id)
        there[1]["SalesItemLineDetail"]["UnitPrice"] = there[1]["Amount"] = Decimal(90)
        world.change(
            "Invoice", remote_id, Line=there, CustomerRef=world.get("Invoice", remote_id)["CustomerRef"]
        )
    person.settle(world)
    assert [money(one["Amount"]) for one in sold(world, remote_id)] == [80, 90]
    assert [Decimal(line.price) for line in world.form_of(invoice_id).lines] == [80, 90]
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_one_of_two_identical_lines_is_removed_there_and_the_other_edited_here(world: World) -> None:
    """Which of the two they removed cannot be told from the other: the edit is kept, whichever way."""
    invoice_id, remote_id = linked(world)
    twin = LineForm(description="Visit", quantity="1", price="80")
    world.edit(invoice_id, lines=[twin, twin, *lines(("1", "5"))])
    person.settle(world)
    there = sold(world, remote_id)
    world.change("Invoice", remote_id, Line=[there[0], there[2]],
                 CustomerRef=world.get("Invoice", remote_id)["CustomerRef"])  # fmt: skip
    form = world.form_of(invoice_id)
    world.edit(invoice_id, lines=[replace(form.lines[0], price="90"), *form.lines[1:]])
    person.settle(world)
    assert [money(one["Amount"]) for one in sold(world, remote_id)] == [90, 5]
    assert [Decimal(line.price) for line in world.form_of(invoice_id).lines] == [90, 5]


def test_a_tax_changed_here_leaves_lines_that_the_interface_would_refuse_as_they_are(world: World) -> None:
    """QuickBooks' pages let an amount stand that is no product; sent again it would have to lose its price."""
    taxable = LineForm(description="Turf", quantity="3", price="33.33", taxable=True)
    invoice = world.invoice(world.customer(), taxable, number="INV-7", tax_mode="exclusive", tax_rate="8.25")
    world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    there = world.get("Invoice", remote_id)
    lines_there = [{**line, "Amount": 100} for line in sold(world, remote_id)]
    bookkeeper.control(world, "/v3/invoice", Id=remote_id, SyncToken=there["SyncToken"], sparse=True,
                       CustomerRef=there["CustomerRef"], Line=lines_there)  # fmt: skip
    person.settle(world)
    before = sold(world, remote_id)
    assert [(money(line["Amount"]), line["SalesItemLineDetail"]["UnitPrice"]) for line in before] == [
        (100, Decimal("33.33"))
    ]
    world.edit(invoice.id, tax_rate="7", tax_given="")
    person.settle(world)
    sent = [one for one in world.sandbox.world.requests if one.method == "POST"][-1].body
    assert ('"TotalTax":7' in sent, '"Line"' in sent) == (True, False)
    assert sold(world, remote_id) == before
    assert money(world.get("Invoice", remote_id)["TotalAmt"]) == 107
    assert (world.here(Invoice, invoice.id).total_cents, person.flag(world, Kind.INVOICE, invoice.id)) == (
        10700,
        Flag.SYNCED,
    )


ODD: dict[str, Any] = {
    "name": "Café  Olé", "company_name": "Café Olé LLC", "email": "ole@cafe.example",
    "phone": "512 555 0100", "notes": "First line\r\nsecond\tline  ",
    "bill_line1": "12 Oak St", "bill_city": "Austin", "bill_region": "TX", "bill_postal_code": "78701",
    "bill_country": "United States",
}  # fmt: skip


def test_what_quickbooks_writes_in_its_own_way_is_no_edit(world: World) -> None:
    """Trimmed texts, line ends, a country by name, seven decimals, terms that fill the due date in."""
    customer = world.customer(**ODD)
    item = world.item(name="Turf roll", price="0.5306667", description="  Per square foot  ")
    line = LineForm(
        item_id=str(item.id), description=" Rolled out \r\n", quantity="1234.5678", price="0.5306667"
    )
    invoice = world.invoice(customer, line, number=" INV-7 ", notes="Thank you\r\n", memo="x" * 3900,
                            issue_date="2026-11-01", terms_name="Net 30", due_date="2026-12-01")  # fmt: skip
    person.settle(world)
    rows = (
        (Kind.CUSTOMER, Customer, customer.id),
        (Kind.ITEM, Item, item.id),
        (Kind.INVOICE, Invoice, invoice.id),
    )
    before = {kind: (world.here(table, key), world.writes()) for kind, table, key in rows}
    for kind, _, key in rows:
        record = world.record(kind, local_id=key)
        world.change(
            kind.value.capitalize(), record.remote_id or "", **touch(world, kind, record.remote_id or "")
        )
    with world.still():
        person.settle(world)
    for kind, table, key in rows:
        assert world.here(table, key) == before[kind][0]
        assert person.flag(world, kind, key) == Flag.SYNCED


def touch(world: World, kind: Kind, remote_id: str) -> dict[str, Any]:
    """What QuickBooks' own pages write when somebody opens a record and saves it as it is."""
    there = world.get(kind.value.capitalize(), remote_id)
    match kind:
        case Kind.CUSTOMER:
            address = {**there["BillAddr"], "Country": "USA"}
            return {"BillAddr": address, "Notes": there["Notes"] + "  ", "DisplayName": there["DisplayName"]}
        case Kind.ITEM:
            return {"UnitPrice": Decimal("0.53066670"), "Description": there["Description"] + " "}
        case Kind.INVOICE:
            return {"CustomerRef": there["CustomerRef"], "Line": sold(world, remote_id), "DueDate": there["DueDate"],
                    "PrivateNote": there["PrivateNote"] + " "}  # fmt: skip


def test_an_address_that_quickbooks_reshapes_into_lines_is_no_edit(world: World) -> None:
    invoice_id, remote_id = linked(world, bill_line1="12 Oak St", bill_city="Austin", bill_region="TX",
                                   bill_postal_code="78701")  # fmt: skip
    there = world.get("Invoice", remote_id)
    free = {"Line1": "Lakeline Homeowners", "Line2": "12 Oak St", "Line3": "Austin, TX  78701"}
    world.change("Invoice", remote_id, BillAddr=free, CustomerRef=there["CustomerRef"])
    with world.still():
        person.settle(world)
    invoice = world.here(Invoice, invoice_id)
    assert (invoice.bill_line1, invoice.bill_city, invoice.bill_postal_code) == (
        "12 Oak St",
        "Austin",
        "78701",
    )
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


LONG = "Ring twice at the gate, then wait for the dog to be called in"
CUT = LONG[:22]


def test_what_quickbooks_cuts_is_no_edit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole here and cut there is what both sides agreed on, until somebody writes something else."""
    handle = world.sandbox.handle

    def cutting(request: Request, now: datetime) -> Response:
        return handle(replace(request, body=request.body.replace(LONG.encode(), CUT.encode())), now)

    monkeypatch.setattr(world.sandbox, "handle", cutting)
    invoice_id, remote_id = linked(world)
    world.edit(
        invoice_id, memo=LONG, notes=LONG, lines=[LineForm(description=LONG, quantity="1", price="80")]
    )
    person.settle(world)
    there = world.get("Invoice", remote_id)
    assert (there["PrivateNote"], there["CustomerMemo"]["value"]) == (CUT, CUT)
    assert sold(world, remote_id)[0]["Description"] == CUT
    world.change("Invoice", remote_id, **touch(world, Kind.INVOICE, remote_id))
    with world.still():
        person.settle(world)
    here, [line] = world.here(Invoice, invoice_id), world.form_of(invoice_id).lines
    assert (here.memo, here.notes, line.description) == (LONG, LONG, LONG)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED
    world.edit(invoice_id, notes="Ring once")
    person.settle(world)
    there = world.get("Invoice", remote_id)
    assert (there["PrivateNote"].strip(), there["CustomerMemo"]["value"]) == (CUT, "Ring once")
    world.change("Invoice", remote_id, PrivateNote="No dog any more", CustomerRef=there["CustomerRef"])
    person.settle(world)
    here = world.here(Invoice, invoice_id)
    assert (here.memo, here.notes, world.form_of(invoice_id).lines[0].description) == (
        "No dog any more", "Ring once", LONG,
    )  # fmt: skip


FOREIGN_LINES: dict[str, dict[str, Any]] = {
    "an inline subtotal": {"DetailType": "DescriptionOnly", "Description": "Subtotal: 50.00",
                           "DescriptionLineDetail": {}},
    "a negative line": {"Amount": -5, "DetailType": "SalesItemLineDetail", "Description": "Goodwill",
                        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": -1, "UnitPrice": 5}},
    "a billable line": {"Amount": 12, "DetailType": "SalesItemLineDetail", "Description": "Gravel, at cost",
                        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 12},
                        "LinkedTxn": [{"TxnId": "77", "TxnType": "ReimburseCharge"}]},
}  # fmt: skip


@pytest.mark.parametrize("kind", FOREIGN_LINES)
def test_a_line_of_quickbooks_own_survives_an_edit_beside_it(world: World, kind: str) -> None:
    own = FOREIGN_LINES[kind]
    plain = {"Amount": 50, "DetailType": "SalesItemLineDetail", "Description": "Call-out",
             "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 50}}  # fmt: skip
    customer = world.all("Customer")[0]["Id"]
    made = world.make("Invoice", CustomerRef={"value": customer}, DocNumber="QB-8", Line=[plain, own])
    person.settle(world)
    before = next(one for one in made["Line"] if one.get("Description") == own["Description"])
    invoice_id = world.only(Invoice, number="QB-8").id
    world.edit(invoice_id, memo="Ring first")
    person.settle(world)
    sent = [one for one in world.sandbox.world.requests if one.method == "POST"][-1].body
    assert "Ring first" in sent
    assert '"Line"' not in sent
    form = world.form_of(invoice_id)
    edited = [replace(one, price="75") if one.description == "Call-out" else one for one in form.lines]
    world.edit(invoice_id, lines=edited)
    person.settle(world)
    after = world.get("Invoice", made["Id"])
    assert next(one for one in after["Line"] if one.get("Description") == own["Description"]) == before
    assert money(after["TotalAmt"]) == money(made["TotalAmt"]) + 25
    assert money(world.here(Invoice, invoice_id).total_cents) == money(after["TotalAmt"]) * 100
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED
