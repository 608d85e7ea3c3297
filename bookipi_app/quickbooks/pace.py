"""Pace: how fast a realm may be asked. Taken before every request, so that QuickBooks has nothing to refuse.

Intuit counts requests by realm: so many in any second, so many in any minute, and batches apart. A window of moments
is kept for each, exactly as Intuit's own limiter would; a bucket that refills would let twice its size through in a
minute. Bulk work leaves a part of every window free, so that a person's edit never queues behind it: a fifth of a
minute's requests, a tenth of a second's; of the batches it takes nearly all, because what a person saved can always go
out by itself.

The windows are in Redis, a realm's all in one, because several processes may ask the same realm. Without Redis each
process keeps its own: a little too fast now and then is mended by QuickBooks' own 429, a sync that stands still by
nothing.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

from redis import Redis, RedisError

from bookipi_app import broker
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
SECOND, MINUTE = 1.0, 60.0
SILENT_SECONDS = 10.0  # a Redis that did not answer is not asked again for this long: each try costs a second
# What bulk may take of each window; the rest is kept for what a person waits for. A thousand invoices and their
# customers fit into one minute's batches.
BULK_SHARES = {"second": 0.9, "minute": 0.8, "batches": 0.95}


@dataclass(frozen=True)
class Limits:
    """What one realm may be asked by all our processes together."""

    per_second: int = 10
    per_minute: int = 500
    batches_per_minute: int = 40


@dataclass(frozen=True)
class Window:
    """At most `most` requests in any `seconds`."""

    name: str
    most: int
    seconds: float


class Pace(Protocol):
    """Who is asked before every request."""

    def take(self, realm_id: str, *, batch: bool = False, bulk: bool = False) -> float:
        """Take the right to send one request now: 0.0 if it was given, else the seconds until it is worth asking."""
        ...

    def ahead(self, realm_id: str, *, batch: bool = False, bulk: bool = False) -> float:
        """What `take` would answer, without taking anything."""
        ...


def windows(limits: Limits, *, batch: bool, bulk: bool) -> list[Window]:
    """The windows that a request has to fit into. Every request is in the first two, a batch in the third as well."""
    shares = BULK_SHARES if bulk else {}
    chosen = [Window("second", limits.per_second, SECOND), Window("minute", limits.per_minute, MINUTE)]
    if batch:
        chosen.append(Window("batches", limits.batches_per_minute, MINUTE))
    return [
        Window(one.name, max(1, int(one.most * shares.get(one.name, 1.0))), one.seconds) for one in chosen
    ]


def until_free(sent: deque[float], window: Window, now: float) -> float:
    """The seconds until a window takes another request, 0.0 if now. Forgets the moments that have left it."""
    while sent and sent[0] <= now - window.seconds:
        sent.popleft()
    return sent[-window.most] + window.seconds - now if len(sent) >= window.most else 0.0


class LocalPace:
    """The windows of this process alone."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._sent: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, realm_id: str, *, batch: bool = False, bulk: bool = False) -> float:
        """See `Pace`."""
        chosen = windows(self._limits, batch=batch, bulk=bulk)
        with self._lock:
            wait = self._wait(realm_id, chosen)
            if not wait:
                for window in chosen:
                    self._sent[realm_id, window.name].append(self._clock())
        return wait

    def ahead(self, realm_id: str, *, batch: bool = False, bulk: bool = False) -> float:
        """See `Pace`."""
        with self._lock:
            return self._wait(realm_id, windows(self._limits, batch=batch, bulk=bulk))

    def _wait(self, realm_id: str, chosen: list[Window]) -> float:
        now, wait = self._clock(), 0.0
        for window in chosen:
            wait = max(wait, until_free(self._sent[realm_id, window.name], window, now))
        return wait


# Each window is a sorted set of the moments at which requests were let through, by Redis' own clock: the clocks of two
# machines need not agree. ARGV: what is added ("" = only look), then for each key its most and its seconds.
_SCRIPT = """
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
local wait = 0
for at = 1, #KEYS do
  local most, seconds = tonumber(ARGV[2 * at]), tonumber(ARGV[2 * at + 1])
  redis.call('ZREMRANGEBYSCORE', KEYS[at], '-inf', now - seconds)
  if redis.call('ZCARD', KEYS[at]) >= most then
    local first = redis.call('ZRANGE', KEYS[at], -most, -most, 'WITHSCORES')
    wait = math.max(wait, tonumber(first[2]) + seconds - now)
  end
end
if wait <= 0 and ARGV[1] ~= '' then
  for at = 1, #KEYS do
    redis.call('ZADD', KEYS[at], now, ARGV[1])
    redis.call('EXPIRE', KEYS[at], math.ceil(tonumber(ARGV[2 * at + 1])) + 1)
  end
end
return tostring(math.max(wait, 0))
"""


class SharedPace:
    """The windows of all processes, in Redis; this process' own where Redis cannot be asked."""

    def __init__(
        self,
        limits: Limits,
        redis: Callable[[str], Redis] = broker.redis_for,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._redis = redis
        self._clock = clock
        self._own = LocalPace(limits, clock)
        self._ask_again = clock()

    def take(self, realm_id: str, *, batch: bool = False, bulk: bool = False) -> float:
        """See `Pace`."""
        wait = self._shared(realm_id, secrets.token_hex(8), batch, bulk)
        return self._own.take(realm_id, batch=batch, bulk=bulk) if wait is None else wait

    def ahead(self, realm_id: str, *, batch: bool = False, bulk: bool = False) -> float:
        """See `Pace`."""
        wait = self._shared(realm_id, "", batch, bulk)
        return self._own.ahead(realm_id, batch=batch, bulk=bulk) if wait is None else wait

    def _shared(self, realm_id: str, added: str, batch: bool, bulk: bool) -> float | None:
        """What Redis answers; None while it is silent."""
        if self._clock() < self._ask_again:
            return None
        try:
            return self._ask(realm_id, added, batch, bulk)
        except RedisError as error:
            self._ask_again = self._clock() + SILENT_SECONDS
            log.warning("the pace is kept by this process alone: %s", type(error).__name__)
            return None

    def _ask(self, realm_id: str, added: str, batch: bool, bulk: bool) -> float:
        chosen = windows(self._limits, batch=batch, bulk=bulk)
        keys = [f"bookipi:pace:{realm_id}:{window.name}" for window in chosen]
        sizes = [str(number) for window in chosen for number in (window.most, window.seconds)]
        answer = cast(bytes, self._redis(realm_id).eval(_SCRIPT, len(keys), *keys, added, *sizes))
        return float(answer)


@cache
def this_pace() -> Pace:
    """The pace of this process' settings."""
    chosen = settings()
    limits = Limits(
        chosen.quickbooks_per_second, chosen.quickbooks_per_minute, chosen.quickbooks_batches_per_minute
    )
    return SharedPace(limits)
