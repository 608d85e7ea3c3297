"""Twelve secrets are planted in a run of the app that syncs, fails and refuses; afterwards none is found where it does
not belong: logs, addresses, jobs, Redis, the database, websocket frames, answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from redis import Redis
from sqlmodel import col, select

from bookipi_app.db import AFTER_COMMIT, Database
from bookipi_app.models import Connection, Customer, Flag, Invoice, Mail, SyncRecord, User
from bookipi_app.quickbooks.auth import Vault
from bookipi_app.services import invoices
from bookipi_app.services.invoices import InvoiceForm, LineForm
from tests.launcher import StartedApp, free_ports, started, wait_for
from tests.security.sockets import APP, hydrating, raw_socket
from tests.stories.books import open_books

pytestmark = pytest.mark.long
PASSWORD, WRONG = "canary-password-1b7c", "canary-wrong-password-77aa"
GIVEN = {
    "encryption key": "canary-encryption-key-5f0e8d3c9b",
    "client secret": "canary-client-secret-2d9f",
    "verifier": "canary-verifier-6c1a",
    "SMTP password": "canary-smtp-password-0c4d",
    "password": PASSWORD,
    "wrong password": WRONG,
}
CUSTOMERS = f"{APP}.bookipi_app___state___customers____customers_page"
SYNC_NOW = f"{APP}.bookipi_app___state___card____card_state.sync_now"
PAGES = ("/dashboard", "/invoices", "/customers", "/quickbooks", "/settings/profile", "/settings/integration")
FOLLOWING = PAGES[:4]  # those that load behind their own opening
SECONDS = 120.0


@dataclass
class Traces:
    """What a run left, by place; and the secrets that were in it."""

    secrets: dict[str, str] = field(default_factory=lambda: dict(GIVEN))
    places: dict[str, str] = field(default_factory=dict[str, str])

    def found(self, *but: tuple[str, str]) -> list[tuple[str, str]]:
        """Where which secret is, less the pairs that belong together."""
        return [
            (place, name)
            for place, text in self.places.items()
            for name, secret in self.secrets.items()
            if secret in text and (place, name) not in but
        ]


class Client:
    """A browser without scripts, which remembers every address and every answer."""

    def __init__(self, app: StartedApp) -> None:
        self.app = app
        self.http = httpx.Client(base_url=app.url, headers={"Origin": app.url}, timeout=60)
        self.addresses: list[str] = []
        self.answers: list[str] = []

    def go(self, method: str, address: str, **sent: str) -> httpx.Response:
        """One request; redirects are told, not followed."""
        foreign = address.startswith(self.app.sandbox_url)
        more = {"Origin": self.app.sandbox_url} if foreign else {}
        answer = self.http.request(method, address, data=sent or None, headers=more)
        self.addresses += [str(answer.request.url), answer.headers.get("location", "")]
        if not foreign:
            self.answers.append(answer.text)
        return answer

    def connect(self, realm: str) -> str:
        """Leave for QuickBooks, allow, and come back."""
        asked = self.go("GET", "/oauth/quickbooks/start").headers["location"]
        here = f"{self.app.sandbox_url}/login"
        self.go("POST", here, email="maria@cedar.test", password="any", next="/")
        given = dict(parse_qsl(urlsplit(asked).query))
        back = self.go("POST", asked.partition("?")[0], **given, realm=realm, decision="allow")
        where = urlsplit(back.headers["location"])
        return self.go("GET", f"{where.path}?{where.query}").headers["location"]


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traces]:
    environment = {
        "BOOKIPI_SECRET_KEY": GIVEN["encryption key"],
        "BOOKIPI_SANDBOX_SECRET": GIVEN["client secret"],
        "BOOKIPI_SANDBOX_VERIFIER": GIVEN["verifier"],
        "SMTP_URL": f"smtp://mailer:{GIVEN['SMTP password']}@127.0.0.1:{free_ports(1)[0]}",
    }
    with started(tmp_path_factory.mktemp("canaries") / "var", **environment) as app:
        yield _live(app)


def _live(app: StartedApp) -> Traces:
    """Sign up, connect, sync, share, fail in every way; then gather what is left of it."""
    traces, client, store = Traces(), Client(app), Database(app.database_url)
    books, frames = open_books(app.sandbox_url), list[str]()
    form = {"email": "canary@example.com", "name": "Canary", "country": "US", "company_name": "Canary Works"}
    client.go("POST", "/auth/sign-up", **form, password=PASSWORD)
    assert client.connect(books.realm) == "/settings/integration/connected"
    cookie = client.http.cookies["bookipi_session"]
    link = _work(app, store, cookie, frames)
    _fail(app, client, books.realm, form["email"])
    client.go("GET", urlsplit(link).path)
    client.go("GET", f"{urlsplit(link).path}/invoice.pdf")
    traces.secrets |= _kept(store, books.realm) | {
        "cookie": cookie,
        "public-link secret": link.rpartition("/")[2],
    }
    traces.places |= {
        "frames": "\n".join(frames),
        "addresses": "\n".join(client.addresses),
        "answers": "\n".join(client.answers),
        "database": _bytes_of(app.var / "bookipi.db"),
        "redis": "\n".join(_redis(app.redis_url)),
        "logs": app.output + "\n".join(file.read_text() for file in (app.var / "log").glob("*.log*")),
    }
    store.engine.dispose()
    return traces


def _work(app: StartedApp, store: Database, cookie: str, frames: list[str]) -> str:
    """An invoice that is synced and shared; its public link."""
    with raw_socket(app, cookie) as socket:
        socket.call(f"{CUSTOMERS}.arrive_new", path="/customers/new")
        socket.call(f"{CUSTOMERS}.save_customer", {"sent": {"name": "Pecan Grove"}}, "/customers/new")
        wait_for(lambda: _synced(store) == 1, SECONDS, "the customer in QuickBooks")
        _save_invoice(store)
        socket.call(SYNC_NOW)
        wait_for(lambda: _synced(store) >= 2, SECONDS, "the invoice in QuickBooks")
        frames += socket.frames
    for page in PAGES:
        with raw_socket(app, cookie, boot=hydrating(page)) as socket:
            socket.settle(page)
            while page in FOLLOWING and '"loaded_rx_state_":true' not in socket.heard:
                socket.receive()
            frames += socket.frames
    with store.reading() as session:
        invoice = session.exec(select(Invoice)).all()[-1]
    path = f"/invoices/{invoice.id}"
    with raw_socket(app, cookie, boot=hydrating(path)) as socket:
        while "/i/" not in socket.receive():
            pass
    return next(part for part in socket.heard.split('"') if "/i/" in part and "pdf" not in part)


def _save_invoice(store: Database) -> None:
    """As the editor does it; the run is told by the caller."""
    now = datetime.now(UTC)
    with store.transaction() as session:
        customer = session.exec(select(Customer).where(Customer.name == "Pecan Grove")).one()
        line = LineForm(description="Weekly visit", quantity="1", price="10")
        form = InvoiceForm(customer_id=str(customer.id), lines=[line])
        invoices.save(session, customer.company_id, None, form, issue=True, now=now, who="Canary")
        session.info.pop(AFTER_COMMIT, None)


def _fail(app: StartedApp, client: Client, realm: str, email: str) -> None:
    """A log-in, a webhook, a way back, a page, a mail and QuickBooks itself go wrong."""
    stranger = Client(app)
    for password in (WRONG, PASSWORD + WRONG, ""):
        stranger.go("POST", "/auth/sign-in", email=email, password=password)
    stranger.go("POST", "/auth/sign-up", email="no", password=PASSWORD)
    client.go("POST", "/auth/password", current=WRONG, password=PASSWORD)
    stranger.go("POST", "/auth/forgot", email=email)
    stranger.go("POST", "/webhooks/quickbooks", nonsense=GIVEN["verifier"][:6])
    client.go("GET", "/oauth/quickbooks/callback?error=access_denied&state=x")
    client.go("GET", "/oauth/quickbooks/callback?code=x&state=y&realmId=1")
    client.go("GET", "/nowhere")
    client.go("GET", "/i/nothing/invoice.pdf")
    for trouble in ({"status": 401}, {"status": 500}, {"status": 429}):
        body = {"kind": "status", "route": "cdc", "count": 1, "realm": realm, **trouble}
        httpx.post(f"{app.sandbox_url}/sandbox/faults", json=body, timeout=60)
    with raw_socket(app, client.http.cookies["bookipi_session"]) as socket:
        for _ in range(3):
            socket.call(SYNC_NOW)
    client.answers += stranger.answers
    client.addresses += stranger.addresses


def _synced(store: Database) -> int:
    with store.reading() as session:
        flags = session.exec(select(SyncRecord.flag)).all()
    return sum(flag in (Flag.SYNCED, Flag.DIFFERS) for flag in flags)


def _kept(store: Database, realm: str) -> dict[str, str]:
    """The secrets that the app made itself or was given by QuickBooks."""
    wait_for(lambda: _letter(store), SECONDS, "the letter with the reset link")
    with store.reading() as session:
        connection = session.exec(select(Connection).where(Connection.realm_id == realm)).one()
        hashed = session.exec(select(User.password_hash).where(User.email == "canary@example.com")).one()
    vault = Vault(GIVEN["encryption key"])
    access, refresh = vault.open(connection.tokens_sealed or "", connection.company_id, realm)
    key = _letter(store).rpartition("key=")[2]
    return {"access token": access, "refresh token": refresh, "password hash": hashed, "reset key": key}


def _letter(store: Database) -> str:
    with store.reading() as session:
        letters = session.exec(select(Mail).order_by(col(Mail.created_at))).all()
    return next((one.link for one in letters if "reset-password" in one.link), "")


def _bytes_of(database: Path) -> str:
    files = (database, Path(f"{database}-wal"))
    return "".join(file.read_bytes().decode("latin-1") for file in files if file.exists())


def _redis(url: str) -> Iterator[str]:
    """Every key with its value, jobs and their arguments among them."""
    client = Redis.from_url(url)
    for key in client.scan_iter():
        yield repr(key)
        kind = client.type(key)
        if kind == b"string":
            yield repr(client.get(key))
        elif kind == b"hash":
            yield repr(client.hgetall(key))
        elif kind == b"list":
            yield repr(client.lrange(key, 0, -1))
        elif kind in (b"zset", b"set"):
            yield repr(client.zrange(key, 0, -1) if kind == b"zset" else client.smembers(key))


def test_bad_input_43_refused_no_secret_is_found_where_it_does_not_belong(traces: Traces) -> None:
    assert len(traces.secrets) >= 12
    assert all(len(secret) > 12 for secret in traces.secrets.values())
    belongs = [
        ("database", "password hash"),  # that is where it is kept
        ("database", "reset key"),  # in its letter, until that is gone: tests/services/test_mailer.py
        ("addresses", "public-link secret"),  # it is an address
    ]
    assert traces.found(*belongs) == []


def test_bad_input_43_accepted_every_place_was_really_looked_at(traces: Traces) -> None:
    """Where something belongs, it is found; and no place is empty."""
    assert ("database", "password hash") in traces.found()
    assert ("addresses", "public-link secret") in traces.found()
    marks = {
        "frames": "Pecan Grove",
        "database": "Pecan Grove",
        "addresses": "/oauth/quickbooks/callback",
        "answers": "<html",
        "redis": "bookipi",
        "logs": "a webhook with a wrong signature",
    }
    assert [place for place, mark in marks.items() if mark not in traces.places[place]] == []


def test_bad_input_30_refused_no_frame_holds_a_secret(traces: Traces) -> None:
    assert [name for place, name in traces.found() if place == "frames"] == []
    assert not any(word in traces.places["frames"] for word in ("$argon2", "tokens_sealed", "RT1-"))


def test_bad_input_30_accepted_the_frames_hold_what_the_pages_show(traces: Traces) -> None:
    assert "Canary Works" in traces.places["frames"]
    assert "Pecan Grove" in traces.places["frames"]
