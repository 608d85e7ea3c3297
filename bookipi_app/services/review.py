"""Review: the engine waits for a person before it goes on.

Either many records vanished at once on one side (`vanished`), or the company was connected again after a disconnection
and both sides may have changed meanwhile (`changed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update
from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    EndVerdict,
    Item,
    Kind,
    Side,
    SyncRecord,
)
from bookipi_app.models.sync import CAUSED
from bookipi_app.services import asked, invoice_ends, marks, records
from bookipi_app.services.activity import KIND_WORDS, Named, names_of
from bookipi_app.services.lists import judged
from bookipi_app.services.words import counted

SHOWN, LISTED = 20, 100
REVIEW = "review"  # the cause that the engine gives to records whose next step waits


@dataclass(frozen=True)
class CrowdView:
    """What vanished of one kind on one side: the sentence, some of the names, and what each answer does."""

    words: str
    names: tuple[str, ...]
    more: int
    confirm: str
    reject: str


@dataclass(frozen=True)
class ChangedRow:
    """A record that would move, and what would be done about it."""

    id: str
    title: str
    beside: str
    href: str
    words: str


@dataclass(frozen=True)
class Changed:
    """What changed while nothing was connected. `looking` while the engine still finds out."""

    rows: tuple[ChangedRow, ...] = ()
    total: int = 0
    looking: bool = False


def changed(session: Session, company_id: UUID, now: datetime) -> Changed:
    """What would travel after *Go on*, as the engine has planned it."""
    connection = asked.connection(session, company_id)
    if connection.status is not ConnectionStatus.REVIEW or connection.vanished:
        return Changed()
    planned = (
        col(SyncRecord.connection_id) == connection.id,
        text(CAUSED),
        col(SyncRecord.cause) == REVIEW,
        col(SyncRecord.reason) != "",
    )
    total = session.exec(select(func.count()).select_from(SyncRecord).where(*planned)).one()
    found = session.exec(
        select(SyncRecord).where(*planned).order_by(col(SyncRecord.kind), col(SyncRecord.id)).limit(LISTED)
    ).all()
    named = names_of(session, company_id, ((one.kind, one.local_id) for one in found))
    rows = tuple(_changed_row(one, named.get((one.kind, one.local_id))) for one in found)
    return Changed(rows, total, _is_looking(session, connection, now))


def resume(session: Session, company_id: UUID, *, now: datetime) -> None:
    """Go on: what was shown is carried out.

    Raises:
        NotAllowed: nothing waits for an answer, or the engine is still finding out.
    """
    connection = asked.connection(session, company_id)
    if connection.status is not ConnectionStatus.REVIEW or connection.vanished:
        raise NotAllowed("Nothing waits for an answer any more.")
    if _is_looking(session, connection, now):
        raise NotAllowed("QuickBooks is still being read. Wait a moment.")
    session.exec(
        update(SyncRecord)
        .where(col(SyncRecord.connection_id) == connection.id, text(CAUSED), col(SyncRecord.cause) == REVIEW)
        .values(due_at=now, cause="", reason="")
    )
    _go_on(session, connection, now)


def _is_looking(session: Session, connection: Connection, now: datetime) -> bool:
    unread = connection.feed_due_at is None or connection.feed_due_at <= now or connection.cursor is None
    comparing = connection.compare_due_at is not None and connection.compare_due_at <= now
    unread = unread or comparing or bool(connection.comparing)
    due = select(SyncRecord.id).where(
        col(SyncRecord.connection_id) == connection.id, col(SyncRecord.due_at) <= now
    )
    return unread or session.exec(due.limit(1)).first() is not None


def _changed_row(record: SyncRecord, named: Named | None) -> ChangedRow:
    if named is None:
        title = (record.detail or {}).get("title") or "Unnamed"
        named = Named(title, KIND_WORDS[record.kind], "")
    return ChangedRow(str(record.id), named.title, named.beside, named.href, record.reason)


def vanished(session: Session, company_id: UUID) -> tuple[CrowdView, ...]:
    """Why the connection is in review; empty if nothing vanished."""
    connection = asked.connection(session, company_id)
    return tuple(_view(session, company_id, crowd) for crowd in connection.vanished or ())


def confirm(session: Session, company_id: UUID, *, now: datetime, who: str) -> None:
    """It is right: what is gone on one side ends on the other too.

    Raises:
        NotAllowed: nothing waits for an answer.
    """
    connection = _in_review(session, company_id)
    sides = _sides(connection)
    for record in _records(session, connection):
        record.end_verdict = EndVerdict.CONFIRMED
        session.add(record)
        words = f"Said to be meant: it is gone {'here' if sides[record.id] == Side.HERE else 'in QuickBooks'}"
        asked.note(session, company_id, record, words, now=now, who=who)
    _go_on(session, connection, now)


def reject(session: Session, company_id: UUID, *, now: datetime, who: str) -> None:
    """It is wrong: what went away in QuickBooks stays here, and what was put away here comes back.

    Raises:
        NotAllowed: nothing waits for an answer.
    """
    connection = _in_review(session, company_id)
    sides = _sides(connection)
    for record in _records(session, connection):
        if sides[record.id] == Side.HERE:
            _bring_back(session, company_id, record, now=now, who=who)
        else:
            record.end_verdict = EndVerdict.KEPT
            session.add(record)
            words = "Kept here, though gone in QuickBooks"
            asked.note(session, company_id, record, words, now=now, who=who)
    _go_on(session, connection, now)


def _sides(connection: Connection) -> dict[UUID, str]:
    """The side on which each record vanished."""
    return {UUID(one): crowd["side"] for crowd in connection.vanished or () for one in crowd["ids"]}


def _view(session: Session, company_id: UUID, crowd: dict[str, Any]) -> CrowdView:
    kind, here = Kind(crowd["kind"]), crowd["side"] == Side.HERE
    found = session.exec(
        select(SyncRecord).where(col(SyncRecord.id).in_([UUID(one) for one in crowd["ids"][:SHOWN]]))
    ).all()
    names = names_of(session, company_id, ((one.kind, one.local_id) for one in found))
    where = "here" if here else "in QuickBooks"
    words = f"{counted(crowd['count'], kind.value)} of {crowd['of']:,} vanished {where} at once."
    end = "Delete them" if kind is Kind.INVOICE else "Make them inactive"
    follow = "Move them to the trash here too" if kind is Kind.INVOICE else "Archive them here too"
    return CrowdView(
        words,
        tuple(named.title for named in names.values()),
        max(crowd["count"] - len(names), 0),
        f"{end} in QuickBooks too" if here else follow,
        "Bring them back here" if here else "Keep them here",
    )


def _in_review(session: Session, company_id: UUID) -> Connection:
    connection = asked.connection(session, company_id)
    if connection.status is not ConnectionStatus.REVIEW or not connection.vanished:
        raise NotAllowed("Nothing waits for an answer any more.")
    return connection


def _records(session: Session, connection: Connection) -> list[SyncRecord]:
    ids = [UUID(one) for crowd in connection.vanished or () for one in crowd["ids"]]
    found = select(SyncRecord).where(
        col(SyncRecord.id).in_(ids), judged(col(SyncRecord.connection_id) == connection.id)
    )
    return list(session.exec(found.with_for_update()))


def _bring_back(session: Session, company_id: UUID, record: SyncRecord, *, now: datetime, who: str) -> None:
    match record.kind:
        case Kind.INVOICE:
            invoice_ends.restore(session, company_id, record.local_id, now=now, who=who)
        case Kind.CUSTOMER:
            customer = records.find(session, Customer, company_id, record.local_id, lock=True)
            records.set_active(session, record.kind, customer, True, now=now, who=who)
        case Kind.ITEM:
            item = records.find(session, Item, company_id, record.local_id, lock=True)
            records.set_active(session, record.kind, item, True, now=now, who=who)


def _go_on(session: Session, connection: Connection, now: datetime) -> None:
    connection.status, connection.vanished, connection.problem = ConnectionStatus.CONNECTED, None, ""
    session.add(connection)
    session.flush()
    _count_from_now(session, connection, now)
    marks.wake(session, connection.id)
    after_commit(session, partial(live.publish, connection.company_id, "connection"))


def _count_from_now(session: Session, connection: Connection, now: datetime) -> None:
    """The time in which a person looked is no time that a change was on its way, in either direction."""
    waiting = (col(SyncRecord.connection_id) == connection.id, col(SyncRecord.due_at).is_not(None))
    run = session.connection().execute
    run(update(SyncRecord).where(*waiting, col(SyncRecord.told_at).is_not(None)).values(told_at=now))
    run(update(SyncRecord).where(*waiting, col(SyncRecord.saved_at).is_not(None)).values(saved_at=now))
