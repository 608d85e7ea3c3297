"""The timers' look among as many companies as there would be: the one part whose cost the sample cannot say.

The table is filled to each size in turn, and the product's own question is asked of it, moment after moment of an
hour. What it finds is due for its feed, because that comes to all of them by itself.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session

from bookipi_app.db import Database
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.rehearsal.load import phase
from bookipi_app.rehearsal.world import DAY, START
from bookipi_app.sync import due

LOOKS = 20
AT_ONCE = 10_000


def seconds_of_a_look(sizes: list[int], seed: int, feed_seconds: int) -> dict[int, float]:
    """For each size the median of some looks, in seconds of this machine."""
    found: dict[int, float] = {}
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        crowd = _Crowd(Path(folder), seed, feed_seconds)
        for size in sorted(sizes):
            crowd.grow(size, max(sizes))
            found[size] = crowd.look()
        crowd.database.engine.dispose()
    return found


class _Crowd:
    def __init__(self, folder: Path, seed: int, feed_seconds: int) -> None:
        self.database = Database(f"sqlite:///{folder / 'crowd.db'}")
        self.database.migrate()
        self._size, self._feed = 0, feed_seconds
        self._ids = random.Random(f"crowd {seed}")
        with self.database.transaction() as session:
            owner = User(
                email="owner@example.com", email_key="owner@example.com", name="Owner", country="US",
                password_hash="-", created_at=START,
            )  # fmt: skip
            session.add(owner)
            session.flush()
            self._owner = owner.id

    def grow(self, size: int, most: int) -> None:
        """More companies, all of them connected; of any number of them the timers are evenly spread."""
        for first in range(self._size, size, AT_ONCE):
            with self.database.transaction() as session:
                self._connect(session, range(first, min(first + AT_ONCE, size)), most)
        self._size = size

    def look(self) -> float:
        """The median of looks at moments with a few feeds due each."""
        taken: list[float] = []
        for number in range(LOOKS):
            begun = time.thread_time()  # SQLite works in this very thread; other processes do not count
            with self.database.reading() as session:
                due.connections(session, START + timedelta(milliseconds=50 * number))
            taken.append(time.thread_time() - begun)
        return statistics.median(taken)

    def _connect(self, session: Session, numbers: range, most: int) -> None:
        ids = [(UUID(int=self._ids.getrandbits(128)), number) for number in numbers]
        born = {"user_id": self._owner, "name": "Company", "country": "US", "created_at": START}
        session.connection().execute(insert(Company), [{"id": one, **born} for one, _ in ids])
        rows = [
            {
                "id": one,
                "company_id": one,
                "realm_id": str(number),
                "status": ConnectionStatus.CONNECTED,
                "first_connected_at": START,
                "connected_at": START,
                "feed_due_at": START + timedelta(seconds=self._feed * phase(number, most, 1)),
                "preflight_due_at": START + DAY,
                "compare_due_at": START + DAY,
            }
            for one, number in ids
        ]
        session.connection().execute(insert(Connection), rows)
