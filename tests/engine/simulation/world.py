"""The simulated world: `tests.engine.world` with borders at which the worker can be struck, and cheap to make again."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy.exc import OperationalError

from bookipi_app import exactjson
from bookipi_app.models import Connection
from bookipi_app.quickbooks import oauth, webhooks
from bookipi_app.sandbox.company import Record, render
from bookipi_app.sandbox.core import Delivery, Request
from bookipi_app.services import inbox
from bookipi_app.services.inbox import Notice
from bookipi_app.sync import engine, lease
from tests.engine import opening
from tests.engine.simulation.bordered import Bordered
from tests.engine.simulation.pairs import face_there
from tests.engine.simulation.traffic import KINDS, Reached, Traffic
from tests.engine.world import BOOKKEEPER, START, Killed, World

TRIP = timedelta(milliseconds=200)  # what a request takes, so that the clock of a run moves
MOST_REQUESTS = 400  # of one run: more means that it does not come to rest
STATUS_LIMITED = 429
HOLDER, OTHER = "test-0", "test-1"


class Refused(Exception):
    """QuickBooks refused what the bookkeeper wanted."""


class Restless(AssertionError):
    """A run that does not come to rest."""


class Nature:
    """What strikes at the borders: nothing, unless a subclass says so."""

    def strike(self, world: Simulated, place: str) -> None:
        """Called before and after each commit of the worker."""

    def saves(self, world: Simulated) -> None:
        """Called before each commit of a page."""

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """Called for each of the app's requests: answers, or raises."""
        return world.answer(request)

    def refuses(self, world: Simulated, due: list[Delivery]) -> int:
        """The status with which our address answers webhooks that it cannot take now; 0 if it takes them."""
        return 0

    def post(self, world: Simulated, due: list[Delivery]) -> list[Delivery]:
        """Which of the webhooks that are due arrive now, in which order, how often."""
        return due


class Numbering:
    """What QuickBooks does with the numbers that it is sent: it takes them, unless a subclass says otherwise."""

    def acts(self) -> list[tuple[Callable[[], object], int]]:
        """What people do where it does otherwise, and how often."""
        return []

    def receives(self, request: httpx.Request) -> bytes:
        """What of a request comes to it."""
        return request.content

    def answered(self, request: httpx.Request, content: bytes) -> None:
        """Called with each answer to the app."""


@dataclass
class Simulated(World):
    """One preset's world, made once and set back for each seed."""

    nature: Nature = field(default_factory=Nature)
    numbering: Numbering = field(default_factory=Numbering)
    holders: list[str] = field(default_factory=list[str])  # the workers that are at work, innermost last
    at_page: bool = False  # a person is at work, or the bookkeeper
    asked: int = 0
    runs: int = 0
    deaths: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    on_wake: Callable[[UUID], object] = lambda _connection: None  # where somebody listens
    other_realm: str = ""  # a company of QuickBooks that nobody may connect
    other_company_id: UUID = field(init=False)  # another account's company
    _database_then: sqlite3.Connection | None = None
    _sandbox_then: bytes = b""

    @classmethod
    def build(cls, empty: sqlite3.Connection, preset: str) -> Simulated:
        """Connect a company of a preset, in a copy of an empty database."""
        database = Bordered()
        database.become(empty)
        world = cls(database, preset)
        world.other_realm = world.sandbox.add_company("us-tax-not-set-up", START).realm
        with database.transaction() as session:
            world.other_company_id = opening.stranger(session)
        world._database_then = database.copy()
        world._sandbox_then = pickle.dumps(world.sandbox)
        return world

    @property
    def bordered(self) -> Bordered:
        """The database, as what it is here."""
        assert isinstance(self.database, Bordered)
        return self.database

    def restart(self, seed: int) -> None:
        """Both sides as they were just after the connection."""
        assert self._database_then is not None
        self.bordered.become(self._database_then)
        oauth._known.clear()  # what the process remembers of Intuit's addresses
        self.sandbox = pickle.loads(self._sandbox_then)
        self.sandbox.world.chance = Random(f"sandbox {seed}")
        self.now, self.nature, self.runs, self.deaths = START, Nature(), 0, 0
        self.pace, self.numbering, self.on_wake = None, Numbering(), lambda _connection: None
        self.traffic.clear()
        self.requests.clear()
        self.published.clear()
        self.holders.clear()
        self.at_page = False
        self.bordered.border = self._border

    def show_another_clock(self, seconds: float) -> None:
        """QuickBooks' clock is off, and was when the two were connected: that moment was kept as it showed it."""
        self.sandbox.world.clock_offset = seconds
        with self.database.transaction() as session:
            row = session.get_one(Connection, self.connection_id)
            row.first_connected_there = self.now + timedelta(seconds=seconds)

    def around(self) -> engine.Surroundings:
        """As always, but that somebody may hear of the wake-ups."""
        return replace(super().around(), wake=lambda connection: self.on_wake(connection))

    # -- the worker ----------------------------------------------------------------------------------------------------

    def work(self, holder: str = HOLDER) -> bool:
        """One run of the engine; False if the worker died in it."""
        around = self.around()
        self.holders.append(holder)
        self.runs += 1
        self.asked = 0
        try:
            engine.run(engine.Surroundings(**{**_shallow(around), "holder": holder}), self.connection_id)
        except (Killed, OperationalError):  # a job that fails is as good as dead: another one comes
            self.deaths += 1
            return False
        finally:
            self.holders.pop()
        return True

    def worker_starts(self, holder: str = HOLDER) -> None:
        """A worker that starts ends the leases of its dead predecessor."""
        lease.end_own(self.database, holder)

    def comparing(self, connection: Connection) -> bool:
        """True while the books are due to be compared: one bulk request at a time, whenever the pace has room.

        After a long time away it alone finds everything.
        """
        due_at = connection.compare_due_at
        return due_at is not None and due_at <= self.now

    def deliver(self) -> int:
        """Send what webhooks are due, as far as nature lets them through."""
        due = self.sandbox.due_webhooks(self.now)
        if status := self.nature.refuses(self, due):
            for delivery in due:
                self.sandbox.delivered(delivery, status, self.now)
            return 0
        arriving = self.nature.post(self, due)
        for delivery in arriving:
            assert webhooks.verify(delivery.headers["intuit-signature"], delivery.body, "verifier")
            self.take(webhooks.parse(delivery.body).events)
        for delivery in due:
            self.sandbox.delivered(delivery, 200, self.now)
        return len(arriving)

    def take(self, events: Iterable[webhooks.Event]) -> None:
        """Store what a delivery says, as the webhook's address does."""
        notices = [Notice(**asdict(one)) for one in events]
        with self.database.transaction() as session:
            useful = inbox.take(session, notices, self.now)
        if useful:
            self.traffic.heard |= {one.id for one in notices if one.entity in inbox.LISTENED}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What QuickBooks answers, if nothing strikes."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.url.raw_path.decode()
        before = self.sandbox.world.committed
        content = self.numbering.receives(request)
        given = self.sandbox.handle(Request.to(request.method, target, headers, content), self.now)
        self.numbering.answered(request, given.body)
        if given.status == STATUS_LIMITED:
            self.traffic.limited.append(target)
        if self.sandbox.world.committed > before:
            self._note_what_reached(self.sandbox.world.committed - before)
        return httpx.Response(given.status, headers=given.headers, content=given.body)

    def _note_what_reached(self, many: int) -> None:
        commits = self.sandbox.world.commits
        for commit in islice(reversed(commits), many):
            if commit.kind.lower() not in KINDS or commit.indirect:
                continue
            kind = KINDS[commit.kind.lower()]
            self.traffic.ours.add((commit.kind, commit.id, commit.token))
            record = self.sandbox.company(self.realm).find(commit.kind, commit.id)
            face = face_there(kind, self.shown(record)) if record else {}
            self.traffic.reached.append(Reached(kind, commit.id, face, self.there_now()))

    def there_now(self) -> datetime:
        """QuickBooks' own moment."""
        return self.now + timedelta(seconds=self.sandbox.world.clock_offset)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append((request.method, request.url.raw_path.decode()))
        self.now += TRIP
        self.asked += 1
        left = self.traffic.leaves(request, self.there_now())
        if self.asked > MOST_REQUESTS:
            raise Restless(f"{MOST_REQUESTS} requests in one run; the last: {self.requests[-6:]}")
        answer = self.nature.carry(self, request) if self.holders else self.answer(request)
        if left and answer.status_code == STATUS_LIMITED:
            self.traffic.turned_away(left)
        return answer

    def _border(self, place: str) -> None:
        if self.holders:
            self.nature.strike(self, place)
        elif self.at_page and place == "before commit":
            self.nature.saves(self)

    # -- the other side ------------------------------------------------------------------------------------------------

    def there(self, method: str, path: str, body: Any = None) -> Any:
        """The bookkeeper's own client.

        Raises:
            Refused: QuickBooks does not take it.
        """
        grant = self.sandbox.grant(self.realm, self.now, BOOKKEEPER)
        headers = {"authorization": f"Bearer {grant['access_token']}", "accept": "application/json",
                   "content-type": "application/json"}  # fmt: skip
        text = b"" if body is None else exactjson.dumps(body).encode()
        request = Request.to(method, f"/v3/company/{self.realm}{path}", headers, text)
        answer = exactjson.loads(self.sandbox.handle(request, self.now).body)
        if "Fault" in answer:
            raise Refused(str(answer["Fault"]["Error"][0]))
        return answer

    def records_there(self, kind: str) -> list[Record]:
        """Everything of a kind that QuickBooks has, without asking it."""
        return list(self.sandbox.company(self.realm).living(kind))

    def shown(self, record: Record) -> dict[str, Any]:
        """An object as the API shows it."""
        return exactjson.loads(exactjson.dumps(render(self.sandbox.company(self.realm), record)))


def _shallow(around: engine.Surroundings) -> dict[str, Any]:
    return {name: getattr(around, name) for name in around.__dataclass_fields__}
