"""Section 15: what is not known of tokens, each in its default and switched."""

from tests.sandbox.access_client import granted, refresh
from tests.sandbox.client import Books
from tests.sandbox.facts.table import fact


def renewed(books: Books) -> tuple[str, str]:
    """A refresh token and the one that followed it a day later."""
    first = granted(books)["refresh_token"]
    books.later(hours=24)
    return first, refresh(books, first)[1]["refresh_token"]


@fact("15", "1: once a new refresh token is given the old one is dead", refresh_overlap_seconds=0)
def _(books: Books) -> None:
    first, second = renewed(books)
    status, answer = refresh(books, first)
    assert (status, answer["error"]) == (400, "invalid_grant")
    assert refresh(books, second)[0] == 200


@fact("15", "1: the old refresh token lives on for a while", refresh_overlap_seconds=60)
def _(books: Books) -> None:
    first, second = renewed(books)
    books.later(seconds=59)
    assert refresh(books, first)[1]["refresh_token"] == second
    books.later(seconds=1)
    assert refresh(books, first)[1]["error"] == "invalid_grant"


@fact("15", "1: an old refresh token ends no grant", refresh_overlap_seconds=0)
def _(books: Books) -> None:
    first, second = renewed(books)
    refresh(books, first)
    assert refresh(books, second)[0] == 200
