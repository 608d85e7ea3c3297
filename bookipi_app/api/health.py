"""`GET /healthz`: does this process answer, and does its database. Redis may be away: the timers make up for it."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bookipi_app import queue
from bookipi_app.db import reading

log = logging.getLogger(__name__)


async def healthz(_request: Request) -> JSONResponse:
    """200 if the database answers; the state of Redis is told, and changes nothing."""
    database, redis = await asyncio.gather(
        asyncio.to_thread(_database_answers), asyncio.to_thread(queue.reachable)
    )
    body = {"database": "ok" if database else "down", "redis": "ok" if redis else "down"}
    return JSONResponse(body, 200 if database else 503, {"cache-control": "no-store"})


def _database_answers() -> bool:
    try:
        with reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", type(error).__name__)
        return False
    return True


routes = [Route("/healthz", healthz, methods=["GET"])]
