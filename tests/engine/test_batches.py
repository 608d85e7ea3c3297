"""Bulk goes out in batches: repeated whole, matched by bId, each item failing alone, and never ahead of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from bookipi_app import exactjson
from bookipi_app.models import Flag, Invoice, Kind, Stage, SyncRecord
from bookipi_app.sandbox import batch as sandbox_batch
from bookipi_app.services import records
from bookipi_app.sync import agreement, engine, look
from tests.engine.bulk import ask_for, batches, flags, names_there, stored_batches
from tests.engine.simulation import answers
from tests.engine.test_deaths import run_into_death
from tests.engine.test_main_job import lines
from tests.engine.world import Killed, World


def rewrite(world: World, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], times: int) -> None:
    """So many answers to batches have their items changed on the way."""
    left = times

    def answered(method: str, path: str, response: httpx.Response) -> httpx.Response:
        nonlocal left
        if "/batch" not in path or not left:
            return response
        left -= 1
        answer: Any = exactjson.loads(response.content)
        answer["BatchItemResponse"] = change(answer["BatchItemResponse"])
        return httpx.Response(200, headers=response.headers, content=exactjson.dumps(answer).encode())

    world.after_request = answered


def test_bulk_goes_out_thirty_at_a_time_and_comes_to_rest(world: World) -> None:
    ids = ask_for(world, 70)
    world.sync()
    assert (world.count()["POST batch"], world.count()["POST customer"]) == (3, 0)
    assert len(names_there(world)) == 70
    assert flags(world, ids) == {Flag.SYNCED}
    assert {one.body for one in stored_batches(world)} == {""}
    with world.still():
        world.sync(10)


def test_a_few_go_out_one_by_one(world: World) -> None:
    ids = ask_for(world, 3)
    world.sync()
    assert (world.count()["POST batch"], world.count()["POST customer"]) == (0, 3)
    assert flags(world, ids) == {Flag.SYNCED}


def test_ids_and_items_keep_to_what_quickbooks_takes(world: World) -> None:
    ask_for(world, 30)
    world.sync(1)
    [(target, body)] = batches(world)
    assert len(httpx.URL(target).params["requestid"]) <= 36
    [stored] = stored_batches(world)
    assert f"requestid={stored.request_id}" in target
    assert '{"bId":"1","operation":"create","Customer":{' in body


@pytest.mark.parametrize("times", [1, 2])
def test_lesson_03_a_batch_without_an_answer_is_repeated_whole(world: World, times: int) -> None:
    ids, lost = ask_for(world, 30), 0

    def lose(method: str, path: str, response: httpx.Response) -> httpx.Response:
        nonlocal lost
        if "/batch" in path and lost < times:
            lost += 1
            raise httpx.ReadError("the connection was cut")
        return response

    world.after_request = lose
    for _ in range(6):
        world.sync(2)
        world.pass_time(seconds=60)
    assert lost == times
    assert len(batches(world)) == times + 1
    assert len(set(batches(world))) == 1
    assert len(names_there(world)) == len(set(names_there(world))) == 30
    assert flags(world, ids) == {Flag.SYNCED}


def test_a_worker_that_dies_while_it_records_the_answer_repeats_the_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, recorded, really = ask_for(world, 30), 0, agreement.after_create

    def dying(*arguments: Any) -> Any:
        nonlocal recorded
        recorded += 1
        if recorded == 11:
            raise Killed
        return really(*arguments)

    monkeypatch.setattr(agreement, "after_create", dying)
    run_into_death(world)
    assert all(world.record(Kind.CUSTOMER, local_id=one).remote_id is None for one in ids)
    world.sync()
    assert len(set(batches(world))) == 1
    assert len(names_there(world)) == len(set(names_there(world))) == 30
    assert flags(world, ids) == {Flag.SYNCED}
    with world.still():
        world.sync(10)


def test_a_worker_that_dies_with_several_batches_on_their_way_makes_nothing_twice(world: World) -> None:
    ids = ask_for(world, 200)
    answered: list[str] = []

    def die(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and "/batch" in target:
            answered.append(target)
            if len(answered) == 6:
                world.after_request = None
                raise Killed
        return response

    world.after_request = die
    run_into_death(world)
    linked = sum(world.record(Kind.CUSTOMER, local_id=one).remote_id is not None for one in ids)
    assert linked < (len(answered) - 1) * 30, "several were answered, and not recorded, when the worker died"
    world.sync()
    assert len(names_there(world)) == len(set(names_there(world))) == 200
    assert flags(world, ids) == {Flag.SYNCED}
    with world.still():
        world.sync(10)


def test_a_limit_in_the_middle_of_a_bulk_loses_no_answer_of_the_others_on_their_way(world: World) -> None:
    ids = ask_for(world, 240)
    sent = 0

    def limit(method: str, target: str, response: httpx.Response) -> httpx.Response:
        nonlocal sent
        sent += method == "POST" and "/batch" in target
        return throttled() if sent == 3 and method == "POST" else response

    world.after_request = limit
    world.run()
    world.after_request = None
    assert world.connection().paused_until is not None
    linked = sum(world.record(Kind.CUSTOMER, local_id=one).remote_id is not None for one in ids)
    assert (sent, linked) == (4, 3 * 30)
    world.pass_time(seconds=120)
    world.sync()
    assert len(names_there(world)) == len(set(names_there(world))) == 240
    assert flags(world, ids) == {Flag.SYNCED}


def throttled() -> httpx.Response:
    return answers.canned("throttled", {"retry-after": "60"})


def test_items_are_matched_by_their_bid_and_a_missing_one_stays_open(world: World) -> None:
    ids = ask_for(world, 10)
    rewrite(world, lambda items: [item for item in reversed(items) if item["bId"] != "4"], times=1)
    world.sync()
    assert len(set(batches(world))) == 1 < len(batches(world))
    assert len(names_there(world)) == len(set(names_there(world))) == 10
    assert flags(world, ids) == {Flag.SYNCED}
    there = {row["Id"]: row["DisplayName"] for row in world.all("Customer")}
    for number, one in enumerate(ids):
        assert there[world.record(Kind.CUSTOMER, local_id=one).remote_id or ""] == f"Client {number:04}"


def test_one_that_is_never_answered_is_looked_for_before_it_is_made_again(world: World) -> None:
    ids = ask_for(world, 10)
    rewrite(world, lambda items: [item for item in items if item["bId"] != "4"], times=99)
    for _ in range(5):
        world.sync(2)
        world.pass_time(seconds=20)
    assert (len(batches(world)), world.count()["POST customer"]) == (2, 0)
    assert len(names_there(world)) == len(set(names_there(world))) == 10
    assert flags(world, ids) == {Flag.SYNCED}


@pytest.mark.parametrize("arrived", [False, True])
def test_a_batch_of_yesterday_is_not_repeated_but_looked_for(world: World, arrived: bool) -> None:
    world.sandbox.switches.change({"requestid_ttl_seconds": 3600})
    ids = ask_for(world, 10)

    def lose(*_: Any) -> httpx.Response:
        raise httpx.ReadError("the connection was cut")

    world.after_request = lose if arrived else None
    if not arrived:
        world.sandbox.troubles.order({"answer": "system", "route": "/batch", "count": 1})
    world.run()
    world.after_request = None
    world.pass_time(hours=25)
    for _ in range(3):
        world.sync(2)
    sent = [target for target, _ in batches(world)]
    assert sent.count(sent[0]) == 1
    assert len(names_there(world)) == len(set(names_there(world))) == 10
    assert flags(world, ids) == {Flag.SYNCED}


def test_one_that_quickbooks_limited_goes_out_by_itself_and_the_realm_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, really = ask_for(world, 10), sandbox_batch._answer
    limit = {"Error": [{"code": "3001", "Message": "ThrottleExceeded"}], "type": "SERVICE"}

    def limited(work: Any, item: dict[str, Any], carry_out: Any) -> dict[str, Any]:
        return {"bId": "4", "Fault": limit} if item["bId"] == "4" else really(work, item, carry_out)

    monkeypatch.setattr(sandbox_batch, "_answer", limited)
    world.sync(2)
    assert len(names_there(world)) == 9
    connection = world.connection()
    assert connection.paused_until is not None
    assert connection.paused_until > world.now
    assert "limits" in connection.problem
    world.pass_time(seconds=75)
    world.sync()
    assert (len(batches(world)), world.count()["POST customer"]) == (1, 1)
    assert len(names_there(world)) == 10
    assert flags(world, ids) == {Flag.SYNCED}


def test_a_refused_item_is_refused_alone(world: World) -> None:
    ids = ask_for(world, 10)

    def clash(method: str, path: str) -> None:
        if "/batch" in path:
            world.before_request = None
            world.make("Customer", DisplayName="Client 0003")

    world.before_request = clash
    world.sync(2)
    assert len(names_there(world)) == 10
    refused = world.record(Kind.CUSTOMER, local_id=ids[3])
    assert refused.flag is Flag.ATTENTION
    assert refused.reason
    assert flags(world, ids[:3] + ids[4:]) == {Flag.SYNCED}


def test_a_batch_that_is_too_large_is_halved(world: World) -> None:
    world.sandbox.switches.change({"batch_most_items": 10})
    ids = ask_for(world, 30)
    world.sync(2)
    assert world.count()["POST batch"] == 1 + 2 + 4
    assert len(names_there(world)) == 30
    assert flags(world, ids) == {Flag.SYNCED}


def test_voids_and_updates_travel_in_batches_too(world: World) -> None:
    customer = world.customer()
    made = [world.invoice(customer, *lines(("1", "100"))) for _ in range(8)]
    world.sync()
    batches_before = world.count()["POST batch"]
    with world.database.transaction() as session:
        for one in made[:4]:
            here = session.get_one(Invoice, one.id)
            here.stage = Stage.VOID
            records.note_edit(
                session, Kind.INVOICE, here, {}, now=world.now, who="Maria", words="Invoice voided"
            )
    for one in made[4:]:
        world.edit(one.id, notes="Changed")
    world.sync()
    assert world.count()["POST batch"] == batches_before + 1
    ids = [world.record(Kind.INVOICE, local_id=one.id).remote_id or "" for one in made]
    there = [world.get("Invoice", one) for one in ids]
    assert all(one["PrivateNote"].startswith("Voided") and one["TotalAmt"] == 0 for one in there[:4])
    assert all(one["CustomerMemo"]["value"] == "Changed" for one in there[4:])
    assert {world.here(type(one), one.id).stage for one in made[:4]} == {Stage.VOID}
    assert flags(world, [one.id for one in made]) == {Flag.SYNCED}


def test_live_edits_during_a_bulk_of_two_thousand_wait_for_one_batch(world: World) -> None:
    """Counted in requests: whatever is saved while a batch is on its way is the next thing that leaves."""
    regular = world.customer(name="Regular")
    world.sync()
    ask_for(world, 2000)
    sent: list[str] = []

    def save(method: str, path: str) -> None:
        if method == "POST" and "/v3/" in path:
            sent.append(path.split("?", maxsplit=1)[0].rsplit("/", 1)[1])
            if sent in (["batch"] * 2, ["batch"] * 2 + ["customer"] * 2 + ["batch"] * 3):
                world.customer(regular.id, name="Regular", phone=f"512 555 01{len(sent):02}")
                world.customer(name=f"Walk-in {len(sent)}")

    world.before_request = save
    rounds = chain([False] * 100, repeat(True))
    engine.run(replace(world.around(), others_wait=lambda: next(rounds)), world.connection_id)
    kinds = "".join(one[0] for one in sent)
    assert kinds.startswith("bbccbbbccb"), kinds
    there = world.get("Customer", world.record(Kind.CUSTOMER, local_id=regular.id).remote_id or "")
    assert there["PrimaryPhone"]["FreeFormNumber"] == "512 555 0107"


def test_bulk_goes_by_waves_and_looks_at_no_invoice_before_its_customer_has_travelled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [world.customer(name=f"New {number}") for number in range(10)]
    bills = [world.invoice(customer, *lines(("1", "10"))) for customer in made for _ in range(2)]
    looked, really = list[Any](), look.at
    monkeypatch.setattr(
        look, "at", lambda known, one, *more: (looked.append(one), really(known, one, *more))[1]
    )
    with world.database.transaction() as session:
        session.exec(update(SyncRecord).values(saved_at=None, told_at=None, wanted=True, due_at=world.now))
    world.run()
    assert flags(world, [one.id for one in [*made, *bills]]) == {Flag.SYNCED}
    assert [world.count()[f"POST {name}"] for name in ("batch", "customer", "invoice")] == [2, 0, 0]
    assert len(looked) == 2 * 30  # once to be sent, once with the answer
