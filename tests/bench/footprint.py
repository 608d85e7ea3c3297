"""What it takes: the worker's memory over 10,000 records, a session's in the web process, a cold start, a PDF.

Each stands beside its floor in the same run: RQ's own worker with jobs that do nothing, an empty Reflex page of the
same version, reportlab. Memory is what the kernel says is resident.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright
from rq import Queue

from bookipi_app.services import customers
from bookipi_app.services.customer_form import CustomerForm
from tests.bench import papers
from tests.bench.bare_worker import QUEUE
from tests.bench.empty_page import empty_server
from tests.bench.figures import Figure, tell, within
from tests.bench.memory import MIB, resident
from tests.bench.push import filled, pushed
from tests.bench.rooms import LOOK_SECONDS, Account, Room, room, wait_until_still
from tests.bench.visit import signed_in
from tests.conftest import browser_program
from tests.launcher import started, wait_for
from tests.screenshots import settled

RECORDS, STEPS, ROUNDS = 10_000, 10, 5
SOAK_STEPS = 20  # further ones: by then whatever is loaded once is loaded, and what grows still grows
TABS = 10  # of a round
WORKER = "worker-sync-1"
WORKER_MIB, SLOPE_MIB, SESSION_KB, COLD_SECONDS = 90.0, 0.1, 150.0, 4.0


def report(rounds: int | None, size: int | None = None) -> int:
    """Print the figures; 1 if a target is missed, 2 where there is no browser."""
    program, times = browser_program(), max(1, rounds or ROUNDS)
    rows = [*_worker(size or RECORDS), *_cold(times), *papers.figures(times)]
    if program is not None:
        rows += _sessions(program, times)
    tell(rows)
    return 2 if program is None else int(any(row.met is False for row in rows))


def _worker(records: int) -> list[Figure]:
    """Companies one after the other, a tenth of the records each; every push has to end equal on both sides.

    What a worker holds is told after the records; whether that is flat, over twice as many that follow.
    """
    ours: list[float] = []
    bare: list[float] = []
    with room(limits=False) as place, bare_worker(place) as pid:
        queue = Queue(QUEUE, connection=place.redis, serializer="json")
        for _ in range(STEPS + SOAK_STEPS):
            pushed(filled(place, records // STEPS), limits=False)
            ours.append(resident(place.cluster.pid(WORKER)) / MIB)
            for number in range(records // STEPS):
                queue.enqueue("tests.bench.bare_worker.nothing", str(number), result_ttl=0)
            wait_for(lambda: queue.count == 0, 600, "the bare worker")
            bare.append(resident(pid) / MIB)
    step = records / STEPS / 1000
    slopes = ([_slope(ours[STEPS - 1 :], step)], [_slope(bare[STEPS - 1 :], step)])
    held = (ours[STEPS - 1 : STEPS], bare[STEPS - 1 : STEPS])
    more = records // STEPS * SOAK_STEPS
    growth = f"the same, growth for a thousand of {more:,} more"
    return [
        within("P12-worker", f"worker's memory after {records:,} records, RQ's own", "MiB", held, WORKER_MIB),
        within("P12-slope", growth, "MiB", slopes, SLOPE_MIB),
    ]


def _slope(found: list[float], step: float) -> float:
    """Of what was found after each so many thousands."""
    return statistics.linear_regression([step * at for at in range(len(found))], found).slope


@contextmanager
def bare_worker(place: Room) -> Iterator[int]:
    """RQ's own worker on the same Redis; its process id."""
    command = [sys.executable, "-m", "tests.bench.bare_worker", place.cluster.settings.redis_url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def _cold(rounds: int) -> list[Figure]:
    """From the start of a worker's process to the first record in step, and to the end of the first bare job."""
    ours: list[float] = []
    bare: list[float] = []
    with room() as place:
        account = place.company()
        place.cluster.kill(WORKER)
        for number in range(rounds):
            ours.append(_first_record(account, number))
            bare.append(_first_job(place))
    name = "a worker's start → first record in QuickBooks, RQ's own with an empty job"
    return [within("P12-cold", name, "s", (ours, bare), COLD_SECONDS)]


def _first_record(account: Account, number: int) -> float:
    with account.room.database.transaction(account.company_id) as session:
        form, now = CustomerForm(name=f"Cold {number}"), datetime.now(UTC)
        customers.save(session, account.company_id, None, form, now=now, who="Ada")
    account.wake()
    begun = time.monotonic()
    account.room.cluster.start(WORKER)
    account.wait()
    taken = time.monotonic() - begun
    wait_until_still(account)
    account.room.cluster.kill(WORKER)
    assert account.books.find("Customer", DisplayName=f"Cold {number}"), "it is not in QuickBooks"
    return taken


def _first_job(place: Room) -> float:
    queue = Queue(QUEUE, connection=place.redis, serializer="json")
    job = queue.enqueue("tests.bench.bare_worker.nothing", "", result_ttl=60)
    begun = time.monotonic()
    with bare_worker(place):
        while not job.is_finished:
            time.sleep(LOOK_SECONDS)
            job.refresh()
        return time.monotonic() - begun


def _sessions(program: str, rounds: int) -> list[Figure]:
    """Tabs stay open: each is a session of its own at the server."""
    ours: list[float] = []
    bare: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder) / "var") as app,
        empty_server() as (empty, pid),
        sync_playwright() as playwright,
        signed_in(playwright, program, app.url, Path(folder) / "browser") as (context, _port),
    ):
        for number in range(rounds + 1):
            found = _grown(context, app.pid("web"), "/invoices")
            floor = _grown(context, pid, empty)
            if number:  # the first round loads what every session shares
                ours.append(found)
                bare.append(floor)
    name = f"web process, for each of {rounds * TABS} more open tabs, an empty Reflex page"
    return [within("P12-session", name, "kB", (ours, bare), SESSION_KB)]


def _grown(context: BrowserContext, pid: int, address: str) -> float:
    """Kilobytes of the server for each further tab."""
    before = resident(pid)
    for _ in range(TABS):
        page = context.new_page()
        if address.startswith("/"):
            settled(page, address)
        else:
            page.goto(address, wait_until="networkidle")
    return (resident(pid) - before) * 1.024 / TABS
