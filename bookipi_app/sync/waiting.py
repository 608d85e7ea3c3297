"""Records that wait for others: an invoice for its customer and its items."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from bookipi_app.models import Kind, RemoteState, SyncRecord

WAITS = "waits_for_reference"  # SyncRecord.cause while another record has to go first


def wake(session: Session, record: SyncRecord, now: datetime) -> None:
    """A customer or item is on both sides now: whatever waited for one looks again."""
    if record.kind is Kind.INVOICE or record.remote_state is RemoteState.UNKNOWN:
        return
    session.exec(
        update(SyncRecord)
        .where(col(SyncRecord.connection_id) == record.connection_id, col(SyncRecord.cause) == WAITS)
        .values(due_at=now)
    )
