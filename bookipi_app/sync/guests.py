"""Guests: who waits for this worker while it carries one company's thousands is served between two of its steps.

A save needs two requests' time, a bulk of thousands minutes. So the long run keeps its lease and what it has on its
way, lets in whoever waits, and goes on. Who turns out to have more to do than fits in between stays outside, in the
queue again, and the long run gives way to it: two companies with thousands take turns as before.

A guest works in a thread of its own, for which the long run waits: its mistakes end nobody else's run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from uuid import UUID

from bookipi_app import queue, trace
from bookipi_app.queue import Waiting

log = logging.getLogger(__name__)
LATELY_SECONDS = 2.0
MOST = 20  # one after the other; then the long run has a step in any case
LONGEST_SECONDS = 10.0  # and after so long nobody else is let in before it: its job would be ended with it


class Guests:
    """Those who come to this worker. `run` says whether it got to the end of what there was to do."""

    def __init__(
        self,
        take: Callable[[], Waiting | None],
        run: Callable[[UUID], bool],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._take = take
        self._run = run
        self._seconds = seconds
        self._last = seconds() - LATELY_SECONDS

    def serve(self) -> bool:
        """Serve those who wait; True if one of them has more to do than fits in between."""
        until = self._seconds() + LONGEST_SECONDS
        for _ in range(MOST):
            if self._seconds() >= until or (waiting := self._take()) is None:
                return False
            served = _seat().submit(_served, self._run, waiting)
            stays_out = served.exception() is None and not served.result()
            self._last = self._seconds()
            if stays_out:
                return True
        return False

    def lately(self) -> bool:
        """True while they come one after the other: then the steps between which they get in are short ones."""
        return self._seconds() - self._last < LATELY_SECONDS


def _served(run: Callable[[UUID], bool], waiting: Waiting) -> bool:
    with trace.following(waiting.trace):
        log.info("%s %s", queue.SYNC, waiting.connection_id)
        try:
            return run(waiting.connection_id)
        except BaseException:
            log.exception("a guest's job of %s failed", queue.SYNC)  # nobody above hears of it
            raise


@cache
def _seat() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="guest")
