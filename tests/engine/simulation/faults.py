"""What strikes: the worker dies, requests and answers get lost, limits, other people act at the worst moment.

Each seed draws a few kinds and how often they strike. `struck` counts by kind; over a whole run of seeds every kind has
to have struck, or the run has proved less than it says.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random

import httpx
from sqlalchemy.exc import OperationalError

from bookipi_app.quickbooks import webhooks
from bookipi_app.sandbox.core import Delivery
from bookipi_app.services import inbox
from bookipi_app.services.inbox import Notice
from tests.engine.simulation import answers
from tests.engine.simulation.apart import Apart
from tests.engine.simulation.kinds import (
    AFTER,
    ALL_DONE,
    APART,
    BATCH,
    BEFORE,
    INSTEAD,
    LASTING,
    NOTHING_DONE,
    OF_PEOPLE,
    OF_PROCESSES,
    POST,
    RARE,
    REFRESH,
    REFUSAL,
    WRITTEN,
    Fault,
)
from tests.engine.simulation.world import HOLDER, OTHER, Nature, Simulated
from tests.engine.world import Killed

SLOW = timedelta(seconds=25)  # longer than a lease
BACK = timedelta(minutes=10)
DEAF = timedelta(hours=7)
HOT = 6  # writes
DEADLINE = 30  # seconds of one request
WIDE = 0.25  # of the storms: what came later strikes as well, beside what was drawn before it
FULL = 0.03  # of the commits, in a quarter of the storms
REFRESHES = 3  # times as often: renewals are few

__all__ = ["Fault", "Storm"]


class Storm(Nature):
    """A few kinds of fault, each as often as the seed says. `acts` are what people do at a border."""

    def __init__(
        self, chance: Random, acts: Mapping[Fault, Callable[[], None]], apart: Random, rare: Random
    ) -> None:
        self.chance = chance
        self.apart = apart
        self.act = acts
        self.struck: Counter[Fault] = Counter()
        drawn = [fault for fault in Fault if fault not in (*OF_PEOPLE, *OF_PROCESSES, *APART)]
        self.kinds = set(chance.sample(drawn, chance.choice((0, 6, 12, 24))))
        if self.kinds:
            self.kinds |= set(BATCH) | ({Fault.DISK_FULL} if apart.random() < 0.25 else set())
        self.is_wide = bool(self.kinds) and rare.random() < WIDE
        drawn_apart = Apart.draw(rare) if self.is_wide else frozenset[Fault]()
        self.rare = Apart(rare, drawn_apart, self.happens, self._meanwhile)
        self.rate = chance.choice((0.05, 0.12, 0.25, 0.4))
        self.told: Callable[[str], object] = lambda _words: None
        self.page_saves: Callable[[], object] = lambda: None
        self._inside = False
        self._back = False
        self._hot = 0
        self._deaf_until: datetime | None = None
        self._lasts_until: datetime | None = None
        self._lasting = ""

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """A request with what strikes before and after it."""
        if self._inside:
            return world.answer(request)
        path = request.url.path
        if self._lasts_until and world.now < self._lasts_until and "/v3/" in path:
            return answers.canned(self._lasting)
        early = self.rare.before(world, request) or self._before(world, self._draw(BEFORE))
        if early is not None:
            return early
        if self._hot and request.method == "POST" and "/v3/" in path:
            self._hot -= 1
            self._meanwhile(world, Fault.EDIT_THERE)
        if path.endswith("/batch"):
            return self._carry_batch(world, request)
        among = AFTER if request.method == "GET" else REFRESH if "/v3/" not in path else WRITTEN
        fault = self._draw(among, REFRESHES if among is REFRESH else 1.0)
        return self._after(world, world.answer(request), fault)

    def _carry_batch(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        fault = self._draw(BATCH, 4) or self._draw(AFTER)
        if fault is Fault.BATCH_LIMITED:
            world.sandbox.switches.change({"batch_items_before_throttle": 1})
        answer = world.answer(request)
        if fault is Fault.BATCH_LIMITED:
            world.sandbox.switches.change({"batch_items_before_throttle": 0})
        return self._after(world, answer, fault)

    def strike(self, world: Simulated, place: str) -> None:
        """A commit of the worker with what strikes before and after it."""
        if self._inside:
            return
        if place == "before commit":
            self._fills_up()
            match self._draw((Fault.DEATH_BEFORE_COMMIT, Fault.DATABASE_BUSY), 0.2):
                case Fault.DEATH_BEFORE_COMMIT:
                    raise Killed
                case Fault.DATABASE_BUSY:
                    raise OperationalError("COMMIT", None, sqlite3.OperationalError("database is locked"))
                case _:
                    return
        fault = self._draw(
            (Fault.DEATH_AFTER_COMMIT, Fault.EDIT_HERE, Fault.EDIT_THERE, Fault.SECOND_WORKER), 0.2
        )
        if fault is Fault.DEATH_AFTER_COMMIT:
            raise Killed
        self._meanwhile(world, fault)

    def saves(self, world: Simulated) -> None:
        """A commit of a page."""
        if not self._inside:
            self._fills_up()
            self.page_saves()

    def _fills_up(self) -> None:
        if Fault.DISK_FULL in self.kinds and self.apart.random() < FULL:
            self.happens(Fault.DISK_FULL)
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))

    def refuses(self, world: Simulated, due: list[Delivery]) -> int:
        """The status with which webhooks are not taken; 0 if they are."""
        if self._deaf_until and world.now < self._deaf_until:
            return REFUSAL[Fault.DEAF]
        fault = self._draw(tuple(REFUSAL)) if due else None
        if fault is Fault.DEAF:
            self._deaf_until = world.now + DEAF
        return REFUSAL.get(fault, 0) if fault else 0

    def post(self, world: Simulated, due: list[Delivery]) -> list[Delivery]:
        """Webhooks as they arrive."""
        self.rare.arrive(world, due)
        fault = self._draw(POST, 4) if due else None
        match fault:
            case Fault.STRANGE_WEBHOOK:
                _strange(world, due[0])
                return due
            case Fault.WEBHOOK_LOST:
                return []
            case Fault.WEBHOOK_DOUBLED:
                return due * self.chance.randint(2, 10)
            case Fault.WEBHOOKS_REORDERED:
                return list(reversed(due))
            case Fault.WEBHOOK_LATE:
                self.late = due
                return []
            case _:
                late, self.late = self.late, []
                return due + late

    late: list[Delivery] = []  # noqa: RUF012  (replaced, never changed)

    def happens(self, fault: Fault) -> None:
        """A kind that is no chance of the storm's: somebody did it."""
        self.struck[fault] += 1
        self.told(f"    ! {fault.value}")

    def _draw(self, among: tuple[Fault, ...], factor: float = 1.0) -> Fault | None:
        wanted = [fault for fault in among if fault in self.kinds]
        if not wanted or self.chance.random() >= min(self.rate * factor, 0.5):
            return None
        fault = self.chance.choice(wanted)
        if self.chance.random() >= RARE.get(fault, 1.0):
            return None
        self.happens(fault)
        return fault

    def _before(self, world: Simulated, fault: Fault | None) -> httpx.Response | None:
        if fault in INSTEAD:
            return INSTEAD[fault](self.chance)
        if fault in NOTHING_DONE:
            broken, words = NOTHING_DONE[fault]
            raise broken(words)
        if fault is Fault.TOKEN_EXPIRED:
            _expire(world)
        elif fault is Fault.REVOKED:
            world.sandbox.revoke(world.realm)
        elif fault is Fault.HOT:
            self._hot = HOT
        elif fault in LASTING:
            lasts, self._lasting = LASTING[fault]
            self._lasts_until = world.now + lasts
            return answers.canned(self._lasting)
        else:
            self._meanwhile(world, fault)
        return None

    def _after(self, world: Simulated, answer: httpx.Response, fault: Fault | None) -> httpx.Response:
        if fault in ALL_DONE:
            broken, words = ALL_DONE[fault]
            raise broken(words)
        match fault:
            case Fault.FORGOTTEN:
                world.sandbox.company(world.realm).replies.clear()
                world.now += timedelta(hours=25)
                raise httpx.ReadTimeout("no answer")
            case Fault.FAILED_AFTER:
                return answers.canned("system")
            case Fault.TRUNCATED:
                return answers.half(answer)
            case Fault.BATCH_INCOMPLETE:
                return answers.incomplete(answer)
            case Fault.ENDLESS:
                return answers.endless()
            case Fault.SLOW:
                seconds = self.chance.randint(1, 119)
                world.now += timedelta(seconds=min(seconds, DEADLINE))
                if seconds >= DEADLINE:
                    raise httpx.ReadTimeout("no answer")
            case _:
                self._meanwhile(world, fault)
        return answer

    def end(self, world: Simulated) -> None:
        """Our clock is right again: what was put off by it until an hour that lies ahead is due."""
        if self._back:
            self._step_back(world)

    def _step_back(self, world: Simulated) -> None:
        """Ours alone: QuickBooks' clock goes on."""
        self._back = not self._back
        step = BACK if self._back else -BACK
        world.now -= step
        world.sandbox.world.clock_offset += step.total_seconds()

    def _meanwhile(self, world: Simulated, fault: Fault | None) -> None:
        """Somebody else acts while the worker is between two steps."""
        if fault is None:
            return
        self._inside = True
        holders, world.holders = world.holders, []
        try:
            if fault in self.act:
                self.act[fault]()
            elif fault in (Fault.SECOND_WORKER, Fault.LEASE_EXPIRES):
                world.now += SLOW if fault is Fault.LEASE_EXPIRES else timedelta(0)
                world.work(OTHER if holders[-1] == HOLDER else HOLDER)
            elif fault is Fault.CLOCK_BACK:
                self._step_back(world)
            elif fault is Fault.CLOCK_JUMPS:
                world.now += timedelta(minutes=self.chance.choice((1, 20, 300)))
        finally:
            world.holders = holders
            self._inside = False


def _strange(world: Simulated, due: Delivery) -> None:
    """The same news about a realm that nobody has connected, and about something that nobody knows."""
    known = [asdict(one) for one in webhooks.parse(due.body).events]
    notices = [Notice(**{**one, "id": f"{one['id']}-1", "realm_id": "4620816365999999999"}) for one in known]
    notices += [Notice(**{**one, "id": f"{one['id']}-2", "entity": "estimate"}) for one in known]
    with world.database.transaction() as session:
        inbox.take(session, notices, world.now)


def _expire(world: Simulated) -> None:
    """Every access token of the app in use dies now."""
    for grant in world.sandbox.world.grants.values():
        if grant.client_id == "client":
            for token in grant.access:
                token.expires = world.now
