"""One record that is due: look, plan, and do one thing. Then look again.

What touches only our database happens in the transaction that looked, so that nothing can change between the two.
A write to QuickBooks is stored there as an attempt; whose turn it is, and how it is sent, is `turns`' business.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.exc import DataError
from sqlmodel import Session, col, select

from bookipi_app import trace
from bookipi_app.models import (
    Answer,
    Connection,
    Flag,
    Kind,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.sync import (
    anew,
    attempts,
    decided,
    execute,
    look,
    match,
    merged_items,
    merges,
    observe,
    remote,
    story,
    united,
    waiting,
)
from bookipi_app.sync.actions import Cause
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.execute import LOOK_AGAIN, Follow
from bookipi_app.sync.gathered import Gathered
from bookipi_app.sync.local import Moved
from bookipi_app.sync.mapping import CannotCarry
from bookipi_app.sync.match import Certain, Match, Undoable
from bookipi_app.sync.plan import Doubt, Presence, plan
from bookipi_app.sync.work import Run

log = logging.getLogger(__name__)
MOST_LOOKS = 12  # of one record in one run: what needs more is not converging
SETTLE_DOWN = timedelta(minutes=1)
UNREADABLE = "QuickBooks sent this with a value that makes no sense here. It stays as it is on both sides."
LIKE_THIS = "Waits for QuickBooks' answer about a record like this one."
READ_AGAIN = timedelta(seconds=10)
THESE = select(SyncRecord).where(col(SyncRecord.id).in_(bindparam("these", expanding=True)))


def steps(run: Run, record_ids: Sequence[UUID]) -> list[UUID]:
    """One look at each of some records, in one transaction; the attempts that are stored now and have to be sent.

    If one of them cannot be carried nothing of it is committed, and each is looked at by itself: it fails alone.
    """
    try:
        with run.lease.transaction() as session:
            follows = _decide_each(session, run, record_ids)
    except (CannotCarry, Moved, Unreadable, DataError) as failure:
        if len(record_ids) > 1:
            return [attempt for one in record_ids for attempt in steps(run, [one])]
        with trace.scope(), run.lease.transaction() as session:
            follows = [_excuse(session, run, record_ids[0], failure)]
    for follow in follows:
        follow_up(run, follow)
    return [follow.attempt for follow in follows if follow.attempt is not None]


def follow_up(run: Run, follow: Follow) -> None:
    """What was left to do after the commit, but for sending."""
    with trace.scope():
        trace.follow(follow.trace)
        for call in follow.publish:
            call()
        for kind, remote_ids in follow.read.items():
            observe.read_wanted(run.lease, run.connection, run.quickbooks, kind, remote_ids)


def _decide_each(session: Session, run: Run, record_ids: Sequence[UUID]) -> list[Follow]:
    now = run.clock()
    connection = session.get_one(Connection, run.connection.id)
    found = {record.id: record for record in session.exec(THESE, params={"these": record_ids})}
    due = [found[one] for one in record_ids if one in found and _is_due(found[one], now)]
    known = Gathered(session, connection, now)
    known.fetch(due)
    known.fetch_for_writing(due)
    unanswered = attempts.unanswered(session, [record.id for record in due])
    follows: list[Follow] = []
    for record in due:
        if record not in session:  # it turned out to be one of the others
            continue
        with trace.scope():
            follows.append(_decide(run, known, record, unanswered.get(record.id)))
        if record in session:
            rest(record)
    return follows


def _is_due(record: SyncRecord, now: datetime) -> bool:
    return record.due_at is not None and record.due_at <= now


def rest(record: SyncRecord) -> None:
    """If nothing is left to do, neither a save nor any news waits here any more."""
    if record.due_at is None:
        record.saved_at = record.told_at = None


def _decide(run: Run, known: Gathered, record: SyncRecord, again_at: datetime | None) -> Follow:
    """One record. While its own last write is unanswered, which is sent again at `again_at`, nothing is sent for it.

    Nothing arrives that may be a creation of its kind which is unanswered.
    """
    session, now = known.session, known.now
    trace.follow(record.trace)
    if not _is_due(record, now):
        return Follow(alone=True)
    if again_at is not None:
        record.due_at = again_at + timedelta(milliseconds=1)
        return Follow(alone=True)
    if record.local_id is None and (asked_at := waiting.for_answer(session, record, now)):
        record.due_at = asked_at + READ_AGAIN
        return Follow(alone=True)
    record.tries += 1
    if record.tries > MOST_LOOKS:
        return _not_converging(run, record, now)
    follow = _look(run, known, record, now)
    if not follow.alone:
        known.forget()
    return follow


def _look(run: Run, known: Gathered, record: SyncRecord, now: datetime) -> Follow:
    session, connection = known.session, known.connection
    if merged := merges.follow(session, run, connection, record, now):
        return merged
    if merged := merged_items.follow(session, connection, record, now):
        return merged
    if united.unite(session, connection, record, now):
        known.forget()
    arrived = record.local_id is None
    doubt = _match(known, record)
    if arrived and record.local_id is not None:
        known.forget()
    if isinstance(doubt, Follow):
        return doubt
    seen = look.at(known, record, doubt)
    action = plan(seen.state)
    if asked := merges.ask_former(session, seen, action):
        return asked
    if moved := merged_items.repoint(session, run, connection, seen, action):
        return moved
    return execute.carry_out(session, run, connection, seen, action)


def _match(known: Gathered, record: SyncRecord) -> Doubt | Follow | None:
    """Before a first creation, and before an invoice is created anew, look whether the other side has it already."""
    session, connection, now = known.session, known.connection, known.now
    anew.look_for(known, record)
    looked_for = record.generation and record.kind is not Kind.INVOICE  # by its name, see `old_attempts`
    if record.base_local is not None or record.ended or looked_for:
        return None
    if record.local_id is None:
        return _match_here(session, connection, record, now)
    if record.remote_state is RemoteState.GONE:
        record.remote_id, record.remote, record.remote_state = None, None, RemoteState.UNKNOWN
        known.forget()
    if record.remote_id is not None:
        return None if record.remote is not None else _read_candidate(record, now)
    here = known.here(record)
    if here is None or here.state is Presence.ENDED or not look.travels(connection, record, here, None):
        return None  # what lies in the trash is looked for once it is taken out: it begins nothing
    candidate = _chosen(known, record, match.there(known, here, record.sent_as))
    if candidate is not None and waiting.for_answer_of_another(session, record):
        return _hold(record, now, LIKE_THIS, waiting.WAITS)
    if not isinstance(candidate, Certain):
        return candidate
    known.forget()
    return _join_there(session, record, candidate.id, now)


def _chosen(known: Gathered, record: SyncRecord, found: Match) -> Match:
    """What a person said counts; a candidate that was linked elsewhere meanwhile is none any more."""
    said = decided.candidate(known.decisions(record))
    if said is None:
        return found
    if said.answer is Answer.NEW:
        return None if isinstance(found, Doubt) else found
    return (
        Certain(said.value)
        if match.is_free(known.session, record.connection_id, record.kind, said.value)
        else found
    )


def _match_here(
    session: Session, connection: Connection, record: SyncRecord, now: datetime
) -> Doubt | Follow | None:
    """What arrives, and is still there, is linked where it is certain; it waits while a person is asked about it."""
    if record.remote is None or record.remote_state is RemoteState.GONE:
        return None
    if _asked_by(session, record):
        words = "Waits for your answer whether it is one that you have already."
        return _hold(record, now, words, waiting.FOR_PERSON)
    candidate = match.here(session, connection, record.kind, record.remote, now)
    if isinstance(candidate, Undoable):
        record.due_at = candidate.until
        return Follow()
    if isinstance(candidate, Doubt):
        rivals = [_record_of(session, record, UUID(one)) for one in candidate.candidates]
        if due := [one.due_at for one in rivals if one and one.due_at]:  # ours is first: it may have to ask
            record.due_at, record.tries = min(max(now + READ_AGAIN, *due), now + LOOK_AGAIN), 0
            return Follow()
    if not isinstance(candidate, Certain):
        return None
    own = _record_of(session, record, UUID(candidate.id))
    if own is not None and attempts.unanswered(session, [own.id]):
        return _hold(record, now, LIKE_THIS, waiting.WAITS)
    if own is not None:
        return _join_here(session, record, own, now)
    record.local_id, record.wanted = UUID(candidate.id), True
    return None


def _join_here(session: Session, arrived: SyncRecord, own: SyncRecord, now: datetime) -> Follow:
    """What arrived is one of ours: that one's record stays, with all that was ever sent for it."""
    obj = arrived.remote
    assert obj is not None
    session.delete(arrived)
    session.flush()
    if own.base_local is not None:
        anew.let_go(own)
    remote.adopt(own, obj)
    own.wanted, own.due_at, own.told_at, own.tries = True, now, arrived.told_at, 0
    return Follow()


def _asked_by(session: Session, record: SyncRecord) -> SyncRecord | None:
    """The record of ours that asks whether it is this one."""
    asking = select(SyncRecord).where(
        SyncRecord.connection_id == record.connection_id,
        SyncRecord.kind == record.kind,
        SyncRecord.flag == Flag.ATTENTION,
        SyncRecord.cause == Cause.MATCH.value,
    )
    for one in session.exec(asking):
        if record.remote_id in {candidate["id"] for candidate in (one.detail or {}).get("candidates", ())}:
            return one
    return None


def _hold(record: SyncRecord, now: datetime, words: str, cause: str) -> Follow:
    record.due_at, record.tries = now + LOOK_AGAIN, 0
    story.fly(record, Flag.SYNCING, now, words, cause)
    return Follow()


def _record_of(session: Session, record: SyncRecord, local_id: UUID) -> SyncRecord | None:
    return session.exec(
        select(SyncRecord).where(
            SyncRecord.connection_id == record.connection_id,
            SyncRecord.kind == record.kind,
            SyncRecord.local_id == local_id,
        )
    ).first()


def _join_there(session: Session, record: SyncRecord, remote_id: str, now: datetime) -> Follow | None:
    known = remote.find(session, record.connection_id, record.kind, remote_id)
    if known is not None and known.remote is not None and known.remote_state is not RemoteState.GONE:
        obj = known.remote
        session.delete(known)
        session.flush()
        remote.adopt(record, obj)
        return None
    if known is not None:
        session.delete(known)
        session.flush()
    record.remote_id, record.remote_state = remote_id, RemoteState.UNKNOWN
    return _read_candidate(record, now)


def _read_candidate(record: SyncRecord, now: datetime) -> Follow:
    record.due_at = now + READ_AGAIN  # reading it makes it due at once; this is for the case that it fails
    return Follow(read={record.kind: [record.remote_id or ""]})


def _excuse(
    session: Session, run: Run, record_id: UUID, failure: CannotCarry | Moved | Unreadable | DataError
) -> Follow:
    """The record fails alone: what cannot be carried, read or stored says why; what moved is looked at again."""
    record = session.get_one(SyncRecord, record_id)
    trace.follow(record.trace)
    match failure:
        case Moved():
            return Follow()
        case Unreadable() | DataError():
            log.warning("%s %s: %s", record.kind.value, record.remote_id, type(failure).__name__)
            flag, words, cause = Flag.ATTENTION, UNREADABLE, "unreadable"
        case CannotCarry():
            flag = Flag.NOT_SYNCED if record.base_local is None else Flag.ATTENTION
            words, cause = failure.words, failure.cause
    record.due_at, record.tries = None, 0
    if story.fly(record, flag, run.clock(), words, cause) and record.local_id is None:
        _tell_of_stranger(session, run, record, words)
    return Follow(publish=[_publication(run, record)])


def _tell_of_stranger(session: Session, run: Run, record: SyncRecord, words: str) -> None:
    """What cannot arrive has no page here on which its reason could stand: the activity says it."""
    connection = session.get_one(Connection, run.connection.id)
    obj = record.remote or {}
    named = next(
        (obj[key] for key in ("DocNumber", "DisplayName", "Name") if isinstance(obj.get(key), str)), ""
    )
    what = f"{record.kind.value.capitalize()} {named}".strip()
    said = f"{what} did not arrive from QuickBooks. {words}"
    story.tell(session, connection, record, Side.QUICKBOOKS, said, run.clock())


def _not_converging(run: Run, record: SyncRecord, now: datetime) -> Follow:
    """A defence against our own mistakes: what does not come to rest is slowed down, and seen."""
    log.error("record %s does not come to rest", record.id)
    record.due_at, record.tries = now + SETTLE_DOWN, 0
    return Follow()


def _publication(run: Run, record: SyncRecord) -> Callable[[], None]:
    company, kind, local_id = run.connection.company_id, record.kind.value, record.local_id
    return lambda: run.publish(company, kind, local_id)
