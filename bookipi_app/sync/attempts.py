"""Attempts: every write is stored before it is sent, and repeated byte for byte until its outcome is known.

While an attempt is open nothing else is sent for its record, whatever was edited since. Only a definite refusal ends it
without an effect; a lost answer, a server error or a limit leaves it open under the same request id, and QuickBooks
answers the repetition with the first answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from bookipi_app.errors import TryLater
from bookipi_app.models import (
    Attempt,
    Connection,
    Flag,
    InboxEvent,
    Operation,
    Outcome,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.quickbooks.faults import Gone, ReadOnly, Refused, Stale
from bookipi_app.quickbooks.wire import Answer, last_updated
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import observe, old_attempts, references, remote, snapshot, story, waiting
from bookipi_app.sync.look import REFUSED_END, Look, agreement_of, keep_agreement
from bookipi_app.sync.mapping import Rendered, dumps
from bookipi_app.sync.work import Run

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
WORDS = {
    Operation.CREATE: "Created in QuickBooks",
    Operation.UPDATE: "Updated in QuickBooks",
    Operation.DELETE: "Deleted in QuickBooks",
    Operation.VOID: "Voided in QuickBooks",
}


def begin(
    session: Session, look: Look, operation: Operation, rendered: Rendered, fields: Sequence[str] = ()
) -> UUID:
    """Store a write before it is sent; its attempt's id. A creation after an earlier life is the next generation."""
    assert look.local is not None
    assert look.state.local is not None
    attempt = Attempt(
        connection_id=look.record.connection_id,
        record_id=look.record.id,
        operation=operation,
        request_id=secrets.token_hex(16),
        body=dumps(rendered.body),
        local=look.state.local,
        local_lines=list(rendered.line_ids),
        fields=list(fields),
        before=look.state.remote,
        local_version=look.local.version,
        generation=look.record.generation,
        created_at=look.state.now,
    )
    session.add(attempt)
    session.flush()
    return attempt.id


def settle(run: Run) -> bool:
    """Send again what was sent and never answered, in its order; True if anything was settled."""
    now = run.clock()
    with run.lease.database.reading() as session:
        waiting = select(Attempt.id).where(
            Attempt.connection_id == run.connection.id,
            Attempt.outcome == Outcome.OPEN,
            or_(col(Attempt.next_try_at).is_(None), col(Attempt.next_try_at) <= now),
        )
        ids = list(session.exec(waiting.order_by(col(Attempt.created_at), col(Attempt.id))))
    for attempt_id in ids:
        if not old_attempts.settled(run, attempt_id):
            send(run, attempt_id)
    return bool(ids)


def send(run: Run, attempt_id: UUID) -> None:
    """Send an attempt and record what became of it.

    Raises:
        TryLater, GrantLost, ReadOnly: the attempt stays open; what that means for the connection is decided above.
    """
    attempt, record = _count(run, attempt_id)
    entity = remote.ENTITIES[record.kind]
    try:
        answer = run.quickbooks.write(entity, attempt.operation, attempt.body, attempt.request_id)
    except ReadOnly:
        _close(run, attempt_id, "6190", "")
        raise
    except Refused as refusal:
        _refused(run, attempt_id, refusal)
    except TryLater as failure:
        _postpone(run, attempt_id, failure)
        raise
    else:
        _done(run, attempt_id, answer)


def _count(run: Run, attempt_id: UUID) -> tuple[Attempt, SyncRecord]:
    """Note that it is being sent, before it is: a second sending is a repetition, and its answer may be old."""
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        attempt.tries += 1
        return attempt, session.get_one(SyncRecord, attempt.record_id)


def _postpone(run: Run, attempt_id: UUID, failure: TryLater) -> None:
    now = run.clock()
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        wait = min(FIRST_WAIT * 2 ** min(attempt.tries - 1, 12), LONGEST_WAIT)
        attempt.next_try_at = failure.until or now + wait
        record = session.get_one(SyncRecord, attempt.record_id)
        if story.fly(record, Flag.SYNCING, now, failure.reason, "unanswered", record.detail):
            _publish(run, record)


def _done(run: Run, attempt_id: UUID, answer: Answer) -> None:
    now = run.clock()
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        record = session.get_one(SyncRecord, attempt.record_id)
        connection = session.get_one(Connection, run.connection.id)
        attempt.outcome, attempt.answered_at, attempt.tid = Outcome.DONE, now, answer.tid[:100]
        attempt.remote_time = last_updated(answer.object)
        _agree(record, attempt, answer)
        _take_over(session, record, attempt, answer)
        _note_in_index(session, record, answer)
        if attempt.tries > 1:
            _read_once(session, connection, record, attempt, now)
        story.tell(session, connection, record, Side.HERE, _words(record, attempt), now, {"tid": answer.tid})
        connection.heard_at = now
        connection.lag_out_ms = _milliseconds(record.due_at or attempt.created_at, now)
        record.due_at, record.tries = now, 0
        waiting.wake(session, record, now)


def _agree(record: SyncRecord, attempt: Attempt, answer: Answer) -> None:
    rendered, line_ids = attempt.local or {}, attempt.local_lines or []
    before = agreement_of(record)
    if attempt.operation is Operation.CREATE or before is None:
        keep_agreement(record, agreements.after_create(record.kind, rendered, line_ids, answer.object))
    elif attempt.operation is Operation.UPDATE:
        changed = agreements.after_update(
            record.kind, attempt.fields or [], before, rendered, attempt.before, line_ids, answer.object
        )
        keep_agreement(record, changed)
    else:
        theirs = None if answer.deleted else snapshot.of_remote(record.kind, answer.object)
        keep_agreement(record, agreements.after_end(record.kind, rendered, theirs, before))
        record.ended = (
            record.ended or answer.deleted
        )  # whatever became of it here meanwhile: it was ended on both
    record.base_version = attempt.local_version


def _take_over(session: Session, record: SyncRecord, attempt: Attempt, answer: Answer) -> None:
    """The answer becomes the record's remote, unless something newer is known already."""
    if answer.deleted:
        record.remote_state = RemoteState.GONE
        return
    if attempt.operation is Operation.CREATE:
        _join_early_bird(session, record, answer.object["Id"])
        record.generation, record.ended = attempt.generation, False
    token = snapshot.sync_token(answer.object)
    record.base_token = token
    if token >= record.remote_token:
        remote.adopt(record, answer.object)


def _note_in_index(session: Session, record: SyncRecord, answer: Answer) -> None:
    """What we wrote holds its name and number from now on; its echo is not read."""
    entity = remote.ENTITIES[record.kind]
    if answer.deleted:
        references.forget(session, record.connection_id, entity, answer.object["Id"])
    else:
        references.note(session, record.connection_id, entity, answer.object)


def _join_early_bird(session: Session, record: SyncRecord, remote_id: str) -> None:
    """News of our own creation may come before its answer: that row is this record, seen from the other side."""
    record.remote_token, record.remote_state = -1, RemoteState.UNKNOWN
    early = remote.find(session, record.connection_id, record.kind, remote_id)
    if early is None or early.id == record.id:
        return
    assert early.local_id is None, "a record of QuickBooks was created here while a creation of ours was open"
    if early.remote is not None:
        remote.adopt(record, early.remote)
    if early.remote_state is RemoteState.GONE:
        record.remote_state, record.remote_id = RemoteState.GONE, remote_id
    session.delete(early)
    session.flush()


def _read_once(
    session: Session, connection: Connection, record: SyncRecord, attempt: Attempt, now: datetime
) -> None:
    """A repeated request is answered with the first answer, which may be old: have the record read."""
    nudge = InboxEvent(
        id=f"replayed-{attempt.id}",
        realm_id=connection.realm_id,
        entity=record.kind.value,
        remote_id=record.remote_id or "",
        operation="replayed",
        received_at=now,
    )
    session.add(nudge)


def _refused(run: Run, attempt_id: UUID, refusal: Refused) -> None:
    record = _close(run, attempt_id, refusal.code, refusal.tid)
    if isinstance(refusal, Stale | Gone) and record.remote_id:
        observe.read_one(run.lease, run.connection, run.quickbooks, record.kind, record.remote_id)
    now = run.clock()
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        record = session.get_one(SyncRecord, attempt.record_id)
        if isinstance(refusal, Stale) or (
            isinstance(refusal, Gone) and record.remote_state is RemoteState.GONE
        ):
            record.due_at = now
            return
        _explain(session, run, record, attempt, refusal, now)


def _close(run: Run, attempt_id: UUID, code: str, tid: str) -> SyncRecord:
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        attempt.outcome, attempt.answered_at = Outcome.REFUSED, run.clock()
        attempt.code, attempt.tid = code[:20], tid[:100]
        return session.get_one(SyncRecord, attempt.record_id)


def _explain(
    session: Session, run: Run, record: SyncRecord, attempt: Attempt, refusal: Refused, now: datetime
) -> None:
    """A refused end is undone here; any other refusal waits for a person, with the reason."""
    ends = attempt.operation in (Operation.DELETE, Operation.VOID)
    archives = (attempt.local or {}).get("active") is False and "active" in (attempt.fields or [])
    cause = REFUSED_END if ends or archives else waiting.cause_of(refusal.code)
    detail = {
        "code": refusal.code,
        "tid": refusal.tid,
        "element": refusal.element,
        "says": refusal.detail[:300],
    }
    story.fly(record, Flag.ATTENTION, now, refusal.words, cause, detail)
    record.due_at = now if cause == REFUSED_END else None
    connection = session.get_one(Connection, run.connection.id)
    story.tell(session, connection, record, Side.QUICKBOOKS, f"Refused: {refusal.words}", now, detail)
    _publish(run, record)


def _words(record: SyncRecord, attempt: Attempt) -> str:
    if attempt.operation is Operation.UPDATE and attempt.fields:
        return f"{WORDS[attempt.operation]}: {story.listed(record.kind, attempt.fields)}"
    return WORDS[attempt.operation]


def _publish(run: Run, record: SyncRecord) -> None:
    run.publish(run.connection.company_id, record.kind.value, record.local_id)


def _milliseconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start) / timedelta(milliseconds=1)))
