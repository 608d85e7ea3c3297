"""An invoice of QuickBooks' that needs what is not held here, or not yet: it says so, and costs few reads."""

from __future__ import annotations

from typing import Any

import pytest

from bookipi_app.models import Flag, InboxEvent, Invoice, Kind, SyncRecord
from bookipi_app.sync import rounds
from tests.engine import bookkeeper, person
from tests.engine.test_bad_input import parked, spoil
from tests.engine.test_ends_invoices import linked
from tests.engine.world import World


def of_customer(world: World, remote_id: str, number: str = "QB-ODD") -> str:
    """An invoice made in QuickBooks; its id."""
    detail = {"ItemRef": {"value": "1"}, "Qty": 4, "UnitPrice": 30}
    line = {"Amount": 120, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return world.make("Invoice", CustomerRef={"value": remote_id}, DocNumber=number, Line=[line])["Id"]


def reads_in_six_hours(world: World) -> int:
    """What is read while nothing changes, every reading that is not asked for by an invoice left out."""
    world.feed_interval *= 10_000
    world.pass_time(minutes=2)
    world.run()
    before = world.reads()
    for _ in range(90):
        world.pass_time(minutes=4)
        world.run()
    return world.reads() - before


def test_an_invoice_of_a_project_says_so_and_is_not_asked_about_again(world: World) -> None:
    """It waited for its customer for ever, and read it once a minute."""
    project = world.make("Customer", DisplayName="Pool House Repair")
    spoil(world, project["Id"], IsProject=True)
    made = of_customer(world, project["Id"])
    assert parked(world, made) == (
        "In QuickBooks it is for Pool House Repair, a project, and projects are no customers here. "
        "Give it a customer there to have it here."
    )
    assert reads_in_six_hours(world) == 0
    customer = world.make("Customer", DisplayName="Ana Ruiz")
    world.change("Invoice", made, CustomerRef={"value": customer["Id"]})
    world.feed_interval /= 10_000
    world.pass_time(minutes=1)
    world.sync()
    assert world.record(Kind.INVOICE, remote_id=made).flag is Flag.SYNCED
    assert world.only(Invoice, number="QB-ODD").total_cents == 12000


def test_ours_that_got_a_project_there_keeps_its_customer_and_says_so(world: World) -> None:
    invoice_id, remote_id = linked(world)
    project = world.make("Customer", DisplayName="Pool House Repair")
    spoil(world, project["Id"], IsProject=True)
    world.change("Invoice", remote_id, CustomerRef={"value": project["Id"]})
    before = world.here(Invoice, invoice_id).customer_id
    world.sync()
    world.pass_time(minutes=2)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, record.cause, record.due_at) == (Flag.ATTENTION, "project", None)
    assert world.here(Invoice, invoice_id).customer_id == before


def test_what_it_waits_for_is_read_ever_less_often_and_brings_it_at_once(world: World) -> None:
    customer = world.make("Customer", DisplayName="Ana Ruiz")
    spoil(world, customer["Id"], Notes=7)
    made = of_customer(world, customer["Id"])
    world.sync()
    assert world.record(Kind.CUSTOMER, remote_id=customer["Id"]).reason == rounds.UNREADABLE
    assert world.record(Kind.INVOICE, remote_id=made).flag is Flag.SYNCING
    assert reads_in_six_hours(world) <= 12
    world.after_request = None
    world.change("Customer", customer["Id"], Notes="Gate code 4411")
    world.sync(4)
    assert world.record(Kind.INVOICE, remote_id=made).flag is Flag.SYNCED


@pytest.mark.parametrize("odd", ["abc", "é7", "1' OR '1", ""])
def test_a_reference_that_is_none_stops_nothing_else(world: World, odd: str) -> None:
    """QuickBooks refuses to look for it, which ended every run."""
    made = bookkeeper.invoice(world, "QB-ODD")
    spoil(world, made["Id"], CustomerRef={"value": odd})
    ours = world.customer(name="Ben Okafor")
    bookkeeper.invoice(world, "QB-PLAIN")
    world.sync()
    assert person.flag(world, Kind.CUSTOMER, ours.id) is Flag.SYNCED
    assert world.only(Invoice, number="QB-PLAIN").total_cents == 12000
    assert world.record(Kind.INVOICE, remote_id=made["Id"]).local_id is None


def test_an_event_about_what_is_no_id_stops_nothing_else(world: World) -> None:
    customer = world.make("Customer", DisplayName="Ana Ruiz")
    values: dict[str, Any] = {"realm_id": world.realm, "operation": "updated", "received_at": world.now}
    with world.database.transaction() as session:
        for remote_id in ("abc", customer["Id"]):
            session.add(InboxEvent(id=f"e-{remote_id}", entity="customer", remote_id=remote_id, **values))
    world.pass_time(seconds=20)
    world.run()
    with world.database.reading() as session:
        assert all(session.get_one(InboxEvent, f"e-{one}").done_at for one in ("abc", customer["Id"]))
    found: SyncRecord = world.record(Kind.CUSTOMER, remote_id=customer["Id"])
    assert found.flag is Flag.SYNCED
