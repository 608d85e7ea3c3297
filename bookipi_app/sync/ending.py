"""How a connection ends: a person disconnects, or the grant is withdrawn; and how it does not end for want of use."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from bookipi_app.errors import TryLater
from bookipi_app.models import Connection, ConnectionStatus, Flag, SyncRecord
from bookipi_app.quickbooks.auth import StoredTokens
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.faults import GrantLost
from bookipi_app.sync.lease import Lease
from bookipi_app.sync.work import Publish

IDLE = timedelta(days=30)  # used again when so little is left of the hundred days that Intuit gives
AGAIN = timedelta(minutes=5)


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
    """The permission ended: everything that waits stays as it is until a person connects again.

    Somebody may have done so, or disconnected, since the connection was read: then this is said of what is over.
    """
    with lease.transaction() as session:
        row = session.get_one(Connection, connection.id)
        if is_another_by_now(row, connection):
            return
        row.status, row.problem = ConnectionStatus.RECONNECT, words[:500]
    publish(connection.company_id, "connection", None)


def is_another_by_now(row: Connection, read: Connection) -> bool:
    """Whether somebody disconnected or connected again, or the guard stopped, since a connection was read.

    What the requests made of it until then say nothing of how it stands now.
    """
    return (row.status, row.connected_at) != (read.status, read.connected_at)


def keep_alive(lease: Lease, connection: Connection, quickbooks: QuickBooks, publish: Publish) -> bool:
    """A connection in review asks nothing of QuickBooks: use its grant once before it ends for want of use.

    Always False: there is nothing else to do for it. One at work uses its grant all the time.
    """
    tokens, now = quickbooks.tokens, lease.clock()
    if not isinstance(tokens, StoredTokens) or not stands_idle(connection, now):
        return False
    try:
        tokens.keep_alive()
    except GrantLost as failure:
        lose_grant(lease, connection, failure.words, publish)
    except TryLater:
        with lease.transaction() as session:
            session.get_one(Connection, connection.id).paused_until = now + AGAIN
    return False


def stands_idle(connection: Connection, now: datetime) -> bool:
    """True for a grant that ends within weeks, and whose access token has run out: nobody has used it lately."""
    idle_end, token_end = connection.refresh_expires_at, connection.access_expires_at
    if idle_end is None or token_end is None or token_end > now:
        return False
    return idle_end - now <= IDLE and (connection.paused_until is None or connection.paused_until <= now)
