"""A long run with guests in it: whatever happens while one is served, everything is made once and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event
from uuid import UUID

import pytest
from sqlmodel import col, select

from bookipi_app import queue, trace
from bookipi_app.models import Attempt, Batch, Connection, Flag, Outcome, SyncRecord, User
from bookipi_app.queue import Waiting
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.sync import carriers, due, engine, guests, lease
from tests.engine.bulk import ask_for, batches, flags, names_there
from tests.engine.world import Killed, World

PATIENCE = 5.0  # seconds until what never happens is given up
PLACES = (
    "while a batch is prepared",
    "once it is on its way",
    "while what became of it is recorded",
    "after that",
)


@pytest.fixture
def neighbour(world: World) -> World:
    """Another account's company in the same database, with books of its own."""
    with world.database.transaction() as session:
        first = session.exec(select(User)).one()
        first.email = first.email_key = "first@example.com"
    return World(world.database, seed=2, place=1)


def together(*worlds: World) -> engine.Surroundings:
    """What a worker takes from outside that runs them all."""

    def books(connection: Connection) -> QuickBooks:
        [mine] = [one for one in worlds if one.connection_id == connection.id]
        return mine.books(connection)

    return replace(worlds[0].around(), quickbooks=books)


def with_guests(around: engine.Surroundings, waiting: list[Waiting]) -> engine.Surroundings:
    """As in a worker's process, with a queue in this one."""

    def wake(one: UUID) -> None:
        waiting.append(Waiting(one, ""))

    around = replace(around, wake=wake)
    coming = guests.Guests(
        lambda: waiting.pop(0) if waiting else None, partial(engine.run, replace(around, guest=True))
    )
    return replace(around, others_wait=coming.serve, small_steps=lambda: True)


def place(world: World) -> str:
    """Where a run that lets others in is with its first batch of thirty."""
    if not world.count()["POST batch"]:
        return PLACES[0]
    with world.database.reading() as session:
        done = len(session.exec(select(Attempt.id).where(col(Attempt.outcome) == Outcome.DONE)).all())
    return PLACES[3 if done >= 30 else 2 if done else 1]


def stored(world: World) -> list[object]:
    """All that a run of a connection writes."""
    tables = (SyncRecord, Attempt, Batch, Connection)
    with world.database.reading() as session:
        return [row.model_dump() for table in tables for row in session.exec(select(table)).all()]


def all_once(world: World, ids: list[UUID], name: str = "Client") -> None:
    there = names_there(world, name)
    assert len(there) == len(set(there)) == len(ids)
    assert flags(world, ids) == {Flag.SYNCED}


def at(world: World, wanted: str, call: Callable[[], object]) -> tuple[Callable[[], bool], list[str]]:
    """Who waits comes in this one place, once."""
    come = list[str]()

    def others_wait() -> bool:
        if not come and place(world) == wanted:
            come.append(wanted)
            call()
        return False

    return others_wait, come


@pytest.mark.parametrize("where", PLACES)
def test_who_loses_the_lease_while_a_guest_is_served_commits_nothing_after(world: World, where: str) -> None:
    ids, seen = ask_for(world, 40), list[object]()

    def taken_over() -> None:
        world.pass_time(seconds=lease.LEASE.total_seconds() + 1)
        assert lease.take(world.database, world.clock, world.connection_id, "test-1") is not None
        seen.extend([stored(world), len(batches(world))])

    others_wait, come = at(world, where, taken_over)
    around = replace(world.around(), others_wait=others_wait, small_steps=lambda: True)
    assert engine.run(around, world.connection_id)
    assert come
    assert seen == [stored(world), len(batches(world))]
    world.pass_time(minutes=1)
    world.run()
    all_once(world, ids)


@pytest.mark.parametrize("where", PLACES)
def test_who_is_stopped_while_a_guest_is_served_leaves_what_the_next_run_ends(
    world: World, where: str
) -> None:
    def stopped() -> None:
        raise Killed

    ids = ask_for(world, 40)
    others_wait, come = at(world, where, stopped)
    around = replace(world.around(), others_wait=others_wait, small_steps=lambda: True)
    with pytest.raises(Killed):
        engine.run(around, world.connection_id)
    assert come
    assert flags(world, ids) != {Flag.SYNCED}
    world.pass_time(minutes=1)
    with world.database.reading() as session:
        assert [one for one, _ in due.connections(session, world.now)] == [world.connection_id]
    world.run()
    all_once(world, ids)


def test_who_waits_is_served_while_an_answer_is_awaited(world: World) -> None:
    """The only batch is not answered before somebody was."""
    ids, served, gone = ask_for(world, 10), Event(), Event()

    def hold(method: str, path: str) -> None:
        if "/batch" in path:
            gone.set()
            assert served.wait(PATIENCE)

    def others_wait() -> bool:
        if gone.is_set():
            served.set()
        return False

    world.before_request = hold
    around = replace(world.around(), others_wait=others_wait, carry=carriers.in_thread)
    assert engine.run(around, world.connection_id)
    all_once(world, ids)


def test_nobody_is_let_in_any_more_once_somebody_needs_more(world: World) -> None:
    """Asked again it might be forgotten: what is on its way is recorded, and the run ends."""
    ask_for(world, 40)
    answers, woken = [True, False, False, False, False], list[UUID]()
    around = replace(world.around(), others_wait=lambda: answers.pop(0), wake=woken.append)
    assert not engine.run(around, world.connection_id)
    assert len(answers) == 4
    assert world.count()["POST batch"] == 1
    assert woken == [world.connection_id]


def test_nobody_is_let_in_any_more_after_a_minute(world: World) -> None:
    ask_for(world, 40)
    asked, woken = list[bool](), list[UUID]()

    def others_wait() -> bool:
        asked.append(True)
        world.pass_time(seconds=queue.RUN_SECONDS)
        return False

    around = replace(world.around(), others_wait=others_wait, wake=woken.append)
    assert not engine.run(around, world.connection_id)
    assert len(asked) == 1
    assert world.count()["POST batch"] == 1
    assert woken == [world.connection_id]


def test_a_neighbour_s_save_is_carried_between_two_steps_and_its_bulk_has_a_turn_of_its_own(
    world: World, neighbour: World
) -> None:
    mine, theirs = ask_for(world, 40), ask_for(neighbour, 12, "Theirs")
    with trace.following("the neighbour's"):
        saved = neighbour.customer(name="Ada")
    waiting = [Waiting(neighbour.connection_id, "its wake-up")]
    around = with_guests(together(world, neighbour), waiting)
    with trace.following("the long run"):
        assert not engine.run(around, world.connection_id)
        assert trace.current() == "the long run"
    assert flags(neighbour, [saved.id]) == {Flag.SYNCED}
    assert flags(neighbour, theirs) == {Flag.SYNCING}
    assert Flag.SYNCED in flags(world, mine)
    assert [one.connection_id for one in waiting] == [neighbour.connection_id, world.connection_id]
    for _ in range(10):  # turn by turn, as a worker would
        if waiting:
            engine.run(around, waiting.pop(0).connection_id)
    assert waiting == []
    all_once(world, mine)
    all_once(neighbour, theirs, "Theirs")


def test_a_neighbour_that_fails_ends_nobody_else_s_run(world: World, neighbour: World) -> None:
    mine = ask_for(world, 40)
    saved = neighbour.customer(name="Ada")

    def fail(_method: str, _path: str) -> None:
        raise Killed

    neighbour.before_request = fail
    waiting = [Waiting(neighbour.connection_id, "")]
    assert engine.run(with_guests(together(world, neighbour), waiting), world.connection_id)
    all_once(world, mine)
    assert flags(neighbour, [saved.id]) == {Flag.SYNCING}
    neighbour.before_request = None
    neighbour.pass_time(minutes=1)
    neighbour.run()
    assert flags(neighbour, [saved.id]) == {Flag.SYNCED}


def test_a_wake_up_of_the_long_run_itself_is_taken_and_what_it_was_for_is_done(world: World) -> None:
    """It is a guest of its own, which finds the lease held. The save is heard of by the connection's own number."""
    ids, saved = ask_for(world, 40), list[UUID]()
    waiting = [Waiting(world.connection_id, "")]

    def save(_method: str, path: str) -> None:
        if "/batch" in path:
            saved.append(world.customer(name=f"Ada {len(saved)}").id)
            waiting.append(Waiting(world.connection_id, ""))

    world.before_request = save
    assert engine.run(with_guests(world.around(), waiting), world.connection_id)
    assert waiting == []
    assert len(saved) > 1
    assert flags(world, saved) == {Flag.SYNCED}
    all_once(world, ids)
