"""What the invoices of a company come to, kept by the database itself (migration 0013)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, Integer
from sqlmodel import Field

from bookipi_app.models.base import Integer64, Row


class InvoiceTally(Row, table=True):
    """How many invoices of a cell and a month there are, and what they come to.

    Triggers alone write it, with the invoices.
    """

    __tablename__ = "invoice_tally"  # pyright: ignore[reportAssignmentType]

    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    cell: str = Field(max_length=40, primary_key=True)
    issue_month: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    number: int = Field(sa_type=Integer64)
    total_cents: int = Field(sa_type=Integer64)
    paid_cents: int = Field(sa_type=Integer64)
