"""A field is emptied, on either side: it is empty on the other, and nothing beside it moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bookipi_app.models import Customer, Flag, Invoice, Kind
from bookipi_app.sync.remote_lines import as_object
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.world import World

PARTS = {"line1": "12 Oak St", "line2": "Suite 4", "city": "Austin", "region": "TX", "postal_code": "78701",
         "country": "US"}  # fmt: skip
WIRE_PARTS = ("Line1", "Line2", "City", "CountrySubDivisionCode", "PostalCode", "Country")
BILL = {f"bill_{part}": value for part, value in PARTS.items()}
SHIP = {f"ship_{part}": value for part, value in PARTS.items()}
CUSTOMER: dict[str, Any] = {
    "name": "Lakeline Homeowners", "company_name": "Lakeline LLC", "given_name": "Ann", "family_name": "Lee",
    "email": "ann@lakeline.example", "phone": "512 555 0100", "notes": "Gate code 4411", **BILL, **SHIP,
}  # fmt: skip
INVOICE: dict[str, Any] = {
    "number": "INV-7", "issue_date": "2026-11-01", "due_date": "2026-12-01", "terms_name": "Net 30",
    "notes": "Thank you", "memo": "Ring first", "bill_email": "ap@lakeline.example", **BILL,
}  # fmt: skip
# What is emptied here: where it stands in QuickBooks, and how it is emptied there.
ON_CUSTOMERS: dict[str, tuple[str, Any]] = {
    "company_name": ("CompanyName", ""),
    "given_name": ("GivenName", ""),
    "family_name": ("FamilyName", ""),
    "email": ("PrimaryEmailAddr", {"Address": ""}),
    "phone": ("PrimaryPhone", {"FreeFormNumber": ""}),
    "notes": ("Notes", ""),
    "bill": ("BillAddr", {"Line1": ""}),
    "ship": ("ShipAddr", {"Line1": ""}),
}
ON_INVOICES: dict[str, tuple[str, Any]] = {
    "terms_name": ("SalesTermRef", {"value": ""}),
    "notes": ("CustomerMemo", {"value": ""}),
    "memo": ("PrivateNote", ""),
    "bill_email": ("BillEmail", {"Address": ""}),
    "bill": ("BillAddr", {"Line1": ""}),
}


def emptied(filled: dict[str, Any], what: str) -> dict[str, Any]:
    """The same with one field empty, or all parts of an address."""
    gone = {what} if what in filled else {f"{what}_{part}" for part in PARTS}
    return filled | dict.fromkeys(gone, "")


def linked_customer(world: World) -> tuple[UUID, str]:
    customer = world.customer(**CUSTOMER)
    person.settle(world)
    return customer.id, world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""


def linked_invoice(world: World) -> tuple[UUID, str]:
    invoice = world.invoice(world.customer(), *lines(("1", "100")), **INVOICE)
    person.settle(world)
    return invoice.id, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""


def differs(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """What moved there, but for what always does."""
    moved = {key for key in before | after if before.get(key) != after.get(key)}
    return moved - {"SyncToken", "MetaData"}


def shown(row: Any, filled: dict[str, Any]) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in filled}


@pytest.mark.parametrize("what", ON_CUSTOMERS)
def test_emptied_here_it_is_empty_there(world: World, what: str) -> None:
    customer_id, remote_id = linked_customer(world)
    before = world.get("Customer", remote_id)
    world.customer(customer_id, **emptied(CUSTOMER, what))
    person.settle(world)
    after = world.get("Customer", remote_id)
    assert differs(before, after) == {ON_CUSTOMERS[what][0]}
    assert not after.get(ON_CUSTOMERS[what][0])
    assert person.flag(world, Kind.CUSTOMER, customer_id) == Flag.SYNCED


@pytest.mark.parametrize("what", ON_CUSTOMERS)
def test_emptied_there_it_is_empty_here(world: World, what: str) -> None:
    customer_id, remote_id = linked_customer(world)
    name, nothing = ON_CUSTOMERS[what]
    world.change("Customer", remote_id, **{name: nothing})
    with world.still():
        person.settle(world)
    assert shown(world.here(Customer, customer_id), CUSTOMER) == emptied(CUSTOMER, what)
    assert person.flag(world, Kind.CUSTOMER, customer_id) == Flag.SYNCED


@pytest.mark.parametrize("part", PARTS)
def test_one_part_of_an_address_emptied_here_is_empty_there(world: World, part: str) -> None:
    customer_id, remote_id = linked_customer(world)
    world.customer(customer_id, **CUSTOMER | {f"bill_{part}": ""})
    person.settle(world)
    kept = {
        wire: value for wire, (name, value) in zip(WIRE_PARTS, PARTS.items(), strict=True) if name != part
    }
    there = as_object(world.get("Customer", remote_id)["BillAddr"])
    assert {key: value for key, value in there.items() if key != "Id"} == kept


@pytest.mark.parametrize("what", ON_INVOICES)
def test_emptied_here_on_an_invoice_it_is_empty_there(world: World, what: str) -> None:
    invoice_id, remote_id = linked_invoice(world)
    before = world.get("Invoice", remote_id)
    world.edit(invoice_id, **emptied(INVOICE, what))
    person.settle(world)
    after = world.get("Invoice", remote_id)
    assert differs(before, after) == {ON_INVOICES[what][0]}
    assert not after.get(ON_INVOICES[what][0])
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


@pytest.mark.parametrize("what", ON_INVOICES)
def test_emptied_there_on_an_invoice_it_is_empty_here(world: World, what: str) -> None:
    invoice_id, remote_id = linked_invoice(world)
    name, nothing = ON_INVOICES[what]
    reference = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, CustomerRef=reference, **{name: nothing})
    with world.still():
        person.settle(world)
    assert shown(world.here(Invoice, invoice_id), INVOICE) == emptied(INVOICE, what)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def with_terms_there(world: World) -> Customer:
    """A customer to whose invoices QuickBooks gives terms by itself."""
    customer = world.customer()
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    term = next(one["Id"] for one in world.all("Term") if one["Name"] == "Net 30")
    world.change("Customer", remote_id, SalesTermRef={"value": term})
    world.sync()
    return customer


def test_terms_that_quickbooks_fills_in_are_no_edit_and_stay(world: World) -> None:
    invoice = world.invoice(with_terms_there(world), *lines(("1", "100")), issue_date="2026-11-20",
                            due_date="2026-12-24")  # fmt: skip
    person.settle(world)
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    filled_in = world.get("Invoice", remote_id)["SalesTermRef"]
    assert filled_in
    world.edit(invoice.id, due_date="2026-12-31")
    person.settle(world)
    there, here = world.get("Invoice", remote_id), world.here(Invoice, invoice.id)
    assert (there["SalesTermRef"], there["DueDate"]) == (filled_in, "2026-12-31")
    assert (here.terms_name, here.due_date.isoformat()) == ("", "2026-12-31")
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED
