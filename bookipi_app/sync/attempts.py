"""Attempts: every write is stored before it is sent, and repeated byte for byte until its outcome is known.

While an attempt is open nothing else is sent for its record, whatever was edited since. Only a definite refusal ends it
without an effect; a lost answer, a server error or a limit leaves it open under the same request id, and QuickBooks
answers the repetition with the first answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from bookipi_app import trace
from bookipi_app.errors import TryLater
from bookipi_app.models import Attempt, Operation, SyncRecord
from bookipi_app.models.conditions import IS_UNANSWERED
from bookipi_app.quickbooks.faults import ReadOnly, Refused
from bookipi_app.sync import outcomes, remote
from bookipi_app.sync.look import Look
from bookipi_app.sync.mapping import Rendered, dumps
from bookipi_app.sync.work import Run

OPEN_OF = select(Attempt.record_id, Attempt.next_try_at, Attempt.created_at).where(
    col(Attempt.record_id).in_(bindparam("these", expanding=True)), IS_UNANSWERED
)


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
        saved_at=look.record.saved_at,
        trace=look.record.trace,
    )
    session.add(attempt)
    return attempt.id


def unanswered(session: Session, record_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Those of some records whose last write is unanswered, with when that is sent again.

    Its text is not loaded: during a bulk that would be whole batches.
    """
    found = session.exec(OPEN_OF, params={"these": record_ids}) if record_ids else ()
    return {record_id: next_try_at or created_at for record_id, next_try_at, created_at in found}


def send(run: Run, attempt_id: UUID) -> None:
    """Send an attempt by itself and record what became of it.

    Raises:
        TryLater, GrantLost, ReadOnly: what that means for the connection is decided above.
    """
    attempt, record = _count(run, attempt_id)
    entity = remote.ENTITIES[record.kind]
    try:
        with trace.scope():
            trace.follow(attempt.trace)
            answer = run.quickbooks.write(entity, attempt.operation, attempt.body, attempt.request_id)
    except ReadOnly as refusal:
        outcomes.close(run, attempt_id, refusal)
        raise
    except Refused as refusal:
        outcomes.refused(run, attempt_id, refusal)
    except TryLater as failure:
        outcomes.postpone(run, attempt_id, failure)
        raise
    else:
        outcomes.done(run, attempt_id, answer)


def _count(run: Run, attempt_id: UUID) -> tuple[Attempt, SyncRecord]:
    """Note that it is being sent, before it is: a second sending is a repetition, and its answer may be old."""
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        attempt.tries += 1
        return attempt, session.get_one(SyncRecord, attempt.record_id)
