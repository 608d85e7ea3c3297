"""A customer that arrived from QuickBooks is said to be one that was here already: the two become that one.

What had come in with the arrived one (its invoices here) is the older customer's from then on, and the arrived row is
put away. Its link goes to the older customer without an agreement, so that the two are compared field by field: what
only one of them has is kept, and two values for one field are a person's choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from bookipi_app.models import SAID_TO_BE, Connection, Customer, Flag, Invoice, Kind, Side, SyncRecord
from bookipi_app.sync import local, story
from bookipi_app.sync.records import LocalCustomer

WORDS = "It is the same customer as another one here, which is linked in its place"


def unite(session: Session, connection: Connection, record: SyncRecord, now: datetime) -> bool:
    """Carry out that a person said so; True if it was.

    A customer that was linked to something else meanwhile stays another one.
    """
    if record.cause != SAID_TO_BE or record.kind is not Kind.CUSTOMER:
        return False
    arrived, older = record.local_id, record.double_of
    record.double_of, record.cause = None, ""
    if arrived is None or older is None:
        return False
    spare = _record_of(session, record, older)
    if spare is not None and (spare.remote_id is not None or spare.base_local is not None):
        return False
    _hand_over_invoices(session, connection, arrived, older, now)
    _put_away(session, connection, arrived, older, now)
    spare = spare or SyncRecord(connection_id=record.connection_id, kind=Kind.CUSTOMER, flag_since=now)
    spare.local_id = None
    session.add(spare)
    session.flush()
    _link_anew(record, older, now)
    session.flush()
    spare.local_id, spare.due_at = arrived, None
    story.fly(spare, Flag.NOT_SYNCED, now, WORDS, SAID_TO_BE)
    story.tell(
        session, connection, record, Side.HERE, "Linked: it is the customer that arrived from QuickBooks", now
    )
    return True


def _link_anew(record: SyncRecord, older: UUID, now: datetime) -> None:
    """The two never corresponded: what is equal is agreed, and what differs is asked."""
    record.local_id, record.wanted = older, True
    record.base_local = record.base_remote = record.base_lines = None
    record.base_version, record.base_token = 0, -1
    record.due_at, record.tries = now, 0


def _put_away(session: Session, connection: Connection, arrived: UUID, older: UUID, now: datetime) -> None:
    found = local.load(session, Kind.CUSTOMER, arrived)
    if found is not None and isinstance(found.record, LocalCustomer):
        local.store(session, Kind.CUSTOMER, local.archived(found.record), found.version, now)
        words = f"Archived: it is the same customer as {_name(session, older)}"
        story.tell_about(session, connection, Kind.CUSTOMER, arrived, Side.HERE, words, now)


def _name(session: Session, customer_id: UUID) -> str:
    return session.get_one(Customer, customer_id).name


def _hand_over_invoices(
    session: Session, connection: Connection, arrived: UUID, older: UUID, now: datetime
) -> None:
    """In QuickBooks nothing moves: the customer of an invoice is the same there, so it is the same in the agreement."""
    ids = session.exec(
        select(Invoice.id).where(Invoice.company_id == connection.company_id, Invoice.customer_id == arrived)
    ).all()
    session.exec(
        update(Invoice)
        .where(col(Invoice.id).in_(ids))
        .values(customer_id=older, version=col(Invoice.version) + 1, updated_at=now)
    )
    words = f"Its customer is {_name(session, older)} now: {_name(session, arrived)} is the same one"
    for one in ids:
        story.tell_about(session, connection, Kind.INVOICE, one, Side.HERE, words, now)
    for one in _records_of(session, connection, ids):
        if one.base_local and one.base_local.get("customer") == str(arrived):
            one.base_local = {**one.base_local, "customer": str(older)}
        one.due_at = now


def _records_of(session: Session, connection: Connection, ids: Sequence[UUID]) -> Sequence[SyncRecord]:
    return session.exec(
        select(SyncRecord).where(
            SyncRecord.connection_id == connection.id,
            SyncRecord.kind == Kind.INVOICE,
            col(SyncRecord.local_id).in_(ids),
        )
    ).all()


def _record_of(session: Session, record: SyncRecord, local_id: UUID) -> SyncRecord | None:
    return session.exec(
        select(SyncRecord).where(
            SyncRecord.connection_id == record.connection_id,
            SyncRecord.kind == record.kind,
            SyncRecord.local_id == local_id,
        )
    ).first()
