"""What was heard from QuickBooks and is no record: its notifications, and the index of its names and numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from bookipi_app.ids import new_id
from bookipi_app.models.base import Row, json_column


class InboxEvent(Row, table=True):
    """One webhook event, stored once before it is acknowledged. A nudge: never trusted as data."""

    __tablename__ = "inbox_event"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_inbox_event_todo", "realm_id", "received_at",
              sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    )  # fmt: skip

    id: str = Field(primary_key=True, max_length=140)  # Intuit's event id, or a digest of a legacy event
    realm_id: str = Field(max_length=32)
    entity: str = Field(max_length=40)  # lower case: invoice, customer, item, ...
    remote_id: str = Field(max_length=40)
    operation: str = Field(max_length=20)  # created, updated, deleted, merged, voided, emailed
    deleted_id: str = Field(default="", max_length=40)
    happened_at: datetime | None = Field(default=None)
    received_at: datetime
    done_at: datetime | None = Field(default=None)
    trace: str = Field(default="", max_length=16)  # of the delivery, for the logs


class InboxOddity(Row, table=True):
    """A correctly signed delivery that could not be understood, kept for a person to read."""

    __tablename__ = "inbox_oddity"  # pyright: ignore[reportAssignmentType]

    id: UUID = Field(default_factory=new_id, primary_key=True)
    received_at: datetime
    why: str = Field(max_length=200)
    body: bytes


class Reference(Row, table=True):
    """A name in the realm: what matching, the number guard and the forecast look up without a call.

    `entity` is QuickBooks' name in lower case: customer, vendor, employee, item, account, term, taxcode, invoice.
    """

    __table_args__ = (
        Index("ix_reference_connection_id_entity_name_key", "connection_id", "entity", "name_key"),
        Index("ix_reference_connection_id_entity_second_key", "connection_id", "entity", "second_key"),
    )

    connection_id: UUID = Field(foreign_key="quickbooks_connection.id", primary_key=True)
    entity: str = Field(primary_key=True, max_length=20)
    remote_id: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=600)
    name_key: str = Field(max_length=600)
    second_key: str = Field(default="", max_length=100)  # folded: a person's e-mail, an item's SKU
    active: bool = Field(default=True)
    fields: dict[str, Any] | None = Field(
        default=None, sa_column=json_column()
    )  # e-mail, SKU, account type, days, ...
