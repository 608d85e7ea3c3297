"""Possible doubles: what arrives from QuickBooks and looks like something that is here already.

An invoice like one that is linked, or that is still to go out under another number: after a backup was brought back
it may be what that became. A customer that half matches one that is not linked: the same address under another name,
or the same name with another address. It is created all the same, so that nothing waits for a person, and says so; a
person says whether the two are the same. So does an invoice that is like none of ours, but bears the number of one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Invoice, Kind, Side, Stage, SyncRecord
from bookipi_app.sync import match as matching
from bookipi_app.sync import story
from bookipi_app.sync.gathered import Gathered
from bookipi_app.sync.plan import Doubt

NEAR = timedelta(days=3)
POSSIBLE_DOUBLE, SAME_NUMBER = "possible_double", "same_number"  # SyncRecord.cause while a person is asked
NUMBER = "number"  # in the detail of one that is asked for its number alone


def of(session: Session, connection: Connection, record: SyncRecord) -> UUID | None:
    """What here the record that has just arrived may be a copy of; None if nothing looks like it."""
    match record.kind:
        case Kind.INVOICE:
            return _invoice_like(session, connection, record)
        case Kind.CUSTOMER if record.remote is not None:
            half = matching.customer_here(session, connection, record.remote)
            return UUID(half.candidates[0]) if isinstance(half, Doubt) else None
        case _:
            return None


def _invoice_like(session: Session, connection: Connection, record: SyncRecord) -> UUID | None:
    """The invoice with the same customer and total, at most three days apart, nearest in time; None if none."""
    arrived = session.get(Invoice, record.local_id)
    if arrived is None or not arrived.total_cents:
        return None
    alike = (
        select(Invoice)
        .join(SyncRecord, col(SyncRecord.local_id) == col(Invoice.id))
        .where(
            SyncRecord.connection_id == record.connection_id,
            SyncRecord.kind == Kind.INVOICE,
            or_(_is_linked(), _goes_out(connection)),
            Invoice.company_id == arrived.company_id,
            Invoice.id != arrived.id,
            Invoice.customer_id == arrived.customer_id,
            Invoice.total_cents == arrived.total_cents,
            Invoice.stage == Stage.ISSUED,
            col(Invoice.trashed_at).is_(None),
            col(Invoice.issue_date).between(arrived.issue_date - NEAR, arrived.issue_date + NEAR),
        )
    )
    found = sorted(session.exec(alike), key=lambda one: abs(one.issue_date - arrived.issue_date))
    return found[0].id if found else None


def _is_linked() -> ColumnElement[bool]:
    return and_(col(SyncRecord.base_local).is_not(None), col(SyncRecord.ended).is_(False))


def _goes_out(connection: Connection) -> ColumnElement[bool]:
    """Ours is still to be made there. With the number of what arrives the two would have been matched before."""
    begun_at = func.coalesce(col(Invoice.issued_at), col(Invoice.created_at))
    travels = or_(col(SyncRecord.wanted), begun_at >= connection.first_connected_at)
    return or_(and_(col(SyncRecord.base_local).is_(None), travels), matching.GOES_OUT_ANEW)


def note_number(session: Session, connection: Connection, record: SyncRecord, now: datetime) -> None:
    """An invoice that came with a number that is taken here, or got one in QuickBooks, is never refused for that.

    Its history says so; and if the other one lives and has left the drafts, a person is asked about it.
    """
    arrived = session.get(Invoice, record.local_id) if record.kind is Kind.INVOICE else None
    if arrived is None or not arrived.number_key:
        return
    same = select(Invoice).where(
        Invoice.company_id == arrived.company_id,
        Invoice.number_key == arrived.number_key,
        Invoice.id != arrived.id,
    )
    found = session.exec(same.order_by(col(Invoice.created_at))).all()
    if not found:
        return
    words = f"Its number {arrived.number} is also the number of another invoice here"
    story.tell(session, connection, record, Side.QUICKBOOKS, words, now)
    if record.double_of is None:
        record.double_of = next((one.id for one in found if _lives(one)), None)


def asks(session: Session, record: SyncRecord) -> str:
    """What is asked now about a record and the one that it may be, as a cause; empty where nothing is, any more."""
    if record.double_of is None or record.kind is not Kind.INVOICE:
        return POSSIBLE_DOUBLE if record.double_of else ""
    arrived, other = session.get(Invoice, record.local_id), session.get(Invoice, record.double_of)
    if arrived is None or other is None or not (_lives(arrived) and _lives(other)):
        return ""
    if arrived.number_key == other.number_key and not _are_alike(arrived, other):
        return SAME_NUMBER
    return "" if NUMBER in (record.detail or {}) else POSSIBLE_DOUBLE


def wake(known: Gathered, record: SyncRecord) -> None:
    """An invoice has come to rest: one that is asked whether it is this one looks again if it need not ask any more."""
    if record.kind is not Kind.INVOICE or record.local_id is None:
        return
    for one in known.doubted().get(record.local_id, ()):
        if asks(known.session, one) != one.cause:
            one.due_at = known.now


def _lives(invoice: Invoice) -> bool:
    return invoice.stage is Stage.ISSUED and invoice.trashed_at is None


def _are_alike(one: Invoice, other: Invoice) -> bool:
    same = (one.customer_id, one.total_cents) == (other.customer_id, other.total_cents)
    return same and abs(one.issue_date - other.issue_date) <= NEAR
