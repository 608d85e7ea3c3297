"""Many seeds over several processes, in small heaps, so that none of them idles and any of them may end."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import count, islice

from tests.prove.report import Report
from tests.prove.seeds import prove

HEAP = 20  # seeds that a process takes at once
HEAPS_OF_A_PROCESS = 100  # then another one takes its place, so that none grows


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
            if last is not None and start >= last:
                return
            yield Heap(start, start + HEAP if last is None else min(start + HEAP, last), self)


@dataclass(frozen=True)
class Heap:
    """A few seeds of a plan."""

    start: int
    end: int
    plan: Plan


def run(plan: Plan, tell: Callable[[Report], None]) -> Report:
    """Run a plan; `tell` hears of what is added up after each heap. One process is this one."""
    whole = Report()
    for report in map(run_heap, plan.heaps()) if plan.processes == 1 else _spread(plan):
        whole.add(report)
        tell(whole)
        if plan.is_enough(whole):
            break
    return whole


def _spread(plan: Plan) -> Iterator[Report]:
    heaps, waiting = plan.heaps(), set[Future[Report]]()
    with ProcessPoolExecutor(
        plan.processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=quiet,
        max_tasks_per_child=HEAPS_OF_A_PROCESS,
    ) as pool:
        try:
            while True:
                more = islice(heaps, plan.processes + 1 - len(waiting))
                waiting |= {pool.submit(run_heap, heap) for heap in more}
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in done:
                    yield one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def run_heap(heap: Heap) -> Report:
    """A heap, in this process."""
    plan = heap.plan
    return prove(
        range(heap.start, heap.end),
        operations=plan.operations,
        twice=lambda seed: seed < plan.first + plan.twice,
        first_only=plan.first_only,
        enough=plan.is_late,
    )


def quiet() -> None:
    """What the engine logs is not for the terminal."""
    logging.getLogger().addHandler(logging.NullHandler())
