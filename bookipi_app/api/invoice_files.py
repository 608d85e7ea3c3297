"""Invoices as files: the PDF and the logo, for the signed-in owner and for who has an invoice's public link.

What is not one's own is not found. Setting the PDF is handed to a thread, like the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bookipi_app.api.auth import address_of
from bookipi_app.api.limits import Limit, too_often
from bookipi_app.clock import system_clock
from bookipi_app.db import database
from bookipi_app.documents.invoice_pdf import invoice_pdf
from bookipi_app.documents.paper import file_name
from bookipi_app.errors import NotFound
from bookipi_app.models import CompanyLogo
from bookipi_app.services import auth, logos, paper, public_links
from bookipi_app.settings import settings

PRIVATE = {"Cache-Control": "private, no-store"}
PUBLIC_PDFS = Limit(60)
KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}  # a new logo has a new address


async def own_pdf(request: Request) -> Response:
    """`GET /files/invoices/ID.pdf`, with `?receipt=yes` the receipt; a stranger is led to the log-in."""
    company_id = await asyncio.to_thread(company_of, request)
    if company_id is None:
        return RedirectResponse("/sign-in", 303)
    receipt = request.query_params.get("receipt") == "yes"
    return await _answer(_own, company_id, request.path_params["invoice_id"], receipt)


async def public_pdf(request: Request) -> Response:
    """`GET /i/KEY/invoice.pdf`. Setting one costs some milliseconds, and anybody may ask."""
    if not PUBLIC_PDFS.allows(address_of(request)):
        return too_often()
    return await _answer(_public, request.path_params["key"])


async def own_logo(request: Request) -> Response:
    """`GET /files/logo/DIGEST.png`: the company's own, and only under its present digest."""
    company_id = await asyncio.to_thread(company_of, request)
    return await _answer(_logo, company_id, request.path_params["digest"])


async def public_logo(request: Request) -> Response:
    """`GET /i/KEY/logo.png`."""
    return await _answer(_public_logo, request.path_params["key"])


def company_of(request: Request) -> UUID | None:
    """The company that a signed-in browser looks at."""
    with database().reading() as session:
        who = auth.who(session, request.cookies.get(auth.cookie_name(settings())), system_clock())
    return who.company_id if who else None


async def _answer(work: Callable[..., Response], *asked: object) -> Response:
    try:
        return await asyncio.to_thread(work, *asked)
    except NotFound as refusal:
        return PlainTextResponse(refusal.words, 404, headers=PRIVATE)


def _own(company_id: UUID, invoice_id: str, receipt: bool) -> Response:
    with database().reading() as session:
        sheet, logo = paper.sheet(session, company_id, invoice_id, now=system_clock(), receipt=receipt)
    return _file(invoice_pdf(sheet, logo), file_name(sheet))


def _public(key: str) -> Response:
    with database().reading() as session:
        invoice = public_links.opened(session, key)
        sheet, logo = paper.sheet(session, invoice.company_id, invoice.id, now=system_clock())
    return _file(invoice_pdf(sheet, logo), file_name(sheet))


def _logo(company_id: UUID | None, digest: str) -> Response:
    with database().reading() as session:
        logo = session.get(CompanyLogo, company_id) if company_id else None
    if logo is None or logo.digest != digest:
        raise NotFound
    return _picture(logo.content, KEPT)


def _public_logo(key: str) -> Response:
    with database().reading() as session:
        picture = logos.content(session, public_links.opened(session, key).company_id)
    if picture is None:
        raise NotFound
    return _picture(picture, PRIVATE)


def _file(content: bytes, name: str) -> Response:
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": disposition, **PRIVATE}
    )


def _picture(content: bytes, kept: Mapping[str, str]) -> Response:
    return Response(content, media_type="image/png", headers=dict(kept))


routes = [
    Route("/files/invoices/{invoice_id}.pdf", own_pdf, methods=["GET"]),
    Route("/files/logo/{digest}.png", own_logo, methods=["GET"]),
    Route("/i/{key}/invoice.pdf", public_pdf, methods=["GET"]),
    Route("/i/{key}/logo.png", public_logo, methods=["GET"]),
]
