"""The timers: look in the database what is due, and wake it.

Needs no Redis to decide; what could not be put into a queue is found again at the next look.
"""

from __future__ import annotations

import itertools
import logging
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bookipi_app import pulse, queue, trace
from bookipi_app.clock import system_clock
from bookipi_app.db import reading, transaction
from bookipi_app.services import grant_ends, mailer
from bookipi_app.sync import due

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
TELL_SECONDS = (
    30.0  # this look passes through all connections, for letters about what is weeks ahead, or over
)
AGAIN = timedelta(seconds=10)  # a wake-up that still waits in its queue is not put there twice


@dataclass(frozen=True)
class Woken:
    """When something was woken, and the number of its last run then: a higher one means that the wake-up was heard."""

    at: datetime
    last_run: int


class Timers:
    """What was woken when, so that a long queue does not grow by being looked at."""

    def __init__(
        self,
        read: Callable[[], AbstractContextManager[Session]] = reading,
        enqueue: Callable[[str, str], bool] = queue.enqueue_now,
    ) -> None:
        self._read, self._enqueue = read, enqueue
        self._woken: dict[tuple[str, UUID], Woken] = {}

    def look(self, now: datetime) -> int:
        """Wake what is due; the number of wake-ups put into queues."""
        with self._read() as session:
            found = {(queue.SYNC, one): last_run for one, last_run in due.connections(session, now)}
            found |= {(queue.MAIL, one): 0 for one in mailer.due(session, now)}
        self._woken = {key: woken for key, woken in self._woken.items() if woken.at > now - AGAIN}
        return sum(self._wake(key, Woken(now, last_run)) for key, last_run in found.items())

    def _wake(self, key: tuple[str, UUID], now: Woken) -> bool:
        before = self._woken.get(key)
        if before is not None and before.last_run == now.last_run:
            return False
        if not self._enqueue(key[0], str(key[1])):
            return False
        self._woken[key] = now
        return True


def _tell_owners(now: datetime) -> None:
    """Queue the e-mails about access that ended, or will; the look that follows wakes their delivery."""
    with reading() as session:
        untold = grant_ends.due(session, now)
    for connection_id in untold:
        with transaction() as session:
            grant_ends.tell(session, connection_id, now)


def main() -> None:
    """Look every second until told to stop."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    timers = Timers()
    print("timers: ready", flush=True)
    looks = itertools.count()
    with pulse.beating("timers"):
        while not stopped.wait(LOOK_SECONDS):
            with trace.following(""):
                _look(timers, tell=next(looks) % (TELL_SECONDS / LOOK_SECONDS) == 0)


def _look(timers: Timers, *, tell: bool) -> None:
    try:
        if tell:
            _tell_owners(system_clock())
        timers.look(system_clock())
    except OperationalError as error:
        log.warning("the database cannot be read now: %s", error.__class__.__name__)
