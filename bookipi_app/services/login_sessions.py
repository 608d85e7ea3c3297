"""The browsers that are signed in: seen, signed out one by one or all at once; and another password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from bookipi_app.db import Database
from bookipi_app.errors import InvalidInput, NotAllowed, NotFound
from bookipi_app.models import LoginSession, User
from bookipi_app.services import guesses, passwords, resets
from bookipi_app.services.auth import IDLE, PASSWORD_WORDS, Who
from bookipi_app.services.words import ago_words, moment_words

HANDLE = 16  # characters of the digest that name a session on its owner's page: they open nothing
WRONG = "This is not your current password."
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SessionView:
    """A signed-in browser."""

    id: str
    device: str
    seen: str
    since: str
    is_this: bool


def sessions_of(session: Session, who: Who, zone: str, now: datetime) -> list[SessionView]:
    """The user's living sessions, this browser's first."""
    rows = session.exec(
        select(LoginSession)
        .where(
            col(LoginSession.user_id) == who.user_id,
            col(LoginSession.expires_at) > now,
            col(LoginSession.seen_at) > now - IDLE,
        )
        .order_by(col(LoginSession.seen_at).desc())
        .limit(50)
    )
    views = [
        SessionView(
            id=row.id[:HANDLE],
            device=device_words(row.user_agent),
            seen=ago_words(row.seen_at, zone, now),
            since=moment_words(row.created_at, zone, now),
            is_this=row.id == who.session_id,
        )
        for row in rows
    ]
    return sorted(views, key=lambda view: not view.is_this)


def end(session: Session, user_id: UUID, handle: object) -> None:
    """Sign one browser out.

    Raises:
        NotFound: no such session of this user.
    """
    if not isinstance(handle, str) or len(handle) != HANDLE or not handle.isalnum():
        raise NotFound
    mine = delete(LoginSession).where(
        col(LoginSession.user_id) == user_id, col(LoginSession.id).startswith(handle, autoescape=True)
    )
    if session.exec(mine).rowcount != 1:
        raise NotFound


def end_all(session: Session, user_id: UUID, *, but: str = "") -> int:
    """Sign every browser out, or all `but` the one with this id; how many."""
    mine = delete(LoginSession).where(col(LoginSession.user_id) == user_id, col(LoginSession.id) != but)
    return session.exec(mine).rowcount


def change_password(
    store: Database, user_id: UUID, *, current: object, password: object, address: str, now: datetime
) -> User:
    """Another password, by who knows the present one. Every session ends; the caller starts a new one.

    Raises:
        InvalidInput: fields `current`, `password`.
        NotAllowed: too many wrong tries.
    """
    with store.reading() as session:
        user = session.get_one(User, user_id)
    if why := passwords.refusal(password, user.email):  # no guess: nothing is said about the present one
        raise InvalidInput({"password": PASSWORD_WORDS[why]})
    with store.transaction() as session:
        user = session.get_one(User, user_id)
        guesses.count_guess(session, user.email_key, address, now)
        known = user.password_hash
    if not passwords.matches(current, known):
        raise InvalidInput({"current": WRONG})
    assert isinstance(password, str)
    fresh = passwords.hash_password(password)
    with store.transaction() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        if user.password_hash != known:
            raise NotAllowed("Your password was changed just now, in another browser. Sign in again.")
        resets.replace_password(session, user, fresh, now)
        guesses.forgive(session, user.email_key, address)
    return user


def device_words(user_agent: str) -> str:
    """`Chrome on Windows`, as well as a browser's name for itself allows."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
