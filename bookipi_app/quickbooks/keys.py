"""The secret keys of an installation: whether they are the right ones, and how one is replaced by another.

A key is changed without an interruption: put the new one before the old one (`BOOKIPI_SECRET_KEY=new,old`), restart,
`bookipi rotate-keys`, take the old one away. A start with keys that do not open what is stored is refused, because
every connection would otherwise look as if QuickBooks had ended it.
"""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import Session, col, select

from bookipi_app.db import Database, Turn
from bookipi_app.models import Connection, ConnectionStatus
from bookipi_app.quickbooks.auth import SealBroken, Vault, this_vault
from bookipi_app.quickbooks.oauth import TokenPair
from bookipi_app.settings import SettingsError

LOST_WORDS = "The key that kept the access to QuickBooks was lost. Reconnect; nothing else is lost."


def require(database: Database, vault: Vault | None = None) -> None:
    """Refuse to start with keys that are not those of the stored grants; those of this process, if none are given.

    Raises:
        SettingsError: a key that some stored grant needs is missing.
    """
    stored = _sealed(database)
    locked = sum(not (vault or this_vault()).knows(row.tokens_sealed or "") for row in stored)
    if locked:
        grants = "one QuickBooks connection" if locked == 1 else f"{locked} QuickBooks connections"
        raise SettingsError(
            f"BOOKIPI_SECRET_KEY is not the key that {grants} in this database was sealed with. Put that key behind"
            " the present one, with a comma between them, and start again; if it is lost,"
            " `bookipi rotate-keys --forget-lost` asks for those connections to be made anew."
        )


def rotate(database: Database, vault: Vault) -> tuple[int, int]:
    """Seal every stored pair with the newest key; how many were sealed anew, and how many no key opens.

    May run beside the app: a pair that was renewed meanwhile is left alone, and is sealed with the newest key already
    by a process that knows it; run it again after the last restart.
    """
    renewed = locked = 0
    for row in _sealed(database):
        sealed = row.tokens_sealed or ""
        if vault.is_newest(sealed):
            continue
        again = _sealed_again(vault, row)
        if again is None:
            locked += 1
            continue
        with database.transaction(Turn.NONE) as session:
            renewed += _replace(session, row, again)
    return renewed, locked


def forget_lost(database: Database, vault: Vault) -> int:
    """Take away the pairs that no key opens: their connections ask to be made anew, and keep everything else."""
    lost = [row.id for row in _sealed(database) if not vault.knows(row.tokens_sealed or "")]
    with database.transaction() as session:
        mine = col(Connection.id).in_(lost)
        session.connection().execute(update(Connection).where(mine).values(tokens_sealed=None))
        living = mine & col(Connection.status).in_((ConnectionStatus.CONNECTED, ConnectionStatus.REVIEW))
        session.connection().execute(
            update(Connection).where(living).values(status=ConnectionStatus.RECONNECT, problem=LOST_WORDS)
        )
    return len(lost)


def _sealed(database: Database) -> list[Connection]:
    with database.reading() as session:
        return list(session.exec(select(Connection).where(col(Connection.tokens_sealed).is_not(None))))


def _sealed_again(vault: Vault, row: Connection) -> str | None:
    try:
        access, refresh = vault.open(row.tokens_sealed or "", row.company_id, row.realm_id)
    except SealBroken:
        return None
    access_ends, refresh_ends = row.access_expires_at, row.refresh_expires_at
    assert access_ends is not None
    assert refresh_ends is not None
    return vault.seal(TokenPair(access, refresh, access_ends, refresh_ends), row.company_id, row.realm_id)


def _replace(session: Session, row: Connection, sealed: str) -> int:
    unchanged = (col(Connection.id) == row.id) & (col(Connection.tokens_sealed) == row.tokens_sealed)
    return (
        session.connection()
        .execute(update(Connection).where(unchanged).values(tokens_sealed=sealed))
        .rowcount
    )
