"""The pace as the engine keeps it: a limit pauses the realm and loses nothing, and bulk leaves room for a person."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlmodel import select

from bookipi_app.models import Attempt, Flag, Kind, Outcome
from bookipi_app.quickbooks.pace import Limits, LocalPace
from bookipi_app.services import activity
from bookipi_app.services.connection_card import card
from bookipi_app.services.flags import flag_of
from tests.engine.bulk import ask_for, flags, names_there
from tests.engine.test_main_job import lines
from tests.engine.test_scenarios_timing import lose_answer
from tests.engine.world import World


def attempts(world: World) -> list[Attempt]:
    with world.database.reading() as session:
        return list(session.exec(select(Attempt)))


def sync_now(world: World) -> str:
    with world.database.transaction() as session:
        return activity.sync_now(session, world.company_id, now=world.now)


def test_sync_now_does_not_end_a_limit_and_says_until_when(world: World) -> None:
    world.sync()
    world.customer()
    world.sandbox.troubles.order({"answer": "throttled", "method": "POST", "count": 1})
    world.run()
    until, sent = world.connection().paused_until, world.count().total()
    assert until
    ends = until.astimezone(ZoneInfo("America/New_York")).strftime("%-I:%M %p")
    assert sync_now(world) == f"QuickBooks limits how fast records travel. It goes on by itself at {ends}."
    world.run()
    assert (world.connection().paused_until, world.count().total()) == (until, sent)
    world.pass_time(seconds=90)
    assert sync_now(world) == ""
    world.sync()
    assert world.connection().problem == ""


def test_sync_now_ends_a_pause_after_silence(world: World) -> None:
    world.sync()
    customer = world.customer()
    world.sandbox.troubles.order({"answer": "system", "method": "POST", "count": 1})
    world.run()
    assert world.connection().paused_until
    assert sync_now(world) == ""
    world.pass_time(seconds=1.5)
    world.run()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED


def test_a_limit_after_silence_is_still_a_limit(world: World) -> None:
    world.sync()
    customer = world.customer()
    world.sandbox.troubles.order({"answer": "system", "method": "POST", "count": 1})
    world.run()
    world.pass_time(seconds=10)
    world.sandbox.troubles.order({"answer": "throttled", "method": "POST", "count": 1})
    world.run()
    assert sync_now(world)
    world.pass_time(seconds=90)
    world.sync()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED


@pytest.mark.parametrize(("retry_after", "waits"), [(0, (60, 70)), (17, (17, 17))])
def test_a_limit_pauses_the_realm_says_until_when_and_burns_no_attempt(
    world: World, retry_after: int, waits: tuple[int, int]
) -> None:
    world.sync()
    customer = world.customer()
    world.sandbox.troubles.order({"answer": "throttled", "method": "POST", "count": 1})
    headers = {"retry-after": str(retry_after)} if retry_after else {}

    def answered(method: str, path: str, response: httpx.Response) -> httpx.Response:
        response.headers.update(headers if response.status_code == 429 else {})
        return response

    world.after_request = answered
    world.run()
    paused = (world.connection().paused_until or world.now) - world.now
    assert timedelta(seconds=waits[0]) <= paused <= timedelta(seconds=waits[1])
    [attempt] = attempts(world)
    assert attempt.outcome is Outcome.OPEN
    assert attempt.next_try_at == world.connection().paused_until
    with world.database.reading() as session:
        view = card(session, world.company_id, world.now)
    assert (view.state, view.strong) == ("paused", "QuickBooks limits how fast records travel.")
    assert "Next try in" in view.words
    state, connection = world.record(Kind.CUSTOMER, local_id=customer.id), world.connection()
    words = flag_of(state, connection, customer, zone="America/Chicago", now=world.now).tip
    assert "QuickBooks limits how fast records travel. Next try at 9:0" in words
    sent = world.count().total()
    world.run()
    assert world.count().total() == sent  # the whole realm waits, not that record alone
    world.now += paused
    world.sync()
    assert [one.outcome for one in attempts(world)] == [Outcome.DONE]
    assert len(world.all("Customer", "WHERE DisplayName = 'Lakeline Homeowners'")) == 1
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED
    assert world.connection().paused_until is None


@pytest.mark.parametrize("count", [1, 5])
def test_being_limited_again_and_again_makes_no_later_wait_longer(world: World, count: int) -> None:
    """Each of them counted as a try: a lost answer afterwards was asked for again minutes later instead of seconds."""
    world.sync()
    customers = [world.customer(name=f"Many {number}") for number in range(count)]  # by itself, or as a batch
    world.sandbox.troubles.order({"answer": "throttled", "method": "POST", "count": 4})
    for _ in range(4):
        world.run()
        world.pass_time(seconds=90)
    lose_answer(world, "customer" if count == 1 else "batch")
    world.run()
    waits = {one.next_try_at - world.now for one in attempts(world) if one.next_try_at}
    assert waits == {timedelta(seconds=3)}  # as after the second sending, which any further one is
    world.pass_time(seconds=4)
    world.sync()
    assert flags(world, [one.id for one in customers]) == {Flag.SYNCED}
    assert len(names_there(world, "Many")) == count


def test_the_app_is_never_limited_by_its_own_doing(world: World) -> None:
    world.pace = LocalPace(Limits(), lambda: world.now.timestamp())
    world.sandbox.switches.change({"rate_limits": True})
    before = world.now
    ids = ask_for(world, 150)
    customer = world.customer()
    for number in range(20):
        world.invoice(customer, *lines(("1", str(number + 1))))
    for _ in range(4):
        world.sync()
    assert flags(world, ids) == {Flag.SYNCED}
    assert not world.sandbox.world.counters[world.realm]["faults"]
    assert world.now > before


def test_bulk_that_has_used_up_its_share_waits_while_a_save_goes_out_at_once(world: World) -> None:
    world.pace = LocalPace(Limits(batches_per_minute=5), lambda: world.now.timestamp())
    world.sync()
    ids = ask_for(world, 200)
    world.run()
    assert world.count()["POST batch"] == 4  # four fifths of five
    customer = world.customer()
    world.run()
    assert world.count()["POST batch"] == 4
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.SYNCED
    world.pass_time(seconds=60)
    world.run()
    assert world.count()["POST batch"] == 7
    assert flags(world, ids) == {Flag.SYNCED}
    assert len(names_there(world)) == 200


def test_an_invoice_brings_its_older_customer_ahead_of_the_bulk(world: World) -> None:
    """What a live record needs is as urgent as the record itself."""
    world.sync()
    ids = ask_for(world, 90)
    older = ids[-1]
    with world.database.reading() as session:
        customer = session.get_one(type(world.customer(name="Other")), older)
    invoice = world.invoice(customer, *lines(("1", "100")))
    sent: list[str] = []

    def note(method: str, path: str) -> None:
        if method == "POST":
            sent.append(path.split("?", maxsplit=1)[0].rsplit("/", 1)[1])

    world.before_request = note
    world.run()
    assert sent[:3] == ["customer", "customer", "invoice"]
    assert sent[3:] == ["batch"] * 3
    assert world.record(Kind.INVOICE, local_id=invoice.id).flag is Flag.SYNCED


def test_many_saves_go_out_one_by_one_once_bulk_has_used_the_batches_up(world: World) -> None:
    world.pace = LocalPace(Limits(batches_per_minute=1), lambda: world.now.timestamp())
    world.sync()
    ids = ask_for(world, 40)
    world.run()
    assert world.count()["POST batch"] == 1
    saved = [world.customer(name=f"Walk-in {number}") for number in range(5)]
    world.run()
    assert (world.count()["POST batch"], world.count()["POST customer"]) == (1, 5)
    assert flags(world, [one.id for one in saved]) == {Flag.SYNCED}
    assert world.connection().paused_until is None
    world.pass_time(seconds=61)
    world.run()
    assert flags(world, ids) == {Flag.SYNCED}


def test_bulk_faster_than_a_second_allows_waits_for_the_second_and_does_not_end(world: World) -> None:
    world.pace = LocalPace(Limits(per_second=2), lambda: world.now.timestamp())
    world.sync()
    ids = ask_for(world, 240)
    began = world.now
    world.run()
    assert flags(world, ids) == {Flag.SYNCED}
    assert (world.count()["POST batch"], world.now - began) == (8, timedelta(seconds=7))
