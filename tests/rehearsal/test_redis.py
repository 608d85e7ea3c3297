"""What stands for Redis in a rehearsal, held against a real server's own statistics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

import pytest
from redis import Redis
from rq import Queue

from bookipi_app import broker, queue
from bookipi_app.quickbooks.pace import Limits, SharedPace
from bookipi_app.rehearsal.redis import BYTES_OF_A_WAITING_JOB, COMMANDS_OF_A_WORKED_JOB, CountingRedis
from tests.redis_server import redis_server

LIMITS = Limits(per_second=2, per_minute=500, batches_per_minute=40)


def done(_argument: str) -> None:
    """Stands for a job of ours."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis of this test's own, on loopback."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url, Redis.from_url(url) as client:
        yield client


def counted(server: Redis) -> dict[str, int]:
    """The server's own count of commands, without those of asking and of connecting."""
    stats = cast("dict[str, Any]", server.info("commandstats"))
    names = {name.removeprefix("cmdstat_").upper(): int(one["calls"]) for name, one in stats.items()}
    quiet = ("CONFIG|RESETSTAT", "INFO", "PING", "CLIENT|SETINFO", "CLIENT|SETNAME", "HELLO", "CLIENT|LIST")
    return {name: calls for name, calls in names.items() if name not in quiet}


def ask(redis: Redis) -> list[float]:
    """Requests, a look, a batch: more than two in a second."""
    pace = SharedPace(LIMITS, lambda _realm: redis, clock=lambda: 0.0)
    return [pace.take("1"), pace.ahead("1", bulk=True), pace.take("1", batch=True), pace.take("1")]


def test_the_script_calls_as_many_commands_here_as_in_a_real_server(server: Redis) -> None:
    server.config_resetstat()
    theirs = ask(server)
    stand_in = CountingRedis(lambda: 100.0)
    ours = ask(stand_in)
    assert {name: calls for name, calls in stand_in.commands.items() if calls} == counted(server)
    assert [wait > 0 for wait in ours] == [wait > 0 for wait in theirs] == [False, True, False, True]


def test_a_wake_up_costs_as_many_commands_here_as_in_a_real_server(server: Redis) -> None:
    stand_in = CountingRedis(lambda: 100.0)
    server.config_resetstat()
    one = uuid4()
    for redis in (server, stand_in):
        with broker.standing_in(redis):
            queue.wake(one)
            assert queue.others_wait()
    assert {name: calls for name, calls in stand_in.commands.items() if calls} == counted(server)
    assert stand_in.pop("rq:queue:sync") == str(one)
    assert stand_in.pop("rq:queue:sync") is None


def test_a_worked_job_costs_what_is_said_of_it(server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    server.flushall()
    monkeypatch.setitem(queue.JOBS, queue.SYNC, f"{done.__module__}.{done.__name__}")
    sent = [worked(server, jobs) for jobs in (5, 25)]
    assert round((sent[1] - sent[0]) / 20) == COMMANDS_OF_A_WORKED_JOB


def worked(server: Redis, jobs: int) -> int:
    """The commands of a worker that does so many jobs and ends."""
    with broker.standing_in(server):
        for _ in range(jobs):
            queue.enqueue_now(queue.SYNC, str(uuid4()))
    server.config_resetstat()
    jobs_of = Queue(queue.SYNC, connection=server, serializer="json")
    queue.Worker([jobs_of], connection=server, serializer="json").work(burst=True, logging_level="ERROR")
    return sum(counted(server).values())


def test_a_waiting_job_takes_about_as_much_memory_as_is_said(server: Redis) -> None:
    server.flushall()
    before = int(cast("dict[str, Any]", server.info("memory"))["used_memory"])
    with broker.standing_in(server):
        for _ in range(500):
            queue.enqueue_now(queue.SYNC, str(uuid4()))
    taken = (int(cast("dict[str, Any]", server.info("memory"))["used_memory"]) - before) / 500
    assert BYTES_OF_A_WAITING_JOB * 0.75 < taken < BYTES_OF_A_WAITING_JOB * 1.25, taken
