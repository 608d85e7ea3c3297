"""The timers' look: what is due is woken again as soon as its last wake-up was heard, and not before."""

from __future__ import annotations

from bookipi_app import queue
from jobs.timers import AGAIN, Timers
from tests.engine.world import World


def _timers(world: World) -> tuple[Timers, list[tuple[str, str]]]:
    put: list[tuple[str, str]] = []

    def enqueue(name: str, argument: str) -> bool:
        put.append((name, argument))
        return True

    return Timers(world.database.reading, enqueue), put


def test_a_wake_up_that_still_waits_is_not_put_into_the_queue_twice(world: World) -> None:
    timers, put = _timers(world)
    world.customer(name="Ada")
    assert timers.look(world.clock()) == 1
    world.pass_time(seconds=3)
    assert timers.look(world.clock()) == 0
    world.pass_time(seconds=AGAIN.total_seconds())
    assert timers.look(world.clock()) == 1  # Redis may have lost it
    assert put == [(queue.SYNC, str(world.connection_id))] * 2


def test_a_connection_whose_wake_up_was_heard_is_woken_again_at_once(world: World) -> None:
    timers, _put = _timers(world)
    for name in ("Ada", "Grace", "Mary"):
        world.customer(name=name)
        assert timers.look(world.clock()) == 1
        world.run()
        assert timers.look(world.clock()) == 0  # nothing is due
        world.pass_time(seconds=1)
