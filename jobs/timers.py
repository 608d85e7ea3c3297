"""The timers: look in the database what is due, and wake it.

Needs no Redis to decide; what could not be put into a queue is found again at the next look.
"""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import OperationalError

from bookipi_app import queue
from bookipi_app.clock import system_clock
from bookipi_app.db import reading, transaction
from bookipi_app.services import grant_ends, mailer
from bookipi_app.sync import due

log = logging.getLogger(__name__)
LOOK_SECONDS = 2.0
AGAIN = timedelta(seconds=10)  # a wake-up that still waits in its queue is not put there twice


class Timers:
    """What was woken when, so that a long queue does not grow by being looked at."""

    def __init__(self) -> None:
        self._woken: dict[tuple[str, UUID], datetime] = {}

    def look(self, now: datetime) -> int:
        """Wake what is due; the number of wake-ups put into queues."""
        _tell_owners(now)
        with reading() as session:
            found = [(queue.SYNC, one) for one in due.connections(session, now)]
            found += [(queue.MAIL, one) for one in mailer.due(session, now)]
        self._woken = {key: at for key, at in self._woken.items() if at > now - AGAIN}
        return sum(self._wake(key, now) for key in found if key not in self._woken)

    def _wake(self, key: tuple[str, UUID], now: datetime) -> bool:
        if not queue.enqueue_now(key[0], str(key[1])):
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
    """Look every two seconds until told to stop."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    timers = Timers()
    print("timers: ready", flush=True)
    while not stopped.wait(LOOK_SECONDS):
        try:
            timers.look(system_clock())
        except OperationalError as error:
            log.warning("the database cannot be read now: %s", error.__class__.__name__)
