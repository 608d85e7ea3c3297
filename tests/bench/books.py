"""Reading from 100,000 invoices beside reading from 100: what is read often must not grow with the books."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from tests.bench.core import Books
from tests.bench.sandbox import INVOICE

_FEW, _MANY = 100, 100_000
_BATCH = 20


class Filled(Books):
    """Books with so many invoices, written a second apart but for the last, which changed a minute later."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.now -= timedelta(seconds=size)
        template = json.loads(self.post("invoice", json.dumps(INVOICE).encode()))["Invoice"]
        company = self.sandbox.company(self.realm)
        body = company.records["Invoice"][template["Id"]].body
        for number in range(size - 2):
            self.now += timedelta(seconds=1)
            company.create("Invoice", {**body, "DocNumber": f"B{number}"}, self.now)
        company.changes.clear()
        self.sandbox.journal()
        self.before = self.now + timedelta(seconds=30)
        self.now += timedelta(seconds=60)
        self.newest = json.loads(self.post("invoice", json.dumps(INVOICE).encode()))["Invoice"]["Id"]


def _query(statement: str) -> Callable[[Filled], str]:
    def path(books: Filled) -> str:
        since = books.before.strftime("%Y-%m-%dT%H:%M:%SZ")
        return "query?query=" + quote(statement.format(middle=books.size // 2 - 10, since=since))

    return path


def _changes(books: Filled) -> str:
    return f"cdc?entities=Invoice,Customer,Item&changedSince={books.before:%Y-%m-%dT%H:%M:%SZ}"


_READINGS: dict[str, Callable[[Filled], str]] = {
    "one invoice": lambda books: f"invoice/{books.newest}",
    "the first page": _query("SELECT * FROM Invoice MAXRESULTS 20"),
    "a page in the middle, by id": _query(
        "SELECT * FROM Invoice ORDERBY Id STARTPOSITION {middle} MAXRESULTS 20"
    ),
    "a page of what changed last": _query(
        "SELECT * FROM Invoice WHERE MetaData.LastUpdatedTime >= '{since}' "
        "ORDERBY MetaData.LastUpdatedTime MAXRESULTS 20"
    ),
    "how many there are": _query("SELECT COUNT(*) FROM Invoice"),
    "the change feed after the last change": _changes,
}


def report(rounds: int | None) -> int:
    """Print how long each way of reading takes, in both sizes."""
    few, many = Filled(_FEW), Filled(_MANY)
    print(f"{'microseconds':<42}{_FEW:>10,}{_MANY:>10,}{'times':>8}")
    for name, path in _READINGS.items():
        small, large = _compared(few, many, path, max(15, rounds or 15))
        print(f"{name:<42}{small:>10.0f}{large:>10.0f}{large / small:>8.2f}")
    return 0


def _compared(few: Filled, many: Filled, path: Callable[[Filled], str], rounds: int) -> tuple[float, float]:
    """The median of both, in turn, so that what else the machine does meets both."""
    times: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for books, found in zip((few, many), times, strict=True):
            wanted = path(books)
            begun = time.perf_counter()
            for _ in range(_BATCH):
                books.get(wanted)
            found.append((time.perf_counter() - begun) / _BATCH * 1e6)
    return statistics.median(times[0]), statistics.median(times[1])
