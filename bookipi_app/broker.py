"""Redis for callers that must not wait for it: a client that gives up soon, and one thread that carries messages.

Whatever goes through Redis is a hint. What it stands for is in the database, and found there if the hint is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bookipi_app.settings import settings

PATIENCE_SECONDS = 1


@cache
def client() -> Redis:
    """A client that gives up after a second. One repetition mends a connection that a restarted Redis has closed.

    Redis' own default is to try three times more, with pauses of up to ten seconds.
    """
    return Redis.from_url(
        settings().redis_url,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )


def later(call: Callable[..., object], *arguments: object) -> None:
    """Have it done by the messenger's thread: a slow or silent Redis delays no save. In the order of the calls."""
    _courier().submit(call, *arguments)


@cache
def _courier() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="courier")
