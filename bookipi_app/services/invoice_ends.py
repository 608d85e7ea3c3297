"""How an invoice ends here and comes back: trash with its undo, restore, void. QuickBooks hears of each later.

Trash waits 30 seconds before anything is deleted in QuickBooks, so that *Undo* is a plain `restore`. What QuickBooks
refuses is put back by the engine, with the reason.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from bookipi_app.errors import NotAllowed
from bookipi_app.models import Customer, Invoice, Item, Kind, Stage
from bookipi_app.services import records

UNDO = timedelta(seconds=30)


def trash(session: Session, company_id: UUID, invoice_id: object, *, now: datetime, who: str) -> Invoice:
    """Move to the trash; one that is there already stays as it is.

    Raises:
        NotFound: no such invoice in this company.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    if invoice.trashed_at is None:
        invoice.trashed_at = now
        _noted(session, invoice, "Moved to trash", now=now, who=who)
    return invoice


def restore(session: Session, company_id: UUID, invoice_id: object, *, now: datetime, who: str) -> Invoice:
    """Take out of the trash; within 30 seconds QuickBooks never heard of it, later it is created there anew.

    Raises:
        NotFound: no such invoice in this company.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    if invoice.trashed_at is not None:
        invoice.trashed_at = None
        _noted(session, invoice, "Restored from trash", now=now, who=who)
    return invoice


def void(session: Session, company_id: UUID, invoice_id: object, *, now: datetime, who: str) -> Invoice:
    """Make void, for good: QuickBooks cannot take it back. One that is void already stays as it is.

    Raises:
        NotFound: no such invoice in this company.
        NotAllowed: a draft (which is trashed instead), in the trash, or with payments here.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    if invoice.stage is Stage.VOID:
        return invoice
    if invoice.trashed_at is not None:
        raise NotAllowed("This invoice is in the trash. Restore it first.")
    if invoice.stage is Stage.DRAFT:
        raise NotAllowed("A draft is not void: move it to the trash.")
    if invoice.paid_cents:
        raise NotAllowed("A payment is recorded on this invoice. Remove it first.")
    invoice.stage = Stage.VOID
    _noted(session, invoice, "Made void", now=now, who=who)
    return invoice


def stays_here(row: Customer | Item | Invoice) -> str:
    """Why a record cannot be sent to QuickBooks on request; empty if it can."""
    if not isinstance(row, Invoice):
        return "" if row.active else "It is archived. Restore it first."
    if row.trashed_at is not None:
        return "This invoice is in the trash. Restore it first."
    match row.stage:
        case Stage.DRAFT:
            return "A draft stays here until you continue or send it."
        case Stage.VOID:
            return "A void invoice stays here. Duplicate it as a new one."
        case Stage.ISSUED:
            return ""


def _noted(session: Session, invoice: Invoice, words: str, *, now: datetime, who: str) -> None:
    """An end is an edit: a version, a line of history, and of an issued invoice a mark."""
    records.note_edit(session, Kind.INVOICE, invoice, {}, now=now, who=who, words=words)
