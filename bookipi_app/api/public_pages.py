"""The page of a public link, as HTTP sees it: *not found* when the link shows nothing.

The page itself is the same file for every link and says so in words; who reads no scripts, such as a search engine or
a mail scanner, gets it by the status.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookipi_app.api.auth import address_of
from bookipi_app.api.limits import Limit, too_often
from bookipi_app.db import database
from bookipi_app.errors import NotFound
from bookipi_app.services import public_links

VIEWS = Limit(300)  # of public links, each with its picture; an office shares one address


def with_status(app: ASGIApp) -> ASGIApp:
    """A wrapper for Reflex' own app, which answers every such address with 200."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        key = _key_of(scope)
        if key and not VIEWS.allows(address_of(Request(scope))):
            await too_often()(scope, receive, send)
        elif key and not await asyncio.to_thread(_is_open, key):
            await app(scope, receive, _not_found(send))
        else:
            await app(scope, receive, send)

    return wrapped


def _key_of(scope: Scope) -> str:
    if scope["type"] != "http" or not scope["path"].startswith(public_links.PATH):
        return ""
    return scope["path"].removeprefix(public_links.PATH).strip("/")


def _is_open(key: str) -> bool:
    try:
        with database().reading() as session:
            public_links.opened(session, key)
    except NotFound:
        return False
    return True


def _not_found(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = {**message, "status": 404}
        await send(message)

    return sending
