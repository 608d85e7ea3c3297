"""Realms spread over two Redis: each is known to one of them only, and only `broker` knows which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from redis import Redis
from rq import Queue

from bookipi_app import broker, parts, pulse, queue
from bookipi_app.frontend import PROJECT
from bookipi_app.quickbooks.pace import Limits, SharedPace
from bookipi_app.settings import SettingsError, read_settings, settings
from tests.redis_server import redis_server

DONE: list[str] = []


def note(argument: str) -> None:
    """Stands for a job of ours."""
    DONE.append(argument)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with (
        redis_server(tmp_path_factory.mktemp("one")) as one,
        redis_server(tmp_path_factory.mktemp("two")) as two,
    ):
        yield one, two


@pytest.fixture
def two(servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Redis, Redis]]:
    monkeypatch.setenv("REDIS_URL", servers[0])
    monkeypatch.setenv("REDIS_URLS", " ".join(servers))
    monkeypatch.setattr(broker, "later", lambda call, *arguments: call(*arguments))
    monkeypatch.setattr(broker, "in_rounds", lambda call: call())
    monkeypatch.setitem(queue.JOBS, queue.SYNC, f"{__name__}.note")
    settings.cache_clear()
    DONE.clear()
    found = broker.connected(servers[0]), broker.connected(servers[1])
    for one in found:
        one.flushall()
    yield found
    settings.cache_clear()


def one_of_each() -> list[UUID]:
    """Two connections that belong to different Redis, in their order."""
    found = {broker.place_of(UUID(int=number), 2): UUID(int=number) for number in range(20)}
    return [found[0], found[1]]


def waiting(redis: Redis) -> list[str]:
    return [job.args[0] for job in Queue(queue.SYNC, connection=redis, serializer="json").jobs]


def test_two_connections_are_woken_in_two_redis(two: tuple[Redis, Redis]) -> None:
    connections = one_of_each()
    for one in connections:
        queue.wake(one)
    assert [waiting(redis) for redis in two] == [[str(one)] for one in connections]
    assert queue.depths() == {"sync": 2, "mail": 0}


def test_a_worker_serves_one_of_them(two: tuple[Redis, Redis], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = one_of_each()
    queue.wake(first)
    assert queue.others_wait()
    monkeypatch.setenv("BOOKIPI_WORKER_REDIS", "2")
    settings.cache_clear()
    assert not queue.others_wait()
    queue.wake(second)
    work(two[1])
    assert [str(second)] == DONE
    assert waiting(two[0]) == [str(first)]
    assert settings().worker_redis_url == settings().redis_urls[1]


def work(redis: Redis) -> None:
    """What waits is done, as a worker of this Redis does it."""
    served = Queue(queue.SYNC, connection=redis, serializer="json")
    queue.Worker([served], connection=redis, serializer="json").work(burst=True, logging_level="ERROR")


def test_two_realms_are_paced_in_two_redis(two: tuple[Redis, Redis]) -> None:
    realms = sorted(
        ({broker.place_of(str(number), 2): str(number) for number in range(20)}).items(),
        key=lambda pair: pair[0],
    )
    pace = SharedPace(Limits())
    for _, realm in realms:
        assert pace.take(realm) == 0.0
    for redis, (_, realm) in zip(two, realms, strict=True):
        assert redis.keys("bookipi:pace:*:minute") == [f"bookipi:pace:{realm}:minute".encode()]


def test_letters_and_signs_of_life_stay_in_the_first(two: tuple[Redis, Redis]) -> None:
    queue.send_mail(UUID(int=1))
    pulse.beat("timers")
    assert two[0].keys("*")
    assert not two[1].keys("*")


def test_a_redis_without_a_worker_is_missed(two: tuple[Redis, Redis]) -> None:
    assert queue.needed() == ("sync", "sync-2", "mail", "timers")
    assert queue.reachable()


def test_a_run_spreads_its_workers() -> None:
    chosen = read_settings({"REDIS_URLS": "redis://one, redis://two", "WORKERS": "3"})
    served = [part.command[-1] for part in parts.worker_parts(chosen) if "sync" in part.command]
    assert served == ["1", "2", "1"]


def test_with_one_redis_there_is_nothing_to_choose() -> None:
    chosen = read_settings({"REDIS_URL": "redis://only"})
    assert chosen.redis_urls == ("redis://only",)
    assert chosen.worker_redis_url == "redis://only"
    with pytest.raises(SettingsError):
        read_settings({"REDIS_URLS": "redis://one redis://two", "BOOKIPI_WORKER_REDIS": "3"})


def test_nothing_else_knows_that_there_are_several() -> None:
    sources: list[Path] = [*(PROJECT / "bookipi_app").rglob("*.py"), *(PROJECT / "jobs").rglob("*.py")]
    knows = {file.stem for file in sources if re.search(r"redis_urls|of_realms|place_of", file.read_text())}
    assert knows == {"broker", "settings", "queue", "parts", "doctor", "logs"}
