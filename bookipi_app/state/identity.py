"""Who is asking: the signed-in person behind a page, by the HttpOnly cookie that came with the websocket."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from bookipi_app.clock import system_clock
from bookipi_app.db import reading
from bookipi_app.errors import NotAllowed
from bookipi_app.services import auth
from bookipi_app.services.words import initials
from bookipi_app.settings import settings

__all__ = ["SignedOut", "initials", "session_cookie", "who_asks"]


class SignedOut(NotAllowed):
    """Nobody is signed in behind this page (any more)."""

    def __init__(self) -> None:
        super().__init__("You are signed out. Sign in to go on.")


def session_cookie(header: str) -> str:
    """The session's value in a Cookie header, or nothing. A header that cannot be read holds none."""
    try:
        cookies = SimpleCookie(header)
    except CookieError:
        return ""
    morsel = cookies.get(auth.COOKIE(settings()))
    return morsel.value if morsel else ""


def who_asks(header: str) -> auth.Who:
    """The person of a Cookie header, looked up anew each time, so that signing out works at once.

    Raises:
        SignedOut: no session, or one that ended.
    """
    value = session_cookie(header)
    if not value:
        raise SignedOut
    with reading() as session:
        who = auth.who(session, value, system_clock())
    if who is None:
        raise SignedOut
    return who
