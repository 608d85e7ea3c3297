"""One harness against the app in this folder, until it finds something: `python -m tests.bugs.hunt simulation`."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice

SEEDS, OPERATIONS = 150, 30  # of the simulation
CASES = 500  # of the planner's properties, each
SECONDS = 120  # of the deaths; of the processor, so that a busy machine finds as much
SHOWN = 300


@dataclass(frozen=True)
class Catch:
    """What a harness found, and how soon."""

    harness: str
    caught: bool
    cases: int
    seconds: float
    words: str = ""


def planner(_first: str) -> Iterator[str]:
    """The planner's properties."""
    from tests.sync.test_properties import check, check_mirror

    for seed in range(CASES):
        yield _failing(lambda seed=seed: check(seed))
        yield _failing(lambda seed=seed: check_mirror(seed))


def _failing(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception:  # noqa: BLE001  (whatever is raised is a catch)
        return traceback.format_exc(limit=-1)
    return ""


def simulation(_first: str) -> Iterator[str]:
    """The simulation's seeds, from the first."""
    from tests.engine.simulation.run import simulate

    for seed in range(1, SEEDS + 1):
        result = simulate(seed, OPERATIONS)
        yield f"seed {seed}: {result.wrong[0]}" if result.wrong else ""


def crashes(first: str) -> Iterator[str]:
    """Every scenario in peace, then blow by blow; those that are named before all others."""
    from tests.engine.crashes import play
    from tests.engine.crashes.further import SCENARIOS
    from tests.engine.crashes.points import Blow

    until = time.process_time() + SECONDS
    named = [one for one in SCENARIOS if one.name.startswith(first)]
    for scenarios in (named, [one for one in SCENARIOS if one not in named]):
        found = [(one, play.in_peace(one)) for one in scenarios]
        for _, played in found:
            yield played.words if played.wrong else ""
        for scenario, played in found:
            for at, blow in play.blows(scenario, played.points, list(Blow)):
                if time.process_time() > until:
                    return
                again = play.with_blow(scenario, at, blow, played.points[at])
                yield again.words if again.wrong else ""


# The deaths are told where to look and mostly find at once what a simulation needs dozens of seeds for: it comes last.
HARNESSES: dict[str, Callable[[str], Iterator[str]]] = {
    "planner": planner, "crashes": crashes, "simulation": simulation,
}  # fmt: skip


def hunt(harness: str, first: str, most: int | None = None) -> Catch:
    """Until the first find, the end, or so many cases."""
    began, cases = time.process_time(), 0
    for words in islice(HARNESSES[harness](first), most):
        cases += 1
        if words:
            said = " ".join(words.split())[:SHOWN]
            return Catch(harness, True, cases, time.process_time() - began, said)
    return Catch(harness, False, cases, time.process_time() - began)


def main() -> int:
    """The command, with a harness, where to begin and how many cases at most: one line of JSON."""
    logging.getLogger().addHandler(logging.NullHandler())
    harness, first, most = [*sys.argv[1:], "", ""][:3]
    print(json.dumps(asdict(hunt(harness, first, int(most) if most else None))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
