"""What passes between us and QuickBooks beside the single write: batches, and the reads that Intuit meters."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from bookipi_app.ids import new_id
from bookipi_app.models.base import Integer64, Row


class Batch(Row, table=True):
    """Several attempts sent as one request: repeated whole, byte for byte, while one of them has no answer."""

    __tablename__ = "batch_request"  # pyright: ignore[reportAssignmentType]

    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection_id: UUID = Field(foreign_key="quickbooks_connection.id")
    request_id: str = Field(max_length=32, unique=True)  # 32 random hex digits, never derived
    body: str  # the exact JSON text sent; emptied once every attempt has its answer
    created_at: datetime
    tries: int = Field(default=0, sa_type=Integer64)


class ReadCount(Row, table=True):
    """How many reads a connection cost on a day (UTC), by purpose: Intuit meters reads and nothing else."""

    __tablename__ = "read_count"  # pyright: ignore[reportAssignmentType]

    connection_id: UUID = Field(foreign_key="quickbooks_connection.id", primary_key=True)
    day: date = Field(primary_key=True)
    purpose: str = Field(primary_key=True, max_length=12)
    count: int = Field(default=0, sa_type=Integer64)
