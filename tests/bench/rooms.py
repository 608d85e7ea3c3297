"""What the figures of the engine are measured in: Redis, the sandbox behind a socket and real workers, without pages.

Each round gets a company of its own, connected to a realm of its own, whose index is read: so every window of Intuit's
limits is empty when the round begins. Webhooks go nowhere; Intuit gathers changes for longer than a first push takes.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
from redis import Redis
from rq import Queue
from sqlmodel import Session, col, func, select

from bookipi_app import live, parts, queue
from bookipi_app.db import Database
from bookipi_app.models import Connection, ConnectionStatus, Customer, Flag, Invoice, SyncRecord
from bookipi_app.quickbooks import index
from bookipi_app.quickbooks.auth import Vault
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.oauth import TokenPair
from bookipi_app.services import auth
from bookipi_app.settings import read_settings
from tests.cluster import Cluster
from tests.engine.opening import Fixed
from tests.launcher import free_ports, run_environment, wait_for
from tests.stories.books import Books, open_books

UNLIMITED = {
    "QUICKBOOKS_PER_SECOND": "1000",
    "QUICKBOOKS_PER_MINUTE": "100000",
    "QUICKBOOKS_BATCHES_PER_MINUTE": "10000",
}
LOOK_SECONDS = 0.02
PATIENCE = 900.0
NOBODY = 365  # days until the chores of a connection that nobody measures here


@dataclass(frozen=True)
class Line:
    """An invoice as both sides have to have it: number, customer, cents."""

    number: str
    customer: str
    cents: int


@dataclass
class Room:
    """The processes, and the database that they share."""

    cluster: Cluster
    database: Database
    key: str
    redis: Redis = field(init=False)
    made: int = 0

    def __post_init__(self) -> None:
        self.redis = Redis.from_url(self.cluster.settings.redis_url)

    def company(self) -> Account:
        """A new company, connected to a new realm whose index has been read."""
        self.made += 1
        self.limit(False)
        books = open_books(self.cluster.sandbox_url)
        grant = books.control("POST", f"companies/{books.realm}/grant", {})
        with self.database.transaction() as session:
            return self._connected(session, books, grant)

    def limit(self, on: bool) -> None:
        """Whether the sandbox limits as Intuit does; what came before is forgotten with the realm."""
        _control(self.cluster.sandbox_url, "switches", {"rate_limits": on})

    def wake(self, connection_id: UUID) -> None:
        """Ask the workers for a run, as a save does."""
        jobs = Queue(queue.SYNC, connection=self.redis, serializer="json")
        jobs.enqueue(
            queue.JOBS[queue.SYNC], str(connection_id), job_timeout=2 * queue.RUN_SECONDS, result_ttl=0
        )

    def _connected(self, session: Session, books: Books, grant: dict[str, Any]) -> Account:
        now = datetime.now(UTC)
        user = auth.sign_up(
            session, email=f"bench-{self.made}@example.com", password=secrets.token_urlsafe(12), name="Ada",
            country="US", company_name=f"Bench {self.made}", now=now,
        )  # fmt: skip
        company_id = user.default_company_id
        assert company_id is not None
        pair = TokenPair(
            grant["access_token"], grant["refresh_token"], now + timedelta(hours=1), now + timedelta(days=100)
        )
        later = now + timedelta(days=NOBODY)
        connection = Connection(
            company_id=company_id, realm_id=books.realm, status=ConnectionStatus.CONNECTED,
            first_connected_at=now, connected_at=now,
            tokens_sealed=Vault(self.key).seal(pair, company_id, books.realm),
            access_expires_at=pair.access_expires_at, refresh_expires_at=pair.refresh_expires_at,
            cursor=now - timedelta(minutes=10), default_item_id="1", feed_due_at=later,
            preferences=books.call("GET", "preferences")["Preferences"],
            income_account_id=_income_account(books),
        )  # fmt: skip
        session.add(connection)
        session.flush()
        client = QuickBooks(
            books.realm, Fixed(pair.access), lambda: datetime.now(UTC), books.http, self.cluster.sandbox_url
        )
        for _entity, rows in index.pages(client):
            index.store(session, connection.id, rows)
        return Account(self, books, company_id, connection.id)


@dataclass
class Account:
    """One company of ours and its realm."""

    room: Room
    books: Books
    company_id: UUID
    connection_id: UUID

    def wake(self) -> None:
        """Ask for a run."""
        self.room.wake(self.connection_id)

    def leave(self) -> None:
        """Disconnect: nobody works for it any more."""
        with self.room.database.transaction(self.company_id) as session:
            session.get_one(Connection, self.connection_id).status = ConnectionStatus.FROZEN

    def unsynced(self) -> int:
        """How many of its records are not synced yet."""
        with self.room.database.reading() as session:
            return session.exec(
                select(func.count())
                .select_from(SyncRecord)
                .where(SyncRecord.connection_id == self.connection_id, SyncRecord.flag != Flag.SYNCED)
            ).one()

    def wait(self) -> None:
        """Until the last record is synced."""
        end = time.monotonic() + PATIENCE
        while left := self.unsynced():
            assert time.monotonic() < end, f"{left} records did not become synced"
            time.sleep(LOOK_SECONDS)

    def here(self) -> list[Line]:
        """What our side holds."""
        with self.room.database.reading() as session:
            found = session.exec(
                select(Invoice.number, Customer.name, Invoice.total_cents)
                .join(Customer, col(Customer.id) == Invoice.customer_id)
                .where(Invoice.company_id == self.company_id)
            ).all()
        return sorted((Line(*row) for row in found), key=lambda line: line.number)


def there(books: Books) -> list[Line]:
    """The invoices of a realm that bear a number of ours."""
    found: list[Line] = []
    for start in range(1, 1_000_000, 1000):
        statement = f"SELECT * FROM Invoice STARTPOSITION {start} MAXRESULTS 1000"
        rows = books.call("GET", "query", query=statement)["QueryResponse"].get("Invoice", [])
        found += [_line(row) for row in rows if str(row.get("DocNumber", "")).startswith("INV-")]
        if len(rows) < 1000:
            break
    return sorted(found, key=lambda line: line.number)


def _line(row: dict[str, Any]) -> Line:
    return Line(row["DocNumber"], row["CustomerRef"]["name"], round(row["TotalAmt"] * 100))


@contextmanager
def room(*, workers: int = 1, limits: bool = True, webhooks: bool = False) -> Iterator[Room]:
    """Running processes in a folder that goes with them. Without limits the workers keep none either.

    `webhooks`: a process that hears them too; the sandbox still tells nobody.
    """
    with tempfile.TemporaryDirectory() as folder, patch.object(queue, "wake"), patch.object(live, "publish"):
        made = _made(Path(folder), workers, {} if limits else UNLIMITED)
        if webhooks:
            _add_webhooks(made)
        try:
            database = Database(made.settings.database_url)
            database.migrate()
            for name in made.names("redis", "sandbox", "worker", "timers", "webhooks"):
                made.start(name)
                made.wait_ready(name)
            yield Room(made, database, made.settings.secret_key or "")
            database.engine.dispose()
        finally:
            made.end()


def _made(folder: Path, workers: int, limits: dict[str, str]) -> Cluster:
    port, redis_port, sandbox_port = free_ports(3)
    environment = run_environment(
        folder,
        {
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            "REDIS_URL": f"redis://:{secrets.token_urlsafe(12)}@127.0.0.1:{redis_port}/0",
            "BOOKIPI_SECRET_KEY": secrets.token_urlsafe(32),
            "BOOKIPI_ENV": "development",
            "WORKERS": str(max(1, workers)),
            "FEED_INTERVAL": "86400",
            "PYTHONUNBUFFERED": "1",
            **limits,
        },
    )
    settings = read_settings(environment)
    made = Cluster(folder, settings, environment, sandbox_url=f"http://127.0.0.1:{sandbox_port}")
    made.add(parts.redis_part(settings))
    made.add(parts.sandbox_part(settings))
    made.add(parts.timers_part())  # they wake whom a limit sent to rest
    for part in parts.worker_parts(settings):
        if workers and part.name != "worker-mail":
            made.add(part)
    return made


def _add_webhooks(made: Cluster) -> None:
    (port,) = free_ports(1)
    made.add(parts.webhooks_part(replace(made.settings, port=port)))
    made.webhooks_url = f"http://127.0.0.1:{port}"


def _income_account(books: Books) -> str:
    rows = books.call("GET", "query", query="select * from Account")["QueryResponse"]["Account"]
    return next(row["Id"] for row in rows if row["AccountType"] == "Income")


def _control(url: str, path: str, body: object) -> None:
    httpx.post(f"{url}/sandbox/{path}", json=body, timeout=60).raise_for_status()


def wait_until_still(account: Account) -> None:
    """Until nothing of the connection is due: the worker is free for the next round."""

    def still() -> bool:
        with account.room.database.reading() as session:
            connection = session.get_one(Connection, account.connection_id)
            return connection.lease_holder is None

    wait_for(still, 60, "the run to end")
