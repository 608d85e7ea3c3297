"""What another harness adds to the table. Each is a module with `part(wanted: Wanted) -> Part`, asked for by name."""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

PARTS = {
    "planner": "tests.prove.planner",
    "crashes": "tests.engine.crashes.part",
    "nemesis": "tests.nemesis.part",
    "bugs": "tests.bugs.part",
}
Figures = Mapping[str, int | str]


@dataclass(frozen=True)
class Wanted:
    """How much of it: the same for all parts, each takes what concerns it."""

    processes: int
    is_long: bool = False
    until: float | None = None  # of `time.time`; what is left then is left to a later run
    first: int = 0  # where an earlier run has left off

    def is_late(self) -> bool:
        """True once the time is over."""
        return self.until is not None and time.time() >= self.until


@dataclass(frozen=True)
class Part:
    """What one harness showed."""

    name: str
    figures: Figures  # rows of the table, such as kills, operations, bugs caught by which harness
    struck: Mapping[int, int] = field(default_factory=dict[int, int])  # by the number of the fault
    violations: Mapping[str, int] = field(default_factory=dict[str, int])  # by the invariant's value
    failures: tuple[str, ...] = ()  # a line each, with how to see it again; none means that it holds
    next: int = 0  # where a later run goes on

    def plus(self, later: Part) -> Part:
        """What two runs showed together."""
        return Part(
            self.name,
            _sums(self.figures, later.figures),
            Counter(self.struck) + Counter(later.struck),
            Counter(self.violations) + Counter(later.violations),
            self.failures + later.failures,
            max(self.next, later.next),
        )


def _sums(one: Figures, other: Figures) -> dict[str, int | str]:
    """Numbers add up; of words the later ones hold."""
    numbers = Counter({name: one for name, one in one.items() if isinstance(one, int)})
    numbers.update({name: one for name, one in other.items() if isinstance(one, int)})
    return {
        name: numbers[name] if name in numbers else other.get(name, one.get(name, ""))
        for name in {**one, **other}
    }


def run(name: str, wanted: Wanted) -> Part | None:
    """What a part shows; None where it is not there."""
    where = PARTS[name]
    package = where.rpartition(".")[0]
    if importlib.util.find_spec(package) is None or importlib.util.find_spec(where) is None:
        return None
    part: Part = importlib.import_module(where).part(wanted)
    return part
