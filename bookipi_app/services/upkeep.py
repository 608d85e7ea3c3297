"""How the whole is doing, in numbers, for health, metrics and `bookipi doctor`: nothing of any customer."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import and_, case, func
from sqlmodel import Session, col, select

from bookipi_app.models import Attempt, Connection, ConnectionStatus, Flag, Outcome, ReadCount, SyncRecord
from bookipi_app.models.sync import WAITS_FOR_PERSON, WAITS_FOR_REFERENCE
from bookipi_app.services.marks import MATCH

LATE = timedelta(minutes=15)  # whatever waits for longer without asking a person is a fault of ours


@dataclass(frozen=True)
class Pending:
    """What waits to travel, of connections that work: how much, and since when the oldest does."""

    records: int
    writes: int  # stored, and without an answer
    oldest: timedelta | None

    @property
    def late(self) -> bool:
        """True if something has waited for longer than it ever should."""
        return self.oldest is not None and self.oldest > LATE


def pending(session: Session, now: datetime) -> Pending:
    """What waits now. Costs what waits, not what exists. A pause that QuickBooks asked for counts as waiting.

    What waits for another one, or for a person, does so since its next look was due; a write that a person is asked
    about waits for nobody else.
    """
    working = col(Connection.status) == ConnectionStatus.CONNECTED
    saved = func.coalesce(SyncRecord.saved_at, SyncRecord.told_at, SyncRecord.due_at)
    has_to_wait = col(SyncRecord.cause).in_((WAITS_FOR_REFERENCE, WAITS_FOR_PERSON))
    due = (
        select(func.count(), func.min(case((has_to_wait, col(SyncRecord.due_at)), else_=saved)))
        .select_from(SyncRecord)
        .join(Connection, col(Connection.id) == SyncRecord.connection_id)
        .where(working, col(SyncRecord.due_at).is_not(None), col(SyncRecord.due_at) <= now)
    )
    is_asked = and_(col(SyncRecord.flag) == Flag.ATTENTION, col(SyncRecord.cause) == MATCH)
    unanswered = (
        select(func.count(), func.min(case((is_asked, None), else_=col(Attempt.created_at))))
        .select_from(Attempt)
        .join(Connection, col(Connection.id) == Attempt.connection_id)
        .join(SyncRecord, col(SyncRecord.id) == col(Attempt.record_id))
        .where(working, col(Attempt.outcome) == Outcome.OPEN)
    )
    records, first = cast("tuple[int, datetime | None]", session.exec(due).one())
    writes, sent = cast("tuple[int, datetime | None]", session.exec(unanswered).one())
    since = min((moment for moment in (first, sent) if moment is not None), default=None)
    return Pending(records, writes, max(now - since, timedelta()) if since is not None else None)


def connections(session: Session) -> dict[str, int]:
    """How many there are in each state."""
    counted = select(Connection.status, func.count()).group_by(col(Connection.status))
    found = dict(cast("list[tuple[ConnectionStatus, int]]", session.exec(counted).all()))
    return {status.value: found.get(status, 0) for status in ConnectionStatus}


def reads_this_month(session: Session, now: datetime) -> dict[str, int]:
    """The reads that Intuit meters, since the month began (UTC), by purpose."""
    first = now.date().replace(day=1)
    counted = (
        select(ReadCount.purpose, func.sum(ReadCount.count))
        .where(col(ReadCount.day) >= first)
        .group_by(col(ReadCount.purpose))
    )
    return {purpose: int(count) for purpose, count in session.exec(counted)}


def forecast(reads: int, now: datetime) -> float:
    """What the month's reads come to at its end if they go on as until now. The first hours count as one day."""
    days = monthrange(now.year, now.month)[1]
    passed = now.day - 1 + (now.hour * 3600 + now.minute * 60 + now.second) / 86_400
    return reads * days / max(passed, 1.0)
