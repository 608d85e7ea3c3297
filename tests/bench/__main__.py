"""`make bench`: figures of the running thing, each set of them by its name.

    python -m tests.bench [travel] [lists] [sandbox] [core] [books] [steady] [--rounds N] [--size N] [--sql]

    travel    how long a change travels between the app and QuickBooks, in a real browser
    lists     the list of invoices with 100,000 of them (or --size) beside 100, in a real browser; with --sql
              every order, filter and search of all three lists in the services alone, and a save
    sandbox   creations of invoices a second over HTTP, beside a bare Starlette route that echoes JSON
    core      creations of invoices a second in the sandbox's core, without a socket
    books     reading from 100,000 invoices beside reading from 100
    steady    reads and writes of a quiet connection, counted by the sandbox, beside their targets

Without a name: all of them. No test asserts a time; whoever changes something reads them before and after.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys

FIGURES = ("travel", "lists", "sandbox", "core", "books", "steady")


def main(arguments: list[str] | None = None) -> int:
    """Print the wanted figures; the exit code is that of the first set which could not be measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figures", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--rounds", type=int, help="more rounds, narrower ranges")
    parser.add_argument("--size", type=int, help="lists: how many invoices the large book has")
    parser.add_argument("--sql", action="store_true", help="lists: without browser and pages")
    options = parser.parse_args(arguments)
    unknown = set(options.figures) - set(FIGURES)
    if unknown:
        parser.error(f"no figures are called {', '.join(sorted(unknown))}; choose from {', '.join(FIGURES)}")
    codes = [_measured(name, options) for name in options.figures or FIGURES]
    return next((code for code in codes if code), 0)


def _measured(name: str, options: argparse.Namespace) -> int:
    print(f"\n{name}, with a load of {os.getloadavg()[0]:.1f} before on {os.cpu_count()} cores", flush=True)
    told = {"size": options.size, "sql": options.sql} if name == "lists" else {}
    return importlib.import_module(f"tests.bench.{name}").report(options.rounds, **told)


if __name__ == "__main__":
    sys.exit(main())
