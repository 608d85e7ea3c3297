"""`POST /webhooks/quickbooks`: verify, store once, wake, answer. Nothing else happens before the 200.

Intuit wants its answer within three seconds, and holds back later events while one is refused: a refusal is for a wrong
signature alone, and for a moment when nothing can be stored.
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bookipi_app.clock import system_clock
from bookipi_app.db import Turn, transaction
from bookipi_app.quickbooks import webhooks
from bookipi_app.services import inbox
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
LARGEST_BODY = 5 * 1024 * 1024


class _TooLarge(Exception):
    pass


async def receive(request: Request) -> Response:
    """One delivery of Intuit, or of somebody who pretends to be."""
    verifier = settings().quickbooks_verifier_token
    if not verifier:
        return PlainTextResponse("Webhooks are not set up here.", 503)
    try:
        body = await _body(request)
    except _TooLarge:
        return PlainTextResponse("Too large.", 413)
    if not webhooks.verify(request.headers.get("intuit-signature", ""), body, verifier):
        log.warning("a webhook with a wrong signature, %d bytes", len(body))
        return PlainTextResponse("Wrong signature.", 401)
    try:
        await asyncio.to_thread(_store, body)
    except SQLAlchemyError as error:
        log.error("a webhook could not be stored: %s", type(error).__name__)
        return PlainTextResponse("Try again.", 503)
    return PlainTextResponse("", 200)


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > LARGEST_BODY:
        raise _TooLarge
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise _TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def _store(body: bytes) -> None:
    delivery = webhooks.parse(body)
    now = system_clock()
    with transaction(Turn.NONE) as session:
        inbox.take(session, [_notice(event) for event in delivery.events], now)
        if delivery.oddities:
            inbox.set_aside(session, delivery.oddities, body, now)


def _notice(event: webhooks.Event) -> inbox.Notice:
    return inbox.Notice(
        id=event.id,
        realm_id=event.realm_id,
        entity=event.entity,
        remote_id=event.remote_id,
        operation=event.operation,
        happened_at=event.happened_at,
        deleted_id=event.deleted_id,
        again=event.id.startswith(webhooks.LEGACY),
    )


routes = [Route("/webhooks/quickbooks", receive, methods=["POST"])]
