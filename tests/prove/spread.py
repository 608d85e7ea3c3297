"""Many seeds over several processes, in small heaps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from tests.prove import crowd
from tests.prove.report import Report
from tests.prove.seeds import prove

HEAP = 20  # seeds that a process takes at once


@dataclass(frozen=True)
class Plan:
    """Which seeds, and when it is enough."""

    first: int
    seeds: int | None  # None: as many as the time allows
    operations: int
    twice: int  # so many of the first are run twice
    processes: int
    until: float | None = None  # of `time.time`, which all processes share
    first_only: bool = False

    def is_late(self) -> bool:
        """True once the time is over."""
        return self.until is not None and time.time() >= self.until

    def is_enough(self, report: Report) -> bool:
        """True if nothing more has to be run."""
        return self.is_late() or (self.first_only and not report.holds)

    def heaps(self) -> Iterator[Heap]:
        """The seeds, a few at a time."""
        last = None if self.seeds is None else self.first + self.seeds
        for start in count(self.first, HEAP):
            if self.is_late() or (last is not None and start >= last):
                return
            yield Heap(start, start + HEAP if last is None else min(start + HEAP, last), self)


@dataclass(frozen=True)
class Heap:
    """A few seeds of a plan."""

    start: int
    end: int
    plan: Plan


def run(plan: Plan, whole: Report, tell: Callable[[], None]) -> None:
    """Run a plan and add what it shows to a report; `tell` hears of each heap."""
    for report in crowd.over(plan.processes, run_heap, plan.heaps()):
        whole.add(report)
        tell()
        if plan.is_enough(whole):
            break


def run_heap(heap: Heap) -> Report:
    """A heap, in this process."""
    plan, began = heap.plan, time.process_time()
    report = prove(
        range(heap.start, heap.end),
        operations=plan.operations,
        twice=lambda seed: seed < plan.first + plan.twice,
        first_only=plan.first_only,
        enough=plan.is_late,
    )
    report.next, report.seconds = heap.end, time.process_time() - began
    return report
