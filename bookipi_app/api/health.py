"""`GET /healthz/live`: does this process answer. `GET /healthz`: does what it needs work, does anything wait too long.

Without the database nothing can be saved or shown: 503, send nobody here. Everything else that may be wrong costs time
and nothing more, so the answer stays 200 and says `degraded`, with each problem by a fixed name: a page that works must
not be taken away because Redis is being restarted.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bookipi_app import pulse, queue
from bookipi_app.clock import system_clock
from bookipi_app.db import reading
from bookipi_app.services import upkeep

log = logging.getLogger(__name__)
NO_STORE = {"cache-control": "no-store"}


async def live(_request: Request) -> JSONResponse:
    """Nothing is asked of anybody: who restarts this process for it must not do so because of the database."""
    return JSONResponse({"status": "alive"}, headers=NO_STORE)


async def ready(_request: Request) -> JSONResponse:
    """The whole, in names and numbers."""
    database, rest = await asyncio.gather(asyncio.to_thread(_database), asyncio.to_thread(_redis))
    problems = [*database.pop("problems"), *rest.pop("problems")]
    down = database["database"] == "down"
    status = "down" if down else "degraded" if problems else "ok"
    body = {"status": status, "problems": problems, **database, **rest}
    return JSONResponse(body, 503 if down else 200, NO_STORE)


def _database() -> dict[str, Any]:
    try:
        with reading() as session:
            found = upkeep.pending(session, system_clock())
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", type(error).__name__)
        return {"database": "down", "problems": ["database"]}
    oldest = None if found.oldest is None else round(found.oldest.total_seconds())
    waiting = {"records": found.records, "writes": found.writes, "oldest_seconds": oldest}
    return {"database": "ok", "pending": waiting, "problems": ["pending"] if found.late else []}


def _redis() -> dict[str, Any]:
    if not queue.reachable():
        return {"redis": "down", "problems": ["redis"]}
    try:
        seen = pulse.seen()
    except RedisError:
        return {"redis": "down", "problems": ["redis"]}
    missing = [role for role in queue.needed() if role not in seen]
    return {"redis": "ok", "seen_seconds_ago": seen, "problems": missing}


routes = [
    Route("/healthz/live", live, methods=["GET"]),
    Route("/healthz", ready, methods=["GET"]),
]
