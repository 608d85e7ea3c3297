"""The three modules of routes in a bare Starlette app, with a real database and the sandbox's core as QuickBooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bookipi_app import db, live, queue, settings
from bookipi_app.api import health, quickbooks_oauth, quickbooks_webhook
from bookipi_app.models import Company, Connection, User
from bookipi_app.quickbooks import client, oauth
from bookipi_app.sandbox import oauth as sandbox_oauth
from bookipi_app.services import auth
from tests.quickbooks.books import Books
from tests.stores import new_store

SCOPE = "com.intuit.quickbooks.accounting"


class App:
    """The app as a browser and as Intuit see it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, *presets: str) -> None:
        self.books = Books(*presets, real_time=True)
        chosen = settings.settings()
        self.books.sandbox.register_app(
            chosen.quickbooks_client_id, chosen.quickbooks_client_secret, [chosen.redirect_uri]
        )
        self.database = new_store(folder / "bookipi.db")
        self.woken: list[UUID] = []
        monkeypatch.setattr(db, "database", lambda: self.database)
        monkeypatch.setattr(queue, "wake", self.woken.append)
        monkeypatch.setattr(live, "publish", lambda *_: None)
        for module in (client, oauth):
            monkeypatch.setattr(module, "pooled", lambda: self.books.http)
        self.routes = [*health.routes, *quickbooks_oauth.routes, *quickbooks_webhook.routes]

    def browser(self) -> TestClient:
        return TestClient(
            Starlette(routes=self.routes), follow_redirects=False, raise_server_exceptions=False
        )

    def signed_in(self, email: str = "maria@cedar.test", country: str = "US") -> Browser:
        """A person with a company, in a browser of their own."""
        with self.database.transaction() as session:
            user = session.exec(select(User).where(User.email_key == email)).one_or_none()
            if user is None:
                user = self._person(email, country)
                session.add(user)
                session.flush()
                company = Company(
                    user_id=user.id, name="Cedar & Stone", country=country, created_at=datetime.now(UTC)
                )
                session.add(company)
                session.flush()
                user.default_company_id = company.id
                session.flush()
            assert user.default_company_id
            cookie = auth.start_session(session, user, user_agent="test", now=datetime.now(UTC))
            company_id = user.default_company_id
        http = self.browser()
        http.cookies.set(auth.COOKIE(settings.settings()), cookie)
        return Browser(self, http, company_id, user.id)

    def _person(self, email: str, country: str) -> User:
        return User(
            email=email,
            email_key=email,
            name="Maria",
            country=country,
            password_hash="none",
            created_at=datetime.now(UTC),
        )

    def code(self, realm: str = "") -> str:
        """Consent in QuickBooks to one company."""
        world = self.books.sandbox.world
        chosen = settings.settings()
        app = world.apps[chosen.quickbooks_client_id]
        return sandbox_oauth.issue_code(
            world, app, realm or self.books.realm, chosen.redirect_uri, SCOPE, self.books.clock()
        )

    def connections(self) -> list[Connection]:
        with self.database.reading() as session:
            return list(session.exec(select(Connection)).all())

    def revoked(self, realm: str) -> bool:
        return self.books.sandbox.world.grants[settings.settings().quickbooks_client_id, realm].revoked


class Browser:
    """One signed-in browser."""

    def __init__(self, app: App, http: TestClient, company_id: UUID, user_id: UUID) -> None:
        self.app = app
        self.http = http
        self.company_id = company_id
        self.user_id = user_id

    def start(self) -> str:
        """Leave for QuickBooks; the state that was sent along, or the address if it was refused."""
        answer = self.http.get("/oauth/quickbooks/start")
        assert answer.status_code == 303
        where = urlsplit(answer.headers["location"])
        return (
            parse_qs(where.query)["state"][0]
            if where.path == "/connect/oauth2"
            else answer.headers["location"]
        )

    def back(self, **query: str) -> str:
        """Come back from QuickBooks; where the browser is led."""
        answer = self.http.get("/oauth/quickbooks/callback", params=query)
        assert answer.status_code == 303
        assert answer.headers["cache-control"] == "no-store"
        return answer.headers["location"]

    def connect(self, realm: str = "") -> str:
        realm = realm or self.app.books.realm
        return self.back(state=self.start(), code=self.app.code(realm), realmId=realm)


@contextmanager
def fresh_settings(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Settings of this test alone."""
    for name in ("INTUIT_CLIENT_ID", "DATABASE_URL", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BOOKIPI_VAR", str(folder))
    monkeypatch.setenv("BOOKIPI_SECRET_KEY", "a key for tests, long enough to be one")
    settings.settings.cache_clear()
    oauth._known.clear()  # pyright: ignore[reportPrivateUsage]
    yield
    settings.settings.cache_clear()
