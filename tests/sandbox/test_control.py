"""The control API: every route of its table does its deed, and says why when it cannot."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bookipi_app.sandbox.control import ROUTES
from bookipi_app.sandbox.core import Response
from bookipi_app.sandbox.switches import Switches
from tests.sandbox.client import CLIENT_ID, SECRET, VERIFIER, Books, line


def ask(books: Books, method: str, path: str, body: Any = None) -> Response:
    """One request to the control API; `{realm}` in the path is the company's."""
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"} if body is not None else {}
    return books.send(method, f"/sandbox{path.replace('{realm}', books.realm)}", headers, data)


def read(books: Books, path: str) -> Any:
    return json.loads(ask(books, "GET", path).body)


@dataclass(frozen=True)
class Case:
    """A request, what its answer holds, and what else is true afterwards."""

    method: str
    path: str
    body: Any
    holds: Callable[[Any], object]
    after: Callable[[Books], object] = lambda books: True
    before: Callable[[Books], object] = lambda books: None
    target: str = ""


def _throttle(books: Books) -> None:
    ask(books, "POST", "/faults", {"answer": "throttled"})


def _throw(books: Books, seed: int, number: int = 20) -> list[int]:
    ask(books, "DELETE", "/faults")
    ask(books, "POST", "/faults/seed", {"seed": seed})
    ask(books, "POST", "/faults", {"answer": "system", "probability": 0.5})
    return [books.call("GET", "item/1")[0] for _ in range(number)]


SUCCESSES = (
    Case("GET", "", None, lambda a: len(a["routes"]) == len(ROUTES) and a["companies"] and a["presets"]),
    Case("GET", "/switches", None, lambda a: a["refresh_rotation"] == "daily"),
    Case("GET", "/switches/meanings", None, lambda a: a["Access"]["code_seconds"]["default"] == 300),
    Case(
        *("POST", "/switches", {"cdc_cap": 7}, lambda a: a["cdc_cap"] == 7),
        after=lambda books: books.sandbox.switches.cdc_cap == 7,
    ),
    Case(
        *("DELETE", "/switches", None, lambda a: a == Switches().as_json()),
        before=lambda books: ask(books, "POST", "/switches", {"cdc_cap": 7}),
        after=lambda books: books.sandbox.switches.cdc_cap == 1000,
    ),
    Case("GET", "/faults", None, lambda a: [f["status"] for f in a["faults"]] == [429], before=_throttle),
    Case(
        *("POST", "/faults", {"status": 503, "route": "/item/1$", "count": 1}, lambda a: a["id"] == "1"),
        after=lambda books: (
            [books.call("GET", f"item/{n}")[0] for n in (2, 3)] == [200, 200]
            and [books.raw("GET", f"/v3/company/{books.realm}/item/1").status for _ in "ab"] == [503, 200]
        ),
    ),
    Case(
        *("DELETE", "/faults", None, lambda a: a == {"faults": []}),
        before=_throttle,
        after=lambda books: books.call("GET", "item/1")[0] == 200,
    ),
    Case(
        *("POST", "/faults/seed", {"seed": 5}, lambda a: a == {"faults": []}),
        after=lambda books: _throw(books, 5) == _throw(books, 5) != _throw(books, 6),
    ),
    Case("DELETE", "/faults/{id}", None, lambda a: a == {"faults": []}, before=_throttle, target="/faults/1"),
    Case("GET", "/clock", None, lambda a: a == {"offset_seconds": 0, "now": "2026-11-02T09:00:00.000-08:00"}),
    Case(
        *("POST", "/clock", {"offset_seconds": -90}, lambda a: a["now"] == "2026-11-02T08:58:30.000-08:00"),
        after=lambda books: books.ok("GET", "item/1")["time"].startswith("2026-11-02T08:58:30"),
    ),
    Case(
        *(
            "GET",
            "/counters",
            None,
            lambda a: [*a.values()] == [{"requests": 2, "metered_reads": 1, "writes": 1}],
        ),
        before=lambda books: (books.ok("GET", "item/1"), books.post("Customer", {"DisplayName": "Ada"})),
    ),
    Case(
        *("POST", "/counters", {}, lambda a: a == {}),
        before=lambda books: books.ok("GET", "item/1"),
        after=lambda books: read(books, "/counters") == {},
    ),
    Case(
        *("GET", "/commits", None, lambda a: [c["number"] for c in a["commits"]] == [2] and a["last"] == 2),
        before=lambda books: [books.post("Customer", {"DisplayName": name}) for name in "ab"],
        target="/commits?realm={realm}&after=1&last=5",
    ),
    Case(
        *("GET", "/requests", None, lambda a: [r["target"][-7:] for r in a["requests"]] == ["/item/2"]),
        before=lambda books: [books.ok("GET", f"item/{number}") for number in (1, 2)],
        target="/requests?last=1",
    ),
    Case(
        *(
            "GET",
            "/webhooks",
            None,
            lambda a: len(a["sent"]) == 1 and a["gathering"] == 0 and not a["waiting"],
        ),
        before=lambda books: (books.invoice(line(5)), books.events()),
    ),
    Case("GET", "/apps", None, lambda a: a["apps"][0]["client_id"] == CLIENT_ID),
    Case(
        *(
            "POST",
            "/apps",
            {"client_id": "two", "webhook_entities": ["Item"], "disconnect_url": "http://x/off"},
        ),
        lambda a: (
            [(app["webhook_entities"], app["disconnect_url"]) for app in a["apps"]]
            == [([], ""), (["Item"], "http://x/off")]
        ),
    ),
    Case("GET", "/companies", None, lambda a: [c["preset"] for c in a["companies"]] == ["us-automated-tax"]),
    Case(
        *("POST", "/companies", {"preset": "canada"}, lambda a: a["currency"] == "CAD"),
        after=lambda books: len(books.sandbox.realms) == 2,
    ),
    Case(
        *("GET", "/companies/{realm}", None),
        lambda a: a["apps"] == [CLIENT_ID] and a["zip_codes"]["78704"]["rates"],
    ),
    Case(
        *("POST", "/companies/{realm}", {"expired": True, "clock_offset": 60, "country": "USA"}),
        lambda a: a["expired"] and a["clock_offset"] == 60,
        after=lambda books: books.refused("POST", "customer", {"DisplayName": "Ada"}) == "6190",
    ),
    Case(
        *("POST", "/companies/{realm}/grant", {}, lambda a: a["realmId"] and a["access_token"]),
        before=lambda books: ask(books, "POST", "/companies/{realm}/revoke", {}),
        after=lambda books: books.call("GET", "item/1")[0] == 401,  # it is another token
    ),
    Case(
        *("POST", "/companies/{realm}/revoke", {}, lambda a: a == {"revoked": True, "disconnect_url": ""}),
        after=lambda books: books.call("GET", "item/1")[0] == 401,
    ),
    Case(
        *(
            "POST",
            "/companies/{realm}/merge",
            {"winner": "1", "loser": "3"},
            lambda a: a["Customer"]["Id"] == "1",
        ),
        after=lambda books: books.refused("GET", "customer/3") == "610",
    ),
    Case(
        *("GET", "/companies/{realm}/v3/{path...}", None, lambda a: a["Item"]["Id"] == "1"),
        target="/companies/{realm}/v3/item/1",
    ),
    Case(
        *("POST", "/companies/{realm}/v3/{path...}", {"DisplayName": "V"}, lambda a: a["Vendor"]["Id"]),
        target="/companies/{realm}/v3/vendor",
        after=lambda books: read(books, "/commits")["commits"][-1]["actor"] == "bookkeeper",
    ),
)


def test_every_route_has_a_case():
    assert [(case.method, case.path) for case in SUCCESSES] == [
        (route.method, route.path) for route in ROUTES
    ]


@pytest.mark.parametrize("case", SUCCESSES, ids=lambda case: f"{case.method} {case.path}")
def test_a_route_does_its_deed(case: Case, books: Books):
    case.before(books)
    answer = ask(books, case.method, case.target or case.path, case.body)
    assert answer.status == 200, answer.body
    assert case.holds(json.loads(answer.body))
    assert case.after(books)


REFUSALS: tuple[tuple[str, str, Any, int, str], ...] = (
    ("GET", "/nothing", None, 404, "no such control"),
    ("GET", "/companies/{realm}/nothing", None, 404, "no such control"),
    ("GET", "/companies/{realm}/v3", None, 404, "no such control"),
    ("PATCH", "/clock", {}, 405, "method"),
    ("POST", "/switches", {"cdc_cap": 1, "nothing": 1}, 400, "no switch called nothing"),
    ("POST", "/switches", {"refresh_rotation": "sometimes"}, 400, "does not take"),
    ("POST", "/switches", {"cdc_cap": -1}, 400, "does not take"),
    ("POST", "/switches", [1], 400, "JSON object"),
    ("POST", "/faults", {"kind": "explode"}, 400, "kind is"),
    ("POST", "/faults", {"when": "never"}, 400, "when is"),
    ("POST", "/faults", {"route": "("}, 400, "regular expression"),
    ("POST", "/faults", {"answer": "poem"}, 400, "no such answer"),
    ("POST", "/faults", {"answer": {}}, 400, "no such answer"),
    ("POST", "/faults", {"count": []}, 400, "count is a number"),
    ("POST", "/faults", {"count": -1}, 400, "count is a number"),
    ("POST", "/faults", {"probability": 1.5}, 400, "from 0 to 1"),
    ("POST", "/faults", {"status": 99}, 400, "from 200 to 599"),
    ("POST", "/faults", {"colour": "red"}, 400, "documented"),
    ("DELETE", "/faults/77", None, 404, "No such fault"),
    ("POST", "/clock", {}, 400, "must be a number"),
    ("POST", "/clock", {"offset_seconds": "60"}, 400, "must be a number"),
    ("POST", "/clock", {"offset_seconds": 1e30}, 400, "ten years"),
    ("POST", "/apps", {"name": "Nameless"}, 400, "client_id"),
    ("POST", "/companies", {"preset": "moon"}, 400, "no company preset moon"),
    ("GET", "/companies/1", None, 404, "no such company"),
    ("POST", "/companies/1", {}, 404, "no such company"),
    ("POST", "/companies/1/grant", {}, 404, "no such company"),
    ("POST", "/companies/1/revoke", {}, 404, "no such company"),
    ("POST", "/companies/1/merge", {}, 404, "no such company"),
    ("GET", "/companies/1/v3/item/1", None, 404, "no such company"),
    ("POST", "/companies/1/v3/item", {}, 404, "no such company"),
    ("POST", "/companies/{realm}", {"clock_offset": "later"}, 400, "must be a number"),
    ("POST", "/companies/{realm}", {"preferences": {"Nothing": {}}}, 400, "Unrecognized field"),
    ("POST", "/companies/{realm}/grant", {"client_id": "nobody"}, 404, "No app"),
    ("POST", "/companies/{realm}/revoke", {"client_id": "nobody"}, 404, "No app"),
    ("POST", "/companies/{realm}/merge", {"winner": "1", "loser": "1"}, 400, "with itself"),
    ("POST", "/companies/{realm}/merge", {"winner": "1"}, 400, "Object Not Found"),
    ("POST", "/companies/{realm}/v3/customer", {}, 400, "6080"),
)


@pytest.mark.parametrize(("method", "path", "body", "status", "words"), REFUSALS)
def test_a_refusal_says_why_and_changes_nothing(
    method: str, path: str, body: Any, status: int, words: str, books: Books
):
    before = books.sandbox.dump()
    answer = ask(books, method, path, body)
    assert (answer.status, words in answer.body.decode()) == (status, True), answer.body
    assert books.sandbox.dump() == before
    assert not books.sandbox.troubles.rules


@pytest.mark.parametrize("kind", ["", "text/plain", "text/plain; json", "application/x-www-form-urlencoded"])
def test_what_a_foreign_page_can_send_unasked_is_refused(kind: str, books: Books):
    headers = {"content-type": kind} if kind else {}
    answer = books.send("POST", "/sandbox/switches", headers, b'{"cdc_cap": 1}')
    assert answer.status == 415
    assert books.sandbox.switches.cdc_cap == 1000
    assert (
        books.send("POST", "/sandbox/clock", {"content-type": "Application/JSON; charset=utf-8"}, b"[").status
        == 400
    )


def test_a_fault_waits_skips_and_strikes_after(books: Books):
    ask(books, "POST", "/faults", {"kind": "drop", "when": "after", "method": "POST", "skip": 1, "count": 1})
    books.post("Customer", {"DisplayName": "first"})
    assert books.raw("POST", f"/v3/company/{books.realm}/customer", b'{"DisplayName": "second"}').dropped
    assert books.query("select * from Customer where DisplayName = 'second'")["Customer"]
    assert read(books, "/faults") == {"faults": []}


def test_secrets_are_never_shown(books: Books):
    for path in ("", "/apps", "/companies/{realm}"):
        shown = ask(books, "GET", path).body.decode()
        assert CLIENT_ID in shown
        assert SECRET not in shown
        assert VERIFIER not in shown


def test_the_log_of_commits_names_the_author_and_the_request(books: Books):
    books.post("Customer", {"DisplayName": "Ada"}, requestid="r1")
    [commit] = read(books, "/commits")["commits"]
    assert commit == {
        **{"number": 1, "realm": books.realm, "actor": f"app:{CLIENT_ID}", "operation": "Create"},
        **{"entity": "Customer", "id": commit["id"], "sync_token": "0", "requestid": "r1"},
        **{"time": "2026-11-02T09:00:00.000-08:00", "indirect": False},
    }
    assert read(books, "/commits?realm=1")["commits"] == []
