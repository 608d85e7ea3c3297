"""QuickBooks for tests: the sandbox's core behind httpx, with a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.oauth import OAuth
from bookipi_app.quickbooks.transport import Http, http_client
from bookipi_app.sandbox.core import Request, Sandbox

START = datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)
ADDRESS = "http://books.test"
DISCOVERY = f"{ADDRESS}/.well-known/openid_sandbox_configuration"
BACK = "http://localhost:3000/oauth/quickbooks/callback"


@dataclass
class FixedTokens:
    """Tokens that a test chooses: the next one is given after each refusal."""

    tokens: list[str]
    refused: list[str] = field(default_factory=list[str])

    def access_token(self) -> str:
        return self.tokens[0]

    def refresh(self, failed_token: str) -> str:
        self.refused.append(failed_token)
        self.tokens.pop(0)
        return self.tokens[0]

    def revoke(self) -> None:
        self.tokens.clear()


class Books:
    """One sandbox with an app registered; everything sent to it is kept in `sent`."""

    def __init__(self, *presets: str, real_time: bool = False, **switches: object) -> None:
        self.now = START
        self.real_time = real_time
        self.sandbox = Sandbox(7, presets or ("us-manual-tax",), START - timedelta(days=30), switches)
        self.sandbox.register_app("client", "secret", [BACK])
        self.sent: list[httpx.Request] = []
        self.http: Http = http_client(httpx.MockTransport(self._answer))

    @property
    def realm(self) -> str:
        return self.sandbox.realms[0]

    def clock(self) -> datetime:
        return datetime.now(UTC) if self.real_time else self.now

    def client(self, realm: str = "") -> QuickBooks:
        realm = realm or self.realm
        grant = self.sandbox.grant(realm, self.clock())
        return QuickBooks(realm, FixedTokens([str(grant["access_token"])]), self.clock, self.http, ADDRESS)

    def oauth(self, client_secret: str = "secret") -> OAuth:
        return OAuth(
            client_id="client",
            client_secret=client_secret,
            discovery_url=DISCOVERY,
            redirect_uri=BACK,
            clock=self.clock,
            http=self.http,
        )

    def calls(self, ending: str) -> int:
        """How many requests went to a path with this ending."""
        return sum(request.url.path.endswith(ending) for request in self.sent)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        target = request.url.raw_path.decode()
        answer = self.sandbox.handle(
            Request.to(request.method, target, dict(request.headers), request.read()), self.clock()
        )
        if answer.dropped:
            raise httpx.ReadError("closed without an answer", request=request)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> QuickBooks:
    """A client whose every request is answered by a function."""
    return QuickBooks(
        "42",
        FixedTokens(["one", "two", "three"]),
        lambda: START,
        http_client(httpx.MockTransport(answer)),
        ADDRESS,
    )
