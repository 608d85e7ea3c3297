"""The token pair of a connection: sealed at rest, renewed by one process at a time.

Intuit renews the refresh token about once a day, and the old one is dead at once. Two processes that renew in
parallel, or one that loses the answer, end the connection. So: a claim on the row lets one of them call Intuit, nobody
holds a transaction meanwhile, the new pair is committed before it is used, and whoever finds another pair in the row
takes that one.
"""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import or_, update
from sqlmodel import Session, col

from bookipi_app import exactjson, metrics
from bookipi_app.clock import Clock
from bookipi_app.db import Database
from bookipi_app.errors import Failure
from bookipi_app.models import Connection
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.faults import GrantLost, NotSent
from bookipi_app.quickbooks.oauth import OAuth, TokenPair, this_app
from bookipi_app.quickbooks.pace import this_pace
from bookipi_app.quickbooks.transport import TOTAL_SECONDS, Http
from bookipi_app.quickbooks.wire import as_object, as_text
from bookipi_app.quickbooks.words import words_for
from bookipi_app.settings import SettingsError, settings

VERSION = 1
LEEWAY = timedelta(seconds=60)  # a token is renewed this long before it ends
CLAIM = timedelta(seconds=TOTAL_SECONDS + 10)  # outlives the longest call to Intuit
RENEWING = "Access to QuickBooks is being renewed."
ASK_AGAIN = timedelta(seconds=10)
PAUSE_SECONDS, PAUSES = 0.1, 50  # how long another process' renewal is waited for

Transaction = Callable[[], AbstractContextManager[Session]]


class SealBroken(Exception):
    """A sealed pair that this key cannot open, or that was moved from another row."""


class Vault:
    """Seals token pairs with AES-256-GCM. The first key seals, all of them open: that is how a key is changed."""

    def __init__(self, *secret_keys: str) -> None:
        derived = [_derive(text) for text in secret_keys]
        self._keys = {_key_id(key): key for key in derived}
        self._newest = _key_id(derived[0])

    def seal(self, pair: TokenPair, company_id: UUID, realm_id: str) -> str:
        """The pair as text that only opens for the same company and realm; each time another text."""
        nonce = secrets.token_bytes(12)
        clear = exactjson.dumps({"access": pair.access, "refresh": pair.refresh}).encode()
        header = bytes([VERSION]) + self._newest
        box = AESGCM(self._keys[self._newest]).encrypt(nonce, clear, header + _bound_to(company_id, realm_id))
        return urlsafe_b64encode(header + nonce + box).decode()

    def knows(self, sealed: str) -> bool:
        """True if one of the keys is the one that this was sealed with, whatever became of it since."""
        return _header(sealed)[1:] in self._keys

    def is_newest(self, sealed: str) -> bool:
        """True if it was sealed with the key that seals now."""
        return _header(sealed) == bytes([VERSION]) + self._newest

    def open(self, sealed: str, company_id: UUID, realm_id: str) -> tuple[str, str]:
        """The access and the refresh token.

        Raises:
            SealBroken: another key, another row, or damaged.
        """
        try:
            raw = urlsafe_b64decode(sealed)
            header, nonce, box = raw[:5], raw[5:17], raw[17:]
            if header[:1] != bytes([VERSION]):
                raise SealBroken
            key = self._keys[header[1:]]
            clear = AESGCM(key).decrypt(nonce, box, header + _bound_to(company_id, realm_id))
            pair = as_object(exactjson.loads(clear))
        except (InvalidTag, KeyError, ValueError) as error:
            raise SealBroken from error
        return as_text(pair.get("access")), as_text(pair.get("refresh"))


def this_vault() -> Vault:
    """The vault of this process' settings."""
    keys = settings().secret_keys
    if not keys:
        raise SettingsError("BOOKIPI_SECRET_KEY is needed to keep the QuickBooks grant.")
    return Vault(*keys)


class StoredTokens:
    """The tokens of one connection, kept in its row. A `client.TokenSource`."""

    def __init__(
        self,
        connection_id: UUID,
        transaction: Transaction,
        oauth: OAuth,
        vault: Vault,
        clock: Clock,
        pause: Callable[[float], None] = time.sleep,
        row: Connection | None = None,
    ) -> None:
        """`row` is the connection where it was read a moment ago: the first token is taken from there."""
        self._connection_id = connection_id
        self._transaction = transaction
        self._oauth = oauth
        self._vault = vault
        self._clock = clock
        self._pause = pause
        self._row = row
        self._stored: _Stored | None = None

    def access_token(self) -> str:
        """A token that lasts for the next request, renewed before it runs out."""
        stored = self._stored or self._first()
        if stored.lasts(self._clock()):
            return stored.access
        return self.refresh(stored.access)

    def refresh(self, failed_token: str) -> str:
        """Another token than the refused one: from the row if another process was faster, else from Intuit.

        Raises:
            GrantLost: the grant has ended.
            NotSent: another process renews it and is not ready yet.
        """
        self._oauth.endpoints()  # read before the claim, which outlives one call to Intuit and not two
        for _ in range(PAUSES):
            claim = secrets.token_hex(16)
            stored, claimed = self._claim(claim, failed_token)
            if stored.access != failed_token and stored.lasts(self._clock()):
                return stored.access
            if claimed:
                return self._renew(stored, claim)
            self._pause(PAUSE_SECONDS)
        raise NotSent(RENEWING, self._clock() + ASK_AGAIN)

    def keep_alive(self) -> None:
        """Use the grant once, so that it does not end for want of use. Also a token that still lasts is renewed."""
        self.refresh(self._read().access)

    def revoke(self) -> None:
        """End the grant at Intuit; one that has ended, or cannot be opened any more, is as good."""
        with suppress(GrantLost):
            self._oauth.revoke(self._read().refresh)

    def _renew(self, stored: _Stored, claim: str) -> str:
        """One call to Intuit, under the claim. What stands in the row afterwards is used, never what does not."""
        try:
            pair = self._oauth.refresh(stored.refresh)
        except Failure as failure:
            metrics.token_refreshes.labels(type(failure).__name__).inc()
            held = self._release(claim)
            fresh = self._read()
            if isinstance(failure, GrantLost) and fresh.sealed != stored.sealed:
                return fresh.access
            if isinstance(failure, GrantLost) and not held:  # whoever renews it now has what killed this one
                raise NotSent(RENEWING, self._clock() + ASK_AGAIN) from failure
            raise
        metrics.token_refreshes.labels("renewed").inc()
        self._store(stored, pair)
        return self._read().access

    def _first(self) -> _Stored:
        if self._row is None:
            return self._read()
        self._stored = self._open(self._row)
        return self._stored

    def _read(self) -> _Stored:
        with self._transaction() as session:
            self._stored = self._open(session.get_one(Connection, self._connection_id))
        return self._stored

    def _claim(self, claim: str, failed_token: str) -> tuple[_Stored, bool]:
        """What the row holds now, and whether this process may renew it. One short transaction."""
        now = self._clock()
        with self._transaction() as session:
            row = session.get_one(Connection, self._connection_id, with_for_update=True)
            self._stored = stored = self._open(row)
            if stored.access != failed_token and stored.lasts(now):
                return stored, False
            taken = update(Connection).where(
                col(Connection.id) == self._connection_id,
                or_(col(Connection.refresh_claim).is_(None), col(Connection.refresh_claim_until) <= now),
            )
            result = session.connection().execute(
                taken.values(refresh_claim=claim, refresh_claim_until=now + CLAIM)
            )
        return stored, result.rowcount == 1

    def _release(self, claim: str) -> bool:
        """Give a claim back; False if it had passed, and another process has made its own."""
        with self._transaction() as session:
            held = (col(Connection.id) == self._connection_id) & (col(Connection.refresh_claim) == claim)
            freed = update(Connection).where(held).values(refresh_claim=None, refresh_claim_until=None)
            return session.connection().execute(freed).rowcount == 1

    def _store(self, old: _Stored, pair: TokenPair) -> None:
        """Replace the pair that was read, and no other: a person may have connected again meanwhile."""
        with self._transaction() as session:
            unchanged = (col(Connection.id) == self._connection_id) & (
                col(Connection.tokens_sealed) == old.sealed
            )
            session.connection().execute(
                update(Connection)
                .where(unchanged)
                .values(
                    tokens_sealed=self._vault.seal(pair, old.company_id, old.realm_id),
                    access_expires_at=pair.access_expires_at,
                    refresh_expires_at=pair.refresh_expires_at,
                    grant_expires_at=pair.grant_expires_at or col(Connection.grant_expires_at),
                    refresh_claim=None,
                    refresh_claim_until=None,
                )
            )

    def _open(self, row: Connection) -> _Stored:
        if not row.tokens_sealed or not row.access_expires_at:
            raise GrantLost(words_for("3200"))
        try:
            access, refresh = self._vault.open(row.tokens_sealed, row.company_id, row.realm_id)
        except SealBroken:
            raise GrantLost(
                "The key that kept the access to QuickBooks has changed. Reconnect; nothing is lost."
            ) from None
        return _Stored(
            access, refresh, row.tokens_sealed, row.access_expires_at, row.company_id, row.realm_id
        )


def for_connection(
    database: Database, clock: Clock, connection: Connection, http: Http | None = None
) -> QuickBooks:
    """The books of a connection, with the tokens in its row."""
    turn = partial(database.transaction, connection.company_id)
    tokens = StoredTokens(connection.id, turn, this_app(clock, http), this_vault(), clock, row=connection)
    return QuickBooks(connection.realm_id, tokens, clock, http, pace=this_pace())


@dataclass(frozen=True)
class _Stored:
    """What a row holds, opened."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    sealed: str = field(repr=False)
    access_expires_at: datetime
    company_id: UUID
    realm_id: str

    def lasts(self, now: datetime) -> bool:
        return self.access_expires_at - now > LEEWAY


def _derive(secret_key: str) -> bytes:
    info = b"bookipi quickbooks tokens v%d" % VERSION
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret_key.encode())


def _key_id(key: bytes) -> bytes:
    """Four bytes that tell which key sealed something, and nothing about the key."""
    return sha256(b"id" + key).digest()[:4]


def _header(sealed: str) -> bytes:
    """Version and key id; nothing of a text that was never sealed here."""
    try:
        return urlsafe_b64decode(sealed)[:5]
    except ValueError:
        return b""


def _bound_to(company_id: UUID, realm_id: str) -> bytes:
    return f"{company_id}|{realm_id}".encode()
