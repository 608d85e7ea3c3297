"""The engine: one run of one connection, from wake-up to quiet.

    lease → settle what was sent and never answered → observe → plan and execute, record by record → again, until a
    round finds nothing to do and nobody has woken the connection meanwhile

A run decides at its top what each kind of failure means: a refused record fails alone, a throttled or silent QuickBooks
pauses the connection, a lost grant stops it until a person reconnects, a lost lease ends the run without a word.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import bindparam, exists
from sqlmodel import Session, col, select

from bookipi_app import live, queue
from bookipi_app.clock import Clock, system_clock
from bookipi_app.db import Database, Turn, database
from bookipi_app.errors import TryLater
from bookipi_app.models import Attempt, Connection, ConnectionStatus, InboxEvent, SyncRecord
from bookipi_app.models.conditions import IS_UNANSWERED
from bookipi_app.quickbooks.auth import for_connection
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.faults import GrantLost, ReadOnly, Refused
from bookipi_app.settings import settings
from bookipi_app.sync import (
    carriers,
    comparison,
    ending,
    feed,
    guests,
    lease,
    observe,
    preflight,
    reads,
    review,
    settle,
    shipping_item,
    turns,
)
from bookipi_app.sync.carriers import Carry
from bookipi_app.sync.lease import Lease, LeaseLost
from bookipi_app.sync.work import Publish, Run

log = logging.getLogger(__name__)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
READ_ONLY_PAUSE = timedelta(hours=1)
REFUSED_PAUSE = timedelta(minutes=15)  # of a reading that QuickBooks refuses: it is no use to ask at once
REFUSED = "QuickBooks refuses what it is asked. It is asked again by itself."
OWN_ROUNDS = 4  # sent, come to rest, nothing left; and one for what was heard
# Every round begins with it, so it is made once, and says at the same time what there is not to be looked for.
START = select(
    Connection,
    exists().where(col(Attempt.connection_id) == Connection.id, IS_UNANSWERED),
    exists().where(col(InboxEvent.realm_id) == Connection.realm_id, col(InboxEvent.done_at).is_(None)),
    exists().where(
        col(SyncRecord.connection_id) == Connection.id, col(SyncRecord.due_at) <= bindparam("now")
    ),
).where(col(Connection.id) == bindparam("mine"))
Start = tuple[Connection, bool, bool, bool]


@dataclass(frozen=True)
class Surroundings:
    """What a run takes from outside: tests bring their own clock, transport and scheduler."""

    database: Database
    clock: Clock
    quickbooks: Callable[[Connection], QuickBooks]
    publish: Publish
    others_wait: Callable[[], bool]  # asked between two steps of what takes long; may serve them first
    wake: Callable[[UUID], object]
    heartbeat: Callable[[Lease], AbstractContextManager[None]]
    carry: Carry
    holder: str
    feed_interval: timedelta
    small_steps: Callable[[], bool] = lambda: False  # whether others have waited again and again
    guest: bool = False  # a run in the middle of another one's; see `guests`


def surroundings() -> Surroundings:
    """The real ones of this process."""
    own = Surroundings(
        database=database(),
        clock=system_clock,
        quickbooks=partial(for_connection, database(), system_clock),
        publish=live.publish,
        others_wait=queue.others_wait,
        wake=partial(_enqueue, queue.SYNC),
        heartbeat=lease.heartbeat,
        carry=carriers.in_thread,
        holder=settings().worker_slot,
        feed_interval=timedelta(seconds=settings().feed_interval),
    )
    coming = guests.Guests(queue.take_waiting, partial(run, replace(own, guest=True)))
    return replace(own, others_wait=coming.serve, small_steps=coming.lately)


def run(around: Surroundings, connection_id: UUID) -> bool:
    """Work on a connection until it is quiet, another one's turn has come, or somebody else holds it.

    False if another one's turn has come: then there is more to do, and the connection was woken for it.
    """
    database, clock = around.database, around.clock
    with database.transaction(Turn.NONE) as session:
        held = lease.take_in(session, database, clock, connection_id, around.holder)
        if held is None:
            return True
        start = _start(session, held)
    try:
        with around.heartbeat(held):
            return _until_quiet(around, held, start)
    except LeaseLost:
        log.info("another run has taken over connection %s", connection_id)
        return True
    except BaseException:
        # A bug stays loud. The lease is left to expire: its number keeps what was half done from being committed.
        log.exception("a run of connection %s failed", connection_id)
        raise


class _Sitting:
    """How long a run may stay: a minute at most, and no longer than nobody else needs the worker for long."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._until = around.clock() + timedelta(seconds=queue.RUN_SECONDS)
        self._over = False

    def lets_in(self) -> None:
        """Let in who waits for a moment of this worker, unless this run ends anyway. A guest lets nobody in."""
        if not self._around.guest and not self.gives_way():
            self._over = self._around.others_wait()

    def gives_way(self) -> bool:
        """Whether another connection's turn has come. Once it has, it has; a guest's stay ends with the question."""
        self._over = self._over or self._around.guest or self._around.clock() >= self._until
        return self._over

    def ends(self, number: int) -> bool:
        """Asked after each round. A save is not left half done for whoever waits: the first ones it has to itself."""
        if number < OWN_ROUNDS:
            return self._over
        self.lets_in()
        return self.gives_way()


def _until_quiet(around: Surroundings, held: Lease, start: Start) -> bool:
    """True once it is quiet, False if it gave way before."""
    sitting = _Sitting(around)
    number = 0
    while True:
        number += 1
        connection = start[0]
        if _round(around, held, *start, sitting):
            if sitting.ends(number):
                held.drop()
                around.wake(connection.id)
                return False
        elif held.give_back(connection.wake):
            return True
        elif not held.renew():
            raise LeaseLost
        start = _load(around, held)


def _round(
    around: Surroundings,
    held: Lease,
    connection: Connection,
    unanswered: bool,
    notices: bool,
    due: bool,
    sitting: _Sitting,
) -> bool:
    """One look at everything; True if there was something to do."""
    if connection.status == ConnectionStatus.DISCONNECTING:
        return _disconnect(around, held, connection)
    if connection.status == ConnectionStatus.REVIEW and connection.vanished:
        return ending.keep_alive(held, connection, around.quickbooks(connection), around.publish)
    if connection.status not in (ConnectionStatus.CONNECTED, ConnectionStatus.REVIEW):
        return False
    if connection.paused_until is not None and connection.paused_until > around.clock():
        return False
    if around.guest and (connection.cursor is None or connection.status == ConnectionStatus.REVIEW):
        return sitting.gives_way()  # it reads whole books
    run_ = Run(
        held,
        connection,
        around.quickbooks(connection),
        around.publish,
        unanswered,
        notices,
        due,
        around.carry,
        sitting.lets_in,
        sitting.gives_way,
        around.small_steps,
        around.guest,
    )
    worked = _work_or_wait(around, run_)
    reads.keep(run_)
    return worked


def _disconnect(around: Surroundings, held: Lease, connection: Connection) -> bool:
    """End the grant. While Intuit cannot be asked to, the connection says why it has not ended."""
    if connection.paused_until is not None and connection.paused_until > around.clock():
        return False
    try:
        return ending.disconnect(held, connection, around.quickbooks(connection), around.publish)
    except TryLater as failure:
        _later(held, connection, failure)
        return False


def _work_or_wait(around: Surroundings, run_: Run) -> bool:
    """Work, and decide what a failure means for the whole connection."""
    held, connection = run_.lease, run_.connection
    reviewing = connection.status == ConnectionStatus.REVIEW
    try:
        worked = review.prepare(run_, around.feed_interval) if reviewing else _work(around, run_)
    except GrantLost as failure:
        ending.lose_grant(held, connection, failure.words, around.publish)
        return False
    except ReadOnly as failure:
        _pause(held, connection, READ_ONLY_PAUSE, failure.words, failed=True)
        return False
    except TryLater as failure:
        _later(held, connection, failure)
        return False
    except Refused as refusal:  # of a reading: what is refused of a record says so there
        log.exception("connection %s: QuickBooks refuses a reading, code %s", connection.id, refusal.code)
        _later(held, connection, TryLater(REFUSED))
        return False
    _awake(held, connection)
    return worked


def _work(around: Surroundings, run_: Run) -> bool:
    if feed.reads_index(run_):
        return True
    settled = run_.unanswered and settle.unanswered(run_)
    listens = run_.notices or settled  # what is settled may leave a notice: to be read before the record is
    heard = listens and observe.inbox(run_.lease, run_.connection, run_.quickbooks)
    fed = _unless_refused(run_, "feed_due_at", partial(feed.read, run_, around.feed_interval))
    shipping_item.step(run_)
    learned = settled or heard or fed
    done = (run_.due or learned) and turns.work_through(run_)
    if learned or done:
        return True
    # What nobody waits for comes last.
    return _unless_refused(run_, "preflight_due_at", partial(preflight.step, run_)) or _unless_refused(
        run_, "compare_due_at", partial(comparison.step, run_)
    )


def _unless_refused(run_: Run, timer: str, step: Callable[[], bool]) -> bool:
    """A reading by the clock. One that QuickBooks refuses is tried again later, and holds nothing else up."""
    try:
        return step()
    except ReadOnly:
        raise
    except Refused as refusal:
        log.exception(
            "connection %s: a reading by the clock is refused, code %s", run_.connection.id, refusal.code
        )
    with run_.lease.transaction() as session:
        setattr(session.get_one(Connection, run_.connection.id), timer, run_.clock() + REFUSED_PAUSE)
    return False


def _load(around: Surroundings, held: Lease) -> Start:
    with around.database.reading() as session:
        return _start(session, held)


def _start(session: Session, held: Lease) -> Start:
    """The connection, and whether there is a write without an outcome, an unread notice, a record that is due."""
    mine = {"mine": held.connection_id, "now": held.clock()}
    connection, unanswered, notices, due = session.exec(START, params=mine).one()
    return connection, unanswered, notices, due


def _later(held: Lease, connection: Connection, failure: TryLater) -> None:
    """QuickBooks cannot take it now: wait as long as it says, else longer each time."""
    if failure.until is not None:
        _pause(held, connection, failure.until - held.clock(), failure.reason)
        return
    pause = min(FIRST_PAUSE * 2 ** min(connection.failures, 10), LONGEST_PAUSE)
    _pause(held, connection, pause, failure.reason, failed=True)


def _pause(held: Lease, connection: Connection, pause: timedelta, words: str, failed: bool = False) -> None:
    with held.transaction() as session:
        row = session.get_one(Connection, connection.id)
        if ending.is_another_by_now(row, connection):
            return
        row.paused_until = held.clock() + pause
        row.problem = words[:500]
        if (
            not failed and row.failures
        ):  # it answers again: what was told during the silence may not have arrived
            row.feed_due_at = held.clock()
        row.failures = (
            row.failures + 1 if failed else 0
        )  # 0: the pause is QuickBooks' limit, which nobody may end


def _awake(held: Lease, connection: Connection) -> None:
    told = (
        connection.status == ConnectionStatus.CONNECTED and connection.problem
    )  # *Sync now* ends only the pause
    if connection.paused_until is None and not connection.failures and not told:
        return
    with held.transaction() as session:
        row = session.get_one(Connection, connection.id)
        if row.failures:
            row.feed_due_at = held.clock()  # silence ends: what was told meanwhile may not have arrived
        row.paused_until, row.failures = None, 0
        if not ending.is_another_by_now(row, connection):
            row.problem = ""


def _enqueue(queue_name: str, connection_id: UUID) -> bool:
    return queue.enqueue_now(queue_name, str(connection_id))
