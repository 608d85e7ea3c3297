"""`POST /webhooks/quickbooks`: verify, store once, wake, answer. Nothing else happens before the 200.

Intuit wants its answer within three seconds, and holds back later events while one is refused: a refusal is for a wrong
signature alone, and for a moment when nothing can be stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bookipi_app import metrics, trace
from bookipi_app.api.intake import Arrived, Intake
from bookipi_app.api.limits import Limit
from bookipi_app.clock import system_clock
from bookipi_app.db import Turn, transaction
from bookipi_app.quickbooks import webhooks
from bookipi_app.services import inbox
from bookipi_app.settings import settings

log = logging.getLogger(__name__)
LARGEST_BODY = 5 * 1024 * 1024
PATIENCE_SECONDS = 10.0  # Intuit itself gives up after three
# Its address is never limited: behind a proxy it may be everybody's, and a refused delivery holds back all that follow.
COMPLAINTS = Limit(10)
OUTCOMES = {200: "stored", 401: "wrong signature", 408: "too slow", 413: "too large", 503: "not stored"}

_intakes: WeakKeyDictionary[asyncio.AbstractEventLoop, Intake] = WeakKeyDictionary()


class _TooLarge(Exception):
    pass


async def receive(request: Request) -> Response:
    """One delivery of Intuit, or of somebody who pretends to be."""
    answer = await _answer(request)
    metrics.webhook_deliveries.labels(OUTCOMES[answer.status_code]).inc()
    return answer


async def _answer(request: Request) -> Response:
    verifier = settings().quickbooks_verifier_token
    if not verifier:
        return PlainTextResponse("Webhooks are not set up here.", 503)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            body = await _body(request)
    except _TooLarge:
        return PlainTextResponse("Too large.", 413)
    except TimeoutError:
        return PlainTextResponse("Too slow.", 408)
    if not webhooks.verify(request.headers.get("intuit-signature", ""), body, verifier):
        if COMPLAINTS.allows(""):  # all are counted; who sends thousands fills no log
            log.warning("a webhook with a wrong signature, %d bytes", len(body))
        return PlainTextResponse("Wrong signature.", 401)
    if failure := await _intake().store(Arrived(body, trace.current())):
        log.error("a webhook could not be stored: %s", type(failure).__name__)
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


def _intake() -> Intake:
    """That of the running event loop: a server has one, tests have many."""
    loop = asyncio.get_running_loop()
    if loop not in _intakes:
        _intakes[loop] = Intake(_keep)
    return _intakes[loop]


def _keep(group: Sequence[Arrived]) -> Sequence[Exception | None]:
    """Store deliveries in one transaction; if one of them is at fault, each in its own."""
    try:
        _store(group)
    except OperationalError as away:  # the database, not a delivery
        return [away] * len(group)
    except SQLAlchemyError as fault:
        return [fault] if len(group) == 1 else [why for one in group for why in _keep([one])]
    return [None] * len(group)


def _store(group: Sequence[Arrived]) -> None:
    now = system_clock()
    parsed = [(one, webhooks.parse(one.body)) for one in group]
    notices = [_notice(event, one.trace) for one, delivery in parsed for event in delivery.events]
    with transaction(Turn.NONE) as session:
        taken = inbox.take(session, notices, now)
        for one, delivery in parsed:
            if delivery.oddities:
                inbox.set_aside(session, delivery.oddities, one.body, now)
    metrics.webhook_events.labels("taken").inc(taken)
    metrics.webhook_events.labels("ignored").inc(len(notices) - taken)


def _notice(event: webhooks.Event, known: str) -> inbox.Notice:
    return inbox.Notice(
        id=event.id,
        realm_id=event.realm_id,
        entity=event.entity,
        remote_id=event.remote_id,
        operation=event.operation,
        happened_at=event.happened_at,
        deleted_id=event.deleted_id,
        again=event.id.startswith(webhooks.LEGACY),
        trace=known,
    )


routes = [Route("/webhooks/quickbooks", receive, methods=["POST"])]
