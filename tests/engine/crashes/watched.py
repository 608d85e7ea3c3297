"""A database whose readings are told too, and a moment of a whole world that is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from tests.engine.crashes.points import AFTER_READING
from tests.engine.simulation.world import Bordered


class Watched(Bordered):
    """Tells of readings too: what somebody does between two of them must not be overlooked."""

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """See `Database.reading`."""
        with super().reading() as session:
            yield session
        self.border(AFTER_READING)


@dataclass(frozen=True)
class Kept:
    """A moment to which a stage can be set back."""

    now: datetime
    database: sqlite3.Connection
    sandbox: bytes
