"""What the realm and our links say about names: ids across the two sides, terms, tax, accounts, free names.

Served by the reference index in the database, so that neither matching nor mapping costs a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import load_only
from sqlmodel import Session, col, select

from bookipi_app.ids import parse_id
from bookipi_app.models import Connection, Kind, Reference, Side, SyncRecord
from bookipi_app.quickbooks import index
from bookipi_app.quickbooks.wire import Entity, Json, as_object, ref
from bookipi_app.sync.mapping import MappingContext, TaxSetup, Term
from bookipi_app.text import fold

NAME_HOLDERS = ("customer", "vendor", "employee")  # QuickBooks' display names are unique across these
TERMS = select(col(Reference.remote_id), col(Reference.name), col(Reference.fields)).where(
    col(Reference.connection_id) == bindparam("mine"),
    col(Reference.entity) == "term",
    col(Reference.active).is_(True),
)

_ENDS: Any = (SyncRecord.local_id, SyncRecord.remote_id, SyncRecord.alias_of)


class Links:
    """Ids across the two sides, by the links of one connection. Only linked records count as known."""

    def __init__(self, session: Session, connection_id: UUID) -> None:
        self._session = session
        self._connection_id = connection_id
        self._known: dict[tuple[Kind, Side, str], SyncRecord] = {}

    def remote_id(self, kind: Kind, local_id: str) -> str | None:
        """QuickBooks' id of a record here, or None while it has none. A merged customer's is that of its survivor."""
        record = self._record(kind, Side.HERE, local_id)
        return record.remote_id if record else None

    def local_id(self, kind: Kind, remote_id: str) -> str | None:
        """Our id of a record in QuickBooks, or None while it is not here; of a merged customer its survivor's."""
        record = self._record(kind, Side.QUICKBOOKS, remote_id)
        return str(record.local_id) if record and record.local_id else None

    def _record(self, kind: Kind, side: Side, key: str) -> SyncRecord | None:
        """Asked for once and again for each line; what is found stays so for the one look that this is made for."""
        found = self._known.get((kind, side, key)) or self._found(kind, side, key)
        if found is not None:
            self._known[kind, side, key] = found
        return found

    def _found(self, kind: Kind, side: Side, key: str) -> SyncRecord | None:
        here, there = col(SyncRecord.local_id), col(SyncRecord.remote_id)
        condition = here == parse_id(key) if side is Side.HERE else there == key
        found = self._session.exec(
            select(SyncRecord)
            .where(SyncRecord.connection_id == self._connection_id, SyncRecord.kind == kind, condition)
            .options(load_only(*_ENDS))
        ).first()
        while found is not None and found.alias_of is not None:
            found = self._session.get(SyncRecord, found.alias_of)
        return found


def note(session: Session, connection_id: UUID, entity: Entity, *objects: Json) -> None:
    """Keep the index current with what QuickBooks just told us of."""
    index.store(session, connection_id, [index.row(entity, obj) for obj in objects])


def forget(session: Session, connection_id: UUID, entity: Entity, remote_id: str) -> None:
    """Take a deleted transaction out of the index."""
    index.forget(session, connection_id, entity, [remote_id])


def context(session: Session, connection: Connection) -> MappingContext:
    """What the mapping has to know about this realm."""
    preferences = connection.preferences or {}
    sales = as_object(preferences.get("SalesFormsPrefs"))
    currency = ref(as_object(preferences.get("CurrencyPrefs")), "HomeCurrency")
    return MappingContext(
        references=Links(session, connection.id),
        default_item_id=connection.default_item_id,
        income_account_id=connection.income_account_id,
        terms=_terms(session, connection.id),
        tax=_tax(as_object(preferences.get("TaxPrefs"))),
        allow_discount=sales.get("AllowDiscount") is True,
        allow_shipping=sales.get("AllowShipping") is True,
        home_currency=currency or "USD",
    )


def named(session: Session, connection_id: UUID, entities: tuple[str, ...], name: str) -> list[Reference]:
    """The active objects of these entities that bear a name, whatever its case."""
    return list(
        session.exec(
            select(Reference).where(
                Reference.connection_id == connection_id,
                col(Reference.entity).in_(entities),
                Reference.name_key == fold(name, 600),
                col(Reference.active).is_(True),
            )
        )
    )


def with_second_key(session: Session, connection_id: UUID, entity: str, value: str) -> list[Reference]:
    """The active objects with an e-mail address, of items with a SKU, whatever its case; none for an empty one."""
    if not value.strip():
        return []
    return list(
        session.exec(
            select(Reference).where(
                Reference.connection_id == connection_id,
                Reference.entity == entity,
                Reference.second_key == fold(value, 100),
                col(Reference.active).is_(True),
            )
        )
    )


def fold_name(name: str) -> str:
    """A name as the index compares it."""
    return fold(name, 600)


def free_name(
    session: Session, connection_id: UUID, entities: tuple[str, ...], name: str, suffix: str
) -> str:
    """The name with a suffix, and a number where that is taken too."""
    candidate, number = f"{name} ({suffix})", 2
    while named(session, connection_id, entities, candidate):
        candidate, number = f"{name} ({suffix} {number})", number + 1
    return candidate


def _tax(preferences: Mapping[str, Any]) -> TaxSetup:
    return TaxSetup(
        using=preferences.get("UsingSalesTax") is True,
        automated=preferences.get("PartnerTaxEnabled") is True,
        default_code=ref(dict(preferences), "TaxGroupCodeRef"),
    )


def _terms(session: Session, connection_id: UUID) -> tuple[Term, ...]:
    rows = session.exec(TERMS, params={"mine": connection_id})
    return tuple(Term(remote_id, name, _days(fields or {})) for remote_id, name, fields in rows)


def _days(fields: Mapping[str, Any]) -> int | None:
    days = str(fields.get("days", ""))
    return int(days) if days.isdecimal() and fields.get("type") == "STANDARD" else None
