"""One run: a cluster, people and a bookkeeper who edit, a nemesis, quiet, and what both sides hold then.

python -m tests.nemesis.run --kills 20 --seed 1 --database sqlite --folder FOLDER    # which then stays
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, select

from bookipi_app.db import Database
from bookipi_app.models import Customer, Invoice, InvoiceLine, Kind, SyncRecord
from tests.cluster import Cluster, Size, cluster
from tests.launcher import free_ports, wait_for
from tests.nemesis import checker, history
from tests.nemesis.clients import BROKEN, Bookkeeper, Known, Person, mark_of
from tests.nemesis.harm import Nemesis
from tests.nemesis.history import History
from tests.nemesis.proxy import Proxy
from tests.postgres import Server, serving
from tests.prove.orderly import ends_orderly
from tests.stories.books import Books, open_books

PEOPLE = 2
PAUSE = (0.1, 0.5)  # seconds between two operations of one of them
WORKERS = 2
BETWEEN = (0.4, 2.0)  # seconds from one act of the nemesis to the next
CALM_SECONDS = 60.0  # from the last fault until both sides agree
LATE_SECONDS = 240.0  # how long the run goes on looking, to tell late from never


@dataclass
class Report:
    """What a run showed."""

    operations: int = 0
    kills: int = 0
    acts: Counter[str] = field(default_factory=Counter[str])
    wire: Counter[str] = field(default_factory=Counter[str])
    calm_after: float = 0.0  # seconds from the last fault
    violations: list[str] = field(default_factory=list[str])


def run(folder: Path, seed: int, kills: int, database: str = "sqlite") -> Report:
    """Make a run of so many kills, and judge it."""
    chance = Random(seed)
    written = History(folder / "history.jsonl")
    report = Report()
    with _database(folder, database) as server:
        size = Size(workers=WORKERS, database_url=server.url if server else "")
        with _wired(folder, size, seed) as (around, proxy):
            _edit(around, proxy, server, written, chance, kills, report)
    report.violations += checker.violations(history.read(folder / "history.jsonl"))
    report.operations = sum(event.outcome == "asked" for event in history.read(folder / "history.jsonl"))
    return report


@contextmanager
def _database(folder: Path, kind: str) -> Iterator[Server | None]:
    if kind == "sqlite":
        yield None
        return
    with serving(folder / "postgres", durable=True) as server:
        yield server


@contextmanager
def _wired(folder: Path, size: Size, seed: int) -> Iterator[tuple[Cluster, Proxy]]:
    """A cluster whose way to QuickBooks leads through a proxy."""
    (port,) = free_ports(1)
    proxy = Proxy(0, seed)
    proxy.port = port
    proxy.start()
    try:
        with cluster(folder, size, app_sees_sandbox_at=port, FEED_INTERVAL="5") as around:
            proxy.target_port = urlsplit(around.sandbox_url).port or 0
            yield around, proxy
    finally:
        proxy.stop()


def _edit(
    around: Cluster,
    proxy: Proxy,
    server: Server | None,
    written: History,
    chance: Random,
    kills: int,
    report: Report,
) -> None:
    books = open_books(around.sandbox_url)
    known = Known()
    people = [Person(around.urls[0], written, known, Random(chance.random())) for _ in range(PEOPLE)]
    people[0].sign_up("nemo@example.com")
    for other in people[1:]:
        other.cookie = people[0].cookie
    people[0].connect(books.realm)
    bookkeeper = Bookkeeper(books, written, known, Random(chance.random()))
    nemesis = Nemesis(around, proxy, server, written, chance)
    with busy([*(person.act for person in people), bookkeeper.act]):
        while nemesis.kills < kills:
            time.sleep(chance.uniform(*BETWEEN))
            nemesis.strike()
    nemesis.rest()
    began = time.monotonic()
    wait_for_calm(around, books, report)
    report.calm_after = time.monotonic() - began
    report.kills, report.acts, report.wire = nemesis.kills, nemesis.done, proxy.struck
    for row in held(around, books):
        written.note("end", row.pop("kind"), **row)


@contextmanager
def busy(acts: list[Callable[[], None]]) -> Iterator[None]:
    """Each of these again and again, in a thread of its own, while the block runs."""
    ended = threading.Event()
    failed: list[BaseException] = []
    pace = Random(0)

    def go_on(act: Callable[[], None]) -> None:
        try:
            while not ended.wait(pace.uniform(*PAUSE)):
                act()
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=go_on, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]


def wait_for_calm(around: Cluster, books: Books, report: Report) -> None:
    """Until nothing is pending, and both sides hold the same."""

    def calm() -> bool:
        try:
            rows = held(around, books)
        except BROKEN:
            return False
        events = [
            history.Event(
                0.0, "end", 0, "done", row["kind"], more={k: v for k, v in row.items() if k != "kind"}
            )
            for row in rows
        ]
        found = [event.more for event in events]
        here = {row["mark"]: row for row in found if row["side"] == "app"}
        there = {row["mark"]: row for row in found if row["side"] == "books"}
        settled = all(row["flag"] in (*checker.AGREED, *checker.OPEN) for row in here.values())
        agree = all(
            mark in there and there[mark]["value"] == row["value"]
            for mark, row in here.items()
            if row["flag"] in checker.AGREED
        )
        return settled and agree and all(mark in here for mark in there)

    began = time.monotonic()
    try:
        wait_for(calm, LATE_SECONDS, "both sides to agree")
    except AssertionError:
        report.violations.append(f"not calm {LATE_SECONDS:.0f} s after the last fault")
        return
    if (took := time.monotonic() - began) > CALM_SECONDS:
        report.violations.append(f"calm only {took:.0f} s after the last fault")


def held(around: Cluster, books: Books) -> list[dict[str, Any]]:
    """Every marked record of both sides."""
    return [*_held_here(around), *_held_there(books)]


def _held_here(around: Cluster) -> list[dict[str, Any]]:
    store = Database(around.settings.database_url)
    try:
        with store.reading() as session:
            flags = {
                (row.kind, row.local_id): row for row in session.exec(select(SyncRecord)) if row.local_id
            }
            return [*_customers(session, flags), *_invoices(session, flags)]
    finally:
        store.engine.dispose()


def _customers(session: Session, flags: dict[Any, SyncRecord]) -> Iterator[dict[str, Any]]:
    for row in session.exec(select(Customer)):
        if _is_marked(row.name):
            yield _row("customer", row.name, row.phone, flags.get((Kind.CUSTOMER, row.id)))


def _invoices(session: Session, flags: dict[Any, SyncRecord]) -> Iterator[dict[str, Any]]:
    for row in session.exec(select(Invoice)):
        line = session.exec(select(InvoiceLine).where(InvoiceLine.invoice_id == row.id)).first()
        if line and _is_marked(line.description.strip()):
            yield _row("invoice", line.description.strip(), row.notes, flags.get((Kind.INVOICE, row.id)))


def _row(kind: str, mark: str, value: str, record: SyncRecord | None) -> dict[str, Any]:
    flag = (record.flag.value if record and record.flag else "") if record else ""
    return {
        **{"kind": kind, "side": "app", "mark": mark, "value": value},
        **{"flag": flag, "reason": record.reason if record else ""},
    }


def _held_there(books: Books) -> Iterator[dict[str, Any]]:
    for entity in ("Customer", "Invoice"):
        start, page = 1, 1000
        while page == 1000:
            text = f"select * from {entity} startposition {start} maxresults 1000"
            rows = books.call("GET", "query", query=text)["QueryResponse"].get(entity, [])
            start, page = start + 1000, len(rows)
            for row in rows:
                mark = row["DisplayName"] if entity == "Customer" else mark_of(row)
                if _is_marked(mark):
                    yield {"kind": entity.lower(), "side": "books", "mark": mark, "value": _value(row)}


def _value(row: dict[str, Any]) -> str:
    held = row.get("PrimaryPhone", {}).get("FreeFormNumber") or row.get("CustomerMemo", {}).get("value")
    return str(held or "")


def _is_marked(text: str) -> bool:
    return text[:1] in ("C", "I", "B") and text[1:].isdigit() and len(text) == 6


def main() -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with ends_orderly(), _folder(chosen.folder) as folder:
        report = run(folder, chosen.seed, chosen.kills, chosen.database)
    print(report)
    return bool(report.violations)


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """The one that is wished, which stays with all histories and logs; else one that is gone afterwards."""
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix="nemesis-", ignore_cleanup_errors=True) as name:
        yield Path(name)


if __name__ == "__main__":
    sys.exit(main())
