"""What the QuickBooks page tells: what waits for a person, what is on its way; and *Sync now*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import and_, not_, update
from sqlmodel import Session, col, select

from bookipi_app import live, queue
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    Item,
    Kind,
    SyncRecord,
)
from bookipi_app.services.flags import newest_connection
from bookipi_app.services.lists import judged
from bookipi_app.services.records import company_of
from bookipi_app.services.words import clock_words, moment_words

MOST_ROWS = 100
KIND_WORDS = {Kind.CUSTOMER: "Customer", Kind.ITEM: "Item", Kind.INVOICE: "Invoice"}
LAST_RESORT = {
    Flag.ATTENTION: "QuickBooks refused this. Open it to see why.",
    Flag.CONFLICT: "Edited here and in QuickBooks. Neither side changes until you choose.",
    Flag.DIFFERS: "The totals here and in QuickBooks differ.",
    Flag.SYNCING: "On its way.",
}


@dataclass(frozen=True)
class Named:
    """A record by name: its number or name, what stands beside it, and its page."""

    title: str = "Removed"
    beside: str = ""
    href: str = ""


@dataclass(frozen=True)
class RecordNote:
    """A record that needs a person, or is on its way: the reason in one sentence and since when."""

    id: str
    flag: str
    title: str
    beside: str
    href: str
    reason: str
    since: str


def needs_you(session: Session, company_id: UUID, now: datetime, limit: int = MOST_ROWS) -> list[RecordNote]:
    """Records that wait for a person, newest first: totals that differ only until they are left as they are."""
    return _notes(session, company_id, (Flag.ATTENTION, Flag.CONFLICT, Flag.DIFFERS), now, limit)


def on_its_way(session: Session, company_id: UUID, now: datetime, limit: int = MOST_ROWS) -> list[RecordNote]:
    """Records that are being synced or wait for something, longest first."""
    return _notes(session, company_id, (Flag.SYNCING,), now, limit)[::-1]


def sync_now(session: Session, company_id: UUID, now: datetime) -> str:
    """Look at what is due, and ask QuickBooks what changed, at once; what still holds it up, in words.

    A pause of our own making ends. A limit of QuickBooks' is not ours to end: whoever asks again earlier is refused.

    Raises:
        NotAllowed: there is no connection that could.
    """
    connection = newest_connection(session, company_id)
    if connection is None or connection.status is not ConnectionStatus.CONNECTED:
        raise NotAllowed("QuickBooks is not connected.")
    limit = _limited_until(connection, now)
    session.connection().execute(
        update(Connection)
        .where(col(Connection.id) == connection.id)
        .values(wake=col(Connection.wake) + 1, feed_due_at=now, paused_until=limit)
    )
    after_commit(session, partial(queue.wake, connection.id))
    after_commit(session, partial(live.publish, company_id, "connection"))
    if limit is None:
        return ""
    zone = company_of(session, company_id).time_zone
    return f"{connection.problem} It goes on by itself at {clock_words(limit, zone)}."


def _limited_until(connection: Connection, now: datetime) -> datetime | None:
    """Until when QuickBooks limits the company. A pause after failures is one that we chose."""
    until = connection.paused_until
    return until if until is not None and until > now and not connection.failures else None


def _notes(
    session: Session, company_id: UUID, flags: Sequence[Flag], now: datetime, limit: int
) -> list[RecordNote]:
    """Of each flag the newest are read, by its index, and merged: the others may be all there are."""
    connection = newest_connection(session, company_id)
    if connection is None or connection.status is ConnectionStatus.FROZEN:
        return []
    zone = company_of(session, company_id).time_zone
    most = min(limit, MOST_ROWS)
    newest = select(SyncRecord).where(
        col(SyncRecord.connection_id) == connection.id,
        judged(col(SyncRecord.local_id).is_not(None)),
        judged(not_(and_(col(SyncRecord.flag) == Flag.DIFFERS, col(SyncRecord.left_as_is)))),
    )
    newest = newest.order_by(col(SyncRecord.flag_since).desc(), col(SyncRecord.id).desc()).limit(most)
    lanes = [session.exec(newest.where(col(SyncRecord.flag) == flag)).all() for flag in flags]
    found = sorted(
        (one for lane in lanes for one in lane), key=lambda one: (one.flag_since, one.id), reverse=True
    )[:most]
    names = names_of(session, company_id, ((record.kind, record.local_id) for record in found))
    return [
        _note(record, names[record.kind, record.local_id], zone, now)
        for record in found
        if (record.kind, record.local_id) in names
    ]


def _note(record: SyncRecord, named: Named, zone: str, now: datetime) -> RecordNote:
    return RecordNote(
        id=str(record.id),
        flag=record.flag,
        title=named.title,
        beside=named.beside,
        href=named.href,
        reason=record.reason or LAST_RESORT.get(record.flag, ""),
        since=moment_words(record.flag_since, zone, now),
    )


def names_of(
    session: Session, company_id: UUID, wanted: Iterable[tuple[Kind, UUID | None]]
) -> dict[tuple[Kind, UUID | None], Named]:
    """The names of records, kind by kind: three queries whatever the number."""
    ids: dict[Kind, set[UUID]] = {kind: set() for kind in Kind}
    for kind, local_id in wanted:
        if local_id is not None:
            ids[kind].add(local_id)
    named: dict[tuple[Kind, UUID | None], Named] = {}
    for customer in _found(session, company_id, Customer, ids[Kind.CUSTOMER]):
        named[Kind.CUSTOMER, customer.id] = Named(customer.name, "Customer", f"/customers/{customer.id}")
    for item in _found(session, company_id, Item, ids[Kind.ITEM]):
        named[Kind.ITEM, item.id] = Named(item.name, "Item", f"/items/{item.id}")
    named |= _invoice_names(session, company_id, ids[Kind.INVOICE])
    return named


def _invoice_names(
    session: Session, company_id: UUID, ids: set[UUID]
) -> dict[tuple[Kind, UUID | None], Named]:
    if not ids:
        return {}
    rows = session.exec(
        select(col(Invoice.id), col(Invoice.number), col(Customer.name))
        .outerjoin(Customer, col(Customer.id) == col(Invoice.customer_id))
        .where(judged(col(Invoice.company_id) == company_id), col(Invoice.id).in_(ids))
    )
    return {
        (Kind.INVOICE, invoice_id): Named(number, customer or "", f"/invoices/{invoice_id}")
        for invoice_id, number, customer in rows
    }


def _found(session: Session, company_id: UUID, model: type[Any], ids: set[UUID]) -> list[Any]:
    if not ids:
        return []
    mine = judged(col(model.company_id) == company_id)
    return list(session.exec(select(model).where(mine, col(model.id).in_(ids))))
