"""`make prove`: seed by seed, in one table; a replay for what failed.

    make prove                      1,000 seeds
    make prove SEEDS=5000           so many
    make prove MINUTES=60           the long run: as many as the time allows
    make prove BUGS=1               the seeded bugs, and which harness caught which
    make prove ARGS="--seed 7"      replays one, with its trace

The figures are kept in var/prove.json. The exit code is 1 if anything is wrong, or if a kind of fault never struck.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.engine.simulation.run import simulate
from tests.prove import parts, spread, table
from tests.prove.parts import Part, Wanted
from tests.prove.report import Report
from tests.prove.seeds import OPERATIONS

SHARE = 20  # of a short run one seed in so many is run twice,
LONG_TWICE = 1000  # of a long run the first so many
CASES, LONG_CASES = 10_000, 1_000_000  # of the planner
LONG_MINUTES = 30  # and longer is a long run
TELL_SECONDS = 60


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit code."""
    chosen = _parser().parse_args(arguments)
    spread.quiet()
    if chosen.seed is not None:
        return _replay(chosen.seed, chosen.operations)
    if chosen.bugs:
        return _bugs(chosen)
    return _prove(chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.prove",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--operations", type=int, default=OPERATIONS, help="of each seed")
    parser.add_argument("--minutes", type=float, help="as many seeds as that allows")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, help="replay one, with its trace")
    parser.add_argument("--first-only", action="store_true", help="end with the first seed that fails")
    parser.add_argument("--bugs", action="store_true", help="the seeded bugs")
    parser.add_argument("--without", action="append", default=[], metavar="PART", help="leave a part out")
    parser.add_argument(
        "--json", type=Path, default=Path(os.environ.get("BOOKIPI_VAR", "var")) / "prove.json"
    )
    return parser


def _replay(seed: int, operations: int) -> int:
    result = simulate(seed, operations)
    print("\n".join(result.trace))
    print(f"\nseed {seed}, trace {result.digest}")
    print("\n".join(map(str, result.wrong)) or "nothing is wrong")
    return bool(result.wrong)


def _prove(chosen: argparse.Namespace) -> int:
    began = time.time()
    report = spread.run(_plan(chosen, began), _progress(began))
    names = () if chosen.first_only else ("planner", "nemesis")
    shown = _parts([name for name in names if name not in chosen.without], chosen)
    return _tell(report, shown, time.time() - began, chosen.json)


def _plan(chosen: argparse.Namespace, began: float) -> spread.Plan:
    timed, long = chosen.minutes is not None, _is_long(chosen)
    return spread.Plan(
        first=chosen.first,
        seeds=None if timed else chosen.seeds,
        operations=chosen.operations,
        twice=0 if chosen.first_only else LONG_TWICE if long else chosen.seeds // SHARE,
        processes=chosen.processes,
        until=began + chosen.minutes * 60 if timed else None,
        first_only=chosen.first_only,
    )


def _is_long(chosen: argparse.Namespace) -> bool:
    return chosen.minutes is not None and chosen.minutes >= LONG_MINUTES


def _progress(began: float) -> Callable[[Report], None]:
    """A line a minute."""
    told = began

    def tell(report: Report) -> None:
        nonlocal told
        if time.time() - told < TELL_SECONDS:
            return
        told = time.time()
        print(
            f"{(told - began) / 60:5.0f} min  {report.seeds:,} seeds, {report.operations:,} operations, "
            f"{len(report.failures):,} failed",
            flush=True,
        )

    return tell


def _parts(names: list[str], chosen: argparse.Namespace) -> list[Part]:
    cases = LONG_CASES if _is_long(chosen) else CASES
    wanted = Wanted(chosen.seeds, chosen.minutes, chosen.processes, cases)
    return [part for name in names if (part := parts.run(name, wanted)) is not None]


def _bugs(chosen: argparse.Namespace) -> int:
    began = time.time()
    shown = _parts(["bugs"], chosen)
    if not shown:
        print("There are no seeded bugs here.", file=sys.stderr)
        return 1
    return _tell(Report(), shown, time.time() - began, chosen.json.with_name("prove-bugs.json"))


def _tell(report: Report, shown: list[Part], seconds: float, path: Path) -> int:
    print(table.words(report, shown, seconds))
    table.keep(report, shown, seconds, path)
    print(f"Kept in {path}")
    return bool(report.failures or table.too_few(report, shown) or any(part.failures for part in shown))


if __name__ == "__main__":
    sys.exit(main())
