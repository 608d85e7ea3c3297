"""Intuit's OAuth 2: where to send the browser, and the three calls that give, renew and end a grant.

The addresses come from Intuit's discovery document, as Intuit asks; only Intuit's own hosts, or the host that serves
the document, are believed in it. This is the only module that knows authlib.
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import parameters

from bookipi_app import exactjson
from bookipi_app.clock import Clock
from bookipi_app.errors import TryLater
from bookipi_app.quickbooks.faults import GrantLost, Unknown, failure_of
from bookipi_app.quickbooks.transport import Http, Received, pooled, send
from bookipi_app.quickbooks.wire import Json, as_object, as_text
from bookipi_app.quickbooks.words import words_for
from bookipi_app.settings import Settings, settings

log = logging.getLogger(__name__)
SCOPE = "com.intuit.quickbooks.accounting"
DISCOVERY_LASTS = timedelta(hours=24)
SHORTEST_TOKEN_SECONDS = 1
REFRESH_DAYS = 100  # when Intuit does not say
ASK_FOR_END = {
    "x-include-refresh-token-hard-expires-in": "true"
}  # else Intuit keeps the grant's own end to itself
LONGEST_SECONDS = 10**9


@dataclass(frozen=True)
class TokenPair:
    """What a grant is used with. Neither token is ever shown, not even in a traceback."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime  # if it is not used until then
    grant_expires_at: datetime | None = None  # whatever is done; None = Intuit did not say


@dataclass(frozen=True)
class Endpoints:
    """Three addresses of the discovery document."""

    authorization: str
    token: str
    revocation: str


_known: dict[str, tuple[datetime, Endpoints]] = {}


# authlib has no types: what goes in and what comes out is said here.
_grant_uri: Callable[..., str] = parameters.prepare_grant_uri  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
_token_request: Callable[..., str] = parameters.prepare_token_request  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


class OAuth:
    """This app, as Intuit knows it."""

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        discovery_url: str,
        redirect_uri: str,
        clock: Clock,
        http: Http,
    ) -> None:
        self._client_id = client_id
        self._credentials = (client_id, client_secret)
        self._discovery_url = discovery_url
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._http = http

    @classmethod
    def of(cls, chosen: Settings, clock: Clock, http: Http | None = None) -> OAuth:
        """The app of these settings."""
        return cls(
            client_id=chosen.quickbooks_client_id,
            client_secret=chosen.quickbooks_client_secret,
            discovery_url=chosen.quickbooks_discovery_url,
            redirect_uri=chosen.redirect_uri,
            clock=clock,
            http=http or pooled(),
        )

    def authorize_url(self, state: str) -> str:
        """Where the browser goes to sign in, choose a company and consent."""
        return _grant_uri(
            self.endpoints().authorization,
            self._client_id,
            "code",
            redirect_uri=self._redirect_uri,
            scope=SCOPE,
            state=state,
        )

    def exchange(self, code: str) -> TokenPair:
        """The first pair of a grant. A code works once: this must not be repeated.

        Raises:
            GrantLost: the code is wrong, used or too old.
        """
        return self._pair(self._token_call("authorization_code", code=code, redirect_uri=self._redirect_uri))

    def refresh(self, refresh_token: str) -> TokenPair:
        """The next pair. Its refresh token may differ; then the old one is dead.

        Raises:
            GrantLost: the grant was withdrawn or ran out. Final.
        """
        return self._pair(self._token_call("refresh_token", refresh_token=refresh_token))

    def revoke(self, token: str) -> None:
        """End the grant. A grant that has ended already is as good."""
        received = self._post(
            self.endpoints().revocation, exactjson.dumps({"token": token}), "application/json"
        )
        if received.status not in (200, 400):
            raise self._failure(received)

    def endpoints(self) -> Endpoints:
        """The addresses, read once a day and kept when the document cannot be read again."""
        read_at, endpoints = _known.get(self._discovery_url, (None, None))
        if endpoints and read_at and self._clock() - read_at < DISCOVERY_LASTS:
            return endpoints
        try:
            endpoints = self._discover()
        except TryLater:
            if endpoints is None:
                raise
            return endpoints
        _known[self._discovery_url] = (self._clock(), endpoints)
        return endpoints

    def _discover(self) -> Endpoints:
        received = send(self._http, self._http.build_request("GET", self._discovery_url))
        document = _object(received)
        if received.status != 200:
            raise self._failure(received)
        return Endpoints(
            authorization=self._address(document, "authorization_endpoint"),
            token=self._address(document, "token_endpoint"),
            revocation=self._address(document, "revocation_endpoint"),
        )

    def _address(self, document: Mapping[str, Any], name: str) -> str:
        """An address of the document, if it is one that may be given our secret."""
        address = as_text(document.get(name))
        url, own = urlsplit(address), urlsplit(self._discovery_url)
        intuit = url.scheme == "https" and f".{url.hostname}".endswith(".intuit.com")
        if not (intuit or (url.scheme, url.netloc) == (own.scheme, own.netloc)):
            raise Unknown(f"Intuit's discovery document names an unexpected host for {name}.")
        return address

    def _token_call(self, grant_type: str, **fields: str) -> Json:
        body = _token_request(grant_type, **fields)
        received = self._post(self.endpoints().token, body, "application/x-www-form-urlencoded", ASK_FOR_END)
        if received.status != 200:
            raise self._failure(received)
        return _object(received)

    def _post(self, url: str, body: str, kind: str, more: Mapping[str, str] | None = None) -> Received:
        headers = {"content-type": kind, **(more or {})}
        request = self._http.build_request("POST", url, content=body.encode(), headers=headers)
        request.headers["authorization"] = _basic(*self._credentials)
        received = send(self._http, request)
        log.info("POST %s %s, tid %s", urlsplit(url).path, received.status, received.tid)
        return received

    def _failure(self, received: Received) -> Exception:
        """`invalid_grant` alone ends a grant: wrong keys of ours or a bad day of Intuit's must not."""
        error = as_text(_object(received).get("error"))
        if error == "invalid_grant":
            return GrantLost(words_for("3200"), error, received.tid)
        if error:
            return Unknown(f"Intuit does not accept this app ({error[:60]}).", None, received.tid, error[:60])
        if received.status == 429:
            wait = received.headers.get("retry-after", "")
            return failure_of(429, None, now=self._clock(), realm_id="", tid=received.tid, wait=wait)
        return Unknown("Intuit's log-in service had a failure of its own.", None, received.tid)

    def _pair(self, answer: Json) -> TokenPair:
        access, refresh = as_text(answer.get("access_token")), as_text(answer.get("refresh_token"))
        lasts = answer.get("expires_in")
        if not access or not refresh or type(lasts) is not int or lasts < SHORTEST_TOKEN_SECONDS:
            raise Unknown("Intuit's answer was not understood.")
        now, idle = self._clock(), _seconds(answer.get("x_refresh_token_expires_in"))
        end = _seconds(answer.get("x_refresh_token_hard_expires_in"))
        return TokenPair(
            access,
            refresh,
            now + timedelta(seconds=min(lasts, 86_400)),
            now + (idle or timedelta(days=REFRESH_DAYS)),
            now + end if end else None,
        )


def _seconds(value: object) -> timedelta | None:
    """A duration that Intuit names, if it makes sense."""
    return timedelta(seconds=value) if type(value) is int and 0 < value < LONGEST_SECONDS else None


def this_app(clock: Clock, http: Http | None = None) -> OAuth:
    """The app of this process' settings."""
    return OAuth.of(settings(), clock, http)


def _basic(name: str, secret: str) -> str:
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


def _object(received: Received) -> Json:
    try:
        return as_object(exactjson.loads(received.body))
    except (ValueError, RecursionError):
        return {}
