"""`GET /files/quickbooks-log.csv`: the log of the QuickBooks page with its filters, streamed as it is read.

What begins like a formula is kept from being one: a spreadsheet would run `=…` that somebody wrote into a name.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bookipi_app.clock import system_clock
from bookipi_app.db import database, reading
from bookipi_app.services import activity_log, auth
from bookipi_app.services.lists import ListQuery
from bookipi_app.settings import settings

FILTERS = ("side", "kind", "result")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
LINES_AT_ONCE = 200


async def log_file(request: Request) -> Response:
    """The file, of the signed-in person's company; a stranger is led to the log-in."""
    company_id = await asyncio.to_thread(_company, request.cookies.get(auth.COOKIE(settings()), ""))
    if company_id is None:
        return RedirectResponse("/sign-in?next=%2Fquickbooks", 303)
    asked = request.query_params
    query = ListQuery(
        search=asked.get("search", "")[:200], filters={name: asked.get(name, "")[:40] for name in FILTERS}
    )
    rows = activity_log.file_rows(database(), company_id, query, now=system_clock())
    return StreamingResponse(
        _chunks(lines_of(rows)),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="quickbooks-activity.csv"',
            "Cache-Control": "no-store",
        },
    )


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def lines_of(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """CSV text, some lines at a time."""
    buffer = io.StringIO(MARK)
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(cell) for cell in row])
        if number % LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


async def _chunks(texts: Iterator[str]) -> AsyncIterator[str]:
    """Each piece is read in a thread, so that a long file keeps nobody waiting."""
    while (text := await asyncio.to_thread(next, texts, None)) is not None:
        yield text


def _company(cookie: str) -> UUID | None:
    with reading() as session:
        who = auth.who(session, cookie, system_clock())
    return who.company_id if who else None


routes = [Route("/files/quickbooks-log.csv", log_file, methods=["GET"])]
