"""What the realm and our links say about names: ids across the two sides, terms, tax, accounts, free names.

Served by the reference index in the database, so that neither matching nor mapping costs a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, and_, bindparam, func, or_, text
from sqlalchemy import select as select_columns
from sqlalchemy.orm import load_only
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bookipi_app.ids import parse_id
from bookipi_app.models import (
    Attempt,
    Company,
    Connection,
    Flag,
    Kind,
    Outcome,
    Reference,
    Side,
    SyncRecord,
    TaxSending,
)
from bookipi_app.models.sync import TOLD_INVOICE
from bookipi_app.quickbooks import index
from bookipi_app.quickbooks.wire import Entity, Json, as_object
from bookipi_app.sync.carrying import MappingContext
from bookipi_app.sync.realm_context import SHIPPING_NAME, Indexed, context_of
from bookipi_app.text import fold, with_suffix

AUTOMATIC_TAX = "automatic_tax"  # `MoneyCause`'s, which the comparison of totals gave the record
ENOUGH_CODES = 10  # among them is a real one: QuickBooks has three pseudo codes
RECENT = 50  # invoices that are looked through for the tax rates of a place
NAME_HOLDERS = ("customer", "vendor", "employee")  # QuickBooks' display names are unique across these

_REMOTE: Any = SyncRecord.remote
# Asked for each line of each invoice at each look, so they are made once.
_OF_KIND = (col(SyncRecord.connection_id) == bindparam("mine"), col(SyncRecord.kind) == bindparam("one"))
_LINKED = select(SyncRecord).where(*_OF_KIND)
BY_LOCAL_ID = _LINKED.where(col(SyncRecord.local_id) == bindparam("key"))
BY_REMOTE_ID = _LINKED.where(col(SyncRecord.remote_id) == bindparam("key"))
BY_LOCAL_IDS = _LINKED.where(col(SyncRecord.local_id).in_(bindparam("keys", expanding=True)))
BY_REMOTE_IDS = _LINKED.where(col(SyncRecord.remote_id).in_(bindparam("keys", expanding=True)))
_KEPT = select_columns(
    col(Reference.entity),
    col(Reference.remote_id),
    col(Reference.name),
    col(Reference.name_key),
    col(Reference.fields),
    col(Reference.active),
).order_by(func.length(Reference.remote_id), col(Reference.remote_id))
_IS_ACTIVE = col(Reference.active).is_(True)
_ACTIVE = _KEPT.where(_IS_ACTIVE)
# The connection stands in each branch of a choice: so each is looked up in its index, and not all that the realm has.
_MINE, _ENTITY = col(Reference.connection_id) == bindparam("mine"), col(Reference.entity)
_TERMS = and_(_MINE, _ENTITY == "term")  # also those put away, which stand on invoices still
_CODES = and_(_MINE, _ENTITY.in_(("taxcode", "taxrate")), _IS_ACTIVE)
_SHIPPING = and_(_MINE, _ENTITY == "item", col(Reference.name_key) == fold(SHIPPING_NAME, 600), _IS_ACTIVE)
NEEDED_OF = {  # by: is it for an invoice, and are all tax codes needed
    (False, False): _KEPT.where(_TERMS),
    (True, False): _KEPT.where(or_(_TERMS, _SHIPPING)),
    (True, True): _KEPT.where(or_(_TERMS, _SHIPPING, _CODES)),
}
ACTIVE_CODES = _ACTIVE.where(_MINE, _ENTITY == "taxcode").limit(ENOUGH_CODES)
ACTIVE_RATES = _ACTIVE.where(
    _MINE, _ENTITY == "taxrate", col(Reference.remote_id).in_(bindparam("ids", expanding=True))
)
IGNORED_TAX = (
    select(col(Attempt.id))
    .join(SyncRecord, col(SyncRecord.id) == col(Attempt.record_id))
    .where(
        col(SyncRecord.connection_id) == bindparam("mine"),
        col(SyncRecord.flag) == Flag.DIFFERS,
        col(SyncRecord.cause) == AUTOMATIC_TAX,
        col(Attempt.outcome) == Outcome.DONE,
        col(Attempt.body).contains('"TotalTax"'),
    )
    .limit(1)
)
_OF = (
    col(Reference.connection_id) == bindparam("mine"),
    col(Reference.entity).in_(bindparam("entities", expanding=True)),
)
_ACTIVE_OF = (*_OF, col(Reference.active).is_(True))
BEARING = select(Reference).where(*_OF, col(Reference.name_key) == bindparam("key"))
NUMBERED = select(Reference).where(
    *_ACTIVE_OF, col(Reference.name_key).in_(bindparam("keys", expanding=True))
)
SECOND_KEY = select(Reference).where(*_ACTIVE_OF, col(Reference.second_key) == bindparam("key"))


class Links:
    """Ids across the two sides, by the links of one connection. Only linked records count as known.

    Each record is asked for once. What was found stays so until `forget`: whoever moves records, links or names while
    he still uses this says so.
    """

    def __init__(self, session: Session, connection_id: UUID) -> None:
        self._session = session
        self._connection_id = connection_id
        self._known: dict[tuple[Kind, Side, str], SyncRecord | None] = {}

    def remote_id(self, kind: Kind, local_id: str) -> str | None:
        """QuickBooks' id of a record here, or None while it has none. A merged customer's is that of its survivor."""
        record = self._survivor(self.record(kind, Side.HERE, local_id))
        return record.remote_id if record else None

    def local_id(self, kind: Kind, remote_id: str) -> str | None:
        """Our id of a record in QuickBooks, or None while it is not here; of a merged customer its survivor's."""
        record = self._survivor(self.record(kind, Side.QUICKBOOKS, remote_id))
        return str(record.local_id) if record and record.local_id else None

    def record(self, kind: Kind, side: Side, key: str) -> SyncRecord | None:
        """The record itself that bears an id of ours or of QuickBooks', also where it was merged."""
        if (kind, side, key) not in self._known:
            sought = {"mine": self._connection_id, "one": kind}
            asked, value = (BY_LOCAL_ID, parse_id(key)) if side is Side.HERE else (BY_REMOTE_ID, key)
            self._known[kind, side, key] = self._session.exec(asked, params=sought | {"key": value}).first()
        return self._known[kind, side, key]

    def fetch(self, kind: Kind, local_ids: Iterable[str]) -> None:
        """Ask for many records of ours at once."""
        unknown = {one for one in local_ids if (kind, Side.HERE, one) not in self._known}
        if not unknown:
            return
        sought = {"mine": self._connection_id, "one": kind, "keys": [parse_id(one) for one in unknown]}
        self._known |= dict.fromkeys((kind, Side.HERE, one) for one in unknown)
        for record in self._session.exec(BY_LOCAL_IDS, params=sought):
            self._known[kind, Side.HERE, str(record.local_id)] = record
            if record.remote_id:
                self._known[kind, Side.QUICKBOOKS, record.remote_id] = record

    def fetch_there(self, kind: Kind, remote_ids: Iterable[str]) -> None:
        """Ask for many records of QuickBooks' at once."""
        unknown = {one for one in remote_ids if (kind, Side.QUICKBOOKS, one) not in self._known}
        if not unknown:
            return
        sought = {"mine": self._connection_id, "one": kind, "keys": list(unknown)}
        self._known |= dict.fromkeys((kind, Side.QUICKBOOKS, one) for one in unknown)
        for record in self._session.exec(BY_REMOTE_IDS, params=sought):
            self._known[kind, Side.QUICKBOOKS, record.remote_id or ""] = record

    def forget(self) -> None:
        """Something has moved: ask again."""
        self._known.clear()

    def _survivor(self, found: SyncRecord | None) -> SyncRecord | None:
        while found is not None and found.alias_of is not None:
            found = self._session.get(SyncRecord, found.alias_of)
        return found


def note(session: Session, connection_id: UUID, entity: Entity, *objects: Json) -> None:
    """Keep the index current with what QuickBooks just told us of."""
    index.store(session, connection_id, [index.row(entity, obj) for obj in objects])


def forget(session: Session, connection_id: UUID, entity: Entity, remote_id: str) -> None:
    """Take a deleted transaction out of the index."""
    index.forget(session, connection_id, entity, [remote_id])


class Realm:
    """What mapping contexts of one connection are made from, each part read once for as many as are made."""

    def __init__(self, session: Session, connection: Connection, links: Links) -> None:
        self._session, self._connection, self._links = session, connection, links
        self._company: Company | None = None
        self._made: dict[object, MappingContext] = {}
        self._rows: dict[bool, list[Indexed]] = {}
        self._keeps: bool | None = None
        self._recent: list[Json] | None = None

    def context(self, customer_id: str = "") -> MappingContext:
        """What the mapping has to know about this realm; `customer_id` is ours, of the invoice that travels."""
        keeps = not customer_id or self._keeps_amounts()
        by_rates = self._connection.tax_sending is TaxSending.AS_COMPUTED or not keeps
        customer = self._links.record(Kind.CUSTOMER, Side.HERE, customer_id) if customer_id else None
        known = customer.remote if customer else None
        # Without rates to be found, customers differ for a context only in being exempt, and in their currency.
        told = known or {}
        alike = (bool(customer_id), bool(told.get("TaxExemptionReasonId")), str(told.get("CurrencyRef")))
        key = customer_id if by_rates else alike
        if key not in self._made:
            recent = self._told_last() if customer_id and by_rates else ()
            self._made[key] = self._context(known, bool(customer_id), recent, keeps)
        return self._made[key]

    def _context(
        self, customer: Json | None, of_invoice: bool, recent: Sequence[Json], keeps: bool
    ) -> MappingContext:
        if self._company is None:
            # No run changes a company, and a whole batch may wait to be written.
            with self._session.no_autoflush:
                self._company = self._session.get_one(Company, self._connection.company_id)
        return context_of(
            self._connection,
            self._links,
            self._needed(of_invoice),
            discount_label=self._company.discount_label,
            customer=customer,
            recent=recent,
            keeps_amounts=keeps,
        )

    def _needed(self, of_invoice: bool) -> list[Indexed]:
        if of_invoice not in self._rows:
            self._rows[of_invoice] = _needed(self._session, self._connection, of_invoice)
        return self._rows[of_invoice]

    def _keeps_amounts(self) -> bool:
        if self._keeps is None:
            self._keeps = _keeps_amounts(self._session, self._connection)
        return self._keeps

    def _told_last(self) -> list[Json]:
        if self._recent is None:
            self._recent = _recent(self._session, self._connection)
        return self._recent


def context(session: Session, connection: Connection, customer_id: str = "") -> MappingContext:
    """The mapping's context for one record; see `Realm`."""
    return Realm(session, connection, Links(session, connection.id)).context(customer_id)


def _needed(session: Session, connection: Connection, of_invoice: bool) -> list[Indexed]:
    """The rows of the index that a context is made from.

    Where tax is automated one code is as good as another (QuickBooks replaces it), and there may be hundreds.
    """
    taxes = as_object((connection.preferences or {}).get("TaxPrefs"))
    uses_codes = of_invoice and taxes.get("UsingSalesTax") is True
    automated = taxes.get("PartnerTaxEnabled") is True
    wanted = NEEDED_OF[of_invoice, uses_codes and not automated]
    rows = _rows(session, connection.id, wanted)
    return [*rows, *(_any_code(session, connection.id) if uses_codes and automated else ())]


def _any_code(session: Session, connection_id: UUID) -> Sequence[Indexed]:
    codes = _rows(session, connection_id, ACTIVE_CODES)
    code = next((row for row in codes if (row.fields or {}).get("rates")), None)
    if code is None:
        return []
    ids = [str(rate) for rate in (code.fields or {})["rates"]]
    return [code, *_rows(session, connection_id, ACTIVE_RATES, ids=ids)]


def _rows(session: Session, connection_id: UUID, statement: Executable, **more: Any) -> Sequence[Indexed]:
    """Rows of the index, as far as a context reads them: a tenth of what whole objects would cost."""
    found: Sequence[Any] = session.connection().execute(statement, {"mine": connection_id, **more}).all()
    return found


def _keeps_amounts(session: Session, connection: Connection) -> bool:
    """Whether QuickBooks keeps the tax that we bill: no, once it answered a request that named one with its own.

    Some companies with automated sales tax do not allow it, and no setting that can be read says so.
    """
    taxes = as_object((connection.preferences or {}).get("TaxPrefs"))
    if taxes.get("PartnerTaxEnabled") is not True or connection.tax_sending is TaxSending.AS_COMPUTED:
        return True
    return session.connection().execute(IGNORED_TAX, {"mine": connection.id}).first() is None


def _recent(session: Session, connection: Connection) -> list[Json]:
    """The invoices that QuickBooks changed last, as it told us of them."""
    found = session.exec(
        select(SyncRecord)
        .where(
            SyncRecord.connection_id == connection.id,
            text(TOLD_INVOICE),
        )
        .order_by(col(SyncRecord.remote_time).desc())
        .limit(RECENT)
        .options(load_only(_REMOTE))
    )
    return [record.remote for record in found if record.remote]


def named(session: Session, connection_id: UUID, entities: tuple[str, ...], name: str) -> list[Reference]:
    """The active objects of these entities that bear a name, whatever its case."""
    return [row for row in bearing(session, connection_id, entities, name) if row.active]


def bearing(session: Session, connection_id: UUID, entities: tuple[str, ...], name: str) -> list[Reference]:
    """The objects of these entities that bear a name, or did until they were put away, whatever its case."""
    return _indexed(session, BEARING, {"mine": connection_id, "entities": entities, "key": fold(name, 600)})


def _indexed(session: Session, asked: SelectOfScalar[Reference], sought: dict[str, Any]) -> list[Reference]:
    """Rows of the index. No session ever holds one back, so nothing has to be written before they are read."""
    with session.no_autoflush:
        return list(session.exec(asked, params=sought))


def numbered(session: Session, connection_id: UUID, numbers: Iterable[str]) -> dict[str, list[Reference]]:
    """The invoices in QuickBooks that bear these numbers, by the number as the index compares it."""
    found: dict[str, list[Reference]] = {fold_name(number): [] for number in numbers}
    sought = {"mine": connection_id, "entities": ("invoice",), "keys": list(found)}
    for row in _indexed(session, NUMBERED, sought) if found else ():
        found[row.name_key].append(row)
    return found


def unlinked_invoices(session: Session, connection_id: UUID) -> set[str]:
    """QuickBooks' ids of the invoices in the index that are not here."""
    linked = select(SyncRecord.remote_id).where(
        SyncRecord.connection_id == connection_id,
        SyncRecord.kind == Kind.INVOICE,
        col(SyncRecord.remote_id).is_not(None),
    )
    asked = select(Reference.remote_id).where(
        Reference.connection_id == connection_id,
        Reference.entity == Entity.INVOICE.lower(),
        col(Reference.remote_id).not_in(linked),
    )
    return set(session.exec(asked))


def with_second_key(session: Session, connection_id: UUID, entity: str, value: str) -> list[Reference]:
    """The active objects with an e-mail address, of items with a SKU, whatever its case; none for an empty one."""
    if not value.strip():
        return []
    return _indexed(
        session, SECOND_KEY, {"mine": connection_id, "entities": (entity,), "key": fold(value, 100)}
    )


def fold_name(name: str) -> str:
    """A name as the index compares it."""
    return fold(name, 600)


def free_name(
    session: Session, connection_id: UUID, entities: tuple[str, ...], name: str, suffix: str, most: int
) -> str:
    """The name with a suffix, and a number where that is taken too, in as many characters as QuickBooks takes."""
    candidate, number = with_suffix(name, suffix, most), 2
    while named(session, connection_id, entities, candidate):
        candidate, number = with_suffix(name, f"{suffix} {number}", most), number + 1
    return candidate
