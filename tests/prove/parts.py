"""What another harness adds to the table. Each is a module with `part(wanted: Wanted) -> Part`, asked for by name."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field

PARTS = {
    "planner": "tests.prove.planner",
    "nemesis": "tests.nemesis.part",
    "bugs": "tests.bugs.part",
}


@dataclass(frozen=True)
class Wanted:
    """How much of it: the same for all parts, each takes what concerns it."""

    seeds: int
    minutes: float | None
    processes: int
    cases: int = 0  # of the planner


@dataclass(frozen=True)
class Part:
    """What one harness showed."""

    name: str
    figures: Mapping[
        str, int | str
    ]  # rows of the table, such as kills, operations, bugs caught by which harness
    struck: Mapping[int, int] = field(default_factory=dict[int, int])  # by the number of the fault
    violations: Mapping[str, int] = field(default_factory=dict[str, int])  # by the invariant's value
    failures: tuple[str, ...] = ()  # a line each, with how to see it again; none means that it holds


def run(name: str, wanted: Wanted) -> Part | None:
    """What a part shows; None where it is not there."""
    where = PARTS[name]
    package = where.rpartition(".")[0]
    if importlib.util.find_spec(package) is None or importlib.util.find_spec(where) is None:
        return None
    part: Part = importlib.import_module(where).part(wanted)
    return part
