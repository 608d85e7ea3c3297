"""Do the books agree? Asking for a comparison of every linked record, and what the last one found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from bookipi_app import live, queue
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed
from bookipi_app.ids import parse_id
from bookipi_app.models import Connection, ConnectionStatus, Flag, Kind, SyncRecord
from bookipi_app.services.activity import Named, names_of
from bookipi_app.services.flags import newest_connection
from bookipi_app.services.records import company_of
from bookipi_app.services.words import moment_words


@dataclass(frozen=True)
class Differing:
    """A record that differs: its name, in what, in one sentence, and where that is settled.

    `asked`: it waits for a person by now, who has been told why; looking at it again would say the same.
    """

    id: str
    title: str
    beside: str
    href: str
    words: str
    asked: bool = False
    way: str = ""  # the address; of a conflict, its own page
    way_words: str = "Open"


@dataclass(frozen=True)
class BooksAgree:
    """The last comparison. `words` is its result, `when` its time; `running` says that one is on its way."""

    words: str = ""
    when: str = ""
    compared: int = 0
    differing: int = 0
    waiting: int = 0
    running: bool = False
    running_words: str = ""
    rows: tuple[Differing, ...] = ()


def ask(session: Session, company_id: UUID, now: datetime) -> None:
    """Have every linked record compared with what QuickBooks holds, soon; one that runs goes on.

    Raises:
        NotAllowed: there is no connection that could.
    """
    connection = newest_connection(session, company_id)
    if connection is None or connection.status is not ConnectionStatus.CONNECTED:
        raise NotAllowed("QuickBooks is not connected.")
    if _runs(connection, now):  # the second of two clicks, or another page: one comparison is enough
        return
    session.connection().execute(
        update(Connection)
        .where(col(Connection.id) == connection.id)
        .values(wake=col(Connection.wake) + 1, compare_due_at=now)
    )
    after_commit(session, partial(queue.wake, connection.id))
    after_commit(session, partial(live.publish, company_id, "connection"))


def last(session: Session, company_id: UUID, now: datetime) -> BooksAgree:
    """What the last comparison found."""
    connection = newest_connection(session, company_id)
    if connection is None:
        return BooksAgree()
    found: dict[str, Any] = connection.comparison or {}
    running = connection.status is ConnectionStatus.CONNECTED and _runs(connection, now)
    words = _so_far(session, connection) if running else ""
    if not found:
        return BooksAgree(running=running, running_words=words)
    zone = company_of(session, company_id).time_zone
    compared, differing = found["compared"], found["differing"]
    return BooksAgree(
        words=f"{compared:,} compared, {differing:,} {'differs' if differing == 1 else 'differ'}",
        when=moment_words(datetime.fromisoformat(found["at"]), zone, now),
        compared=compared,
        differing=differing,
        waiting=found["waiting"],
        running=running,
        running_words=words,
        rows=_rows(session, company_id, found["list"]),
    )


def _runs(connection: Connection, now: datetime) -> bool:
    asked = connection.compare_due_at is not None and connection.compare_due_at <= now
    return bool(connection.comparing) or asked


def _so_far(session: Session, connection: Connection) -> str:
    """`Comparing: 1,200 of 3,400`: of all records that are linked and were not ended."""
    compared = (connection.comparing or {}).get("compared", 0)
    linked = session.exec(
        select(func.count())
        .select_from(SyncRecord)
        .where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.remote_id).is_not(None),
            col(SyncRecord.ended).is_(False),
        )
    ).one()
    return f"Comparing: {compared:,} of {max(linked, compared):,}"


def _rows(session: Session, company_id: UUID, listed: list[dict[str, str]]) -> tuple[Differing, ...]:
    keys = [(Kind(one["kind"]), parse_id(one["local_id"]) if one["local_id"] else None) for one in listed]
    names = names_of(session, company_id, keys)
    ids = [parse_id(one["record_id"]) for one in listed]
    flags = dict(
        session.exec(select(SyncRecord.id, SyncRecord.flag).where(col(SyncRecord.id).in_(ids))).all()
    )
    return tuple(
        _row(one, names.get(key, Named()), flags.get(record_id))
        for one, key, record_id in zip(listed, keys, ids, strict=True)
    )


def _row(one: dict[str, str], named: Named, flag: str | None) -> Differing:
    clash = flag == Flag.CONFLICT
    way = f"/conflicts/{one['kind']}/{one['local_id']}" if clash else named.href
    asked, words = flag in (Flag.CONFLICT, Flag.ATTENTION, Flag.DIFFERS), "Choose" if clash else "Open"
    return Differing(one["record_id"], named.title, named.beside, named.href, one["words"], asked, way, words)
