"""Every handler and every route × nobody, a stranger, the same person's other company: refused, all of them.

The lists come from the registries of the running code. What is open to everybody stands below, each with its reason.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest

from bookipi_app.state.failures import BUG_WORDS
from tests.security.arguments import arguments, filled, path_of
from tests.security.conftest import House, fresh_cookie, new_person
from tests.security.people import Person, changes, rows_of
from tests.security.registry import Handler, ways
from tests.security.sockets import raw_socket

pytestmark = pytest.mark.long
PUBLIC_HANDLERS = {
    "state.hydrate": "the tab's own state, which is empty before the log-in",
    "state.hydrate_and_load": "the same, as a page opens",
    "state.set_is_hydrated": "a flag of the tab's own",
    "on_load_internal_state.on_load_internal": "begins the page's own handlers, which ask who it is",
    "on_load_internal_state.set_is_hydrated": "a flag of the tab's own",
    "app_state.say": "shows the caller their own words",
    "app_state.forget_undo": "takes the caller's own message away",
    "public_invoice_page.arrive": "the page of a public link: the link is the permission",
    "public_invoice_page.watch": "the same, as it changes",
    "sign_state.open": "the log-in page",
    "sign_state.open_forgot": "the page of who forgot the password",
    "sign_state.open_reset": "the page of a mailed link: the link is the permission",
}
PUBLIC_ROUTES = {
    "/": "leads to the dashboard, which asks who it is",
    "/_event": "the websocket: tests/security/test_socket.py",
    "/_health": "says that the process lives",
    "/healthz": "says that the process and its database live",
    "/healthz/live": "says that the process lives",
    "/metrics": "counts and durations, without a name in them",
    "/ping": "says that the process lives",
    "/auth/sign-in": "the log-in itself",
    "/auth/sign-up": "a new account",
    "/auth/sign-out": "ends the caller's own session",
    "/auth/forgot": "the same answer for everybody",
    "/auth/reset": "a mailed link is the permission",
    "/disconnect/quickbooks": "Intuit sends people there; it shows a page, and QuickBooks is asked what is true",
    "/oauth/quickbooks/callback": "leads to a page that asks who it is; tests/api/test_quickbooks_oauth.py",
    "/i/{key}/invoice.pdf": "a public link is the permission",
    "/i/{key}/logo.png": "a public link is the permission",
    "/webhooks/quickbooks": "the signature is the permission: tests/api/test_quickbooks_webhook.py",
}


@dataclass(frozen=True)
class Answer:
    """What a route said."""

    status: int
    location: str
    body: str


def test_what_is_open_to_everybody_exists_and_has_a_reason() -> None:
    registered = ways()
    assert set(PUBLIC_HANDLERS) <= {one.short for one in registered.handlers}
    assert set(PUBLIC_ROUTES) - {"/metrics"} <= {one.path for one in registered.routes}
    print(
        f"matrix: {len(registered.handlers)} handlers, {calls_of_all()} calls for each kind of caller; "
        f"{len(registered.routes)} routes"
    )


def test_for_every_handler_somebody_said_what_to_pass() -> None:
    assert len(ways().handlers) > 150
    assert calls_of_all() > len(ways().handlers)


def test_bad_input_21_refused_nobody_reaches_a_handler(house: House) -> None:
    before, open_to_nobody = house.everything(), []
    for handler in ways().handlers:
        heard = call_all(house, handler, "", ids_of(house.owner))
        assert house.owner.word not in heard, handler.short
        led_away = "/sign-in" in heard or (handler.background and "delta" not in without_marks(heard))
        if not led_away and handler.short not in PUBLIC_HANDLERS:
            open_to_nobody.append(handler.short)
    assert open_to_nobody == [], "\n".join(open_to_nobody)
    assert changes(before, house.everything()) == {}


def test_bad_input_18_refused_no_handler_reaches_the_records_of_a_stranger(house: House) -> None:
    """On the page of the stranger's record, and with its ids as arguments on one's own page."""
    before, ids = house.of_owner(), ids_of(house.owner)
    for handler in ways().handlers:
        cookie = fresh_cookie(house, house.stranger)
        for place in (ids, ids_of(house.stranger)):
            heard = call_all(house, handler, cookie, ids, place=place)
            assert house.owner.word not in heard, handler.short
            assert BUG_WORDS not in heard, handler.short
    after = house.of_owner()
    after["unsavedinvoice"] = before[
        "unsavedinvoice"
    ]  # a stranger's own text, under an address that they made up
    assert changes(before, after) == {}


def test_bad_input_20_refused_no_handler_reaches_the_records_of_the_other_company(house: House) -> None:
    """The same person, in a browser that looks at another company of theirs."""
    owner = new_person(house, "oo")
    before = owned_rows(house, owner)
    for handler in ways().handlers:
        cookie = fresh_cookie(house, owner, owner.second_id)
        heard = call_all(house, handler, cookie, ids_of(owner))
        leaks = [word for word in (f"{owner.word} {part}" for part in SECRETS) if word in heard]
        assert leaks == [], handler.short
        assert BUG_WORDS not in heard, handler.short
    assert changes(before, owned_rows(house, owner)) == {}


def test_bad_input_18_21_accepted_every_handler_works_for_the_owner(house: House) -> None:
    """And the matrix could see a leak: the owner sees what nobody else did."""
    owner, everything = new_person(house, "aa"), ""
    for handler in ways().handlers:
        heard = call_all(house, handler, fresh_cookie(house, owner), ids_of(owner), most=2)
        assert BUG_WORDS not in heard, handler.short
        everything += heard
    assert [part for part in SECRETS if f"{owner.word} {part}" not in everything] == []


SECRETS = ("Customer", "Item", "Line")


def test_bad_input_64_refused_no_route_serves_nobody_or_a_stranger(house: House) -> None:
    before, ids = house.everything(), ids_of(house.owner)
    open_to_all = []
    for way in ways().routes:
        if way.path == "/_event":
            continue
        for cookie in ("", house.stranger.cookie, "x" * 43):
            for method in way.methods:
                answer = ask(house, method, filled(way, ids), cookie, POSTED | ids)
                assert house.owner.word not in answer.body, way.path
                assert answer.status < 500 or way.path in PUBLIC_ROUTES, (way.path, answer)
                if cookie != house.stranger.cookie and way.path not in PUBLIC_ROUTES and not refused(answer):
                    open_to_all.append((method, way.path, answer.status))
    assert open_to_all == []
    after = house.everything()
    assert {name: rows for name, rows in changes(before, after).items() if name not in HARMLESS} == {}


POSTED = {"email": "planted@example.com", "password": "short", "name": "Planted", "next": "//evil.example"}
HARMLESS = {"loginsession", "loginguess", "oauthstate"}  # a stranger's own browser, and what is counted


def test_bad_input_64_accepted_the_owner_gets_the_file(house: House) -> None:
    answer = ask(house, "GET", f"/files/invoices/{house.owner.ids['invoice']}.pdf", house.owner.cookie)
    assert (answer.status, answer.body[:5]) == (200, "%PDF-")


def test_uploads_of_reflex_are_not_served(house: House) -> None:
    assert ask(house, "POST", "/_upload", house.owner.cookie).status in (404, 405)


def call_all(
    house: House,
    handler: Handler,
    cookie: str,
    ids: Mapping[str, str],
    *,
    place: Mapping[str, str] | None = None,
    most: int = 100,
) -> str:
    """Call a handler with everything that it could be given, in a tab of its own; what the server said."""
    path = path_of(handler, place or ids)
    with raw_socket(house.app, cookie) as socket:
        for opening in openings(handler):
            socket.event(opening, path=path)
        for payload in arguments(handler, ids)[:most]:
            socket.event(handler.name, payload, path)
        socket.settle(path)
        socket.settle(path)
        return socket.heard


def openings(handler: Handler) -> Iterable[str]:
    """The handlers that open a page, so that the others find it open."""
    state = handler.name.rpartition(".")[0]
    names = {one.name for one in ways().handlers}
    return [
        name for end in ("arrive", "open") if (name := f"{state}.{end}") in names and name != handler.name
    ]


def calls_of_all() -> int:
    some: dict[str, str] = dict.fromkeys((*KNOWN, "company", "digest", "key"), "x")
    return sum(len(arguments(handler, some)) for handler in ways().handlers)


KNOWN = ("customer", "item", "invoice", "draft", "payment", "line", "letter", "record", "session")


def ids_of(person: Person) -> dict[str, str]:
    return {**person.ids, "company": str(person.company_id), "digest": "0" * 16, "key": "x" * 48}


def owned_rows(house: House, person: Person) -> dict[str, set[tuple[str, ...]]]:
    """The rows of the first company, without the person's own: their account and browsers may change."""
    rows = rows_of(house.store, str(person.company_id), *person.ids.values())
    return {name: found for name, found in rows.items() if name not in ("user_account", "loginsession")}


def without_marks(heard: str) -> str:
    """What a tab heard, less what every tab hears: where it is, the marks, the answer to the socket's opening."""
    lines = [line for line in heard.splitlines() if '"words":"mark ' not in line and line.startswith("42")]
    return "\n".join(line for line in lines if "rx_router" not in line)


def refused(answer: Answer) -> bool:
    return answer.status in (401, 403, 404, 405, 411, 413) or (
        answer.status in (303, 307) and answer.location.startswith("/sign-in")
    )


def ask(
    house: House, method: str, path: str, cookie: str, sent: Mapping[str, str] | None = None, origin: str = ""
) -> Answer:
    """One request of a browser that stands on our page, unless it comes from another origin."""
    connection = http.client.HTTPConnection(urlsplit(house.app.url).netloc, timeout=60)
    headers = {"Origin": origin or house.app.url, "Content-Type": "application/x-www-form-urlencoded"}
    if cookie:
        headers["Cookie"] = f"bookipi_session={cookie}"
    try:
        connection.request(method, path, urlencode(sent or {}) if method == "POST" else None, headers)
        got = connection.getresponse()
        return Answer(got.status, got.headers.get("location", ""), got.read().decode("latin-1"))
    finally:
        connection.close()
