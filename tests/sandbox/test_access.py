"""The control API, the state on disk, hostile input, and what of sections 1 and 8 is no fact of Intuit's."""

import asyncio
import json

import httpx
import pytest

from bookipi_app.sandbox import server
from bookipi_app.sandbox.core import Request, Sandbox
from tests.sandbox.access_client import (
    EVERYTHING,
    FORM,
    REVOKE,
    TOKENS,
    USERINFO,
    asked,
    basic,
    browse,
    consent,
    exchange,
    granted,
    refresh,
    sent,
    signed_in,
    switch,
)
from tests.sandbox.client import CLIENT_ID, HOOK, Books, line


def test_1_2_consent_says_what_is_shared(books: Books):
    page = browse(books, "GET", asked(), signed_in(books)).body.decode()
    for text in ("shared both ways", "Payments are not shared", "Cedar &amp; Stone Landscaping LLC"):
        assert text in page


def test_log_in_leads_only_within_this_server(books: Books):
    for target in ("http://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = browse(books, "POST", "/login", email="a@b.c", password="x", next=target)
        assert answer.headers["location"] == "/"


def test_14_3_delay_drop_and_skip(books: Books):
    path = f"/v3/company/{books.realm}/item/1"
    books.control("POST", "faults", {"kind": "delay", "seconds": 2, "skip": 1, "count": 1})
    assert [books.raw("GET", path).delay for _ in range(3)] == [0, 2, 0]
    books.control("POST", "faults", {"kind": "drop", "when": "after", "count": 1})
    assert [books.raw("GET", path).dropped for _ in range(2)] == [True, False]
    assert "error" in books.control("POST", "faults", {"kind": "explode"})
    assert "error" in books.control("POST", "faults", {"route": "("})


def test_control_clock_switches_and_log(books: Books):
    assert "error" in books.control("POST", "switches", {"no_such": 1})
    assert "error" in books.control("POST", "switches", {"refresh_rotation": "sometimes"})
    books.invoice()
    last = books.control("GET", "commits")["commits"][-1]
    assert (last["entity"], last["actor"], last["operation"]) == ("Invoice", f"app:{CLIENT_ID}", "Create")
    books.control("POST", "clock", {"offset_seconds": 3601})
    assert books.call("GET", "item/1")[0] == 401


def test_control_keeps_times_within_the_calendar(books: Books):
    for path in ("clock", f"companies/{books.realm}"):
        for name in ("offset_seconds", "clock_offset"):
            books.control("POST", path, {name: 10**30})
    assert "error" in books.control("POST", "clock", {"offset_seconds": -(10**30)})
    assert "error" in books.control("POST", "switches", {"access_token_seconds": 10**30})
    switch(books, webhook_retry_factor=1_000_000_000)
    books.post("Customer", {"DisplayName": "Ada"})
    sent(books, 500)
    assert granted(books)["expires_in"] == 3600


def test_control_needs_json(books: Books):
    form = Request.to(
        "POST", "/sandbox/switches", {"content-type": "application/x-www-form-urlencoded"}, b"a=b"
    )
    assert books.sandbox.handle(form, books.now).status == 415


def test_control_acts_as_the_bookkeeper(books: Books):
    made = books.control("POST", f"companies/{books.realm}/v3/vendor", {"DisplayName": "V"})
    assert made["Vendor"]["SyncToken"] == "0"
    assert books.control("GET", "commits")["commits"][-1]["actor"] == "bookkeeper"


def test_state_survives(books: Books):
    snapshot = books.sandbox.dump()
    books.sandbox.journal()
    first = books.ok("POST", "invoice", {"CustomerRef": {"value": "3"}, "Line": [line(5)]}, requestid="r")
    entries = books.sandbox.journal()
    other = Sandbox(seed=1, companies=())
    other.load(snapshot)
    for entry in entries:
        other.replay(entry)
    books.sandbox = other
    assert books.read("Invoice", first["Invoice"]["Id"]) == first["Invoice"]
    assert books.ok("POST", "invoice", {}, requestid="r") == first
    assert int(books.invoice()["Id"]) == int(first["Invoice"]["Id"]) + 1


def reborn(books: Books, entries: list[dict[str, object]], snapshot: dict[str, object]) -> Books:
    """The books after a crash: an older snapshot and the journal since."""
    other = Sandbox(seed="another", companies=())
    other.load(snapshot)
    for entry in entries:
        other.replay(entry)
    books.sandbox = other
    return books


def test_grants_and_keys_survive(books: Books):
    snapshot = books.sandbox.dump()
    books.sandbox.journal()
    tokens = exchange(books, consent(books, scope=EVERYTHING)["code"])[1]
    books.control("POST", "apps", {"client_id": CLIENT_ID, "disconnect_url": "http://localhost/gone"})
    books.control("POST", "apps", {"client_id": CLIENT_ID, "webhook_entities": ["Item"]})
    keys = books.send("GET", "/op/v1/jwks", {}).body
    app = books.sandbox.world.apps[CLIENT_ID]
    again = reborn(books, books.sandbox.journal(), snapshot)
    again.token = tokens["access_token"]
    assert again.raw("GET", USERINFO).status == 200
    assert refresh(again, tokens["refresh_token"])[0] == 200
    assert again.send("GET", "/op/v1/jwks", {}).body == keys
    assert again.sandbox.world.apps[CLIENT_ID] == app


def test_another_body_is_refused_after_a_restart_too(books: Books):
    switch(books, requestid_other_body="refuse")
    snapshot = books.sandbox.dump()
    books.sandbox.journal()
    first = books.ok("POST", "customer", {"DisplayName": "Ada"}, requestid="r")
    again = reborn(books, books.sandbox.journal(), snapshot)
    assert again.refused("POST", "customer", {"DisplayName": "Bob"}, requestid="r") == "600"
    assert again.ok("POST", "customer", {"DisplayName": "Ada"}, requestid="r") == first


def test_metered_reads_survive_in_a_snapshot(books: Books):
    switch(books, rate_limits=True, metered_reads_a_month=2)
    books.read("Item", "1")
    again = reborn(books, [], books.sandbox.dump())
    assert again.read("Item", "1")
    assert again.call("GET", "item/1")[0] == 429


def test_events_that_wait_survive_in_a_snapshot(books: Books):
    books.post("Customer", {"DisplayName": "Ada"})
    (before,) = sent(books, 500)
    again = reborn(books, [], books.sandbox.dump())
    (after,) = sent(again)
    assert json.loads(after.body)[0]["id"] == json.loads(before.body)[0]["id"]


def test_states_of_older_versions_are_read(books: Books):
    books.ok("POST", "customer", {"DisplayName": "Ada"}, requestid="r")
    snapshot = books.sandbox.dump()
    for entry in snapshot["entries"]:
        for name in ("digest", "key_seed", "metered"):
            entry.pop(name, None)
        for app in entry.get("apps", []):
            del app["webhook_entities"], app["disconnect_url"]
    again = reborn(books, [], snapshot)
    assert again.refused("POST", "customer", {"DisplayName": "Ada"}) == "6240"
    assert sent(again)


def delivered_to(answer: object) -> list[int]:
    """The tries of each delivery that still waits, after the shell sent one to an address that answers so."""
    shell = server.Shell(server.Config(companies=("us-no-tax",), client_id="id", webhook_delay=0))
    box = shell.sandbox
    box.register_app("id", "s", (), HOOK, "v")
    books = Books()
    box.grant(box.realms[0], books.now)
    path = f"/sandbox/companies/{box.realms[0]}/v3/customer"
    box.handle(
        Request.to("POST", path, {"content-type": "application/json"}, b'{"DisplayName":"A"}'), books.now
    )
    (delivery,) = box.due_webhooks(books.now)

    async def receive(request: httpx.Request) -> httpx.Response:
        assert request.headers["intuit-signature"]
        if isinstance(answer, int):
            return httpx.Response(answer)
        await asyncio.sleep(30)
        return httpx.Response(200)

    async def send() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client:
            await shell._send(client, delivery)

    asyncio.run(send())
    return [entry.attempts for entry in box.world.deliveries.values()]


def test_an_address_that_answers_in_time_is_done_with():
    assert delivered_to(200) == []


@pytest.mark.parametrize("answer", [302, 404, 503, "never"])
def test_an_address_that_refuses_or_is_slow_is_tried_again(monkeypatch: pytest.MonkeyPatch, answer: object):
    monkeypatch.setattr(server, "_WEBHOOK_TIMEOUT", 0.01)
    assert delivered_to(answer) == [1]


@pytest.mark.parametrize(
    "path", [TOKENS, REVOKE, USERINFO, "/connect/oauth2", "/login", "/op/v1/jwks", "/v3", "/v3/company/"]
)
def test_access_survives_nonsense(books: Books, path: str):
    nested = b'{"token":' + b"[" * 800 + b"]" * 800 + b"}"
    bodies = [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        nested,
        b'{"token":"\\ud800"}',
        b"token=%ED%A0%80",
        b"a=b&" * 50_000,
    ]
    signs = [{}, {"authorization": "Basic ="}, {"authorization": "Bearer \u00e9" * 20}, basic()]
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        for body in bodies:
            for sign in signs:
                answer = books.send(method, path, {"content-type": FORM, **sign}, body)
                assert answer.status < 500, (method, body[:20])


def test_a_body_past_twenty_megabytes_is_413(books: Books):
    status, answer = books.call("POST", "customer", b" " * 20_000_001)
    assert (status, "Fault" in answer) == (413, True)


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe{}",
    b'{"DisplayName": "\\ud800"}',
    b'{"DisplayName": NaN}',
    b'{"Balance": 1e999999999}',
    b'{"DisplayName": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b'{"DisplayName": "' + b"x" * 5_000_000 + b'"}',
    b'{"CustomerRef": "1", "Line": "x"}',
    b'{"CustomerRef": {"value": ["1"]}, "Line": [1, null, [], "x"]}',
    b'{"CustomerRef":{"value":"1"},"Line":[{"DetailType":"GroupLineDetail","GroupLineDetail":{"Line":[{"Amount":"x"}]}}]}',
    b'{"Id": {"a": 1}, "SyncToken": []}',
    b'{"Id": "-1", "SyncToken": true, "sparse": []}',
    b'{"BatchItemRequest": [{"bId": {}, "Invoice": 5}, {"Query": 7}, {"CDCQuery": []}, {}]}',
    b'{"TotalAmt": "1e400", "CustomerRef": {"value": "1"}}',
    b'{"TotalAmt":9,"CustomerRef":{"value":"1"},"Line":[{"Amount":5,"LinkedTxn":[{"TxnId":"x","TxnType":"Invoice"}]}]}',
    b'{"TxnTaxDetail": {"TotalTax": "1,5", "TaxLine": [7]}, "CustomerRef": {"value": "1"}, "Line": [{}]}',
]


@pytest.mark.parametrize(
    "path", ["invoice", "customer", "item", "payment", "batch", "preferences", "invoice?operation=void"]
)
def test_hostile_bodies_get_a_fault(books: Books, path: str):
    for body in HOSTILE:
        status, answer = books.call("POST", path, body)
        assert status in (200, 400), (body[:80], answer)
        assert "Fault" in answer or status == 200


@pytest.mark.parametrize(
    "target",
    [
        "invoice/" + "9" * 5000,
        "query?query=%00%ff",
        "cdc?entities=%2C&changedSince=x",
        "cdc?entities=Invoice&changedSince=0001-01-01",
        "a/b/c/d",
    ],
)
def test_hostile_targets_get_a_fault(books: Books, target: str):
    status, answer = books.call("GET", target)
    assert status in (400, 500)
    assert answer["Fault"]["Error"][0]["code"]
