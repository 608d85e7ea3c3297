"""Match: is there already something on the other side that this is? Asked once, before a first creation.

A certain candidate is linked, a doubtful one waits for a person. Served by the reference index on QuickBooks' side
and by an indexed look-up on ours; candidates that are linked already are out of the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Customer, Invoice, Item, Kind, Reference, Stage, SyncRecord
from bookipi_app.quickbooks.wire import Json, as_object, as_text, ref
from bookipi_app.sync import references
from bookipi_app.sync.plan import Doubt
from bookipi_app.sync.records import LocalCustomer, LocalInvoice, LocalItem, LocalRecord
from bookipi_app.text import fold


@dataclass(frozen=True)
class Certain:
    """The one candidate: QuickBooks' id, or ours as text."""

    id: str


Match = Certain | Doubt | None


def there(session: Session, connection: Connection, local: LocalRecord) -> Match:
    """What in QuickBooks a record of ours already is."""
    match local:
        case LocalCustomer():
            return _customer_there(session, connection.id, local)
        case LocalItem():
            return _item_there(session, connection.id, local)
        case LocalInvoice():
            return _invoice_there(session, connection.id, local)


def here(session: Session, connection: Connection, kind: Kind, obj: Json) -> Match:
    """What here an object of QuickBooks already is."""
    match kind:
        case Kind.CUSTOMER:
            return _customer_here(session, connection, obj)
        case Kind.ITEM:
            return _item_here(session, connection, obj)
        case Kind.INVOICE:
            return _invoice_here(session, connection, obj)


def _customer_there(session: Session, connection_id: UUID, local: LocalCustomer) -> Match:
    found = _unlinked(
        session, connection_id, references.named(session, connection_id, ("customer",), local.name)
    )
    if not found:
        return None
    email = as_text((found[0].fields or {}).get("email"))
    if local.email and email and fold(local.email) != email:
        words = f"QuickBooks has a customer {found[0].name} with another e-mail address. Choose whether it is this one."
        return Doubt((found[0].remote_id,), words)
    return Certain(found[0].remote_id)


def _item_there(session: Session, connection_id: UUID, local: LocalItem) -> Match:
    found = _unlinked(session, connection_id, references.named(session, connection_id, ("item",), local.name))
    if local.sku:
        by_sku = [row for row in _items(session, connection_id) if fold(_sku(row)) == fold(local.sku)]
        found = _unlinked(session, connection_id, by_sku) or found
    if len(found) > 1:
        words = "Several items in QuickBooks could be this one. Choose which."
        return Doubt(tuple(row.remote_id for row in found), words)
    if found and local.sku and _sku(found[0]) and fold(_sku(found[0])) != fold(local.sku):
        words = f"QuickBooks has an item {found[0].name} with another SKU. Choose whether it is this one."
        return Doubt((found[0].remote_id,), words)
    return Certain(found[0].remote_id) if found else None


def _invoice_there(session: Session, connection_id: UUID, local: LocalInvoice) -> Match:
    customer = references.Links(session, connection_id).remote_id(Kind.CUSTOMER, local.customer_id)
    same_number = references.named(session, connection_id, ("invoice",), local.number)
    for row in _unlinked(session, connection_id, same_number):
        fields = row.fields or {}
        if fields.get("customer") == customer and cents_of(fields.get("total")) == local.total_cents:
            return Certain(row.remote_id)
    return None


def _customer_here(session: Session, connection: Connection, obj: Json) -> Match:
    name = as_text(obj.get("DisplayName"))
    rows = session.exec(
        select(Customer).where(
            Customer.company_id == connection.company_id,
            Customer.name_key == fold(name, 500),
            col(Customer.active),
        )
    ).all()
    free = [row for row in rows if _is_free(session, connection.id, Kind.CUSTOMER, row.id)]
    email = as_text(as_object(obj.get("PrimaryEmailAddr")).get("Address"))
    alike = [row for row in free if not row.email or not email or fold(row.email) == fold(email)]
    return Certain(str(alike[0].id)) if len(alike) == 1 and len(free) == 1 else None


def _item_here(session: Session, connection: Connection, obj: Json) -> Match:
    name = as_text(obj.get("Name"))
    rows = session.exec(
        select(Item).where(
            Item.company_id == connection.company_id, Item.name_key == fold(name, 100), col(Item.active)
        )
    ).all()
    free = [row for row in rows if _is_free(session, connection.id, Kind.ITEM, row.id)]
    sku = as_text(obj.get("Sku"))
    alike = [row for row in free if not row.sku or not sku or fold(row.sku) == fold(sku)]
    return Certain(str(alike[0].id)) if len(alike) == 1 and len(free) == 1 else None


def _invoice_here(session: Session, connection: Connection, obj: Json) -> Match:
    customer = references.Links(session, connection.id).local_id(Kind.CUSTOMER, ref(obj, "CustomerRef"))
    number = fold(as_text(obj.get("DocNumber")), 21)
    if not customer or not number:
        return None
    rows = session.exec(
        select(Invoice).where(
            Invoice.company_id == connection.company_id,
            Invoice.number_key == number,
            Invoice.customer_id == UUID(customer),
            Invoice.stage == Stage.ISSUED,
            col(Invoice.trashed_at).is_(None),
        )
    ).all()
    total = cents_of(obj.get("TotalAmt"))
    free = [row for row in rows if row.total_cents == total]
    free = [row for row in free if _is_free(session, connection.id, Kind.INVOICE, row.id)]
    return Certain(str(free[0].id)) if len(free) == 1 else None


def _unlinked(session: Session, connection_id: UUID, rows: list[Reference]) -> list[Reference]:
    """Those that are not the other half of a link: a record without one of ours may still be joined."""
    links = references.Links(session, connection_id)
    return [row for row in rows if links.local_id(Kind(row.entity), row.remote_id) is None]


def _is_free(session: Session, connection_id: UUID, kind: Kind, local_id: UUID) -> bool:
    linked = select(SyncRecord.id).where(
        SyncRecord.connection_id == connection_id,
        SyncRecord.kind == kind,
        SyncRecord.local_id == local_id,
        col(SyncRecord.remote_id).is_not(None),
    )
    return session.exec(linked).first() is None


def _items(session: Session, connection_id: UUID) -> list[Reference]:
    return list(
        session.exec(
            select(Reference).where(
                Reference.connection_id == connection_id, Reference.entity == "item", col(Reference.active)
            )
        )
    )


def _sku(row: Reference) -> str:
    return as_text((row.fields or {}).get("sku"))


def cents_of(total: object) -> int | None:
    """A total of the index in cents; None for one that is none."""
    try:
        return int(Decimal(str(total)) * 100)
    except (InvalidOperation, ValueError):
        return None
