"""What strikes: the worker dies, requests and answers get lost, limits, other people act at the worst moment.

Each seed draws a few kinds and how often they strike. `struck` counts by kind; over a whole run of seeds every kind has
to have struck, or the run has proved less than it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from random import Random

import httpx

from bookipi_app.sandbox.core import Delivery
from bookipi_app.sandbox.troubles import CANNED
from tests.engine.simulation.world import HOLDER, OTHER, Nature, Simulated
from tests.engine.world import START, Killed

SLOW = timedelta(seconds=25)  # longer than a lease


class Fault(StrEnum):
    """Everything that can strike."""

    DEATH_BEFORE_REQUEST = "the worker dies before a request"
    DEATH_AFTER_REQUEST = "the worker dies after a request"
    DEATH_BEFORE_COMMIT = "the worker dies before a commit"
    DEATH_AFTER_COMMIT = "the worker dies after a commit"
    UNREACHABLE = "no connection"
    TIME_OUT_BEFORE = "a time-out, nothing done"
    TIME_OUT_AFTER = "a time-out, all done"
    CUT_OFF = "the answer is cut off"
    THROTTLED = "429 with Retry-After"
    THROTTLED_SILENTLY = "429 without Retry-After"
    FAILED_BEFORE = "500, nothing done"
    FAILED_AFTER = "500, all done"
    GATEWAY = "503 in HTML"
    TRUNCATED = "half of the JSON"
    TOKEN_EXPIRED = "the access token has expired"
    REVOKED = "the grant is revoked"
    SECOND_WORKER = "a second worker runs"
    LEASE_EXPIRES = "a request outlasts the lease, and a second worker runs"
    EDIT_HERE = "an edit here at a border"
    EDIT_THERE = "an edit there at a border"
    WEBHOOK_LOST = "a webhook is lost"
    WEBHOOK_DOUBLED = "a webhook comes twice"
    WEBHOOKS_REORDERED = "webhooks change places"
    WEBHOOK_LATE = "a webhook is late"
    CLOCK_JUMPS = "our clock jumps"
    CLOCK_OFF = "QuickBooks' clock is off"


BEFORE = (
    Fault.DEATH_BEFORE_REQUEST, Fault.UNREACHABLE, Fault.TIME_OUT_BEFORE, Fault.THROTTLED, Fault.THROTTLED_SILENTLY,
    Fault.FAILED_BEFORE, Fault.GATEWAY, Fault.TOKEN_EXPIRED, Fault.REVOKED, Fault.SECOND_WORKER, Fault.LEASE_EXPIRES,
    Fault.EDIT_HERE, Fault.EDIT_THERE, Fault.CLOCK_JUMPS,
)  # fmt: skip
AFTER = (
    Fault.DEATH_AFTER_REQUEST, Fault.TIME_OUT_AFTER, Fault.CUT_OFF, Fault.FAILED_AFTER, Fault.TRUNCATED,
    Fault.EDIT_HERE, Fault.EDIT_THERE, Fault.LEASE_EXPIRES,
)  # fmt: skip
POST = (Fault.WEBHOOK_LOST, Fault.WEBHOOK_DOUBLED, Fault.WEBHOOKS_REORDERED, Fault.WEBHOOK_LATE)
RARE = {Fault.REVOKED: 0.4, Fault.CLOCK_JUMPS: 0.5}  # of the times that they would strike


class Storm(Nature):
    """A few kinds of fault, each as often as the seed says."""

    def __init__(self, chance: Random, act_here: Callable[[], None], act_there: Callable[[], None]) -> None:
        self.chance = chance
        self.act = {Fault.EDIT_HERE: act_here, Fault.EDIT_THERE: act_there}
        self.struck: Counter[Fault] = Counter()
        self.kinds = set(chance.sample(list(Fault), chance.choice((0, 4, 8, 16))))
        self.rate = chance.choice((0.05, 0.12, 0.25, 0.4))
        self.told: Callable[[str], object] = lambda _words: None
        self._inside = False

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """A request with what strikes before and after it."""
        if self._inside:
            return world.answer(request)
        early = self._before(world, self._draw(BEFORE))
        if early is not None:
            return early
        return self._after(world, world.answer(request), self._draw(AFTER))

    def strike(self, world: Simulated, place: str) -> None:
        """A commit of the worker with what strikes before and after it."""
        if self._inside:
            return
        if place == "before commit":
            if self._draw((Fault.DEATH_BEFORE_COMMIT,), 0.2):
                raise Killed
            return
        fault = self._draw(
            (Fault.DEATH_AFTER_COMMIT, Fault.EDIT_HERE, Fault.EDIT_THERE, Fault.SECOND_WORKER), 0.2
        )
        if fault is Fault.DEATH_AFTER_COMMIT:
            raise Killed
        self._meanwhile(world, fault)

    def post(self, world: Simulated, due: list[Delivery]) -> list[Delivery]:
        """Webhooks as they arrive."""
        fault = self._draw(POST, 4) if due else None
        match fault:
            case Fault.WEBHOOK_LOST:
                return []
            case Fault.WEBHOOK_DOUBLED:
                return due * 2
            case Fault.WEBHOOKS_REORDERED:
                return list(reversed(due))
            case Fault.WEBHOOK_LATE:
                self.late = due
                return []
            case _:
                late, self.late = self.late, []
                return due + late

    late: list[Delivery] = []  # noqa: RUF012  (replaced, never changed)

    def _draw(self, among: tuple[Fault, ...], factor: float = 1.0) -> Fault | None:
        wanted = [fault for fault in among if fault in self.kinds]
        if not wanted or self.chance.random() >= min(self.rate * factor, 0.5):
            return None
        fault = self.chance.choice(wanted)
        if self.chance.random() >= RARE.get(fault, 1.0):
            return None
        self.struck[fault] += 1
        self.told(f"    ! {fault.value}")
        return fault

    def _before(self, world: Simulated, fault: Fault | None) -> httpx.Response | None:
        match fault:
            case Fault.DEATH_BEFORE_REQUEST:
                raise Killed
            case Fault.UNREACHABLE:
                raise httpx.ConnectError("no connection")
            case Fault.TIME_OUT_BEFORE:
                raise httpx.ReadTimeout("no answer")
            case Fault.THROTTLED:
                return _canned("throttled", {"retry-after": "7"})
            case Fault.THROTTLED_SILENTLY:
                return _canned("throttled")
            case Fault.FAILED_BEFORE:
                return _canned("system")
            case Fault.GATEWAY:
                return _canned("html")
            case Fault.TOKEN_EXPIRED:
                _expire(world)
            case Fault.REVOKED:
                world.sandbox.revoke(world.realm)
            case _:
                self._meanwhile(world, fault)
        return None

    def _after(self, world: Simulated, answer: httpx.Response, fault: Fault | None) -> httpx.Response:
        match fault:
            case Fault.DEATH_AFTER_REQUEST:
                raise Killed
            case Fault.TIME_OUT_AFTER:
                raise httpx.ReadTimeout("no answer")
            case Fault.CUT_OFF:
                raise httpx.ReadError("the connection was cut")
            case Fault.FAILED_AFTER:
                return _canned("system")
            case Fault.TRUNCATED:
                return httpx.Response(answer.status_code, headers={"content-type": "application/json"},
                                      content=answer.content[: len(answer.content) // 2])  # fmt: skip
            case _:
                self._meanwhile(world, fault)
        return answer

    def _meanwhile(self, world: Simulated, fault: Fault | None) -> None:
        """Somebody else acts while the worker is between two steps."""
        self._inside = True
        holders, world.holders = world.holders, []
        try:
            match fault:
                case Fault.EDIT_HERE | Fault.EDIT_THERE:
                    self.act[fault]()
                case Fault.SECOND_WORKER:
                    world.work(OTHER if holders[-1] == HOLDER else HOLDER)
                case Fault.LEASE_EXPIRES:
                    world.now += SLOW
                    world.work(OTHER if holders[-1] == HOLDER else HOLDER)
                case Fault.CLOCK_JUMPS:
                    world.now += timedelta(minutes=self.chance.choice((1, 20, 300)))
                case _:
                    pass
        finally:
            world.holders = holders
            self._inside = False


def _canned(name: str, headers: dict[str, str] | None = None) -> httpx.Response:
    given = CANNED[name](START)
    return httpx.Response(given.status, headers={**given.headers, **(headers or {})}, content=given.body)


def _expire(world: Simulated) -> None:
    """Every access token of the app in use dies now."""
    for grant in world.sandbox.world.grants.values():
        if grant.client_id == "client":
            for token in grant.access:
                token.expires = world.now
