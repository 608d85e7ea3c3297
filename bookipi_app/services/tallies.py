"""What a company's invoices come to, cell by cell, without reading them: the database keeps it (migration 0013)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col
from sqlmodel.sql.expression import Select

from bookipi_app.models import InvoiceTally
from bookipi_app.services.lists import Selection

MINE, CELL, MONTH = col(InvoiceTally.company_id), col(InvoiceTally.cell), col(InvoiceTally.issue_month)
NUMBERS = (InvoiceTally.number, InvoiceTally.total_cents, InvoiceTally.paid_cents)
SUMS = tuple(func.sum(col(number)) for number in NUMBERS)


@dataclass(frozen=True)
class OfCell:
    """How many of a cell there are, and what they come to in cents: in all, and of that paid."""

    cell: str
    number: int
    total: int
    paid: int


def book(
    session: Session, company_id: UUID, months: tuple[int | None, int | None] = (None, None)
) -> list[OfCell]:
    """All of a company, or what was issued from one month (202611) to another; cells with nothing are left out."""
    counted: Selection = Select(CELL, *SUMS)
    found = counted.where(company_id == MINE, *_within(months)).group_by(CELL).having(SUMS[0] != 0)
    return [_of_cell(row) for row in session.exec(found)]


def months(session: Session, company_id: UUID, first: int, last: int) -> dict[int, list[OfCell]]:
    """The same month by month."""
    counted: Selection = Select(CELL, *SUMS, MONTH)
    found = counted.where(company_id == MINE, *_within((first, last))).group_by(MONTH, CELL)
    by_month: dict[int, list[OfCell]] = {}
    for row in session.exec(found):
        by_month.setdefault(row[-1], []).append(_of_cell(row))
    return by_month


def _of_cell(row: Sequence[Any]) -> OfCell:
    return OfCell(row[0], *map(int, row[1:4]))


def _within(months: tuple[int | None, int | None]) -> list[ColumnElement[bool]]:
    first, last = months
    return [*([first <= MONTH] if first else []), *([last >= MONTH] if last else [])]
