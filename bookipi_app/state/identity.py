"""Who is asking: the signed-in person behind a page, by the HttpOnly cookie that came with the websocket."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from bookipi_app.clock import system_clock
from bookipi_app.db import reading
from bookipi_app.errors import NotAllowed
from bookipi_app.services import auth
from bookipi_app.settings import settings


class SignedOut(NotAllowed):
    """Nobody is signed in behind this page (any more)."""

    def __init__(self) -> None:
        super().__init__("You are signed out. Sign in to go on.")


class Elsewhere(NotAllowed):
    """Another page of this browser went to another company meanwhile."""

    def __init__(self, company: str) -> None:
        super().__init__(f"This browser looks at {company} now. Load the page again to go on there.")


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


def initials(name: str) -> str:
    """Two letters for the small square beside a name."""
    words = [word for word in name.replace("&", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
