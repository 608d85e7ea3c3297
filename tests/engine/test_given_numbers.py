"""QuickBooks gives a new invoice a number of its own: adopted while nobody has ours, else a person says which stays."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from bookipi_app import exactjson
from bookipi_app.models import Flag, Invoice, Kind
from bookipi_app.services import decisions, invoices, public_links
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World


def send(world: World, invoice_id: UUID) -> None:
    with world.database.transaction() as session:
        invoices.send(
            session, world.company_id, invoice_id, to="a@b.example", message="", now=world.now, who=WHO
        )


def share(world: World, invoice_id: UUID) -> None:
    """Its PDF is taken: whoever prints it that way has its number on paper."""
    with world.database.transaction() as session:
        public_links.note_shared(session, world.company_id, invoice_id, now=world.now)


def given(world: World, *, handed_over: object = None) -> UUID:
    """QuickBooks' answer to the creation bears 1042; the invoice leaves the house before that answer is there."""
    invoice = world.invoice(world.customer(), *lines(("1", "100")), number="INV-7")

    def answered(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method != "POST" or "/invoice?" not in target:
            return response
        world.after_request = None
        made = exactjson.loads(response.content)["Invoice"]
        changed = world.change("Invoice", made["Id"], DocNumber="1042", CustomerRef=made["CustomerRef"])
        if handed_over is not None:
            handed_over(world, invoice.id)  # type: ignore[operator]
        return httpx.Response(200, content=exactjson.dumps({"Invoice": changed}).encode())

    world.after_request = answered
    world.sync()
    return invoice.id


def test_it_is_adopted_while_nobody_has_ours(world: World) -> None:
    invoice_id = given(world)
    with world.still():
        person.settle(world)
    assert world.here(Invoice, invoice_id).number == "1042"
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


@pytest.mark.parametrize("handed_over", [send, share])
@pytest.mark.parametrize(("answer", "number"), [("ours", "INV-7"), ("theirs", "1042")])
def test_once_the_invoice_left_the_house_a_person_says_which_stays(
    world: World, handed_over: object, answer: str, number: str
) -> None:
    invoice_id = given(world, handed_over=handed_over)
    with world.still():
        person.settle(world)
    assert world.here(Invoice, invoice_id).number == "INV-7"
    asked = person.question(world, Kind.INVOICE, invoice_id)
    assert (asked.question, [one.label for one in asked.options]) == ("number", ["Keep INV-7", "Take 1042"])
    with world.database.transaction() as session:
        decisions.answer_number(
            session, world.company_id, asked.record_id, answer, asked.pair, now=world.now, who=WHO
        )
    person.settle(world)
    there = world.record(Kind.INVOICE, local_id=invoice_id).remote_id or ""
    assert world.here(Invoice, invoice_id).number == world.get("Invoice", there)["DocNumber"] == number
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED
