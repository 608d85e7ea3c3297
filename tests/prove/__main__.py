"""`make prove`: seed by seed, in one table; a replay for what failed.

    make prove                      1,000 seeds
    make prove SEEDS=5000           so many
    make prove MINUTES=60           the long run: as much of all harnesses as the time allows
    make prove MINUTES=60 ARGS=--go-on    and more of it, added to the same table
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
from tests.prove import crowd, kept, parts, spread, table
from tests.prove.kept import Kept
from tests.prove.orderly import ends_orderly
from tests.prove.parts import Wanted
from tests.prove.report import Report
from tests.prove.seeds import OPERATIONS

TWICE = 20  # of a short run one seed in so many is run twice,
LONG_TWICE = 1000  # of a long run the first so many
LONG_MINUTES = 30  # and longer is a long run
SHARES = {
    "planner": 0.1,
    "crashes": 0.25,
    "nemesis": 0.3,
}  # of the minutes at most; the simulation has the rest
TELL_SECONDS = 60
STOPPED = 130


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit code."""
    chosen = _parser().parse_args(arguments)
    crowd.quiet()
    if chosen.seed is not None:
        return _replay(chosen.seed, chosen.operations)
    with ends_orderly():
        return _bugs(chosen) if chosen.bugs else _prove(chosen)


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
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--seed", type=int, help="replay one, with its trace")
    parser.add_argument("--first-only", action="store_true", help="end with the first seed that fails")
    parser.add_argument(
        "--go-on", action="store_true", help="add to what an earlier run of this code has kept"
    )
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
    try:
        found = kept.read(chosen.json) if chosen.go_on else Kept(code=kept.code())
    except (OSError, kept.OtherCode) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    began, before = time.time(), found.seconds
    try:
        _parts(chosen, found, began)
        spread.run(_plan(chosen, found.report, began), found.report, _progress(chosen, found, began))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        stopped = True
    else:
        stopped = False
    found.seconds = before + time.time() - began
    return _tell(found, chosen.json) or (STOPPED if stopped else 0)


def _plan(chosen: argparse.Namespace, before: Report, began: float) -> spread.Plan:
    timed = chosen.minutes is not None
    twice = max(LONG_TWICE - before.twice, 0) if _is_long(chosen) else chosen.seeds // TWICE
    return spread.Plan(
        first=max(chosen.first, before.next),
        seeds=None if timed else chosen.seeds,
        operations=chosen.operations,
        twice=0 if chosen.first_only else twice,
        processes=chosen.processes,
        until=began + chosen.minutes * 60 if timed else None,
        first_only=chosen.first_only,
    )


def _is_long(chosen: argparse.Namespace) -> bool:
    return chosen.minutes is not None and chosen.minutes >= LONG_MINUTES


def _progress(chosen: argparse.Namespace, found: Kept, began: float) -> Callable[[], None]:
    """A line a minute, and what is known so far into the file."""
    told, before = time.time(), found.seconds

    def tell() -> None:
        nonlocal told
        if time.time() - told < TELL_SECONDS:
            return
        told, report = time.time(), found.report
        found.seconds = before + told - began
        found.write(chosen.json)
        print(
            f"{(told - began) / 60:5.0f} min  {report.seeds:,} seeds, {report.operations:,} operations, "
            f"{len(report.failures):,} failed",
            flush=True,
        )

    return tell


def _parts(chosen: argparse.Namespace, found: Kept, began: float) -> None:
    """The other harnesses, each in its share of the time. The enumerated crashes have no short form."""
    names = [name for name in SHARES if chosen.minutes is not None or name != "crashes"]
    for name in names:
        if name in chosen.without or chosen.first_only:
            continue
        print(f"{(time.time() - began) / 60:5.0f} min  {name}", flush=True)
        until = None if chosen.minutes is None else time.time() + SHARES[name] * chosen.minutes * 60
        earlier = found.parts.get(name)
        wanted = Wanted(chosen.processes, _is_long(chosen), until, earlier.next if earlier else 0)
        if (part := parts.run(name, wanted)) is not None:
            found.add(part)


def _bugs(chosen: argparse.Namespace) -> int:
    began = time.time()
    part = parts.run("bugs", Wanted(chosen.processes))
    if part is None:
        print("There are no seeded bugs here.", file=sys.stderr)
        return 1
    found = Kept(parts={"bugs": part}, seconds=time.time() - began, code=kept.code())
    return _tell(found, chosen.json.with_name("prove-bugs.json"))


def _tell(found: Kept, path: Path) -> int:
    shown = found.shown()
    print(table.words(found.report, shown, found.seconds))
    found.write(path)
    print(f"Kept in {path}")
    return bool(
        found.report.failures or table.too_few(found.report, shown) or any(part.failures for part in shown)
    )


if __name__ == "__main__":
    sys.exit(main())
