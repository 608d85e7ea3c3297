"""The sampled companies: a database of its own, QuickBooks as the sandbox's core, and a clock that only we move.

Everything between the two is the product: its services save, its timers look, its engine runs, its pace holds back.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import UUID

import httpx
from sqlalchemy import event
from sqlmodel import Session

from bookipi_app import exactjson, live, queue
from bookipi_app.db import Database
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.quickbooks import index
from bookipi_app.quickbooks.auth import StoredTokens, Vault
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.oauth import OAuth, TokenPair
from bookipi_app.quickbooks.pace import Limits, SharedPace
from bookipi_app.quickbooks.transport import http_client
from bookipi_app.rehearsal.load import TOKEN_MINUTES, Load, phase
from bookipi_app.rehearsal.redis import CountingRedis
from bookipi_app.sandbox.core import Request, Sandbox
from bookipi_app.sync import carriers, engine, feed

START = datetime(2026, 11, 24, 15, 0, 0, tzinfo=UTC)
BEFORE = START - timedelta(
    hours=1
)  # what has to be there first is made then: nothing of it is counted, or lies ahead
ADDRESS = "http://quickbooks.rehearsal"
VERIFIER, BOOKKEEPER, PRESET = "verifier", "bookkeeper", "us-automated-tax"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sampled:
    """One company of the sample."""

    company_id: UUID
    connection_id: UUID
    realm: str


class World:
    """Both sides of all sampled companies, and what is counted between them."""

    def __init__(self, companies: int, seed: int, load: Load) -> None:
        self.now = BEFORE
        self.load = load
        self._ids = random.Random(f"ids {seed}")
        self.waiting: Callable[[float], None] | None = None  # called with the seconds that a run waits
        self.redis = CountingRedis(self._seconds)
        self.requests: Counter[str] = Counter()
        self.transactions: Counter[str] = Counter()
        self.sandbox = Sandbox(seed, companies=[PRESET] * companies, born=BEFORE - timedelta(days=30))
        self.sandbox.register_app(
            "client", "secret", [f"{ADDRESS}/back"], "http://app.rehearsal/hook", VERIFIER
        )
        self.sandbox.register_app(BOOKKEEPER, "secret")
        self._http = http_client(httpx.MockTransport(self._answer))
        self._oauth = OAuth(
            client_id="client",
            client_secret="secret",
            discovery_url=f"{ADDRESS}/.well-known/openid_sandbox_configuration",
            redirect_uri=f"{ADDRESS}/back",
            clock=self.clock,
            http=self._http,
        )
        self._vault = Vault("a key for rehearsals, long enough to be one")
        self._pace = SharedPace(Limits(), lambda _realm: self.redis, self._seconds)
        self._folder = TemporaryDirectory(prefix="rehearsal-")  # goes with this object
        self.database = _database(Path(self._folder.name))
        self.sampled = [self._open(number, companies) for number in range(companies)]
        event.listen(self.database.engine, "begin", self._count)

    def clock(self) -> datetime:
        """The only clock."""
        return self.now

    def _seconds(self) -> float:
        return self.now.timestamp()

    def around(self) -> engine.Surroundings:
        """What the engine takes from outside; wake-ups and messages go where the product sends them."""
        return engine.Surroundings(
            database=self.database,
            clock=self.clock,
            quickbooks=self._books,
            publish=live.publish,
            others_wait=queue.others_wait,
            wake=lambda connection_id: queue.enqueue_now(queue.SYNC, str(connection_id)),
            heartbeat=lambda _lease: nullcontext(),
            carry=carriers.at_once,
            holder="rehearsal",
            feed_interval=timedelta(seconds=self.load.feed_seconds),
        )

    def edit_there(self, realm: str, entity: str, remote_id: str, **fields: str) -> None:
        """A sparse edit made in QuickBooks by the bookkeeper, whose requests are not counted."""
        path = f"/v3/company/{realm}/{entity.lower()}"
        held = exactjson.loads(self._bookkeeper(realm, "GET", f"{path}/{remote_id}", b""))[entity]
        body = {"Id": remote_id, "SyncToken": held["SyncToken"], "sparse": True, **fields}
        answer = self._bookkeeper(realm, "POST", path, exactjson.dumps(body).encode())
        assert "Fault" not in exactjson.loads(answer), answer

    def _bookkeeper(self, realm: str, method: str, path: str, body: bytes) -> bytes:
        token = self.sandbox.grant(realm, self.now, BOOKKEEPER)["access_token"]
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        headers["content-type"] = "application/json"
        return self.sandbox.handle(Request.to(method, path, headers, body), self.now).body

    def _books(self, connection: Connection) -> QuickBooks:
        tokens = StoredTokens(
            connection.id,
            self.database.transaction,
            self._oauth,
            self._vault,
            self.clock,
            self._wait,
            connection,
        )
        return QuickBooks(
            connection.realm_id, tokens, self.clock, self._http, ADDRESS, self._pace, self._wait
        )

    def _wait(self, seconds: float) -> None:
        if self.waiting is None:  # the beginning: only the clock moves
            self.now += timedelta(seconds=seconds)
        else:
            self.waiting(seconds)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        self.requests[_kind_of(request.method, request.url.path)] += 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.sandbox.handle(Request.to(request.method, target, headers, request.content), self.now)
        self._wait(0.0)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    def _count(self, connection: Any) -> None:
        writes = connection.get_execution_options().get("sqlite_begin") == "IMMEDIATE"
        self.transactions["writing" if writes else "reading"] += 1

    def _open(self, number: int, companies: int) -> Sampled:
        realm = self.sandbox.realms[number]
        with self.database.transaction() as session:
            company = _company(session, number)
            connection = self._connection(company.id, realm, number, companies)
            session.add(connection)
            session.flush()
            sampled = Sampled(company.id, connection.id, realm)
        for _entity, rows in index.pages(self._books(connection)):
            with self.database.transaction() as session:
                index.store(session, connection.id, rows)
        return sampled

    def _connection(self, company_id: UUID, realm: str, number: int, companies: int) -> Connection:
        """Connected for long: its feed, its daily reading and its token stand anywhere in their periods."""
        feed_due = timedelta(seconds=self.load.feed_seconds * phase(number, companies))
        daily = DAY * phase(number, companies, 1)
        granted = START - timedelta(minutes=TOKEN_MINUTES * phase(number, companies, 2))
        grant = cast("dict[str, Any]", self.sandbox.grant(realm, granted))
        ends = granted + timedelta(minutes=TOKEN_MINUTES)
        pair = TokenPair(grant["access_token"], grant["refresh_token"], ends, START + 100 * DAY)
        return Connection(
            id=UUID(
                int=self._ids.getrandbits(128)
            ),  # the order in which the timers find them is the seed's too
            company_id=company_id,
            realm_id=realm,
            status=ConnectionStatus.CONNECTED,
            first_connected_at=START - DAY,
            connected_at=START - DAY,
            tokens_sealed=self._vault.seal(pair, company_id, realm),
            access_expires_at=ends,
            refresh_expires_at=pair.refresh_expires_at,
            cursor=START + feed_due - timedelta(seconds=self.load.feed_seconds) - feed.OVERLAP,
            feed_due_at=START + feed_due,
            preflight_due_at=START + daily,
            compare_due_at=START + daily,
            income_account_id="1",
            default_item_id="1",
        )


def _database(folder: Path) -> Database:
    """A migrated one of the rehearsal's own; nothing of the installation's is touched."""
    database = Database(f"sqlite:///{folder / 'rehearsal.db'}")
    database.migrate()
    return database


def _company(session: Session, number: int) -> Company:
    email = f"owner{number}@example.com"
    born = START - timedelta(days=90)
    user = User(email=email, email_key=email, name="Owner", country="US", password_hash="-", created_at=born)
    session.add(user)
    session.flush()
    company = Company(user_id=user.id, name=f"Company {number}", country="US", created_at=born)
    session.add(company)
    session.flush()
    user.default_company_id = company.id
    return company


def _kind_of(method: str, path: str) -> str:
    """What is counted apart: token renewals, writes, the feed, other reads."""
    if "/v3/" not in path:
        return "token" if path.endswith("/bearer") else "discovery"
    if method == "POST":
        return "write"
    return "feed" if path.endswith("/cdc") else "read"
