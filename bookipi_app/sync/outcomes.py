"""Outcomes: what became of an attempt, recorded in one short transaction whether it was sent alone or in a batch.

An answer gives the record its identity, its remote and its agreement. A definite refusal ends the attempt and puts
words on its record. Anything else leaves the attempt open, with the time of its next try.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from bookipi_app import exactjson, metrics
from bookipi_app.errors import TryLater
from bookipi_app.models import (
    Attempt,
    Connection,
    Flag,
    InboxEvent,
    Kind,
    Operation,
    Outcome,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.quickbooks.faults import Gone, Refused, Stale, Throttled, Unknown
from bookipi_app.quickbooks.replies import NOT_UNDERSTOOD
from bookipi_app.quickbooks.wire import Answer, Entity, Json, last_updated
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import (
    lines,
    local,
    moved,
    observe,
    references,
    remote,
    snapshot,
    stale,
    story,
    told,
    waiting,
)
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.look import REFUSED_END, agreement_of, keep_agreement
from bookipi_app.sync.work import Run

log = logging.getLogger(__name__)
Holders = dict[tuple[Kind, str], SyncRecord]
THESE = (
    select(Attempt, SyncRecord)
    .join(SyncRecord, col(SyncRecord.id) == col(Attempt.record_id))
    .where(col(Attempt.id).in_(bindparam("these", expanding=True)))
)
LINKED_ELSEWHERE = "linked_elsewhere"  # SyncRecord.cause: what was created for it is another record's
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
SLOWER = 3  # each time: a silence of an hour sees a record twelve times
WORDS = {
    Operation.CREATE: "Created in QuickBooks",
    Operation.UPDATE: "Updated in QuickBooks",
    Operation.DELETE: "Deleted in QuickBooks",
    Operation.VOID: "Voided in QuickBooks",
}


def done(run: Run, attempt_id: UUID, answer: Answer) -> None:
    """QuickBooks did it.

    Raises:
        Unknown: so it says, but about another record than was written.
    """
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        record = session.get_one(SyncRecord, attempt.record_id)
        if is_about(answer, attempt.operation, record.remote_id):
            done_all(session, run, {attempt_id: answer})
            return
    failure = Unknown(NOT_UNDERSTOOD, None, answer.tid)
    postpone(run, attempt_id, failure)
    raise failure


def done_all(session: Session, run: Run, answers: Mapping[UUID, Answer]) -> list[SyncRecord]:
    """Record what QuickBooks answered to some attempts, in the caller's transaction; the records that are as it says.

    The answer to a repetition is the first one, and may be old: such a record is read once before it is looked at, and
    is not among them.
    """
    now, connection = run.clock(), session.get_one(Connection, run.connection.id)
    found = {one.id: (one, record) for one, record in session.exec(THESE, params={"these": list(answers)})}
    holders = _holders(session, connection.id, [(record, answers[one]) for one, (_, record) in found.items()])
    taken: list[tuple[SyncRecord, Answer]] = []
    fresh: list[SyncRecord] = []
    for attempt_id, answer in answers.items():
        attempt, record = found[attempt_id]
        if not _take(session, run, connection, attempt, record, answer, holders, now):
            continue
        taken.append((record, answer))
        if attempt.tries <= 1:
            fresh.append(record)
    _note_in_index(session, connection.id, taken)
    for record, _ in [one for one in taken if one[0].kind is not Kind.INVOICE][:1]:
        waiting.wake(session, record, now)
    return fresh


def _take(
    session: Session,
    run: Run,
    connection: Connection,
    attempt: Attempt,
    record: SyncRecord,
    answer: Answer,
    holders: Holders,
    now: datetime,
) -> bool:
    """One answer; False where what it made is linked to another record, with which nothing should have linked it."""
    attempt.outcome, attempt.answered_at, attempt.tid = Outcome.DONE, now, answer.tid[:100]
    attempt.remote_time = last_updated(answer.object)
    _log(attempt, record, answer)
    holder = holders.get((record.kind, answer.object["Id"]))
    early = holder if holder is not None and holder.id != record.id else None
    if attempt.operation is Operation.CREATE and early is not None and early.local_id is not None:
        _leave_to(session, run, connection, record, early, now)
        return False
    words = _words(record, attempt)  # before the agreement moves: it tells what was edited
    _agree_if_readable(record, attempt, answer)
    _take_over(session, record, attempt, answer, early)
    holders[record.kind, answer.object["Id"]] = record
    if attempt.tries > 1:
        _read_soon(session, connection, record, f"replayed-{attempt.id}", now)
    detail = {
        "tid": answer.tid,
        **_took(attempt, now),
        **told.sent(session, connection, record.kind, attempt),
    }
    story.tell(session, connection, record, Side.HERE, words, now, detail)
    connection.heard_at = now
    _measure(connection, record, attempt, now)
    record.due_at, record.told_at, record.tries = now, now, 0  # the answer is news: it goes before bulk
    return True


def _holders(session: Session, connection_id: UUID, answered: Sequence[tuple[SyncRecord, Answer]]) -> Holders:
    """Who is linked to, or known by, the ids that were answered."""
    found: Holders = {}
    for kind in {record.kind for record, _ in answered}:
        ids = [answer.object["Id"] for record, answer in answered if record.kind is kind]
        known = remote.find_all(session, connection_id, kind, ids)
        found |= {(kind, remote_id): record for remote_id, record in known.items()}
    return found


def is_about(answer: Answer, operation: Operation, remote_id: str | None) -> bool:
    """Whether an answer is about the record that was written. What is created has no id before it is answered."""
    return operation is Operation.CREATE or answer.object["Id"] == remote_id


def refused(run: Run, attempt_id: UUID, refusal: Refused) -> None:
    """QuickBooks definitely did not do it. What changed there meanwhile is read, then planned again."""
    if isinstance(refusal, Stale) and stale.was_sent_before(run, attempt_id):
        _stale_by_itself(run, attempt_id, refusal)
        return
    record = close(run, attempt_id, refusal)
    if isinstance(refusal, Gone) and record.remote_id:
        observe.read_one(run.lease, run.connection, run.quickbooks, record.kind, record.remote_id)
    now = run.clock()
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        record = session.get_one(SyncRecord, attempt.record_id)
        if isinstance(refusal, Stale):
            connection = session.get_one(Connection, run.connection.id)
            _read_soon(session, connection, record, f"stale-{attempt.id}", now)
        elif not isinstance(refusal, Gone) or record.remote_state is not RemoteState.GONE:
            _explain(session, run, record, attempt, refusal, now)
            return
        record.due_at = now


def _stale_by_itself(run: Run, attempt_id: UUID, refusal: Refused) -> None:
    """QuickBooks has forgotten that it did it, or somebody was first: what is there now tells, field by field.

    It is read while the attempt is open, so that whoever dies here begins again with the repetition.
    """
    with run.lease.database.reading() as session:
        record = session.get_one(SyncRecord, session.get_one(Attempt, attempt_id).record_id)
    assert record.remote_id is not None, "only what is there is updated"
    observe.read_one(run.lease, run.connection, run.quickbooks, record.kind, record.remote_id)
    with run.lease.transaction() as session:
        attempt = _close(session, run, attempt_id, refusal)
        record = session.get_one(SyncRecord, attempt.record_id)
        if record.remote_state is not RemoteState.GONE:
            stale.agree_as_far_as_it_arrived(session, run, record, attempt)
        record.due_at = run.clock()


def close(run: Run, attempt_id: UUID, refusal: Refused) -> SyncRecord:
    """End an attempt without an effect; its record."""
    with run.lease.transaction() as session:
        return session.get_one(SyncRecord, _close(session, run, attempt_id, refusal).record_id)


def _close(session: Session, run: Run, attempt_id: UUID, refusal: Refused) -> Attempt:
    attempt = session.get_one(Attempt, attempt_id)
    attempt.outcome, attempt.answered_at = Outcome.REFUSED, run.clock()
    attempt.code, attempt.tid = refusal.code[:20], refusal.tid[:100]
    return attempt


def postpone(run: Run, attempt_id: UUID, failure: TryLater) -> None:
    """Nobody knows whether QuickBooks did it: the same again, later.

    After a silence later each time, so that a record is sent twelve times an hour at most. A limit says itself when to
    come again, and until then nothing leaves for the whole company: being turned away is no try, and costs none.
    """
    now = run.clock()
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        if isinstance(failure, Throttled):
            attempt.tries = min(attempt.tries, 1)  # what follows is a repetition, and waits no longer for it
        wait = min(FIRST_WAIT * SLOWER ** min(max(attempt.tries - 1, 0), 6), LONGEST_WAIT)
        attempt.next_try_at = failure.until or now + wait
        record = session.get_one(SyncRecord, attempt.record_id)
        if story.fly(record, Flag.SYNCING, now, failure.reason, "unanswered", record.detail):
            _publish(run, record)


def _log(attempt: Attempt, record: SyncRecord, answer: Answer) -> None:
    """Also of a batch, whose one request carries the work of many."""
    told = {"trace": attempt.trace}
    done_ = f"{record.kind.value} {record.local_id} {attempt.operation.value}"
    log.info("%s done, request %s, tid %s", done_, attempt.request_id, answer.tid, extra=told)


def _agree_if_readable(record: SyncRecord, attempt: Attempt, answer: Answer) -> None:
    """QuickBooks did it, also where its answer makes no sense here; what was made is compared once it does."""
    try:
        _agree(record, attempt, answer)
    except Unreadable:
        log.warning("%s %s: QuickBooks' answer cannot be read", record.kind.value, record.local_id)
        if attempt.operation is Operation.CREATE:
            record.base_local = record.base_remote = record.base_lines = None


def _agree(record: SyncRecord, attempt: Attempt, answer: Answer) -> None:
    rendered, line_ids = attempt.local or {}, _line_ids(attempt, answer)
    before = agreement_of(record)
    if attempt.operation is Operation.CREATE or before is None:
        keep_agreement(record, agreements.after_create(record.kind, rendered, line_ids, answer.object))
    elif attempt.operation is Operation.UPDATE:
        names, sent = attempt.fields or [], exactjson.loads(attempt.body)
        changed = agreements.after_update(
            record.kind, names, before, rendered, attempt.before, sent, line_ids, answer.object
        )
        keep_agreement(record, changed)
    else:
        theirs = None if answer.deleted else snapshot.of_remote(record.kind, answer.object)
        keep_agreement(record, agreements.after_end(record.kind, rendered, theirs, before))
        # Whatever became of it here meanwhile: it was ended on both.
        record.ended = record.ended or answer.deleted
    record.base_version = attempt.local_version


def _line_ids(attempt: Attempt, answer: Answer) -> list[str]:
    ids = attempt.local_lines or []
    return lines.as_answered(ids, exactjson.loads(attempt.body), answer.object) if ids else []


def _take_over(
    session: Session, record: SyncRecord, attempt: Attempt, answer: Answer, early: SyncRecord | None
) -> None:
    """The answer becomes the record's remote, unless something newer is known already."""
    if answer.deleted:
        record.remote_state = RemoteState.GONE
        return
    if attempt.operation is Operation.CREATE:
        _join_early_bird(session, record, answer.object["Id"], early)
        record.generation, record.ended = attempt.generation, False
    token = snapshot.sync_token(answer.object)
    record.base_token = token
    if token >= record.remote_token and record.remote_state is not RemoteState.GONE:
        remote.adopt(record, answer.object)


def _leave_to(
    session: Session, run: Run, connection: Connection, record: SyncRecord, holder: SyncRecord, now: datetime
) -> None:
    """A link is for ever, and one object has one: it stays, this record fails alone, and a person says what it is."""
    log.error("what was created for record %s is linked to record %s", record.id, holder.id)
    assert holder.local_id is not None, "only a link counts as taken"
    here = local.load(session, holder.kind, holder.local_id)
    away = "move this one to the trash" if record.kind is Kind.INVOICE else "archive this one"
    words = (
        f"QuickBooks' record of it is linked to {here.title if here else 'another one'} here. "
        f"If the two are the same, {away}; if not, try again."
    )
    record.due_at, record.tries, record.saved_at = None, 0, None
    story.fly(record, Flag.ATTENTION, now, words, LINKED_ELSEWHERE)
    story.tell(session, connection, record, Side.QUICKBOOKS, words, now)
    _publish(run, record)


def _note_in_index(
    session: Session, connection_id: UUID, answered: Sequence[tuple[SyncRecord, Answer]]
) -> None:
    """What we wrote holds its name and number from now on; its echo is not read."""
    written: dict[Entity, list[Json]] = {}
    for record, answer in answered:
        entity = remote.ENTITIES[record.kind]
        if answer.deleted:
            references.forget(session, connection_id, entity, answer.object["Id"])
        else:
            written.setdefault(entity, []).append(answer.object)
    for entity, objects in written.items():
        references.note(session, connection_id, entity, *objects)


def _join_early_bird(session: Session, record: SyncRecord, remote_id: str, early: SyncRecord | None) -> None:
    """News of our own creation may come before its answer: that row is this record, seen from the other side."""
    record.remote_token, record.remote_state = -1, RemoteState.UNKNOWN
    if early is None:
        return
    assert early.local_id is None, "what is linked was left alone before"
    heard, gone = early.remote, early.remote_state is RemoteState.GONE
    session.delete(early)
    session.flush()  # before the id moves: no two records of a connection may hold the same one
    if heard is not None:
        remote.adopt(record, heard)
    if gone:
        record.remote_state, record.remote_id = RemoteState.GONE, remote_id


def _read_soon(
    session: Session, connection: Connection, record: SyncRecord, nudge: str, now: datetime
) -> None:
    """What we hold of the record may be old: have it read before it is looked at again, many in one call."""
    session.add(
        InboxEvent(
            id=nudge,
            realm_id=connection.realm_id,
            entity=record.kind.value,
            remote_id=record.remote_id or "",
            operation="nudge",
            received_at=now,
        )
    )


def _took(attempt: Attempt, now: datetime) -> dict[str, int]:
    return {"took": story.took(attempt.saved_at, now)} if attempt.saved_at else {}


def _measure(connection: Connection, record: SyncRecord, attempt: Attempt, now: datetime) -> None:
    """From the save to its answer. A save made meanwhile is another one, and still waits."""
    if attempt.saved_at is None:
        return
    connection.lag_out_ms = story.took(attempt.saved_at, now)
    metrics.out_seconds.observe(connection.lag_out_ms / 1000)
    if record.saved_at == attempt.saved_at:
        record.saved_at = None


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
    record.tries = 0  # the next look at it is somebody's wish, however often that happens
    connection = session.get_one(Connection, run.connection.id)
    detail = {**detail, **told.sent(session, connection, record.kind, attempt)}
    story.tell(session, connection, record, Side.QUICKBOOKS, f"Refused: {refusal.words}", now, detail)
    _publish(run, record)


def _words(record: SyncRecord, attempt: Attempt) -> str:
    if attempt.operation is Operation.UPDATE and attempt.fields:
        ours = attempt.local or {}
        edited = moved.of(record.kind, attempt.fields, record.base_local or {}, ours)
        if edited == ("active",):
            return f"Made {story.activity(ours)} in QuickBooks"
        return f"{WORDS[attempt.operation]}: {story.listed(record.kind, edited)}"
    return WORDS[attempt.operation]


def _publish(run: Run, record: SyncRecord) -> None:
    run.publish(run.connection.company_id, record.kind.value, record.local_id)
