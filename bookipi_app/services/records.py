"""What customers, items and invoices have in common: finding one, noticing what an edit changed, saying so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.ids import new_id, parse_id
from bookipi_app.models import Company, Connection, Customer, Invoice, Item, Kind, Side
from bookipi_app.services import history, marks

Record = TypeVar("Record", Customer, Item, Invoice)
CHANGED_MEANWHILE = "Changed while you were typing. Your text is kept. Review the change."


def find(
    session: Session, table: type[Record], company_id: UUID, record_id: object, *, lock: bool = False
) -> Record:
    """A record of this company; `lock` keeps it from other writers until the commit.

    Raises:
        NotFound: unknown, another company's, or not an id at all.
    """
    statement = select(table).where(col(table.id) == parse_id(record_id), col(table.company_id) == company_id)
    record = session.exec(statement.with_for_update() if lock else statement).one_or_none()
    if record is None:
        raise NotFound
    return record


def of_kind(session: Session, kind: Kind, company_id: UUID, record_id: object) -> Customer | Item | Invoice:
    """A record of this company, whatever its kind.

    Raises:
        NotFound: unknown, another company's, or not an id at all.
    """
    match kind:
        case Kind.CUSTOMER:
            return find(session, Customer, company_id, record_id)
        case Kind.ITEM:
            return find(session, Item, company_id, record_id)
        case Kind.INVOICE:
            return find(session, Invoice, company_id, record_id)


def find_or_new_id(
    session: Session, table: type[Record], company_id: UUID, record_id: object, key: object
) -> tuple[Record | None, UUID]:
    """The record a form is about, and the id it has or will have.

    A new record's id may be made by the page (`key`), so that a form sent twice makes one record.
    """
    if record_id is not None:
        record = find(session, table, company_id, record_id, lock=True)
        return record, record.id
    if not key:
        return None, new_id()
    chosen = parse_id(key)
    record = session.get(table, chosen, with_for_update=True)
    if record is not None and record.company_id != company_id:
        raise NotFound
    return record, chosen


def company_of(session: Session, company_id: UUID, *, lock: bool = False) -> Company:
    """The company; `lock` makes saves that draw a number wait for each other."""
    company = session.get(Company, company_id, with_for_update=lock)
    if company is None:
        raise NotFound
    return company


def moment_of_making(session: Session, company_id: UUID, now: datetime) -> datetime:
    """When a record that is made now was made: never before a connection that is there already.

    Our clock may have been set back since, and what only seems older than the connection would not travel.
    """
    connected = select(func.max(Connection.first_connected_at)).where(
        col(Connection.company_id) == company_id
    )
    return max(now, session.exec(connected).one() or now)


def refuse_if_changed(record: Customer | Item | Invoice | None, version: object) -> None:
    """A form made from an older version would undo what arrived meanwhile. Version 0 is not checked.

    Raises:
        InvalidInput: the record has moved on; the sentence is at the field `version`.
    """
    if record is not None and version and version != record.version:
        raise InvalidInput({"version": CHANGED_MEANWHILE})


def apply(record: Customer | Item | Invoice, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set the fields that differ; returns them as `{field: [old, new]}`."""
    old = {field: getattr(record, field) for field in values}
    for field, value in values.items():
        if old[field] != value:
            setattr(record, field, value)
    return history.changes_of(old, values)


def note_edit(
    session: Session,
    kind: Kind,
    record: Customer | Item | Invoice,
    fields: Mapping[str, Any],
    *,
    now: datetime,
    who: str,
    words: str,
) -> None:
    """After an edit that changed something: one more version, a line of history, a mark."""
    record.version += 1
    record.updated_at = now
    note(session, kind, record, now=now, who=who, words=words, fields=fields)
    marks.mark(session, record.company_id, kind, record.id, now)


def note(
    session: Session,
    kind: Kind,
    record: Customer | Item | Invoice,
    *,
    now: datetime,
    who: str,
    words: str,
    fields: Mapping[str, Any] | None = None,
) -> None:
    """A line of the record's history, made here."""
    session.add(record)
    session.flush()
    detail = {"fields": dict(fields)} if fields else None
    history.add(
        session,
        record.company_id,
        kind,
        record.id,
        at=now,
        side=Side.HERE,
        who=who,
        words=words,
        detail=detail,
    )


def set_active(
    session: Session, kind: Kind, record: Customer | Item, active: bool, *, now: datetime, who: str
) -> None:
    """Archive or restore; nothing happens if it is so already."""
    if record.active == active:
        return
    record.active = active
    words = f"{kind.value.capitalize()} {'restored' if active else 'archived'}"
    note_edit(session, kind, record, {}, now=now, who=who, words=words)


def save_named(
    session: Session,
    kind: Kind,
    record: Customer | Item | None,
    values: Mapping[str, Any],
    make: Callable[[], Customer | Item],
    labels: Mapping[str, str],
    *,
    now: datetime,
    who: str,
) -> Customer | Item:
    """Create or update a customer or item from parsed values."""
    if record is None:
        record = make()
        record.created_at = moment_of_making(session, record.company_id, now)
        note(session, kind, record, now=now, who=who, words=f"{kind.value.capitalize()} created")
        marks.mark(session, record.company_id, kind, record.id, now)
        return record
    changed = apply(record, values)
    changed.pop("name_key", None)
    if changed:
        words = history.change_words(changed, labels)
        note_edit(session, kind, record, changed, now=now, who=who, words=words)
    return record
