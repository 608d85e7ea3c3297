"""A file of comma-separated values, streamed as it is read.

What begins like a formula is kept from being one: a spreadsheet would run `=…` that somebody wrote into a name.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from uuid import UUID

from starlette.requests import Request
from starlette.responses import StreamingResponse

from bookipi_app.clock import system_clock
from bookipi_app.db import reading
from bookipi_app.services import auth
from bookipi_app.settings import settings

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
AMOUNT = re.compile(r"-\d+\.\d\d\Z")
MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else
LINES_AT_ONCE = 200


def csv_response(rows: Iterable[tuple[str, ...]], name: str) -> StreamingResponse:
    """The answer that the browser saves under a name."""
    return StreamingResponse(
        _chunks(lines_of(rows)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def company_asking(request: Request) -> UUID | None:
    """The company of the person behind a request; None for a stranger."""
    cookie = request.cookies.get(auth.cookie_name(settings()), "")
    return await asyncio.to_thread(_company, cookie)


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula. A negative amount stays a number."""
    return f"'{text}" if text.lstrip(" ").startswith(RISKY) and not AMOUNT.match(text) else text


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
