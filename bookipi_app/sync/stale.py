"""A repetition that QuickBooks calls too old, because it has forgotten the request id: how much of it had arrived?"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from sqlmodel import Session

from bookipi_app import exactjson
from bookipi_app.models import Attempt, Connection, Operation, Side, SyncRecord
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import story, told
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.look import agreement_of, keep_agreement
from bookipi_app.sync.work import Run

UPDATED = "Found in QuickBooks: it had been updated, and the answer was lost"


def was_sent_before(run: Run, attempt_id: UUID) -> bool:
    """Then what makes a repetition too old may be its own first sending, whose answer was lost."""
    with run.lease.database.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        return attempt.tries > 1 and attempt.operation is Operation.UPDATE


def agree_as_far_as_it_arrived(session: Session, run: Run, record: SyncRecord, attempt: Attempt) -> None:
    """What was sent and is there now, read since, is agreed: nobody else is taken to have edited it."""
    before, obj = agreement_of(record), record.remote
    if before is None or obj is None:
        return
    sent, rendered = exactjson.loads(attempt.body), attempt.local or {}
    names, line_ids = attempt.fields or [], attempt.local_lines or []
    with suppress(Unreadable):  # what is there makes no sense: the next look says so
        changed = agreements.after_lost_update(record.kind, names, before, rendered, sent, line_ids, obj)
        keep_agreement(record, changed)
        if changed != before:
            _tell(session, run, record, attempt)


def _tell(session: Session, run: Run, record: SyncRecord, attempt: Attempt) -> None:
    connection = session.get_one(Connection, run.connection.id)
    detail = told.sent(session, connection, record.kind, attempt)
    story.tell(session, connection, record, Side.HERE, UPDATED, run.clock(), detail)
