"""Answers as they should not be: canned ones, and true ones that something in between has spoiled."""

from __future__ import annotations

import httpx

from bookipi_app import exactjson
from bookipi_app.quickbooks.transport import LARGEST_ANSWER
from bookipi_app.sandbox.faults import Refusal
from bookipi_app.sandbox.troubles import CANNED
from tests.engine.world import START

_CHUNK = b" " * 2**20


def canned(name: str, headers: dict[str, str] | None = None, status: int = 0) -> httpx.Response:
    """One of the sandbox's usual answers."""
    given = CANNED[name](START)
    return httpx.Response(
        status or given.status, headers={**given.headers, **(headers or {})}, content=given.body
    )


def refusal(why: Refusal) -> httpx.Response:
    """What QuickBooks says when it does not take a request."""
    text = exactjson.dumps(why.body(START))
    return httpx.Response(why.status, headers={"content-type": "application/json"}, content=text.encode())


def redirect() -> httpx.Response:
    """Somebody wants the token elsewhere."""
    return httpx.Response(302, headers={"location": "http://elsewhere.test/"})


def half(answer: httpx.Response) -> httpx.Response:
    """The first half of the JSON."""
    return httpx.Response(answer.status_code, headers={"content-type": "application/json"},
                          content=answer.content[: len(answer.content) // 2])  # fmt: skip


def incomplete(answer: httpx.Response) -> httpx.Response:
    """A batch's answer that lacks its first item and has the others in another order."""
    document = exactjson.loads(answer.content)
    items = document.get("BatchItemResponse") if isinstance(document, dict) else None
    if not items:
        return answer
    text = exactjson.dumps({**document, "BatchItemResponse": items[:0:-1]})
    return httpx.Response(
        answer.status_code, headers={"content-type": "application/json"}, content=text.encode()
    )


def endless() -> httpx.Response:
    """An answer that goes on for longer than anybody should read it."""
    many = LARGEST_ANSWER // len(_CHUNK) + 2
    return httpx.Response(200, headers={"content-type": "application/json"}, content=iter([_CHUNK] * many))
