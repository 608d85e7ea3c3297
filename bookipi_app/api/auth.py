"""Signing in, up and out: plain HTML forms that post here, answered with a redirect.

Only POST changes anything. A form is accepted from our own pages alone: the browser says where it came from (`Origin`),
and that must be our public address. Errors go back to the page as a short code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bookipi_app.clock import system_clock
from bookipi_app.db import database
from bookipi_app.errors import InvalidInput, NotAllowed, NotFound
from bookipi_app.models import User
from bookipi_app.services import auth, companies, guesses, login_sessions, resets
from bookipi_app.services.sign_forms import TYPED_SECONDS, local_path, pack, typed_cookie
from bookipi_app.settings import settings

MOST_BYTES = 16_384
MOST_FIELDS = 20
HOME = "/"
PROFILE = "/settings/profile"
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
    return await asyncio.to_thread(_enter, request, user, form, stay=form.get("stay") == "yes")


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
        if wrong.fields.get("email") == auth.TAKEN:
            await asyncio.to_thread(_count_taken, address_of(request))
        return _back("/sign-up", _code_of(wrong), form)
    return await asyncio.to_thread(_enter, request, user, form)


async def sign_out(request: Request) -> Response:
    """POST. The session ends on the server; the cookie is taken back."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    await asyncio.to_thread(_end, request)
    return _signed_out("/sign-in")


async def forgot(request: Request) -> Response:
    """POST email. The answer is the same for everybody, and given before anything is looked up."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    email, address = form.get("email"), address_of(request)
    work = BackgroundTask(resets.ask, database(), email=email, address=address, now=system_clock())
    return RedirectResponse("/forgot-password?sent=yes", 303, background=work)


async def reset(request: Request) -> Response:
    """POST key, password. Success: every browser is signed out, and the log-in says that the password is new."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    key = form.get("key", "")[:200]
    try:
        await asyncio.to_thread(
            resets.set_password, database(), token=key, password=form.get("password"), now=system_clock()
        )
    except NotAllowed:
        return RedirectResponse("/reset-password?error=link", 303)
    except InvalidInput as wrong:
        return RedirectResponse(f"/reset-password?{urlencode({'key': key, 'error': _code_of(wrong)})}", 303)
    return _signed_out("/sign-in?done=password")


async def change_password(request: Request) -> Response:
    """POST current, password. Success: all other browsers are signed out, this one has a new session."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    who = await asyncio.to_thread(_who, request)
    if who is None:
        return RedirectResponse("/sign-in", 303)
    try:
        user = await asyncio.to_thread(
            login_sessions.change_password,
            database(),
            who.user_id,
            current=form.get("current"),
            password=form.get("password"),
            address=address_of(request),
            now=system_clock(),
        )
    except NotAllowed:
        return RedirectResponse(f"{PROFILE}?error=limited", 303)
    except InvalidInput as wrong:
        return RedirectResponse(f"{PROFILE}?{urlencode({'error': _code_of(wrong)})}", 303)
    return await asyncio.to_thread(_go_on, user, who, request.headers.get("user-agent", ""))


async def switch_company(request: Request) -> Response:
    """POST company. This browser looks at another of the user's companies from now on, in all its tabs."""
    form = await _form_of(request)
    if not isinstance(form, dict):
        return form
    who = await asyncio.to_thread(_who, request)
    if who is None:
        return RedirectResponse("/sign-in", 303)
    try:
        await asyncio.to_thread(_switch, who, form.get("company"))
    except NotFound as refusal:
        return PlainTextResponse(refusal.words, 404)
    return RedirectResponse("/dashboard", 303)


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
        guesses.refuse_who_asked_enough(session, address, now)
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


def _count_taken(address: str) -> None:
    with database().transaction() as session:
        guesses.count_taken(session, address, system_clock())


def _enter(request: Request, user: User, form: Form, *, stay: bool = True) -> Response:
    """A new session; the browser's old one, if any, ends, so that none can be fixed beforehand.

    One that should not `stay` ends with the browser, and after half a day at the latest.
    """
    chosen = settings()
    with database().transaction() as session:
        auth.end_session(session, request.cookies.get(auth.cookie_name(chosen)))
        agent = request.headers.get("user-agent", "")
        lasts = auth.LONGEST if stay else auth.SHORT
        cookie = auth.start_session(session, user, user_agent=agent, now=system_clock(), lasts=lasts)
    answer = RedirectResponse(local_path(form.get("next"), HOME), 303)
    _give(answer, cookie, auth.LONGEST if stay else None)
    secure = chosen.secure_cookies
    answer.delete_cookie(typed_cookie(secure), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


def _go_on(user: User, who: auth.Who, agent: str) -> Response:
    """A new session in the place of one that ended with the old password: as long, and on the same company."""
    now = system_clock()
    left = who.ends_at - now
    with database().transaction() as session:
        cookie = auth.start_session(
            session, user, user_agent=agent, now=now, lasts=left, company_id=who.company_id
        )
    answer = RedirectResponse(f"{PROFILE}?done=password", 303)
    _give(answer, cookie, left if left > auth.SHORT else None)
    return answer


def _give(answer: Response, cookie: str, lasts: timedelta | None) -> None:
    """The session's cookie, which ends with the browser if it does not last."""
    answer.set_cookie(
        auth.cookie_name(settings()),
        cookie,
        max_age=int(lasts.total_seconds()) if lasts else None,
        path="/",
        secure=settings().secure_cookies,
        httponly=True,
        samesite="lax",
    )


def _end(request: Request) -> None:
    with database().transaction() as session:
        auth.end_session(session, request.cookies.get(auth.cookie_name(settings())))


def _switch(who: auth.Who, company_id: object) -> None:
    with database().transaction() as session:
        companies.switch(session, who.user_id, who.session_id, company_id)


def _who(request: Request) -> auth.Who | None:
    with database().reading() as session:
        return auth.who(session, request.cookies.get(auth.cookie_name(settings())), system_clock())


def _code_of(wrong: InvalidInput) -> str:
    """The code of the first field that is wrong, in the order of the form."""
    for field in ("name", "email", "company_name", "country", "current", "password"):
        if words := wrong.fields.get(field):
            if words == auth.TAKEN:
                return "email_taken"
            reasons = {sentence: reason for reason, sentence in auth.PASSWORD_WORDS.items()}
            return f"password_{reasons[words]}" if field == "password" else field
    return "unreadable"


def _signed_out(address: str) -> Response:
    """Go on without the cookie."""
    answer = RedirectResponse(address, 303)
    answer.delete_cookie(
        auth.cookie_name(settings()), path="/", secure=settings().secure_cookies, httponly=True
    )
    return answer


def _back(page: str, code: str, form: Mapping[str, str]) -> Response:
    query = {"error": code}
    if "next" in form and local_path(form["next"], "") == form["next"]:
        query["next"] = form["next"]
    answer = RedirectResponse(f"{page}?{urlencode(query)}", 303)
    answer.set_cookie(
        typed_cookie(settings().secure_cookies),
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
    Route("/auth/forgot", forgot, methods=["POST"]),
    Route("/auth/reset", reset, methods=["POST"]),
    Route("/auth/password", change_password, methods=["POST"]),
    Route("/auth/company", switch_company, methods=["POST"]),
]
