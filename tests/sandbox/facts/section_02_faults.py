"""Section 2.3: the shapes of faults, and the ones that can be ordered (14.3)."""

import json
from typing import Any

from bookipi_app.sandbox.http import Response
from tests.sandbox.access_client import granted, second_company, switch
from tests.sandbox.client import Books, line
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden


def item(books: Books, **headers: str) -> Response:
    return books.raw("GET", f"/v3/company/{books.realm}/item/1", b"", **headers)


def detail(answer: Response) -> str:
    assert answer.status == 401
    body = json.loads(answer.body)
    assert_golden("unauthenticated_401", body)
    return body["fault"]["error"][0]["detail"]


def ordered(books: Books, **fault: Any) -> None:
    answer = books.control("POST", "faults", {"count": 1, "route": "^/v3/", **fault})
    assert "error" not in answer


def invoices(books: Books) -> int:
    return books.query("select count(*) from Invoice")["totalCount"]


NEW = {"CustomerRef": {"value": "3"}, "Line": [line(1)]}


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


@fact("2.3", "429 has the golden shape")
def _(books: Books) -> None:
    ordered(books, answer="throttled")
    answer = item(books)
    assert answer.status == 429
    assert_golden("throttled_429", json.loads(answer.body))


@fact("2.3", "429 in the gateway's shape can be ordered, since both are seen")
def _(books: Books) -> None:
    ordered(books, answer="throttled-gateway")
    body = json.loads(item(books).body)
    assert (body["fault"]["error"][0]["code"], body["fault"]["type"]) == ("3001", "SERVICE")


@fact("14.3", "1: tokens can be made to expire in N seconds", access_token_seconds=30)
def _(books: Books) -> None:
    assert granted(books)["expires_in"] == 30
    books.later(seconds=29)
    assert item(books).status == 200
    books.later(seconds=1)
    assert item(books).status == 401


@fact("14.3", "2: a 429 before the commit leaves nothing behind")
def _(books: Books) -> None:
    before = invoices(books)
    ordered(books, answer="throttled", method="POST")
    assert books.call("POST", "invoice", NEW)[0] == 429
    assert invoices(books) == before


@fact("14.3", "2: a 429 after the commit leaves the write behind")
def _(books: Books) -> None:
    before = invoices(books)
    ordered(books, answer="throttled", method="POST", when="after")
    assert books.call("POST", "invoice", NEW, requestid="r")[0] == 429
    assert invoices(books) == before + 1
    assert books.ok("POST", "invoice", NEW, requestid="r")
    assert invoices(books) == before + 1


@fact("14.3", "2: 500 with code 10000 can be ordered")
def _(books: Books) -> None:
    ordered(books, answer="system")
    status, answer = books.call("GET", "item/1")
    assert (status, answer["Fault"]["type"], answer["Fault"]["Error"][0]["code"]) == (
        500,
        "SystemFault",
        "10000",
    )


@fact("2.3", "a proxy answers 502, 503 and 504 in HTML")
def _(books: Books) -> None:
    for name, status in (("bad-gateway", 502), ("html", 503), ("gateway-timeout", 504)):
        ordered(books, answer=name)
        answer = item(books)
        assert (answer.status, answer.headers["content-type"]) == (status, "text/html")
        assert answer.body.startswith(b"<html>")


@fact("2.3", "an ordered fault carries an intuit_tid")
def _(books: Books) -> None:
    ordered(books, answer="system")
    assert item(books).headers["intuit_tid"]


@fact("14.3", "2: maintenance of a company, code 150, can be ordered")
def _(books: Books) -> None:
    ordered(books, answer="maintenance")
    status, answer = books.call("GET", "item/1")
    assert (status, answer["Fault"]["Error"][0]["code"]) == (503, "150")


@fact("14.3", "1: a single 401 can be ordered; the token lives on")
def _(books: Books) -> None:
    ordered(books, answer="unauthenticated")
    assert detail(item(books)).startswith("Token expired: ")
    assert item(books).status == 200


@fact("14.3", "1: a 403 with code 3100 can be ordered")
def _(books: Books) -> None:
    ordered(books, answer="forbidden")
    assert_golden("forbidden_403", json.loads(item(books).body))


@fact("2.3", "code 120 with 401: the person who connected is no administrator any more")
def _(books: Books) -> None:
    ordered(books, answer="lost-admin")
    status, answer = books.call("GET", "item/1")
    assert (status, answer["Fault"]["type"]) == (401, "AuthorizationFault")
    assert answer["Fault"]["Error"][0]["code"] == "120"


@fact("14.3", "2: a fault of one's own can be ordered, with status, type and body")
def _(books: Books) -> None:
    ordered(books, status=418, content_type="text/plain", body="teapot")
    answer = item(books)
    assert (answer.status, answer.headers["content-type"], answer.body) == (418, "text/plain", b"teapot")


@fact("14.3", "2: a fault that makes no sense is refused in a sentence")
def _(books: Books) -> None:
    for wrong in (
        {"kind": "explode"}, {"when": "sometime"}, {"route": "("}, {"answer": "teapot"}, {"answer": []},
        {"answer": ["x"]}, {"status": 99}, {"status": "500"}, {"status": [500]}, {"seconds": -1},
        {"seconds": {}}, {"probability": 2}, {"count": True}, {"unknown": 1},
    ):  # fmt: skip
        assert "error" in books.control("POST", "faults", wrong), wrong
    assert item(books).status == 200


@fact("14.3", "3: a payment makes an invoice's token stale")
def _(books: Books) -> None:
    made = books.invoice()
    books.pay(made, 10)
    change = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, "PrivateNote": "x"}
    assert books.refused("POST", "invoice", {**change, "CustomerRef": made["CustomerRef"]}) == "5010"


@fact("14.3", "3: an edit by a person makes a token stale")
def _(books: Books) -> None:
    held = books.read("Customer", "3")
    change = {"Id": "3", "SyncToken": held["SyncToken"], "sparse": True, "Notes": "by a person"}
    books.control("POST", f"companies/{books.realm}/v3/customer", change)
    assert books.refused("POST", "customer", change) == "5010"


@fact("15", "10: a 429 says nothing of when to come again", retry_after=0)
def _(books: Books) -> None:
    ordered(books, answer="throttled")
    assert "retry-after" not in item(books).headers


@fact("15", "10: a 429 says when to come again", retry_after=17)
def _(books: Books) -> None:
    ordered(books, answer="throttled")
    assert item(books).headers["retry-after"] == "17"


def denied(books: Books, **positions: Any) -> set[int]:
    """The status of everything that can be tried with invoices; each answer is a 5020."""
    made = books.invoice()
    switch(books, **positions)
    calls = [books.call("GET", f"invoice/{made['Id']}"), books.call("POST", "invoice", NEW)]
    calls.append(books.call("GET", "query", query="select * from Invoice"))
    calls.append(books.call("POST", f"invoice/{made['Id']}/send"))
    assert {answer["Fault"]["Error"][0]["code"] for _, answer in calls} == {"5020"}
    assert books.read("Item", "1")
    return {status for status, _ in calls}


@fact("15", "12: what the connected person may not do is 5020 with 403")
def _(books: Books) -> None:
    assert denied(books, not_permitted="Invoice, Payment") == {403}


@fact("15", "12: what the connected person may not do is 5020 with 400", not_permitted_status=400)
def _(books: Books) -> None:
    assert denied(books, not_permitted="Invoice") == {400}


@fact("15", "12: what the subscription leaves out is 5020 with 400")
def _(books: Books) -> None:
    assert denied(books, not_in_subscription="Invoice") == {400}


@fact("15", "12: what the subscription leaves out is 5020 with 403", not_in_subscription_status=403)
def _(books: Books) -> None:
    assert denied(books, not_in_subscription="Invoice") == {403}


@fact("15", "12: in a batch 5020 is the fault of its item alone", not_permitted="Customer")
def _(books: Books) -> None:
    items = [{"bId": "1", "Customer": {"DisplayName": "A"}}, {"bId": "2", "Query": "select * from Item"}]
    first, second = books.ok("POST", "batch", {"BatchItemRequest": items})["BatchItemResponse"]
    assert first["Fault"]["Error"][0]["code"] == "5020"
    assert second["QueryResponse"]["Item"]
