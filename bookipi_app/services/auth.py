"""Accounts and log-in sessions.

The cookie holds 256 random bits and the database their SHA-256, so that a copy of the database opens no session. A
session ends by signing out, by two weeks without use, or after sixty days.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.db import Database
from bookipi_app.errors import NotAllowed
from bookipi_app.models import Company, LoginSession, User
from bookipi_app.services import guesses, passwords
from bookipi_app.services.countries import CURRENCIES, is_country
from bookipi_app.services.fields import Fields
from bookipi_app.settings import Settings
from bookipi_app.text import fold

IDLE, LONGEST = timedelta(days=14), timedelta(days=60)
SHORT = timedelta(hours=12)  # of a browser that should not stay signed in
TOUCH_AFTER = timedelta(hours=1)
NEVER = datetime.max.replace(tzinfo=UTC)
WRONG = "E-mail or password is wrong."
TAKEN = "An account with this e-mail exists. Sign in."
PASSWORD_WORDS = {
    "short": f"Use at least {passwords.SHORTEST} characters.",
    "long": f"Use at most {passwords.LONGEST} characters.",
    "email": "Your e-mail address is too easy to guess. Choose another password.",
    "common": "This password is on the lists that are tried first. Choose another.",
}


@dataclass(frozen=True)
class Who:
    """The person behind a request, and the company this browser looks at.

    `session_id` is the stored digest, never the cookie. `touch_due` asks the caller to `touch` the session in a
    transaction of its own, so that reading stays reading.
    """

    user_id: UUID
    company_id: UUID
    session_id: str
    user_name: str
    email: str
    country: str
    company_name: str
    is_default_company: bool
    touch_due: bool = False
    ends_at: datetime = NEVER


def cookie_name(settings: Settings) -> str:
    """The session cookie's name; `__Host-` binds it to this very host over https."""
    return "__Host-bookipi" if settings.secure_cookies else "bookipi_session"


COOKIE = cookie_name


def email_key(email: str) -> str:
    """What must be unique about an e-mail address."""
    return fold(email, 254)


def sign_up(
    session: Session,
    *,
    email: object,
    password: object,
    name: object,
    country: object,
    company_name: object,
    now: datetime,
) -> User:
    """A new account with its default company. Every argument may be anything a browser sends.

    Raises:
        InvalidInput: fields `email`, `password`, `name`, `country`, `company_name`.
    """
    fields = Fields()
    address = fields.email("email", email, label="your e-mail address")
    person = fields.text("name", name, 100, label="your name")
    business = fields.text("company_name", company_name, 100, label="your company's name")
    if not isinstance(country, str) or not is_country(country):
        fields.errors["country"] = "Choose a country from the list."
    if why := passwords.refusal(password, address):
        fields.errors["password"] = PASSWORD_WORDS[why]
    if "email" not in fields.errors and _user_by(session, email_key(address)):
        fields.errors["email"] = TAKEN
    fields.done()
    assert isinstance(password, str)
    assert isinstance(country, str)
    user = User(
        email=address,
        email_key=email_key(address),
        name=person,
        country=country,
        password_hash=passwords.hash_password(password),
        created_at=now,
    )
    return _with_company(session, user, business, now)


def sign_in(store: Database, *, email: object, password: object, address: str, now: datetime) -> User:
    """The user with this e-mail and password. Opens its own transactions: a wrong guess must stay counted, and the
    slow comparison must not keep other writers waiting.

    Raises:
        NotAllowed: wrong, or too many tries; the words do not tell whether the account exists.
    """
    key = email_key(email) if isinstance(email, str) and len(email) <= 1000 else ""
    with store.transaction() as session:
        guesses.count_guess(session, key, address, now)
        user = _user_by(session, key)
    if not passwords.matches(password, user.password_hash if user else None) or user is None:
        raise NotAllowed(WRONG)
    assert isinstance(password, str)
    fresh = (
        passwords.hash_password(password) if passwords.is_outdated(user.password_hash) else user.password_hash
    )
    with store.transaction() as session:
        guesses.forgive(session, key, address)
        user = session.get_one(User, user.id)
        user.password_hash = fresh
        session.add(user)
    return user


def start_session(
    session: Session,
    user: User,
    *,
    user_agent: str,
    now: datetime,
    lasts: timedelta = LONGEST,
    company_id: UUID | None = None,
) -> str:
    """A new session on one of the user's companies (the default one); returns the cookie's value, kept nowhere."""
    looks_at = company_id or user.default_company_id
    assert looks_at is not None
    cookie = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            id=_digest(cookie),
            user_id=user.id,
            company_id=looks_at,
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
            user_agent="".join(filter(str.isprintable, user_agent))[:200],
        )
    )
    session.flush()
    return cookie


def end_session(session: Session, cookie: object) -> None:
    """Sign out: the cookie is worthless from now on, in pages already open too."""
    row = session.get(LoginSession, _digest(cookie)) if _plausible(cookie) else None
    if row:
        session.delete(row)


def who(session: Session, cookie: object, now: datetime) -> Who | None:
    """The person behind a cookie, or None: no such session, ended, idle too long. One query."""
    if not _plausible(cookie):
        return None
    found = session.exec(
        select(LoginSession, User, Company)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .join(Company, col(Company.id) == col(LoginSession.company_id))
        .where(
            col(LoginSession.id) == _digest(cookie),
            col(LoginSession.expires_at) > now,
            col(LoginSession.seen_at) > now - IDLE,
            col(Company.user_id) == col(User.id),
        )
    ).one_or_none()
    if found is None:
        return None
    row, user, company = found
    return Who(
        user_id=user.id,
        company_id=company.id,
        session_id=row.id,
        user_name=user.name,
        email=user.email,
        country=user.country,
        company_name=company.name,
        is_default_company=user.default_company_id == company.id,
        touch_due=now - row.seen_at > TOUCH_AFTER,
        ends_at=row.expires_at,
    )


def touch(session: Session, user_id: UUID, session_id: str, now: datetime) -> None:
    """Note that a session of this user is in use (`Who.touch_due`)."""
    row = session.get(LoginSession, session_id)
    if row and row.user_id == user_id and row.seen_at < now:
        row.seen_at = now
        session.add(row)


def _with_company(session: Session, user: User, name: str, now: datetime) -> User:
    session.add(user)
    session.flush()
    company = Company(
        user_id=user.id,
        name=name,
        country=user.country,
        currency=CURRENCIES.get(user.country, "USD"),
        email=user.email,
        created_at=now,
    )
    session.add(company)
    session.flush()
    user.default_company_id = company.id
    session.add(user)
    session.flush()
    return user


def _user_by(session: Session, key: str) -> User | None:
    if not key or any("\ud800" <= character <= "\udfff" for character in key):
        return None
    return session.exec(select(User).where(col(User.email_key) == key)).one_or_none()


def _plausible(cookie: object) -> bool:
    return isinstance(cookie, str) and 0 < len(cookie) <= 100 and cookie.isascii()


def _digest(cookie: object) -> str:
    return hashlib.sha256(str(cookie).encode()).hexdigest()
