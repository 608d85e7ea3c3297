"""Redis for callers that must not wait for it: clients that give up soon, and one thread that carries messages.

Whatever goes through Redis is a hint. What it stands for is in the database, and found there if the hint is lost. That
is why a realm may be given to another Redis at any time: `redis_for` is the only place that knows of more than one.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from uuid import UUID

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bookipi_app.settings import settings

PATIENCE_SECONDS = 1
REST_SECONDS = 0.02  # nobody notices them, and a crowd of webhooks in them is one job
_stand_in: Redis | None = None


@contextmanager
def standing_in(redis: Redis) -> Iterator[None]:
    """Let this one stand for Redis while the block runs, and carry messages at once: a rehearsal has no server."""
    global _stand_in
    before, _stand_in = _stand_in, redis
    try:
        yield
    finally:
        _stand_in = before


def connected(url: str) -> Redis:
    """The client of this process for an address, which gives up soon."""
    return _stand_in or _own(url)


@cache
def _own(url: str) -> Redis:
    """A client that gives up after a second. One repetition mends a connection that a restarted Redis has closed.

    Redis' own default is to try three times more, with pauses of up to ten seconds.
    """
    return Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )


def client() -> Redis:
    """The Redis of what belongs to no realm: letters, signs of life, news for open pages."""
    return connected(settings().redis_url)


def redis_for(key: UUID | str) -> Redis:
    """The Redis that carries what belongs to a connection (its id: wake-ups) or to a realm (its id: the pace)."""
    urls = settings().redis_urls
    return connected(urls[place_of(key, len(urls))])


def place_of(key: UUID | str, count: int) -> int:
    """Which of so many; the same in every process, on every machine."""
    return int.from_bytes(hashlib.sha256(str(key).encode()).digest()[:8]) % count


def of_realms() -> list[Redis]:
    """Every Redis that `redis_for` may answer with."""
    return [connected(url) for url in settings().redis_urls]


def of_this_worker() -> Redis:
    """The one whose wake-ups this process works off."""
    return connected(settings().worker_redis_url)


def later(call: Callable[..., object], *arguments: object) -> None:
    """Have it done by the messenger's thread: a slow or silent Redis delays no save. In the order of the calls."""
    if _stand_in is not None:
        call(*arguments)
        return
    _courier().submit(call, *arguments)


def in_rounds(call: Callable[[], object]) -> None:
    """Have it done by a thread of its own that rests a moment after each: what comes meanwhile goes with the next."""
    if _stand_in is not None:
        call()
        return
    _bell().submit(_rung, call)


def _rung(call: Callable[[], object]) -> None:
    call()
    time.sleep(REST_SECONDS)


@cache
def _bell() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="bell")


@cache
def _courier() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="courier")
