"""Who waits for a worker in the middle of one company's thousands is served between two steps, and at no one's cost."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from itertools import count
from uuid import UUID, uuid4

import pytest

from bookipi_app import trace
from bookipi_app.models import Connection, ConnectionStatus, Flag
from bookipi_app.queue import Waiting
from bookipi_app.quickbooks.client import QuickBooks
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


def test_the_long_run_has_a_step_after_so_much_time() -> None:
    """Its own job would be ended while others have theirs done one after the other."""
    passed, served = [0.0], list[UUID]()

    def run(one: UUID) -> bool:
        served.append(one)
        passed[0] += guests.LONGEST_SECONDS / 2
        return True

    coming = guests.Guests(lambda: Waiting(uuid4(), ""), run, lambda: passed[0])
    assert not coming.serve()
    assert len(served) == 2
    assert not coming.serve()
    assert len(served) == 4


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


def test_a_guest_that_fails_is_heard_of_under_its_own_id(caplog: pytest.LogCaptureFixture) -> None:
    """Its run says so itself, but for what fails before that has begun."""
    waiting, seen = in_a_row(uuid4()), list[str]()
    caplog.handler.addFilter(lambda record: seen.append(trace.current()) is None)

    def run(_: UUID) -> bool:
        raise ZeroDivisionError

    guests.Guests(lambda: waiting.pop(0) if waiting else None, run).serve()
    [line] = caplog.records
    assert line.levelno == logging.ERROR
    assert line.exc_info
    assert line.exc_info[0] is ZeroDivisionError
    assert seen == ["trace-0"]


def test_ids_of_a_guest_and_of_the_long_run_are_not_mixed() -> None:
    waiting, seen = [Waiting(uuid4(), known) for known in ("", "trace-1", "")], list[str]()

    def run(_: UUID) -> bool:
        seen.append(trace.current())
        trace.follow("something of it")
        return True

    with trace.following("the long run"):
        guests.Guests(lambda: waiting.pop(0) if waiting else None, run).serve()
        assert trace.current() == "the long run"
    first, second, third = seen
    assert second == "trace-1"
    assert all(seen)
    assert len({first, second, third, "the long run", "something of it"}) == 5


def test_whoever_stops_the_worker_stops_the_long_run_and_the_next_finds_the_seat_free() -> None:
    def stop() -> Waiting:
        raise SystemExit

    with pytest.raises(SystemExit):
        guests.Guests(stop, lambda _: True).serve()
    waiting, served = in_a_row(uuid4()), list[UUID]()
    guests.Guests(lambda: waiting.pop(0) if waiting else None, lambda one: not served.append(one)).serve()
    assert len(served) == 1


def test_a_guest_serves_no_guests_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would wait for the one seat, in which it sits itself."""
    waiting, seen = in_a_row(uuid4(), uuid4()), list[tuple[UUID, bool]]()
    ids = [one.connection_id for one in waiting]

    def run(around: engine.Surroundings, one: UUID) -> bool:
        seen.append((one, around.guest))
        return True

    monkeypatch.setattr(engine, "run", run)
    monkeypatch.setattr(engine.queue, "take_waiting", lambda: waiting.pop(0) if waiting else None)
    around = engine.surroundings()
    assert not around.small_steps()
    assert not around.others_wait()
    assert seen == [(one, True) for one in ids]
    assert around.small_steps()
    assert not around.guest


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


@pytest.mark.parametrize("values", [{"cursor": None}, {"status": ConnectionStatus.REVIEW}])
def test_a_guest_does_not_read_whole_books(world: World, values: dict[str, object]) -> None:
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).sqlmodel_update(values)
    before = world.count()
    assert not engine.run(replace(world.around(), guest=True), world.connection_id)
    assert world.count() == before


@pytest.mark.parametrize("number", [1, 5, 40])
def test_a_guest_with_saves_alone_gets_to_its_end_and_lets_nobody_in(world: World, number: int) -> None:
    """One by one, as a batch, as two."""
    ids = [world.customer(name=f"Ada {one}").id for one in range(number)]
    asked, woken = list[bool](), list[UUID]()
    around = replace(
        world.around(), guest=True, others_wait=lambda: not asked.append(True), wake=woken.append
    )
    assert engine.run(around, world.connection_id)
    assert flags(world, ids) == {Flag.SYNCED}
    assert (asked, woken) == ([], [])


@pytest.mark.parametrize("guest", [True, False])
def test_who_finds_no_end_gives_way(world: World, guest: bool) -> None:
    """There is something new each time: a guest, like anybody while others wait, has its first rounds and no more."""
    number, woken = count(), list[UUID]()

    def save(method: str, _path: str) -> None:
        if method == "POST":
            one = next(number)
            assert one < 2 * engine.OWN_ROUNDS
            world.customer(name=f"Ada {one}")

    world.customer(name="Ada")
    world.before_request = save
    around = replace(world.around(), guest=guest, others_wait=lambda: True, wake=woken.append)
    assert not engine.run(around, world.connection_id)
    assert next(number) == engine.OWN_ROUNDS
    assert woken == [world.connection_id]


def test_what_is_saved_during_the_last_look_is_not_left_to_the_next_wake_up(world: World) -> None:
    """That wake-up may be a guest of this very run, or lost."""
    first, late = world.customer(name="Ada"), list[UUID]()

    def books(connection: Connection) -> QuickBooks:
        if not late and flags(world, [first.id]) == {Flag.SYNCED}:
            late.append(world.customer(name="Grace").id)
        return world.books(connection)

    assert engine.run(replace(world.around(), quickbooks=books), world.connection_id)
    assert late
    assert flags(world, late) == {Flag.SYNCED}


def test_steps_are_short_for_a_while_once_somebody_came() -> None:
    passed, waiting = [0.0], in_a_row(uuid4())
    coming = guests.Guests(lambda: waiting.pop(0) if waiting else None, lambda _: True, lambda: passed[0])
    assert not coming.lately()
    coming.serve()
    assert coming.lately()
    passed[0] += guests.LATELY_SECONDS
    coming.serve()
    assert not coming.lately()


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
