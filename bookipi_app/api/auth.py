"""Signing in, up and out: plain HTML forms that post here, answered with a redirect.

Only POST changes anything. A form is accepted from our own pages alone: the browser says where it came from (`Origin`),
and that must be our public address. Errors go back to the page as a short code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bookipi_app.clock import system_clock
from bookipi_app.db import database
from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.models import User
from bookipi_app.services import auth, guesses
from bookipi_app.services.sign_forms import TYPED_COOKIE, TYPED_SECONDS, local_path, pack
from bookipi_app.settings import settings

MOST_BYTES = 16_384
MOST_FIELDS = 20
HOME = "/"
Form = dict[str, str]


async def sign_in(request: Request) -> Response:
    """POST email, password, next. Success: the session cookie and the page asked for."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    try:
        user = await asyncio.to_thread(
            auth.sign_in,
            database(),
            email=form.get("email"),
            password=form.get("password"),
            address=address_of(request),
            now=system_clock(),
        )
    except NotAllowed as refusal:
        return _back("/sign-in", "limited" if refusal.words == guesses.TOO_MANY else "wrong", form)
    return await asyncio.to_thread(_enter, request, user, form)


async def sign_up(request: Request) -> Response:
    """POST email, password, name, country, company_name. Success: signed in, on the dashboard."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    try:
        user = await asyncio.to_thread(_register, form, address_of(request))
    except NotAllowed:
        return _back("/sign-up", "limited", form)
    except InvalidInput as wrong:
        return _back("/sign-up", _code_of(wrong), form)
    return await asyncio.to_thread(_enter, request, user, form)


async def sign_out(request: Request) -> Response:
    """POST. The session ends on the server; the cookie is taken back."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    await asyncio.to_thread(_end, request)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(
        auth.cookie_name(settings()), path="/", secure=settings().secure_cookies, httponly=True
    )
    return answer


def address_of(request: Request) -> str:
    """The browser's network address: the connection's, or what our own proxies (and nobody else) reported."""
    hops = settings().trusted_proxy_hops
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    if hops and len(forwarded) >= hops and forwarded[-hops]:
        return forwarded[-hops]
    return request.client.host if request.client else "unknown"


def _register(form: Form, address: str) -> User:
    now = system_clock()
    with database().transaction() as session:
        guesses.count_new_account(session, address, now)
        return auth.sign_up(
            session,
            email=form.get("email"),
            password=form.get("password"),
            name=form.get("name"),
            country=form.get("country"),
            company_name=form.get("company_name"),
            now=now,
        )


def _enter(request: Request, user: User, form: Form) -> Response:
    """A new session; the browser's old one, if any, ends, so that none can be fixed beforehand."""
    chosen = settings()
    with database().transaction() as session:
        auth.end_session(session, request.cookies.get(auth.cookie_name(chosen)))
        agent = request.headers.get("user-agent", "")
        cookie = auth.start_session(session, user, user_agent=agent, now=system_clock())
    answer = RedirectResponse(local_path(form.get("next"), HOME), 303)
    answer.set_cookie(
        auth.cookie_name(chosen),
        cookie,
        max_age=int(auth.LONGEST.total_seconds()),
        path="/",
        secure=chosen.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    answer.delete_cookie(TYPED_COOKIE, path="/")
    return answer


def _end(request: Request) -> None:
    with database().transaction() as session:
        auth.end_session(session, request.cookies.get(auth.cookie_name(settings())))


def _code_of(wrong: InvalidInput) -> str:
    """The code of the first field that is wrong, in the order of the form."""
    for field in ("name", "email", "company_name", "country", "password"):
        if words := wrong.fields.get(field):
            if words == auth.TAKEN:
                return "email_taken"
            reasons = {sentence: reason for reason, sentence in auth.PASSWORD_WORDS.items()}
            return f"password_{reasons[words]}" if field == "password" else field
    return "unreadable"


def _back(page: str, code: str, form: Mapping[str, str]) -> Response:
    query = {"error": code}
    if "next" in form and local_path(form["next"], "") == form["next"]:
        query["next"] = form["next"]
    answer = RedirectResponse(f"{page}?{urlencode(query)}", 303)
    answer.set_cookie(
        TYPED_COOKIE,
        pack(form),
        max_age=TYPED_SECONDS,
        path="/",
        secure=settings().secure_cookies,
        httponly=True,
        samesite="lax",
    )
    return answer


async def _form_of(request: Request) -> Form | Response:
    """The form's fields, or the answer to one that is not ours: another site's, too large, unreadable."""
    if request.headers.get("origin") != settings().public_url:
        return PlainTextResponse("This form was not sent from this site.", 403)
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return PlainTextResponse("This form is too large.", 413)
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except (ValueError, ClientDisconnect):
        return PlainTextResponse("This form cannot be read.", 400)
    return dict(pairs)


routes = [
    Route("/auth/sign-in", sign_in, methods=["POST"]),
    Route("/auth/sign-up", sign_up, methods=["POST"]),
    Route("/auth/sign-out", sign_out, methods=["POST"]),
]
