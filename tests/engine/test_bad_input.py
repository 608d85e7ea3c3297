"""Everything that arrives from QuickBooks is foreign: shown as text, or parked with a reason; the rest goes on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bookipi_app import exactjson
from bookipi_app.models import Customer, Flag, InboxEvent, Invoice, Kind
from bookipi_app.services import activity_log
from bookipi_app.services.lists import ListQuery
from tests.engine import bookkeeper, person
from tests.engine.test_ends_invoices import linked
from tests.engine.world import World

HTML = '<script>alert("1")</script> & <b>Sons</b>'


def spoil(world: World, remote_id: str, **values: Any) -> None:
    """From now on QuickBooks tells this object with other values than it has; None leaves a value out."""

    def told(_method: str, path: str, response: httpx.Response) -> httpx.Response:
        if "json" not in response.headers.get("content-type", "") or not response.content:
            return response
        body = exactjson.loads(response.content)
        _change(body, remote_id, values)
        return httpx.Response(
            response.status_code, headers=plain(response), content=exactjson.dumps(body).encode()
        )

    world.after_request = told


def plain(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "content-length"}


def _change(value: Any, remote_id: str, values: dict[str, Any]) -> None:
    if isinstance(value, list):
        for one in value:
            _change(one, remote_id, values)
    elif isinstance(value, dict):
        if value.get("Id") == remote_id and "SyncToken" in value:
            value.update({name: new for name, new in values.items() if new is not None})
            for name in [name for name, new in values.items() if new is None]:
                value.pop(name, None)
        for inner in list(value.values()):
            _change(inner, remote_id, values)


def parked(world: World, remote_id: str) -> str:
    """The reason that the invoice is parked with; another one arrives meanwhile."""
    bookkeeper.invoice(world, "QB-PLAIN")
    with world.still():
        person.settle(world)
    record = world.record(Kind.INVOICE, remote_id=remote_id)
    assert (record.flag in (Flag.ATTENTION, Flag.NOT_SYNCED), record.due_at) == (True, None)
    assert world.only(Invoice, number="QB-PLAIN").total_cents == 12000
    with world.database.reading() as session:
        log = activity_log.page(session, world.company_id, ListQuery(), now=world.now).rows
    told = [row.words for row in log if row.title == "In QuickBooks only"]
    assert told == [f"Invoice QB-ODD did not arrive from QuickBooks. {record.reason}"]
    return record.reason


def test_bad_input_56_accepted_html_in_a_name_is_a_name(world: World) -> None:
    made = world.make("Customer", DisplayName=HTML, Notes=HTML)
    person.settle(world)
    here = world.only(Customer, name=HTML)
    assert here.notes == HTML
    world.customer(here.id, name=HTML, notes=HTML, phone="512 555 0100")
    person.settle(world)
    there = world.get("Customer", made["Id"])
    assert (there["DisplayName"], there["PrimaryPhone"]["FreeFormNumber"]) == (HTML, "512 555 0100")


def test_a_memo_of_four_thousand_characters_arrives_whole_and_stays(world: World) -> None:
    invoice_id, remote_id = linked(world)
    memo = "ä" * 2000 + "\n" + "<i>" * 666
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, PrivateNote=memo, CustomerRef=customer)
    person.settle(world)
    assert world.here(Invoice, invoice_id).memo == memo
    world.edit(invoice_id, notes="Edited here")
    person.settle(world)
    there = world.get("Invoice", remote_id)
    assert (there["PrivateNote"], there["CustomerMemo"]["value"]) == (memo, "Edited here")


def test_an_invoice_without_a_customer_is_parked_with_a_reason(world: World) -> None:
    made = bookkeeper.invoice(world, "QB-ODD")
    spoil(world, made["Id"], CustomerRef=None)
    assert parked(world, made["Id"])


def test_an_amount_in_another_currency_is_parked_with_a_reason(world: World) -> None:
    made = bookkeeper.invoice(world, "QB-ODD")
    spoil(world, made["Id"], CurrencyRef={"value": "EUR"})
    assert parked(world, made["Id"]) == "This invoice is in EUR. Only invoices in USD are carried over."


def test_a_value_of_the_wrong_type_is_parked_with_a_reason(world: World) -> None:
    made = bookkeeper.invoice(world, "QB-ODD")
    spoil(world, made["Id"], TxnDate=["2026-11-22"])
    assert "makes no sense here" in parked(world, made["Id"])


@pytest.mark.parametrize("value", [None, "", "soon"])
def test_a_linked_invoice_that_lost_its_date_is_parked_with_a_reason(world: World, value: str | None) -> None:
    invoice_id, remote_id = linked(world)
    spoil(world, remote_id, TxnDate=value)
    world.change(
        "Invoice", remote_id, CustomerRef=world.get("Invoice", remote_id)["CustomerRef"], PrivateNote="Seen"
    )
    bookkeeper.invoice(world, "QB-PLAIN")
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, record.cause, record.due_at) == (Flag.ATTENTION, "unreadable", None)
    assert world.only(Invoice, number="QB-PLAIN").total_cents == 12000
    world.after_request = None
    world.change(
        "Invoice", remote_id, CustomerRef=world.get("Invoice", remote_id)["CustomerRef"], PrivateNote="Again"
    )
    person.settle(world)
    assert world.here(Invoice, invoice_id).memo == "Again"


def test_an_unknown_entity_is_passed_over(world: World) -> None:
    with world.database.transaction() as session:
        for number, entity in enumerate(("estimate", "payment", "spaceship")):
            session.add(InboxEvent(id=f"odd-{number}", realm_id=world.realm, entity=entity, remote_id="1",
                                   operation="updated", received_at=world.now))  # fmt: skip
    made = world.make("Customer", DisplayName="Plain one")
    world.pass_time(seconds=20)
    person.settle(world)
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    with world.database.reading() as session:
        assert all(session.get_one(InboxEvent, f"odd-{number}").done_at for number in range(3))


def test_nonsense_for_a_version_of_what_is_known_changes_nothing(world: World) -> None:
    invoice_id, remote_id = linked(world)
    spoil(world, remote_id, SyncToken="", PrivateNote="not believed")
    person.settle(world)
    assert world.here(Invoice, invoice_id).memo == ""
    assert world.record(Kind.INVOICE, local_id=invoice_id).flag is Flag.SYNCED


def test_a_reference_to_what_quickbooks_does_not_have_is_waited_for_at_few_reads(world: World) -> None:
    """It says so on the record, and asks less and less often: reads are metered."""
    world.run()
    made = bookkeeper.invoice(world, "QB-ODD")
    spoil(world, made["Id"], CustomerRef={"value": "88888"})
    world.sync(8)
    record = world.record(Kind.INVOICE, remote_id=made["Id"])
    assert record.reason == "Waits for its customer to arrive from QuickBooks."

    def asked(hours: int) -> int:
        before = world.reads() - world.count()["GET cdc"]
        for _ in range(hours * 120):
            world.run()
            world.pass_time(seconds=30)
        return world.reads() - world.count()["GET cdc"] - before

    assert asked(hours=1) <= 16
    assert asked(hours=3) <= 8
    plain = bookkeeper.invoice(world, "QB-PLAIN")
    world.sync()
    assert world.record(Kind.INVOICE, remote_id=plain["Id"]).flag is Flag.SYNCED
