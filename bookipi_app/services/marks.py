"""A record changed: note that it is to be looked at, and tell open pages and the engine after the commit.

This is all that saving knows about QuickBooks. What is to be done is the engine's question, asked of the database; a
wake-up that gets lost costs time and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from bookipi_app import live, queue, trace
from bookipi_app.db import after_commit
from bookipi_app.models import Attempt, Connection, Flag, Kind, Outcome, SyncRecord
from bookipi_app.models.conditions import IS_LIVE

log = logging.getLogger(__name__)
MATCH = "match"  # SyncRecord.cause while a person is asked which record in QuickBooks it is
FLAGS_OF_REST = (Flag.SYNCED, Flag.DIFFERS, Flag.ATTENTION)
"""What an edit makes untrue: nothing may claim to be equal, or refused, that has not been looked at again."""


def mark(session: Session, company_id: UUID, kind: Kind, local_id: UUID, now: datetime) -> None:
    """Make a record due for a look, if the company has a connection that is not frozen.

    It says *Syncing* until the engine has looked; an open conflict and a frozen record stay what they are.
    """
    after_commit(session, partial(live.publish, company_id, kind.value, local_id))
    connection_id = session.exec(
        select(Connection.id).where(
            col(Connection.company_id) == company_id,
            IS_LIVE,
        )
    ).one_or_none()
    if connection_id is None:
        return
    session.flush()
    _make_due(session, connection_id, kind, local_id, now)
    log.info("%s %s saved, to be looked at", kind.value, local_id)
    wake(session, connection_id)


def look_again(session: Session, company_id: UUID, record: SyncRecord, now: datetime) -> None:
    """Make a record due because of something that a person decided about it, and wake its connection."""
    _set_due(session, record, now)
    session.add(record)
    session.flush()
    publish(session, company_id, record)
    wake(session, record.connection_id)


def publish(session: Session, company_id: UUID, record: SyncRecord) -> None:
    """Tell open pages of a record after the commit."""
    after_commit(session, partial(live.publish, company_id, record.kind.value, record.local_id))


def wake(session: Session, connection_id: UUID) -> None:
    """There is something to do for a connection: said to the engine after the commit."""
    session.exec(
        update(Connection).where(col(Connection.id) == connection_id).values(wake=col(Connection.wake) + 1)
    )
    after_commit(session, partial(queue.wake, connection_id))


def hurry(session: Session, record_ids: Sequence[UUID], now: datetime) -> None:
    """What was sent and not answered is sent again now, and not when its patience ends."""
    session.connection().execute(
        update(Attempt)
        .where(col(Attempt.record_id).in_(record_ids), col(Attempt.outcome) == Outcome.OPEN)
        .values(next_try_at=now)
    )


def _make_due(session: Session, connection_id: UUID, kind: Kind, local_id: UUID, now: datetime) -> None:
    record = session.exec(
        select(SyncRecord)
        .where(
            col(SyncRecord.connection_id) == connection_id,
            col(SyncRecord.kind) == kind,
            col(SyncRecord.local_id) == local_id,
        )
        .with_for_update()
    ).one_or_none()
    if record is None:
        record = SyncRecord(
            connection_id=connection_id, kind=kind, local_id=local_id, flag=Flag.SYNCING, flag_since=now
        )
    _set_due(session, record, now)
    session.add(record)
    session.flush()


def _set_due(session: Session, record: SyncRecord, now: datetime) -> None:
    if record.flag is Flag.ATTENTION and record.cause == MATCH:
        # A question about a lost creation is asked anew where that is looked for: at the attempt's next try.
        hurry(session, [record.id], now)
    if record.flag in FLAGS_OF_REST:
        record.flag, record.reason, record.cause, record.flag_since = Flag.SYNCING, "", "", now
    record.due_at = record.saved_at = now
    record.trace = trace.current()
