"""How a connection ends: a person disconnects, or the grant is withdrawn."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col

from bookipi_app.models import Connection, ConnectionStatus, Flag, SyncRecord
from bookipi_app.quickbooks.auth import StoredTokens
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.sync.lease import Lease
from bookipi_app.sync.work import Publish


def disconnect(lease: Lease, connection: Connection, quickbooks: QuickBooks, publish: Publish) -> bool:
    """Revoke the grant at Intuit, forget the tokens and freeze every record as it is.

    Raises:
        TryLater: Intuit cannot be reached; the sweep comes back, and nothing else is sent meanwhile.
    """
    if isinstance(quickbooks.tokens, StoredTokens):
        quickbooks.tokens.revoke()
    now = lease.clock()
    with lease.transaction() as session:
        row = session.get_one(Connection, connection.id)
        row.status, row.frozen_at, row.problem = ConnectionStatus.FROZEN, now, ""
        row.tokens_sealed = row.access_expires_at = row.refresh_expires_at = None
        row.paused_until = row.feed_due_at = None
        synced = (Flag.SYNCED, Flag.SYNCING, Flag.DIFFERS, Flag.ATTENTION, Flag.CONFLICT)
        session.exec(
            update(SyncRecord)
            .where(
                col(SyncRecord.connection_id) == connection.id,
                col(SyncRecord.remote_id).is_not(None),
                col(SyncRecord.flag).in_(synced),
            )
            .values(flag=Flag.FROZEN, flag_since=now)
        )
    publish(connection.company_id, "connection", None)
    return False


def lose_grant(lease: Lease, connection: Connection, words: str, publish: Publish) -> None:
    """The permission ended: everything that waits stays as it is until a person connects again."""
    with lease.transaction() as session:
        row = session.get_one(Connection, connection.id)
        row.status, row.problem = ConnectionStatus.RECONNECT, words[:500]
    publish(connection.company_id, "connection", None)
