"""What the sign-in and sign-up pages show after a refusal: a code in the address, and what was typed in a cookie.

The address carries a short code and never a text, so that nobody can make the page say something. The cookie holds what
was typed, but never a password, for two minutes, and scripts cannot read it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http.cookies import CookieError, SimpleCookie

TYPED_SECONDS = 120
_TYPED_COOKIES = ("__Host-bookipi_typed", "bookipi_typed")  # over https, and without
_LONGEST = 100
_LOCAL_PATH = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9_~./-]*)?(?:\?[A-Za-z0-9_~.=&-]*)?", re.ASCII)
WORDS = {
    "wrong": "E-mail or password is wrong.",
    "limited": "Too many attempts. Wait 15 minutes, then sign in again.",
    "email": "Enter an e-mail address, such as name@example.com.",
    "email_taken": "An account with this e-mail exists. Sign in.",
    "name": "Enter your name, of at most 100 characters.",
    "company_name": "Enter your company's name, of at most 100 characters.",
    "country": "Choose a country from the list.",
    "password_short": "Use at least 8 characters.",
    "password_long": "Use at most 128 characters.",
    "password_email": "Your e-mail address is too easy to guess. Choose another password.",
    "password_common": "This password is on the lists that are tried first. Choose another.",
    "current": "This is not your current password.",
    "link": "This link was used, or is too old. Ask for a new one.",
    "unreadable": "The form did not arrive whole. Send it again.",
}


@dataclass(frozen=True)
class Typed:
    """What to fill the form with again."""

    email: str = ""
    name: str = ""
    company_name: str = ""
    country: str = ""


def words_of(code: str) -> str:
    """The sentence of an error code; empty for an unknown one."""
    return WORDS.get(code, "")


def field_of(code: str) -> str:
    """The field at which a code's sentence stands; empty for the form as a whole."""
    known = ("email", "name", "company_name", "country", "password", "current")
    return next((field for field in known if code == field or code.startswith(f"{field}_")), "")


def typed_cookie(secure: bool) -> str:
    """The cookie's name; `__Host-` binds it to this very host over https."""
    return _TYPED_COOKIES[0 if secure else 1]


def pack(values: Mapping[str, object]) -> str:
    """The cookie's value for what was typed."""
    typed = {name: str(values.get(name, ""))[:_LONGEST] for name in Typed.__dataclass_fields__}
    return base64.urlsafe_b64encode(json.dumps(asdict(Typed(**typed))).encode()).decode().rstrip("=")


def typed_in(cookie_header: str) -> Typed:
    """What was typed, from a Cookie header; empty if there is none that can be read."""
    try:
        cookies = SimpleCookie(cookie_header)
        value = next((cookies[name].value for name in _TYPED_COOKIES if name in cookies), "")
        read = json.loads(base64.urlsafe_b64decode(value.encode("ascii") + b"=" * (-len(value) % 4)))
        return Typed(**{name: str(read.get(name, ""))[:_LONGEST] for name in Typed.__dataclass_fields__})
    except (CookieError, ValueError, AttributeError, binascii.Error, RecursionError):
        return Typed()


def local_path(text: object, otherwise: str = "/") -> str:
    """A path on this site to go on to, or `otherwise`: an allow-list, so that no other site can be named."""
    if (
        not isinstance(text, str)
        or len(text) > 300
        or not _LOCAL_PATH.fullmatch(text)
        or ".." in text
        or "//" in text
    ):
        return otherwise
    return text
