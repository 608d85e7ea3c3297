"""Short ways to be refused: by the gateway, or by a fault that was ordered."""

import json
from typing import Any

from bookipi_app.sandbox.http import Response
from tests.sandbox.client import Books, line
from tests.sandbox.golden import assert_golden

NEW = {"CustomerRef": {"value": "3"}, "Line": [line(1)]}


def item(books: Books, **headers: str) -> Response:
    return books.raw("GET", f"/v3/company/{books.realm}/item/1", b"", **headers)


def detail(answer: Response) -> str:
    """The detail of a 401, which has the gateway's shape."""
    assert answer.status == 401
    body = json.loads(answer.body)
    assert_golden("unauthenticated_401", body)
    return body["fault"]["error"][0]["detail"]


def ordered(books: Books, **fault: Any) -> None:
    """Lets a fault strike the next request to the API."""
    answer = books.control("POST", "faults", {"count": 1, "route": "^/v3/", **fault})
    assert "error" not in answer


def invoices(books: Books) -> int:
    return books.query("select count(*) from Invoice")["totalCount"]
