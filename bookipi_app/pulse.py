"""Who is alive: workers and timers say so in Redis every few seconds, and readiness looks there.

A sign of life ends by itself, so that a process that was killed is missed after half a minute. While Redis is away
nobody is seen; the age of what is pending, which is asked of the database, tells the rest.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from redis import RedisError

from bookipi_app import broker
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
PREFIX = "bookipi:alive:"
EVERY_SECONDS = 5.0
LASTS_SECONDS = 30


@contextmanager
def beating(role: str) -> Iterator[None]:
    """Say that this process does its work, as long as the block runs."""
    stopped = threading.Event()
    heart = threading.Thread(target=_beat, args=(role, stopped), name="pulse", daemon=True)
    heart.start()
    try:
        yield
    finally:
        stopped.set()
        heart.join(EVERY_SECONDS)


def beat(role: str) -> None:
    """Say it once. Never fails: who cannot be heard is missed soon enough."""
    try:
        broker.client().set(
            f"{PREFIX}{role}:{settings().worker_slot}", f"{time.time():.0f}", ex=LASTS_SECONDS
        )
    except RedisError as error:
        log.debug("no sign of life could be given: %s", type(error).__name__)


def seen() -> dict[str, int]:
    """For each role that gave a sign of life: how many seconds ago the latest was.

    Raises:
        RedisError: nobody knows.
    """
    client = broker.client()
    keys = cast("list[bytes]", list(client.scan_iter(match=f"{PREFIX}*", count=1000)))
    moments = cast("list[bytes | None]", client.mget(keys) if keys else [])
    ages: dict[str, int] = {}
    for key, moment in zip(keys, moments, strict=True):
        if moment is not None:
            role = key.decode().removeprefix(PREFIX).partition(":")[0]
            age = max(0, round(time.time()) - int(moment))
            ages[role] = min(age, ages.get(role, age))
    return ages


def _beat(role: str, stopped: threading.Event) -> None:
    while True:
        beat(role)
        if stopped.wait(EVERY_SECONDS):
            return
