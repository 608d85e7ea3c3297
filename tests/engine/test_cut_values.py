"""QuickBooks keeps less than was sent, and says so in its answer: that is what both agree on, and nobody's edit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from bookipi_app import exactjson
from bookipi_app.models import Customer, Flag, Invoice, InvoiceLine, Item, Kind
from bookipi_app.services.invoice_form import LineForm
from tests.engine import person
from tests.engine.world import World

MOST = 12  # characters that it keeps of a text
LONG = "Ring the bell twice, then wait"
TEXTS = ("Notes", "Description", "PrivateNote")


def cut(value: Any) -> Any:
    """The same with every text cut, however deep it lies."""
    if isinstance(value, dict):
        return {key: one[:MOST] if key in TEXTS else cut(one) for key, one in value.items()}  # type: ignore[reportUnknownVariableType]
    return [cut(one) for one in value] if isinstance(value, list) else value  # type: ignore[reportUnknownVariableType]


def keeps_less(world: World) -> None:
    """From now on, of everything that we write."""

    def after(method: str, target: str, response: httpx.Response) -> httpx.Response:
        kind = target.split("?", maxsplit=1)[0].rsplit("/", 1)[-1].capitalize()
        if method != "POST" or kind not in ("Customer", "Item", "Invoice"):
            return response
        answer = exactjson.loads(response.text)
        stored = world.sandbox.company(world.realm).find(kind, answer[kind]["Id"])
        assert stored is not None
        stored.body = cut(stored.body)
        return httpx.Response(
            response.status_code, headers=response.headers, text=exactjson.dumps(cut(answer))
        )

    world.after_request = after


Made = dict[Kind, tuple[type[Any], UUID, str]]


def made(world: World) -> Made:
    keeps_less(world)
    customer = world.customer(notes=LONG)
    item = world.item(description=LONG)
    line = LineForm(item_id=str(item.id), description=LONG, quantity="1", price="100")
    invoice = world.invoice(customer, line, number="INV-7", memo=LONG)
    person.settle(world)
    rows = (
        (Kind.CUSTOMER, Customer, customer.id),
        (Kind.ITEM, Item, item.id),
        (Kind.INVOICE, Invoice, invoice.id),
    )
    return {kind: (table, key, world.record(kind, local_id=key).remote_id or "") for kind, table, key in rows}


def texts(world: World, records: Made) -> list[str]:
    customer, item, invoice = (world.here(table, key) for table, key, _ in records.values())
    with world.database.reading() as session:
        line = session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)).one()
    return [customer.notes, item.description, invoice.memo, line.description]


def test_what_quickbooks_cuts_stays_whole_here_and_is_sent_once(world: World) -> None:
    records = made(world)
    assert texts(world, records) == [LONG] * 4
    for kind, (_, key, remote_id) in records.items():
        assert LONG[:MOST] in str(world.get(kind.value.capitalize(), remote_id))
        assert LONG not in str(world.get(kind.value.capitalize(), remote_id))
        assert person.flag(world, kind, key) == Flag.SYNCED


EDITS_THERE: dict[Kind, dict[str, Any]] = {
    Kind.CUSTOMER: {"CompanyName": "Lakeline Inc."},
    Kind.ITEM: {"UnitPrice": 300},
    Kind.INVOICE: {"CustomerMemo": {"value": "Thank you"}},
}


@pytest.mark.parametrize("kind", EDITS_THERE)
def test_an_edit_there_of_something_else_leaves_it_whole(world: World, kind: Kind) -> None:
    records = made(world)
    _, key, remote_id = records[kind]
    entity = kind.value.capitalize()
    refers = {"CustomerRef": world.get(entity, remote_id)["CustomerRef"]} if kind is Kind.INVOICE else {}
    world.change(entity, remote_id, **refers, **EDITS_THERE[kind])
    with world.still():
        person.settle(world)
    assert texts(world, records) == [LONG] * 4
    assert person.flag(world, kind, key) == Flag.SYNCED


def test_an_edit_here_of_something_else_sends_it_not_again(world: World) -> None:
    records = made(world)
    world.edit(records[Kind.INVOICE][1], notes="Thank you")
    world.customer(records[Kind.CUSTOMER][1], notes=LONG, phone="512 555 0100")
    person.settle(world)
    sent = [one.body for one in world.sandbox.world.requests if one.method == "POST"][-2:]
    assert not [body for body in sent if LONG in body]
    assert texts(world, records) == [LONG] * 4


def test_what_is_edited_there_of_it_is_an_edit(world: World) -> None:
    records = made(world)
    world.change("Customer", records[Kind.CUSTOMER][2], Notes="Ring once")
    with world.still():
        person.settle(world)
    assert texts(world, records) == ["Ring once", LONG, LONG, LONG]
