"""A forgotten password, another one, and the browsers that are signed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bookipi_app.db import Database
from bookipi_app.errors import InvalidInput, NotAllowed, NotFound
from bookipi_app.models import LoginSession, Mail, PasswordReset, User
from bookipi_app.services import auth, guesses, login_sessions, mailer, resets
from bookipi_app.settings import read_settings
from tests.services.conftest import NOW, store

__all__ = ["store"]
EMAIL, OLD, NEW = "maria@cedar.co", "correct horse", "battery staple"


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = read_settings({"BOOKIPI_VAR": str(tmp_path), "PUBLIC_URL": "https://books.example.com"})
    monkeypatch.setattr(resets, "settings", lambda: chosen)
    monkeypatch.setattr(mailer.queue, "send_mail", lambda _mail: None)


@pytest.fixture
def user(store: Database) -> User:
    with store.transaction() as session:
        return auth.sign_up(
            session, email=EMAIL, password=OLD, name="Maria", country="US", company_name="Cedar", now=NOW
        )


def session_of(store: Database, user: User, now: datetime = NOW, agent: str = "") -> str:
    with store.transaction() as session:
        return auth.start_session(session, user, user_agent=agent, now=now)


def who(store: Database, cookie: str, now: datetime = NOW) -> auth.Who | None:
    with store.reading() as session:
        return auth.who(session, cookie, now)


def letters(store: Database) -> list[Mail]:
    with store.reading() as session:
        return list(session.exec(select(Mail)))


def asked(store: Database, email: str = EMAIL, now: datetime = NOW) -> str:
    before = {mail.id for mail in letters(store)}
    assert resets.ask(store, email=email, address="1.2.3.4", now=now)
    (new,) = [mail for mail in letters(store) if mail.id not in before]
    return new.link.rpartition("=")[2]


def test_a_link_sets_a_password_once_and_ends_every_session(store: Database, user: User) -> None:
    cookies = [session_of(store, user) for _ in range(2)]
    token, unused = asked(store), asked(store, "MARIA@Cedar.co")
    resets.set_password(store, token=token, password=NEW, now=NOW)
    assert [who(store, cookie) for cookie in cookies] == [None, None]
    for dead in (token, unused):
        with pytest.raises(NotAllowed):
            resets.set_password(store, token=dead, password="another one entirely", now=NOW)
    assert auth.sign_in(store, email=EMAIL, password=NEW, address="a", now=NOW).id == user.id
    with pytest.raises(NotAllowed):
        auth.sign_in(store, email=EMAIL, password=OLD, address="a", now=NOW)
    assert "Your password was changed" in {mail.subject for mail in letters(store)}


def test_the_link_names_our_own_host_and_the_database_does_not_hold_it(store: Database, user: User) -> None:
    token = asked(store)
    assert letters(store)[0].link.startswith("https://books.example.com/reset-password?key=")
    with store.reading() as session:
        (row,) = session.exec(select(PasswordReset)).all()
    assert token not in (row.id, str(row))
    assert len(token) >= 43


def test_a_link_dies_after_an_hour(store: Database, user: User) -> None:
    token = asked(store)
    with store.reading() as session:
        assert resets.is_usable(session, token, NOW + timedelta(minutes=59))
        assert not resets.is_usable(session, token, NOW + timedelta(minutes=61))
        for wrong in ("", token[:-1], token + "x", "ü", None, 7, "x" * 10_000):
            assert not resets.is_usable(session, wrong, NOW)
    with pytest.raises(NotAllowed):
        resets.set_password(store, token=token, password=NEW, now=NOW + timedelta(minutes=61))


def test_links_that_are_too_old_are_thrown_away(store: Database, user: User) -> None:
    asked(store)
    fresh = asked(store, now=NOW + resets.LASTS)
    with store.reading() as session:
        (row,) = session.exec(select(PasswordReset)).all()
        assert resets.is_usable(session, fresh, NOW + resets.LASTS)
    assert row.expires_at == NOW + 2 * resets.LASTS


def test_a_password_that_is_refused_uses_nothing_up(store: Database, user: User) -> None:
    token = asked(store)
    for weak in ("short", "password1", EMAIL, None):
        with pytest.raises(InvalidInput):
            resets.set_password(store, token=token, password=weak, now=NOW)
    assert resets.set_password(store, token=token, password=NEW, now=NOW)


def test_unknown_addresses_and_too_many_requests_send_nothing(store: Database, user: User) -> None:
    for stranger in ("nobody@cedar.co", "", "\ud800", None, 7, "x" * 5000):
        assert not resets.ask(store, email=stranger, address="1.2.3.4", now=NOW)
    sent = [resets.ask(store, email=EMAIL, address="1.2.3.4", now=NOW) for _ in range(6)]
    assert sum(sent) == resets.MOST_OF_ACCOUNT
    assert len(letters(store)) == resets.MOST_OF_ACCOUNT
    assert resets.ask(store, email=EMAIL, address="1.2.3.4", now=NOW + guesses.WINDOW)


def test_a_locked_account_is_open_again_with_the_new_password(store: Database, user: User) -> None:
    for _ in range(guesses.MOST_OF_ACCOUNT):
        with pytest.raises(NotAllowed):
            auth.sign_in(store, email=EMAIL, password="wrong", address="b", now=NOW)
    resets.set_password(store, token=asked(store), password=NEW, now=NOW)
    assert auth.sign_in(store, email=EMAIL, password=NEW, address="b", now=NOW)


def test_another_password_needs_the_present_one(store: Database, user: User) -> None:
    cookie = session_of(store, user)
    told = {"address": "a", "now": NOW}
    with pytest.raises(InvalidInput) as refused:
        login_sessions.change_password(store, user.id, current="wrong", password=NEW, **told)
    assert set(refused.value.fields) == {"current"}
    with pytest.raises(InvalidInput) as refused:
        login_sessions.change_password(store, user.id, current=OLD, password="short", **told)
    assert set(refused.value.fields) == {"password"}
    for _ in range(guesses.MOST_OF_ACCOUNT):  # a new one that is refused is no guess at the present one
        with pytest.raises(InvalidInput):
            login_sessions.change_password(store, user.id, current=OLD, password="short", **told)
    assert who(store, cookie)
    login_sessions.change_password(store, user.id, current=OLD, password=NEW, **told)
    assert who(store, cookie) is None
    for _ in range(guesses.MOST_OF_ACCOUNT):
        with pytest.raises(InvalidInput):
            login_sessions.change_password(store, user.id, current="wrong", password=NEW, **told)
    with pytest.raises(NotAllowed):
        login_sessions.change_password(store, user.id, current=NEW, password=OLD, **told)


def test_browsers_are_listed_and_signed_out(store: Database, user: User) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML) Chrome/140.0 Safari/537.36"
    mine, other, third = (session_of(store, user, NOW - timedelta(minutes=n), agent) for n in (5, 2, 9))
    session_of(store, user, NOW - timedelta(days=61))
    me = who(store, mine)
    assert me
    with store.transaction() as session:
        listed = login_sessions.sessions_of(session, me, "America/Chicago", NOW)
        assert [one.is_this for one in listed] == [True, False, False]
        assert listed[1].device == "Chrome on Windows"
        assert listed[1].seen == "2 min ago"
        login_sessions.end(session, user.id, listed[1].id)
        for wrong in (listed[1].id, "", "%" * 16, "_" * 16, None, ["x"], listed[2].id[:15]):
            with pytest.raises(NotFound):
                login_sessions.end(session, user.id, wrong)
    assert (who(store, other), bool(who(store, third))) == (None, True)
    with store.transaction() as session:
        login_sessions.end_all(session, user.id, but=me.session_id)
    assert (bool(who(store, mine)), who(store, third)) == (True, None)
    with store.transaction() as session:
        assert login_sessions.end_all(session, user.id) >= 1
        assert not session.exec(select(LoginSession)).all()


def test_a_browser_of_somebody_else_is_not_found(store: Database, user: User) -> None:
    with store.transaction() as session:
        stranger = auth.sign_up(
            session, email="x@y.co", password=OLD, name="X", country="US", company_name="Y", now=NOW
        )
    theirs = who(store, session_of(store, stranger))
    assert theirs
    with store.transaction() as session, pytest.raises(NotFound):
        login_sessions.end(session, user.id, theirs.session_id[: login_sessions.HANDLE])


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", "A browser"),
        ("curl/8", "A browser"),
        ("Firefox/140 (Macintosh; Intel Mac OS X)", "Firefox on Mac"),
    ],
)
def test_what_a_browser_calls_itself_becomes_words(agent: str, words: str) -> None:
    assert login_sessions.device_words(agent) == words
