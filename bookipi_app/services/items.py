"""Items: save, find, list, archive. The caller commits; every function looks only at one company's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bookipi_app.models import Connection, Item, ItemKind, Kind, SyncRecord
from bookipi_app.money import format_cents, format_scaled
from bookipi_app.services import records
from bookipi_app.services.fields import Fields
from bookipi_app.services.flags import flag_of, newest_connection
from bookipi_app.services.lists import (
    ListQuery,
    Page,
    Selection,
    SortKey,
    fetch_parts,
    order_name,
    read_moment,
    read_whole,
)
from bookipi_app.services.named_lists import Wanted, wanted_of
from bookipi_app.text import fold

KIND_WORDS = {
    ItemKind.SERVICE: "Service",
    ItemKind.NON_INVENTORY: "Product",
    ItemKind.INVENTORY: "Inventory",
    ItemKind.BUNDLE: "Bundle",
}
LABELS = {"sku": "SKU"}
ORDERS = {
    "name": SortKey(col(Item.name_key)),
    "price": SortKey(col(Item.price), read_whole),
    "created": SortKey(col(Item.created_at), read_moment),
}
SEARCHED = [col(Item.name_key), func.lower(col(Item.sku))]


@dataclass(frozen=True)
class ItemForm:
    """What the page sends. `key` is a uuid made by the page for a new record; `version` the one it was filled from."""

    name: str = ""
    sku: str = ""
    description: str = ""
    price: str = ""
    taxable: bool = False
    key: str = ""
    version: int = 0


@dataclass(frozen=True)
class ItemRow:
    """A line of the list."""

    id: str
    name: str
    sku: str
    description: str
    kind: str
    price: str
    taxable: bool
    active: bool
    flag: str
    flag_words: str
    flag_tip: str
    may_sync: bool


@dataclass(frozen=True)
class ItemChoice:
    """An item offered while an invoice is written; `price` is text for the line's field."""

    id: str
    name: str
    description: str
    price: str
    price_words: str
    taxable: bool


def save(
    session: Session, company_id: UUID, item_id: object, form: ItemForm, *, now: datetime, who: str
) -> Item:
    """Create (`item_id` None) or update. `who` is the name that the history shows.

    Raises:
        InvalidInput: fields are wrong, or the record changed since the form was filled.
        NotFound: no such item in this company.
    """
    values = _read(form)
    record, record_id = records.find_or_new_id(session, Item, company_id, item_id, form.key)
    records.refuse_if_changed(record, form.version)

    def make() -> Item:
        return Item(id=record_id, company_id=company_id, created_at=now, updated_at=now, **values)

    if record is not None and record.kind in (ItemKind.BUNDLE, ItemKind.INVENTORY):
        _keep_what_quickbooks_rules(record, values)
    saved = records.save_named(session, Kind.ITEM, record, values, make, LABELS, now=now, who=who)
    assert isinstance(saved, Item)
    return saved


def form_of_item(item: Item) -> ItemForm:
    """The form filled with an item, for editing."""
    return ItemForm(
        name=item.name,
        sku=item.sku,
        description=item.description,
        price=format_scaled(item.price, least=2),
        taxable=item.taxable,
        version=item.version,
    )


def get(session: Session, company_id: UUID, item_id: object) -> Item:
    """One item of this company.

    Raises:
        NotFound: unknown, or another company's.
    """
    return records.find(session, Item, company_id, item_id)


def archive(session: Session, company_id: UUID, item_id: object, *, now: datetime, who: str) -> None:
    """Take out of the lists. Invoices keep it."""
    record = records.find(session, Item, company_id, item_id, lock=True)
    records.set_active(session, Kind.ITEM, record, False, now=now, who=who)


def restore(session: Session, company_id: UUID, item_id: object, *, now: datetime, who: str) -> None:
    """Bring back from the archive."""
    record = records.find(session, Item, company_id, item_id, lock=True)
    records.set_active(session, Kind.ITEM, record, True, now=now, who=who)


def page(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime | None = None
) -> Page[ItemRow]:
    """A page of the list. Filters: `archived` = yes, `flag` = a flag or `needs`. Sorts: name, price, created."""
    return pairs(session, company_id, query, now=now or datetime.now(UTC)).of(lambda pair: pair[0])


def pairs(
    session: Session, company_id: UUID, query: ListQuery, *, now: datetime
) -> Page[tuple[ItemRow, Item]]:
    """The same page, each row with its item: for a file."""
    company = records.company_of(session, company_id)
    connection = newest_connection(session, company_id)
    wanted, order = _wanted(session, company_id, query, connection), order_name(query, ORDERS)
    selected: Selection = Select(Item, SyncRecord)
    whole = selected.select_from(Item).outerjoin(SyncRecord, _joined(connection))
    found = fetch_parts(session, [wanted.part(order, ORDERS[order])], query, col(Item.id), whole)
    return found.of(lambda row: (_row(row, connection, company.currency, company.time_zone, now), row[0]))


def tab_counts(session: Session, company_id: UUID) -> dict[str, int]:
    """The counts on the tabs: all (empty name) and archived."""
    archived = ListQuery(filters={"archived": "yes"})
    return {"": count(session, company_id, ListQuery()), "archived": count(session, company_id, archived)}


def count(session: Session, company_id: UUID, query: ListQuery) -> int:
    """How many items the query finds, over all pages."""
    wanted = _wanted(session, company_id, query, newest_connection(session, company_id))
    return session.exec(select(func.count()).where(*wanted.conditions())).one()


def pick(session: Session, company_id: UUID, text: object, limit: int = 20) -> list[ItemChoice]:
    """Active items whose name or SKU contains the text, by name."""
    query = ListQuery(search=text if isinstance(text, str) else "", descending=False, size=min(limit, 50))
    wanted = _wanted(session, company_id, query, None)
    selected: Selection = Select(Item)
    part = wanted.part("name", ORDERS["name"])
    found = fetch_parts(session, [part], query, col(Item.id), selected.select_from(Item)).rows
    currency = records.company_of(session, company_id).currency
    return [
        ItemChoice(
            id=str(item.id),
            name=item.name,
            description=item.description,
            price=format_scaled(item.price, least=2),
            price_words=price_words(item.price, currency),
            taxable=item.taxable,
        )
        for item, *_ in found
    ]


def price_words(price: int, currency: str = "USD") -> str:
    """A price for people, with as many decimals as it has and at least two: `$16.85`, `$0.00125`."""
    sign = format_cents(0, currency).removesuffix("0.00")
    whole, _, part = format_scaled(abs(price), least=2).partition(".")
    return f"{'−' if price < 0 else ''}{sign}{int(whole):,}.{part}"


def _read(form: ItemForm) -> dict[str, Any]:
    fields = Fields()
    name = fields.name("name", form.name, 100, label="a name")
    values: dict[str, Any] = {
        "name": name,
        "name_key": fold(name, 100),
        "sku": fields.text("sku", form.sku, 100),
        "description": fields.text("description", form.description, 4000, lines=True),
        "price": fields.scaled("price", form.price),
        "taxable": form.taxable is True,
    }
    fields.done()
    return values


def _keep_what_quickbooks_rules(record: Item, values: dict[str, Any]) -> None:
    """Bundles and inventory may be edited here in name, description and price only."""
    for field in ("sku", "taxable"):
        values[field] = getattr(record, field)


def _wanted(session: Session, company_id: UUID, query: ListQuery, connection: Connection | None) -> Wanted:
    return wanted_of(session, Item, company_id, query, connection, SEARCHED)


def _joined(connection: Connection | None) -> ColumnElement[bool]:
    return and_(
        col(SyncRecord.local_id) == col(Item.id),
        col(SyncRecord.kind) == Kind.ITEM,
        col(SyncRecord.connection_id) == (connection.id if connection else None),
    )


def _row(row: Any, connection: Connection | None, currency: str, zone: str, now: datetime) -> ItemRow:
    item, state = row[:2]
    flag = flag_of(state, connection, item, zone=zone, now=now)
    return ItemRow(
        id=str(item.id),
        name=item.name,
        sku=item.sku,
        description=item.description.partition("\n")[0][:200],
        kind=KIND_WORDS[item.kind],
        price=price_words(item.price, currency),
        taxable=item.taxable,
        active=item.active,
        flag=flag.flag,
        flag_words=flag.words,
        flag_tip=flag.tip,
        may_sync=flag.offers_sync,
    )
