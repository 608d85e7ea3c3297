"""A worker process: ends what its dead predecessor held, then serves one queue."""

from __future__ import annotations

import gc

from bookipi_app import queue
from bookipi_app.clock import system_clock
from bookipi_app.db import database
from bookipi_app.quickbooks import auth, keys
from bookipi_app.settings import settings
from bookipi_app.sync import feed, lease


def require_keys() -> None:
    """Refuse to work with keys that do not open what is stored.

    Raises:
        SettingsError: with the sentence for who runs the app.
    """
    auth.this_vault()
    keys.require(database())


def main(queue_name: str) -> None:
    """Serve a queue until told to stop."""
    if queue_name == queue.SYNC:
        for connection_id in lease.end_own(database(), settings().worker_slot):
            queue.enqueue_now(queue.SYNC, str(connection_id))
        with database().transaction() as session:
            feed.ask_soon(session, system_clock())
    _spare_the_collector()
    queue.work(queue_name)


def _spare_the_collector() -> None:
    """What is loaded stays, and most of what a run makes goes by itself: cycles are sought elsewhere, and seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
