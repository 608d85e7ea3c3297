"""Possible doubles: an invoice that arrives from QuickBooks and looks like one that is linked already.

It is created all the same and says so; a person says whether the two are the same.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.models import Invoice, Kind, Stage, SyncRecord

NEAR = timedelta(days=3)


def of(session: Session, record: SyncRecord) -> UUID | None:
    """The linked invoice with the same customer and total, at most three days apart, nearest in time; None if none."""
    arrived = session.get(Invoice, record.local_id) if record.kind is Kind.INVOICE else None
    if arrived is None or not arrived.total_cents:
        return None
    alike = (
        select(Invoice)
        .join(SyncRecord, col(SyncRecord.local_id) == col(Invoice.id))
        .where(
            SyncRecord.connection_id == record.connection_id,
            SyncRecord.kind == Kind.INVOICE,
            col(SyncRecord.base_local).is_not(None),
            col(SyncRecord.ended).is_(False),
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


def warning(session: Session, record: SyncRecord) -> str:
    """For the history of an invoice that arrived with a number that is taken here: it is never refused for that."""
    arrived = session.get(Invoice, record.local_id) if record.kind is Kind.INVOICE else None
    if arrived is None or not arrived.number_key:
        return ""
    same = select(Invoice.id).where(
        Invoice.company_id == arrived.company_id,
        Invoice.number_key == arrived.number_key,
        Invoice.id != arrived.id,
    )
    taken = session.exec(same.limit(1)).first() is not None
    return f"Its number {arrived.number} is also the number of another invoice here" if taken else ""
