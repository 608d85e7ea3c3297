"""What a company's invoices come to, cell by cell, without reading them: the database keeps it (migration 0012)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from bookipi_app.models import InvoiceTally


@dataclass(frozen=True)
class OfCell:
    """How many of a cell there are, and what they come to in cents: in all, and of that paid."""

    cell: str
    number: int
    total: int
    paid: int


def book(session: Session, company_id: UUID) -> list[OfCell]:
    """All of a company; cells in which there is nothing are left out."""
    mine = select(InvoiceTally).where(InvoiceTally.company_id == company_id, InvoiceTally.number != 0)
    return [OfCell(one.cell, one.number, one.total_cents, one.paid_cents) for one in session.exec(mine)]
