"""Redis is never waited for: who saves goes on while it is silent, and messages keep their order."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from redis import RedisError

from bookipi_app import broker, live, queue


def _until_carried() -> None:
    """Everything that was given to either thread before."""
    for give in (broker.later, broker.in_rounds):
        done = threading.Event()
        give(done.set)
        assert done.wait(10)


def test_nobody_waits_for_a_silent_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, waited_in_vain = threading.Event(), []

    def silent(_url: str) -> None:
        waited_in_vain.append(not answers.wait(10))
        raise RedisError("silent")

    monkeypatch.setattr(broker, "connected", silent)
    live.publish(uuid4(), "customer", uuid4())
    queue.wake(uuid4())
    queue.send_mail(uuid4())
    answers.set()
    _until_carried()
    assert waited_in_vain == [False, False, False]


def test_a_wake_up_that_waits_stands_for_those_that_follow_and_one_on_its_way_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = uuid4(), uuid4()
    carried: list[str] = []

    def slow(_queue: str, connection_id: str, _known: str) -> None:
        carried.append(connection_id)
        if len(carried) == 1:
            under_way.set()
            assert go_on.wait(10)

    under_way, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(queue, "_enqueue", slow)
    queue.wake(first)
    assert under_way.wait(10)
    for _ in range(100):
        queue.wake(second)
        queue.wake(first)
    go_on.set()
    _until_carried()
    assert carried == [str(one) for one in (first, second, first)]


def test_messages_keep_the_order_of_their_calls() -> None:
    carried: list[int] = []
    for number in range(50):
        broker.later(carried.append, number)
    done = threading.Event()
    broker.later(done.set)
    assert done.wait(10)
    assert carried == list(range(50))
