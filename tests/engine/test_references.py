"""An invoice waits for what it uses, says for which by name, and brings older records along."""

from __future__ import annotations

from bookipi_app.models import Customer, Flag, Invoice, Kind
from bookipi_app.services import decisions
from bookipi_app.services.invoice_form import LineForm
from tests.engine import opening, person
from tests.engine.test_main_job import lines
from tests.engine.world import World


def test_it_says_by_name_which_customer_it_waits_for_and_why(world: World) -> None:
    vendor = world.all("Vendor")[0]["DisplayName"]
    customer = world.customer(name=vendor)
    invoice = world.invoice(customer, *lines(("1", "100")))
    with world.still():
        world.sync()
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert record.flag == Flag.SYNCING
    assert record.reason.startswith(
        f"Waits for {vendor}. That customer needs your attention first: This name is taken"
    )


def test_it_goes_as_soon_as_its_customer_is_there(world: World) -> None:
    vendor = world.all("Vendor")[0]["DisplayName"]
    customer = world.customer(name=vendor)
    invoice = world.invoice(customer, *lines(("1", "100")))
    world.sync()
    person.rename(world, Kind.CUSTOMER, customer.id, f"{vendor} (customer)")
    world.run()
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED


def test_older_customers_and_items_travel_along(world: World) -> None:
    with opening.before_connecting(world):
        customer, item, unused = world.customer(), world.item(), world.item(name="Unused")
    line = LineForm(item_id=str(item.id), quantity="1", price="10")
    invoice = world.invoice(customer, line)
    world.run()
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED
    assert person.flag(world, Kind.ITEM, item.id) == Flag.SYNCED
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED
    assert not [row for row in world.all("Item") if row["Name"] == unused.name]


def test_an_older_invoice_is_synced_on_request_with_what_it_needs(world: World) -> None:
    with opening.before_connecting(world):
        customer = world.customer()
        invoice = world.invoice(customer, *lines(("1", "100")))
        other = world.invoice(world.here(Customer, customer.id), *lines(("2", "100")))
    with world.still():
        world.sync()
    assert person.question(world, Kind.INVOICE, invoice.id).question == "sync"
    with world.database.transaction() as session:
        decisions.sync_this(session, world.company_id, Kind.INVOICE, invoice.id, now=world.now)
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED
    assert person.flag(world, Kind.INVOICE, other.id) == Flag.NOT_SYNCED
    with world.database.transaction() as session:
        count = decisions.sync_these(
            session, world.company_id, Kind.INVOICE, [invoice.id, other.id], now=world.now
        )
    assert count == 2
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, other.id) == Flag.SYNCED


def test_an_edit_there_to_an_older_customer_brings_that_customer_here(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    older = world.all("Customer")[1]
    world.change("Invoice", remote_id, CustomerRef={"value": older["Id"]})
    person.settle(world)
    here = world.here(Customer, world.here(Invoice, invoice.id).customer_id)
    assert here.name == older["DisplayName"]
