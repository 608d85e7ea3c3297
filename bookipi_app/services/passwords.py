"""Passwords: what is accepted, and argon2id hashes (OWASP's smallest recommended cost: 19 MiB, 2 passes, 1 lane)."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bookipi_app.text import fold

SHORTEST, LONGEST = 8, 128
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# The head of the published lists of leaked passwords, those with eight characters or more.
_COMMON_TEXT = """
    12345678 123456789 1234567890 123123123 987654321 11111111 111111111 00000000 88888888 12341234 11223344 12344321
    password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword pa$$word password! passwort
    qwertyui qwertyuiop qwerty123 qwerty12 qwerty1234 qwer1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx q1w2e3r4 asdfghjk
    asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123 abcd1234 abc12345 abcdefgh abcdefg1 a1b2c3d4 aa123456 a12345678 admin123
    administrator welcome1 welcome123 letmein1 letmein123 iloveyou iloveyou1 sunshine sunshine1 princess princess1
    football football1 baseball baseball1 superman superman1 batman123 starwars trustno1 whatever computer internet
    michelle jennifer jessica1 charlie1 shadow123 dragon123 monkey123 master123 michael1 jordan23 liverpool chelsea1
    arsenal1 barcelona corvette mercedes samsung1 pokemon1 minecraft changeme changeme1 secret123 test1234 testtest
    letmeinnow default1 invoice1 invoices bookipi1 bookipi123 quickbooks quickbooks1 intuit123 accounting
"""
COMMON = frozenset(_COMMON_TEXT.split())


def refusal(password: object, email: str) -> str:
    """Why a new password is not accepted: `short`, `long`, `email` or `common`; empty if it is."""
    if not isinstance(password, str) or len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    folded = fold(password)
    if folded in (fold(email), fold(email.partition("@")[0])):
        return "email"
    return "common" if folded in COMMON or len(set(password)) < 3 else ""


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and salt inside."""
    return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def matches(password: object, password_hash: str | None) -> bool:
    """True if it is the password. Without a hash (no such user) it takes as long and says no."""
    if not isinstance(password, str) or len(password) > LONGEST:
        return False
    try:
        _verify(password_hash or _nobody(), password.encode("utf-8", "surrogatepass"))
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """True if it was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: bytes) -> None:
    _HASHER.verify(password_hash, password)


@cache
def _nobody() -> str:
    """A hash that no password is compared with in earnest."""
    return _HASHER.hash("nobody")
