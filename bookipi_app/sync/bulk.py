"""Bulk: many records, in batches of thirty, several of them on their way at once.

While batches travel the next one is prepared. The first goes alone, and after each that was answered one more may be on
its way: what the first answers teach (a tax that QuickBooks does not take, a limit) is known before many are sent.
Other companies' saves are served in between two transactions and while an answer is waited for (`guests`). Between two
batches it is asked whether anybody waits who needs more, or a person of this company: then nothing more is sent, what
is on its way is recorded, and the run looks anew at whose turn it is. Every batch is stored before it is sent, so that
whoever dies here leaves only what `settle` repeats.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, exists, text
from sqlmodel import col, select

from bookipi_app.errors import Failure
from bookipi_app.models import Connection, SyncRecord
from bookipi_app.models.sync import LIVE_DUE
from bookipi_app.quickbooks.wire import MOST_ITEMS
from bookipi_app.sync import batches, carriers, rounds
from bookipi_app.sync.batches import Departed, Said
from bookipi_app.sync.work import Run

SOMEBODY = select(
    col(Connection.wake),
    exists().where(
        col(SyncRecord.connection_id) == col(Connection.id),
        col(SyncRecord.due_at) <= bindparam("now"),
        text(LIVE_DUE),
    ),
).where(col(Connection.id) == bindparam("mine"))


@dataclass(frozen=True)
class _Flight:
    """A batch on its way."""

    batch: Departed
    answer: Callable[[], Said]


def carry(run: Run, record_ids: Sequence[UUID]) -> None:
    """Look at records and send what follows, until all are done, somebody else waits, or something goes wrong.

    Raises:
        TryLater, GrantLost, ReadOnly: what that means for the connection is decided above.
    """
    waiting, flying = deque(record_ids), deque[_Flight]()
    most, failed = 1, list[Failure]()
    while flying or (waiting and not failed):
        if len(flying) < most and waiting and not failed:
            if flight := _depart(run, waiting, failed):
                flying.append(flight)
            if waiting and not _may_go_on(run):
                waiting.clear()
        elif flying:
            _land(run, flying.popleft(), failed)
            most = min(most + 1, carriers.MOST)
    if failed:
        raise failed[0]


def _depart(run: Run, waiting: deque[UUID], failed: list[Failure]) -> _Flight | None:
    """Prepare the next batch and let it go; None for what needed none."""
    stored: list[UUID] = []
    while waiting and len(stored) < MOST_ITEMS:
        group = [waiting.popleft() for _ in range(min(len(waiting), MOST_ITEMS - len(stored), run.together))]
        stored += rounds.steps(run, group)
        run.lets_in()
        if not stored:
            return None  # so that it is asked whether anybody waits
    if len(stored) > batches.FEW:
        batch = batches.depart(run, batches.store(run, stored))
        return _Flight(batch, run.carry(lambda: batches.carried(run, batch, bulk=True), run.lets_in))
    try:
        batches.send(run, stored, bulk=True)
    except Failure as failure:
        failed.append(failure)
    return None


def _land(run: Run, flight: _Flight, failed: list[Failure]) -> None:
    try:
        batches.arrived(run, flight.batch, flight.answer())
    except Failure as failure:
        failed.append(failure)


def _may_go_on(run: Run) -> bool:
    """False once a person or QuickBooks' news waits, another connection's turn has come, or the pace has no room."""
    asked = {"mine": run.connection.id, "now": run.clock()}
    with run.lease.database.reading() as session:
        wake, lives = session.exec(SOMEBODY, params=asked).one()
    if wake != run.connection.wake or lives:
        return False
    run.lets_in()
    return not run.gives_way() and run.quickbooks.has_room(batch=True)
