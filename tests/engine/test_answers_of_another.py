"""An answer about another record than was written: nobody knows what became of ours, so it is sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from bookipi_app import exactjson
from bookipi_app.models import Customer, Flag, Kind
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
