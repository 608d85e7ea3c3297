"""Sections 1 and 8, and the control API: OAuth 2, webhooks, faults to order, the clock, the state."""

import base64
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bookipi_app.sandbox.core import Request, Response, Sandbox
from bookipi_app.sandbox.oauth import ACCOUNTING_SCOPE
from bookipi_app.sandbox.webhooks import signature
from tests.sandbox.client import CALLBACK, CLIENT_ID, SECRET, VERIFIER, Books, line

BASIC = {"authorization": "Basic " + base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()}
ASKED = {
    **{"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "response_type": "code"},
    **{"scope": ACCOUNTING_SCOPE, "state": "s t&te"},
}


def browse(books: Books, method: str, target: str, cookie: str = "", **form: str) -> Response:
    headers = {"cookie": cookie, "host": "127.0.0.1:8600"}
    return books.sandbox.handle(Request.to(method, target, headers, urlencode(form).encode()), books.now)


def signed_in(books: Books) -> str:
    answer = browse(books, "POST", "/login", email="joan@whitakerbooks.com", password="any", next="/")
    return answer.headers["set-cookie"].split(";")[0]


def consent(books: Books, decision: str = "allow") -> dict[str, list[str]]:
    cookie = signed_in(books)
    answer = browse(books, "POST", "/connect/oauth2", cookie, **ASKED, realm=books.realm, decision=decision)
    assert answer.status == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)


def token(books: Books, **form: str) -> tuple[int, dict[str, str]]:
    target = Request.to("POST", "/oauth2/v1/tokens/bearer", BASIC, urlencode(form).encode())
    answer = books.sandbox.handle(target, books.now)
    return answer.status, json.loads(answer.body)


def refresh(books: Books, value: str) -> tuple[int, dict[str, str]]:
    return token(books, grant_type="refresh_token", refresh_token=value)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
def test_1_1_discovery_names_this_server(books: Books, name: str, slash: str):
    answer = json.loads(browse(books, "GET", f"/.well-known/{name}{slash}").body)
    assert answer["token_endpoint"] == "http://127.0.0.1:8600/oauth2/v1/tokens/bearer"
    assert answer["revocation_endpoint"] == "http://127.0.0.1:8600/v2/oauth2/tokens/revoke"
    assert ACCOUNTING_SCOPE not in answer["scopes_supported"]


def test_1_2_consent_says_what_is_shared(books: Books):
    target = "/connect/oauth2?" + urlencode(ASKED)
    assert b"Sign in" in browse(books, "GET", target).body
    page = browse(books, "GET", target, signed_in(books)).body.decode()
    for text in ("shared both ways", "Payments are not shared", "Cedar &amp; Stone Landscaping LLC"):
        assert text in page


def test_1_2_a_wrong_redirect_uri_is_not_followed(books: Books):
    target = "/connect/oauth2?" + urlencode({**ASKED, "redirect_uri": "http://evil.example/"})
    assert browse(books, "GET", target, signed_in(books)).status == 400
    wrong_scope = "/connect/oauth2?" + urlencode({**ASKED, "scope": "everything"})
    assert "error=invalid_scope" in browse(books, "GET", wrong_scope).headers["location"]


def test_log_in_leads_only_within_this_server(books: Books):
    for target in ("http://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = browse(books, "POST", "/login", email="a@b.c", password="x", next=target)
        assert answer.headers["location"] == "/"


def test_1_3_and_1_4_code_exchange(books: Books):
    back = consent(books)
    assert (back["state"], back["realmId"]) == (["s t&te"], [books.realm])
    form = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": CALLBACK}
    status, answer = token(books, **form)
    assert (status, answer["token_type"], answer["expires_in"]) == (200, "bearer", 3600)
    assert answer["x_refresh_token_expires_in"] == 8640000
    books.token = answer["access_token"]
    assert books.read("Item", "1")
    assert token(books, **form) == (400, {"error": "invalid_grant", "error_description": "Token invalid"})
    assert books.call("GET", "item/1")[0] == 401


def test_1_3_declining(books: Books):
    assert consent(books, "decline") == {"error": ["access_denied"], "state": ["s t&te"]}


def test_1_4_client_must_be_known(books: Books):
    target = Request.to(
        "POST", "/oauth2/v1/tokens/bearer", {"authorization": "Basic eDp5"}, b"grant_type=refresh_token"
    )
    answer = books.sandbox.handle(target, books.now)
    assert (answer.status, json.loads(answer.body)) == (401, {"error": "invalid_client"})


def test_1_4_daily_rotation(books: Books):
    first = books.sandbox.grant(books.realm, books.now)["refresh_token"]
    books.later(hours=23)
    assert refresh(books, first)[1]["refresh_token"] == first
    books.later(hours=2)
    second = refresh(books, first)[1]["refresh_token"]
    assert second != first
    assert refresh(books, first)[0] == 400
    assert refresh(books, second)[0] == 200


@pytest.mark.parametrize(("mode", "old"), [("every", 400), ("lenient", 200)])
def test_1_4_other_rotations(books: Books, mode: str, old: int):
    books.control("POST", "switches", {"refresh_rotation": mode})
    first = books.sandbox.grant(books.realm, books.now)["refresh_token"]
    refresh(books, first)
    assert refresh(books, first)[0] == old


def test_1_4_a_refresh_token_dies_after_100_days(books: Books):
    first = books.sandbox.grant(books.realm, books.now)["refresh_token"]
    books.later(days=101)
    assert refresh(books, first)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_1_5_revoking_either_token_ends_the_grant(books: Books, which: str):
    tokens = books.sandbox.grant(books.realm, books.now)
    body = json.dumps({"token": tokens[which]}).encode()
    answer = books.sandbox.handle(Request.to("POST", "/v2/oauth2/tokens/revoke", BASIC, body), books.now)
    assert (answer.status, answer.body) == (200, b"")
    books.token = tokens["access_token"]
    status, fault = books.call("GET", "item/1")
    assert (status, fault["fault"]["error"][0]["detail"]) == (401, "Token revoked")
    assert refresh(books, tokens["refresh_token"])[0] == 400


def test_1_5_disconnect_from_the_other_side(books: Books):
    books.control("POST", f"companies/{books.realm}/revoke")
    assert books.call("GET", "item/1")[0] == 401


VECTORS = [
    (
        "00faeec4-08d0-4996-bb37-698ae19f0149",
        (
            '{"eventNotifications":[{"realmId":"1269959970","dataChangeEvent":{"entities":['
            '{"name":"Vendor","id":"40","operation":"Update","lastUpdated":"2016-10-05T03:09:04.000Z"},'
            '{"name":"Customer","id":"43","operation":"Create","lastUpdated":"2016-10-05T03:07:04.000Z"}]}}]}'
        ),
        "6q+xGyMirJupwKTh2/WBl2NcdxzxqdIbk3sneKTxLWM=",
    ),
    (
        "b5771f19b12ddb4bcdb9f08bdc50bc63878a",
        (
            '{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":['
            '{"name":"Customer","id":"1","operation":"Create","lastUpdated":"2015-10-05T14:42:19-0700"}]}}]}'
        ),
        "JC2GUwciPmRBwEO7WvrRmKqu9tGOKL8FFallocTFi8Q=",
    ),
]


@pytest.mark.parametrize(("key", "body", "expected"), VECTORS)
def test_8_1_published_signatures(key: str, body: str, expected: str):
    assert signature(key, body.encode()) == expected


def test_8_3_cloud_events(books: Books):
    invoice = books.invoice()
    (delivery,) = books.sandbox.due_webhooks(books.now)
    assert delivery.headers["intuit-signature"] == signature(VERIFIER, delivery.body)
    (event,) = json.loads(delivery.body)
    assert event["type"] == "qbo.invoice.created.v1"
    assert (event["intuitentityid"], event["intuitaccountid"]) == (invoice["Id"], books.realm)
    assert (event["time"], event["data"]) == ("2026-11-02T17:00:00.000000000Z", {})


@pytest.mark.parametrize(("switch", "name"), [("voided", "voided"), ("void", "void")])
def test_8_3_void_has_two_names(books: Books, switch: str, name: str):
    books.control("POST", "switches", {"void_event": switch})
    invoice = books.invoice()
    books.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
    assert books.events()[-1]["type"] == f"qbo.invoice.{name}.v1"


def test_8_2_legacy_and_merge(books: Books):
    books.control("POST", "switches", {"webhook_format": "legacy"})
    books.control("POST", f"companies/{books.realm}/merge", {"winner": "1", "loser": "3"})
    (delivery,) = books.sandbox.due_webhooks(books.now)
    (entity,) = json.loads(delivery.body)["eventNotifications"][0]["dataChangeEvent"]["entities"]
    assert (entity["name"], entity["id"], entity["operation"], entity["deletedId"]) == (
        "Customer",
        "1",
        "Merge",
        "3",
    )
    assert books.refused("GET", "customer/3") == "610"


def test_8_4_retries_keep_the_event_id(books: Books):
    books.invoice()
    (first,) = books.sandbox.due_webhooks(books.now)
    for wait in (10, 20, 30, 300):
        books.sandbox.delivered(first, 500, books.now)
        assert books.sandbox.due_webhooks(books.now) == []
        books.later(seconds=wait)
        (again,) = books.sandbox.due_webhooks(books.now)
        assert again.body == first.body
    books.sandbox.delivered(first, 200, books.now)
    assert books.sandbox.seconds_to_next_webhook(books.now) is None


def test_8_4_changes_are_gathered_for_the_delay():
    books = Books(switches={"webhook_delay": 5})
    made = books.invoice()
    for token_now in ("0", "1"):
        books.post(
            "Invoice", {"Id": made["Id"], "SyncToken": token_now, "sparse": True, "PrivateNote": token_now}
        )
    assert books.events() == []
    books.later(seconds=5)
    assert [event["type"] for event in books.events()] == ["qbo.invoice.created.v1", "qbo.invoice.updated.v1"]


def test_8_4_loss_duplicates_and_no_echo(books: Books):
    books.control("POST", "switches", {"webhook_loss": 1})
    books.invoice()
    assert books.events() == []
    books.control("POST", "switches", {"webhook_loss": 0, "webhook_duplicates": 1})
    books.invoice()
    ids = [event["id"] for event in books.events()]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    books.control("POST", "switches", {"own_writes_notify": False})
    books.invoice()
    assert books.events() == []


def test_14_3_throttled_before_and_after_the_commit(books: Books):
    body = {"CustomerRef": {"value": "3"}, "Line": [line(1)]}
    count = books.query("select count(*) from Invoice")["totalCount"]
    books.control("POST", "faults", {"answer": "throttled", "count": 1, "route": "/invoice"})
    status, fault = books.call("POST", "invoice", body)
    assert (status, fault["Fault"]["type"]) == (429, "SERVICE")
    assert books.query("select count(*) from Invoice")["totalCount"] == count
    books.control("POST", "faults", {"answer": "throttled", "when": "after", "count": 1, "route": "/invoice"})
    assert books.call("POST", "invoice", body, requestid="r")[0] == 429
    assert books.ok("POST", "invoice", body, requestid="r")
    assert books.query("select count(*) from Invoice")["totalCount"] == count + 1


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
