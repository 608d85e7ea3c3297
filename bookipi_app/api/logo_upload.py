"""`POST /settings/logo`: a logo comes in, by a plain form of the page Settings → Invoicing.

The file is limited while it arrives, and drawn anew in a thread: nothing of what was sent is kept or served.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bookipi_app.api.invoice_files import company_of
from bookipi_app.clock import system_clock
from bookipi_app.db import database
from bookipi_app.errors import InvalidInput
from bookipi_app.services import logos
from bookipi_app.settings import settings

PAGE = "/settings/invoicing"
MOST_BYTES = logos.MOST_BYTES + 64 * 1024  # the file and what a form wraps around it


async def upload(request: Request) -> Response:
    """Answered with a redirect back to the page, and a code for what it says there."""
    if request.headers.get("origin") != settings().public_url:
        return PlainTextResponse("This form was not sent from this site.", 403)
    company_id = await asyncio.to_thread(company_of, request)
    if company_id is None:
        return RedirectResponse("/sign-in", 303)
    if not request.headers.get("content-length", "").isdecimal():
        return PlainTextResponse("The length of this form is missing.", 411)
    if int(request.headers["content-length"]) > MOST_BYTES:
        return _back("large")
    try:
        uploaded, shown = await _form_of(request)
    except (MultiPartException, FormParserError, ClientDisconnect, ValueError):
        return PlainTextResponse("This form cannot be read.", 400)
    if shown != str(company_id):  # this browser was switched to another company after the page was opened
        return _back("other")
    return _back(await asyncio.to_thread(_keep, company_id, uploaded))


async def _form_of(request: Request) -> tuple[bytes, object]:
    """The file, and the company whose page it was chosen on."""
    async with request.form(max_files=1, max_fields=1, max_part_size=MOST_BYTES) as form:
        sent = form.get("logo")
        return (await sent.read() if isinstance(sent, UploadFile) else b""), form.get("company")


def _keep(company_id: UUID, uploaded: bytes) -> str:
    try:
        picture = logos.redrawn(uploaded)
    except InvalidInput as wrong:
        return "large" if wrong.words == logos.TOO_LARGE else "picture"
    with database().transaction(company_id) as session:
        logos.set_logo(session, company_id, picture, system_clock())
    return "saved"


def _back(code: str) -> Response:
    return RedirectResponse(f"{PAGE}?logo={code}", 303)


routes = [Route("/settings/logo", upload, methods=["POST"])]
