"""An answer about another record than was written, or with other lines: ours are told by what they say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from bookipi_app import exactjson
from bookipi_app.models import Customer, Flag, Invoice, InvoiceLine, Kind
from bookipi_app.services.invoice_form import LineForm
from tests.engine import person
from tests.engine.bulk import ask_for, flags
from tests.engine.test_bad_input import plain
from tests.engine.world import World


def answer(world: World, path: str, change: Callable[[dict[str, Any]], None]) -> None:
    """The next answer to a write at this path is changed; those after it are not."""

    def told(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method != "POST" or f"/{path}?" not in target:
            return response
        world.after_request = None
        body = exactjson.loads(response.content)
        change(body)
        return httpx.Response(200, headers=plain(response), content=exactjson.dumps(body).encode())

    world.after_request = told


def there(world: World, local_id: UUID) -> str:
    return world.record(Kind.CUSTOMER, local_id=local_id).remote_id or ""


def phone_there(world: World, local_id: UUID) -> str:
    return world.get("Customer", there(world, local_id))["PrimaryPhone"]["FreeFormNumber"]


@pytest.mark.parametrize("known", [True, False])
def test_an_update_that_is_answered_with_another_record_moves_no_link(world: World, known: bool) -> None:
    """It ended the run where the other one is linked too, and took the link along where it was not."""
    ana = world.customer(name="Ana Ruiz", phone="1")
    ben = world.customer(name="Ben Okafor", phone="2")
    world.sync()
    world.pass_time(minutes=1)
    before = there(world, ana.id)
    other = world.get("Customer", there(world, ben.id) if known else "1")
    answer(world, "customer", lambda body: body.update(Customer=other))
    world.customer(ana.id, name="Ana Ruiz", phone="3")
    world.run()
    assert there(world, ana.id) == before
    assert person.flag(world, Kind.CUSTOMER, ana.id) is Flag.SYNCING
    world.pass_time(minutes=1)
    person.settle(world)
    assert (phone_there(world, ana.id), phone_there(world, ben.id)) == ("3", "2")
    assert flags(world, [ana.id, ben.id]) == {Flag.SYNCED}
    assert world.here(Customer, ana.id).name == "Ana Ruiz"


def test_items_of_a_batch_that_are_answered_crosswise_move_no_link(world: World) -> None:
    ids = ask_for(world, 10)
    world.sync()
    world.pass_time(minutes=1)
    before = [there(world, one) for one in ids]

    def swap(body: dict[str, Any]) -> None:
        first, second = body["BatchItemResponse"][:2]
        first["Customer"], second["Customer"] = second["Customer"], first["Customer"]

    answer(world, "batch", swap)
    for at, one in enumerate(ids):
        world.customer(one, name=world.here(Customer, one).name, phone=f"555 010{at}")
    world.run()
    assert world.count()["POST batch"] >= 2
    world.pass_time(minutes=1)
    person.settle(world)
    assert [there(world, one) for one in ids] == before
    assert [phone_there(world, one) for one in ids] == [f"555 010{at}" for at in range(10)]
    assert flags(world, ids) == {Flag.SYNCED}


def lines_here(world: World, invoice_id: UUID) -> list[tuple[str, int, int]]:
    with world.database.reading() as session:
        found = select(InvoiceLine).where(col(InvoiceLine.invoice_id) == invoice_id)
        rows = session.exec(found.order_by(col(InvoiceLine.position))).all()
    return [(row.description, row.quantity // 10**7, row.amount_cents) for row in rows]


@pytest.mark.parametrize("which", [slice(None, None, -1), slice(1, None)])
def test_an_answer_with_lines_in_another_order_or_fewer_mixes_none_up(world: World, which: slice) -> None:
    """Each was agreed to be the one in its place, and what was edited of that one later was taken for it."""
    customer = world.customer(name="Ana Ruiz")
    shown = [LineForm(description=f"Visit {at}", quantity=str(at), price="10") for at in (1, 2, 3)]

    def change(body: dict[str, Any]) -> None:
        sold = [one for one in body["Invoice"]["Line"] if one["DetailType"] == "SalesItemLineDetail"]
        body["Invoice"]["Line"] = sold[which]

    answer(world, "invoice", change)
    ours = world.invoice(customer, *shown, number="INV-7")
    world.sync()
    world.pass_time(minutes=1)
    remote_id = world.record(Kind.INVOICE, local_id=ours.id).remote_id or ""
    obj = world.get("Invoice", remote_id)
    sold = [one for one in obj["Line"] if one["DetailType"] == "SalesItemLineDetail"]
    sold[0]["SalesItemLineDetail"]["Qty"], sold[0]["Amount"] = 7, 70
    world.change("Invoice", remote_id, CustomerRef=obj["CustomerRef"], Line=sold)
    person.settle(world)
    assert sorted(lines_here(world, ours.id)) == [
        ("Visit 1", 7, 7000),
        ("Visit 2", 2, 2000),
        ("Visit 3", 3, 3000),
    ]
    assert world.here(Invoice, ours.id).total_cents == 12000
    assert person.flag(world, Kind.INVOICE, ours.id) is Flag.SYNCED
