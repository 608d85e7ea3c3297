"""A whole world in one process: the real engine, a real database, the sandbox's core, and a clock that only we move."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
from sqlmodel import col, select

from bookipi_app import exactjson
from bookipi_app.db import Database
from bookipi_app.models import (
    Connection,
    Customer,
    Invoice,
    InvoiceLine,
    Item,
    Kind,
    SyncRecord,
)
from bookipi_app.quickbooks import webhooks
from bookipi_app.quickbooks.auth import StoredTokens, Vault
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.oauth import OAuth
from bookipi_app.quickbooks.pace import Pace
from bookipi_app.quickbooks.transport import http_client
from bookipi_app.sandbox.core import Request, Sandbox
from bookipi_app.services import customers, inbox, invoices, items
from bookipi_app.services.customer_form import CustomerForm
from bookipi_app.services.inbox import Notice
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from bookipi_app.services.items import ItemForm
from bookipi_app.sync import carriers, engine
from tests.engine import opening
from tests.engine.opening import ADDRESS, START, WHO

VERIFIER = "verifier"
BOOKKEEPER = "bookkeeper"


__all__ = ["ADDRESS", "START", "WHO", "Killed", "World", "empty_database", "money", "new_database"]


class Killed(BaseException):
    """The worker dies here."""


@dataclass
class World:
    """Both sides and what lies between."""

    database: Database
    preset: str = "us-automated-tax"
    seed: int = 1
    place: int = 0  # of its books among the sandbox's companies: no two in one database have the same realm
    now: datetime = START
    sandbox: Sandbox = field(init=False)
    realm: str = field(init=False)
    company_id: UUID = field(init=False)
    connection_id: UUID = field(init=False)
    requests: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    published: list[tuple[str, UUID | None]] = field(default_factory=list[tuple[str, UUID | None]])
    pace: Pace | None = None
    feed_interval: timedelta = timedelta(seconds=60)
    before_request: Callable[[str, str], None] | None = None
    after_request: Callable[[str, str, httpx.Response], httpx.Response] | None = None

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(
            self.seed, companies=[self.preset] * (self.place + 1), born=START - timedelta(days=30)
        )
        self.sandbox.register_app("client", "secret", [f"{ADDRESS}/back"], "http://app.test/hook", VERIFIER)
        self.sandbox.register_app(BOOKKEEPER, "secret")
        self.realm = self.sandbox.realms[self.place]
        self.http = http_client(httpx.MockTransport(self._answer))
        self.oauth = OAuth(
            client_id="client",
            client_secret="secret",
            discovery_url=f"{ADDRESS}/.well-known/openid_sandbox_configuration",
            redirect_uri=f"{ADDRESS}/back",
            clock=self.clock,
            http=self.http,
        )
        self.vault = Vault("a key for tests, long enough to be one")
        with self.database.transaction() as session:
            opening.people(self, session)
            opening.connect(self, session)

    def clock(self) -> datetime:
        """The only clock."""
        return self.now

    def pass_time(self, **duration: float) -> None:
        """Move the clock."""
        self.now += timedelta(**duration)

    def around(self) -> engine.Surroundings:
        """What the engine takes from outside."""
        return engine.Surroundings(
            database=self.database,
            clock=self.clock,
            quickbooks=self.books,
            publish=lambda _company, kind, record_id: self.published.append((kind, record_id)),
            others_wait=lambda: False,
            wake=lambda _connection: None,
            heartbeat=lambda _lease: nullcontext(),
            carry=carriers.at_once,
            holder="test-0",
            feed_interval=self.feed_interval,
        )

    def books(self, connection: Connection) -> QuickBooks:
        """The client of a connection, over the sandbox's core."""
        tokens = StoredTokens(
            connection.id,
            self.database.transaction,
            self.oauth,
            self.vault,
            self.clock,
            pause=lambda _: None,
            row=connection,
        )
        return QuickBooks(connection.realm_id, tokens, self.clock, self.http, ADDRESS, self.pace, self.pause)

    def pause(self, seconds: float) -> None:
        """Wait for one's turn: the clock moves, nobody sleeps."""
        self.pass_time(seconds=seconds)

    def run(self) -> None:
        """One run of the engine, as a job would do it."""
        engine.run(self.around(), self.connection_id)

    def sync(self, rounds: int = 6) -> None:
        """Deliver webhooks and run until quiet, with the clock moving as it would."""
        for _ in range(rounds):
            self.deliver()
            self.run()
            self.pass_time(seconds=3)

    def deliver(self) -> int:
        """Send what webhooks are due through the app's own intake."""
        deliveries = self.sandbox.due_webhooks(self.now)
        for delivery in deliveries:
            assert webhooks.verify(delivery.headers["intuit-signature"], delivery.body, VERIFIER)
            notices = [Notice(**asdict(event)) for event in webhooks.parse(delivery.body).events]
            with self.database.transaction() as session:
                inbox.take(session, notices, self.now)
            self.sandbox.delivered(delivery, 200, self.now)
        return len(deliveries)

    # -- the other side ------------------------------------------------------------------------------------------------

    def there(self, method: str, path: str, body: Any = None) -> Any:
        """The bookkeeper's own client: another app with a grant of its own."""
        grant = self.sandbox.grant(self.realm, self.now, BOOKKEEPER)
        headers = {
            "authorization": f"Bearer {grant['access_token']}",
            "accept": "application/json",
            "content-type": "application/json",
        }
        text = b"" if body is None else exactjson.dumps(body).encode()
        target = f"/v3/company/{self.realm}{path}"
        response = self.sandbox.handle(Request.to(method, target, headers, text), self.now)
        answer = exactjson.loads(response.body)
        assert "Fault" not in answer, answer
        return answer

    def get(self, entity: str, remote_id: str) -> dict[str, Any]:
        """One object, as it is in QuickBooks."""
        return self.there("GET", f"/{entity.lower()}/{remote_id}")[entity]

    def change(self, entity: str, remote_id: str, **fields: Any) -> dict[str, Any]:
        """A sparse edit made in QuickBooks."""
        token = self.get(entity, remote_id)["SyncToken"]
        body = {"Id": remote_id, "SyncToken": token, "sparse": True, **fields}
        return self.there("POST", f"/{entity.lower()}", body)[entity]

    def make(self, entity: str, **fields: Any) -> dict[str, Any]:
        """A creation made in QuickBooks."""
        return self.there("POST", f"/{entity.lower()}", fields)[entity]

    def all(self, entity: str, where: str = "") -> list[dict[str, Any]]:
        """Every object of a kind in QuickBooks."""
        statement = f"SELECT * FROM {entity} {where} MAXRESULTS 1000"
        answer = self.there("GET", "/query?" + str(httpx.QueryParams({"query": statement})))
        return answer["QueryResponse"].get(entity, [])

    def income_account(self) -> str:
        """An account that an item may earn for."""
        return next(row["Id"] for row in self.all("Account") if row["AccountType"] == "Income")

    # -- our side ------------------------------------------------------------------------------------------------------

    def customer(self, customer_id: UUID | None = None, **fields: str) -> Customer:
        """Save a customer as the page does."""
        filled: dict[str, Any] = {"name": "Lakeline Homeowners"} | fields
        form = CustomerForm(**filled)
        with self.database.transaction() as session:
            return customers.save(session, self.company_id, customer_id, form, now=self.now, who=WHO)

    def item(self, item_id: UUID | None = None, **fields: Any) -> Item:
        """Save an item as the page does."""
        filled: dict[str, Any] = {"name": "Leaf removal", "price": "212.25"} | fields
        form = ItemForm(**filled)
        with self.database.transaction() as session:
            return items.save(session, self.company_id, item_id, form, now=self.now, who=WHO)

    def invoice(
        self, customer: Customer, *lines: LineForm, invoice_id: UUID | None = None, **fields: Any
    ) -> Invoice:
        """Continue with an invoice as the page does."""
        form = InvoiceForm(customer_id=str(customer.id), lines=list(lines), **fields)
        with self.database.transaction() as session:
            return invoices.save(
                session, self.company_id, invoice_id, form, issue=True, now=self.now, who=WHO
            )

    def form_of(self, invoice_id: UUID) -> InvoiceForm:
        """An invoice as its editor would show it."""
        with self.database.reading() as session:
            invoice = session.get_one(Invoice, invoice_id)
            lines = session.exec(
                select(InvoiceLine)
                .where(InvoiceLine.invoice_id == invoice_id)
                .order_by(col(InvoiceLine.position))
            )
            return invoices.form_of_invoice(invoice, list(lines))

    def edit(self, invoice_id: UUID, **fields: Any) -> Invoice:
        """Open an invoice's editor, change fields, save."""
        form = replace(self.form_of(invoice_id), **fields)
        with self.database.transaction() as session:
            return invoices.save(
                session, self.company_id, invoice_id, form, issue=True, now=self.now, who=WHO
            )

    def here(self, table: type[Any], record_id: UUID) -> Any:
        """One row."""
        with self.database.reading() as session:
            return session.get_one(table, record_id)

    def only(self, table: type[Any], **values: Any) -> Any:
        """The one row with these values."""
        with self.database.reading() as session:
            return session.exec(select(table).filter_by(company_id=self.company_id, **values)).one()

    def record(self, kind: Kind, *, local_id: UUID | None = None, remote_id: str | None = None) -> SyncRecord:
        """The sync record of a record, by either side's id."""
        with self.database.reading() as session:
            found = select(SyncRecord).where(SyncRecord.kind == kind)
            if local_id is not None:
                found = found.where(SyncRecord.local_id == local_id)
            if remote_id is not None:
                found = found.where(SyncRecord.remote_id == remote_id)
            return session.exec(found).one()

    def connection(self) -> Connection:
        """The connection's row."""
        with self.database.reading() as session:
            return session.get_one(Connection, self.connection_id)

    def writes(self) -> int:
        """How many writes the app has sent."""
        return sum(method == "POST" and "/v3/" in path for method, path in self.requests)

    def reads(self) -> int:
        """How many reads the app has sent: what Intuit meters."""
        return sum(method == "GET" and "/v3/" in path for method, path in self.requests)

    def count(self) -> Counter[str]:
        """The app's requests by method and last part of the path."""
        return Counter(
            f"{method} {path.split('?')[0].split('/')[4]}" for method, path in self.requests if "/v3/" in path
        )

    @contextmanager
    def still(self) -> Iterator[None]:
        """No write may leave while the block runs."""
        before = self.writes()
        yield
        assert self.writes() == before, self.requests[-5:]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        self.requests.append((request.method, target))
        if self.before_request is not None:
            self.before_request(request.method, target)
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self.sandbox.handle(Request.to(request.method, target, headers, request.content), self.now)
        response = httpx.Response(answer.status, headers=answer.headers, content=answer.body)
        if self.after_request is not None:
            response = self.after_request(request.method, target, response)
        return response


def money(value: object) -> Decimal:
    """An amount of QuickBooks as a decimal."""
    return Decimal(str(value))


def new_database(folder: Path) -> Path:
    """The file of a migrated database without a journal beside it."""
    database = Database(f"sqlite:///{folder / 'template.db'}")
    database.migrate()
    database.engine.dispose()
    with closing(sqlite3.connect(folder / "template.db")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return folder / "template.db"


@cache
def empty_database() -> sqlite3.Connection:
    """A migrated database in memory, to be copied; its file is gone already."""
    held = sqlite3.connect(":memory:")
    with (
        TemporaryDirectory(prefix="empty-") as folder,
        closing(sqlite3.connect(new_database(Path(folder)))) as file,
    ):
        file.backup(held)
    return held
