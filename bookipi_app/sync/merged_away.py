"""A creation that was never answered may have been merged away in QuickBooks before it is looked for.

Then nothing there bears its name any more, and made once more it would be there twice: beside what it was merged into.
QuickBooks tells of a merge in one event, and in its change feed that something is gone. What was read of that before it
went, and is as it was sent, was this creation: it is adopted as gone, and followed like any customer or item that was
merged. Of what nobody here ever read, a person says whether it was this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bookipi_app import exactjson
from bookipi_app.models import (
    Attempt,
    Connection,
    InboxEvent,
    Kind,
    Outcome,
    Reference,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.quickbooks.wire import OLDEST_FEED, Json, Purpose
from bookipi_app.sync import decided, likeness, remote, snapshot, story
from bookipi_app.sync.look import keep_agreement
from bookipi_app.sync.merges import MERGED
from bookipi_app.sync.snapshot import Agreement
from bookipi_app.sync.work import Run

MARGIN = timedelta(minutes=1)
WORD_COMES = timedelta(minutes=5)  # so long after something went, word of what became of it may be on its way
ADOPTED = (
    "Found gone in QuickBooks: it had been created, the answer was lost, and it was merged into another one"
)


@dataclass(frozen=True)
class Gone:
    """Something that is gone from QuickBooks since the sending.

    `into` is the id of what it was merged into, empty where nothing tells, or, if it `may_be_told`, not yet; `is_ours`
    says that it was what was sent.
    """

    id: str
    into: str
    is_ours: bool
    may_be_told: bool = False


def since(run: Run, kind: Kind, attempt: Attempt, moment: datetime) -> tuple[list[Gone], list[Json]]:
    """What is gone since a moment and may be this creation, and what it was merged into as that is now."""
    books, entity = run.quickbooks.meant_for(Purpose.RECOVERY), remote.ENTITIES[kind]
    earliest = max(moment, run.clock() - OLDEST_FEED + MARGIN)
    feed = books.change_feed((entity,), earliest)
    with run.lease.database.reading() as session:
        told = _told(session, run.connection, kind, attempt.created_at)
        ids = dict.fromkeys([*told, *(one.id for one in feed.tombstones)])
        found = _may_be(session, kind, attempt, list(ids), told)
    fresh = {
        one.id for one in feed.tombstones if feed.time and one.time and feed.time - one.time < WORD_COMES
    }
    found = [replace(one, may_be_told=not one.into and one.id in fresh) for one in found]
    survivors = {one.into for one in found if one.into}
    return found, list(books.query_ids(entity, sorted(survivors))) if survivors else []


def _told(session: Session, connection: Connection, kind: Kind, moment: datetime) -> dict[str, str]:
    """By QuickBooks' own word: what was merged into what, to the last of a row of merges."""
    events = select(InboxEvent.deleted_id, InboxEvent.remote_id).where(
        InboxEvent.realm_id == connection.realm_id,
        InboxEvent.entity == kind.value,
        InboxEvent.operation == MERGED,
        InboxEvent.received_at >= moment,
    )
    found = session.exec(events.order_by(col(InboxEvent.received_at)))
    into = {loser: survivor for loser, survivor in found if loser}
    return {loser: _last(loser, into) for loser in into}


def _last(loser: str, into: Mapping[str, str]) -> str:
    seen = [loser]
    while (survivor := into.get(seen[-1], "")) and survivor not in seen:
        seen.append(survivor)
    return seen[-1]


def _may_be(
    session: Session, kind: Kind, attempt: Attempt, ids: Sequence[str], told: Mapping[str, str]
) -> list[Gone]:
    """Not what is linked, nor what was known here and is another one."""
    sent, found = exactjson.loads(attempt.body), list[Gone]()
    known = remote.find_all(session, attempt.connection_id, kind, ids)
    for one in ids:
        record, into = known.get(one), told.get(one, "")
        if record is not None and record.local_id is not None:
            continue
        if record is not None and record.remote is not None:
            if likeness.may_be(kind, sent, record.remote):
                found.append(Gone(one, into, likeness.is_as_sent(kind, sent, record.remote)))
        elif session.get(Reference, (attempt.connection_id, kind.value, one)) is None:
            found.append(Gone(one, into, is_ours=False))
    return found


def adopt(
    session: Session, connection: Connection, record: SyncRecord, attempt: Attempt, gone: Gone, now: datetime
) -> None:
    """It was made, and is gone: what was sent is agreed, and what became of it is looked up like any merge."""
    early = remote.find(session, record.connection_id, record.kind, gone.id)
    if early is not None and early.id != record.id:
        session.delete(early)
        session.flush()
    attempt.outcome, attempt.answered_at = Outcome.DONE, now
    record.remote_id, record.remote_state = gone.id, RemoteState.GONE
    sent = exactjson.loads(attempt.body)
    keep_agreement(record, Agreement(attempt.local or {}, snapshot.of_remote(record.kind, sent)))
    record.base_version, record.base_token = attempt.local_version, -1
    record.generation, record.ended = attempt.generation, False
    record.due_at, record.tries, record.cause = now, 0, ""
    decided.used(session, record)
    story.tell(session, connection, record, Side.HERE, ADOPTED, now)
