"""The client against the sandbox's core, and against answers that the core does not give."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from bookipi_app import exactjson
from bookipi_app.models import Operation
from bookipi_app.quickbooks import transport
from bookipi_app.quickbooks.client import QuickBooks, literal
from bookipi_app.quickbooks.faults import (
    Forbidden,
    Gone,
    GrantLost,
    NotSent,
    ReadOnly,
    Refused,
    Stale,
    Throttled,
    Unknown,
)
from bookipi_app.quickbooks.wire import Entity
from tests.quickbooks.books import START, Books, FixedTokens, answering

CUSTOMER = '{"DisplayName":"Bürkli & Söhne ☂"}'


def _create(client: QuickBooks, text: str = CUSTOMER, request_id: str = "a" * 32):
    return client.write(Entity.CUSTOMER, Operation.CREATE, text, request_id)


def _post(data: dict[str, object], status: int = 400, **headers: str):
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=data, headers=headers)

    return answering(answer)


def test_a_write_sends_exactly_its_bytes_and_its_id_and_repeating_it_changes_nothing() -> None:
    books = Books()
    client = books.client()
    first = _create(client)
    again = _create(client)
    assert first.object["Id"] == again.object["Id"]
    assert books.sent[-1].content == CUSTOMER.encode() == books.sent[-2].content
    assert dict(books.sent[-1].url.params) == {"requestid": "a" * 32, "minorversion": "75"}
    assert first.tid
    assert first.tid != again.tid
    assert first.time is not None
    assert first.time == START


def test_reading_updating_and_deleting() -> None:
    books = Books()
    client = books.client()
    made = _create(client).object
    change = exactjson.dumps({"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True, "Notes": "x"})
    client.write(Entity.CUSTOMER, Operation.UPDATE, change, "b" * 32)
    assert client.read(Entity.CUSTOMER, made["Id"])["Notes"] == "x"
    with pytest.raises(Stale):
        client.write(Entity.CUSTOMER, Operation.UPDATE, change, "c" * 32)
    with pytest.raises(Gone):
        client.read(Entity.CUSTOMER, "987654")
    with pytest.raises(Refused) as refused:
        _create(client, CUSTOMER, "d" * 32)
    assert refused.value.code == "6240"
    assert refused.value.tid


def test_an_invoice_is_voided_and_deleted_and_the_change_feed_tells_of_it() -> None:
    books = Books()
    client = books.client()
    customer = next(client.all(Entity.CUSTOMER))[0]["Id"]
    item = next(obj["Id"] for obj in next(client.all(Entity.ITEM)) if obj["Type"] == "Service")
    line = {
        "Amount": Decimal("0.30"),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, "Qty": 3, "UnitPrice": Decimal("0.1")},
    }
    body = exactjson.dumps({"CustomerRef": {"value": customer}, "Line": [line]})
    first, second = (client.write(Entity.INVOICE, Operation.CREATE, body, mark * 32).object for mark in "ab")
    assert isinstance(first["TotalAmt"], Decimal | int)
    ended = {
        one: exactjson.dumps({"Id": obj["Id"], "SyncToken": "0"})
        for one, obj in (("v", first), ("d", second))
    }
    voided = client.write(Entity.INVOICE, Operation.VOID, ended["v"], "c" * 32)
    deleted = client.write(Entity.INVOICE, Operation.DELETE, ended["d"], "d" * 32)
    assert voided.object["TotalAmt"] == 0
    assert deleted.deleted
    assert deleted.object["Id"] == second["Id"]

    feed = client.change_feed([Entity.CUSTOMER, Entity.INVOICE], START - timedelta(minutes=1))
    assert [obj["Id"] for obj in feed.objects[Entity.INVOICE]] == [first["Id"]]
    assert [(stone.entity, stone.id) for stone in feed.tombstones] == [(Entity.INVOICE, second["Id"])]
    assert not feed.truncated
    assert feed.time == START


def test_a_full_change_feed_says_that_it_is_truncated() -> None:
    books = Books()
    rows = [{"Id": str(number)} for number in range(1000)]
    document = {
        "CDCResponse": [{"QueryResponse": [{"Customer": rows}, {}]}],
        "time": "2026-11-22T07:00:00.000-08:00",
    }
    feed = _post(document, 200).change_feed([Entity.CUSTOMER, Entity.ITEM], books.now)
    assert feed.truncated
    assert len(feed.objects[Entity.CUSTOMER]) == 1000


def test_queries_find_the_inactive_too_and_page_without_losing_or_doubling_one() -> None:
    books = Books()
    client = books.client()
    made = _create(client).object
    change = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    client.write(Entity.CUSTOMER, Operation.UPDATE, exactjson.dumps(change), "b" * 32)
    pages = list(client.all(Entity.CUSTOMER, page=3))
    ids = [obj["Id"] for page in pages for obj in page]
    assert made["Id"] in ids
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids, key=int)
    assert [obj["Id"] for obj in client.query_ids(Entity.CUSTOMER, [made["Id"], "99999"])] == [made["Id"]]
    before = len(books.sent)
    assert client.query_ids(Entity.CUSTOMER, [str(number) for number in range(1, 450)])
    assert len(books.sent) - before == 3


def test_a_reading_ends_where_a_page_says_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers each page with the same one would be read for ever."""
    client, asked = Books().client(), iter(range(3))

    def same(*_: object) -> list[dict[str, str]]:
        assert next(asked, None) is not None, "read for ever"
        return [{"Id": "1"}, {"Id": "2"}]

    monkeypatch.setattr(client, "page", same)
    assert list(client.all(Entity.CUSTOMER, page=2)) == [[{"Id": "1"}, {"Id": "2"}]]


def test_bad_input_54_both_values_in_queries_are_escaped_with_a_backslash_and_only_ascii_goes_in() -> None:
    client = Books().client()
    made = _create(client, '{"DisplayName":"Adam\'s \\\\ Candy"}').object
    found = client.query("SELECT * FROM Customer WHERE DisplayName = " + literal("Adam's \\ Candy"))
    assert [obj["Id"] for obj in found] == [made["Id"]]
    for wrong in ("Café", "two\nlines", "Adam\u2019s"):
        with pytest.raises(ValueError):
            literal(wrong)
    with pytest.raises(ValueError):
        client.query("SELECT * FROM Customer WHERE DisplayName = 'é'")


def test_numbers_are_never_floats() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, text='{"Item":{"Id":"1","UnitPrice":0.5306667,"Qty":2,"Big":99999999999.99}}'
        )

    item = answering(answer).read(Entity.ITEM, "1")
    assert item["UnitPrice"] == Decimal("0.5306667")
    assert item["Big"] == Decimal("99999999999.99")
    assert item["Qty"] == 2
    assert isinstance(item["Qty"], int)


def test_a_401_is_followed_by_one_refresh_and_one_repeat_of_the_same_bytes() -> None:
    books = Books()
    good = str(books.sandbox.grant(books.realm, books.now)["access_token"])
    tokens = FixedTokens(["expired", good])
    client = QuickBooks(books.realm, tokens, books.clock, books.http, "http://books.test")
    assert _create(client).object["Id"]
    assert tokens.refused == ["expired"]
    assert [request.content for request in books.sent] == [CUSTOMER.encode()] * 2
    assert books.sent[0].url == books.sent[1].url


def test_a_second_401_ends_the_grant() -> None:
    books = Books()
    client = QuickBooks(books.realm, FixedTokens(["x", "y"]), books.clock, books.http, "http://books.test")
    with pytest.raises(GrantLost) as lost:
        client.company_info()
    assert "Reconnect" in lost.value.words
    assert len(books.sent) == 2


def test_a_token_of_another_company_is_forbidden() -> None:
    books = Books("us-manual-tax", "us-no-tax")
    first, second = books.sandbox.realms
    token = str(books.sandbox.grant(first, books.now)["access_token"])
    with pytest.raises(Forbidden):
        QuickBooks(second, FixedTokens([token]), books.clock, books.http, "http://books.test").company_info()


def test_an_expired_company_is_read_only() -> None:
    books = Books()
    client = books.client()
    books.sandbox.add_company("expired", books.now)
    expired = books.client(books.sandbox.realms[-1])
    assert client.company_info()["CompanyName"]
    assert expired.company_info()["CompanyName"]
    with pytest.raises(ReadOnly):
        _create(expired)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_unknown_and_the_repeat_finds_out(when: str) -> None:
    books = Books()
    client = books.client()
    books.sandbox.troubles.order({"kind": "drop", "when": when, "count": 1, "method": "POST"})
    with pytest.raises(Unknown):
        _create(client)
    made = _create(client).object
    alike = [
        obj
        for page in client.all(Entity.CUSTOMER)
        for obj in page
        if obj["DisplayName"] == made["DisplayName"]
    ]
    assert len(alike) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, '{"Fault":{"Error":[{"Message":"x","code":"6240"}],"type":"ValidationFault"}}'),
        (503, "<html>Service Unavailable</html>"),
        (502, ""),
        (404, "<html>"),
        (302, ""),
        (200, '{"Customer":{"Id":"1","Disp'),
        (200, "{}"),
        (200, '{"Customer":{}}'),
        (200, "[1]"),
        (200, "[" * 100_000),
        (200, '{"Customer":{"Id":"1","Balance":NaN}}'),
        (400, "nonsense"),
        (400, '{"Fault":{"Error":[{"code":"600"}]}}'),
        (400, '{"Fault":{"Error":[{"code":"150"}]}}'),
        (400, '{"Fault":{"Error":[{"code":"10000"}]}}'),
        (403, "<html>Forbidden by a proxy</html>"),
    ],
)  # fmt: skip
def test_whatever_is_not_understood_leaves_the_outcome_unknown(status: int, body: str) -> None:
    with pytest.raises(Unknown):
        _create(answering(lambda _request: httpx.Response(status, text=body)))


def test_a_fault_in_a_200_is_a_refusal() -> None:
    with pytest.raises(Stale):
        _create(_post({"Fault": {"Error": [{"code": "5010"}], "type": "ValidationFault"}}, 200))


def test_of_several_errors_the_one_that_changes_what_we_do_counts() -> None:
    errors = [{"code": "2020", "element": "Line"}, {"code": "6000", "Detail": "x"}, {"code": "5010"}]
    with pytest.raises(Stale):
        _create(_post({"Fault": {"Error": errors, "type": "ValidationFault"}}))


def test_the_gateway_s_shape_is_understood_with_codes_as_numbers_and_leading_zeros() -> None:
    fault = {
        "error": [{"message": "x", "detail": "y", "code": "003100", "element": None}],
        "type": "AUTHORIZATION",
    }
    with pytest.raises(Forbidden):
        _create(_post({"fault": fault, "time": 1730024394085}, 403))
    with pytest.raises(Gone):
        _create(_post({"Fault": {"Error": [{"code": 610}]}}))


def test_throttling_says_until_when() -> None:
    error = {"Message": "message=ThrottleExceeded; errorCode=003001", "code": "3001"}
    body: dict[str, object] = {"Fault": {"Error": [error]}}
    for status in (429, 403):
        with pytest.raises(Throttled) as slow:
            _create(_post(body, status))
        assert slow.value.until is not None
        assert timedelta(seconds=60) <= slow.value.until - START <= timedelta(seconds=70)
    for given, seconds in (("7", 7), ("99999", 3600), ("0", 1)):
        with pytest.raises(Throttled) as slow:
            _create(_post(body, 429, **{"retry-after": given}))
        assert slow.value.until == START + timedelta(seconds=seconds)
    with pytest.raises(Throttled):
        _create(answering(lambda _request: httpx.Response(429, text="<html>slow down</html>")))


def test_bad_input_70_refused_a_redirect_is_never_followed() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(302, headers={"location": "http://elsewhere.test/"})

    with pytest.raises(Unknown):
        _create(answering(answer))
    assert len(seen) == 1


def test_an_answer_larger_than_the_cap_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1000)
    with pytest.raises(Unknown):
        _create(answering(lambda _request: httpx.Response(200, text=" " * 2000)))


def test_certainly_not_sent_is_told_apart_from_perhaps_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"  # bound, never listening: refused
        client = QuickBooks("1", FixedTokens(["t"]), lambda: START, transport.http_client(), nobody)
        with pytest.raises(NotSent):
            _create(client)

    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("nothing came", request=request)

    with pytest.raises(Unknown):
        _create(answering(silent))


def test_a_dripping_answer_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()
        dripper = threading.Thread(target=_drip, args=(server, done))
        dripper.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        client = QuickBooks("1", FixedTokens(["t"]), lambda: START, transport.http_client(), address)
        with pytest.raises(Unknown):
            _create(client)
        done.set()
        dripper.join(5)


def _drip(server: socket.socket, done: threading.Event) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\nx-slow: ")
        while not done.wait(0.05):
            try:
                connection.sendall(b"a")
            except OSError:
                return
