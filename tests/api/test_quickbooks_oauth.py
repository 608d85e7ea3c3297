"""Connecting, from the button to the result page, and every way in which it does not come about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from bookipi_app.api import quickbooks_oauth
from bookipi_app.ids import new_id
from bookipi_app.models import (
    Company,
    Connection,
    ConnectionStatus,
    Flag,
    Kind,
    OAuthState,
    Reference,
    SyncRecord,
    User,
)
from bookipi_app.quickbooks.auth import for_connection, this_vault
from bookipi_app.services import connections
from tests.api.quickbooks_app import App, fresh_settings
from tests.stores import everything_in

PROBLEM = "/settings/integration?problem="
RESULT = "/settings/integration/connected"


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., App]]:
    with fresh_settings(monkeypatch, tmp_path):
        yield lambda *presets: App(monkeypatch, tmp_path, *(presets or ("us-manual-tax",)))


def test_bad_input_34_35_36_accepted_connecting_stores_everything_at_once(make: Callable[..., App]) -> None:
    app = make()
    person = app.signed_in()
    before = datetime.now(UTC)
    assert person.connect() == RESULT
    (connection,) = app.connections()
    assert connection.company_id == person.company_id
    assert connection.realm_id == app.books.realm
    assert connection.status is ConnectionStatus.CONNECTED
    assert connection.quickbooks_name == "Green Thumb LLC"
    assert connection.income_account_name == "Sales of Product Income"
    assert connection.default_item_name == "Services"
    assert connection.first_connected_at == connection.connected_at >= before
    assert connection.cursor
    assert before - timedelta(minutes=11) < connection.cursor < before - timedelta(minutes=9)
    assert connection.wake == 1
    assert app.woken == [connection.id]
    access, refresh = this_vault().open(
        connection.tokens_sealed or "", connection.company_id, connection.realm_id
    )
    assert access
    assert refresh.startswith("RT1-")
    stored = everything_in(app.database)
    assert connection.tokens_sealed
    assert connection.tokens_sealed in stored
    assert refresh not in stored
    assert access not in stored
    with app.database.reading() as session:
        assert session.exec(select(func.count()).select_from(Reference)).one() > 20
        shown = connections.result(session, person.company_id)
    assert shown.quickbooks_name == "Green Thumb LLC"
    assert "both ways" in shown.sentences[0]
    assert (
        for_connection(app.database, app.books.clock, connection).company_info()["CompanyName"]
        == "Green Thumb LLC"
    )


@pytest.mark.parametrize("minutes", [-10, 4])  # the code itself lasts for five
def test_the_moment_of_connecting_is_known_by_quickbooks_clock_too(
    make: Callable[..., App], minutes: int
) -> None:
    """Ours may be off: what is made there from now on is told by that moment, and the cursor goes by it."""
    app = make()
    app.books.sandbox.world.clock_offset = minutes * 60.0
    before = datetime.now(UTC)
    assert app.signed_in().connect() == RESULT
    (connection,) = app.connections()
    there = connection.first_connected_there
    assert there
    assert abs(there - before - timedelta(minutes=minutes)) < timedelta(minutes=1)
    assert connection.cursor == there - timedelta(minutes=10)
    assert abs(connection.first_connected_at - before) < timedelta(minutes=1)


def test_nobody_signed_in_is_led_to_the_log_in(make: Callable[..., App]) -> None:
    app = make()
    stranger = app.browser()
    assert stranger.get("/oauth/quickbooks/start").headers["location"] == "/sign-in"
    answer = stranger.get("/oauth/quickbooks/callback", params={"state": "x", "code": "y", "realmId": "1"})
    assert answer.headers["location"] == f"{PROBLEM}signed-out"
    assert stranger.get("/disconnect/quickbooks?realmId=1").headers["location"] == "/quickbooks/disconnected"
    assert stranger.post("/oauth/quickbooks/callback").status_code == 405


def test_what_was_frozen_is_reviewed_before_anything_else_is_said(make: Callable[..., App]) -> None:
    app = make()
    person = app.signed_in()
    assert person.connect() == RESULT
    (connection,) = app.connections()
    with app.database.transaction() as session:
        row = session.get_one(Connection, connection.id)
        row.status, row.frozen_at, row.tokens_sealed = ConnectionStatus.FROZEN, datetime.now(UTC), None
        linked = {
            "remote_id": "7",
            "local_id": new_id(),
            "flag": Flag.FROZEN,
            "flag_since": datetime.now(UTC),
        }
        session.add(SyncRecord(connection_id=row.id, kind=Kind.CUSTOMER, **linked))
    assert person.connect() == "/quickbooks"
    assert app.connections()[0].status is ConnectionStatus.REVIEW


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"error": "access_denied"}, "declined"),
        ({"error": "invalid_scope"}, "refused"),
        ({"code": "CODE"}, "callback"),
        ({"realmId": "REALM"}, "callback"),
        ({"code": "CODE", "realmId": "12x"}, "callback"),
        ({"code": "CODE", "realmId": "../1"}, "callback"),
        ({"code": "CODE", "realmId": "١٢"}, "callback"),
        ({"code": "CODE", "realmId": "9" * 33}, "callback"),
        ({"code": "nonsense", "realmId": "REALM"}, "code"),
        ({"code": "CODE", "realmId": "123456789"}, "realm"),
    ],
)
def test_bad_input_34_35_36_refused_bad_ways_back(
    make: Callable[..., App], query: dict[str, str], problem: str
) -> None:
    app = make()
    person = app.signed_in()
    known = {"CODE": app.code(), "REALM": app.books.realm}
    sent = {name: known.get(value, value) for name, value in query.items()}
    assert person.back(state=person.start(), **sent) == PROBLEM + problem
    assert app.connections() == []
    assert app.woken == []


def test_bad_input_33_37_both_a_state_is_good_once_and_for_its_own_browser(make: Callable[..., App]) -> None:
    app = make()
    person, other_browser, somebody = app.signed_in(), app.signed_in(), app.signed_in("eve@evil.test")
    state = person.start()
    for thief in (other_browser, somebody):
        assert thief.back(state=state, code=app.code(), realmId=app.books.realm) == f"{PROBLEM}state"
    for wrong in ("", "x" * 3000, "nonsense"):
        assert person.back(state=wrong, code=app.code(), realmId=app.books.realm) == f"{PROBLEM}state"
    assert app.connections() == []
    assert person.back(state=state, code=app.code(), realmId=app.books.realm) == RESULT
    assert person.back(state=state, code=app.code(), realmId=app.books.realm) == f"{PROBLEM}state"
    assert len(app.connections()) == 1


def test_bad_input_33_refused_an_expired_state_is_refused(make: Callable[..., App]) -> None:
    app = make()
    person = app.signed_in()
    state = person.start()
    with app.database.transaction() as session:
        session.exec(select(OAuthState)).one().expires_at = datetime.now(UTC)
    assert person.back(state=state, code=app.code(), realmId=app.books.realm) == f"{PROBLEM}state"


def test_a_canadian_company_is_refused_and_its_grant_given_back(make: Callable[..., App]) -> None:
    app = make("canada")
    assert app.signed_in().connect() == f"{PROBLEM}not-us"
    assert app.connections() == []
    assert app.revoked(app.books.realm)


def test_lesson_27_a_realm_held_by_another_account_is_refused_without_harm(make: Callable[..., App]) -> None:
    app = make()
    assert app.signed_in().connect() == RESULT
    (held,) = app.connections()
    somebody = app.signed_in("eve@other.test")
    assert somebody.connect() == f"{PROBLEM}taken"
    assert [one.id for one in app.connections()] == [held.id]
    assert not app.revoked(app.books.realm)
    words = connections.PROBLEMS["taken"].words
    assert "maria" not in words.lower()
    assert "cedar" not in words.lower()


def test_a_second_realm_is_refused_and_given_back(make: Callable[..., App]) -> None:
    app = make("us-manual-tax", "us-no-tax")
    first, second = app.books.sandbox.realms
    person = app.signed_in()
    assert person.connect(first) == RESULT
    assert person.connect(second) == f"{PROBLEM}second-realm"
    assert [one.realm_id for one in app.connections()] == [first]
    assert app.revoked(second)
    assert not app.revoked(first)


def test_connecting_the_same_company_again_resumes_it(make: Callable[..., App]) -> None:
    app = make()
    person = app.signed_in()
    assert person.connect() == RESULT
    (first,) = app.connections()
    with app.database.transaction() as session:
        row = session.get_one(Connection, first.id)
        row.status, row.frozen_at, row.tokens_sealed = ConnectionStatus.FROZEN, datetime.now(UTC), None
        row.income_account_name, row.income_account_id = "Chosen by a person", "77"
    assert person.connect() == RESULT
    (again,) = app.connections()
    assert again.id == first.id
    assert again.first_connected_at == first.first_connected_at
    assert again.connected_at > first.connected_at
    assert again.cursor == first.cursor
    assert again.status is ConnectionStatus.CONNECTED
    assert again.tokens_sealed
    assert again.frozen_at is None
    assert again.income_account_name == "Chosen by a person"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("user", "country"),
        ("company", "company-country"),
        ("default", "not-default"),
        ("leaving", "disconnecting"),
    ],
)
def test_who_may_not_connect_never_leaves(make: Callable[..., App], change: str, problem: str) -> None:
    app = make()
    person = app.signed_in()
    if change == "leaving":
        assert person.connect() == RESULT
    started = person.start()
    with app.database.transaction() as session:
        user, company = session.get_one(User, person.user_id), session.get_one(Company, person.company_id)
        if change == "user":
            user.country = "CA"
        elif change == "company":
            company.country = "CA"
        elif change == "default":
            user.default_company_id = None
        else:
            connections.request_disconnect(session, company.id, datetime.now(UTC))
    count = len(app.connections())
    assert person.start() == PROBLEM + problem
    assert person.back(state=started, code=app.code(), realmId=app.books.realm) == PROBLEM + problem
    assert len(app.connections()) == count


def test_a_silent_quickbooks_leaves_nothing_and_the_next_try_works(make: Callable[..., App]) -> None:
    app = make()
    person = app.signed_in()
    for route in ("tokens/bearer", "companyinfo", "preferences", "query"):
        app.books.sandbox.troubles.order({"kind": "status", "status": 503, "route": route, "count": 1})
        assert person.connect() == f"{PROBLEM}unreachable"
        assert app.connections() == []
    assert person.connect() == RESULT


def test_a_death_before_the_end_leaves_nothing(
    make: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make()
    person = app.signed_in()
    with monkeypatch.context() as patch:
        patch.setattr("bookipi_app.quickbooks.index.store", lambda *_: 1 / 0)
        answer = person.http.get(
            "/oauth/quickbooks/callback",
            params={"state": person.start(), "code": app.code(), "realmId": app.books.realm},
        )
    assert answer.status_code == 500
    assert app.connections() == []
    assert person.connect() == RESULT


def test_large_books_are_left_to_the_engine(
    make: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make()
    monkeypatch.setattr("bookipi_app.api.quickbooks_oauth.READING_LASTS", timedelta())
    assert app.signed_in().connect() == RESULT
    (connection,) = app.connections()
    assert connection.cursor is None


def test_every_problem_has_words() -> None:
    for code, problem in connections.PROBLEMS.items():
        assert code.replace("-", "").isalpha()
        assert problem.title
        assert problem.words.endswith(".")
    assert connections.problem_of("<script>") is None


def test_connections_are_not_started_without_end(
    make: Callable[..., App], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make()
    monkeypatch.setattr(quickbooks_oauth, "MOST_STARTS", 2)
    person = app.signed_in()
    assert all("problem" not in person.start() for _ in range(2))
    assert person.start().endswith("problem=often")
    assert "problem" not in app.signed_in("other@cedar.test").start()


def test_bad_input_38_both_one_code_posted_twice_at_once_is_one_connection(make: Callable[..., App]) -> None:
    app = make()
    person, twin = app.signed_in(), app.browser()
    twin.cookies = person.http.cookies
    query = {"state": person.start(), "code": app.code(), "realmId": app.books.realm}
    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(one.get, "/oauth/quickbooks/callback", params=query) for one in (person.http, twin)
        ]
        led_to = sorted(one.result().headers["location"] for one in sent)
    assert led_to == [RESULT, f"{PROBLEM}state"]
    assert len(app.connections()) == 1


def test_bad_input_40_both_a_foreign_page_disconnects_nothing(make: Callable[..., App]) -> None:
    """An image on a foreign page opens the address with the person's own cookie; QuickBooks is asked, no more."""
    app = make()
    person = app.signed_in()
    assert person.connect() == RESULT
    for browser in (person.http, app.browser()):
        answer = browser.get("/disconnect/quickbooks", headers={"Origin": "https://evil.example"})
        assert answer.headers["location"] == "/quickbooks/disconnected"
    (connection,) = app.connections()
    assert connection.status is ConnectionStatus.CONNECTED
    assert connection.tokens_sealed
    assert connection.wake == 2  # asked once more: by the person's own browser
    with app.database.transaction() as session:
        connections.request_disconnect(session, person.company_id, datetime.now(UTC))
    assert app.connections()[0].status is ConnectionStatus.DISCONNECTING
