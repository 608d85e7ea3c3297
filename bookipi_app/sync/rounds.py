"""One record that is due: look, plan, and do one thing. Then look again.

What touches only our database happens in the transaction that looked, so that nothing can change between the two.
A write to QuickBooks is stored there as an attempt; whose turn it is, and how it is sent, is `turns`' business.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, or_
from sqlmodel import Session, col, select

from bookipi_app import trace
from bookipi_app.models import (
    Answer,
    Attempt,
    Company,
    Connection,
    Flag,
    Operation,
    Outcome,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.sync import decided, execute, look, match, merges, observe, remote, story, united, waiting
from bookipi_app.sync.actions import Cause
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.execute import LOOK_AGAIN, Follow
from bookipi_app.sync.local import Moved
from bookipi_app.sync.mapping import CannotCarry
from bookipi_app.sync.match import Certain, Match
from bookipi_app.sync.plan import Doubt, plan
from bookipi_app.sync.work import Run

log = logging.getLogger(__name__)
MOST_LOOKS = 12  # of one record in one run: what needs more is not converging
SETTLE_DOWN = timedelta(minutes=1)
UNREADABLE = "QuickBooks sent this with a value that makes no sense here. It stays as it is on both sides."
READ_AGAIN = timedelta(seconds=10)
# A record with all that every look at it begins with: one question instead of four.
ABOUT = (
    select(
        SyncRecord,
        Connection,
        Company,
        exists().where(
            col(Attempt.connection_id) == col(SyncRecord.connection_id), col(Attempt.outcome) == Outcome.OPEN
        ),
    )
    .join(Connection, col(Connection.id) == col(SyncRecord.connection_id))
    .join(Company, col(Company.id) == col(Connection.company_id))
    .where(col(SyncRecord.id) == bindparam("this"))
)

_OPEN = (col(Attempt.connection_id) == bindparam("mine"), col(Attempt.outcome) == Outcome.OPEN)
_OF_RECORD = col(Attempt.record_id) == bindparam("this")
# What else is open is not loaded: during a bulk that would be a whole batch of texts at each look.
OPEN_OF_RECORD = select(Attempt).where(*_OPEN, _OF_RECORD)
OPEN_OR_CREATION = select(Attempt).where(*_OPEN, or_(_OF_RECORD, col(Attempt.operation) == Operation.CREATE))


def step(run: Run, record_id: UUID) -> UUID | None:
    """One look at one record and what follows from it: the attempt that is stored now and has to be sent."""
    with trace.scope():
        return _step(run, record_id)


def _step(run: Run, record_id: UUID) -> UUID | None:
    try:
        with run.lease.transaction() as session:
            follow = _decide(session, run, record_id)
            _rest(session, record_id)
    except (CannotCarry, Moved, Unreadable) as failure:
        with run.lease.transaction() as session:
            follow = _excuse(session, run, record_id, failure)
    for call in follow.publish:
        call()
    for kind, remote_ids in follow.read.items():
        observe.read_wanted(run.lease, run.connection, run.quickbooks, kind, remote_ids)
    return follow.attempt


def _rest(session: Session, record_id: UUID) -> None:
    """Nothing is left to do: neither a save nor any news waits here any more."""
    record = session.get(SyncRecord, record_id)
    if record is not None and record.due_at is None:
        record.saved_at = record.told_at = None


def _decide(session: Session, run: Run, record_id: UUID) -> Follow:
    now = run.clock()
    found = session.exec(ABOUT, params={"this": record_id}).one_or_none()
    if found is None:
        return Follow()
    record, connection, _company, unanswered = found  # the company is asked for later, and is there then
    if record.due_at is None or record.due_at > now:
        return Follow()
    trace.follow(record.trace)
    if unanswered and (waits_for := _obstacle(session, record)):
        record.due_at = waits_for
        return Follow()
    record.tries += 1
    if record.tries > MOST_LOOKS:
        return _not_converging(run, record, now)
    if merged := merges.follow(session, run, connection, record, now):
        return merged
    united.unite(session, connection, record, now)
    doubt = _match(session, connection, record, now)
    if isinstance(doubt, Follow):
        return doubt
    seen = look.at(session, connection, record, now, doubt)
    action = plan(seen.state)
    if asked := merges.ask_former(session, seen, action):
        return asked
    return execute.carry_out(session, run, connection, seen, action)


def _obstacle(session: Session, record: SyncRecord) -> datetime | None:
    """Nothing is sent for a record whose last write is unanswered; nothing arrives while a creation is."""
    which = OPEN_OF_RECORD if record.local_id is not None else OPEN_OR_CREATION
    sought = {"mine": record.connection_id, "this": record.id}
    for attempt in session.exec(which, params=sought):
        if attempt.record_id == record.id:
            return (attempt.next_try_at or attempt.created_at) + timedelta(milliseconds=1)
        if record.local_id is None and attempt.operation is Operation.CREATE:
            return (attempt.next_try_at or attempt.created_at) + READ_AGAIN
    return None


def _match(
    session: Session, connection: Connection, record: SyncRecord, now: datetime
) -> Doubt | Follow | None:
    """Before a first creation, look once whether the other side has it already."""
    if record.base_local is not None or record.ended or record.generation:
        return None
    if record.local_id is None:
        return _match_here(session, connection, record, now)
    if record.remote_state is RemoteState.GONE:
        record.remote_id, record.remote, record.remote_state = None, None, RemoteState.UNKNOWN
    if record.remote_id is not None:
        return None if record.remote is not None else _read_candidate(record, now)
    found = look.at(session, connection, record, now)
    if found.local is None or not found.state.travels:
        return None
    candidate = _chosen(session, record, match.there(session, connection, found.local.record))
    if candidate is not None and _creation_unanswered(session, record):
        return _hold(record, now, "Waits for QuickBooks' answer about a record like this one.", waiting.WAITS)
    if not isinstance(candidate, Certain):
        return candidate
    return _join_there(session, record, candidate.id, now)


def _chosen(session: Session, record: SyncRecord, found: Match) -> Match:
    """What a person said counts; a candidate that was linked elsewhere meanwhile is none any more."""
    said = decided.candidate(decided.of(session, record))
    if said is None:
        return found
    if said.answer is Answer.NEW:
        return None if isinstance(found, Doubt) else found
    return (
        Certain(said.value)
        if match.is_free(session, record.connection_id, record.kind, said.value)
        else found
    )


def _match_here(
    session: Session, connection: Connection, record: SyncRecord, now: datetime
) -> Doubt | Follow | None:
    """What arrives is linked where it is certain. While a person is asked about it, it waits for the answer."""
    if record.remote is None:
        return None
    if _asked_by(session, record):
        return _hold(record, now, "Waits for your answer whether it is one that you have already.")
    candidate = match.here(session, connection, record.kind, record.remote)
    if isinstance(candidate, Doubt):
        rivals = [_record_of(session, record, UUID(one)) for one in candidate.candidates]
        if any(rival is not None and rival.due_at is not None for rival in rivals):
            record.due_at = now + READ_AGAIN  # ours is looked at first: it may have to ask
            return Follow()
    if not isinstance(candidate, Certain):
        return None
    own = _record_of(session, record, UUID(candidate.id))
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


def _creation_unanswered(session: Session, record: SyncRecord) -> bool:
    """True while another record of this kind was sent and never answered: what looks like ours may be that one."""
    sent = (
        select(Attempt.id)
        .join(SyncRecord, col(SyncRecord.id) == Attempt.record_id)
        .where(
            Attempt.connection_id == record.connection_id,
            Attempt.outcome == Outcome.OPEN,
            Attempt.operation == Operation.CREATE,
            Attempt.tries > 0,
            SyncRecord.kind == record.kind,
            SyncRecord.id != record.id,
        )
    )
    return session.exec(sent.limit(1)).first() is not None


def _hold(record: SyncRecord, now: datetime, words: str, cause: str = "") -> Follow:
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
    if known is not None and known.remote is not None:
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


def _excuse(session: Session, run: Run, record_id: UUID, failure: CannotCarry | Moved | Unreadable) -> Follow:
    """The record fails alone: what cannot be carried or read says why; what moved is looked at again."""
    record = session.get_one(SyncRecord, record_id)
    match failure:
        case Moved():
            return Follow()
        case Unreadable():
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
