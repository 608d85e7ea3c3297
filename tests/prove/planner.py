"""The planner's properties, over as many companies and swapped states as are wished; no I/O."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from tests.engine.simulation.invariants import Invariant
from tests.prove import crowd
from tests.prove.parts import Part, Wanted
from tests.sync.test_properties import check, check_mirror

HEAP = 500
CASES, LONG_CASES = 10_000, 1_000_000
MOST_WRONG = 20


@dataclass(frozen=True)
class Checked:
    """Some cases of both properties."""

    cases: int
    wrong: tuple[str, ...]


def part(wanted: Wanted) -> Part:
    """Companies perturbed on both sides until quiet, and plans whose sides are swapped: so many cases of each."""
    most = LONG_CASES if wanted.is_long else CASES
    starts = takewhile(lambda _: not wanted.is_late(), range(wanted.first, most, HEAP))
    found = list(crowd.over(wanted.processes, _both, starts))
    wrong = [words for one in found for words in one.wrong]
    cases = sum(one.cases for one in found)
    figures = {
        "companies perturbed on both sides, planned until quiet": cases,
        "plans whose sides were swapped": cases,
    }
    violations = {Invariant.CONVERGENCE.value: len(wrong)} if wrong else {}
    return Part("planner", figures, {}, violations, tuple(wrong[:MOST_WRONG]), wanted.first + cases)


def _both(start: int) -> Checked:
    return Checked(HEAP, _companies(start).wrong + _mirrors(start).wrong)


def _companies(start: int) -> Checked:
    return _checked("check", check, start)


def _mirrors(start: int) -> Checked:
    return _checked("check_mirror", check_mirror, start)


def _checked(name: str, property_: Callable[[int], None], start: int) -> Checked:
    wrong: list[str] = []
    for seed in range(start, start + HEAP):
        try:
            property_(seed)
        except AssertionError:
            wrong.append(f"tests.sync.test_properties.{name}({seed}): {traceback.format_exc(limit=-1)}")
    return Checked(HEAP, tuple(wrong))
