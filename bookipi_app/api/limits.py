"""How often one network address may ask for what costs more than it should: kept by this process, in memory.

For addresses that anybody may open. Log-ins and the like are counted in the database (`services/guesses`), because a
restart must not forgive them.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from starlette.responses import PlainTextResponse, Response

MOST_KEYS = 10_000
MINUTE = 60.0
TOO_OFTEN = "Too many requests. Wait a minute."


class Limit:
    """At most `most` uses of a key in any `seconds`."""

    def __init__(
        self, most: int, seconds: float = MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._uses: dict[str, deque[float]] = {}

    def allows(self, key: str) -> bool:
        """Count one use; False, and not counted, once the limit is reached."""
        now = self._clock()
        uses = self._uses.pop(key, None) or deque[float]()
        while uses and uses[0] <= now - self._seconds:
            uses.popleft()
        self._uses[key] = uses  # at the end: whoever was not seen for longest is forgotten first
        if len(self._uses) > MOST_KEYS:
            del self._uses[next(iter(self._uses))]
        if len(uses) >= self._most:
            return False
        uses.append(now)
        return True


def too_often() -> Response:
    """The answer to one use too many."""
    return PlainTextResponse(TOO_OFTEN, 429, {"Retry-After": "60", "Cache-Control": "no-store"})
