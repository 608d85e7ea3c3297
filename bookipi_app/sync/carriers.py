"""Carriers: who brings a request to QuickBooks while the run's own thread goes on.

Only requests travel in other threads, so that several answers are waited for at once. What is read and written here is
the run's own thread's business, one thing after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache
from typing import Protocol, TypeVar

Found = TypeVar("Found")
MOST = 2  # requests on their way at once: while one is answered the next is prepared
LOOK_SECONDS = 0.02  # so often whoever waits for an answer looks around meanwhile


class Carry(Protocol):
    """Start a request; what is given back waits for its end, and gives its result.

    While it waits it calls `meanwhile` again and again, in the thread that waits.
    """

    def __call__(
        self, request: Callable[[], Found], meanwhile: Callable[[], object], /
    ) -> Callable[[], Found]:
        """See above."""
        ...


def at_once(request: Callable[[], Found], _meanwhile: Callable[[], object], /) -> Callable[[], Found]:
    """In this thread: it is answered before anything else happens."""
    found = request()
    return lambda: found


def in_thread(request: Callable[[], Found], meanwhile: Callable[[], object], /) -> Callable[[], Found]:
    """In another thread of this process, under the same trace."""
    carried = _pool().submit(copy_context().run, request)

    def answer() -> Found:
        while wait((carried,), LOOK_SECONDS).not_done:
            meanwhile()
        return carried.result()

    return answer


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST, thread_name_prefix="carrier")
