"""Accounts, log-ins and what stops guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from bookipi_app.db import Database
from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.models import Company, LoginSession, User
from bookipi_app.services import auth, companies, guesses, passwords
from bookipi_app.services.companies import CompanyForm
from bookipi_app.settings import read_settings
from tests.services.conftest import NOW, Books

PASSWORD = "correct horse 🐎 "
HOME = "203.0.113.7"


def sign_up(store: Database, email: str = "Maria@Example.com", **others: object) -> User:
    values: dict[str, object] = {
        "password": PASSWORD, "name": "Maria Delgado", "country": "US", "company_name": "Cedar & Stone",
    } | others  # fmt: skip
    with store.transaction() as session:
        return auth.sign_up(session, email=email, now=NOW, **values)  # pyright: ignore[reportArgumentType]


def sign_in(
    store: Database, password: object = PASSWORD, email: object = "maria@example.com", address: str = HOME
) -> User:
    return auth.sign_in(store, email=email, password=password, address=address, now=NOW)


def test_an_account_comes_with_its_default_company(store: Database) -> None:
    user = sign_up(store)
    with store.reading() as session:
        company = session.exec(select(Company)).one()
    assert user.default_company_id == company.id
    assert (company.name, company.country, company.currency) == ("Cedar & Stone", "US", "USD")
    assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in user.password_hash


def test_the_same_address_in_other_letters_is_taken(store: Database) -> None:
    sign_up(store)
    with pytest.raises(InvalidInput) as refusal:
        sign_up(store, "MARIA@example.COM")
    assert refusal.value.fields == {"email": auth.TAKEN}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"), ("email", None), ("email", "a@b.co\r\nX: y"), ("name", ""), ("name", "x" * 101),
        ("company_name", "\x07"), ("country", "us"), ("country", "XX"), ("country", None), ("password", "seven77"),
        ("password", "x" * 129), ("password", "password1"), ("password", "PASSWORD1"), ("password", "aaaaaaaaaa"),
        ("password", "maria@example.com"), ("password", None), ("password", 12345678),
    ],
)  # fmt: skip
def test_what_an_account_is_refused_for(store: Database, field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        sign_up(store, **({"email": value} if field == "email" else {field: value}))  # pyright: ignore[reportArgumentType]
    assert set(refusal.value.fields) == {field}
    with store.reading() as session:
        assert session.exec(select(User)).all() == []


def test_a_password_is_matched_exactly(store: Database) -> None:
    sign_up(store)
    assert sign_in(store, email=" MARIA@example.com ").name == "Maria Delgado"
    for wrong in (PASSWORD.strip(), PASSWORD.upper(), PASSWORD + "\0"):
        with pytest.raises(NotAllowed, match="wrong"):
            sign_in(store, wrong, address=f"other {wrong!r}")
    assert passwords.matches("p" * 128, passwords.hash_password("p" * 128))


def test_unknown_and_wrong_look_alike(store: Database) -> None:
    sign_up(store)
    words: set[str] = set()
    for email, password in (
        ("maria@example.com", "x" * 9),
        ("nobody@example.com", "x" * 9),
        (None, None),
        ("\ud800", 7),
    ):
        with pytest.raises(NotAllowed) as refusal:
            sign_in(store, password, email)
        words.add(refusal.value.words)
    assert words == {auth.WRONG}


def test_a_huge_password_costs_no_hashing(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_nobody", lambda: pytest.fail("it was hashed"))
    assert not passwords.matches("x" * 1_000_000, None)


def test_the_sixth_guess_waits_even_if_it_is_right(store: Database) -> None:
    sign_up(store)
    sign_up(store, "joan@example.com")
    for n in range(guesses.MOST_OF_ACCOUNT):
        with pytest.raises(NotAllowed, match="wrong"):
            sign_in(store, f"guess number {n}", address=f"198.51.100.{n}")
    with pytest.raises(NotAllowed, match="Too many"):
        sign_in(store)
    assert sign_in(store, email="joan@example.com").email == "joan@example.com"
    later = NOW + guesses.WINDOW
    assert auth.sign_in(store, email="maria@example.com", password=PASSWORD, address=HOME, now=later)


def test_one_address_cannot_try_many_accounts(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    for n in range(guesses.MOST_OF_ADDRESS):
        with pytest.raises(NotAllowed, match="wrong"):
            sign_in(store, email=f"someone{n}@example.com")
    with pytest.raises(NotAllowed, match="Too many"):
        sign_in(store, email="another@example.com")


def test_a_success_clears_the_count(store: Database) -> None:
    sign_up(store)
    for _ in range(3):
        for _ in range(guesses.MOST_OF_ACCOUNT - 1):
            with pytest.raises(NotAllowed, match="wrong"):
                sign_in(store, "not it at all")
        sign_in(store)


def test_old_parameters_are_replaced_at_the_next_log_in(store: Database) -> None:
    from argon2 import PasswordHasher

    user = sign_up(store)
    with store.transaction() as session:
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        session.get_one(User, user.id).password_hash = weak
    assert "m=19456,t=2" in sign_in(store).password_hash


def test_a_session_is_known_by_its_cookie_alone(store: Database) -> None:
    user = sign_up(store)
    with store.transaction() as session:
        cookie = auth.start_session(session, user, user_agent="Browser\r\n\x07" * 50, now=NOW)
        other = auth.start_session(session, user, user_agent="", now=NOW)
    with store.reading() as session:
        who = auth.who(session, cookie, NOW)
        assert who is not None
        assert (who.user_name, who.company_name, who.country) == ("Maria Delgado", "Cedar & Stone", "US")
        assert who.is_default_company
        assert cookie not in {who.session_id, *session.exec(select(LoginSession.id))}
        flipped = cookie[:-2] + ("A" if cookie[-2] != "A" else "B") + cookie[-1]
        for wrong in ("", "x", flipped, "x" * 10_000, "' OR 1=1 --", None, who.session_id, "é", 7):
            assert auth.who(session, wrong, NOW) is None
    with store.transaction() as session:
        auth.end_session(session, cookie)
        auth.end_session(session, cookie)
        auth.end_session(session, None)
    with store.reading() as session:
        assert auth.who(session, cookie, NOW) is None
        assert auth.who(session, other, NOW)


def test_sessions_end_when_idle_and_at_last(store: Database) -> None:
    user = sign_up(store)
    with store.transaction() as session:
        cookie = auth.start_session(session, user, user_agent="", now=NOW)
    moment = NOW
    while moment < NOW + auth.LONGEST - timedelta(days=10):
        moment += timedelta(days=10)
        with store.transaction() as session:
            who = auth.who(session, cookie, moment)
            assert who is not None
            assert who.touch_due
            auth.touch(session, who.user_id, who.session_id, moment)
    with store.reading() as session:
        assert auth.who(session, cookie, NOW + auth.LONGEST) is None
        assert auth.who(session, cookie, moment + auth.IDLE) is None


def test_over_https_the_cookie_belongs_to_this_host_alone() -> None:
    assert auth.cookie_name(read_settings({"PUBLIC_URL": "https://books.example.com"})) == "__Host-bookipi"
    assert auth.COOKIE(read_settings({})) == "bookipi_session"


def test_settings_of_a_company_are_checked(books: Books) -> None:
    with books.work() as session:
        form = companies.form_of_company(companies.get(session, books.company_id))
        company = companies.update_company(session, books.company_id, form)
        assert companies.form_of_company(company) == form
    bad = CompanyForm(
        "", "x", "5" * 31, time_zone="Mars/Base", next_number="0", tax_rate="101", terms_name="never"
    )
    with books.work() as session, pytest.raises(InvalidInput) as refusal:
        companies.update_company(session, books.company_id, bad)
    assert set(refusal.value.fields) == {
        "name", "email", "phone", "time_zone", "next_number", "tax_rate", "terms_name",
    }  # fmt: skip
