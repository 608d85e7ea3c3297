"""Several machines on one: two web processes behind one address, four workers, webhooks of their own, Postgres, Redis.

A web process and a worker are killed while people save through both webs and a bookkeeper works in QuickBooks.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.cluster import Cluster, Size, cluster
from tests.conftest import IN_CI
from tests.launcher import wait_for
from tests.nemesis import checker, history
from tests.nemesis.clients import CUSTOMERS, Address, Bookkeeper, Known, Person
from tests.nemesis.front import Front
from tests.nemesis.history import History
from tests.nemesis.run import Report, busy, held, wait_for_calm
from tests.postgres import MISSING, programs, serving
from tests.security.sockets import RawSocket, hydrating, raw_socket
from tests.stories.books import Books, open_books

pytestmark = [
    pytest.mark.long,
    pytest.mark.app,
    pytest.mark.skipif(programs() is None and not IN_CI, reason=MISSING),
]
ENOUGH = 12  # operations before the first kill, between kills, and after the last
SECONDS = 180.0


@dataclass
class Fleet:
    """What runs, and who works with it."""

    around: Cluster
    front: Front
    books: Books
    written: History
    known: Known
    people: list[Person]
    folder: Path

    @contextmanager
    def page(self, web: int, cookie: str, token: str) -> Iterator[RawSocket]:
        """The list of customers, open at one web process, under the address that all share."""
        at = Address(self.around.urls[web])
        boot = hydrating("/customers")
        with raw_socket(at, cookie, token=token, origin=self.front.url, boot=boot) as socket:  # pyright: ignore[reportArgumentType]
            yield socket

    def operations(self) -> int:
        """How many were asked for until now."""
        return sum(event.outcome == "asked" for event in history.read(self.folder / "history.jsonl"))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    front = Front()
    with serving(folder / "postgres", durable=True) as server:
        size = Size(webs=2, workers=4, webhooks=1, database_url=server.url)
        # The feed is an hour away: what arrives from QuickBooks has come through the webhooks' own process.
        with cluster(folder / "app", size, PUBLIC_URL=front.url, FEED_INTERVAL="3600") as around:
            front.ports = [urlsplit(url).port or 0 for url in around.urls]
            front.start()
            yield _people(around, front, folder)
    front.stop()


def _people(around: Cluster, front: Front, folder: Path) -> Fleet:
    written, known = History(folder / "history.jsonl"), Known()
    books = open_books(around.sandbox_url)
    people = [Person(front.url, written, known, Random(number)) for number in range(3)]
    people[0].sign_up("fleet@example.com")
    people[0].connect(books.realm)
    for other in people[1:]:
        other.cookie = people[0].cookie
    return Fleet(around, front, books, written, known, people, folder)


def heard(socket: RawSocket, words: str) -> None:
    """Wait until a page was sent some words."""
    while words not in socket.heard:
        socket.receive()


def test_a_page_at_one_web_follows_what_is_saved_through_the_other(fleet: Fleet) -> None:
    with fleet.page(1, fleet.people[0].cookie, str(uuid4())) as open_page:
        open_page.event(f"{CUSTOMERS}.watch", path="/customers")
        through_first = Person(fleet.around.urls[0], fleet.written, fleet.known, Random(0))
        through_first.cookie, through_first.origin = fleet.people[0].cookie, fleet.front.url
        through_first.create_customer()
        [mark] = fleet.known.customers
        heard(open_page, mark)


def test_what_changes_in_quickbooks_arrives_through_the_webhooks_own_process(fleet: Fleet) -> None:
    with fleet.page(1, fleet.people[0].cookie, str(uuid4())) as open_page:
        open_page.event(f"{CUSTOMERS}.watch", path="/customers")
        asked = fleet.written.asked("books", "customer", "B99999", "", "p99999")
        fleet.books.make("Customer", DisplayName="B99999", PrimaryPhone={"FreeFormNumber": "p99999"})
        fleet.written.answered(asked, "done")
        heard(open_page, "B99999")
    counted = httpx.get(f"{fleet.around.webhooks_url}/metrics").text
    found = re.search(r'bookipi_webhook_deliveries_total\{outcome="stored"\} (\S+)', counted)
    assert found
    assert float(found[1]) > 0


def test_a_tab_belongs_to_its_session_at_every_web(fleet: Fleet) -> None:
    stranger = Person(fleet.front.url, fleet.written, Known(), Random(1))
    stranger.sign_up("stranger@example.com")
    owner, token = fleet.people[0].cookie, str(uuid4())
    with fleet.page(0, owner, token) as own:
        own.event(f"{CUSTOMERS}.watch", path="/customers")
        heard(own, "B99999")
        with fleet.page(1, stranger.cookie, token) as foreign:
            foreign.event(f"{CUSTOMERS}.watch", path="/customers")
            foreign.settle("/customers")
            assert "B99999" not in foreign.heard
            assert "new_token" not in foreign.heard  # not even that somebody else has this token can be seen
        with fleet.page(1, owner, token) as second:  # the same tab twice, at different webs
            second.settle("/customers")
            assert "new_token" in second.heard
    wait_for(
        lambda: goes_on(fleet, 1, owner, token), SECONDS, "the first web to see that its socket is closed"
    )


def goes_on(fleet: Fleet, web: int, cookie: str, token: str) -> bool:
    """Whether a tab that is open nowhere goes on at a web process, with the state it had at another."""
    with fleet.page(web, cookie, token) as moved:
        moved.settle("/customers")
        assert "B99999" in moved.heard
        return "new_token" not in moved.heard


def test_a_web_and_a_worker_die_and_nothing_is_lost_or_doubled(fleet: Fleet) -> None:
    around, report = fleet.around, Report()
    bookkeeper = Bookkeeper(fleet.books, fleet.written, fleet.known, Random(2))

    def more() -> None:
        goal = fleet.operations() + ENOUGH
        wait_for(lambda: fleet.operations() >= goal, SECONDS, "people to work on")

    with busy([*(person.act for person in fleet.people), bookkeeper.act]):
        more()
        around.kill("worker-2")
        around.kill("web-1")
        fleet.written.note("nemesis", "kill -9 worker-2, web-1")
        more()  # one web and three workers carry on
        around.start("web-1")
        around.start("worker-2")
        around.wait_ready("web-1")
        before = fleet.front.passed.get(fleet.front.ports[0], 0)
        around.send("worker-3", signal.SIGKILL)  # and one that stays dead
        more()
        assert fleet.front.passed[fleet.front.ports[0]] > before, "the web that came back is used"
    began = time.monotonic()
    wait_for_calm(around, fleet.books, report)
    print(
        f"{fleet.operations()} operations, calm after {time.monotonic() - began:.1f} s, {fleet.front.passed}"
    )
    for row in held(around, fleet.books):
        fleet.written.note("end", row.pop("kind"), **row)
    assert fleet.known.invoices, "nobody could save an invoice"
    assert report.violations == []
    assert checker.violations(history.read(fleet.folder / "history.jsonl")) == []
