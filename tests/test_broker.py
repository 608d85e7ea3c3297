"""Redis is never waited for: who saves goes on while it is silent, and messages keep their order."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from redis import RedisError

from bookipi_app import broker, live, queue


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
    done = threading.Event()
    broker.later(done.set)
    assert done.wait(10)
    assert waited_in_vain == [False, False, False]


def test_messages_keep_the_order_of_their_calls() -> None:
    carried: list[int] = []
    for number in range(50):
        broker.later(carried.append, number)
    done = threading.Event()
    broker.later(done.set)
    assert done.wait(10)
    assert carried == list(range(50))
