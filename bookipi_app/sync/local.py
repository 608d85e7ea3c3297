"""Local: our rows as plain records, and back.

A row is written only `WHERE version = observed`: an edit that a person saved meanwhile is never overwritten, it makes
the engine look again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, bindparam, delete, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from bookipi_app.ids import new_id
from bookipi_app.models import (
    Company,
    Connection,
    Customer,
    Invoice,
    InvoiceLine,
    Item,
    Kind,
    LineKind,
    Side,
    Stage,
)
from bookipi_app.money import SCALE
from bookipi_app.numbering import LONGEST, in_series
from bookipi_app.sync import references, snapshot
from bookipi_app.sync.plan import Presence
from bookipi_app.sync.records import Address, LocalCustomer, LocalInvoice, LocalItem, LocalLine, LocalRecord
from bookipi_app.text import fold

UNDO = timedelta(seconds=30)  # Trash and archive wait this long before QuickBooks hears of them
TABLES: dict[Kind, type[Customer] | type[Item] | type[Invoice]] = {
    Kind.CUSTOMER: Customer,
    Kind.ITEM: Item,
    Kind.INVOICE: Invoice,
}
PLAIN = {
    Kind.CUSTOMER: ("name", "company_name", "given_name", "family_name", "email", "phone", "notes", "active"),
    Kind.ITEM: ("name", "kind", "sku", "description", "price", "taxable", "active"),
    Kind.INVOICE: (
        "number", "issue_date", "due_date", "stage", "terms_name", "po_number", "currency", "discount_kind",
        "discount_value", "shipping_cents", "shipping_taxable", "tax_mode", "tax_rate", "tax2_rate",
        "tax_given_cents", "bill_email", "notes", "memo", "subtotal_cents", "discount_cents", "tax_cents", "tax2_cents",
        "total_cents",
    ),
}  # fmt: skip
LINE = (
    "kind", "description", "quantity", "price", "amount_given_cents", "taxable", "discount_kind", "discount_value",
    "amount_cents",
)  # fmt: skip
ADDRESSES = {Kind.CUSTOMER: ("bill", "ship"), Kind.ITEM: (), Kind.INVOICE: ("bill",)}
PARTS = tuple(part.name for part in fields(Address))
NUMBERS_AT_ONCE = 50
AROUND = {
    Kind.CUSTOMER: ("created_at",),
    Kind.ITEM: ("created_at",),
    Kind.INVOICE: (
        "customer_id",
        "created_at",
        "issued_at",
        "trashed_at",
        "sent_at",
        "shared_at",
        "paid_cents",
    ),
}


def _reading(kind: Kind) -> Executable:
    """Rows of some ids, column by column: whole objects would cost three times as much."""
    table = TABLES[kind]
    addresses = [f"{prefix}_{part}" for prefix in ADDRESSES[kind] for part in PARTS]
    names = ("id", "company_id", "version", "updated_at", *PLAIN[kind], *AROUND[kind], *addresses)
    wanted = [getattr(table, name) for name in names]
    return select_columns(*wanted).where(col(table.id).in_(bindparam("ids", expanding=True)))


ROWS_OF = {kind: _reading(kind) for kind in TABLES}
LINES_OF = (
    select_columns(*[getattr(InvoiceLine, name) for name in ("id", "invoice_id", "item_id", *LINE)])
    .where(col(InvoiceLine.invoice_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(InvoiceLine.position))
)


class Moved(Exception):
    """The row was changed after it was read: look again."""


@dataclass(frozen=True)
class Local:
    """A record here, with what the planner asks about it beside its fields."""

    record: LocalRecord
    company_id: UUID
    version: int
    state: Presence
    is_draft: bool
    begun_at: datetime  # creation, for an invoice its first Continue or Send
    undo_until: datetime | None
    sent_or_paid: bool

    @property
    def title(self) -> str:
        """What a person calls it: a name, or an invoice's number."""
        if isinstance(self.record, LocalInvoice):
            return f"invoice {self.record.number}"
        return self.record.name


def load(session: Session, kind: Kind, local_id: UUID) -> Local | None:
    """A record and its surroundings, or None if there is no such row."""
    return load_all(session, kind, [local_id]).get(local_id)


def load_all(session: Session, kind: Kind, local_ids: Sequence[UUID]) -> dict[UUID, Local]:
    """Many records of a kind by their ids; what has no row is missing."""
    if not local_ids:
        return {}
    rows = _rows(session, ROWS_OF[kind], local_ids)
    if kind is Kind.INVOICE:
        lines = _lines_of(session, [row.id for row in rows])
        return {row.id: _invoice(row, lines.get(row.id, ())) for row in rows}
    return {row.id: _listed(row, kind) for row in rows}


def _rows(session: Session, statement: Executable, ids: Sequence[UUID]) -> Sequence[Any]:
    if session.autoflush:
        session.flush()  # what it holds back is read, too
    return session.connection().execute(statement, {"ids": ids}).all()


def _listed(row: Any, kind: Kind) -> Local:
    """A customer or an item."""
    made = LocalCustomer if kind is Kind.CUSTOMER else LocalItem
    record = made(id=str(row.id), **_values(row, kind))
    undo = None if row.active else row.updated_at + UNDO
    return Local(record, row.company_id, row.version, Presence.LIVE, False, row.created_at, undo, False)


def _lines_of(session: Session, invoice_ids: Sequence[UUID]) -> Mapping[UUID, list[LocalLine]]:
    found: dict[UUID, list[LocalLine]] = {}
    for row in _rows(session, LINES_OF, invoice_ids) if invoice_ids else ():
        found.setdefault(row.invoice_id, []).append(_line(row))
    return found


def create(session: Session, company_id: UUID, kind: Kind, record: LocalRecord, now: datetime) -> UUID:
    """A new row for what was made in QuickBooks; its id."""
    row = TABLES[kind](
        company_id=company_id,
        origin=Side.QUICKBOOKS,
        created_at=now,
        updated_at=now,
        **_columns(kind, record),
    )
    if isinstance(row, Invoice):
        row.issued_at = now
    session.add(row)
    session.flush()
    if isinstance(record, LocalInvoice):
        session.add_all(_line_row(row.id, at, line) for at, line in enumerate(record.lines))
    return row.id


def store(
    session: Session, kind: Kind, record: LocalRecord, observed: int, now: datetime, **more: Any
) -> int:
    """Write a record into its row; its new version. `more` sets other columns of the row.

    Raises:
        Moved: the row's version is not `observed` any more.
    """
    table, row_id = TABLES[kind], UUID(record.id)
    values = _columns(kind, record) | {"version": observed + 1, "updated_at": now} | more
    result = session.exec(
        update(table).where(col(table.id) == row_id, col(table.version) == observed).values(**values)
    )
    if result.rowcount != 1:
        raise Moved
    if isinstance(record, LocalInvoice):
        _store_lines(session, row_id, record.lines)
    return observed + 1


def _invoice(row: Any, lines: Sequence[LocalLine]) -> Local:
    record = LocalInvoice(
        id=str(row.id),
        customer_id=str(row.customer_id or ""),
        lines=tuple(lines),
        **_values(row, Kind.INVOICE),
    )
    return Local(
        record,
        row.company_id,
        row.version,
        _presence(row),
        row.stage is Stage.DRAFT,
        row.issued_at or row.created_at,
        row.trashed_at + UNDO if row.trashed_at else None,
        row.sent_at is not None or row.shared_at is not None or row.paid_cents > 0,
    )


def _presence(row: Any) -> Presence:
    if row.trashed_at is not None:
        return Presence.ENDED
    return Presence.VOID if row.stage is Stage.VOID else Presence.LIVE


def _line(row: Any) -> LocalLine:
    values = {name: getattr(row, name) for name in LINE}
    return LocalLine(id=str(row.id), item_id=str(row.item_id or ""), **values)


def _values(row: Any, kind: Kind) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in PLAIN[kind]}
    for prefix in ADDRESSES[kind]:
        parts = {part: getattr(row, f"{prefix}_{part}") for part in PARTS}
        values[f"{prefix}_address"] = Address(**parts)
    return values


def _columns(kind: Kind, record: LocalRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in PLAIN[kind]}
    for prefix in ADDRESSES[kind]:
        address: Address = getattr(record, f"{prefix}_address")
        values |= {f"{prefix}_{part}": getattr(address, part) for part in PARTS}
    return values | _derived(record)


def _derived(record: LocalRecord) -> dict[str, Any]:
    if isinstance(record, LocalInvoice):
        customer_id = UUID(record.customer_id) if record.customer_id else None
        return {"number_key": fold(record.number, 21), "customer_id": customer_id}
    return {"name_key": fold(record.name, 100 if isinstance(record, LocalItem) else 500)}


def _store_lines(session: Session, invoice_id: UUID, lines: Sequence[LocalLine]) -> None:
    """Make the invoice's lines these, in this order; a line keeps its row as long as it keeps its id."""
    kept = {UUID(line.id) for line in lines if line.id}
    session.exec(
        delete(InvoiceLine).where(col(InvoiceLine.invoice_id) == invoice_id, col(InvoiceLine.id).not_in(kept))
    )
    for position, line in enumerate(lines):
        session.merge(_line_row(invoice_id, position, line))
    session.flush()


def _line_row(invoice_id: UUID, position: int, line: LocalLine) -> InvoiceLine:
    values = {name: getattr(line, name) for name in LINE}
    item_id = UUID(line.item_id) if line.item_id else None
    line_id = UUID(line.id) if line.id else new_id()
    return InvoiceLine(id=line_id, invoice_id=invoice_id, position=position, item_id=item_id, **values)


def with_line_ids(record: LocalRecord) -> LocalRecord:
    """The record with an id for each line that QuickBooks added, so that agreement and rows name the same."""
    if not isinstance(record, LocalInvoice):
        return record
    return replace(
        record, lines=tuple(line if line.id else replace(line, id=str(new_id())) for line in record.lines)
    )


def snapshot_of(kind: Kind, record: LocalRecord) -> dict[str, Any]:
    """The record in canonical form."""
    return snapshot.of_local(kind, record)


def archived(record: LocalCustomer | LocalItem) -> LocalCustomer | LocalItem:
    """The record, made inactive."""
    return replace(record, active=False)


def reactivated(record: LocalCustomer | LocalItem) -> LocalCustomer | LocalItem:
    """The record, active again."""
    return replace(record, active=True)


def voided(record: LocalInvoice) -> LocalInvoice:
    """The invoice, void; its lines and sums stay readable."""
    return replace(record, stage=Stage.VOID)


def duplicate(
    session: Session, connection: Connection, record: LocalInvoice, now: datetime
) -> tuple[UUID, str]:
    """The content of an invoice as a new draft with the next free number: an edit survives a void elsewhere."""
    lines = tuple(replace(_ordinary(line), id="") for line in record.lines)
    number = _next_number(session, connection)
    copy = with_line_ids(replace(record, id="", number=number, stage=Stage.DRAFT, lines=lines))
    return create(session, connection.company_id, Kind.INVOICE, copy, now), number


def _ordinary(line: LocalLine) -> LocalLine:
    """A line that comes to the same and can be sent anew: QuickBooks' own kinds can only be made there."""
    if line.kind is not LineKind.FOREIGN:
        return line
    if not line.amount_cents:
        return replace(line, kind=LineKind.TEXT, amount_given_cents=None)
    price = line.amount_cents * (SCALE // 100)
    return replace(line, kind=LineKind.ITEM, quantity=SCALE, price=price, amount_given_cents=None)


def _next_number(session: Session, connection: Connection) -> str:
    """The next number of the company's series that no invoice has, here, drafts and the trash included, or there."""
    company = session.get_one(Company, connection.company_id)
    first = company.next_number
    while True:
        numbers = in_series(company.number_prefix, first, NUMBERS_AT_ONCE)
        keys = [fold(number, LONGEST) for number in numbers]
        held = select(Invoice.number_key).where(
            Invoice.company_id == company.id, col(Invoice.number_key).in_(keys)
        )
        here, there = set(session.exec(held)), references.numbered(session, connection.id, numbers)
        for number, key in zip(numbers, keys, strict=True):
            if key not in here and not there[references.fold_name(number)]:
                return number
        first += NUMBERS_AT_ONCE
