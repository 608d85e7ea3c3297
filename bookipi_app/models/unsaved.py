"""What stands in an invoice's form and was not saved yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field

from bookipi_app.models.base import Row, json_column


class UnsavedInvoice(Row, table=True):
    """One form being typed, in one tab. It goes when it is saved, and never travels."""

    key: UUID = Field(primary_key=True)  # of a new invoice: the id that it will have
    company_id: UUID = Field(foreign_key="company.id", index=True)
    invoice_id: UUID | None = Field(default=None)  # none: a new invoice
    address: str = Field(default="", max_length=36)  # where it was typed: `new`, or the invoice's id
    tab: str = Field(default="", max_length=64)  # the browser tab that typed it last
    customer: str = Field(default="", max_length=100)  # for the sentence that offers it again
    content: dict[str, Any] = Field(sa_column=json_column(nullable=False))
    kept_at: datetime
