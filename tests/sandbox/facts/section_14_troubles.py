"""Section 14.3: troubles that can be ordered, and what section 15 says of limits and permissions."""

import json
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.sandbox.access_client import FORM, TOKENS, basic, granted, switch
from tests.sandbox.client import Books
from tests.sandbox.facts.refusals import NEW, detail, invoices, item, ordered
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden


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
    assert "retry-after" not in item(books).headers


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
    assert denied(books, not_permitted="Payment, Invoice") == {403}


@fact(
    "15", "12: a person at the web face may do what the one who connected may not", not_permitted="Customer"
)
def _(books: Books) -> None:
    made = books.control("POST", f"companies/{books.realm}/v3/customer", {"DisplayName": "Ada"})
    assert made["Customer"]["Id"]


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


def lost(books: Books, **params: str) -> bool:
    """Whether a new invoice got no answer at all."""
    target = f"/v3/company/{books.realm}/invoice?{urlencode(params)}"
    try:
        return books.raw("POST", target, json.dumps(NEW).encode()).dropped
    except httpx.TransportError:
        return True


@fact("14.3", "2: a connection can close before the commit")
def _(books: Books) -> None:
    before = invoices(books)
    ordered(books, kind="drop", method="POST")
    assert lost(books)
    assert invoices(books) == before


@fact("14.3", "2: a connection can close after the commit; the requestid finds the answer")
def _(books: Books) -> None:
    before = invoices(books)
    ordered(books, kind="drop", when="after", method="POST")
    assert lost(books, requestid="r")
    assert invoices(books) == before + 1
    assert books.ok("POST", "invoice", NEW, requestid="r")["Invoice"]
    assert invoices(books) == before + 1


@fact("14.3", "2: a fault in an answer of 200 can be ordered, as older versions and batches send them")
def _(books: Books) -> None:
    ordered(books, answer="system", status=200)
    status, answer = books.call("GET", "item/1")
    assert (status, answer["Fault"]["Error"][0]["code"]) == (200, "10000")


@fact("14.3", "2: several errors in one fault can be ordered")
def _(books: Books) -> None:
    errors = [{"Message": "a", "Detail": "b", "code": code} for code in ("6000", "6140")]
    ordered(books, status=400, body={"Fault": {"Error": errors, "type": "ValidationFault"}})
    status, answer = books.call("GET", "item/1")
    assert (status, [error["code"] for error in answer["Fault"]["Error"]]) == (400, ["6000", "6140"])


@fact("14.3", "2: a fault strikes as often as it is ordered, after as many as are let go")
def _(books: Books) -> None:
    ordered(books, answer="system", count=2, skip=1)
    assert [item(books).status for _ in range(5)] == [200, 500, 500, 200, 200]


@fact("14.3", "2: a fault strikes until it is taken back")
def _(books: Books) -> None:
    ordered(books, answer="html", count=0)
    assert {item(books).status for _ in range(5)} == {503}
    books.control("DELETE", "faults")
    assert item(books).status == 200


@fact("14.3", "2: a fault strikes the routes and methods it was ordered for")
def _(books: Books) -> None:
    ordered(books, answer="system", route="/customer", method="POST", count=0)
    assert books.read("Customer", "3")
    assert books.invoice()
    assert books.call("POST", "customer", {"DisplayName": "Ada"})[0] == 500


@fact("14.3", "2: a fault can strike now and then, the same with the same seed")
def _(books: Books) -> None:
    ordered(books, answer="system", probability=0.5, count=0)
    runs: list[list[int]] = []
    for _run in range(2):
        books.control("POST", "faults/seed", {"seed": 3})
        runs.append([item(books).status for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


@fact("14.3", "2: the token endpoint can be struck, too")
def _(books: Books) -> None:
    tokens = granted(books)
    ordered(books, answer="bad-gateway", route="/oauth2/")
    body = urlencode({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}).encode()
    statuses = [books.send("POST", TOKENS, {**basic(), "content-type": FORM}, body).status for _ in range(2)]
    assert statuses == [502, 200]
