"""`make fidelity N=2000`: invoices there and back, counted by outcome and cause; the numbers in `var/fidelity.json`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tests.fidelity import report
from tests.fidelity.proof import one, prove


def main() -> int:
    """The command; its exit code: 1 where forecast and outcome differ, or too few totals are the same."""
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity", description=__doc__)
    parser.add_argument("--invoices", type=int, default=2000, help="how many")
    parser.add_argument("--invoice", type=int, help="replay one, and say what became of it")
    chosen = parser.parse_args()
    if chosen.invoice is not None:
        print(one(chosen.invoice))
        return 0
    began = time.perf_counter()
    try:
        tally = prove(chosen.invoices)
    except AssertionError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(report.words(tally))
    print(f"{chosen.invoices:,} invoices in {time.perf_counter() - began:.0f} s")
    path = Path(os.environ.get("BOOKIPI_VAR", "var")) / "fidelity.json"
    report.keep(tally, path)
    print(f"Kept in {path}")
    too_few = report.too_few(tally)
    if too_few:
        print(f"Too few totals are the same: {', '.join(too_few)}", file=sys.stderr)
    return bool(too_few)


if __name__ == "__main__":
    sys.exit(main())
