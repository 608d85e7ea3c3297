"""Creations that were sent long ago and never answered: QuickBooks may have forgotten the request id, so look first.

A creation that is repeated under an id that QuickBooks does not remember any more is made twice. After a day it is
therefore looked for: a customer or item by its name, inactive ones included, an invoice by its customer and its number
or its lines, made since the sending and linked to nothing. One with the name, the number or the total that was sent is
adopted, none at all means that it is sent anew; of several, or of one that was renamed there or has another number
and total, a person says which it is, and until then nothing is sent for the record. So it is with whatever was made at
the time of the sending and edited since: nothing of it need be as it was sent. A customer or item of which nothing
is found may have been merged into another one meanwhile, see `merged_away`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import exactjson
from bookipi_app.models import (
    Answer,
    Attempt,
    Connection,
    Decision,
    Flag,
    Kind,
    Operation,
    Outcome,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.quickbooks.wire import (
    Json,
    Purpose,
    created,
    last_updated,
    utc_text,
)
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import (
    asking,
    decided,
    fields,
    likeness,
    lines,
    local,
    merged_away,
    references,
    remote,
    remote_lines,
    snapshot,
    story,
    waiting,
)
from bookipi_app.sync.actions import Cause
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.look import keep_agreement
from bookipi_app.sync.merged_away import Gone
from bookipi_app.sync.snapshot import Agreement, Snapshot
from bookipi_app.sync.work import Run

REMEMBERED = timedelta(hours=24)  # how long a request id is relied upon
ASK_AGAIN = timedelta(hours=1)
ASK_SOON = timedelta(minutes=1)
WORD_COMES = "Waits for QuickBooks' word of what became of it: it was sent, and the answer got lost."
SEVERAL = "QuickBooks has several records that this could be: it was sent, and its answer got lost. Choose which it is."
RENAMED = (
    "QuickBooks may have it under another name: it was sent, and the answer got lost. Choose whether it is."
)
SWALLOWED = (
    "QuickBooks may have merged it into another one: it was sent, and the answer got lost. Choose if it is."
)
GONE = (
    "It was sent, the answer got lost, and a {} is gone from QuickBooks since: perhaps this one, merged into another. "
    "If so, archive it here and use the other one. If not, say that it is a new one."
)


def settled(run: Run, attempt_id: UUID) -> bool:
    """True if an attempt was too old to be repeated, and has been looked for instead."""
    with run.lease.database.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        record = session.get_one(SyncRecord, attempt.record_id)
    kind = record.kind
    if not is_too_old(attempt, run.clock()):
        return False
    made = _made_since(run, kind, attempt, _asked_about(record, attempt))
    gone, survivors = _gone_since(run, kind, attempt, made)
    with run.lease.transaction() as session:
        attempt, record = session.get_one(Attempt, attempt_id), session.get_one(SyncRecord, attempt.record_id)
        connection = session.get_one(Connection, run.connection.id)
        found = _unexplained(session, kind, attempt, _unlinked(session, record, made))
        references.note(session, connection.id, remote.ENTITIES[kind], *found, *survivors)
        _conclude(session, connection, record, attempt, found, gone, run.clock())
    run.publish(run.connection.company_id, kind.value, record.local_id)
    return True


def is_too_old(attempt: Attempt, now: datetime) -> bool:
    """Only a creation can be made twice: whatever else is written carries the version that it replaces."""
    sent = attempt.operation is Operation.CREATE and attempt.tries > 0
    return sent and (attempt.unsure or now - attempt.created_at >= REMEMBERED)


def _asked_about(record: SyncRecord, attempt: Attempt) -> set[str] | None:
    """The ids of those of which a person is asked whether they are this one; None while nobody is asked.

    An edit takes the question off the record's flag until it is asked anew: what it was about stays in its detail.
    """
    detail = record.detail or {}
    is_open = record.flag is Flag.ATTENTION and record.cause == Cause.MATCH.value
    if not is_open and detail.get("attempt") != str(attempt.id):
        return None
    return {candidate["id"] for candidate in detail.get("candidates", ())}


def _made_since(run: Run, kind: Kind, attempt: Attempt, asked: set[str] | None) -> list[Json]:
    """What was made in QuickBooks since the sending and looks like what was sent, or may be it, edited throughout."""
    since = utc_text(attempt.created_at - likeness.OUR_CLOCK)
    books = run.quickbooks.meant_for(Purpose.RECOVERY)
    sent = exactjson.loads(attempt.body)
    pages = books.all(remote.ENTITIES[kind], f"MetaData.CreateTime >= '{since}'")
    return [
        obj
        for page in pages
        for obj in page
        if likeness.may_be(kind, sent, obj)
        or (_is_of_that_time(attempt, obj, asked) and likeness.may_be_edited(kind, sent, obj))
    ]


def _is_of_that_time(attempt: Attempt, obj: Json, asked: set[str] | None) -> bool:
    """Made while it was on its way, of which the next try is the end; once that is asked about, the end is forgotten.

    Then it stays with those that a person was shown: what is made there later is none of them.
    """
    if asked is not None:
        return obj["Id"] in asked
    made = created(obj)
    return made is None or made <= (attempt.next_try_at or attempt.created_at) + likeness.OUR_CLOCK


def _gone_since(
    run: Run, kind: Kind, attempt: Attempt, made: Sequence[Json]
) -> tuple[list[Gone], list[Json]]:
    """What it may have been before it was merged away, if nothing is there as it was sent; and the survivors."""
    sent = exactjson.loads(attempt.body)
    if kind is Kind.INVOICE or any(likeness.is_as_sent(kind, sent, obj) for obj in made):
        return [], []
    return merged_away.since(run, kind, attempt, attempt.created_at - likeness.OUR_CLOCK)


def _unexplained(session: Session, kind: Kind, attempt: Attempt, found: list[Json]) -> list[Json]:
    """An invoice with the number that was sent is ours; what is called as another open creation is none of ours."""
    name = likeness.called(kind, exactjson.loads(attempt.body))
    ours = [obj for obj in found if name and likeness.called(kind, obj) == name]
    if not found or (ours and kind is Kind.INVOICE):
        return ours
    others = (
        select(Attempt.body)
        .join(SyncRecord, col(SyncRecord.id) == col(Attempt.record_id))
        .where(
            Attempt.connection_id == attempt.connection_id,
            Attempt.operation == Operation.CREATE,
            Attempt.outcome == Outcome.OPEN,
            Attempt.id != attempt.id,
            SyncRecord.kind == kind,
        )
    )
    theirs = {likeness.called(kind, exactjson.loads(body)) for body in session.exec(others)} - {"", name}
    return [obj for obj in found if likeness.called(kind, obj) not in theirs]


def _unlinked(session: Session, record: SyncRecord, made: Sequence[Json]) -> list[Json]:
    ids = [obj["Id"] for obj in made]
    linked = set(
        session.exec(
            select(SyncRecord.remote_id).where(
                SyncRecord.connection_id == record.connection_id,
                SyncRecord.kind == record.kind,
                col(SyncRecord.remote_id).in_(ids),
                col(SyncRecord.local_id).is_not(None),
            )
        )
    )
    return [obj for obj in made if obj["Id"] not in linked]


def _conclude(
    session: Session,
    connection: Connection,
    record: SyncRecord,
    attempt: Attempt,
    found: list[Json],
    gone: list[Gone],
    now: datetime,
) -> None:
    said, sent = decided.candidate(decided.of(session, record)), exactjson.loads(attempt.body)
    value = said.value if said is not None else ""
    chosen = [obj for obj in found if obj["Id"] == value]
    as_sent = chosen or [obj for obj in found if _is_surely(record.kind, sent, obj)]
    went = [one for one in gone if one.into and one.into == value] or [one for one in gone if one.is_ours]
    if len(as_sent) == 1:
        _adopt(session, connection, record, attempt, as_sent[0], now)
    elif went and not chosen:
        merged_away.adopt(session, connection, record, attempt, went[0], now)
    elif _is_none(session, record, said, found, gone):
        _give_up(record, attempt, now)
    elif any(one.may_be_told for one in gone):
        attempt.next_try_at = now + ASK_SOON
        story.fly(record, Flag.SYNCING, now, WORD_COMES, waiting.WAITS)
    else:
        _ask(session, connection, record, attempt, found, gone, now)


def _is_surely(kind: Kind, sent: Json, obj: Json) -> bool:
    """Not by its total alone: that is told by the lines, which another invoice of that time does not have."""
    return likeness.may_be(kind, sent, obj) and likeness.is_as_sent(kind, sent, obj)


def _is_none(
    session: Session, record: SyncRecord, said: Decision | None, found: list[Json], gone: list[Gone]
) -> bool:
    """Nothing shows that it was made, a person says that it is none of those, or has put it away here meanwhile."""
    if said is not None and said.answer is Answer.NEW:
        return True
    return not found and (not gone or _is_archived(session, record))


def _is_archived(session: Session, record: SyncRecord) -> bool:
    here = local.load(session, record.kind, record.local_id) if record.local_id else None
    return here is not None and not getattr(here.record, "active", True)


def _adopt(
    session: Session, connection: Connection, record: SyncRecord, attempt: Attempt, obj: Json, now: datetime
) -> None:
    """It was made. What was edited here or there since the sending is still to travel."""
    early = remote.find(session, record.connection_id, record.kind, obj["Id"])
    if early is not None and early.id != record.id:
        session.delete(early)
        session.flush()
    attempt.outcome, attempt.answered_at = Outcome.DONE, now
    attempt.remote_time = last_updated(obj)
    record.remote_token, record.remote_state = -1, RemoteState.UNKNOWN
    remote.adopt(record, obj)
    record.base_local = record.base_remote = record.base_lines = None
    with suppress(Unreadable):  # what makes no sense here is linked as it is: the next look says so
        keep_agreement(record, _agreed(record.kind, attempt, obj))
    record.base_version, record.base_token = attempt.local_version, record.remote_token
    record.generation, record.ended = attempt.generation, False
    record.due_at, record.tries = now, 0
    decided.used(session, record)
    words = "Found in QuickBooks: it had been created, and the answer was lost"
    story.tell(session, connection, record, Side.HERE, words, now)
    waiting.wake(session, record, now)


def _agreed(kind: Kind, attempt: Attempt, obj: Json) -> Agreement:
    """What was sent is our half; of QuickBooks' half what is as it was sent, once somebody else had a hand in it."""
    whole = agreements.after_create(kind, attempt.local or {}, attempt.local_lines or [], obj)
    sent = snapshot.of_remote(kind, exactjson.loads(attempt.body))
    if whole.remote.get("void"):  # it was not when it was made: that it is so since is still to arrive here
        return Agreement(whole.local, sent, _pairs_as_sent(attempt, obj))
    if not snapshot.sync_token(obj) and _came_as_sent(kind, sent, whole.remote):
        return whole
    kept = {
        name: value
        for name, value in whole.remote.items()
        if name in ("void", "totals") or (name in sent and fields.same(kind, name, sent[name], value))
    }
    touched = kind is Kind.INVOICE and "lines" not in kept
    return Agreement(whole.local, kept, _pairs_as_sent(attempt, obj) if touched else whole.lines)


def _came_as_sent(kind: Kind, sent: Snapshot, now: Snapshot) -> bool:
    """QuickBooks gives a plain value back as it got it: where there is another one, a person there typed it."""
    plain = {name: value for name, value in sent.items() if isinstance(value, str) and value and name in now}
    return all(fields.same(kind, name, value, now[name]) for name, value in plain.items())


def _pairs_as_sent(attempt: Attempt, obj: Json) -> list[lines.Pair]:
    """What was edited of the lines there shows against the lines that were sent, which got their Ids in that order."""
    sent = remote_lines.body_lines(exactjson.loads(attempt.body))
    ids = [one.get("Id") for one in remote_lines.body_lines(obj)]
    if len(ids) == len(sent):
        sent = [{**one, "Id": line_id} for one, line_id in zip(sent, ids, strict=True)]
    return lines.pairs(attempt.local_lines or [], {"Line": sent})


def _give_up(record: SyncRecord, attempt: Attempt, now: datetime) -> None:
    """It was never made, or it is none of those: what is planned next goes out under an id of its own."""
    attempt.outcome, attempt.answered_at, attempt.code = Outcome.REFUSED, now, "lost"
    record.generation += 1
    record.due_at, record.tries = now, 0


def _ask(
    session: Session,
    connection: Connection,
    record: SyncRecord,
    attempt: Attempt,
    found: list[Json],
    gone: list[Gone],
    now: datetime,
) -> None:
    """The attempt stays open: it keeps the record from being sent again, whatever is edited meanwhile."""
    attempt.next_try_at = now + ASK_AGAIN
    here = local.load(session, record.kind, record.local_id) if record.local_id else None
    ids = dict.fromkeys([*(obj["Id"] for obj in found), *(one.into for one in gone if one.into)])
    candidates = asking.candidates(session, connection, record.kind, list(ids))
    detail = {
        "local_version": here.version if here else 0,
        "remote_token": record.remote_token,
        "candidates": candidates,
        "attempt": str(attempt.id),
    }
    record.due_at = None
    story.fly(record, Flag.ATTENTION, now, _words(record.kind, found, candidates), Cause.MATCH.value, detail)


def _words(kind: Kind, found: list[Json], candidates: list[dict[str, str]]) -> str:
    """What is asked, and what to do."""
    if not candidates:
        return GONE.format(kind.value)
    if not found:
        return SWALLOWED
    return RENAMED if kind is not Kind.INVOICE and len(candidates) == 1 else SEVERAL
