"""`python -m tests.bugs`: the seeded bugs, and which harness caught which. Exit code 1 unless each is caught."""

from __future__ import annotations

import argparse
import sys
import time

from tests.bugs.part import hunt_all
from tests.bugs.seeded import bugs
from tests.prove.orderly import ends_orderly


def main() -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bugs", description=__doc__)
    parser.add_argument("bug", nargs="*", help="its number; without any, all")
    parser.add_argument("--all", action="store_true", help="ask every harness, and the tests written for it")
    parser.add_argument("--words", action="store_true", help="what each harness says")
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    with ends_orderly():
        found = hunt_all(
            bugs(*chosen.bug), every_harness=chosen.all, processes=chosen.processes, words=chosen.words
        )
    caught = sum(one.caught is not None for one in found)
    print(f"{caught} of {len(found)} caught, {time.monotonic() - began:.0f} s")
    return caught != len(found)


if __name__ == "__main__":
    sys.exit(main())
