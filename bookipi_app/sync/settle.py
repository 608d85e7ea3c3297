"""Settle: before anything else, learn what became of every write that was sent and never answered."""

from __future__ import annotations

from bookipi_app.models import Attempt
from bookipi_app.sync import attempts, batches, old_attempts
from bookipi_app.sync.old_attempts import REMEMBERED
from bookipi_app.sync.work import Run


def unanswered(run: Run) -> bool:
    """Send again what has no answer and may be sent now; True if there was any.

    Raises:
        TryLater, GrantLost, ReadOnly: what that means for the connection is decided above.
    """
    now = run.clock()
    with run.lease.database.reading() as session:
        waiting = batches.unsettled(session, run.connection.id)
    due = [attempt for attempt in waiting if attempt.next_try_at is None or attempt.next_try_at <= now]
    for batch_id, made_at in {one.batch_id: one.created_at for one in due}.items():
        if batch_id is not None and now - made_at >= REMEMBERED:
            batches.dissolve(run, batch_id)
        elif batch_id is not None:
            batches.deliver(run, batch_id)
    alone = [attempt for attempt in due if attempt.batch_id is None]
    for attempt in alone:
        if attempt.tries:
            _again(run, attempt)
    batches.send(run, [attempt.id for attempt in alone if not attempt.tries], bulk=True)
    return bool(due)


def _again(run: Run, attempt: Attempt) -> None:
    """Updates, deletions and voids carry the SyncToken that they replace; only a creation could be made twice."""
    if not old_attempts.settled(run, attempt.id):
        attempts.send(run, attempt.id)
