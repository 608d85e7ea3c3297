"""The database is brought back from a backup: it is older than QuickBooks, and what was typed since is lost here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from bookipi_app.models import Connection, Kind, SyncRecord
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.world import Simulated


@dataclass
class Restorer:
    """Whoever keeps the backups."""

    world: Simulated
    journal: Journal
    struck: Callable[[Fault], None]
    kept: sqlite3.Connection | None = None
    kept_at: int = 0

    def backs_up(self) -> None:
        """Keep the database as it is now."""
        self.kept = self.world.bordered.copy()
        self.kept_at = self.journal.tell("here is a backup made")

    def restores(self) -> None:
        """Bring it back as `bookipi restore` does: nobody holds anything, and QuickBooks is heard first."""
        if self.kept is None:
            raise Nothing
        linked = self._links()
        self.world.bordered.become(self.kept)
        self._prepare()
        self.kept = None
        self.world.traffic.heard.clear()  # what was heard since is lost as well, and asked for again
        known = {(kind, local_id) for kind, local_id, _ in self._links()}
        self.journal.orphans |= {
            (kind, there or "") for kind, here, there in linked if (kind, here) not in known
        }
        self.struck(Fault.RESTORED)
        self.journal.restored.append((self.kept_at, self.journal.tell("here is the backup brought back")))

    def _links(self) -> list[tuple[Kind, Any, str | None]]:
        found = select(col(SyncRecord.kind), col(SyncRecord.local_id), col(SyncRecord.remote_id))
        with self.world.database.reading() as session:
            return [
                (kind, here, there)
                for kind, here, there in session.exec(found.where(col(SyncRecord.local_id).is_not(None)))
            ]

    def _prepare(self) -> None:
        now = self.world.now
        with self.world.database.transaction() as session:
            session.connection().execute(
                update(Connection)
                .where(col(Connection.status) != "frozen")
                .values(
                    feed_due_at=now,
                    compare_due_at=now,
                    comparing=None,
                    paused_until=None,
                    lease_holder=None,
                    lease_until=None,
                    refresh_claim=None,
                    refresh_claim_until=None,
                    fence=col(Connection.fence) + 1,
                )
            )
