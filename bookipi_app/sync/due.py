"""Which connections have something to do now. Costs what is due, not what exists: each look-up has its index.

A look has two halves: what may be due, found by one index each, and of those what really is. Asked in one condition
alone, a database reads every connection there is, each second.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Exists,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    text,
    union_all,
)
from sqlmodel import Session, col, select

from bookipi_app.models import Attempt, Connection, ConnectionStatus, InboxEvent, Outcome, SyncRecord
from bookipi_app.models.sync import DUE, LIVE, PASSING, TIMED, UNANSWERED
from bookipi_app.sync.ending import IDLE

INBOX_PATIENCE = timedelta(
    seconds=2
)  # the webhook's own wake-up comes first; an event of our second waits so long

NOW: BindParameter[datetime] = bindparam("now")
HEARD: BindParameter[datetime] = bindparam("heard")


def connections(session: Session, now: datetime) -> list[tuple[UUID, int]]:
    """The connections that a sweep must wake: due, awake, and held by nobody. With each, the number of its last run."""
    moments = {"now": now, "heard": now - INBOX_PATIENCE, "idle": now + IDLE}
    found = session.connection().execute(_question(), moments)
    return [(connection_id, fence) for connection_id, fence in found]


@cache
def _question() -> Select[UUID, int]:
    """Asked each second, so it is made once."""
    held = col(Connection.lease_until) >= NOW
    awake = or_(col(Connection.paused_until).is_(None), col(Connection.paused_until) <= NOW)
    connected = and_(col(Connection.status) == ConnectionStatus.CONNECTED, awake)
    reviewing = and_(
        col(Connection.status) == ConnectionStatus.REVIEW, col(Connection.vanished).is_(None), awake
    )  # reads and plans; what a guard stopped only keeps its grant
    something = or_(
        and_(col(Connection.status) == ConnectionStatus.DISCONNECTING, awake),
        and_(col(Connection.status) == ConnectionStatus.REVIEW, _idle()),
        and_(connected, or_(_timed(), _record(), _attempt(), _event())),
        and_(reviewing, or_(_timed(), _record(), _event())),
    )
    free = or_(col(Connection.lease_holder).is_(None), ~held)
    near = col(Connection.id).in_(_perhaps())
    return select(Connection.id, Connection.fence).where(near, something, free)


def _perhaps() -> CompoundSelect[UUID]:
    """All that may be due, and little else. What stands as text stands so in an index that holds nothing else."""
    timers = (Connection.feed_due_at, Connection.preflight_due_at, Connection.compare_due_at)
    unread = select(InboxEvent.realm_id).where(
        col(InboxEvent.done_at).is_(None), col(InboxEvent.received_at) <= HEARD
    )
    return union_all(
        *(select(Connection.id).where(text(TIMED), col(timer) <= NOW) for timer in timers),
        select(Connection.id).where(text(PASSING)),
        _with_records(),
        select(Attempt.connection_id).where(text(UNANSWERED)),
        select(Connection.id).where(text(LIVE), col(Connection.realm_id).in_(unread)),
    )


def _with_records() -> Select[UUID]:
    """The connections that have records to be looked at, now or later.

    Each is found from the one before by one look into the index, however many records wait there.
    """
    mine, pending = col(SyncRecord.connection_id), text(DUE)
    first = select(mine).where(pending).order_by(mine).limit(1).scalar_subquery()
    step = select(first.label("id")).cte("step", recursive=True)
    after = select(mine).where(pending, mine > step.c.id).order_by(mine).limit(1).correlate(step)
    step = step.union_all(select(after.scalar_subquery()).where(step.c.id.is_not(None)))
    return select(step.c.id).where(step.c.id.is_not(None))


def _timed() -> ColumnElement[bool]:
    """The feed, the daily reading of settings, the comparison of the books."""
    return or_(
        col(Connection.feed_due_at) <= NOW,
        col(Connection.preflight_due_at) <= NOW,
        col(Connection.compare_due_at) <= NOW,
    )


def _idle() -> ColumnElement[bool]:
    """A grant that nobody uses and that ends soon for want of use."""
    return and_(
        col(Connection.refresh_expires_at) <= bindparam("idle"),
        col(Connection.access_expires_at) <= NOW,
        or_(col(Connection.paused_until).is_(None), col(Connection.paused_until) <= NOW),
    )


def _record() -> Exists:
    return exists().where(
        col(SyncRecord.connection_id) == Connection.id,
        col(SyncRecord.due_at).is_not(None),
        col(SyncRecord.due_at) <= NOW,
    )


def _attempt() -> Exists:
    return exists().where(
        col(Attempt.connection_id) == Connection.id,
        col(Attempt.outcome) == Outcome.OPEN,
        or_(col(Attempt.next_try_at).is_(None), col(Attempt.next_try_at) <= NOW),
    )


def _event() -> Exists:
    return exists().where(
        col(InboxEvent.realm_id) == Connection.realm_id,
        col(InboxEvent.done_at).is_(None),
        col(InboxEvent.received_at) <= HEARD,
    )
