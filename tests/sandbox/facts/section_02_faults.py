"""Section 2.3: the shapes of faults, and the ones that can be ordered (14.3)."""

import json

from tests.sandbox.access_client import granted, second_company
from tests.sandbox.client import Books
from tests.sandbox.facts.refusals import detail, item
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden


@fact("2.3", "a fault of validation has the golden shape")
def _(books: Books) -> None:
    status, answer = books.call("POST", "customer", {"DisplayName": "Emily Platt"})
    assert status == 400
    assert_golden("validation_fault_400", answer)


@fact("2.3", "a code is a text")
def _(books: Books) -> None:
    assert books.refused("GET", "customer/999999") == "610"


@fact("2.3", "401 has the gateway's shape")
def _(books: Books) -> None:
    assert_golden("unauthenticated_401", json.loads(item(books, authorization="Bearer x").body))


@fact("2.3", "401 is JSON and says what was wrong in www-authenticate")
def _(books: Books) -> None:
    headers = item(books, authorization="Bearer x", accept="*/*").headers
    assert headers["content-type"] == "application/json"
    assert headers["www-authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'


@fact("2.3", "the time of a 401 is in milliseconds since 1970")
def _(books: Books) -> None:
    body = json.loads(item(books, authorization="Bearer x").body)
    assert body["time"] == int(books.now.timestamp() * 1000)


@fact("2.3", "an expired token is told by its first letters")
def _(books: Books) -> None:
    token = granted(books)["access_token"]
    books.later(hours=1)
    assert detail(item(books)) == f"Token expired: {token[:4]}..."


@fact("2.3", "a token that cannot be one is malformed")
def _(books: Books) -> None:
    for value in (
        "Bearer",
        "Bearer short",
        f"Bearer {'x' * 10_000}",
        "Basic YTpi",
        "",
        "nonsense",
    ):
        assert detail(item(books, authorization=value)).startswith("Malformed bearer token"), value


@fact("2.3", "a token that was never given is refused")
def _(books: Books) -> None:
    for value in ("x" * 100, "x y" * 20, books.token + "x", books.token[:-1], books.token.lower()):
        assert detail(item(books, authorization=f"Bearer {value}")), value


@fact("2.3", "a revoked token says so")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}/revoke")
    assert detail(item(books)) == "Token revoked"


@fact("2.3", "no authorization header is a 401")
def _(books: Books) -> None:
    answer = books.send("GET", f"/v3/company/{books.realm}/item/1", {"accept": "application/json"})
    assert detail(answer)


@fact("2.3", "a realm that the token does not cover is 403 with code 3100 in the gateway's shape")
def _(books: Books) -> None:
    for realm in (second_company(books), "9999999999999999", "x", ""):
        answer = books.raw("GET", f"/v3/company/{realm}/item/1")
        assert answer.status == 403, realm
        assert_golden("forbidden_403", json.loads(answer.body))


@fact("2.3", "an expired token in a strange realm is a 401, not a 403")
def _(books: Books) -> None:
    books.later(hours=2)
    assert books.raw("GET", f"/v3/company/{second_company(books)}/item/1").status == 401
