"""The planner's properties, over as many companies and swapped states as are wished; no I/O."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bookipi_app.models.record import Kind
from bookipi_app.sync.snapshot import Snapshot, of_remote
from tests.engine.simulation.invariants import Invariant
from tests.prove.parts import Part, Wanted
from tests.sync import samples
from tests.sync.test_properties import check, check_mirror

HEAP = 500
MOST_WRONG = 20


@dataclass(frozen=True)
class Checked:
    """Some cases of one property."""

    cases: int
    wrong: tuple[str, ...]


def part(wanted: Wanted) -> Part:
    """Companies perturbed on both sides until quiet, and plans whose sides are swapped: so many cases of each."""
    starts = range(0, wanted.cases, HEAP)
    with multiprocessing.get_context("spawn").Pool(wanted.processes) as pool:
        companies = list(pool.imap_unordered(_companies, starts))
        mirrors = list(pool.imap_unordered(_mirrors, starts))
    wrong = [words for one in (*companies, *mirrors) for words in one.wrong]
    figures = {
        "companies perturbed on both sides, planned until quiet": sum(one.cases for one in companies),
        "plans whose sides were swapped": sum(one.cases for one in mirrors),
    }
    violations = {Invariant.CONVERGENCE.value: len(wrong)} if wrong else {}
    return Part("planner", figures, violations=violations, failures=tuple(wrong[:MOST_WRONG]))


def _companies(start: int) -> Checked:
    return _checked("check", check, start)


def _mirrors(start: int) -> Checked:
    return _checked("check_mirror", partial(_mirror, base=_base()), start)


def _mirror(seed: int, base: Snapshot) -> None:
    check_mirror(seed, base)


def _base() -> Snapshot:
    return of_remote(Kind.INVOICE, samples.Pair(Kind.INVOICE, samples.invoice()).remote)


def _checked(name: str, property_: Callable[[int], None], start: int) -> Checked:
    wrong: list[str] = []
    for seed in range(start, start + HEAP):
        try:
            property_(seed)
        except AssertionError:
            wrong.append(f"tests.sync.test_properties.{name}({seed}): {traceback.format_exc(limit=-1)}")
    return Checked(HEAP, tuple(wrong))
