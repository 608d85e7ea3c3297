"""Who waits for a worker in the middle of one company's thousands is served between two steps, and at no one's cost."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from bookipi_app import trace
from bookipi_app.models import Connection, Flag
from bookipi_app.queue import Waiting
from bookipi_app.sync import carriers, engine, guests
from bookipi_app.sync.work import FEW_TOGETHER
from tests.engine.bulk import ask_for, flags
from tests.engine.world import World


def in_a_row(*ids: UUID) -> list[Waiting]:
    return [Waiting(one, f"trace-{number}") for number, one in enumerate(ids)]


def test_all_who_wait_are_served_each_under_its_own_id() -> None:
    waiting = in_a_row(uuid4(), uuid4())
    wanted = [(one.connection_id, one.trace) for one in waiting]
    served: list[tuple[UUID, str]] = []

    def run(one: UUID) -> bool:
        served.append((one, trace.current()))
        return True

    assert not guests.Guests(lambda: waiting.pop(0) if waiting else None, run).serve()
    assert served == wanted


def test_the_long_run_has_a_step_after_so_many_guests() -> None:
    served: list[UUID] = []
    assert not guests.Guests(lambda: Waiting(uuid4(), ""), lambda one: not served.append(one)).serve()
    assert len(served) == guests.MOST


def test_who_needs_more_than_fits_in_between_has_the_next_turn() -> None:
    waiting = in_a_row(uuid4(), uuid4())
    assert guests.Guests(lambda: waiting.pop(0), lambda _: False).serve()
    assert len(waiting) == 1


def test_a_guest_that_fails_ends_nobody_elses_run() -> None:
    waiting = in_a_row(uuid4(), uuid4())
    served: list[UUID] = []

    def run(one: UUID) -> bool:
        served.append(one)
        raise ZeroDivisionError

    assert not guests.Guests(lambda: waiting.pop(0) if waiting else None, run).serve()
    assert len(served) == 2


def test_while_an_answer_is_waited_for_others_are_served() -> None:
    """The answer does not come before somebody was."""
    served = threading.Event()
    answer = carriers.in_thread(lambda: served.wait(60), served.set)
    assert answer()


def test_a_save_is_not_left_half_done_for_whoever_waits(world: World) -> None:
    one = world.customer(name="Ada")
    woken: list[UUID] = []
    around = replace(world.around(), others_wait=lambda: True, wake=woken.append)
    assert engine.run(around, world.connection_id)
    assert flags(world, [one.id]) == {Flag.SYNCED}
    assert woken == []


def test_a_guest_saves_what_a_person_waits_for_and_leaves_bulk_to_its_own_turn(world: World) -> None:
    ids = ask_for(world, 40)
    one = world.customer(name="Ada")
    woken: list[UUID] = []
    around = replace(world.around(), guest=True, wake=woken.append)
    assert not engine.run(around, world.connection_id)
    assert flags(world, [one.id]) == {Flag.SYNCED}
    assert flags(world, ids) == {Flag.SYNCING}
    assert woken == [world.connection_id]
    assert engine.run(world.around(), world.connection_id)
    assert flags(world, ids) == {Flag.SYNCED}


def test_a_guest_does_not_read_whole_books(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).cursor = None
    before = world.count()
    assert not engine.run(replace(world.around(), guest=True), world.connection_id)
    assert world.count() == before


def test_steps_are_short_once_somebody_came() -> None:
    waiting = in_a_row(uuid4())
    coming = guests.Guests(lambda: waiting.pop(0) if waiting else None, lambda _: True)
    coming.serve()
    assert coming.lately()
    assert not guests.Guests(lambda: None, lambda _: True).lately()


def test_others_who_come_again_and_again_get_in_between_any_ten_records_of_a_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While thirty are prepared, and while their answers are recorded; each time outside of any transaction."""
    ask_for(world, 30)
    seen: list[int] = []

    def others_wait() -> bool:
        with world.database.transaction() as session:  # SQLite's one writer: it would wait for itself
            session.get_one(Connection, world.connection_id).problem = ""
        seen.append(world.count()["POST batch"])
        return False

    around = replace(world.around(), others_wait=others_wait, small_steps=lambda: True)
    assert engine.run(around, world.connection_id)
    before = seen.count(0)
    assert before >= 30 // FEW_TOGETHER
    assert len(seen) - before >= 30 // FEW_TOGETHER
