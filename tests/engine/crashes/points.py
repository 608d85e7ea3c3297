"""Steps and blows: what a process is about to do or has just done, and what can befall it there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import httpx

from tests.engine.simulation import answers
from tests.engine.simulation.world import Nature, Simulated
from tests.engine.world import Killed

if TYPE_CHECKING:
    from tests.engine.crashes.stage import Stage

BEHIND = ("bookipi_app.db", "bookipi_app.sync.lease")  # who commits is whoever asked these to
FORGOTTEN = timedelta(hours=25)
STORM = 20  # so many requests in a row are turned away: more than a record's twelve tries an hour, as these are none
AGAIN = timedelta(seconds=2)  # says QuickBooks each time
BEFORE_COMMIT, AFTER_COMMIT, AFTER_READING = "before commit", "after commit", "after reading"
BEFORE_REQUEST, AFTER_REQUEST = "before request", "after request"
# What an overtaken run may still commit: tokens are guarded by the pair that they replace, a lease by its number.
HARMLESS = ("quickbooks.auth.", "sync.engine._until_quiet")
WEB, RECEIVER, TIMERS = "web", "receiver", "timers"


class Blow(StrEnum):
    """What befalls a process at a step."""

    DEATH = "death"
    DEATH_AND_SAME_FIELD = "death, and the same field is edited on the other side"
    DEATH_AND_OTHER_FIELD = "death, and another field is edited on the other side"
    STOPPED = "stopped while somebody edits and another worker takes over"
    EDIT = "an edit on the same side at this moment"
    THROTTLED = "turned away with 429, again and again"
    LOST = "done, and the answer is lost"
    FAILED = "done, and answered with 500"
    FORGOTTEN = "death, and the request ids are forgotten"


DEATHS = (Blow.DEATH, Blow.DEATH_AND_SAME_FIELD, Blow.DEATH_AND_OTHER_FIELD)
BETWEEN = (Blow.STOPPED, Blow.EDIT)  # need that no transaction is open
AT_REQUESTS = {
    Blow.THROTTLED: BEFORE_REQUEST, Blow.LOST: AFTER_REQUEST, Blow.FAILED: AFTER_REQUEST, Blow.FORGOTTEN: AFTER_REQUEST,
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One step of one process: who, doing what, where in the code or which request."""

    who: str
    place: str
    where: str

    def __str__(self) -> str:
        return f"{self.who} {self.place} {self.where}".strip()

    def takes(self, blow: Blow) -> bool:
        """Whether a blow makes sense here, beside the others."""
        if blow in AT_REQUESTS:
            written = self.where.startswith("POST") and not self.where.startswith("POST /oauth2")
            return self.place == AT_REQUESTS[blow] and (written or blow is not Blow.FORGOTTEN)
        if blow in BETWEEN:
            return self.who not in (WEB, RECEIVER, TIMERS) and self.place != BEFORE_COMMIT
        over = self.who == WEB and self.place == AFTER_COMMIT  # whatever was wanted of it is done
        return (
            self.place != AFTER_READING and not over
        )  # dying after a reading is dying after the commit before it


class Watch(Nature):
    """Notes every step; at one of them a blow falls, once."""

    def __init__(self, at: int = -1, blow: Blow = Blow.DEATH, edit: Callable[[], object] = object) -> None:
        self.points: list[Point] = []
        self.at, self.blow, self.edit = at, blow, edit
        self.turned_away = 0
        self.again_at: datetime | None = None  # until then QuickBooks wants to hear nothing
        self.hasty: list[str] = []  # what was sent before
        self.fell = False
        self.overtaken = 0  # the run whose lease another one took
        self.late: list[Point] = []  # what that run committed nevertheless

    def strike(self, world: Simulated, place: str) -> None:
        """A border that is no request."""
        if self._is_it(world, place, _asker()):
            self._fall(world)

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """A request: before it is sent, and after it was answered."""
        stage: Stage = world  # type: ignore[assignment]
        if self.turned_away:
            self.turned_away -= 1
            return self._turn_away(world, request)
        name = f"{request.method} {request.url.path.replace(world.realm, 'REALM')}"
        if self._is_it(world, BEFORE_REQUEST, name):
            if self.blow is Blow.THROTTLED:
                self.turned_away = STORM - 1
                return self._turn_away(world, request)
            self._fall(world)
        answer = world.answer(request)
        if not self._is_it(world, AFTER_REQUEST, name):
            return answer
        match self.blow:
            case Blow.LOST:
                raise httpx.ReadTimeout("no answer")
            case Blow.FAILED:
                return answers.canned("system")
            case Blow.FORGOTTEN:
                world.sandbox.company(world.realm).replies.clear()
                world.now += FORGOTTEN
                stage.jumped += FORGOTTEN
                raise Killed
            case _:
                self._fall(world)
        return answer

    def _turn_away(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        if self.again_at and world.now < self.again_at:
            self.hasty.append(f"{request.method} {request.url.path}")
        self.again_at = world.now + AGAIN
        return answers.canned("throttled", {"retry-after": str(int(AGAIN.total_seconds()))})

    def _is_it(self, world: Simulated, place: str, where: str) -> bool:
        stage: Stage = world  # type: ignore[assignment]
        self.points.append(Point(world.holders[-1], place, where))
        if self.overtaken and place == AFTER_COMMIT and stage.at_work and stage.at_work[-1] == self.overtaken:
            self.late += [self.points[-1]] * (not where.startswith(HARMLESS))
        if self.fell or len(self.points) - 1 != self.at:
            return False
        self.fell = True
        return True

    def _fall(self, world: Simulated) -> None:
        stage: Stage = world  # type: ignore[assignment]
        match self.blow:
            case Blow.STOPPED:
                self.overtaken = stage.at_work[-1]
                stage.meanwhile(partial(stage.another_takes_over, self.edit))
            case Blow.EDIT:
                stage.meanwhile(self.edit)
                stage.meanwhile(stage.others_try)
            case _ if self.points[-1].who == WEB and self.points[-1].place != BEFORE_COMMIT:
                stage.mute = True  # it was saved; nobody hears of it
            case _:
                raise Killed


def _asker() -> str:
    """The function of the app that asked for this commit, job or message."""
    frame = sys._getframe(2)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("bookipi_app.") and module not in BEHIND:
            return f"{module.removeprefix('bookipi_app.')}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""
