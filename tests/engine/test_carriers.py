"""Requests in threads of their own: two at once and no more, under the run's trace, and what goes wrong comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Event, Lock, current_thread
from uuid import UUID

import httpx
import pytest

from bookipi_app import trace
from bookipi_app.models import Flag
from bookipi_app.quickbooks.transport import http_client
from bookipi_app.sync import carriers, engine
from tests.engine.bulk import ask_for, batches, flags, names_there
from tests.engine.world import World

PATIENCE = 5.0  # seconds until a thread that nobody meets gives up; nothing waits so long where all is well


def nothing() -> None:
    """Whoever waits here has nothing else to do."""


def test_a_request_travels_in_another_thread_under_the_same_trace() -> None:
    with trace.scope():
        trace.follow("0123456789abcdef")
        answer = carriers.in_thread(lambda: (current_thread().name, trace.current()), nothing)
        name, followed = answer()
    assert name.startswith("carrier")
    assert (current_thread().name.startswith("carrier"), followed) == (False, "0123456789abcdef")


def test_a_trace_that_the_request_follows_ends_with_it() -> None:
    with trace.scope():
        trace.follow("0123456789abcdef")
        carriers.in_thread(lambda: trace.follow("fedcba9876543210"), nothing)()
        assert trace.current() == "0123456789abcdef"


def test_what_goes_wrong_is_raised_where_the_answer_is_waited_for() -> None:
    def fails() -> None:
        raise ConnectionError("cut")

    answer = carriers.in_thread(fails, nothing)
    with pytest.raises(ConnectionError, match="cut"):
        answer()


def test_two_are_on_their_way_at_once_and_a_third_waits() -> None:
    meet, go, third_began = Barrier(2), Event(), Event()

    def travel() -> int:
        meet.wait(PATIENCE)
        assert go.wait(PATIENCE)
        return meet.n_waiting

    first, second = carriers.in_thread(travel, nothing), carriers.in_thread(travel, nothing)
    third = carriers.in_thread(third_began.set, nothing)
    assert not third_began.wait(0.05)
    go.set()
    assert (first(), second(), third()) == (0, 0, None)
    assert third_began.is_set()


def in_threads(world: World, on_batch: Callable[[int], None]) -> set[str]:
    """The client's requests come from several threads, one at a time at the sandbox; the names of those threads."""
    held, seen, threads = Lock(), list[int](), set[str]()

    def handle(request: httpx.Request) -> httpx.Response:
        if "/batch" in request.url.path:
            threads.add(current_thread().name)
            with held:
                seen.append(len(seen) + 1)
                number = seen[-1]
            on_batch(number)
        with held:
            return world._answer(request)  # pyright: ignore[reportPrivateUsage]

    world.http = http_client(httpx.MockTransport(handle))
    return threads


def meets(other: Barrier) -> None:
    other.wait(PATIENCE)


def run(world: World) -> None:
    engine.run(replace(world.around(), carry=carriers.in_thread), world.connection_id)


def all_once(world: World, ids: list[UUID]) -> None:
    assert len(names_there(world)) == len(set(names_there(world))) == len(ids)
    assert flags(world, ids) == {Flag.SYNCED}


def test_bulk_has_two_batches_on_their_way_and_makes_everything_once(world: World) -> None:
    ids, meet = ask_for(world, 90), Barrier(2)
    threads = in_threads(world, lambda number: None if number == 1 else meets(meet))
    run(world)
    assert len(batches(world)) == 3
    assert threads
    assert all(name.startswith("carrier") for name in threads)
    all_once(world, ids)


def test_an_answer_that_is_lost_in_a_thread_is_asked_for_again(world: World) -> None:
    ids = ask_for(world, 90)
    lost = list[str]()

    def lose(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if "/batch" in path and len(batches(world)) == 2 and not lost:
            lost.append(path)
            raise httpx.ReadError("cut")
        return response

    in_threads(world, lambda _number: None)
    world.after_request = lose
    run(world)
    assert flags(world, ids) != {Flag.SYNCED}
    world.pass_time(minutes=1)
    run(world)
    assert len(batches(world)) == len(set(batches(world))) + 1
    all_once(world, ids)
