"""Records older than the connection: how many there are of each kind, and bringing them over on request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
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
    Stage,
    SyncRecord,
)
from bookipi_app.services import asked, sync_requests
from bookipi_app.services.words import counted

AT_ONCE = 500  # of one request; more take another
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
        ids = _ids(connection, kind).subquery()
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
    ids: list[UUID] = list(session.exec(_ids(connection, kind).limit(AT_ONCE)))
    return sync_requests.sync_these(session, company_id, kind, ids, now=now)


def _ids(connection: Connection, kind: Kind) -> SelectOfScalar[UUID]:
    """Our ids of what stays: nothing that is linked, asked for already, or could not travel anyway."""
    known = select(SyncRecord.local_id).where(
        col(SyncRecord.connection_id) == connection.id,
        col(SyncRecord.kind) == kind,
        col(SyncRecord.local_id).is_not(None),
        col(SyncRecord.wanted)
        | col(SyncRecord.remote_id).is_not(None)
        | (col(SyncRecord.flag) == Flag.ATTENTION),
    )
    table = {Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice}[kind]
    found: Any = select(table.id).where(
        col(table.company_id) == connection.company_id, col(table.id).not_in(known)
    )
    if kind is Kind.INVOICE:
        return found.where(
            col(Invoice.stage) == Stage.ISSUED,
            col(Invoice.trashed_at).is_(None),
            col(Invoice.paid_cents) < col(Invoice.total_cents),
            col(Invoice.issued_at) < connection.first_connected_at,
        )
    active = {Kind.CUSTOMER: Customer, Kind.ITEM: Item}[kind]
    return found.where(col(active.active).is_(True), col(active.created_at) < connection.first_connected_at)
