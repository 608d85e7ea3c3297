"""QuickBooks' word that it merged something, hours after that was found gone: our address did not answer before.

Until then it is archived like what was deleted, and nothing else tells. The word is news however long there was peace:
it is followed, and what could not be sent is tried once more, as it may have waited for what was merged.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.db import Database
from bookipi_app.models import InboxEvent, RemoteState, SyncRecord
from bookipi_app.sync.merges import MERGED


class LateWords:
    """What of a connection is gone and nothing more than that, at a moment."""

    def __init__(self, database: Database, connection_id: UUID, now: datetime) -> None:
        self.database, self.since = database, now
        gone = select(SyncRecord.id).where(
            SyncRecord.connection_id == connection_id,
            SyncRecord.remote_state == RemoteState.GONE,
            col(SyncRecord.alias_of).is_(None),
        )
        with database.reading() as session:
            self.gone = list(session.exec(gone))

    def followed(self) -> bool:
        """One of them is known to be merged by now, by a word that came since that moment."""
        followed = select(SyncRecord).where(
            col(SyncRecord.id).in_(self.gone), col(SyncRecord.alias_of).is_not(None)
        )
        with self.database.reading() as session:
            return any(self._is_told(session, record) for record in session.exec(followed))

    def _is_told(self, session: Session, record: SyncRecord) -> bool:
        told = select(InboxEvent.id).where(
            InboxEvent.entity == record.kind.value,
            InboxEvent.operation == MERGED,
            InboxEvent.deleted_id == record.remote_id,
            InboxEvent.received_at > self.since,
        )
        return session.exec(told.limit(1)).first() is not None
