"""Review: many records vanished at once on one side, and the engine waits for a person before it follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

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
from bookipi_app.services import asked, invoice_ends, marks, records
from bookipi_app.services.activity import names_of
from bookipi_app.services.words import counted

SHOWN = 20


@dataclass(frozen=True)
class CrowdView:
    """What vanished of one kind on one side: the sentence, some of the names, and what each answer does."""

    words: str
    names: tuple[str, ...]
    more: int
    confirm: str
    reject: str


def vanished(session: Session, company_id: UUID) -> tuple[CrowdView, ...]:
    """Why the connection is in review; empty if nothing vanished."""
    connection = asked.connection(session, company_id)
    return tuple(_view(session, company_id, crowd) for crowd in connection.vanished or ())


def confirm(session: Session, company_id: UUID, *, now: datetime) -> None:
    """It is right: what is gone on one side ends on the other too.

    Raises:
        NotAllowed: nothing waits for an answer.
    """
    connection = _in_review(session, company_id)
    for record in _records(session, connection):
        record.end_verdict = EndVerdict.CONFIRMED
        session.add(record)
    _go_on(session, connection)


def reject(session: Session, company_id: UUID, *, now: datetime, who: str) -> None:
    """It is wrong: what went away in QuickBooks stays here, and what was put away here comes back.

    Raises:
        NotAllowed: nothing waits for an answer.
    """
    connection = _in_review(session, company_id)
    sides = {UUID(one): crowd["side"] for crowd in connection.vanished or () for one in crowd["ids"]}
    for record in _records(session, connection):
        if sides[record.id] == Side.HERE:
            _bring_back(session, company_id, record, now=now, who=who)
        else:
            record.end_verdict = EndVerdict.KEPT
            session.add(record)
    _go_on(session, connection)


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
        col(SyncRecord.id).in_(ids), col(SyncRecord.connection_id) == connection.id
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


def _go_on(session: Session, connection: Connection) -> None:
    connection.status, connection.vanished, connection.problem = ConnectionStatus.CONNECTED, None, ""
    session.add(connection)
    session.flush()
    marks.wake(session, connection.id)
    after_commit(session, partial(live.publish, connection.company_id, "connection"))
