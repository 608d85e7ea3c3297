"""Whose turn it is: what a person just saved, or changed in QuickBooks, goes before bulk; customers before invoices.

A few writes go out one by one, each at once. Many are collected and go out as one batch; after each batch the question
is asked anew, so that an edit made during a bulk of thousands waits for one batch and not for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import bindparam, case, text, true
from sqlmodel import Session, col, select

from bookipi_app.models import Kind, SyncRecord
from bookipi_app.models.sync import LIVE_DUE
from bookipi_app.quickbooks.wire import MOST_ITEMS
from bookipi_app.sync import attempts, batches, bulk, guard, rounds
from bookipi_app.sync.batches import FEW
from bookipi_app.sync.work import Run

MOST_RECORDS = 600  # looked at before anybody asks again whose turn it is
FIRST_KINDS = case({Kind.CUSTOMER.value: 0, Kind.ITEM.value: 0}, value=col(SyncRecord.kind), else_=1)
SAVED = col(SyncRecord.saved_at).is_not(None)
DUE = (col(SyncRecord.connection_id) == bindparam("mine"), col(SyncRecord.due_at) <= bindparam("now"))
LIVE_IN_TURN = (
    select(col(SyncRecord.id), SAVED, true(), FIRST_KINDS)
    .where(*DUE, text(LIVE_DUE))
    .order_by(FIRST_KINDS, SAVED.desc(), col(SyncRecord.due_at))
    .limit(MOST_RECORDS)
)
KIND_IN_TURN = (
    select(col(SyncRecord.id), SAVED, col(SyncRecord.due_at))
    .where(*DUE, col(SyncRecord.kind) == bindparam("kind"))
    .order_by(col(SyncRecord.due_at))
    .limit(bindparam("most"))
)


def work_through(run: Run) -> bool:
    """One pass over what is due; True if there was anything that may be done now.

    What vanished in a crowd stops the connection instead.
    """
    now = run.clock()
    with run.lease.database.reading() as session:
        waiting = _due(session, run, now)
        crowds = guard.judge(session, run.connection.id, now) if waiting else []
    if not waiting or guard.stops(run, crowds):
        return False
    if live := [one for one in waiting if one.live][:MOST_ITEMS]:
        alone = sum(one.saved for one in live) <= FEW or not _batch_may_go(run)
        _take_turns(run, live, alone=alone)
        return True
    if not run.quickbooks.has_room(batch=True):
        return False  # bulk whose share of the pace is used up: the sweep comes back for it
    wave = [one.record_id for one in waiting if one.wave == waiting[0].wave]
    if len(waiting) <= FEW:
        _take_turns(run, waiting[: len(wave)], alone=True)
    else:
        bulk.carry(run, wave)
    return True


def _batch_may_go(run: Run) -> bool:
    """False once bulk has used the minute's batches up: what a person saved then goes out one by one, and now."""
    return run.quickbooks.has_room(batch=True, bulk=False)


@dataclass(frozen=True)
class _Due:
    """A record that is due: whether a person's save waits there, whether that or QuickBooks' news does, and its wave.

    Bulk goes by waves: an invoice that is looked at before its customer has travelled would only wait.
    """

    record_id: UUID
    saved: bool
    live: bool
    wave: int


def _due(session: Session, run: Run, now: datetime) -> list[_Due]:
    """What is due, in the order of its turns: what is live, or if nothing is, bulk.

    Customers and items go first among what is live too: what became of one decides what becomes of its invoices. Each
    kind of a bulk is read in the order of an index of its own: a million that wait are not sorted for the next few.
    """
    mine = {"mine": run.connection.id, "now": now}
    if live := [_Due(*one) for one in session.exec(LIVE_IN_TURN, params=mine)]:
        return live
    found: list[_Due] = []
    for wave, kinds in enumerate(((Kind.CUSTOMER, Kind.ITEM), (Kind.INVOICE,))):
        asked = [{**mine, "kind": kind, "most": MOST_RECORDS - len(found)} for kind in kinds]
        rows = [row for kind in asked for row in session.exec(KIND_IN_TURN, params=kind)]
        rows.sort(key=lambda row: row[2] or now)
        found += [_Due(row[0], row[1], False, wave) for row in rows[: MOST_RECORDS - len(found)]]
    return found


def _take_turns(run: Run, ids: list[_Due], *, alone: bool) -> None:
    """What somebody waits for. `alone` sends each write at once, by itself: a save is sent before the next is read."""
    if not alone:
        batches.send(run, rounds.steps(run, [one.record_id for one in ids]), bulk=False)
        return
    for saved, some in groupby(ids, key=lambda one: one.saved):
        found = [one.record_id for one in some]
        for group in [[one] for one in found] if saved else [found]:
            for attempt in rounds.steps(run, group):
                attempts.send(run, attempt)
