"""`make bench`: figures of the running thing, each set of them by its name.

    python -m tests.bench [travel] [lists] [pages] [lighthouse] [sandbox] [core] [books] [steady] [push] [kill] [fair]
                          [--rounds N]

    travel    how long a change travels between the app and QuickBooks, in a real browser
    lists     the list of invoices with 100,000 of them (or --size) beside 100, in a real browser; with --sql
              every order, filter and search of all three lists in the services alone, and a save
    pages     frames and kilobytes that the server sends for a key, a save, a sort, a page
    lighthouse  four pages of the production build beside an empty Reflex page of the same version
    sandbox   creations of invoices a second over HTTP, beside a bare Starlette route that echoes JSON
    core      creations of invoices a second in the sandbox's core, without a socket
    books     reading from 100,000 invoices beside reading from 100
    push      a first push of 1,000 invoices (or --size) beside Intuit's limits, bare loops and python-quickbooks
    kill      the same with its only worker killed once, beside nobody killed; a round is one kill, the long form has 20
    fair      fifty companies save one each while another one brings 2,000 (or --size), beside those fifty alone
    steady    reads and writes of a quiet connection, counted by the sandbox, beside their targets

Without a name: all of them. Rows with a target also go to var/bench.json.
No test asserts a time; whoever changes something reads them before and after.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

from tests.bench.figures import collect

FIGURES = (
    "travel",
    "lists",
    "pages",
    "lighthouse",
    "sandbox",
    "core",
    "books",
    "steady",
    "push",
    "kill",
    "fair",
)

SIZED = ("lists", "push", "kill", "fair")
FOUND = Path("var") / "bench.json"


def main(arguments: list[str] | None = None) -> int:
    """Print the wanted figures; the exit code is that of the first set which could not be measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figures", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--rounds", type=int, help="more rounds, narrower ranges")
    parser.add_argument("--size", type=int, help="lists, push, kill, fair: how many invoices")
    parser.add_argument("--sql", action="store_true", help="lists: without browser and pages")
    options = parser.parse_args(arguments)
    unknown = set(options.figures) - set(FIGURES)
    if unknown:
        parser.error(f"no figures are called {', '.join(sorted(unknown))}; choose from {', '.join(FIGURES)}")
    codes = [_measured(name, options) for name in options.figures or FIGURES]
    collect(FOUND)
    return next((code for code in codes if code), 0)


def _measured(name: str, options: argparse.Namespace) -> int:
    print(f"\n{name}, with a load of {os.getloadavg()[0]:.1f} before on {os.cpu_count()} cores", flush=True)
    told = {"size": options.size} if name in SIZED else {}
    told |= {"sql": options.sql} if name == "lists" else {}
    return importlib.import_module(f"tests.bench.{name}").report(options.rounds, **told)


if __name__ == "__main__":
    sys.exit(main())
