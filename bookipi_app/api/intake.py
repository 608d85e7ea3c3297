"""Deliveries are stored in groups: what arrives while one group is being stored is the next.

A transaction for each would make them wait for each other's turn at the database, at SQLite's with pauses that grow,
and each costs far more than the few rows that it stores. A delivery that comes alone is a group of one, at once. Each
is answered when its own group is committed, and not before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST = 100  # deliveries of a group: what comes after them waits for a few milliseconds


@dataclass(frozen=True)
class Arrived:
    """A delivery whose signature is right, and the id under which its work goes on."""

    body: bytes
    trace: str


Keep = Callable[[Sequence[Arrived]], Sequence[Exception | None]]
"""Stores a group, in a thread; for each delivery why it could not be stored, or None."""


class Intake:
    """The deliveries that wait, of one event loop."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._waiting: list[tuple[Arrived, asyncio.Future[Exception | None]]] = []
        self._working: asyncio.Task[None] | None = None

    async def store(self, arrived: Arrived) -> Exception | None:
        """Store a delivery together with whatever else waits; why it could not be stored, or None."""
        stored: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrived, stored))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await stored

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            keeping = asyncio.to_thread(self._keep, [arrived for arrived, _ in group])
            [kept] = await asyncio.gather(keeping, return_exceptions=True)
            bug = kept if isinstance(kept, BaseException) else None
            outcomes = [None] * len(group) if isinstance(kept, BaseException) else kept
            for (_, stored), outcome in zip(group, outcomes, strict=True):
                if stored.done():  # whoever sent it has gone
                    continue
                if bug:  # loud in every request that it concerns
                    stored.set_exception(bug)
                else:
                    stored.set_result(outcome)
