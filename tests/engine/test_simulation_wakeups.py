"""The simulation's wake-ups: they are taken or lost as in Redis, and that the timers find nothing is found out."""

from __future__ import annotations

import logging
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from sqlmodel import select

from bookipi_app.models import Customer, SyncRecord
from bookipi_app.sync import due
from tests.engine.simulation import faults, wakeups
from tests.engine.simulation.faults import Storm
from tests.engine.simulation.invariants import Invariant
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.run import simulate
from tests.engine.simulation.wakeups import AWAY, WakeUps, Web
from tests.engine.simulation.world import Simulated
from tests.engine.world import Killed, empty_database


@pytest.fixture
def world() -> Simulated:
    world = Simulated.build(empty_database(), "us-no-tax")
    world.restart(1)
    world.work()
    return world


@pytest.fixture
def storm() -> Storm:
    storm = Storm(Random(1), {}, Random(1), Random(1))
    storm.kinds, storm.is_wide = {Fault.HOT}, True  # nothing that strikes by itself
    return storm


class Always(Random):
    """Whatever may happen happens, or nothing does."""

    def __init__(self, drawn: float) -> None:
        super().__init__()
        self.drawn = drawn

    def random(self) -> float:
        return self.drawn


def _calm(world: Simulated, storm: Storm) -> WakeUps:
    chance = Always(0.0)
    calm = WakeUps(world, storm, chance)
    chance.drawn = 0.99
    return calm


def test_the_worker_runs_for_a_wake_up_and_once_for_all_that_wait(world: Simulated, storm: Storm) -> None:
    calm = _calm(world, storm)
    assert not calm.taken()
    world.on_wake(world.connection_id)
    world.on_wake(world.connection_id)
    assert [calm.taken(), calm.taken()] == [True, False]


def test_what_redis_has_lost_the_timers_find(world: Simulated, storm: Storm) -> None:
    calm = _calm(world, storm)
    world.customer(name="Ada")
    world.on_wake(world.connection_id)
    calm.end()
    assert storm.struck[Fault.REDIS_FLUSHED] == 1
    assert not calm.taken()
    calm.looks()
    assert calm.taken()


@pytest.mark.parametrize("fault", AWAY)
def test_while_redis_is_away_no_wake_up_gets_in_or_out(
    world: Simulated, storm: Storm, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakeups, "AWAY", {fault: AWAY[fault]})
    chance = Always(0.0)
    away = WakeUps(world, storm, chance)
    assert not away.taken()
    chance.drawn = 0.99
    world.on_wake(world.connection_id)
    world.now += AWAY[fault]
    assert not away.taken()
    world.on_wake(world.connection_id)
    assert away.taken()
    assert storm.struck[fault] == 1


def test_of_a_save_in_which_the_web_process_dies_nothing_is_there(world: Simulated, storm: Storm) -> None:
    Web(storm, Always(0.0))
    world.nature, world.at_page = storm, True
    before = _rows(world)
    with pytest.raises(Killed):
        world.customer(name="Ada")
    assert _rows(world) == before
    assert storm.struck[Fault.WEB_DIES_SAVING] == 1


def test_timers_that_find_nothing_are_found_out(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    blind: Any = lambda *_: []  # noqa: E731
    always = patch.object(wakeups, "SHARE", 1.0), patch.object(faults, "WIDE", 1.0)
    with patch.object(due, "connections", blind), always[0], always[1]:
        found = (one.invariant for seed in range(1, 40) for one in simulate(seed, 6).wrong)
        assert Invariant.LIVENESS in found


def _rows(world: Simulated) -> list[int]:
    with world.database.reading() as session:
        return [len(session.exec(select(table)).all()) for table in (Customer, SyncRecord)]
