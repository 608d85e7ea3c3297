"""Asking the engine for more: try again, let an older record travel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from bookipi_app.errors import NotAllowed
from bookipi_app.models import Connection, Flag, Kind, SyncRecord
from bookipi_app.services import asked, invoice_ends, marks, records
from bookipi_app.services.answer_options import KEPT_HERE, KEPT_THERE, MENDED_HERE

ASKED = (
    "linked_elsewhere", "match", "name_taken", "number", "possible_double", "same_number", "void_there",
    KEPT_THERE, KEPT_HERE,
)  # fmt: skip
"""Causes of *Needs attention* that only an answer mends: trying again would ask the same."""


def retry(session: Session, company_id: UUID, record_id: object, *, now: datetime) -> None:
    """Try one record again at once."""
    record = asked.find(session, company_id, record_id, lock=True)
    marks.hurry(session, [record.id], now)
    marks.look_again(session, company_id, record, now)


def retry_all(session: Session, company_id: UUID, *, now: datetime) -> int:
    """Try everything again that was refused, or could not be read or carried; how many. Questions stay questions."""
    refused = and_(col(SyncRecord.flag) == Flag.ATTENTION, col(SyncRecord.cause).not_in(ASKED))
    held = and_(col(SyncRecord.flag) == Flag.NOT_SYNCED, col(SyncRecord.cause).in_(MENDED_HERE))
    waiting = asked.of_company(company_id).where(or_(refused, held))
    found = session.exec(waiting.with_for_update(of=SyncRecord)).all()  # pyright: ignore[reportArgumentType]
    marks.hurry(session, [record.id for record in found], now)
    for record in found:
        marks.look_again(session, company_id, record, now)
    return len(found)


def sync_this(session: Session, company_id: UUID, kind: Kind, local_id: object, *, now: datetime) -> None:
    """Let an older record travel; an invoice brings its customer and its items along.

    Raises:
        NotAllowed: not connected, or a draft, or in the trash, or void.
        NotFound: no such record in this company.
    """
    row = records.of_kind(session, kind, company_id, local_id)
    if words := invoice_ends.stays_here(row):
        raise NotAllowed(words)
    record = _wanted(session, asked.connection(session, company_id), kind, row.id, now)
    marks.look_again(session, company_id, record, now)


def sync_these(
    session: Session, company_id: UUID, kind: Kind, local_ids: Sequence[object], *, now: datetime
) -> int:
    """Let a selection of older records travel; how many will. Drafts, void and trashed ones stay.

    Raises:
        NotAllowed: not connected.
        NotFound: one of them is not this company's.
    """
    connection = asked.connection(session, company_id)
    rows = [records.of_kind(session, kind, company_id, local_id) for local_id in local_ids]
    travelling = [row for row in rows if not invoice_ends.stays_here(row)]
    for row in travelling:
        record = _wanted(session, connection, kind, row.id, now)
        marks.look_again(session, company_id, record, now)
    return len(travelling)


def _wanted(
    session: Session, connection: Connection, kind: Kind, local_id: UUID, now: datetime
) -> SyncRecord:
    record = session.exec(
        select(SyncRecord)
        .where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.kind) == kind,
            col(SyncRecord.local_id) == local_id,
        )
        .with_for_update()
    ).one_or_none()
    if record is None:
        record = SyncRecord(connection_id=connection.id, kind=kind, local_id=local_id, flag_since=now)
    if record.flag is Flag.NOT_SYNCED:
        record.flag, record.reason, record.cause, record.flag_since = Flag.SYNCING, "", "", now
    record.wanted = True
    session.add(record)
    session.flush()
    return record
