"""The enumerated crashes' rows in the table of `make prove`: every blow at every step, scenario by scenario."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile

from tests.engine.crashes import play
from tests.engine.crashes.further import SCENARIOS
from tests.engine.crashes.points import Blow
from tests.engine.simulation.invariants import Violation
from tests.prove import crowd
from tests.prove.parts import Part, Wanted

NUMBERS = {
    Blow.DEATH: 49, Blow.DEATH_AND_SAME_FIELD: 49, Blow.DEATH_AND_OTHER_FIELD: 49, Blow.STOPPED: 51,
    Blow.THROTTLED: 1, Blow.LOST: 8, Blow.FAILED: 4, Blow.FORGOTTEN: 9,
}  # fmt: skip


@dataclass
class Shown:
    """What one scenario showed."""

    number: int
    steps: int = 0
    fallen: Counter[Blow] = field(default_factory=Counter[Blow])
    violations: Counter[str] = field(default_factory=Counter[str])
    failures: list[str] = field(default_factory=list[str])


def part(wanted: Wanted) -> Part:
    """From the scenario on that an earlier run has not begun."""
    numbers = takewhile(lambda _: not wanted.is_late(), range(wanted.first, len(SCENARIOS)))
    shown = list(crowd.over(wanted.processes, whole, numbers))
    fallen = sum((one.fallen for one in shown), Counter[Blow]())
    figures = {
        f"scenarios of {len(SCENARIOS)}": len(shown),
        "steps at which a process can die": sum(one.steps for one in shown),
        "blows": fallen.total(),
        **{blow.value: fallen[blow] for blow in Blow},
    }
    struck = Counter[int]()
    for blow, number in NUMBERS.items():
        struck[number] += fallen[blow]
    return Part(
        "crashes",
        figures,
        struck,
        sum((one.violations for one in shown), Counter[str]()),
        tuple(words for one in shown for words in one.failures),
        max((one.number + 1 for one in shown), default=wanted.first),
    )


def whole(number: int) -> Shown:
    """A scenario in peace, and with every blow at every step."""
    scenario, shown = SCENARIOS[number], Shown(number)
    first = play.in_peace(scenario)
    shown.steps = sum(point.takes(Blow.DEATH) for point in first.points)
    _judge(shown, first)
    for at, blow in play.blows(scenario, first.points, list(Blow)):
        shown.fallen[blow] += 1
        _judge(shown, play.with_blow(scenario, at, blow, first.points[at]))
    return shown


def _judge(shown: Shown, played: play.Played) -> None:
    if played.wrong:
        shown.failures.append(" | ".join(line.strip() for line in played.words.splitlines()))
        shown.violations.update(Violation.of(words).invariant.value for words in played.wrong)
