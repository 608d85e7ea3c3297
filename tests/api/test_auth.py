"""Signing in, up and out over HTTP: forms of our own pages only, answered with a redirect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bookipi_app.api import auth as routes
from bookipi_app.clock import system_clock
from bookipi_app.db import Database
from bookipi_app.models import LoginSession, Mail
from bookipi_app.services import auth, companies, guesses
from bookipi_app.services.sign_forms import field_of, typed_in, words_of
from bookipi_app.settings import Settings, read_settings
from tests.stores import new_store

ORIGIN = "http://localhost:3000"
FORM = {
    "email": "maria@example.com",
    "password": "correct horse",
    "name": "Maria Delgado",
    "company_name": "Cedar & Stone",
    "country": "US",
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    store = new_store(tmp_path / "books.db")
    monkeypatch.setattr(routes, "database", lambda: store)
    choose(monkeypatch, read_settings({"BOOKIPI_VAR": str(tmp_path)}))
    yield store
    store.engine.dispose()


@pytest.fixture
def browser(store: Database) -> TestClient:
    app = Starlette(routes=routes.routes)
    return TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=False)


def choose(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(routes, "settings", lambda: settings)


def who(store: Database, cookie: str | None) -> auth.Who | None:
    with store.reading() as session:
        return auth.who(session, cookie, system_clock())


def test_up_out_and_in_again(browser: TestClient, store: Database) -> None:
    answer = browser.post("/auth/sign-up", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    first = browser.cookies["bookipi_session"]
    attributes = answer.headers["set-cookie"].lower()
    assert "httponly" in attributes
    assert "samesite=lax" in attributes
    assert who(store, first)
    answer = browser.post("/auth/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "bookipi_session" not in browser.cookies
    assert who(store, first) is None
    answer = browser.post("/auth/sign-in", data={**FORM, "next": "/invoices?tab=overdue"})
    assert answer.headers["location"] == "/invoices?tab=overdue"
    assert browser.cookies["bookipi_session"] != first


def test_signing_in_again_ends_the_old_session(browser: TestClient, store: Database) -> None:
    browser.post("/auth/sign-up", data=FORM)
    old = browser.cookies["bookipi_session"]
    browser.post("/auth/sign-in", data=FORM)
    assert who(store, old) is None
    with store.reading() as session:
        assert len(session.exec(select(LoginSession)).all()) == 1


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://localhost:3000.evil.example", "http://127.0.0.1:3000"],
)
def test_another_sites_form_is_refused(browser: TestClient, store: Database, origin: str | None) -> None:
    browser.post("/auth/sign-up", data=FORM)
    cookie = browser.cookies["bookipi_session"]
    del browser.headers["Origin"]
    for path in (f"/auth/{name}" for name in CHANGES):
        answer = browser.post(path, data=FORM, headers={"Origin": origin} if origin else {})
        assert answer.status_code == 403
    assert who(store, cookie)


CHANGES = ("sign-in", "sign-up", "sign-out", "forgot", "reset", "password", "company")


def test_nothing_happens_by_get(browser: TestClient) -> None:
    for path in (f"/auth/{name}" for name in CHANGES):
        assert browser.get(path).status_code == 405


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(browser: TestClient, target: str) -> None:
    browser.post("/auth/sign-up", data=FORM)
    assert browser.post("/auth/sign-in", data={**FORM, "next": target}).headers["location"] == "/"
    refused = browser.post("/auth/sign-in", data={**FORM, "password": "wrong one", "next": target})
    assert refused.headers["location"] == "/sign-in?error=wrong"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": ""}, "name"),
        ({"company_name": ""}, "company_name"),
        ({"country": "XX"}, "country"),
        ({"password": "short"}, "password_short"),
        ({"password": "password1"}, "password_common"),
        ({"password": "maria@example.com"}, "password_email"),
        ({"password": "x" * 129}, "password_long"),
    ],
)
def test_a_refusal_goes_back_with_a_code_and_what_was_typed(
    browser: TestClient, change: dict[str, str], code: str
) -> None:
    answer = browser.post("/auth/sign-up", data=FORM | change)
    assert answer.headers["location"] == f"/sign-up?error={code}"
    assert words_of(code).endswith(".")
    assert field_of(code) == next(iter(change))
    header = answer.headers["set-cookie"]
    typed = typed_in(header.split(";")[0])
    assert (typed.name, typed.country) == ((FORM | change)["name"], (FORM | change)["country"])
    assert (FORM | change)["password"] not in header


def test_an_address_that_is_taken_says_so(browser: TestClient) -> None:
    browser.post("/auth/sign-up", data=FORM)
    assert browser.post("/auth/sign-up", data=FORM).headers["location"] == "/sign-up?error=email_taken"


def test_the_sixth_wrong_password_locks_for_a_while(browser: TestClient) -> None:
    browser.post("/auth/sign-up", data=FORM)
    for _ in range(guesses.MOST_OF_ACCOUNT):
        refused = browser.post("/auth/sign-in", data={**FORM, "password": "not it"})
        assert refused.headers["location"] == "/sign-in?error=wrong"
    assert browser.post("/auth/sign-in", data=FORM).headers["location"] == "/sign-in?error=limited"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"x" * 20_000, 413), (b"email=%ff", 400), (b"\xff", 400), (b"&".join([b"a=b"] * 30), 400), (b"", 303)],
)
def test_bodies_that_are_no_form(browser: TestClient, body: bytes, status: int) -> None:
    assert browser.post("/auth/sign-in", content=body).status_code == status


def test_over_https_the_cookie_is_secure_and_of_this_host(
    browser: TestClient, store: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(
        monkeypatch, read_settings({"BOOKIPI_VAR": str(tmp_path), "PUBLIC_URL": "https://books.example.com"})
    )
    answer = browser.post("/auth/sign-up", data=FORM, headers={"Origin": "https://books.example.com"})
    cookie = answer.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-bookipi=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_only_our_own_proxies_are_believed_about_the_address(
    browser: TestClient, store: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        auth,
        "sign_in",
        lambda *_, **named: seen.append(named["address"]) or (_ for _ in ()).throw(routes.NotAllowed("no")),
    )
    headers = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2, 3.3.3.3"}
    base = read_settings({"BOOKIPI_VAR": str(tmp_path)})
    for hops in (0, 1, 2, 9):
        choose(monkeypatch, replace(base, trusted_proxy_hops=hops))
        browser.post("/auth/sign-in", data=FORM, headers=headers)
    assert seen == ["testclient", "3.3.3.3", "2.2.2.2", "testclient"]


def test_who_should_not_stay_signed_in_is_not(browser: TestClient, store: Database) -> None:
    browser.post("/auth/sign-up", data=FORM)
    stays = browser.post("/auth/sign-in", data={**FORM, "stay": "yes"}).headers.get_list("set-cookie")[0]
    leaves = browser.post("/auth/sign-in", data=FORM).headers.get_list("set-cookie")[0]
    assert "Max-Age" in stays
    assert "Max-Age" not in leaves
    later = system_clock() + auth.SHORT
    with store.reading() as session:
        assert auth.who(session, browser.cookies["bookipi_session"], later) is None


def test_a_known_and_an_unknown_address_get_the_same_answer(
    browser: TestClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(routes.resets, "ask", lambda *_, **told: asked.append(told["email"]))
    browser.post("/auth/sign-up", data=FORM)
    answers = [
        browser.post("/auth/forgot", data={"email": one}) for one in (FORM["email"], "nobody@b.co", "x")
    ]
    assert {(one.status_code, one.headers["location"], one.text) for one in answers} == {
        (303, "/forgot-password?sent=yes", "")
    }
    assert asked == [FORM["email"], "nobody@b.co", "x"]


def test_a_mailed_link_sets_a_password_and_signs_everybody_out(
    browser: TestClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes.resets.mailer.queue, "send_mail", lambda _mail: None)
    browser.post("/auth/sign-up", data=FORM)
    old = browser.cookies["bookipi_session"]
    browser.post("/auth/forgot", data={"email": FORM["email"]}, headers={"Host": "evil.example"})
    with store.reading() as session:
        link = session.exec(select(Mail)).one().link
    assert link.startswith(f"{ORIGIN}/reset-password?key=")
    sent = {"key": link.rpartition("=")[2]}
    weak = browser.post("/auth/reset", data={**sent, "password": "short"})
    assert weak.headers["location"].endswith("&error=password_short")
    done = browser.post("/auth/reset", data={**sent, "password": "a longer secret"})
    assert done.headers["location"] == "/sign-in?done=password"
    assert who(store, old) is None
    again = browser.post("/auth/reset", data={**sent, "password": "another secret"})
    assert again.headers["location"] == "/reset-password?error=link"


def test_another_password_renews_this_session_and_ends_the_others(
    browser: TestClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes.resets.mailer.queue, "send_mail", lambda _mail: None)
    form = {"current": FORM["password"], "password": "a longer secret"}
    assert browser.post("/auth/password", data=form).headers["location"] == "/sign-in"
    browser.post("/auth/sign-up", data=FORM)
    old = browser.cookies["bookipi_session"]
    wrong = browser.post("/auth/password", data={**form, "current": "not it"})
    assert wrong.headers["location"] == "/settings/profile?error=current"
    assert browser.post("/auth/password", data=form).headers["location"] == "/settings/profile?done=password"
    assert (who(store, old), bool(who(store, browser.cookies["bookipi_session"]))) == (None, True)


def test_another_password_leaves_the_browser_where_and_as_long_as_it_was(
    browser: TestClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signed in on a borrowed computer without staying does not stay because of a new password."""
    monkeypatch.setattr(routes.resets.mailer.queue, "send_mail", lambda _mail: None)
    browser.post("/auth/sign-up", data=FORM)
    browser.post("/auth/sign-in", data=FORM)
    me = who(store, browser.cookies["bookipi_session"])
    assert me
    with store.transaction() as session:
        second = companies.add_company(session, me.user_id, name="Second", now=system_clock())
    browser.post("/auth/company", data={"company": str(second.id)})
    form = {"current": FORM["password"], "password": "a longer secret"}
    answer = browser.post("/auth/password", data=form)
    assert "Max-Age" not in answer.headers.get_list("set-cookie")[0]
    later = who(store, browser.cookies["bookipi_session"])
    assert later
    assert (later.company_id, later.ends_at) == (second.id, me.ends_at)


def test_a_browser_is_switched_to_an_own_company_only(browser: TestClient, store: Database) -> None:
    assert browser.post("/auth/company", data={"company": "x"}).headers["location"] == "/sign-in"
    browser.post("/auth/sign-up", data=FORM)
    me = who(store, browser.cookies["bookipi_session"])
    assert me
    with store.transaction() as session:
        second = companies.add_company(session, me.user_id, name="Second", now=system_clock())
        other = auth.sign_up(session, **{**FORM, "email": "x@y.co"}, now=system_clock())
    for foreign in (str(other.default_company_id), "x", ""):
        assert browser.post("/auth/company", data={"company": foreign}).status_code == 404
    assert browser.post("/auth/company", data={"company": str(second.id)}).headers["location"] == "/dashboard"
    now = who(store, browser.cookies["bookipi_session"])
    assert now
    assert now.company_id == second.id
