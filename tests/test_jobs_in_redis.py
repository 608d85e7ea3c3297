"""What is in Redis is JSON and ids: nothing there can become code, and nothing there is worth reading."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.job import Job

from bookipi_app import broker, live, logs, pulse, queue, trace
from bookipi_app.frontend import PROJECT
from tests.redis_server import redis_server

DONE: list[tuple[str, str]] = []


def note(argument: str) -> None:
    """Stands for a job of ours."""
    DONE.append((argument, trace.current()))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis of this test's own, on loopback."""
    with (
        redis_server(tmp_path_factory.mktemp("redis")) as address,
        Redis.from_url(address, socket_timeout=5) as client,
    ):
        yield client


@pytest.fixture
def redis(server: Redis, monkeypatch: pytest.MonkeyPatch) -> Redis:
    server.flushall()
    DONE.clear()
    monkeypatch.setattr(broker, "connected", lambda _url: server)
    monkeypatch.setattr(broker, "later", lambda call, *arguments: call(*arguments))
    monkeypatch.setattr(broker, "in_rounds", lambda call: call())
    monkeypatch.setitem(queue.JOBS, queue.SYNC, f"{__name__}.note")
    return server


def work(redis: Redis) -> None:
    """What waits is done, as a worker does it."""
    one = Queue(queue.SYNC, connection=redis, serializer="json")
    queue.Worker([one], connection=redis, serializer="json").work(burst=True, logging_level="ERROR")


def everything(redis: Any) -> Iterator[bytes]:
    """Every key, field and value."""
    read: dict[bytes, Callable[[bytes], Iterable[bytes]]] = {
        b"string": lambda key: [redis.get(key) or b""],
        b"hash": lambda key: chain.from_iterable(redis.hgetall(key).items()),
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"stream": lambda key: chain.from_iterable(
            (name, value, b64(value)) for _, fields in redis.xrange(key) for name, value in fields.items()
        ),
    }
    for key in redis.scan_iter():
        yield key
        yield from read[redis.type(key)](key)


def b64(value: bytes) -> bytes:
    """RQ keeps results and failures compressed, as base64."""
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return b""


def looks_pickled(value: bytes) -> bool:
    """A pickle of protocol 2 or later says so in its first bytes; RQ may have compressed it."""
    return any(one[:1] == b"\x80" and one[1:2] <= b"\x05" for one in (value, _inflated(value)))


def _inflated(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return b""


def test_a_wake_up_is_json_with_an_id_and_nothing_else(redis: Redis) -> None:
    one = uuid4()
    with trace.following("") as known:
        queue.wake(one)
    [job_id] = redis.lrange("rq:queue:sync", 0, -1)  # pyright: ignore[reportGeneralTypeIssues]
    stored = redis.hgetall(b"rq:job:" + job_id)
    assert isinstance(stored, dict)
    data = stored[b"data"]
    assert json.loads(_inflated(data) or data) == [f"{__name__}.note", None, [str(one)], {}]
    assert json.loads(stored[b"meta"]) == {"trace": known}
    assert not [value for value in everything(redis) if looks_pickled(value)]


def test_a_job_works_under_the_id_of_whoever_asked_for_it(redis: Redis) -> None:
    with trace.following("") as known:
        queue.wake(UUID(int=1))
    queue.enqueue_now(queue.SYNC, str(UUID(int=2)))
    work(redis)
    assert DONE[0] == (str(UUID(int=1)), known)
    assert DONE[1][0] == str(UUID(int=2))
    assert DONE[1][1] not in ("", known)
    assert trace.current() == ""


def test_who_waits_is_taken_in_turn_under_the_id_of_whoever_asked_and_leaves_nothing(redis: Redis) -> None:
    assert queue.take_waiting() is None
    ids = [uuid4(), uuid4()]
    with trace.following("") as known:
        for one in ids:
            queue.wake(one)
    assert [queue.take_waiting() for _ in range(3)] == [*(queue.Waiting(one, known) for one in ids), None]
    assert [value for value in everything(redis) if any(str(one).encode() in value for one in ids)] == []
    assert redis.keys("rq:job:*") == []


def test_nobody_is_taken_while_redis_is_silent(monkeypatch: pytest.MonkeyPatch, redis: Redis) -> None:
    """The long run goes on: the timers find who waits."""
    queue.wake(uuid4())
    with monkeypatch.context() as silent, Redis(port=1, retry=Retry(NoBackoff(), 0)) as nobody:
        silent.setattr(broker, "connected", lambda _url: nobody)
        assert queue.take_waiting() is None
    assert queue.take_waiting() is not None


NONSENSE = {
    "no argument": {"data": b'["canary", null, [], {}]'},
    "no id": {"data": b'["canary", null, ["canary"], {}]'},
    "a number": {"data": b'["canary", null, [4711], {}]'},
    "nothing": {"data": b'["canary", null, [null], {}]'},
    "a record": {"data": b'["canary", null, [{"name": "canary"}], {}]'},
    "names for arguments": {"data": b'["canary", null, {"name": "canary"}, {}]'},
    "too much": {"data": b'["canary", null, ["00000000-0000-0000-0000-000000000001", "canary"], {}]'},
    "no list": {"data": b'{"name": "canary"}'},
    "no JSON": {"data": b"\x80\x04canary"},
    "no status": {"status": b"canary"},
    "no moment": {"created_at": b"canary"},
    "no duration": {"timeout": b"canary"},
    "no text": {"origin": b"\xff\xfecanary"},
}


def spoil(redis: Redis, fields: dict[str, bytes]) -> None:
    """What was asked for last becomes something else."""
    [job_id] = redis.lrange("rq:queue:sync", -1, -1)  # pyright: ignore[reportGeneralTypeIssues]
    redis.hset(b"rq:job:" + job_id, mapping=fields)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("fields", NONSENSE.values(), ids=NONSENSE.keys())
def test_what_makes_no_sense_is_passed_over_and_the_next_is_taken(
    redis: Redis, caplog: pytest.LogCaptureFixture, fields: dict[str, bytes]
) -> None:
    """It must not end the long run that comes by; what it says is not written down."""
    caplog.set_level(logging.INFO)
    queue.wake(uuid4())
    spoil(redis, fields)
    one = uuid4()
    queue.wake(one)
    taken = queue.take_waiting()
    assert taken is not None
    assert taken.connection_id == one
    assert queue.take_waiting() is None
    assert redis.keys("rq:job:*") == []
    [line] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "canary" not in logs.JsonLines(logs.Redaction(()), "worker").format(line)


def test_an_id_without_a_job_is_passed_over(redis: Redis) -> None:
    redis.rpush("rq:queue:sync", "gone", b"\xff\xfe", "one:two", "")
    queue.wake(UUID(int=1))
    taken = queue.take_waiting()
    assert taken is not None
    assert taken.connection_id == UUID(int=1)


@pytest.mark.parametrize("meta", [b"[1]", b"4711", b"canary", b'{"trace": {"a": 1}}'])
def test_a_wake_up_whose_trace_makes_no_sense_is_one_without(redis: Redis, meta: bytes) -> None:
    queue.wake(UUID(int=1))
    spoil(redis, {"meta": meta})
    assert queue.take_waiting() == queue.Waiting(UUID(int=1), "")


OURS = {name: fields for name, fields in NONSENSE.items() if "data" in fields} | {
    "no trace": {"meta": b"[1]"}
}


@pytest.mark.parametrize("fields", OURS.values(), ids=OURS.keys())
def test_what_makes_no_sense_ends_no_worker(redis: Redis, fields: dict[str, bytes]) -> None:
    queue.wake(uuid4())
    spoil(redis, fields)
    queue.wake(UUID(int=1))
    work(redis)
    assert str(UUID(int=1)) in [argument for argument, _ in DONE]


def fail(_argument: str) -> None:
    """A job with a bug, which speaks of a customer."""
    customer = "canary customer"
    raise ValueError(f"cannot do this for {customer}")


def test_what_jobs_and_workers_leave_in_redis_is_no_pickle_either(redis: Redis) -> None:
    queue.wake(uuid4())
    work(redis)
    queue.JOBS[queue.SYNC] = f"{__name__}.fail"
    queue.wake(uuid4())
    work(redis)
    pulse.beat("sync")
    live.publish(uuid4(), "customer", uuid4())
    found = list(everything(redis))
    assert len(found) > 10
    assert not [value for value in found if looks_pickled(value)]


def test_the_words_of_a_failure_are_neither_kept_in_redis_nor_logged(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    queue.JOBS[queue.SYNC] = f"{__name__}.fail"
    queue.wake(uuid4())
    work(redis)
    kept = b"\n".join(value + _inflated(value) for value in everything(redis))
    assert b"ValueError" in kept
    assert b"canary" not in kept
    [line] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    written = logs.JsonLines(logs.Redaction(()), "worker").format(line)
    assert json.loads(written)["error"] == "ValueError"
    assert "canary" not in written


def test_a_pickle_that_somebody_put_there_is_not_opened(redis: Redis, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return Path.touch, (tmp_path / "opened",)  # pyright: ignore[reportReturnType]

    queue.wake(uuid4())
    [job_id] = redis.lrange("rq:queue:sync", 0, -1)  # pyright: ignore[reportGeneralTypeIssues]
    redis.hset(b"rq:job:" + job_id, b"data", zlib.compress(pickle.dumps(Bomb())))  # pyright: ignore[reportArgumentType]
    assert looks_pickled(pickle.dumps(Bomb()))
    work(redis)
    queue.wake(uuid4())
    [job_id] = redis.lrange("rq:queue:sync", 0, -1)  # pyright: ignore[reportGeneralTypeIssues]
    redis.hset(b"rq:job:" + job_id, b"data", zlib.compress(pickle.dumps(Bomb())))  # pyright: ignore[reportArgumentType]
    assert queue.take_waiting() is None
    assert not (tmp_path / "opened").exists()
    assert DONE == []
    assert Job.exists(job_id.decode(), connection=redis) in (True, False)  # the worker has survived it


def test_workers_are_seen_while_they_work(redis: Redis) -> None:
    assert pulse.seen() == {}
    with pulse.beating("sync"):
        deadline_free = pulse.seen() or _soon(redis)
    assert deadline_free == {"sync": 0}


def _soon(redis: Redis) -> dict[str, int]:
    while not redis.keys(f"{pulse.PREFIX}*"):
        pass
    return pulse.seen()


def test_a_sign_of_life_ends_by_itself(redis: Redis) -> None:
    pulse.beat("sync")
    [key] = redis.keys(f"{pulse.PREFIX}*")  # pyright: ignore[reportGeneralTypeIssues]
    assert 0 < int(str(redis.ttl(key))) <= pulse.LASTS_SECONDS


def test_no_module_of_ours_pickles_and_every_queue_speaks_json() -> None:
    sources = [*(PROJECT / "bookipi_app").rglob("*.py"), *(PROJECT / "jobs").rglob("*.py")]
    texts = {file.name: file.read_text() for file in sources}
    assert len(sources) > 100
    assert not [
        name
        for name, text in texts.items()
        if re.search(r"^\s*(import|from) (pickle|dill|shelve)", text, re.MULTILINE)
    ]
    assert [name for name, text in texts.items() if re.search(r"^from rq import", text, re.MULTILINE)] == [
        "queue.py"
    ]
    made = re.findall(r"\b(?:Queue|Worker)\([^:\n]*connection=.*", texts["queue.py"])
    assert len(made) >= 4
    assert all('serializer="json"' in call for call in made)
