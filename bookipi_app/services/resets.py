"""A forgotten password: a link by e-mail that sets a new one, once, within an hour.

The token is mailed and only its SHA-256 kept. Whether an account exists is told to nobody: the answer is the same, and
the routes do this work after it was given.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from bookipi_app.db import Database
from bookipi_app.errors import InvalidInput, NotAllowed
from bookipi_app.models import LoginSession, PasswordReset, User
from bookipi_app.services import guesses, mailer, passwords
from bookipi_app.services.auth import PASSWORD_WORDS, email_key
from bookipi_app.settings import settings

LASTS = timedelta(hours=1)
MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 3, 30
DEAD = "This link was used, or is too old. Ask for a new one."
ASKED = """Somebody, probably you, asked for a new password for your Bookipi account.

Choose it here, within an hour:

{link}

Was it not you? Then leave this message alone: your password stays as it is.
"""
CHANGED = """The password of your Bookipi account was changed, and every browser was signed out.

Was it not you? Then ask for a new password at once:

{link}
"""


def ask(store: Database, *, email: object, address: str, now: datetime) -> bool:
    """Mail a link to the account with this e-mail, if there is one; True if a letter goes out."""
    key = email_key(email) if isinstance(email, str) and len(email) <= 1000 else ""
    with store.transaction() as session:
        allowed = (
            guesses.may(session, f"reset-from:{address[:64]}", MOST_OF_ADDRESS, now),
            guesses.may(session, f"reset:{guesses.account_key(key)}", MOST_OF_ACCOUNT, now),
        )
        user = _user(session, key)
        if not all(allowed) or user is None:
            return False
        session.exec(delete(PasswordReset).where(col(PasswordReset.expires_at) <= now))
        token = secrets.token_urlsafe(32)
        session.add(PasswordReset(id=_digest(token), user_id=user.id, created_at=now, expires_at=now + LASTS))
        _mail(session, user, "A new password for Bookipi", ASKED, f"/reset-password?key={token}", now)
    return True


def is_usable(session: Session, token: object, now: datetime) -> bool:
    """True if this link would still set a password."""
    return _row(session, token, now) is not None


def set_password(store: Database, *, token: object, password: object, now: datetime) -> User:
    """Use a link up. Every session of the account ends, and every other link.

    Raises:
        NotAllowed: unknown, used or expired.
        InvalidInput: field `password`; the link stays good.
    """
    with store.reading() as session:
        row = _row(session, token, now)
        user = session.get_one(User, row.user_id) if row else None
    if user is None:
        raise NotAllowed(DEAD)
    if why := passwords.refusal(password, user.email):
        raise InvalidInput({"password": PASSWORD_WORDS[why]})
    assert isinstance(password, str)
    fresh = passwords.hash_password(password)  # slow on purpose, so outside the transaction
    with store.transaction() as session:
        living = (col(PasswordReset.id) == _digest(token), col(PasswordReset.expires_at) > now)
        used = session.exec(delete(PasswordReset).where(*living))
        if used.rowcount != 1:
            raise NotAllowed(DEAD)
        user = session.get_one(User, user.id)
        replace_password(session, user, fresh, now)
        guesses.forgive_account(session, user.email_key)
    return user


def replace_password(session: Session, user: User, password_hash: str, now: datetime) -> None:
    """Another password: sessions and links made with the old one end, and the owner is told."""
    user.password_hash = password_hash
    session.add(user)
    session.exec(delete(LoginSession).where(col(LoginSession.user_id) == user.id))
    session.exec(delete(PasswordReset).where(col(PasswordReset.user_id) == user.id))
    _mail(session, user, "Your password was changed", CHANGED, "/forgot-password", now)


def _mail(session: Session, user: User, subject: str, body: str, path: str, now: datetime) -> None:
    """The link always leads to our configured address, whatever host was asked."""
    link = f"{settings().public_url}{path}"
    mailer.queue_mail(
        session,
        recipient=user.email,
        subject=subject,
        body=body.format(link=link),
        now=now,
        link=link,
        link_words="Choose a new password",
    )


def _user(session: Session, key: str) -> User | None:
    if not key or any("\ud800" <= character <= "\udfff" for character in key):
        return None
    return session.exec(select(User).where(col(User.email_key) == key)).one_or_none()


def _row(session: Session, token: object, now: datetime) -> PasswordReset | None:
    row = session.get(PasswordReset, _digest(token)) if isinstance(token, str) and token.isascii() else None
    return row if row is not None and row.expires_at > now else None


def _digest(token: object) -> str:
    return hashlib.sha256(str(token)[:200].encode()).hexdigest()
