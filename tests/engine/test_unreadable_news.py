"""What QuickBooks tells that cannot be read, or refuses to tell: it is set aside, and everything else goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from bookipi_app import exactjson
from bookipi_app.models import Customer, Flag, InboxEvent, InboxOddity, Kind
from tests.engine.test_bad_input import plain
from tests.engine.world import World

FUTURE = {"CreateTime": "2099-01-01T00:00:00Z", "LastUpdatedTime": "2099-01-01T00:00:00Z"}
ODD = [
    {}, "text", None, 5, [], {"Id": None}, {"Id": 7}, {"Id": ""}, {"Id": "9" * 33, "MetaData": FUTURE},
    {"Id": "88 9", "MetaData": FUTURE}, {"Id": "1\n", "MetaData": FUTURE},
    {"Id": "90", "SyncToken": "many", "MetaData": FUTURE}, {"Id": "91", "SyncToken": "9" * 19, "MetaData": FUTURE},
    {"Id": "92", "SyncToken": ["1"], "MetaData": FUTURE}, {"status": "Deleted"}, {"status": "Deleted", "Id": 5},
]  # fmt: skip


def told(world: World, part: str, change: Callable[[Any], Any]) -> None:
    """From now on QuickBooks' answers to requests of this part of its API are other ones."""

    def answered(_method: str, path: str, response: httpx.Response) -> httpx.Response:
        if part not in path:
            return response
        content = exactjson.dumps(change(exactjson.loads(response.content))).encode()
        return httpx.Response(response.status_code, headers=plain(response), content=content)

    world.after_request = answered


def refuse(world: World, part: str, code: str) -> None:
    """From now on QuickBooks refuses requests of this part of its API."""
    error = {"Message": "No", "Detail": "You may not read this.", "code": code}

    def refused(_method: str, path: str, response: httpx.Response) -> httpx.Response:
        if part not in path:
            return response
        return httpx.Response(400, json={"Fault": {"Error": [error], "type": "ValidationFault"}})

    world.after_request = refused


def set_aside(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.exec(select(InboxOddity.why).order_by(col(InboxOddity.why))))


def hear(world: World, *remote_ids: str, kind: Kind = Kind.INVOICE, deleted_id: str = "") -> None:
    """Signed events about these ids wait in the inbox."""
    with world.database.transaction() as session:
        for remote_id in remote_ids:
            session.add(InboxEvent(id=f"odd-{remote_id}", realm_id=world.realm, entity=kind.value, remote_id=remote_id,
                                   operation="updated", received_at=world.now, deleted_id=deleted_id))  # fmt: skip


@pytest.mark.parametrize("entity", ["Customer", "Item", "Invoice", "Vendor"])
def test_odd_objects_among_the_changes_hide_none_of_the_others(world: World, entity: str) -> None:
    world.sync()

    def among(answer: Any) -> Any:
        answer["CDCResponse"][0]["QueryResponse"].append({entity: ODD})
        return answer

    told(world, "/cdc?", among)
    made = world.make("Customer", DisplayName="Plain one")
    world.pass_time(seconds=70)
    world.run()
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    assert world.connection().failures == 0


def test_odd_objects_in_a_reading_hide_none_of_the_others(world: World) -> None:
    world.feed_interval = timedelta(days=20)
    world.sync()
    made = world.make("Customer", DisplayName="Plain one")

    def among(answer: Any) -> Any:
        answer["QueryResponse"]["Customer"] = [*ODD, *answer["QueryResponse"]["Customer"]]
        return answer

    told(world, "/query?", among)
    world.pass_time(seconds=20)
    world.deliver()
    world.run()
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED


@pytest.mark.parametrize("odd", ["\\u0000", "\\ud800", "\\udc00\\ud83d"])
@pytest.mark.parametrize("part", ["/cdc?", "/query?", "POST"])
def test_half_characters_and_none_at_all_are_left_out(world: World, odd: str, part: str) -> None:
    """No database takes them. QuickBooks' other escapes stay what they are."""
    there = world.make("Customer", DisplayName="Rosa \N{RED APPLE}", Notes="Has notes")
    here = world.customer()
    world.sync()

    def answered(method: str, path: str, response: httpx.Response) -> httpx.Response:
        body = response.content.replace(b"Rosa \xf0\x9f\x8d\x8e", f"Ro{odd}sa \\ud83c\\udf4e".encode())
        body = body.replace(b"Lakeline", f"Lake{odd}line".encode()).replace(b"Has", f"Ha{odd}s".encode())
        if part not in path and part != method:
            return response
        return httpx.Response(response.status_code, headers=plain(response), content=body)

    world.after_request = answered
    world.change("Customer", there["Id"], PrimaryPhone={"FreeFormNumber": "512 555 0100"})
    world.customer(here.id, name="Lakeline Homeowners", notes="Edited")
    for _ in range(3):
        if part == "/query?":
            world.deliver()
        world.run()
        world.pass_time(seconds=61)
    assert world.only(Customer, name="Rosa \N{RED APPLE}").phone == "512 555 0100"
    record = world.record(Kind.CUSTOMER, local_id=here.id)
    assert (record.flag, world.here(Customer, here.id).notes) == (Flag.SYNCED, "Edited")


def test_a_text_longer_than_its_field_stops_nothing_else(world: World) -> None:
    """Postgres refuses it; SQLite holds any length."""
    world.sync()
    address = {f"Line{number}": "1 Oak St " * 50 for number in range(1, 6)}
    long = world.make("Customer", DisplayName="Long way", BillAddr=address)
    made = world.make("Customer", DisplayName="Plain one")
    world.sync()
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    record = world.record(Kind.CUSTOMER, remote_id=long["Id"])
    holds_any = world.database.engine.dialect.name == "sqlite"
    assert (record.flag, record.due_at) == (Flag.SYNCED if holds_any else Flag.ATTENTION, None)


@pytest.mark.parametrize("odd", ["abc", "-1", "1 OR 1=1", "a'b", "9" * 33, "1.5"])
def test_an_event_about_no_id_of_quickbooks_is_set_aside(world: World, odd: str) -> None:
    world.sync()
    hear(world, odd)
    hear(world, "1", kind=Kind.CUSTOMER, deleted_id=odd)
    made = world.make("Customer", DisplayName="Plain one")
    world.pass_time(seconds=20)
    world.sync()
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    why = "an event without an id of QuickBooks"
    assert set_aside(world) == [f"customer: {why}", f"invoice: {why}"]


def test_what_quickbooks_refuses_to_show_is_set_aside_and_is_not_taken_for_gone(world: World) -> None:
    world.feed_interval = timedelta(days=20)
    customer = world.customer()
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""

    def hidden(answer: Any) -> Any:
        answer["QueryResponse"].pop("Customer", None)
        return answer

    told(world, "/query?", hidden)
    lacking = world.after_request
    refuse(world, f"/customer/{remote_id}", "5020")
    refused = world.after_request
    assert lacking
    assert refused
    world.after_request = lambda method, path, response: refused(
        method, path, lacking(method, path, response)
    )
    world.change("Customer", remote_id, Notes="Not to be seen")
    made = world.make(
        "Item", Name="Plain one", Type="Service", IncomeAccountRef={"value": world.income_account()}
    )
    world.pass_time(seconds=20)
    world.sync()
    assert set_aside(world) == [f"customer {remote_id} cannot be read: 5020"]
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED
    assert world.here(Customer, customer.id).active
    assert world.record(Kind.ITEM, remote_id=made["Id"]).flag is Flag.SYNCED


@pytest.mark.parametrize("part", ["/cdc?", "/preferences", "/companyinfo", "/query?"])
def test_a_reading_that_is_refused_is_tried_again_and_stops_no_save(world: World, part: str) -> None:
    """The feed, the daily reading of settings and the comparison are for what nobody waits for."""
    world.sync()
    refuse(world, part, "5020")
    world.pass_time(days=1, seconds=70)
    here = world.customer()
    world.run()
    assert world.record(Kind.CUSTOMER, local_id=here.id).flag is Flag.SYNCED
    assert world.connection().paused_until is None
    asked = world.reads()
    world.run()
    assert world.reads() == asked  # not again and again
    made = world.make("Customer", DisplayName="Plain one")
    world.after_request = None
    world.pass_time(minutes=16)
    world.run()
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    connection = world.connection()
    assert connection.preflight_at == world.now or part not in ("/preferences", "/companyinfo")
    assert (connection.comparison or {})["differing"] == 0


def test_what_is_refused_of_all_pauses_the_connection_and_says_so(world: World) -> None:
    """Without the index of names nothing may be sent."""
    world.sync()
    world.pass_time(days=40)
    refuse(world, "/query?", "5020")
    here = world.customer()
    world.run()
    connection = world.connection()
    assert (connection.failures, connection.paused_until) == (1, world.now + timedelta(seconds=2))
    assert connection.problem == "QuickBooks refuses what it is asked. It is asked again by itself."
    assert world.writes() == 0
    world.after_request = None
    world.pass_time(minutes=1)
    world.sync()
    assert world.record(Kind.CUSTOMER, local_id=here.id).flag is Flag.SYNCED
