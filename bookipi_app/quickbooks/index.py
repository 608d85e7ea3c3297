"""The reference index of a realm: the names of what is there, for matching, the number guard and the forecast.

Read once at connecting, page by page, and kept current by the change feed. Being in it makes no record synced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Insert, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from bookipi_app.models import Connection, Reference
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.wire import (
    Entity,
    Json,
    Purpose,
    as_list,
    as_object,
    as_text,
    created,
    ref,
    utc_text,
    without_suffix,
)
from bookipi_app.text import fold

INDEXED = (
    Entity.ACCOUNT, Entity.TERM, Entity.TAX_CODE, Entity.TAX_RATE, Entity.ITEM, Entity.CUSTOMER, Entity.VENDOR,
    Entity.EMPLOYEE, Entity.INVOICE,
)  # fmt: skip
ROWS_AT_ONCE = 500
OVERLAP = timedelta(minutes=10)  # what QuickBooks was committing while it answered

Row = dict[str, Any]
"""A row of `Reference` without its connection."""


def pages(books: QuickBooks) -> Iterator[tuple[Entity, list[Row]]]:
    """The whole index, page by page. Between two pages nothing is held: store each in a transaction of its own."""
    for entity in INDEXED:
        for page in books.all(entity):
            yield entity, [row(entity, obj) for obj in page]


def read_whole(
    transaction: Callable[[], AbstractContextManager[Session]], books: QuickBooks, connection_id: UUID
) -> None:
    """Read the index anew for a connection whose cursor is empty, and set the cursor, from which the feed goes on.

    Each page is a transaction of its own. Dying half-way leaves the cursor empty: it is read again.
    """
    books = books.meant_for(Purpose.START)
    first = books.now()
    with transaction() as session:
        clear(session, connection_id)
    for _, rows in pages(books):
        with transaction() as session:
            store(session, connection_id, rows)
    with transaction() as session:
        session.get_one(Connection, connection_id).cursor = first - OVERLAP


def row(entity: Entity, obj: Json) -> Row:
    """What the index keeps of an object. What is inactive has its former name as a key, and when it was made."""
    name, active = _name(entity, obj)[:600], obj.get("Active") is not False
    fields = _fields(entity, obj) | ({} if active else _made(obj))
    return {
        "entity": entity.lower(),
        "remote_id": as_text(obj.get("Id"))[:40],
        "name": name,
        "name_key": fold(name if active else without_suffix(name), 600),
        "second_key": fold(as_text(fields.get("email") or fields.get("sku")), 100),
        "active": active,
        "fields": {key: value for key, value in fields.items() if value not in ("", None)},
    }


def untold_rows(books: QuickBooks, *, taxes: bool) -> list[Row]:
    """The terms, the tax codes and their rates. The change feed does not tell of them: they are read once a day."""
    wanted = (Entity.TERM, *((Entity.TAX_CODE, Entity.TAX_RATE) if taxes else ()))
    read = ((entity, page) for entity in wanted for page in books.all(entity))
    return [row(entity, obj) for entity, page in read for obj in page]


def store(session: Session, connection_id: UUID, rows: Iterable[Row]) -> None:
    """Insert or replace rows of the index."""
    values = [{**row, "connection_id": connection_id} for row in rows]
    for start in range(0, len(values), ROWS_AT_ONCE):
        upsert = _upsert(session.get_bind().dialect.name)
        session.connection().execute(upsert, values[start : start + ROWS_AT_ONCE])


@cache
def _upsert(dialect: str) -> Insert:
    statement = postgresql.insert(Reference) if dialect == "postgresql" else sqlite.insert(Reference)
    changed = {
        name: statement.excluded[name] for name in ("name", "name_key", "second_key", "active", "fields")
    }
    keys = ["connection_id", "entity", "remote_id"]
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def forget(session: Session, connection_id: UUID, entity: Entity, remote_ids: Iterable[str]) -> None:
    """Take deleted transactions out of the index."""
    gone = list(remote_ids)
    session.connection().execute(
        delete(Reference).where(
            col(Reference.connection_id) == connection_id,
            col(Reference.entity) == entity.lower(),
            col(Reference.remote_id).in_(gone),
        )
    )


def clear(session: Session, connection_id: UUID) -> None:
    """Empty the index, before it is read anew."""
    session.connection().execute(delete(Reference).where(col(Reference.connection_id) == connection_id))


def plain(value: object) -> Any:
    """JSON of QuickBooks for one of our JSON columns, which hold no decimals: they become text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in cast(Json, value).items()}
    if isinstance(value, list):
        return [plain(entry) for entry in cast("list[object]", value)]
    return value


def _name(entity: Entity, obj: Json) -> str:
    match entity:
        case Entity.CUSTOMER | Entity.VENDOR | Entity.EMPLOYEE:
            return as_text(obj.get("DisplayName"))
        case Entity.INVOICE:
            return as_text(obj.get("DocNumber"))
        case _:
            return as_text(obj.get("Name"))


def _fields(entity: Entity, obj: Json) -> Row:
    match entity:
        case Entity.CUSTOMER | Entity.VENDOR | Entity.EMPLOYEE:
            email = as_text(as_object(obj.get("PrimaryEmailAddr")).get("Address"))
            return {
                "email": fold(email),
                "parent": ref(obj, "ParentRef"),
                "full_name": _full_name(obj),
                "project": True if obj.get("IsProject") else "",
            }
        case Entity.ITEM:
            return {
                "sku": as_text(obj.get("Sku")),
                "type": as_text(obj.get("Type")),
                "full_name": _full_name(obj),
            }
        case Entity.INVOICE:
            total = plain(obj.get("TotalAmt"))
            return {
                "customer": ref(obj, "CustomerRef"),
                "total": _text(total),
                "date": as_text(obj.get("TxnDate")),
            }
        case Entity.ACCOUNT:
            return {"type": as_text(obj.get("AccountType")), "subtype": as_text(obj.get("AccountSubType"))}
        case Entity.TERM:
            return {"days": plain(obj.get("DueDays")), "type": as_text(obj.get("Type"))}
        case Entity.TAX_CODE:
            return {"taxable": obj.get("Taxable"), "group": obj.get("TaxGroup"), "rates": _rates(obj)}
        case Entity.TAX_RATE:
            return {"percent": _text(plain(obj.get("RateValue")))}
        case _:
            return {}


def _made(obj: Json) -> Row:
    made = created(obj)
    return {"made": utc_text(made)} if made else {}


def _rates(code: Json) -> list[str]:
    listed = as_list(as_object(code.get("SalesTaxRateList")).get("TaxRateDetail"))
    return [ref(as_object(entry), "TaxRateRef") for entry in listed]


def _full_name(obj: Json) -> str:
    full = as_text(obj.get("FullyQualifiedName"))
    return full if ":" in full else ""


def _text(number: object) -> str:
    return "" if number is None else str(number)
