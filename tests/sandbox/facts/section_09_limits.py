"""Section 9: limits, throttling, metering."""

import json

from tests.sandbox.access_client import OTHER, granted, second_app, second_company, switch
from tests.sandbox.client import CLIENT_ID, Books
from tests.sandbox.facts.table import fact
from tests.sandbox.golden import assert_golden

EMPTY = b'{"BatchItemRequest":[]}'


def read(books: Books, realm: str = "") -> int:
    return books.raw("GET", f"/v3/company/{realm or books.realm}/item/1").status


def reads(books: Books, count: int, pause: float = 0) -> list[int]:
    statuses: list[int] = []
    for _read in range(count):
        statuses.append(read(books))
        books.later(seconds=pause)
    return statuses


def batches(books: Books, count: int, pause: float) -> list[int]:
    statuses: list[int] = []
    for _batch in range(count):
        statuses.append(books.raw("POST", f"/v3/company/{books.realm}/batch", EMPTY).status)
        books.later(seconds=pause)
    return statuses


def second_token(books: Books, realm: str = "", client_id: str = OTHER[0]) -> str:
    if client_id == OTHER[0]:
        second_app(books)
    wanted = {"client_id": client_id}
    return books.control("POST", f"companies/{realm or books.realm}/grant", wanted)["access_token"]


@fact("9", "nothing is limited unless it is switched on", rate_limits=False)
def _(books: Books) -> None:
    assert set(reads(books, 30)) == {200}


@fact("9", "ten requests a second, the eleventh is refused", rate_limits=True)
def _(books: Books) -> None:
    assert reads(books, 11) == [200] * 10 + [429]
    books.later(seconds=1)
    assert read(books) == 200


@fact("9", "the limit of a second belongs to realm and app", rate_limits=True)
def _(books: Books) -> None:
    mine, other, elsewhere = books.token, second_token(books), second_company(books)
    assert reads(books, 11)[-1] == 429
    books.token = other
    assert read(books) == 200
    books.token = second_token(books, elsewhere, CLIENT_ID)
    assert read(books, elsewhere) == 200
    books.token = mine
    assert read(books) == 429


@fact("9", "500 requests a minute for each realm", rate_limits=True)
def _(books: Books) -> None:
    assert reads(books, 501, 0.11) == [200] * 500 + [429]
    books.later(seconds=10)
    assert read(books) == 200


@fact("9", "the limit of a minute is shared by the apps of a realm", rate_limits=True)
def _(books: Books) -> None:
    other = second_token(books)
    reads(books, 500, 0.11)
    books.token = other
    assert read(books) == 429


@fact("9", "40 batches a minute for each realm and app", rate_limits=True)
def _(books: Books) -> None:
    other = second_token(books)
    assert batches(books, 41, 0.2) == [200] * 40 + [429]
    assert read(books) == 200
    books.token = other
    assert batches(books, 1, 0.2) == [200]


@fact("9", "120 batches a minute for each realm", rate_limits=True)
def _(books: Books) -> None:
    for number in range(3):
        client = f"client-{number}"
        books.control("POST", "apps", {"client_id": client, "client_secret": "s"})
        books.token = second_token(books, client_id=client)
        assert set(batches(books, 40, 0.2)) == {200}
    books.token = second_token(books)
    assert batches(books, 1, 0.2) == [429]


@fact("9", "what an app asks of other APIs counts among 800", rate_limits=True, other_apis_a_minute=780)
def _(books: Books) -> None:
    other = second_token(books)
    assert reads(books, 21, 0.11) == [200] * 20 + [429]
    books.token = other
    assert read(books) == 200


@fact("9", "the 800 of all APIs are those of a minute", rate_limits=True, other_apis_a_minute=795)
def _(books: Books) -> None:
    assert reads(books, 6)[-1] == 429
    books.later(seconds=60)
    assert read(books) == 200


@fact("9", "a batch counts as one request of the 500", rate_limits=True)
def _(books: Books) -> None:
    items = [{"bId": str(number), "Query": "select * from Item maxresults 1"} for number in range(30)]
    answer = books.ok("POST", "batch", {"BatchItemRequest": items})
    assert len(answer["BatchItemResponse"]) == 30
    assert reads(books, 9) == [200] * 9


@fact("9", "a refused request is not carried out", rate_limits=True)
def _(books: Books) -> None:
    reads(books, 10)
    assert books.call("POST", "customer", {"DisplayName": "Ada"})[0] == 429
    books.later(seconds=1)
    assert books.post("Customer", {"DisplayName": "Ada"})


@fact("9", "a refused request does not count itself", rate_limits=True)
def _(books: Books) -> None:
    reads(books, 40)
    books.later(seconds=1)
    assert reads(books, 10) == [200] * 10


@fact("9", "a limit answers with the golden 429", rate_limits=True)
def _(books: Books) -> None:
    reads(books, 10)
    status, answer = books.call("GET", "item/1")
    assert status == 429
    assert_golden("throttled_429", answer)


@fact("9", "a limit answers in the gateway's shape", rate_limits=True, throttle_shape="fault")
def _(books: Books) -> None:
    reads(books, 10)
    status, answer = books.call("GET", "item/1")
    assert (status, answer["fault"]["error"][0]["code"]) == (429, "3001")


@fact("9", "a limit says when to come again where that is switched on", rate_limits=True, retry_after=60)
def _(books: Books) -> None:
    reads(books, 10)
    assert books.raw("GET", f"/v3/company/{books.realm}/item/1").headers["retry-after"] == "60"


@fact("9", "what has no valid token counts against no limit", rate_limits=True)
def _(books: Books) -> None:
    for _call in range(30):
        books.raw("GET", f"/v3/company/{books.realm}/item/1", authorization="Bearer nonsense")
    assert read(books) == 200


@fact("9", "people at the web face are not limited", rate_limits=True)
def _(books: Books) -> None:
    for _call in range(15):
        assert "Item" in books.control("GET", f"companies/{books.realm}/v3/item/1")


def emails(books: Books, count: int) -> list[int]:
    made = books.invoice(BillEmail={"Address": "a@b.example"})
    statuses: list[int] = []
    for _email in range(count):
        statuses.append(books.call("POST", f"invoice/{made['Id']}/send")[0])
        books.later(seconds=1)
    return statuses


@fact("9", "40 e-mails a day for each realm", rate_limits=True)
def _(books: Books) -> None:
    assert emails(books, 41) == [200] * 40 + [429]
    books.later(days=1)
    granted(books)
    assert emails(books, 1) == [200]


@fact("9", "the number of e-mails a day can be chosen", rate_limits=True, emails_a_day=2)
def _(books: Books) -> None:
    assert emails(books, 3) == [200, 200, 429]


@fact("9", "an e-mail that could not be sent is not counted", rate_limits=True, emails_a_day=1)
def _(books: Books) -> None:
    made = books.invoice(BillEmail={"Address": "a@b.example"})
    for odd in ("nobody", "@" * 200):
        assert books.refused("POST", f"invoice/{made['Id']}/send", sendTo=odd) == "2210"
    assert books.ok("POST", f"invoice/{made['Id']}/send", sendTo="c@d.example")


def metered(books: Books) -> int:
    return books.control("GET", "counters").get(books.realm, {}).get("metered_reads", 0)


@fact("9", "reads are metered: objects, queries, the change feed and PDFs")
def _(books: Books) -> None:
    made = books.invoice()
    books.read("Item", "1")
    books.query("select * from Item")
    books.ok("GET", "cdc", entities="Invoice", changedSince="2026-11-01T00:00:00Z")
    books.raw("GET", f"/v3/company/{books.realm}/invoice/{made['Id']}/pdf")
    assert metered(books) == 4


@fact("9", "writes are free")
def _(books: Books) -> None:
    books.post("Customer", {"DisplayName": "Ada"})
    assert metered(books) == 0
    assert books.control("GET", "counters")[books.realm]["writes"] == 1


@fact("9", "reads in a batch are metered one by one")
def _(books: Books) -> None:
    items = [{"bId": "1", "Query": "select * from Item"}, {"bId": "2", "Query": "select * from Customer"}]
    items += [{"bId": "3", "Customer": {"DisplayName": "Ada"}}]  # pyright: ignore[reportArgumentType]
    books.ok("POST", "batch", {"BatchItemRequest": items})
    assert metered(books) == 2


@fact("9", "reads that fail are not metered")
def _(books: Books) -> None:
    books.refused("GET", "item/999999")
    books.refused("GET", "query", query="nonsense")
    assert metered(books) == 0


@fact("9", "tokens and people at the web face are not metered")
def _(books: Books) -> None:
    granted(books)
    books.control("GET", f"companies/{books.realm}/v3/item/1")
    assert metered(books) == 0


@fact("9", "past the free tier's allowance reads are refused until the next month; writes are not",
      rate_limits=True, metered_reads_a_month=3)  # fmt: skip
def _(books: Books) -> None:
    assert reads(books, 5) == [200, 200, 200, 429, 429]
    assert books.raw("GET", f"/v3/company/{books.realm}/query?query=select%20*%20from%20Item").status == 429
    assert books.post("Customer", {"DisplayName": "Ada"})
    books.later(days=29)
    granted(books)
    assert read(books) == 200


@fact("9", "the allowance of the free tier is an app's, for all its realms",
      rate_limits=True, metered_reads_a_month=3)  # fmt: skip
def _(books: Books) -> None:
    other = second_company(books)
    reads(books, 3)
    books.token = second_token(books, other, CLIENT_ID)
    assert read(books, other) == 429
    books.token = second_token(books)
    assert read(books) == 200


@fact("9", "reads of a batch count against the allowance", rate_limits=True, metered_reads_a_month=1)
def _(books: Books) -> None:
    body = json.dumps({"BatchItemRequest": [{"bId": "1", "Query": "select * from Item"}]}).encode()
    statuses = [books.raw("POST", f"/v3/company/{books.realm}/batch", body).status for _ in range(2)]
    assert statuses == [200, 429]


@fact("9", "a paid tier has no end", rate_limits=True, metered_reads_a_month=0)
def _(books: Books) -> None:
    assert set(reads(books, 50, 0.2)) == {200}
    switch(books, metered_reads_a_month=10)
    assert read(books) == 429
