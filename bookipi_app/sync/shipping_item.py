"""Where QuickBooks' own shipping box is off, shipping travels as a line on a service item called Shipping.

One that is there is used. Otherwise it is made here, once an invoice charges for shipping, and travels like any other
item: first, because the invoice waits for it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from bookipi_app.models import (
    Connection,
    HistoryEntry,
    Invoice,
    Item,
    Kind,
    ShippingFallback,
    Side,
    Stage,
)
from bookipi_app.models.record import CHARGED_SHIPPING
from bookipi_app.sync import references
from bookipi_app.sync.actions import Need
from bookipi_app.sync.carrying import MappingContext
from bookipi_app.sync.realm_context import SHIPPING_NAME
from bookipi_app.sync.remote_lines import as_object
from bookipi_app.sync.snapshot import Snapshot
from bookipi_app.sync.work import Run
from bookipi_app.text import fold


def step(run: Run) -> bool:
    """Make the item if an invoice is going to need it; True if one was made."""
    if not _may_be_needed(run.connection):
        return False
    with run.lease.transaction() as session:
        connection = session.get_one(Connection, run.connection.id)
        if references.named(session, connection.id, ("item",), SHIPPING_NAME):
            return False
        if _ours(session, connection.company_id) or not _is_charged(session, connection.company_id):
            return False
        _make(session, connection.company_id, run.clock())
    return True


def needs(session: Session, connection: Connection, mine: Snapshot, context: MappingContext) -> list[Need]:
    """What an invoice waits for whose shipping goes on the item called Shipping, while that is not in QuickBooks."""
    charged = mine.get("shipping", {}).get("cents") and not mine.get("void")
    if not charged or context.allow_shipping or context.shipping_item_id:
        return []
    if context.shipping_fallback is ShippingFallback.REFUSE:
        return []
    item_id = _ours(session, connection.company_id)
    return [Need(Kind.ITEM, str(item_id))] if item_id else []


def _may_be_needed(connection: Connection) -> bool:
    sales = as_object((connection.preferences or {}).get("SalesFormsPrefs"))
    wanted = connection.shipping_fallback is ShippingFallback.ITEM and not connection.shipping_item_id
    return wanted and sales.get("AllowShipping") is False


def _ours(session: Session, company_id: UUID) -> UUID | None:
    return session.exec(
        select(Item.id)
        .where(
            col(Item.company_id) == company_id,
            col(Item.name_key) == fold(SHIPPING_NAME, 100),
            col(Item.active).is_(True),
        )
        .order_by(col(Item.id))
        .limit(1)
    ).first()


def _is_charged(session: Session, company_id: UUID) -> bool:
    issued = select(Invoice.id).where(
        col(Invoice.company_id) == company_id,
        col(Invoice.stage) == Stage.ISSUED,
        text(CHARGED_SHIPPING),
        col(Invoice.trashed_at).is_(None),
    )
    return session.exec(issued.limit(1)).first() is not None


def _make(session: Session, company_id: UUID, now: datetime) -> None:
    item = Item(
        company_id=company_id,
        name=SHIPPING_NAME,
        name_key=fold(SHIPPING_NAME, 100),
        created_at=now,
        updated_at=now,
    )
    session.add(item)
    session.add(
        HistoryEntry(
            company_id=company_id,
            kind=Kind.ITEM,
            local_id=item.id,
            at=now,
            side=Side.HERE,
            who="Bookipi",
            words="Made for shipping: QuickBooks has its own shipping box switched off.",
        )
    )
