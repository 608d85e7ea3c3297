"""Two workers, one refresh: a thousand races, each with exactly one call to Intuit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bookipi_app.db import Database
from bookipi_app.quickbooks.auth import StoredTokens
from tests.quickbooks.test_auth import VAULT, Row

RACES = 1000


def test_lesson_22_a_thousand_races_call_intuit_once_each(tmp_path: Path) -> None:
    """Every renewal kills the token before it: a second call with the old one would end the connection."""
    row = Row(tmp_path, refresh_rotation="every")
    gate = threading.Barrier(2, timeout=30)
    workers = [_Worker(row, Database(row.database.url), gate) for _ in range(2)]
    token = row.pair.access
    with ThreadPoolExecutor(2) as threads:
        for race in range(1, RACES + 1):
            first, second = threads.map(_Worker.race, workers, [token] * 2)
            assert first == second != token
            assert row.renewals == race
            token = first
    assert row.stored().refresh_claim is None


class _Worker:
    """One process: its own connections to the database, its own idea of the tokens."""

    def __init__(self, row: Row, database: Database, gate: threading.Barrier) -> None:
        self._gate = gate
        self._tokens = StoredTokens(
            row.id, database.transaction, row.books.oauth(), VAULT, row.books.clock, self._pause
        )

    def race(self, failed_token: str) -> str:
        assert self._tokens.access_token() == failed_token
        self._gate.wait()
        return self._tokens.refresh(failed_token)

    def _pause(self, _seconds: float) -> None:
        threading.Event().wait(0.005)  # lets the other one work; nobody waits for a clock
