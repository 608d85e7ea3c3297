"""`make bench`: the twelve figures, or those that are named, each beside its peer or floor in the same run.

    python -m tests.bench [NAME ...] [--only P4,P6] [--rounds N] [--size N]

    push        P1-P3   a first push of 1,000 invoices (or --size) beside Intuit's limits, bare loops, python-quickbooks
    saves       P4      a save on its way to QuickBooks beside a bare POST
    travel      P5      a change in QuickBooks on its way to an open page in a real browser beside a bare GET
    webhooks    P6      the answer to a webhook at 200 a second beside a route that echoes
    lists       P7      the list of invoices with 100,000 of them (or --size) beside 100, in a real browser; with --sql
                        every order, filter and search of all three lists in the services alone, and a save
    lighthouse  P8      four pages of the production build beside an empty Reflex page of the same version
    pages       P8      frames and kilobytes that the server sends for a key, a save, a sort, a page
    steady      P9      reads and writes of a quiet connection, counted by the sandbox, beside a naive client's
    kill        P10     a push with its only worker killed once beside nobody killed; a round is one kill
    fair        P11     fifty companies save one each while one brings 2,000 (or --size), beside those fifty alone
    footprint   P12     memory of worker and web, cold start, a PDF, beside RQ's worker, an empty page, reportlab

    and by name only, because no figure of the twelve is among them:

    sandbox     creations of invoices a second over HTTP, beside a bare Starlette route that echoes JSON
    core        creations of invoices a second in the sandbox's core, without a socket
    books       reading from 100,000 invoices beside reading from 100

Rows go to var/bench.json too; a part that is measured alone takes the place of its own rows there. There is no figure
where the two sides do not end up equal. No test asserts a time; whoever changes something reads them before and after.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
import traceback
from pathlib import Path

from tests.bench.figures import Unequal, collect

PARTS: dict[str, tuple[str, ...]] = {
    "push": ("P1", "P2", "P3"),
    "saves": ("P4",),
    "travel": ("P5",),
    "webhooks": ("P6",),
    "lists": ("P7",),
    "lighthouse": ("P8",),
    "pages": ("P8",),
    "steady": ("P9",),
    "kill": ("P10",),
    "fair": ("P11",),
    "footprint": ("P12",),
    "sandbox": (),
    "core": (),
    "books": (),
}
TWELVE = [name for name, ids in PARTS.items() if ids]
SIZED = ("lists", "push", "saves", "kill", "fair", "footprint")
REFUSED, BROKEN = 3, 4
FOUND = Path("var") / "bench.json"


def main(arguments: list[str] | None = None) -> int:
    """Print the wanted figures; the exit code is that of the first set which could not be measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--only", default="", help="figures by number, as P4,P6")
    parser.add_argument("--rounds", type=int, help="more rounds, narrower ranges")
    parser.add_argument("--size", type=int, help=f"{', '.join(SIZED)}: how many records")
    parser.add_argument("--sql", action="store_true", help="lists: without browser and pages")
    options = parser.parse_args(arguments)
    wanted = [*options.parts, *_by_number(parser, options.only)]
    unknown = set(wanted) - set(PARTS)
    if unknown:
        parser.error(f"no figures are called {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    begun = time.monotonic()
    codes = {name: _measured(name, options) for name in wanted or TWELVE}
    collect(
        FOUND, {number for name, code in codes.items() if code in (REFUSED, BROKEN) for number in PARTS[name]}
    )
    print(f"All of it took {(time.monotonic() - begun) / 60:.0f} minutes.", flush=True)
    return next((code for code in codes.values() if code), 0)


def _by_number(parser: argparse.ArgumentParser, only: str) -> list[str]:
    """The parts that hold these figures, once each."""
    numbers = [one.strip().upper() for one in only.split(",") if one.strip()]
    known = {number for ids in PARTS.values() for number in ids}
    if strange := [one for one in numbers if one not in known]:
        parser.error(f"there is no figure {', '.join(strange)}; choose from P1 to P12")
    return [name for name, ids in PARTS.items() if set(ids) & set(numbers)]


def _measured(name: str, options: argparse.Namespace) -> int:
    """One part; what it refuses to print, or breaks of, is an error of its own, and ends no other."""
    print(f"\n{name}, with a load of {os.getloadavg()[0]:.1f} before on {os.cpu_count()} cores", flush=True)
    begun = time.monotonic()
    told = {"size": options.size} if name in SIZED else {}
    told |= {"sql": options.sql} if name == "lists" else {}
    try:
        code = importlib.import_module(f"tests.bench.{name}").report(options.rounds, **told)
    except Unequal as difference:
        print(f"{name}: no figure. {difference}", file=sys.stderr, flush=True)
        code = REFUSED
    except Exception:  # noqa: BLE001  (the other figures are wanted all the same)
        traceback.print_exc()
        code = BROKEN
    print(f"{name} took {(time.monotonic() - begun) / 60:.1f} minutes", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
