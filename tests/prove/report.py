"""What some seeds showed. Reports of several processes add up to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.engine.simulation.faults import Fault
from tests.engine.simulation.invariants import Invariant, Violation
from tests.engine.simulation.run import Result

SUMS = ("seeds", "operations", "runs", "deaths", "twice")


@dataclass(frozen=True)
class Failure:
    """A seed that showed a violation, and how to see it again."""

    seed: int
    operations: int
    violations: list[Violation]

    @property
    def again(self) -> str:
        """The replay, in one line."""
        return f'make prove ARGS="--seed {self.seed} --operations {self.operations}"'


@dataclass
class Report:
    """Sums over seeds."""

    seeds: int = 0
    operations: int = 0
    runs: int = 0  # of the engine
    deaths: int = 0  # of those, so many in which the worker died
    twice: int = 0  # seeds that were run again, to the same trace
    seconds: float = 0.0  # of a core
    next: int = 0  # the first seed that nobody has begun
    done: Counter[str] = field(default_factory=Counter[str])  # what people did, by name
    struck: Counter[Fault] = field(default_factory=Counter[Fault])
    violations: Counter[Invariant] = field(default_factory=Counter[Invariant])
    failures: list[Failure] = field(default_factory=list[Failure])

    @property
    def holds(self) -> bool:
        """True if nothing was wrong."""
        return not self.failures

    @property
    def milliseconds(self) -> float:
        """Of a core, for an operation; a seed that was run twice did all of its operations twice."""
        done = self.operations * (1 + self.twice / self.seeds) if self.seeds else 0
        return 1000 * self.seconds / done if done else 0.0

    def take(self, result: Result, operations: int) -> None:
        """One more seed."""
        self.seeds += 1
        self.operations += operations
        self.runs += result.runs
        self.deaths += result.deaths
        self.done += result.done
        self.struck += result.struck
        if result.wrong:
            self.violations += Counter(one.invariant for one in result.wrong)
            self.failures.append(Failure(result.seed, operations, result.wrong))

    def differs(self, seed: int, operations: int) -> None:
        """A seed that left another trace when it was run again: nothing that it shows could be replayed."""
        violation = Violation(Invariant.SOUND, "the same seed left another trace")
        self.violations[violation.invariant] += 1
        self.failures.append(Failure(seed, operations, [violation]))

    def add(self, other: Report) -> None:
        """What other seeds showed."""
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds += other.seconds
        self.next = max(self.next, other.next)
        self.done += other.done
        self.struck += other.struck
        self.violations += other.violations
        self.failures += other.failures

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Report:
        """What `plain` made of a report."""
        report = cls(**{name: plain[name] for name in SUMS}, seconds=plain["seconds"], next=plain["next"])
        report.done.update(plain["done"])
        report.struck.update({Fault(name): times for name, times in plain["faults"].items() if times})
        for one in plain["failures"]:
            found = [Violation.of(words) for words in one["violations"]]
            report.violations.update(each.invariant for each in found)
            report.failures.append(Failure(one["seed"], one["operations"], found))
        return report

    def plain(self) -> dict[str, Any]:
        """As JSON takes it; every kind of fault and every invariant is named, with 0 too."""
        return {
            **{name: getattr(self, name) for name in SUMS},
            "seconds": round(self.seconds, 1),
            "next": self.next,
            "done": dict(sorted(self.done.items())),
            "faults": {fault.value: self.struck[fault] for fault in Fault},
            "violations": {one.value: self.violations[one] for one in Invariant},
            "failures": [
                {
                    "seed": one.seed,
                    "operations": one.operations,
                    "again": one.again,
                    "violations": [str(each) for each in one.violations],
                }
                for one in self.failures
            ],
        }
