"""Batches: many attempts in one request, each succeeding or failing alone.

A batch is stored with its exact text before it is sent. Without an answer it is repeated whole: the same request id,
the same bIds, the same bytes, so that QuickBooks answers as the first time. Its items are matched by bId. An item that
QuickBooks limited was not carried out: it leaves the batch and goes out under its own request id. One that has no
answer stays open with the batch; if a repetition brings none either, it leaves the batch, and a creation is looked for
in QuickBooks before it is sent again. A repetition is one only after an answer: an error is none.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from bookipi_app import exactjson
from bookipi_app.errors import Failure, TryLater
from bookipi_app.models import Attempt, Batch, Kind, Operation, SyncRecord
from bookipi_app.models.conditions import IS_UNANSWERED
from bookipi_app.quickbooks.faults import GrantLost, ReadOnly, Refused, Throttled, Unknown
from bookipi_app.quickbooks.wire import Answer, Entity
from bookipi_app.sync import answered, attempts, outcomes, remote, rounds
from bookipi_app.sync.work import Run

FEW = 3  # so many writes go out one by one: a batch answers when its last item is done
TOO_MUCH = ("1040", "413")  # refused for its size: half of it may pass
NO_ANSWER = "QuickBooks did not say what became of this."
WORD = {
    Operation.CREATE: "create",
    Operation.UPDATE: "update",
    Operation.DELETE: "delete",
    Operation.VOID: "update",
}

_RECORD = col(SyncRecord.id) == col(Attempt.record_id)
THESE = (
    select(Attempt.id, Attempt.operation, Attempt.body, SyncRecord.kind)
    .join(SyncRecord, _RECORD)
    .where(col(Attempt.id).in_(bindparam("these", expanding=True)))
)
ITEMS = (
    select(Attempt.batch_item, SyncRecord.kind)
    .join(SyncRecord, _RECORD)
    .where(col(Attempt.batch_id) == bindparam("batch"))
)
PLACE = (
    update(Attempt)
    .where(col(Attempt.id) == bindparam("this"))
    .values(batch_id=bindparam("batch"), batch_item=bindparam("item"))
)
OPEN_ITEMS = (
    select(Attempt.id, Attempt.batch_item, Attempt.operation, SyncRecord.remote_id)
    .join(SyncRecord, _RECORD)
    .where(col(Attempt.batch_id) == bindparam("batch"), IS_UNANSWERED)
)
ONCE_MORE = (
    update(Attempt)
    .where(col(Attempt.batch_id) == bindparam("batch"), IS_UNANSWERED)
    .values(tries=col(Attempt.tries) + 1)
)


def send(run: Run, attempt_ids: Sequence[UUID], *, bulk: bool) -> None:
    """Send attempts that never went out: a few one by one, many as one batch.

    Raises:
        TryLater, GrantLost, ReadOnly: what that means for the connection is decided above.
    """
    if len(attempt_ids) > FEW:
        deliver(run, store(run, attempt_ids), bulk=bulk)
        return
    for attempt_id in attempt_ids:
        attempts.send(run, attempt_id)


@dataclass(frozen=True)
class Departed:
    """A batch that is being sent, with the entity of each bId."""

    batch: Batch
    entities: dict[str, Entity]


class Item(NamedTuple):
    """An attempt in a batch, its bId there, and what it writes."""

    id: UUID
    bid: str
    operation: Operation
    remote_id: str | None

    def outcome(self, found: Mapping[str, Answer | Failure]) -> Answer | Failure:
        """What became of it, of all that was answered. An answer about another record says nothing of this one."""
        said = found.get(self.bid)
        if isinstance(said, Answer) and not outcomes.is_about(said, self.operation, self.remote_id):
            said = None
        return said or Unknown(NO_ANSWER)


Said = dict[str, Answer | Failure] | Failure
"""What QuickBooks answered: by bId, or why nothing is known of any."""


def deliver(run: Run, batch_id: UUID, *, bulk: bool = True) -> None:
    """Send a stored batch, for the first time or again, and record what became of each item."""
    departed = depart(run, batch_id)
    arrived(run, departed, carried(run, departed, bulk=bulk))


def carried(run: Run, departed: Departed, *, bulk: bool) -> Said:
    """The request itself, which touches nothing of ours."""
    batch = departed.batch
    try:
        return run.quickbooks.batch(batch.body, batch.request_id, departed.entities, bulk=bulk)
    except Failure as failure:
        return failure


def arrived(run: Run, departed: Departed, said: Said) -> None:
    """Record what became of each item.

    Raises:
        TryLater, GrantLost, ReadOnly: what that means for the connection is decided above.
    """
    batch = departed.batch
    match said:
        case ReadOnly():
            for attempt in _open(run, batch.id):
                outcomes.close(run, attempt.id, said)
            raise said
        case Refused():
            _take_apart(run, batch, said)
        case TryLater():
            for attempt in _open(run, batch.id):
                outcomes.postpone(run, attempt.id, said)
            raise said
        case Failure():
            raise said
        case _:
            _record(run, batch, said)


def store(run: Run, attempt_ids: Sequence[UUID]) -> UUID:
    """Make a batch of attempts, before it is sent."""
    with run.lease.transaction() as session:
        batch = Batch(
            connection_id=run.connection.id,
            request_id=secrets.token_hex(16),
            body="",
            created_at=run.clock(),
        )
        found = {row[0]: row for row in session.exec(THESE, params={"these": attempt_ids})}
        items: list[str] = []
        for number, attempt_id in enumerate(attempt_ids, start=1):
            _, operation, body, kind = found[attempt_id]
            items.append(_item(str(number), Operation(operation), body, Kind(kind)))
        placed = [
            {"this": one, "batch": batch.id, "item": str(at)} for at, one in enumerate(attempt_ids, start=1)
        ]
        session.connection().execute(PLACE, placed)
        batch.body = f'{{"BatchItemRequest":[{",".join(items)}]}}'
        session.add(batch)
    return batch.id


def _item(bid: str, operation: Operation, body: str, kind: Kind) -> str:
    """An item around the attempt's own text, which stays as it is to the letter."""
    option = ',"optionsData":"void"' if operation is Operation.VOID else ""
    head = f'"bId":"{bid}","operation":"{WORD[operation]}"{option}'
    return f'{{{head},"{remote.ENTITIES[kind]}":{body}}}'


def depart(run: Run, batch_id: UUID) -> Departed:
    """Note that it is being sent, before it is: a second sending is a repetition of all its items."""
    with run.lease.transaction() as session:
        batch = session.get_one(Batch, batch_id)
        batch.tries += 1
        session.connection().execute(ONCE_MORE, {"batch": batch_id})
        found = session.exec(ITEMS, params={"batch": batch_id})
        return Departed(batch, {item: remote.ENTITIES[Kind(kind)] for item, kind in found})


def _open(run: Run, batch_id: UUID) -> list[Item]:
    with run.lease.database.reading() as session:
        rows = session.exec(OPEN_ITEMS, params={"batch": batch_id})
        found = [Item(one, bid, Operation(operation), key) for one, bid, operation, key in rows]
    return sorted(found, key=lambda item: int(item.bid))


def _record(run: Run, batch: Batch, found: dict[str, Answer | Failure]) -> None:
    """What became of each item; what concerns the whole realm is raised once all of them are recorded."""
    waiting = _open(run, batch.id)
    said = {one.id: one.outcome(found) for one in waiting}
    _record_done(run, {key: outcome for key, outcome in said.items() if isinstance(outcome, Answer)})
    raised: Failure | None = None
    again = _is_repeated(batch, waiting, found)
    for attempt in waiting:
        match said[attempt.id]:
            case Answer():
                pass
            case ReadOnly() as outcome:
                outcomes.close(run, attempt.id, outcome)
                raised = raised or outcome
            case Refused() as outcome:
                outcomes.refused(run, attempt.id, outcome)
            case outcome:
                raised = _leave_open(run, attempt, outcome, again=again) or raised
    _empty(run, batch.id)
    if raised is not None:
        raise raised


def _record_done(run: Run, answers: Mapping[UUID, Answer]) -> None:
    """What succeeded, in few transactions, in which most of it comes to rest. In between others get in."""
    waiting = list(answers.items())
    while waiting:
        some = run.together
        _record_together(run, dict(waiting[:some]))
        del waiting[:some]
        run.lets_in()


def _record_together(run: Run, answers: Mapping[UUID, Answer]) -> None:
    with run.lease.transaction() as session:
        fresh = outcomes.done_all(session, run, answers)
        follows = answered.come_to_rest(session, run, fresh)
    for follow in follows:
        rounds.follow_up(run, follow)


def _is_repeated(batch: Batch, waiting: Sequence[Item], found: Mapping[str, Answer | Failure]) -> bool:
    """Whether an earlier answer told of some of its items; one that tells of none at all counts by its sendings."""
    if batch.tries <= 1:
        return False
    tells = any(one.bid in found for one in waiting)
    return not tells or len(waiting) < len(exactjson.loads(batch.body)["BatchItemRequest"])


def _leave_open(run: Run, attempt: Item, failure: Failure, *, again: bool) -> Failure | None:
    """An item without an outcome; the failure, if it concerns the whole realm."""
    if isinstance(failure, GrantLost):
        return failure
    assert isinstance(failure, TryLater)
    limited = isinstance(failure, Throttled)
    if limited or again:
        _leave(run, attempt.id, unsure=not limited)
    outcomes.postpone(run, attempt.id, failure)
    return failure if limited else None


def _leave(run: Run, attempt_id: UUID, *, unsure: bool) -> None:
    """Take an attempt out of its batch: it goes out by itself, under its own request id.

    `unsure` means that QuickBooks may have carried it out under the batch's id, so that it is looked for first. When
    it was due stays: by that it is known until when it may have been carried out.
    """
    with run.lease.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        attempt.batch_id, attempt.batch_item = None, ""
        attempt.unsure = attempt.unsure or unsure


def _take_apart(run: Run, batch: Batch, refusal: Refused) -> None:
    """The batch as a whole was refused, so nothing of it happened: half of it may pass, or all but one alone."""
    ids = [attempt.id for attempt in _open(run, batch.id)]
    for attempt_id in ids:
        _leave(run, attempt_id, unsure=batch.tries > 1)
    _empty(run, batch.id)
    if batch.tries > 1:
        return  # an earlier sending may have been carried out: they are settled one by one
    size = len(ids) // 2 if refusal.code in TOO_MUCH else 1
    for start in range(0, len(ids), max(size, 1)):
        send(run, ids[start : start + max(size, 1)], bulk=True)


def dissolve(run: Run, batch_id: UUID) -> None:
    """A batch that was sent long ago: QuickBooks may have forgotten its request id, so each item goes by itself."""
    for attempt in _open(run, batch_id):
        _leave(run, attempt.id, unsure=True)
    _empty(run, batch_id)


def _empty(run: Run, batch_id: UUID) -> None:
    """A batch of which nothing is open will not be sent again: its text need not be kept."""
    if _open(run, batch_id):
        return
    with run.lease.transaction() as session:
        session.get_one(Batch, batch_id).body = ""


def unsettled(session: Session, connection_id: UUID) -> list[Attempt]:
    """The open attempts of a connection, in the order of their making."""
    waiting = select(Attempt).where(Attempt.connection_id == connection_id, IS_UNANSWERED)
    return list(session.exec(waiting.order_by(col(Attempt.created_at), col(Attempt.id))))
