"""The webhook inbox: events are stored once, and the connections that they concern are woken. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from uuid import UUID

from sqlalchemy import Executable, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from bookipi_app import queue, trace
from bookipi_app.db import after_commit
from bookipi_app.models import Connection, ConnectionStatus, InboxEvent, InboxOddity, Kind

LISTENED = {kind.value for kind in Kind}
"""What the engine reads on an event. Payments change nothing here; other names come with the change feed."""
LARGEST_ODDITY = 100_000
# Asked for every delivery, so they are made once.
LIVING = select(Connection.realm_id, Connection.id).where(
    col(Connection.realm_id).in_(bindparam("realms", expanding=True)),
    col(Connection.status) != ConnectionStatus.FROZEN,
)
WAKING = (
    update(Connection).where(col(Connection.id) == bindparam("mine")).values(wake=col(Connection.wake) + 1)
)


@dataclass(frozen=True)
class Notice:
    """One event of a delivery. `again` means that its id does not tell two events apart: it is looked at anew.

    `trace` is the id of the delivery's work, where several are stored at once; else the present one is.
    """

    id: str
    realm_id: str
    entity: str
    remote_id: str
    operation: str
    happened_at: datetime | None
    deleted_id: str = ""
    again: bool = False
    trace: str = ""


def take(session: Session, notices: Iterable[Notice], now: datetime) -> int:
    """Store the events of connected realms, each once, and wake their connections. Returns how many were of use."""
    heard = [notice for notice in notices if notice.entity in LISTENED]
    connected = _connected(session, {notice.realm_id for notice in heard})
    useful = [notice for notice in heard if notice.realm_id in connected]
    # Whoever writes both locks a connection before its notices, and each kind in order: nobody waits in a ring.
    latest = {notice.realm_id: notice.trace for notice in useful}
    for realm_id in sorted(latest):
        _wake(session, connected[realm_id], latest[realm_id])
    for again in (False, True):
        _insert(session, [notice for notice in useful if notice.again is again], again, now)
    return len(useful)


def set_aside(session: Session, why: Iterable[str], body: bytes, now: datetime) -> None:
    """Keep a signed delivery that was not understood, for a person to read."""
    session.add(InboxOddity(received_at=now, why="; ".join(why)[:200], body=body[:LARGEST_ODDITY]))


def _connected(session: Session, realms: set[str]) -> dict[str, UUID]:
    """The connections, by realm."""
    if not realms:
        return {}
    found = session.connection().execute(LIVING, {"realms": sorted(realms)})
    return {row.realm_id: row.id for row in found}


def _insert(session: Session, notices: list[Notice], again: bool, now: datetime) -> None:
    rows = {notice.id: _row(notice, now) for notice in sorted(notices, key=lambda notice: notice.id)}
    if not rows:
        return
    statement = _insertion(session.get_bind().dialect.name == "postgresql", again)
    session.connection().execute(statement, list(rows.values()))


@cache
def _insertion(on_postgres: bool, again: bool) -> Executable:
    """Each event once; one whose id does not tell it from another is to be looked at anew."""
    statement = (postgresql.insert if on_postgres else sqlite.insert)(InboxEvent)
    if not again:
        return statement.on_conflict_do_nothing(index_elements=["id"])
    excluded = statement.excluded
    anew = {"done_at": None, "received_at": excluded.received_at, "trace": excluded.trace}
    return statement.on_conflict_do_update(index_elements=["id"], set_=anew)


def _row(notice: Notice, now: datetime) -> dict[str, object]:
    return {
        "id": notice.id,
        "realm_id": notice.realm_id,
        "entity": notice.entity,
        "remote_id": notice.remote_id,
        "operation": notice.operation,
        "deleted_id": notice.deleted_id,
        "happened_at": notice.happened_at,
        "received_at": now,
        "done_at": None,
        "trace": notice.trace or trace.current(),
    }


def _wake(session: Session, connection_id: UUID, known: str) -> None:
    session.connection().execute(WAKING, {"mine": connection_id})
    after_commit(session, partial(_ask, connection_id, known))


def _ask(connection_id: UUID, known: str) -> None:
    with trace.scope():
        trace.follow(known)
        queue.wake(connection_id)
