"""`python -m tests.engine.crashes`: every blow at every step of every scenario; a table, a replay for what failed."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter

from tests.engine.crashes import play
from tests.engine.crashes.further import SCENARIOS
from tests.engine.crashes.points import Blow
from tests.engine.crashes.scenarios import Scenario

SHOWN = 3  # failures of one scenario


def main() -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.crashes", description=__doc__)
    parser.add_argument("--scenario", help="only those whose name begins so")
    parser.add_argument("--blow", choices=[one.name for one in Blow], action="append")
    parser.add_argument("--point", type=int, help="with --blow: this one step, with its trace")
    chosen = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    wanted = [one for one in SCENARIOS if one.name.startswith(chosen.scenario or "")]
    blows = [Blow[name] for name in chosen.blow] if chosen.blow else list(Blow)
    if chosen.point is not None:
        return _replay(wanted[0], chosen.point, blows[0])
    return _all(wanted, blows)


def _replay(scenario: Scenario, at: int, blow: Blow) -> int:
    points = play.in_peace(scenario).points
    played = play.with_blow(scenario, at, blow, points[at])
    print("\n".join(played.trace))
    print(played.words)
    return bool(played.wrong)


def _all(wanted: list[Scenario], blows: list[Blow]) -> int:
    began, failed, fallen = time.perf_counter(), 0, Counter[Blow]()
    for scenario in wanted:
        first = play.in_peace(scenario)
        since, wrong = time.perf_counter(), [first] if first.wrong else []
        for at, blow in play.blows(scenario, first.points, blows):
            played = play.with_blow(scenario, at, blow, first.points[at])
            fallen[blow] += 1
            if played.wrong:
                wrong.append(played)
        failed += len(wrong)
        deadly = sum(point.takes(Blow.DEATH) for point in first.points)
        print(
            f"{deadly:5} steps, {time.perf_counter() - since:5.1f} s, {len(wrong):3} failed  {scenario.name}",
            flush=True,
        )
        for played in wrong[:SHOWN]:
            print(played.words, flush=True)
    for blow in blows:
        print(f"{fallen[blow]:7,}  {blow.value}")
    print(
        f"{len(wanted)} scenarios, {sum(fallen.values()):,} blows in {time.perf_counter() - began:.0f} s, "
        f"{failed} failed"
    )
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
