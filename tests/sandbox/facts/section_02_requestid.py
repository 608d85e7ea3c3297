"""Section 2.2: `requestid`, and what section 15 says is not known of it."""

from tests.sandbox.access_client import OTHER, second_app, sent, switch
from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import customers
from tests.sandbox.facts.table import fact

ADA = {"DisplayName": "Ada"}
BOB = {"DisplayName": "Bob"}


def raw_post(books: Books, requestid: str, body: bytes = b'{"DisplayName":"Ada"}') -> bytes:
    answer = books.raw("POST", f"/v3/company/{books.realm}/customer?requestid={requestid}", body)
    assert answer.status == 200
    return answer.body


@fact("2.2", "a repeated request gets the same answer, byte for byte")
def _(books: Books) -> None:
    first = raw_post(books, "r1")
    books.later(minutes=5)
    assert raw_post(books, "r1") == first


@fact("2.2", "a repeated request is not carried out again")
def _(books: Books) -> None:
    before = customers(books)
    raw_post(books, "r1")
    raw_post(books, "r1")
    assert customers(books) == before + 1


@fact("2.2", "without a requestid the same write is carried out twice")
def _(books: Books) -> None:
    body = {"CustomerRef": {"value": "3"}, "Line": [line(5)]}
    assert books.post("Invoice", body)["Id"] != books.post("Invoice", body)["Id"]


@fact("2.2", "the answer that comes back is the old one, with its old SyncToken")
def _(books: Books) -> None:
    made = books.post("Customer", ADA, requestid="r1")
    books.post("Customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "later"})
    again = books.post("Customer", ADA, requestid="r1")
    assert (again["SyncToken"], "Notes" in again) == ("0", False)
    assert books.read("Customer", made["Id"])["SyncToken"] == "1"


@fact("2.2", "another body under the same requestid is ignored", requestid_other_body="replay")
def _(books: Books) -> None:
    first = books.ok("POST", "customer", ADA, requestid="r1")
    assert books.ok("POST", "customer", BOB, requestid="r1") == first


@fact("2.2", "another body under the same requestid is refused", requestid_other_body="refuse")
def _(books: Books) -> None:
    first = books.ok("POST", "customer", ADA, requestid="r1")
    assert books.refused("POST", "customer", BOB, requestid="r1") == "600"
    assert books.ok("POST", "customer", ADA, requestid="r1") == first


@fact("2.2", "updates, deletions and e-mails are repeated under their requestid, too")
def _(books: Books) -> None:
    made = books.invoice(BillEmail={"Address": "a@b.example"})
    path = f"invoice/{made['Id']}/send"
    assert books.ok("POST", path, requestid="send") == books.ok("POST", path, requestid="send")
    gone = {"Id": made["Id"], "SyncToken": "1"}
    first = books.ok("POST", "invoice", gone, operation="delete", requestid="delete")
    assert books.ok("POST", "invoice", gone, operation="delete", requestid="delete") == first


@fact("2.2", "a whole batch is repeated under its requestid")
def _(books: Books) -> None:
    body = {"BatchItemRequest": [{"bId": "1", "operation": "create", "Customer": ADA}]}
    first = books.ok("POST", "batch", body, requestid="b1")
    assert books.ok("POST", "batch", body, requestid="b1") == first


@fact("2.2", "a requestid on a read changes nothing")
def _(books: Books) -> None:
    first = books.ok("GET", "customer/3", requestid="r1")["Customer"]
    books.post("Customer", {"Id": "3", "SyncToken": first["SyncToken"], "sparse": True, "Notes": "later"})
    assert books.ok("GET", "customer/3", requestid="r1")["Customer"]["Notes"] == "later"


@fact("2.2", "a repeated request raises no second event")
def _(books: Books) -> None:
    raw_post(books, "r1")
    assert len(sent(books)) == 1
    raw_post(books, "r1")
    assert sent(books) == []


@fact("2.2", "a repeated request is no second commit, and is counted as a replay")
def _(books: Books) -> None:
    raw_post(books, "r1")
    last = books.control("GET", "commits")["last"]
    raw_post(books, "r1")
    assert books.control("GET", "commits")["last"] == last
    assert books.control("GET", "counters")[books.realm]["replays"] == 1


@fact("2.2", "a requestid belongs to one realm")
def _(books: Books) -> None:
    raw_post(books, "r1")
    other = books.control("POST", "companies", {"preset": "us-manual-tax"})["realm"]
    books.token = books.control("POST", f"companies/{other}/grant")["access_token"]
    answer = books.raw("POST", f"/v3/company/{other}/customer?requestid=r1", b'{"DisplayName":"Elsewhere"}')
    assert b"Elsewhere" in answer.body


def by_another_app(books: Books) -> dict[str, str]:
    """What a second app gets under a requestid that the first one used for Ada."""
    raw_post(books, "r1")
    second_app(books)
    granted = books.control("POST", f"companies/{books.realm}/grant", {"client_id": OTHER[0]})
    books.token = granted["access_token"]
    return books.post("Customer", BOB, requestid="r1")


@fact("2.2", "a requestid belongs to one app", requestid_per_app=True)
def _(books: Books) -> None:
    assert by_another_app(books)["DisplayName"] == "Bob"


@fact("2.2", "a requestid is shared by all apps of a realm", requestid_per_app=False)
def _(books: Books) -> None:
    assert by_another_app(books)["DisplayName"] == "Ada"


@fact("2.2", "a requestid has 50 characters at most")
def _(books: Books) -> None:
    assert books.ok("POST", "customer", ADA, requestid="x" * 50)
    assert books.refused("POST", "customer", BOB, requestid="x" * 51) == "2130"


@fact("2.2", "a requestid of a batch has 36 characters at most")
def _(books: Books) -> None:
    body = {"BatchItemRequest": [{"bId": "1", "operation": "create", "Customer": ADA}]}
    assert books.refused("POST", "batch", body, requestid="x" * 37) == "2130"
    assert books.ok("POST", "batch", body, requestid="x" * 36)


@fact("2.2", "with a requestid each bId has 10 characters at most")
def _(books: Books) -> None:
    body = {"BatchItemRequest": [{"bId": "x" * 11, "operation": "create", "Customer": ADA}]}
    assert books.refused("POST", "batch", body, requestid="b1") == "2130"
    assert books.ok("POST", "batch", body)


@fact("2.2", "a refused request is not stored: corrected, it succeeds under the same requestid")
def _(books: Books) -> None:
    assert books.refused("POST", "customer", {"DisplayName": "Emily Platt"}, requestid="r1") == "6240"
    assert books.post("Customer", ADA, requestid="r1")["DisplayName"] == "Ada"


@fact("2.2", "a refusal is repeated under its requestid", requestid_replays_faults=True)
def _(books: Books) -> None:
    assert books.refused("POST", "customer", {"DisplayName": "Emily Platt"}, requestid="r1") == "6240"
    assert books.refused("POST", "customer", ADA, requestid="r1") == "6240"


@fact("2.2", "answers are kept without end", requestid_ttl_seconds=0)
def _(books: Books) -> None:
    first = raw_post(books, "r1")
    books.later(days=40)
    books.token = books.control("POST", f"companies/{books.realm}/grant")["access_token"]
    assert raw_post(books, "r1") == first


@fact("2.2", "answers are kept for a time", requestid_ttl_seconds=600)
def _(books: Books) -> None:
    first = raw_post(books, "r1")
    books.later(seconds=600)
    assert raw_post(books, "r1") == first
    books.later(seconds=1)
    assert books.refused("POST", "customer", ADA, requestid="r1") == "6240"


@fact("2.2", "the header Request-Id makes no request idempotent")
def _(books: Books) -> None:
    target = f"/v3/company/{books.realm}/customer"
    for name, status in (("Ada", 200), ("Ada", 400)):
        body = f'{{"DisplayName":"{name}"}}'.encode()
        assert books.raw("POST", target, body, request_id="r1").status == status


@fact("2.2", "a write that a fault struck after its commit is answered under its requestid")
def _(books: Books) -> None:
    before = customers(books)
    books.control(
        "POST", "faults", {"answer": "gateway-timeout", "when": "after", "count": 1, "method": "POST"}
    )
    assert (
        books.raw("POST", f"/v3/company/{books.realm}/customer?requestid=r", b'{"DisplayName":"A"}').status
        == 504
    )
    assert books.post("Customer", {"DisplayName": "A"}, requestid="r")["DisplayName"] == "A"
    assert customers(books) == before + 1


@fact("2.2", "an odd requestid is a key like any other")
def _(books: Books) -> None:
    for odd in ("%00", "%F0%9F%92%B0", "a%20b%26c", "%FF"):
        name = f"N{odd.replace('%', '')}".encode()
        first = raw_post(books, odd, b'{"DisplayName":"' + name + b'"}')
        assert raw_post(books, odd, b'{"DisplayName":"other"}') == first


@fact("15", "2: switched off in mid-flight, a stored answer is still the answer")
def _(books: Books) -> None:
    first = raw_post(books, "r1")
    switch(books, requestid_replays_faults=True)
    assert raw_post(books, "r1", b"{") == first
