"""Connections that begin half-read, and objects that make no sense: nothing is doubled, nobody else waits."""

from __future__ import annotations

import httpx

from bookipi_app.models import Connection, Customer, Flag, Kind
from bookipi_app.quickbooks import index
from tests.engine.world import World


def test_an_index_that_was_not_read_at_connecting_is_read_before_anything_is_matched(world: World) -> None:
    existing = world.all("Customer")[0]
    with world.database.transaction() as session:
        index.clear(session, world.connection_id)
        session.get_one(Connection, world.connection_id).cursor = None
    customer = world.customer(name=existing["DisplayName"])
    world.sync()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).remote_id == existing["Id"]
    assert world.count()["POST customer"] == 0
    assert world.connection().cursor is not None


def test_an_object_that_cannot_be_read_is_parked_with_words_and_the_others_arrive(world: World) -> None:
    odd = world.make("Customer", DisplayName="Odd one", Notes="spoil me")

    def spoil(_method: str, _path: str, response: httpx.Response) -> httpx.Response:
        body = response.content.replace(b'"spoil me"', b"[1,2]")
        return httpx.Response(response.status_code, headers=response.headers, content=body)

    world.after_request = spoil
    world.make("Customer", DisplayName="Plain one")
    world.sync()
    assert world.only(Customer, name="Plain one")
    parked = world.record(Kind.CUSTOMER, remote_id=odd["Id"])
    assert (parked.flag, parked.due_at) == (Flag.ATTENTION, None)
    assert "QuickBooks" in parked.reason
