"""One seed: people and faults, then peace, then the verdict."""

from __future__ import annotations

import gc
import hashlib
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from random import Random
from unittest.mock import patch

from sqlalchemy import bindparam, exists, or_
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from bookipi_app import live, queue
from bookipi_app.errors import Failure
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Flag,
    InboxEvent,
    SyncRecord,
)
from bookipi_app.models.conditions import IS_UNANSWERED
from bookipi_app.quickbooks import replies
from bookipi_app.quickbooks.pace import Limits, LocalPace
from bookipi_app.sync import hot
from tests.engine.simulation.answerer import Answerer
from tests.engine.simulation.both import Both
from tests.engine.simulation.chance import determined
from tests.engine.simulation.checker import Verdict
from tests.engine.simulation.closer import Closer
from tests.engine.simulation.connector import Connector
from tests.engine.simulation.faults import Fault, Storm
from tests.engine.simulation.invariants import Invariant, Violation
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.late_words import LateWords
from tests.engine.simulation.numbering import numbering_of
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.restorer import Restorer
from tests.engine.simulation.wakeups import WakeUps, Web
from tests.engine.simulation.world import HOLDER, OTHER, Nature, Refused, Simulated
from tests.engine.world import Killed, empty_database

PRESETS = ("us-no-tax", "us-automated-tax")
PAUSES = (0.5, 1, 3, 8, 20, 40, 70, 400, 4000)
ROUNDS = 60  # of virtual minutes at most until it has to be quiet
SILENT_ROUNDS = (3, 10)
SEEDS_TO_SWEEP = 50
_ENDED = count(1)
PENDING = select(
    or_(
        exists().where(
            col(SyncRecord.due_at) <= bindparam("soon"), col(SyncRecord.cause) != "waits_for_reference"
        ),
        exists().where(IS_UNANSWERED),
        exists().where(col(InboxEvent.done_at).is_(None)),
    )
)
Act = Callable[[], object]


@dataclass
class Result:
    """What one seed showed."""

    seed: int
    wrong: list[Violation]
    trace: list[str]
    struck: Counter[Fault] = field(default_factory=Counter[Fault])
    done: Counter[str] = field(default_factory=Counter[str])
    runs: int = 0
    deaths: int = 0

    @property
    def digest(self) -> str:
        """The same for the same seed, always."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()[:16]


@cache
def _world(preset: str) -> Simulated:
    world = Simulated.build(empty_database(), preset)
    gc.freeze()
    return world


def simulate(seed: int, operations: int = 30) -> Result:
    """Run one seed."""
    chance = Random(f"simulation {seed}")
    world = _world(PRESETS[chance.random() < 0.4])
    with (
        _uncollected(),
        patch.object(queue, "wake", lambda connection: world.on_wake(connection)),
        patch.object(live, "publish", lambda *_: None),
        determined(seed, world.clock),
        _errors() as errors,
    ):
        return _Run(seed, chance, world, errors).go(operations)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for garbage once a seed, and only in what is new: that was a fifth of the time. Now and then in all."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(2 if next(_ENDED) % SEEDS_TO_SWEEP == 0 else 0)


@contextmanager
def _errors() -> Iterator[list[str]]:
    """What the engine says at the level of errors: its own defences against its own mistakes."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    logger, ear = logging.getLogger("bookipi_app.sync.rounds"), Ear(logging.ERROR)
    logger.addHandler(ear)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)


class _Run:
    def __init__(self, seed: int, chance: Random, world: Simulated, errors: list[str]) -> None:
        self.seed, self.chance, self.world, self.errors = seed, chance, world, errors
        world.restart(seed)
        self.journal = Journal(world.clock)
        self.owner = Owner(world, Random(f"owner {seed}"), self.journal)
        self.bookkeeper = Closer(world, Random(f"bookkeeper {seed}"), self.journal)
        self.both = Both(world, chance, self.journal, self.owner, self.bookkeeper)
        self.done: Counter[str] = Counter()
        self.answerer = Answerer(world, self.owner.chance, self.journal)
        self.connector = Connector(world, Random(f"connector {seed}"), self.journal)
        acts = {
            Fault.EDIT_HERE: self._edits_here,
            Fault.EDIT_THERE: self._edits_there,
            Fault.DISCONNECTED: lambda: self._act(self.connector.disconnects),
            Fault.PAGES_SHIFTED: self._shifts_pages,
        }
        self.storm = Storm(Random(f"storm {seed}"), acts, Random(f"disk {seed}"), Random(f"rare {seed}"))
        self.storm.told = self.journal.tell
        self.wakeups = WakeUps(world, self.storm, Random(f"wake-ups {seed}"))
        Web(self.storm, Random(f"web {seed}"))
        if Fault.CLOCK_OFF in self.storm.kinds:
            self.storm.struck[Fault.CLOCK_OFF] += 1
            world.show_another_clock(float(chance.choice((-600, 600))))
        if Fault.OWN_PACE in self.storm.kinds:
            self.storm.struck[Fault.OWN_PACE] += 1
            world.pace = LocalPace(Limits(2, 20, 4), lambda: world.now.timestamp())
        form = chance.choice(("cloudevents", "legacy"))
        world.sandbox.switches.change({"webhook_format": form})
        self.connector.struck = self.storm.happens
        self.restorer = Restorer(world, self.journal, self.storm.happens)
        if form == "legacy":
            self.storm.happens(Fault.OLD_FORM)
        if self.storm.is_wide:
            world.numbering = numbering_of(seed, self.owner, self.bookkeeper, self.storm.happens)

    def go(self, operations: int) -> Result:
        """Act, settle, judge."""
        wrong: list[Violation] = []
        try:
            self.world.nature = self.storm
            with patch.object(replies, "MOST_ROWS", self._longest_feed()), self.storm.rare.small_pages():
                for _ in range(operations):
                    self._step()
            self._settle()
            if self.chance.random() < 0.4:
                wrong = self._everything_answered()
            wrong += Verdict(self.world, self.journal).check() + self._silence()
        except Exception:  # noqa: BLE001  (whatever the engine raises is a finding of this seed)
            wrong = [Violation(Invariant.SOUND, traceback.format_exc())]
        wrong += [Violation(Invariant.SOUND, f"the engine said: {one}") for one in self.errors]
        self.journal.trace += [f"{method} {path}" for method, path in self.world.requests]
        world = self.world
        return Result(
            self.seed, wrong, self.journal.trace, self.storm.struck, self.done, world.runs, world.deaths
        )

    def _longest_feed(self) -> int:
        if Fault.FEED_TRUNCATED not in self.storm.kinds:
            return replies.MOST_ROWS
        self.storm.struck[Fault.FEED_TRUNCATED] += 1
        return 3

    def _step(self) -> None:
        self.storm.rare.idles(self.world)
        if self.chance.random() < 0.25:
            self._act(self.connector.acts_on_status)
        if self.chance.random() < 0.6:
            self._act(self.chance.choices(*zip(*self._acts(), strict=True))[0])
        if self.chance.random() < 0.6:
            self._sync()
        self.world.pass_time(seconds=self.chance.choice(PAUSES))

    def _acts(self) -> list[tuple[Act, int]]:
        owner, books = self.owner, self.bookkeeper
        return [
            (owner.creates_customer, 3), (owner.creates_item, 3), (owner.creates_invoice, 8),
            (owner.edits_customer, 4), (owner.edits_item, 3), (owner.edits_invoice, 7), (owner.edits_lines, 6),
            (owner.moves_invoice, 1), (owner.swaps_names, 1), (owner.archives, 2), (owner.trashes, 4),
            (owner.voids, 2), (owner.pays, 2), (self.answerer.answers, 5),
            (self.restorer.backs_up, 2), (self.restorer.restores, 2),
            (self.connector.connects_other_realm, 1), (self.connector.connects_as_other_tenant, 1),
            (self.connector.disconnects, 1), (self.connector.asks_for_older, 2),
            (books.creates_invoice_with_foreign_lines, 3), (books.closes_books, 1),
            (books.creates_customer, 3), (books.creates_item, 2), (books.creates_invoice, 4),
            (books.edits_customer, 4), (books.edits_item, 3), (books.edits_invoice, 7), (books.edits_lines, 6),
            (books.moves_invoice, 1), (books.swaps_names, 1), (books.merges, 2),
            (books.merges_items, 3), (books.nests, 1), (books.fills_in, 2), (books.hides, 2), (books.deletes, 3),
            (books.voids, 2), (books.pays, 2), (self.both.type_customer, 1), (self.both.type_invoice, 1),
            (self.both.edit_one_field, 10), *self.world.numbering.acts(),
        ]  # fmt: skip

    def _act(self, act: Act) -> bool:
        name = getattr(act, "__qualname__", "")
        self.world.at_page = True
        try:
            act()
        except (Nothing, Refused, Failure, OperationalError, Killed) as reason:
            self.journal.tell(f"  ({name}: {type(reason).__name__} {reason})")
            return False
        finally:
            self.world.at_page = False
        self.done[name] += 1
        return True

    def _edits_here(self) -> None:
        owner = self.owner
        self._act(self.storm.chance.choice(
            (owner.edits_customer, owner.edits_item, owner.edits_invoice, owner.edits_lines, owner.trashes)
        ))  # fmt: skip

    def _edits_there(self) -> None:
        books = self.bookkeeper
        self._act(self.storm.chance.choice(
            (books.edits_customer, books.edits_item, books.edits_invoice, books.edits_lines, books.pays, books.deletes)
        ))  # fmt: skip

    def _shifts_pages(self) -> None:
        books = self.bookkeeper
        acts = (books.deletes, books.creates_invoice, books.creates_customer)
        if self._act(self.storm.rare.chance.choice(acts)):
            self.storm.happens(Fault.PAGES_SHIFTED)

    def _sync(self) -> None:
        self.journal.tell(f"  sync at {self.world.now:%d %H:%M:%S}")
        self.wakeups.looks()
        self.world.deliver()
        if not self.wakeups.taken():
            self.journal.tell("  nobody wakes the worker")
        elif not self.world.work():
            self.journal.tell("  the worker is dead")
            if self.chance.random() < 0.7:
                self.world.worker_starts()

    # -- peace ---------------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """The faults are over: sync until nothing is left to do, in bounded time."""
        self.journal.tell("peace")
        self.world.nature = Nature()
        self.storm.end(self.world)
        self.wakeups.end()
        self.world.worker_starts(HOLDER)
        self.world.worker_starts(OTHER)
        if self.bookkeeper.closed:
            self.bookkeeper.closes_books()
        quiet = 0
        for _ in range(ROUNDS):
            before = self.world.writes()
            self._sync()
            connection = self.world.connection()
            working = connection.status is ConnectionStatus.CONNECTED and connection.paused_until is None
            if connection.status is not ConnectionStatus.CONNECTED:
                self._act(self.connector.acts_on_status)
                connection = self.world.connection()
            still = working and self.world.writes() == before and not self._pending(connection)
            quiet = quiet + 1 if still else 0
            if quiet >= 3:
                return
            self.world.pass_time(seconds=self._until_next(connection))

    def _everything_answered(self) -> list[Violation]:
        """A person answers what is open: no conflict may be left, as nobody edits any more."""
        self.journal.tell("answers")
        idle = 0
        for _ in range(12):
            idle = 0 if self._act(self.answerer.answers) else idle + 1
            if idle == 3:
                break  # nobody is asked anything that has an answer
            self._sync()
            self.world.pass_time(seconds=31)
        for _ in range(12):
            if not self._conflicts():
                break
            self._act(self.answerer.resolves)
            self._sync()
            self.world.pass_time(seconds=31)
        self._settle()
        return [
            Violation(Invariant.LIVENESS, f"a conflict that no answer ends: {one}")
            for one in self._conflicts()
        ]

    def _conflicts(self) -> list[str]:
        with self.world.database.reading() as session:
            found = select(SyncRecord.local_id).where(SyncRecord.flag == Flag.CONFLICT)
            return [str(one) for one in session.exec(found.order_by(col(SyncRecord.id)))]

    def _until_next(self, connection: Connection) -> float:
        if connection.paused_until and connection.paused_until > self.world.now:
            return (connection.paused_until - self.world.now + timedelta(seconds=1)).total_seconds()
        return 31

    def _pending(self, connection: Connection) -> bool:
        """Anything that is due, unanswered, unread or not compared; what waits for a minute each time is no work."""
        if self.world.comparing(connection):
            return True
        soon = self.world.now + hot.LONGEST_WAIT
        with self.world.database.reading() as session:
            return session.exec(PENDING, params={"soon": soon}).one()

    def _silence(self) -> list[Violation]:
        """More rounds make no write: ten of them in one seed of four, where nothing but the clock differs.

        Where QuickBooks' late word of a merge is followed in between, that has to be silent once it has settled.
        """
        world, before = self.world, len(self.world.requests)
        words = LateWords(world.database, world.connection_id, world.now)
        for _ in range(SILENT_ROUNDS[self.seed % 4 == 0]):
            self.world.pass_time(seconds=61)
            self._sync()
            if words.followed():
                self._settle()
                return self._silence()
        written = [
            path for method, path in self.world.requests[before:] if method == "POST" and "/v3/" in path
        ]
        return [Violation(Invariant.SILENCE, f"not silent: {written}")] if written else []
