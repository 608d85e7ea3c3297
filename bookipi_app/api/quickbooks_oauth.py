"""The way to Intuit's log-in and back: start, callback, and the page that Intuit opens after a disconnection there.

Nothing is stored before everything about the company has been read; then all of it in one transaction. Every way out is
a page of the app: the result, or Settings → Integration with a short code that says what went wrong.
"""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from bookipi_app.clock import system_clock
from bookipi_app.db import reading, transaction
from bookipi_app.errors import TryLater, UserMustAct
from bookipi_app.models import Connection, ConnectionStatus
from bookipi_app.quickbooks import index, realm
from bookipi_app.quickbooks.auth import this_vault
from bookipi_app.quickbooks.faults import Forbidden, GrantLost
from bookipi_app.quickbooks.oauth import TokenPair, this_app
from bookipi_app.services import activity, auth, connections, guesses
from bookipi_app.services.connections import Grant, Refusal
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
INTEGRATION = "/settings/integration"
CONNECTED = "/settings/integration/connected"
REVIEW = "/quickbooks"  # what changed meanwhile is seen first
DISCONNECTED = "/quickbooks/disconnected"
READING_LASTS = timedelta(seconds=25)  # of names, while a browser waits; more is left to the engine
MOST_STARTS = 20  # of a browser in a quarter of an hour; each leaves a state and may cost calls to Intuit
_REALM = re.compile(r"[0-9]{1,32}", re.ASCII)


async def start(request: Request) -> RedirectResponse:
    """Leave for Intuit's log-in."""
    return _to(await asyncio.to_thread(_start, _cookie(request)))


async def callback(request: Request) -> RedirectResponse:
    """Come back from it, with a code or with a refusal."""
    query = {
        name: request.query_params.get(name, "")[:2000] for name in ("code", "state", "realmId", "error")
    }
    return _to(await asyncio.to_thread(_callback, _cookie(request), query))


async def disconnected(request: Request) -> RedirectResponse:
    """Intuit opens this after somebody disconnected the app there. The engine asks Intuit itself, now."""
    await asyncio.to_thread(_ask_now, _cookie(request))
    return _to(DISCONNECTED)


def _start(cookie: str) -> str:
    now = system_clock()
    try:
        with transaction() as session:
            who = auth.who(session, cookie, now)
            if who is None:
                return "/sign-in"
            if not guesses.may(session, f"connect:{who.session_id}", MOST_STARTS, now):
                raise Refusal("often")
            state = connections.begin(session, who, now)
        return this_app(system_clock).authorize_url(state)
    except Refusal as refusal:
        return _problem(refusal.code)
    except TryLater as failure:
        log.warning("no way to Intuit's log-in: %s", failure.reason)
        return _problem("unreachable")


def _callback(cookie: str, query: dict[str, str]) -> str:
    try:
        who = _take_state(cookie, query["state"])
        if query["error"]:
            return _problem("declined" if query["error"] == "access_denied" else "refused")
        if not query["code"] or not _REALM.fullmatch(query["realmId"]):
            return _problem("callback")
        return _connect(who, query["code"], query["realmId"])
    except Refusal as refusal:
        return _problem(refusal.code)
    except Forbidden:
        return _problem("realm")
    except UserMustAct as failure:
        log.warning("a connection was refused: %s", failure.words)
        return _problem("code" if isinstance(failure, GrantLost) else "refused")
    except TryLater as failure:
        log.warning("a connection broke off: %s", failure.reason)
        return _problem("unreachable")


def _take_state(cookie: str, state: str) -> auth.Who:
    """The state is used up in a transaction of its own: it stays used whatever comes after."""
    now = system_clock()
    with transaction() as session:
        who = auth.who(session, cookie, now)
        if who is None:
            raise Refusal("signed-out")
        connections.take_state(session, who, state, now)
    return who


def _connect(who: auth.Who, code: str, realm_id: str) -> str:
    oauth = this_app(system_clock)
    pair = oauth.exchange(code)
    consent = realm.Consent(pair, realm_id, oauth, system_clock)
    try:
        found = consent.look()
        if not found.american:
            raise Refusal("not-us")
        with reading() as session:
            connections.check(session, who, realm_id)
        names, cursor = consent.names(READING_LASTS)
        status = _store(who, found, pair, names, cursor, consent.asked_at)
    except Refusal:
        _give_back(consent)
        raise
    return REVIEW if status is ConnectionStatus.REVIEW else CONNECTED


def _store(
    who: auth.Who,
    found: realm.Realm,
    pair: TokenPair,
    names: list[index.Row],
    cursor: datetime | None,
    asked_at: datetime | None,
) -> ConnectionStatus:
    grant = Grant(
        realm_id=found.id,
        quickbooks_name=found.name,
        tokens_sealed=this_vault().seal(pair, who.company_id, found.id),
        access_expires_at=pair.access_expires_at,
        refresh_expires_at=pair.refresh_expires_at,
        grant_expires_at=pair.grant_expires_at,
        connected_there=asked_at,
        company_info=found.company_info,
        income_account_id=found.income_account.id,
        income_account_name=found.income_account.name,
        default_item_id=found.default_item.id,
        default_item_name=found.default_item.name,
        preferences=found.preferences,
        cursor=cursor,
    )
    with transaction() as session:  # of all: another company may be about to take the same books
        connection: Connection = connections.finish(session, who, grant, system_clock())
        if cursor is not None:
            index.clear(session, connection.id)
            index.store(session, connection.id, names)
        return connection.status


def _give_back(consent: realm.Consent) -> None:
    """End a grant that is not kept; unless the realm is connected: it might be the very grant that it stands on."""
    with reading() as session:
        if connections.realm_in_use(session, consent.realm_id):
            return
    try:
        consent.give_back()
    except TryLater as failure:
        log.warning("a grant that is not kept could not be revoked: %s", failure.reason)


def _ask_now(cookie: str) -> None:
    """Anybody can open that address, so nothing is believed: QuickBooks is asked, and its answer ends the grant."""
    now = system_clock()
    try:
        with transaction() as session:
            who = auth.who(session, cookie, now)
            if who is not None:
                activity.sync_now(session, who.company_id, now)
    except UserMustAct as refusal:
        log.info("nothing to ask after a disconnection in QuickBooks: %s", refusal)


def _cookie(request: Request) -> str:
    return request.cookies.get(auth.COOKIE(settings()), "")


def _problem(code: str) -> str:
    return f"{INTEGRATION}?problem={quote(code)}"


def _to(address: str) -> RedirectResponse:
    """See Other, never cached, and never with this address, which holds the code, as a referrer."""
    return RedirectResponse(address, 303, {"cache-control": "no-store", "referrer-policy": "no-referrer"})


routes = [
    Route("/oauth/quickbooks/start", start, methods=["GET"]),
    Route("/oauth/quickbooks/callback", callback, methods=["GET"]),
    Route("/disconnect/quickbooks", disconnected, methods=["GET"]),
]
