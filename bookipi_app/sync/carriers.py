"""Carriers: who brings a request to QuickBooks while the run's own thread goes on.

Only requests travel in other threads, so that several answers are waited for at once. What is read and written here is
the run's own thread's business, one thing after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import Protocol, TypeVar

Found = TypeVar("Found")
MOST = 2  # requests on their way at once: while one is answered the next is prepared; whoever waits, waits for both


class Carry(Protocol):
    """Start a request; what is given back waits for its end, and gives its result."""

    def __call__(self, request: Callable[[], Found], /) -> Callable[[], Found]:
        """See above."""
        ...


def at_once(request: Callable[[], Found], /) -> Callable[[], Found]:
    """In this thread: it is answered before anything else happens."""
    found = request()
    return lambda: found


def in_thread(request: Callable[[], Found], /) -> Callable[[], Found]:
    """In another thread of this process, under the same trace."""
    return _pool().submit(copy_context().run, request).result


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST, thread_name_prefix="carrier")
