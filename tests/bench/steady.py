"""What a quiet connection costs in requests, by QuickBooks' own counters, beside its targets. Counted, not timed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlmodel import select

from bookipi_app import live, queue
from bookipi_app.db import Database
from bookipi_app.models import Flag, SyncRecord
from tests.bench.figures import Figure, Unequal, at_most, tell, within
from tests.engine import steady
from tests.engine.world import World, new_database


def report(rounds: int | None) -> int:
    """Print each figure with its target; 1 if one is missed. Nothing here is by chance, so one round is enough."""
    found = list(_figures())
    tell(found)
    return int(any(one.met is False for one in found))


def _figures() -> Iterator[Figure]:
    for measured in (_local, _remote, _quiet, _recovery):
        with _world() as world:
            yield from measured(world)


def _local(world: World) -> Iterator[Figure]:
    cost, _ = steady.local_edits(world)
    writes, reads = cost.writes / steady.EDITS, cost.event_reads / steady.EDITS
    _require_in_step(world)
    naive = "naive: POST, then GET, then GET for its echo"
    yield within("P9-writes", f"writes for an edit here, {naive}", "requests", ((writes,), (1,)), 1.02)
    yield within("P9-reads", "metered reads for an edit here, the same", "requests", ((reads,), (2,)), 0.05)


def _remote(world: World) -> Iterator[Figure]:
    reads = steady.remote_burst(world).reads / steady.BURST
    _require_in_step(world)
    name = "metered reads for an edit there, in bursts, a GET for each"
    yield within("P9-remote", name, "requests", ((reads,), (1,)), 0.25)


def _quiet(world: World) -> Iterator[Figure]:
    day = steady.quiet_day(world)
    name = f"floor reads a day, {day.linked} linked, feed every 15 min"
    yield at_most("P9-floor", name, "requests", (day.reads,), day.target)


def _recovery(world: World) -> Iterator[Figure]:
    """Apart, without a target: after 40 days away, with a lost answer to a creation."""
    for purpose, count in sorted(steady.recovery(world).by_purpose.items()):
        name = f"recovery after 40 days away, reads: {purpose}"
        yield at_most(f"P9-recovery-{purpose}", name, "requests", (count,))


def _require_in_step(world: World) -> None:
    """Refuse unless every record corresponds.

    Raises:
        Unequal: with how many do not.
    """
    with world.database.reading() as session:
        found = session.exec(select(SyncRecord.flag).where(SyncRecord.flag != Flag.SYNCED)).all()
    if found:
        raise Unequal(f"{len(found)} records are not synced")


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
