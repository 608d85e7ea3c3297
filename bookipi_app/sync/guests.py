"""Guests: who waits for this worker while it carries one company's thousands is served between two of its steps.

A save needs two requests' time, a bulk of thousands minutes. So the long run keeps its lease and what it has on its
way, lets in whoever waits, and goes on. Who turns out to have more to do than fits in between stays outside, in the
queue again, and the long run gives way to it: two companies with thousands take turns as before.

A guest works in a thread of its own, for which the long run waits: its mistakes end nobody else's run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from uuid import UUID

from bookipi_app import queue, trace
from bookipi_app.queue import Waiting

log = logging.getLogger(__name__)
MOST = 20  # one after the other; then the long run has a step in any case


def serve(take: Callable[[], Waiting | None], run: Callable[[UUID], bool]) -> bool:
    """Serve those who wait; True if one of them has more to do than fits in between.

    `run` says whether it got to the end of what there was to do.
    """
    for _ in range(MOST):
        waiting = take()
        if waiting is None:
            return False
        served = _seat().submit(_served, run, waiting)
        if served.exception() is None and not served.result():
            return True
    return False


def _served(run: Callable[[UUID], bool], waiting: Waiting) -> bool:
    with trace.following(waiting.trace):
        log.info("%s %s", queue.SYNC, waiting.connection_id)
        return run(waiting.connection_id)


@cache
def _seat() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="guest")
