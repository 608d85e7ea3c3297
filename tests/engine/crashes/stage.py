"""The processes of the app around one world: web, receiver of webhooks, timers, a queue, workers. Each can die alone.

Nothing runs here because a test wants it to: a save, a webhook or the timers put a job into the queue, and a worker
takes it out. What is lost with a process is lost; only the database stays.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID

import httpx
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, func, select
from starlette.applications import Starlette

from bookipi_app import exactjson, live, queue
from bookipi_app.api import quickbooks_webhook
from bookipi_app.api.intake import Arrived
from bookipi_app.models import Attempt, Connection, ConnectionStatus, Flag, InboxEvent, Outcome, SyncRecord
from bookipi_app.models.sync import WAITS_FOR_PERSON, WAITS_FOR_REFERENCE
from bookipi_app.quickbooks import oauth
from bookipi_app.sandbox.core import Delivery
from bookipi_app.sync import engine, feed
from jobs.timers import Timers
from tests.engine import opening
from tests.engine.crashes.points import RECEIVER, TIMERS
from tests.engine.crashes.watched import Kept, Watched
from tests.engine.simulation.faults import SLOW
from tests.engine.simulation.world import HOLDER, OTHER, Nature, Simulated
from tests.engine.world import START, VERIFIER, Killed

FEED = timedelta(seconds=61)  # after so long the change feed has been read once more
PATIENCE = timedelta(minutes=15)  # I12: nothing is stuck for longer
SHORTEST = timedelta(seconds=1)  # the timers look so often
AWAKE = (ConnectionStatus.CONNECTED, ConnectionStatus.REVIEW, ConnectionStatus.DISCONNECTING)


@dataclass
class Stage(Simulated):
    """A world whose processes can be watched and struck."""

    jobs: list[UUID] = field(default_factory=list[UUID])
    jumped: timedelta = timedelta(0)  # time that a blow took
    mute: bool = False  # a web process died after its commit: what it wanted to announce is lost
    deaf: bool = False  # no webhook arrives
    elsewhere: bool = False  # the dead worker's machine is gone, too: another one waits for the lease to end
    lost_wake: str = ""
    on_death: Callable[[], object] | None = None  # what happens before anybody comes in the dead one's place
    acknowledged: list[bytes] = field(default_factory=list[bytes])  # webhooks that were answered with 200
    at_work: list[int] = field(default_factory=list[int])  # runs by their number, innermost last
    sent: list[Any] = field(default_factory=list[Any])  # bodies of the app's writes
    _timers: Timers | None = None
    _receiver: Starlette | None = None

    @classmethod
    def build(cls, empty: sqlite3.Connection, preset: str) -> Stage:
        """See `Simulated.build`."""
        database = Watched()
        database.become(empty)
        stage = cls(database, preset)
        stage.other_realm = stage.sandbox.add_company("us-tax-not-set-up", START).realm
        with database.transaction() as session:
            stage.other_company_id = opening.stranger(session)
        return stage

    def __post_init__(self) -> None:
        super().__post_init__()
        self._receiver = Starlette(routes=quickbooks_webhook.routes)

    def keep(self) -> Kept:
        """This moment."""
        return Kept(self.now, cast(Watched, self.database).copy(), pickle.dumps(self.sandbox))

    def set_back(self, kept: Kept) -> None:
        """To a moment that was kept, with every process fresh."""
        database = cast(Watched, self.database)
        database.become(kept.database)
        oauth._known.clear()  # pyright: ignore[reportPrivateUsage]  (what a process remembers of Intuit's addresses)
        self.sandbox, self.now = pickle.loads(kept.sandbox), kept.now
        self.nature, self.deaths, self.asked, self.pace = Nature(), 0, 0, None
        self.mute = self.deaf = self.elsewhere = False
        self.lost_wake, self.on_death, self.jumped = "", None, timedelta(0)
        for one in (self.requests, self.published, self.holders, self.jobs, self.sent, self.acknowledged):
            one.clear()
        self.traffic.clear()
        self._timers = Timers(database.reading, self._enqueue)
        database.border = self._border

    @contextmanager
    def processes(self) -> Iterator[None]:
        """Within, what the app says to Redis and asks its settings for ends here."""
        module: Any = quickbooks_webhook
        known = SimpleNamespace(quickbooks_verifier_token=VERIFIER)
        with ExitStack() as stack:
            for target, name, instead in (
                (queue, "wake", self.wake),
                (live, "publish", lambda *_: None),
                (module, "settings", lambda: known),
                (module, "system_clock", self.clock),
                (module, "transaction", self.database.transaction),
                (module, "asyncio", SimpleNamespace(timeout=_never_out)),
                (module, "_intake", lambda: SimpleNamespace(store=_stored_at_once)),
            ):
                stack.enter_context(patch.object(target, name, instead))
            yield

    def around(self) -> engine.Surroundings:
        """As always, but that a message and a wake-up are steps at which a worker can be struck."""
        return replace(super().around(), publish=self._publish, wake=self.wake)

    # -- processes -----------------------------------------------------------------------------------------------------

    def as_(self, who: str, call: Callable[[], object]) -> bool:
        """Let a process do something; False if it died of it."""
        self.holders.append(who)
        try:
            call()
        except (Killed, OperationalError):
            self.deaths += 1
            died = True
        else:
            died = False
        finally:
            self.holders.pop()
        if died:
            self._mourn()
        return not died

    def _mourn(self) -> None:
        """What happens while nobody has come in the dead one's place yet. Once."""
        then, self.on_death = self.on_death, None
        if then is not None:
            then()

    def wake(self, connection_id: UUID) -> None:
        """A job for the queue, unless its process is dead already."""
        self._border("before wake")
        if self.mute:
            self.mute = False
            return
        self._enqueue(queue.SYNC, str(connection_id))

    def turn(self) -> None:
        """Everything that is due at this moment: webhooks, timers, jobs."""
        self.receive()
        assert self._timers is not None
        timers = self._timers
        self.as_(TIMERS, lambda: timers.look(self.now))
        self.drain()

    def work(self, holder: str = HOLDER) -> bool:
        """See `Simulated.work`; each run has a number."""
        self.at_work.append(self.runs + 1)
        try:
            return super().work(holder)
        finally:
            self.at_work.pop()

    def drain(self) -> None:
        """Workers take jobs until there are none. The death of one costs its job."""
        while self.jobs:
            connection_id = self.jobs.pop(0)
            self.connection_id, before = connection_id, self.connection_id
            alive = self.work(HOLDER)
            self.connection_id = before
            if alive and not self.jobs:
                self._note_lost_wakes()
            if not alive:
                self.after_death()

    def after_death(self) -> None:
        """A worker comes in the dead one's place, or its machine is gone."""
        self._mourn()
        if self.elsewhere:
            return
        self.worker_starts(HOLDER)
        with self.database.transaction() as session:
            feed.ask_soon(session, self.now)
        self.jobs.append(self.connection_id)

    def others_try(self) -> None:
        """Other workers take the jobs that wait; where a run is at work, they end at once."""
        jobs, self.jobs[:] = len(self.jobs), []
        asked = self.asked
        for _ in range(jobs):
            self.work(OTHER)
        self.asked = asked

    def meanwhile(self, call: Callable[[], object]) -> None:
        """Somebody else acts while a process is between two steps."""
        holders, self.holders[:] = list(self.holders), []
        try:
            call()
        finally:
            self.holders[:] = holders

    def another_takes_over(self, edit: Callable[[], object]) -> None:
        """The worker stands still for longer than its lease lasts; somebody edits, and another one does the work."""
        self.now += SLOW
        edit()
        asked, self.asked = self.asked, 0
        self.work(OTHER)
        self.asked = asked

    def receive(self) -> None:
        """Webhooks go through the app's own route, and count as told only if it answers 200."""
        for delivery in self.sandbox.due_webhooks(self.now):
            status = 200 if self.deaf else self._answer_to(delivery)
            if status == 200 and not self.deaf:
                self.acknowledged.append(delivery.body)
            self.sandbox.delivered(delivery, status, self.now)

    def _answer_to(self, delivery: Delivery) -> int:
        said: list[int] = []

        async def take() -> dict[str, Any]:
            return {"type": "http.request", "body": delivery.body, "more_body": False}

        async def say(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._border("before answer")
                said.append(message["status"])
            elif not message.get("more_body"):
                self._border("after answer")

        headers = [(key.encode(), value.encode()) for key, value in delivery.headers.items()]
        scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/webhooks/quickbooks", "root_path": "",
                                 "query_string": b"", "headers": headers, "http_version": "1.1"}  # fmt: skip
        receiver = cast(Starlette, self._receiver)
        self.as_(RECEIVER, lambda: _driven(receiver(scope, take, say)))
        return said[0] if said else 0

    def _enqueue(self, _queue: str, connection_id: str) -> bool:
        if self.holders and self.holders[-1] == TIMERS:
            self._border("before wake")
        self.jobs.append(UUID(connection_id))
        return True

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and "/v3/" in request.url.path and request.content:
            body = exactjson.loads(request.content)
            items = [one for item in body.get("BatchItemRequest", []) for one in item.values()]
            self.sent += [one for one in items if isinstance(one, dict)] or [body]
        return super()._answer(request)

    def _publish(self, _company: UUID, kind: str, record_id: UUID | None) -> None:
        self._border("before message")
        self.published.append((kind, record_id))

    def _note_lost_wakes(self) -> None:
        """No job is left: whoever asked for a run while another one was at work has been heard by that one."""
        with self.database.reading() as session:
            row = session.get_one(Connection, self.connection_id)
            saved = select(func.count()).select_from(SyncRecord).where(
                SyncRecord.connection_id == row.id, col(SyncRecord.saved_at).is_not(None),
                col(SyncRecord.due_at) <= self.now,
            )  # fmt: skip
            waits = session.exec(saved).one()
        if (
            waits
            and row.status is ConnectionStatus.CONNECTED
            and row.paused_until is None
            and not row.lease_holder
        ):
            self.lost_wake = f"{waits} saves wait after the run that should have heard of them"

    # -- time ----------------------------------------------------------------------------------------------------------

    def settle(self) -> bool:
        """Let time go on until nothing is left to do; False if that takes longer than anything may."""
        began, before = self.now, self.jumped
        while self.now < began + PATIENCE + self.jumped - before:
            self.turn()
            then = self.next_moment()
            if then is None:
                return True
            self.now = max(then, self.now + SHORTEST)
        return False

    def feed_comes(self) -> bool:
        """What only the change feed tells is told; then as `settle`."""
        self.now += FEED
        return self.settle()

    def next_moment(self) -> datetime | None:
        """When something has to be done next, the change feed and daily readings apart."""
        moments: list[datetime | None] = []
        seconds = self.sandbox.seconds_to_next_webhook(self.now)
        moments.append(None if seconds is None else self.now + timedelta(seconds=seconds + 0.01))
        with self.database.reading() as session:
            for row in session.exec(select(Connection).where(col(Connection.status).in_(AWAKE))):
                moments += self._moments(session, row)
        return min((one for one in moments if one is not None), default=None)

    def _moments(self, session: Session, row: Connection) -> list[datetime | None]:
        if row.status is ConnectionStatus.REVIEW and row.vanished:
            return []
        # Nobody in a scenario gives the answers that some wait for.
        waits = col(SyncRecord.cause).in_((WAITS_FOR_REFERENCE, WAITS_FOR_PERSON))
        due = select(func.min(SyncRecord.due_at)).where(SyncRecord.connection_id == row.id, ~waits)
        asks = select(SyncRecord.id).where(SyncRecord.flag == Flag.ATTENTION, SyncRecord.cause == "match")
        tries = select(func.min(func.coalesce(Attempt.next_try_at, Attempt.created_at))).where(
            Attempt.connection_id == row.id,
            Attempt.outcome == Outcome.OPEN,
            col(Attempt.record_id).not_in(asks),
        )
        heard = select(func.min(InboxEvent.received_at)).where(
            InboxEvent.realm_id == row.realm_id, col(InboxEvent.done_at).is_(None)
        )
        found = [session.exec(one).one() for one in (due, tries)]
        if unread := session.exec(heard).one():
            found.append(unread + timedelta(seconds=2.1))
        if row.compare_due_at and row.compare_due_at <= self.now:
            found.append(row.compare_due_at)
        if row.status is ConnectionStatus.DISCONNECTING:
            found.append(self.now)
        if row.paused_until and any(found):
            return [max(row.paused_until, self.now)]
        if row.lease_holder and row.lease_until and any(found):
            return [max(row.lease_until + timedelta(seconds=0.1), self.now)]
        return found


async def _stored_at_once(arrived: Arrived) -> Exception | None:
    """In place of a thread and a group: a delivery that comes alone is a group of one."""
    module: Any = quickbooks_webhook
    [failure] = module._keep([arrived])
    return failure


@asynccontextmanager
async def _never_out(_seconds: float) -> AsyncIterator[None]:
    """In place of a time limit: no body is slow here, and no loop runs."""
    yield


def _driven(coroutine: Coroutine[Any, Any, object]) -> None:
    """Run what never waits."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise AssertionError("the receiver waits for something")
