"""Every request gets an id, is counted, and a failure that nobody foresaw is answered without a word about itself.

The id goes along with whatever the request sets going, and back in `X-Request-Id`: who writes to support can name it.
An id that a client sends is not believed.
"""

from __future__ import annotations

import logging
import re
import time

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookipi_app import metrics, trace

log = logging.getLogger(__name__)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
MOST_ROUTES = 200  # labels that are kept apart; whatever comes later is counted together
FAILED = "That did not work, and it is our fault. It was written down under {trace}."
ID = re.compile(r"/[^/]*[0-9A-F-]{16,}[^/]*(?=/|$)|/[0-9]+(?=/|$)|/[^/]{24,}(?=/|$)", re.IGNORECASE)
_routes: set[str] = set()


def observed(app: ASGIApp) -> ASGIApp:
    """The wrapper around everything that answers."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        with trace.following("") as known:
            await _answer(app, scope, receive, send, known)

    return wrapped


async def _answer(app: ASGIApp, scope: Scope, receive: Receive, send: Send, known: str) -> None:
    begun, code = time.monotonic(), 0

    async def sending(message: Message) -> None:
        nonlocal code
        if message["type"] == "http.response.start":
            code = message["status"]
            message = {**message, "headers": [*message["headers"], (b"x-request-id", known.encode())]}
        await send(message)

    try:
        await app(scope, receive, sending)
    except Exception:
        log.exception("a request failed: %s %s", _method(scope), route_of(scope["path"], 500))
        if code:
            raise  # half an answer is sent: the server has to break it off
        await PlainTextResponse(FAILED.format(trace=known), 500)(scope, receive, sending)
    finally:
        route = route_of(scope["path"], code)
        metrics.http_requests.labels(_method(scope), route, str(code or "none")).inc()
        metrics.http_seconds.labels(route).observe(time.monotonic() - begun)


def route_of(path: str, code: int) -> str:
    """The address as a label: without ids and keys, and of few different values whatever visitors ask for."""
    if code in (404, 405):
        return "unknown"
    if path.startswith("/assets/"):
        return "/assets"
    route = ID.sub("/ID", path)[:80]
    if route not in _routes and len(_routes) >= MOST_ROUTES:
        return "other"
    _routes.add(route)
    return route


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"
