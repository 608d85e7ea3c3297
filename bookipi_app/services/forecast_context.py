"""What a forecast is made from: the connection, QuickBooks' settings as they were read, how it taxes a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, and_, col, or_, select

from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Kind,
    Reference,
    RemoteState,
    SyncRecord,
    TaxSending,
)
from bookipi_app.models.sync import TOLD_INVOICE
from bookipi_app.services.flags import newest_connection
from bookipi_app.services.records import company_of
from bookipi_app.sync.forecast import NEEDED, SHIPPING_NAME, AnyReference, Linked, context_of
from bookipi_app.sync.mapping import MappingContext
from bookipi_app.text import fold

RECENT = 50  # invoices that are looked through for the tax rates of a place
LIVING = (ConnectionStatus.CONNECTED, ConnectionStatus.REVIEW, ConnectionStatus.RECONNECT)


def connection_of(session: Session, company_id: UUID) -> Connection | None:
    """The connection that an invoice would travel by, once QuickBooks' settings are known."""
    found = newest_connection(session, company_id)
    return found if found and found.status in LIVING and found.preferences else None


def linked_of(session: Session, connection: Connection, invoice_id: object) -> Linked | None:
    """The invoice as QuickBooks has it already; None for one that has to be created there."""
    if not invoice_id:
        return None
    found = session.exec(
        select(SyncRecord).where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.kind) == Kind.INVOICE,
            col(SyncRecord.local_id) == UUID(str(invoice_id)),
            col(SyncRecord.remote_state) == RemoteState.LIVE,
            col(SyncRecord.ended).is_(False),
        )
    ).first()
    return Linked.of(found)


def forecast_context(session: Session, connection: Connection, customer_id: str) -> MappingContext:
    """What the mapping has to know about the realm, every customer and item taken for linked."""
    mine, entity = col(Reference.connection_id) == connection.id, col(Reference.entity)
    index = session.exec(
        select(Reference).where(  # each branch by its index, and not all that the realm has
            col(Reference.active).is_(True),
            or_(
                and_(mine, entity.in_(NEEDED)),
                and_(mine, entity == "item", col(Reference.name_key) == fold(SHIPPING_NAME, 600)),
            ),
        )
    )
    return context_of(
        connection,
        AnyReference(),
        list(index),
        discount_label=company_of(session, connection.company_id).discount_label,
        customer=_customer(session, connection, customer_id),
        recent=_recent(session, connection),
    )


def _customer(session: Session, connection: Connection, customer_id: str) -> Mapping[str, Any] | None:
    """QuickBooks' object of a customer here; of one that is not there yet, where it is delivered to."""
    if not customer_id:
        return None
    found = session.exec(
        select(SyncRecord).where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.kind) == Kind.CUSTOMER,
            col(SyncRecord.local_id) == UUID(customer_id),
        )
    ).first()
    if found and found.remote:
        return found.remote
    here = session.get(Customer, UUID(customer_id))
    known = here is not None and here.company_id == connection.company_id
    return {"ShipAddr": {"PostalCode": here.ship_postal_code}} if here and known else None


def _recent(session: Session, connection: Connection) -> list[Mapping[str, Any]]:
    """The invoices that QuickBooks changed last: they say by which rates it taxes. Asked for only where it does."""
    if connection.tax_sending is TaxSending.AS_BILLED:
        return []
    found = session.exec(
        select(SyncRecord)
        .where(
            col(SyncRecord.connection_id) == connection.id,
            text(TOLD_INVOICE),
        )
        .order_by(col(SyncRecord.remote_time).desc())
        .limit(RECENT)
    )
    return [record.remote for record in found if record.remote]
