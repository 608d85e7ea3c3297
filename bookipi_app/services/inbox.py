"""The webhook inbox: events are stored once, and the connections that they concern are woken. Nothing is read here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, bindparam, null, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col
from sqlmodel.sql.sqltypes import UTCDateTime

from bookipi_app import queue, trace
from bookipi_app.db import after_commit
from bookipi_app.models import Connection, InboxEvent, InboxOddity, Kind
from bookipi_app.models.sync import LIVE

LISTENED = {kind.value for kind in Kind}
"""What the engine reads on an event. Payments change nothing here; other names come with the change feed."""
LARGEST_ODDITY = 100_000
# Said for every delivery, so it is made once, and in the words of the index that has one connection for a realm.
WAKING = (
    update(Connection)
    .where(col(Connection.realm_id) == bindparam("realm"), text(LIVE))
    .values(wake=col(Connection.wake) + 1)
    .returning(col(Connection.id))
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


STORED = (
    "id", "realm_id", "entity", "remote_id", "operation", "deleted_id", "happened_at", "received_at", "trace",
)  # fmt: skip


@dataclass(frozen=True)
class Insertion:
    """How events are stored, as a database's driver wants it: its words, its row, its moments.

    SQLAlchemy would ask what each value is once more for each of thousands of rows: twice what storing them costs.
    """

    sql: str
    row: Callable[[dict[str, object]], Any]
    moment: Callable[[datetime | None], object]


def take(session: Session, notices: Iterable[Notice], now: datetime) -> int:
    """Store the events of connected realms, each once, and wake their connections. Returns how many were of use."""
    heard = [notice for notice in notices if notice.entity in LISTENED]
    # Whoever writes both locks a connection before its notices, and each kind in order: nobody waits in a ring.
    latest = {notice.realm_id: notice.trace for notice in heard}
    connected = {realm_id for realm_id in sorted(latest) if _wake(session, realm_id, latest[realm_id])}
    useful = [notice for notice in heard if notice.realm_id in connected]
    for again in (False, True):
        _insert(session, [notice for notice in useful if notice.again is again], again, now)
    return len(useful)


def set_aside(session: Session, why: Iterable[str], body: bytes, now: datetime) -> None:
    """Keep a signed delivery that was not understood, for a person to read."""
    session.add(InboxOddity(received_at=now, why="; ".join(why)[:200], body=body[:LARGEST_ODDITY]))


def _insert(session: Session, notices: list[Notice], again: bool, now: datetime) -> None:
    if not notices:
        return
    connection = session.connection()
    how = _insertion(connection.dialect, again)
    received = how.moment(now)
    kept = {notice.id: notice for notice in sorted(notices, key=lambda notice: notice.id)}
    rows = [how.row(_values(notice, how.moment(notice.happened_at), received)) for notice in kept.values()]
    connection.exec_driver_sql(how.sql, rows)


@lru_cache(maxsize=8)
def _insertion(dialect: Dialect, again: bool) -> Insertion:
    """Each event once; one whose id does not tell it from another is to be looked at anew."""
    statement = (postgresql.insert if dialect.name == "postgresql" else sqlite.insert)(InboxEvent)
    if again:
        excluded = statement.excluded
        anew = {"done_at": null(), "received_at": excluded.received_at, "trace": excluded.trace}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=anew)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=["id"])
    written = statement.compile(dialect=dialect, column_keys=STORED)
    moment = UTCDateTime().bind_processor(dialect)
    assert moment is not None  # it refuses what has no time zone
    order = written.positiontup if written.positional else None
    return Insertion(written.string, itemgetter(*order) if order else dict, moment)


def _values(notice: Notice, happened: object, received: object) -> dict[str, object]:
    return {
        "id": notice.id,
        "realm_id": notice.realm_id,
        "entity": notice.entity,
        "remote_id": notice.remote_id,
        "operation": notice.operation,
        "deleted_id": notice.deleted_id,
        "happened_at": happened,
        "received_at": received,
        "trace": notice.trace or trace.current(),
    }


def _wake(session: Session, realm_id: str, known: str) -> bool:
    """Whether the realm is connected; if so, its connection is to look."""
    connection_id = session.connection().execute(WAKING, {"realm": realm_id}).scalar_one_or_none()
    if connection_id is None:
        return False
    after_commit(session, partial(_ask, connection_id, known))
    return True


def _ask(connection_id: UUID, known: str) -> None:
    with trace.scope():
        trace.follow(known)
        queue.wake(connection_id)
