"""How long the sandbox takes to read from small and from large books: the times must not grow with the books.

    python -m tests.bench.sandbox_reading [--large 100000]

Every question finds as many rows in the small books as in the large ones. Ends with 1 if one of them takes more
than twice as long in the large ones.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable

from bookipi_app.sandbox.company import Company
from bookipi_app.sandbox.times import seconds_stamp
from tests.sandbox.client import Books

SMALL, ROUNDS, ALLOWED = 100, 100, 2.0
Question = Callable[[], object]


def filled(count: int) -> tuple[Books, Company]:
    """Books with so many invoices, one a second."""
    books = Books()
    company = books.sandbox.company(books.realm)
    body = books.sandbox.company(books.realm).records["Invoice"][books.invoice()["Id"]].body
    while len(company.records["Invoice"]) < count:
        books.later(seconds=1)
        company.create("Invoice", {**body}, books.now)
    company.changes.clear()
    books.token = books.sandbox.grant(books.realm, books.now)["access_token"]
    return books, company


def questions(books: Books, company: Company) -> dict[str, Question]:
    """What is asked, by name."""
    invoices = list(company.living("Invoice"))
    middle, last = invoices[len(invoices) // 2], len(invoices) - 99
    changed = "select * from Invoice where Metadata.LastUpdatedTime >="
    by_time = "order by Metadata.LastUpdatedTime"
    recent, latest = (seconds_stamp(invoices[position].updated) for position in (-50, -1))

    def asked(statement: str) -> Question:
        return lambda: books.query(statement)

    def touched() -> object:
        company.touch(invoices[len(invoices) // 3], {}, books.now, raise_token=True)
        return books.query(f"{changed} '{recent}' {by_time} maxresults 50")

    return {
        "read by id": lambda: books.read("Invoice", middle.id),
        "first page by id": asked("select * from Invoice orderby Id maxresults 100"),
        "last page by id": asked(f"select * from Invoice orderby Id startposition {last} maxresults 100"),
        "last page by time of change": asked(f"{changed} '2026-01-01' {by_time} startposition {last}"),
        "changed of late, by time": asked(f"{changed} '{recent}' {by_time}"),
        "changed of late, by id": asked(f"{changed} '{recent}' maxresults 20"),
        "count": asked("select count(*) from Invoice"),
        "change feed of the last change": lambda: books.ok(
            "GET", "cdc", entities="Customer,Invoice", changedSince=latest
        ),
        "touch an old one and ask what changed": touched,
    }


def compared(small: Question, large: Question) -> tuple[float, float]:
    """The median milliseconds of both, asked in turns, so that the machine's moods strike both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for ask, taken in zip((small, large), times, strict=True):
            start = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def main(arguments: list[str]) -> int:
    """Measures, prints, judges."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=100_000)
    count = parser.parse_args(arguments).large
    small, large = questions(*filled(SMALL)), questions(*filled(count))
    print(f"{'milliseconds, median of ' + str(ROUNDS):<42}{SMALL:>10}{count:>10}{'ratio':>8}")
    worst = 0.0
    for name, ask in small.items():
        little, much = compared(ask, large[name])
        worst = max(worst, much / little)
        print(f"{name:<42}{little:>10.3f}{much:>10.3f}{much / little:>8.2f}")
    return int(worst > ALLOWED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
