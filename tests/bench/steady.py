"""What a quiet connection costs in requests, by QuickBooks' own counters, beside its targets. Counted, not timed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from bookipi_app import live, queue
from bookipi_app.db import Database
from tests.engine import steady
from tests.engine.world import World, new_database

_WIDTH = 46


@dataclass(frozen=True)
class _Line:
    name: str
    found: float
    most: float | None = None

    def __str__(self) -> str:
        if self.most is None:
            return f"{self.name:<{_WIDTH}}{self.found:>9.2f}"
        verdict = "met" if self.met else "MISSED"
        return f"{self.name:<{_WIDTH}}{self.found:>9.2f}{self.most:>11.2f}  {verdict}"

    @property
    def met(self) -> bool:
        return self.most is None or self.found <= self.most


def report(rounds: int | None) -> int:
    """Print each figure with its target; 1 if one is missed. Nothing here is by chance, so one round is enough."""
    print(f"{'counted by the sandbox':<{_WIDTH}}{'found':>9}{'at most':>11}")
    found = list(_figures())
    return int(not all(line.met for line in found))


def _figures() -> Iterator[_Line]:
    for measured in (_local, _remote, _quiet, _recovery):
        with _world() as world:
            for line in measured(world):
                print(line, flush=True)
                yield line


def _local(world: World) -> Iterator[_Line]:
    cost, _ = steady.local_edits(world)
    yield _Line("event reads for an edit here", cost.event_reads / steady.EDITS, 0.05)
    yield _Line("writes for an edit here", cost.writes / steady.EDITS, 1.02)


def _remote(world: World) -> Iterator[_Line]:
    yield _Line(f"reads for a burst of {steady.BURST} edits there", steady.remote_burst(world).reads, 25)


def _quiet(world: World) -> Iterator[_Line]:
    day = steady.quiet_day(world)
    yield _Line(f"floor reads a day, {day.linked} linked, feed every 15 min", day.reads, day.target)


def _recovery(world: World) -> Iterator[_Line]:
    """Apart, without a target: after 40 days away, with a lost answer to a creation."""
    for purpose, count in sorted(steady.recovery(world).by_purpose.items()):
        yield _Line(f"recovery after 40 days away, reads: {purpose}", count)


@contextmanager
def _world() -> Iterator[World]:
    """Without Redis: wake-ups and messages have nowhere to go, the figures run the engine themselves."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(queue, "wake"),
        patch.object(live, "publish"),
    ):
        database = Database(f"sqlite:///{new_database(Path(folder))}")
        try:
            yield World(database)
        finally:
            database.engine.dispose()
