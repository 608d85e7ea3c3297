"""One id that follows a piece of work through all processes: a save, its job, its request to QuickBooks, the way back.

It begins with a request of a browser or of Intuit, or with a wake-up of the timers. It travels in the rows that it
touches and in the job that it enqueues, so that a line in any log leads to all the others. It says nothing by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LENGTH = 16
_current: ContextVar[str] = ContextVar("trace", default="")


def current() -> str:
    """The id of what is being done now; empty outside of everything."""
    return _current.get()


@contextmanager
def following(known: str) -> Iterator[str]:
    """Work on something that has an id; a new one where it has none."""
    token = _current.set(known[:LENGTH] or secrets.token_hex(LENGTH // 2))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


@contextmanager
def begun() -> Iterator[str]:
    """Go on under the present id, or begin one."""
    with following(current()) as known:
        yield known


@contextmanager
def scope() -> Iterator[None]:
    """What `follow` chooses inside is forgotten at the end."""
    token = _current.set(current())
    try:
        yield
    finally:
        _current.reset(token)


def follow(known: str) -> None:
    """From here to the end of the `scope`: work on something with this id; without one the present id stays."""
    if known:
        _current.set(known[:LENGTH])
