"""Limits on guessing: failed log-ins of an account and of an address, counted in the database.

A guess is counted before the password is looked at, so that many at once count too; a success gives it back.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlmodel import Session

from bookipi_app.errors import NotAllowed
from bookipi_app.models import LoginGuess

WINDOW = timedelta(minutes=15)
MOST_OF_ACCOUNT, MOST_OF_ADDRESS, MOST_ACCOUNTS = 5, 50, 30
MOST_TAKEN = 10  # addresses that have an account already, told to one network address
TOO_MANY = "Too many attempts. Wait 15 minutes, then sign in again."


def account_key(email_key: str) -> str:
    """The counter of an account, known or not; long texts are cut to their digest."""
    return f"account:{hashlib.sha256(email_key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def address_key(address: str) -> str:
    """The counter of a network address."""
    return f"address:{address[:64]}"


def count_guess(session: Session, email_key: str, address: str, now: datetime) -> None:
    """Count one try.

    Raises:
        NotAllowed: the account or the address has had its tries for now; the right password is refused too.
    """
    limits = ((account_key(email_key), MOST_OF_ACCOUNT), (address_key(address), MOST_OF_ADDRESS))
    rows = [_current(session, key, now) for key, _ in limits]
    if any(row.count >= most for row, (_, most) in zip(rows, limits, strict=True)):
        raise NotAllowed(TOO_MANY)
    for row in rows:
        row.count += 1
        session.add(row)
    session.flush()


def count_new_account(session: Session, address: str, now: datetime) -> None:
    """Count an account made from an address. One that is refused is rolled back, and so not counted.

    Raises:
        NotAllowed: too many from there for now.
    """
    row = _current(session, f"sign-up:{address[:64]}", now)
    if row.count >= MOST_ACCOUNTS:
        raise NotAllowed(TOO_MANY)
    row.count += 1
    session.add(row)
    session.flush()


def count_taken(session: Session, address: str, now: datetime) -> None:
    """Count that somebody was told of an account. The caller commits this whatever becomes of the form."""
    row = _current(session, f"taken:{address[:64]}", now)
    row.count += 1
    session.add(row)
    session.flush()


def refuse_who_asked_enough(session: Session, address: str, now: datetime) -> None:
    """No new account for who was told too often that one exists.

    Raises:
        NotAllowed: too often from there for now.
    """
    if _current(session, f"taken:{address[:64]}", now).count >= MOST_TAKEN:
        raise NotAllowed(TOO_MANY)


def may(session: Session, key: str, most: int, now: datetime) -> bool:
    """Count one use of something that is limited; False once there were `most` within the window."""
    row = _current(session, key, now)
    if row.count >= most:
        return False
    row.count += 1
    session.add(row)
    session.flush()
    return True


def forgive(session: Session, email_key: str, address: str) -> None:
    """After a success: the account's count is cleared, the address gets its try back."""
    forgive_account(session, email_key)
    place = session.get(LoginGuess, address_key(address))
    if place and place.count > 0:
        place.count -= 1
        session.add(place)


def forgive_account(session: Session, email_key: str) -> None:
    """Clear the count of an account: its owner has shown who they are."""
    account = session.get(LoginGuess, account_key(email_key))
    if account:
        session.delete(account)


def _current(session: Session, key: str, now: datetime) -> LoginGuess:
    row = session.get(LoginGuess, key, with_for_update=True) or LoginGuess(
        key=key, window_ends_at=now + WINDOW
    )
    if row.window_ends_at <= now:
        row.count, row.window_ends_at = 0, now + WINDOW
    return row
