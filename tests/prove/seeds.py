"""Some seeds, one after another, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.engine.simulation.run import simulate
from tests.prove.report import Report

OPERATIONS = 30  # of a seed


def prove(
    seeds: Iterable[int],
    *,
    operations: int = OPERATIONS,
    twice: Callable[[int], bool] = lambda _seed: False,
    first_only: bool = False,
    enough: Callable[[], bool] = lambda: False,
) -> Report:
    """Run seeds, and judge each.

    Args:
        seeds: Which.
        operations: How many each of them has.
        twice: Of which seeds the trace is compared with that of a second run.
        first_only: End with the first seed that fails.
        enough: Asked before each seed; True ends it.

    Returns:
        What they showed.
    """
    report = Report()
    for seed in seeds:
        if enough() or (first_only and report.failures):
            break
        result = simulate(seed, operations)
        report.take(result, operations)
        if twice(seed):
            report.twice += 1
            if simulate(seed, operations).digest != result.digest:
                report.differs(seed, operations)
    return report
