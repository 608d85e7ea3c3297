"""Records older than the connection: how many there are of each kind, and bringing them over on request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bookipi_app.errors import NotAllowed
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    Item,
    Kind,
    SyncRecord,
)
from bookipi_app.services import asked, sync_requests
from bookipi_app.services.cells import NOT_THERE, cells_of, in_trash, shelf_of, table_of
from bookipi_app.services.invoice_filters import OWED
from bookipi_app.services.words import counted

AT_ONCE = 500  # of one request; more take another
SHELVES = {*OWED, "active"}
NOUNS = {Kind.INVOICE: "open invoice", Kind.CUSTOMER: "customer", Kind.ITEM: "item"}
LISTS = {Kind.INVOICE: "/invoices", Kind.CUSTOMER: "/customers", Kind.ITEM: "/items"}


@dataclass(frozen=True)
class Older:
    """What of one kind is older than the connection and stays here until somebody asks."""

    kind: str
    count: int
    words: str
    href: str


def older(session: Session, company_id: UUID) -> tuple[Older, ...]:
    """The kinds of which there are some; nothing without a connection."""
    try:
        connection = asked.connection(session, company_id)
    except NotAllowed:
        return ()
    found: list[Older] = []
    for kind, noun in NOUNS.items():
        ids = _ids(session, connection, kind).subquery()
        number = session.exec(select(func.count()).select_from(ids)).one()
        if number:
            found.append(Older(kind.value, number, counted(number, noun), f"{LISTS[kind]}?flag=not_synced"))
    return tuple(found)


def bring_over(session: Session, company_id: UUID, kind: Kind, *, now: datetime) -> int:
    """Let the older ones of a kind travel; how many will. Invoices bring their customers and items along.

    Raises:
        NotAllowed: not connected, or the connection waits for the person.
    """
    connection = asked.connection(session, company_id)
    if connection.status is not ConnectionStatus.CONNECTED:
        raise NotAllowed("QuickBooks is not connected.")
    ids: list[UUID] = list(session.exec(_ids(session, connection, kind).limit(AT_ONCE)))
    return sync_requests.sync_these(session, company_id, kind, ids, now=now)


def _ids(session: Session, connection: Connection, kind: Kind) -> SelectOfScalar[UUID]:
    """Our ids of what stays: nothing that is linked, asked for already, or could not travel anyway."""
    table = {Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice}[kind]
    known = exists().where(
        col(SyncRecord.connection_id) == connection.id,
        col(SyncRecord.kind) == kind,
        col(SyncRecord.local_id) == col(table.id),
        col(SyncRecord.wanted)
        | col(SyncRecord.remote_id).is_not(None)
        | (col(SyncRecord.flag) == Flag.ATTENTION),
    )
    cells, made = table_of(kind.value), {Kind.INVOICE: col(Invoice.issued_at)}
    found: Any = select(table.id).where(
        col(table.company_id) == connection.company_id,
        cells.c.cell.in_(cells_of(session, cells, connection.company_id, _may_be_older)),
        made.get(kind, col(table.created_at)) < connection.first_connected_at,
    )
    return found.where(~known)


def _may_be_older(cell: str) -> bool:
    """Open invoices, and customers and items in use, that QuickBooks does not have: few, however long the book is."""
    flag = cell.partition("/")[2]
    return not in_trash(cell) and shelf_of(cell) in SHELVES and (not flag or flag.endswith(NOT_THERE))
