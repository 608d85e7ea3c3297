"""The change feed as the floor: one call for five kinds, nothing lost by its limits, at once after silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bookipi_app.db import Turn
from bookipi_app.models import Flag, Invoice, Kind, RemoteState
from bookipi_app.quickbooks import replies
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.wire import Json
from bookipi_app.sync import due, feed, lease, references
from bookipi_app.sync.work import Run
from tests.engine import bookkeeper, opening
from tests.engine.test_main_job import lines
from tests.engine.world import World


def asked(world: World, part: str) -> list[httpx.QueryParams]:
    """The queries of the app's requests to this part of the API."""
    return [httpx.URL(path).params for _, path in world.requests if f"/{part}?" in path]


def poll(world: World, times: int = 1) -> None:
    """Timers alone: no webhook arrives."""
    for _ in range(times):
        world.pass_time(seconds=61)
        world.run()


def delete_there(world: World, remote_id: str) -> None:
    token = world.get("Invoice", remote_id)["SyncToken"]
    world.there("POST", "/invoice?operation=delete", {"Id": remote_id, "SyncToken": token})


def test_one_call_for_five_kinds_and_a_cursor_by_quickbooks_clock(world: World) -> None:
    world.sandbox.world.clock_offset = 240.0  # QuickBooks' clock is four minutes ahead of ours
    poll(world)
    [query] = asked(world, "cdc")
    assert query["entities"] == "Customer,Item,Invoice,Vendor,Employee"
    there = world.now + timedelta(minutes=4)
    assert world.connection().cursor == pytest.approx(there - timedelta(minutes=10), abs=timedelta(seconds=1))
    made = world.make("Customer", DisplayName="Only by the feed")
    poll(world)
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    assert len(asked(world, "cdc")) == 2
    world.run()
    assert len(asked(world, "cdc")) == 2  # not before its time


def test_lesson_25_the_feed_finds_what_no_webhook_told(world: World) -> None:
    """As when their format changes: nothing of what is delivered is understood, and everything still arrives."""
    poll(world)
    heard = world.connection().heard_at
    made = world.make("Customer", DisplayName="Told in a new format")
    world.sandbox.due_webhooks(world.now + timedelta(seconds=30))  # delivered, and not understood
    world.pass_time(seconds=20)
    world.run()
    assert world.connection().heard_at == heard  # a look into an empty inbox hears nothing
    poll(world)
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    assert world.connection().heard_at == world.now


def test_lesson_26_the_cursor_moves_only_with_what_it_covers(world: World) -> None:
    poll(world)
    before = world.connection().cursor
    made = world.make("Customer", DisplayName="Nearly lost")

    def lose(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if "/cdc?" in path:
            world.after_request = None
            raise httpx.ReadError("the connection was cut")
        return response

    world.after_request = lose
    poll(world)
    assert world.connection().cursor == before
    poll(world)
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED


def test_an_answer_of_exactly_a_thousand_is_taken_as_truncated(world: World) -> None:
    poll(world)
    for number in range(1000):
        world.make("Customer", DisplayName=f"There {number:04}")
    item = world.make("Item", Name="Behind them", Type="Service",
                      IncomeAccountRef={"value": world.income_account()})  # fmt: skip
    world.requests.clear()
    world.pass_time(seconds=61)
    feed_alone(world)
    assert [len(query["entities"].split(",")) for query in asked(world, "cdc")] == [5, 1, 1, 1, 1, 1]
    queries = [query["query"] for query in asked(world, "query")]
    assert all("MetaData.LastUpdatedTime >= " in one and "FROM Customer" in one for one in queries)
    assert 1 <= len(queries) <= 2
    assert world.record(Kind.ITEM, remote_id=item["Id"]).remote_state is RemoteState.LIVE
    for number in (0, 999):
        name = f"There {number:04}"
        [there] = world.all("Customer", f"WHERE DisplayName = '{name}'")
        assert world.record(Kind.CUSTOMER, remote_id=there["Id"]).remote_state is RemoteState.LIVE
    assert world.connection().compare_due_at == world.now


def feed_alone(world: World) -> None:
    """The feed without what follows from it."""
    held = lease.take(world.database, world.clock, world.connection_id, "test")
    assert held is not None
    connection = world.connection()
    assert feed.read(Run(held, connection, world.books(connection), lambda *_: None), world.feed_interval)
    held.drop()


def test_a_deletion_that_a_truncated_feed_hides_is_found_by_two_readings(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = world.customer()
    invoices = [world.invoice(customer, *lines(("1", str(number + 1)))) for number in range(12)]
    world.sync()
    poll(world, 12)  # out of the overlap
    monkeypatch.setattr(replies, "MOST_ROWS", 10)
    world.sandbox.switches.change({"cdc_cap": 10})
    ids = [world.record(Kind.INVOICE, local_id=one.id).remote_id or "" for one in invoices]
    for one in ids[1:]:
        world.change("Invoice", one, PrivateNote="seen")
    world.pass_time(seconds=2)
    delete_there(world, ids[0])
    world.requests.clear()
    poll(world)
    assert world.record(Kind.INVOICE, local_id=invoices[0].id).remote_state is RemoteState.GONE
    assert world.here(Invoice, invoices[0].id).trashed_at is not None
    assert world.here(Invoice, invoices[1].id).memo == "seen"
    by_ids = [query["query"] for query in asked(world, "query") if f"'{ids[0]}'" in query["query"]]
    assert len(by_ids) == 2  # one reading lacks it, a second one confirms that


@pytest.mark.parametrize("hidden", [False, True])
def test_an_older_invoice_whose_deletion_a_truncated_feed_hides_is_no_candidate_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch, hidden: bool
) -> None:
    """Nobody is to be asked about an invoice that does not exist; one that a page overlooked stays known."""
    with opening.before_connecting(world):
        deleted, kept = (bookkeeper.invoice(world, number)["Id"] for number in ("OLD-1", "OLD-2"))
    world.sync()
    poll(world, 12)
    monkeypatch.setattr(replies, "MOST_ROWS", 10)
    world.sandbox.switches.change({"cdc_cap": 10})
    for number in range(11):
        bookkeeper.invoice(world, f"NEW-{number}")
    world.pass_time(seconds=2)
    delete_there(world, deleted)
    if hidden:
        overlook(monkeypatch, kept)
    world.pass_time(seconds=61)
    feed_alone(world)
    with world.database.transaction(Turn.NONE) as session:
        found = references.numbered(session, world.connection_id, ["OLD-1", "OLD-2"])
    assert [row.remote_id for rows in found.values() for row in rows] == [kept]


def overlook(monkeypatch: pytest.MonkeyPatch, remote_id: str) -> None:
    """What is deleted while pages are read can hide another one at the border of two."""
    whole = QuickBooks.page

    def page(*arguments: Any, **more: Any) -> list[Json]:
        return [obj for obj in whole(*arguments, **more) if obj["Id"] != remote_id]

    monkeypatch.setattr(QuickBooks, "page", page)


def test_beyond_what_the_feed_reaches_everything_is_compared(world: World) -> None:
    customer = world.customer()
    kept, gone = (world.invoice(customer, *lines(("1", price))) for price in ("100", "200"))
    world.sync()
    ids = {one.id: world.record(Kind.INVOICE, local_id=one.id).remote_id or "" for one in (kept, gone)}
    world.pass_time(days=40)
    world.sandbox.due_webhooks(world.now)  # sent to nobody
    made = world.make("Customer", DisplayName="Made meanwhile")
    world.change("Invoice", ids[kept.id], PrivateNote="Changed meanwhile")
    delete_there(world, ids[gone.id])
    world.customer(customer.id, name="Lakeline Homeowners", phone="512 555 0199")
    world.requests.clear()
    for _ in range(4):
        world.run()
        world.pass_time(seconds=3)
    since = [datetime.fromisoformat(query["changedSince"]) for query in asked(world, "cdc")]
    assert since
    assert min(since) > world.now - timedelta(days=29)
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    assert world.here(Invoice, kept.id).memo == "Changed meanwhile"
    assert world.here(Invoice, gone.id).trashed_at is not None
    there = world.get("Customer", world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or "")
    assert there["PrimaryPhone"]["FreeFormNumber"] == "512 555 0199"
    with world.still():
        world.sync(10)


def test_at_once_after_silence_and_after_a_restart(world: World) -> None:
    world.feed_interval = timedelta(minutes=15)
    world.run()
    world.sandbox.troubles.order({"kind": "drop", "route": "/v3/", "count": 1})
    world.customer()
    world.run()
    assert world.connection().failures == 1
    made = world.make("Customer", DisplayName="Told to nobody")
    for _ in range(4):
        world.pass_time(seconds=30)
        world.run()
    assert world.record(Kind.CUSTOMER, remote_id=made["Id"]).flag is Flag.SYNCED
    again = world.make("Customer", DisplayName="Told while we were away")
    with world.database.transaction() as session:
        feed.ask_soon(session, world.now)
    with world.database.reading() as session:
        assert [one for one, _ in due.connections(session, world.now)] == [world.connection_id]
    world.run()
    assert world.record(Kind.CUSTOMER, remote_id=again["Id"]).flag is Flag.SYNCED


def test_settings_and_company_are_read_again_daily(world: World) -> None:
    world.sync()
    company = world.sandbox.company(world.realm)
    record = company.find("Preferences", "1")
    assert record is not None
    record.body["SalesFormsPrefs"]["AllowDiscount"] = False
    poll(world)
    sales = (world.connection().preferences or {})["SalesFormsPrefs"]
    assert sales["AllowDiscount"] is not False
    world.pass_time(days=1)
    poll(world)
    connection = world.connection()
    assert (connection.preferences or {})["SalesFormsPrefs"]["AllowDiscount"] is False
    assert (connection.company_info or {})["Country"] == "US"
    assert connection.preflight_at == world.now
    assert world.count()["GET preferences"] == 1
