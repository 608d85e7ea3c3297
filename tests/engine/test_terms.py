"""Terms that QuickBooks got after we connected, or put away: invoices arrive with them, and are sent with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bookipi_app.models import Flag, Invoice, Kind
from tests.engine import person
from tests.engine.test_ends_invoices import linked
from tests.engine.test_main_job import lines
from tests.engine.world import World

SALE: dict[str, Any] = {"Amount": 50, "DetailType": "SalesItemLineDetail",
                        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 50}}  # fmt: skip


def new_term(world: World, name: str, days: int) -> dict[str, Any]:
    return world.make("Term", Name=name, DueDays=days, Type="STANDARD")


def put_on_an_invoice(world: World, term: dict[str, Any]) -> UUID:
    """In QuickBooks, on an invoice of ours, with a due date that follows from them."""
    invoice_id, remote_id = linked(world)
    put_on(world, remote_id, term)
    return invoice_id


def put_on(world: World, remote_id: str, term: dict[str, Any]) -> None:
    reference = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, CustomerRef=reference, SalesTermRef={"value": term["Id"]},
                 DueDate="2026-12-13")  # fmt: skip


def terms_of(world: World, invoice_id: UUID) -> tuple[str, str, Flag]:
    invoice: Invoice = world.here(Invoice, invoice_id)
    return invoice.terms_name, invoice.due_date.isoformat(), person.flag(world, Kind.INVOICE, invoice_id)


@pytest.mark.parametrize("told", [True, False])
def test_new_terms_arrive_with_the_invoice_that_names_them_and_are_read_once(
    world: World, told: bool
) -> None:
    """Whether QuickBooks tells of the invoice or the feed finds it."""
    term = new_term(world, "Net 21", 21)
    first = put_on_an_invoice(world, term)
    if not told:
        world.sandbox.due_webhooks(world.now)  # which never arrive
        world.pass_time(minutes=2)
    person.settle(world)
    assert terms_of(world, first) == ("Net 21", "2026-12-13", Flag.SYNCED)
    world.requests.clear()
    second = world.make("Invoice", CustomerRef={"value": "1"}, DocNumber="QB-10", Line=[SALE])["Id"]
    put_on(world, second, term)
    person.settle(world)
    assert terms_of(world, world.only(Invoice, number="QB-10").id) == ("Net 21", "2026-12-13", Flag.SYNCED)
    assert not [path for _, path in world.requests if "Term" in path]


def test_terms_that_were_put_away_there_arrive_under_their_name(world: World) -> None:
    term = new_term(world, "Net 21", 21)
    invoice_id = put_on_an_invoice(world, term)
    world.change("Term", term["Id"], Active=False)
    person.settle(world)
    assert terms_of(world, invoice_id) == ("Net 21", "2026-12-13", Flag.SYNCED)


def test_terms_that_were_put_away_there_are_not_sent_and_stay_where_they_are(world: World) -> None:
    term = next(one for one in world.all("Term") if one["Name"] == "Net 30")
    invoice_id = put_on_an_invoice(world, term)
    person.settle(world)
    world.change("Term", term["Id"], Active=False)
    world.pass_time(hours=25)  # the settings are read, and the terms with them
    world.sync()
    world.edit(invoice_id, issue_date="2026-11-20")
    person.settle(world)
    remote_id = world.record(Kind.INVOICE, local_id=invoice_id).remote_id or ""
    there = world.get("Invoice", remote_id)
    assert (there["SalesTermRef"]["value"], there["DueDate"]) == (term["Id"], "2026-12-20")
    assert terms_of(world, invoice_id) == ("Net 30", "2026-12-20", Flag.SYNCED)


def test_terms_made_there_are_sent_from_the_next_day_on(world: World) -> None:
    old = next(one for one in world.all("Term") if one["Name"] == "Net 15")
    world.change("Term", old["Id"], Name="A fortnight")
    made = new_term(world, "Net 15", 15)
    world.pass_time(hours=25)
    world.sync()
    invoice = world.invoice(world.customer(), *lines(("1", "100")), issue_date="2026-11-24",
                            due_date="2026-12-09", terms_name="Net 15")  # fmt: skip
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert world.get("Invoice", record.remote_id or "")["SalesTermRef"]["value"] == made["Id"]
