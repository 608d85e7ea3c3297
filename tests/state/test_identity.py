"""Who asks: only a session that lives, whatever else a browser sends."""

from __future__ import annotations

import pytest

from bookipi_app.services.auth import cookie_name
from bookipi_app.settings import settings
from bookipi_app.state.identity import SignedOut, initials, session_cookie, who_asks


@pytest.mark.parametrize("header", ["", "other=1", "=;=;", "a" * 100_000, "bookipi_session", "\x00\x01"])
def test_a_header_without_a_session_is_nobody(header: str) -> None:
    with pytest.raises(SignedOut):
        who_asks(header)


def test_the_session_is_found_among_other_cookies() -> None:
    name = cookie_name(settings())
    assert session_cookie(f"theme=dark; {name}=abc; x=y") == "abc"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Cedar & Stone Landscaping", "CS"), ("maria", "M"), ("  ", "?"), ("(A) b", "B"), ("Élan Vital", "ÉV")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
