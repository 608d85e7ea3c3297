"""The rehearsal itself: saves, edits, webhooks, the timers' looks, the workers' jobs, by a virtual clock.

One virtual worker serves the sample. While its run waits for QuickBooks or for its turn, everything else goes on:
people save, webhooks arrive, timers look, and a second wake-up of the same connection finds the lease held.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from math import inf
from uuid import UUID

from sqlmodel import col, func, select

from bookipi_app import broker, queue
from bookipi_app.models import ReadCount, SyncRecord
from bookipi_app.quickbooks import webhooks
from bookipi_app.rehearsal.load import HOUR, Load, doings
from bookipi_app.rehearsal.people import People
from bookipi_app.rehearsal.world import START, VERIFIER, World
from bookipi_app.services import grant_ends, inbox
from bookipi_app.services.inbox import Notice
from bookipi_app.sync import engine
from jobs.timers import LOOK_SECONDS, TELL_SECONDS, Timers

QUEUE = f"rq:queue:{queue.SYNC}"


@dataclass(frozen=True)
class Played:
    """What the sample has cost in its hours."""

    companies: int
    hours: float
    jobs: int  # taken out of the queue, whatever became of them
    coalesced: int  # of them: found the lease held, or nothing left to do
    commands: Counter[str]  # of Redis, without the workers' own
    transactions: Counter[str]
    looks: int  # of the timers, and their transactions: as many for any number of companies
    look_transactions: int
    requests: Counter[str]
    reads: Counter[str]  # by purpose
    longest_queue: int
    deliveries: int
    done: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0


class Play:
    """One rehearsal of a sample of companies."""

    def __init__(self, companies: int, hours: float, seed: int, load: Load, latency: float = 0.15) -> None:
        """`latency` is how long QuickBooks takes for an answer, in seconds."""
        self._latency, self._hours = latency, hours
        self._running: UUID | None = None
        self.world = World(companies, seed, load)
        chance = random.Random(f"doings {seed}")
        self._doings = deque(doings(load, companies, hours, chance))
        self._people = People(self.world, chance)
        self._timers = Timers(self.world.database.reading, queue.enqueue_now)
        self._next_look, self._seconds = 0.0, 0.0
        self._looks = self._look_transactions = self._jobs = self._idle = self._deliveries = 0

    def run(self) -> Played:
        """Play all hours; what is due at their end is not waited for."""
        with broker.standing_in(self.world.redis):
            for one in self.world.sampled:
                self._people.first_customer(one)
            self._begin()
            while self._seconds < self._hours * HOUR:
                self._pass(self._next_look - self._seconds)
                self._serve()
            return self._played()

    def wait(self, seconds: float) -> None:
        """A run waits for its turn, or (0 seconds) for QuickBooks' answer; meanwhile everything else goes on."""
        self._pass(seconds or self._latency)
        self._collide()

    def _begin(self) -> None:
        """From here on it counts; what the beginning has left to tell is told, and worked off, before."""
        while self.world.now < START - timedelta(minutes=2):
            self.world.now += timedelta(seconds=30)
            self._deliver()
            while (argument := self.world.redis.pop(QUEUE)) is not None:
                engine.run(self.world.around(), UUID(argument))
        self.world.now = START
        self.world.transactions.clear()
        self.world.requests.clear()
        self.world.redis.commands.clear()
        self.world.redis.longest.clear()
        self.world.waiting, self._deliveries = self.wait, 0
        with self.world.database.transaction() as session:
            for counted in session.exec(select(ReadCount)):
                session.delete(counted)

    def _pass(self, seconds: float) -> None:
        """Let time go by, with all that people, webhooks and timers do in it until the end, which is not part of it."""
        until, end = self._seconds + max(seconds, 0.0), self._hours * HOUR
        while True:
            doing = self._doings[0].at if self._doings else inf
            told = self.world.sandbox.seconds_to_next_webhook(self.world.now)
            moment = min(doing, self._next_look, inf if told is None else self._seconds + told)
            if moment > until or moment >= end:
                break
            self._move(moment)
            self._happen()
        self._move(until)

    def _move(self, to: float) -> None:
        self._seconds = max(self._seconds, to)
        self.world.now = START + timedelta(seconds=self._seconds)

    def _happen(self) -> None:
        """Everything whose moment has come."""
        while self._doings and self._doings[0].at <= self._seconds:
            self._people.do(self._doings.popleft())
        self._deliver()
        if self._next_look <= self._seconds:
            self._look()

    def _look(self) -> None:
        """As the timers' process does it: who has to be told of an end, then what is due."""
        self._next_look += LOOK_SECONDS
        before = self.world.transactions.total()
        if self._looks % (TELL_SECONDS / LOOK_SECONDS) == 0:
            with self.world.database.reading() as session:
                grant_ends.due(session, self.world.now)
        self._timers.look(self.world.now)
        self._looks += 1
        self._look_transactions += self.world.transactions.total() - before

    def _deliver(self) -> None:
        """Webhooks that are due now, through the app's own intake."""
        for delivery in self.world.sandbox.due_webhooks(self.world.now):
            assert webhooks.verify(delivery.headers["intuit-signature"], delivery.body, VERIFIER)
            notices = [Notice(**asdict(event)) for event in webhooks.parse(delivery.body).events]
            with self.world.database.transaction() as session:
                inbox.take(session, notices, self.world.now)
            self.world.sandbox.delivered(delivery, 200, self.world.now)
            self._deliveries += 1

    def _serve(self) -> None:
        """The worker takes what waits."""
        while (argument := self.world.redis.pop(QUEUE)) is not None:
            self._run(UUID(argument))

    def _run(self, connection_id: UUID) -> None:
        self._jobs += 1
        before, outer = self.world.requests.total(), self._running
        self._running = connection_id
        engine.run(self.world.around(), connection_id)
        self._running = outer
        self._idle += self.world.requests.total() == before

    def _collide(self) -> None:
        """Other workers are free: a wake-up of the very connection that is being run is taken at once."""
        if self._running is not None and self.world.redis.take_out(QUEUE, str(self._running)):
            self._run(self._running)

    def _played(self) -> Played:
        with self.world.database.reading() as session:
            reads = session.exec(
                select(ReadCount.purpose, func.sum(ReadCount.count)).group_by(col(ReadCount.purpose))
            )
            counted = Counter({purpose: int(number) for purpose, number in reads})
            late = select(func.count()).where(
                col(SyncRecord.due_at) <= self.world.now - timedelta(seconds=60)
            )
            unfinished = session.exec(late).one()
        world = self.world
        return Played(
            len(world.sampled), self._hours, self._jobs, self._idle, Counter(world.redis.commands),
            Counter(world.transactions), self._looks, self._look_transactions, Counter(world.requests), counted,
            world.redis.longest[QUEUE], self._deliveries, self._people.done, unfinished,
        )  # fmt: skip
