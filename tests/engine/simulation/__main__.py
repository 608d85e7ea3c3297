"""`python -m tests.engine.simulation --seeds 1000`: many seeds, a table of what struck, a replay for what failed."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter

from tests.engine.simulation.faults import Fault
from tests.engine.simulation.run import Result, simulate

SHOWN = 20


def main() -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--operations", type=int, default=30, help="of each seed")
    parser.add_argument("--seed", type=int, help="replay one, with its trace")
    chosen = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    if chosen.seed is not None:
        return _replay(chosen.seed, chosen.operations)
    return _many(range(chosen.first, chosen.first + chosen.seeds), chosen.operations)


def _replay(seed: int, operations: int) -> int:
    result = simulate(seed, operations)
    print("\n".join(result.trace))
    print(f"\nseed {seed}, trace {result.digest}")
    print("\n".join(result.wrong) or "nothing is wrong")
    return bool(result.wrong)


def _many(seeds: range, operations: int) -> int:
    began = time.perf_counter()
    struck: Counter[Fault] = Counter()
    done: Counter[str] = Counter()
    failed: list[Result] = []
    for seed in seeds:
        result = simulate(seed, operations)
        struck += result.struck
        done += result.done
        if result.wrong:
            failed.append(result)
            if len(failed) <= SHOWN:
                print(f"seed {seed}: {_last_line(result.wrong[0])}", flush=True)
                print(
                    f"    again: python -m tests.engine.simulation --seed {seed} --operations {operations}",
                    flush=True,
                )
    seconds = time.perf_counter() - began
    for fault in Fault:
        print(f"{struck[fault]:8,}  {fault.value}")
    for name, count in sorted(done.items()):
        print(f"{count:8,}  {name}")
    never = [fault.value for fault in Fault if not struck[fault]]
    print(f"{len(seeds):,} seeds of {operations} in {seconds:.0f} s ({seconds / len(seeds) * 1000:.0f} ms each), "
          f"{len(failed):,} failed")  # fmt: skip
    if never:
        print(f"never struck, so nothing is proved of it: {', '.join(never)}")
    return bool(failed or (never and len(seeds) >= 300))


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if not line.startswith("(Background")]
    return " ".join(lines[-3:]) if len(lines) > 1 else text


if __name__ == "__main__":
    sys.exit(main())
