"""Wake-ups as they are in Redis: who puts them there, who takes them, and what is left when Redis is lost.

In most seeds the worker runs whether anybody woke it or not. In a share of the wide storms it runs only if a wake-up
waits for it, after the storm too: then what is not done in the end is what the timers did not find, and losing Redis
has to lose nothing but time. Whose chance is apart from the storm's, so that the other seeds stay as they were.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from bookipi_app import queue
from bookipi_app.models import Connection
from jobs.timers import Timers
from tests.engine.simulation.faults import Storm
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.world import Simulated
from tests.engine.world import Killed

SHARE = 0.5  # of the wide storms, of each of the two
STRIKES = 0.05  # of the times at which one could
LOST = 0.15  # of the wake-ups that wait, or that a page is about to carry
AWAY = {Fault.REDIS_DOWN: timedelta(minutes=5), Fault.REDIS_FULL: timedelta(minutes=1)}


class WakeUps:
    """Those of the one connection. However many wait, one run is made of them: so none stands in for a lost one."""

    def __init__(self, world: Simulated, storm: Storm, chance: Random) -> None:
        self._world, self._storm, self._chance = world, storm, chance
        self.decide = storm.is_wide and chance.random() < SHARE
        self._waits = False
        self._away_until: datetime | None = None
        self._storms = True
        self._timers = Timers(world.database.reading, self._enqueue)
        if self.decide:
            world.on_wake = self._wake
            self._was_connected_now()

    def _was_connected_now(self) -> None:
        """Whoever connects leaves the first reading of the feed to be done: the timers find it, if all else is lost."""
        with self._world.database.transaction() as session:
            row = session.get_one(Connection, self._world.connection_id)
            row.feed_due_at = row.feed_due_at or self._world.now

    def taken(self) -> bool:
        """Whether the worker runs: it takes what waits for it, unless Redis is away."""
        if not self.decide:
            return True
        self._strikes()
        if self._is_away or not self._waits:
            return False
        self._waits = False
        return True

    def looks(self) -> None:
        """The timers look once a second, but in a storm they too are away at times."""
        if self.decide and not (self._storms and self._chance.random() < 0.5):
            self._timers.look(self._world.now)

    def end(self) -> None:
        """The storm is over: Redis is there again, and empty."""
        self._storms = False
        self._away_until = None
        self._flushed()

    @property
    def _is_away(self) -> bool:
        return self._away_until is not None and self._world.now < self._away_until

    def _wake(self, _connection_id: UUID) -> None:
        """A page's wake-up is carried after its commit, in another thread: a process that dies takes it along.

        Nobody hears that it was saved, but whoever looks again sees that it was.
        """
        if self._world.at_page and self._happens(Fault.WEB_DIES_SAVED, LOST):
            return
        self._enqueue(queue.SYNC, "")

    def _enqueue(self, name: str, _argument: str) -> bool:
        if self._is_away:
            return False
        self._waits = self._waits or name == queue.SYNC
        return True

    def _strikes(self) -> None:
        for fault, lasts in AWAY.items():
            if not self._is_away and self._happens(fault):
                self._away_until = self._world.now + lasts
        if self._waits and self._storms and self._chance.random() < LOST:
            self._flushed()

    def _flushed(self) -> None:
        if self._waits:
            self._storm.happens(Fault.REDIS_FLUSHED)
        self._waits = False

    def _happens(self, fault: Fault, often: float = STRIKES) -> bool:
        if not self._storms or self._chance.random() >= often:
            return False
        self._storm.happens(fault)
        return True


class Web:
    """The process of the pages, which dies before it has committed a save: neither the row is there nor its mark."""

    def __init__(self, storm: Storm, chance: Random) -> None:
        self._storm, self._chance = storm, chance
        if storm.is_wide and chance.random() < SHARE:
            storm.page_saves = self._saves

    def _saves(self) -> None:
        if self._chance.random() < STRIKES:
            self._storm.happens(Fault.WEB_DIES_SAVING)
            raise Killed
