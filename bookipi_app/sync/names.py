"""Names are unique in QuickBooks, across customers, vendors and employees: who holds ours, and what becomes of that.

A holder that is linked and renamed here gives the name up, so ours waits. Where everybody waits for the next one, the
names are swapped in a circle: one of them takes a temporary name, and the others follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlmodel import Session, select

from bookipi_app.models import Connection, Kind, Reference, SyncRecord
from bookipi_app.sync import fields, local, references
from bookipi_app.sync.local import Local
from bookipi_app.sync.plan import ClashKind, NameClash
from bookipi_app.sync.records import LocalCustomer, LocalItem
from bookipi_app.sync.snapshot import Agreement

LONGEST_CIRCLE = 50


def clash(
    session: Session,
    connection: Connection,
    record: SyncRecord,
    here: Local | None,
    agreement: Agreement | None,
) -> NameClash | None:
    """Who else holds our name in QuickBooks, where it is about to be sent there."""
    if here is None or not isinstance(here.record, LocalCustomer | LocalItem):
        return None
    name = here.record.name
    reactivated = agreement is not None and here.record.active and not agreement.local.get("active", True)
    if agreement is not None and agreement.local.get("name") == name and not reactivated:
        return None
    names = _Names(session, connection, record.kind)
    holder = names.holder(name, record)
    if holder is None:
        return None
    if names.about_to_leave(holder) is None:
        return NameClash(ClashKind.KEEPS_IT, holder.name, names.free(name, record.kind.value))
    circle = names.circle(record, name)
    if circle and min(circle) == record.id:
        return NameClash(ClashKind.CIRCLE, holder.name, names.free(name, "renaming"))
    return NameClash(ClashKind.GIVES_IT_UP, holder.name)


class _Names:
    """The names of one kind in a realm, and the records here that hold them."""

    def __init__(self, session: Session, connection: Connection, kind: Kind) -> None:
        self._session, self._connection, self._kind = session, connection, kind
        self._entities = references.NAME_HOLDERS if kind is Kind.CUSTOMER else ("item",)

    def holder(self, name: str, besides: SyncRecord) -> Reference | None:
        """Who bears the name in QuickBooks, if anybody but this record; one who keeps it before one who does not."""
        found = [
            row
            for row in references.named(self._session, self._connection.id, self._entities, name)
            if (row.entity, row.remote_id) != (besides.kind.value, besides.remote_id)
        ]
        return next((row for row in found if self.about_to_leave(row) is None), found[0] if found else None)

    def about_to_leave(self, holder: Reference) -> SyncRecord | None:
        """The record of a linked holder that was renamed or archived here: its own update frees the name."""
        record, row = self._linked(holder)
        if record is None or row is None:
            return None
        return record if references.fold_name(row.name) != holder.name_key or not row.active else None

    def circle(self, record: SyncRecord, name: str) -> set[UUID]:
        """The records that wait for each other's names, ours among them; empty if the chain ends somewhere."""
        seen: set[UUID] = {record.id}
        for waiting in self._chain(record, name):
            if waiting.id == record.id:
                return seen
            if waiting.id in seen:
                return set()
            seen.add(waiting.id)
        return set()

    def free(self, name: str, suffix: str) -> str:
        most = fields.limit(self._kind, "name")
        return references.free_name(self._session, self._connection.id, self._entities, name, suffix, most)

    def _chain(self, record: SyncRecord, name: str) -> Iterator[SyncRecord]:
        """From holder to holder: who has what we want, who has what that one wants, …

        One that is archived wants its new name too: it is sent with the end.
        """
        for _ in range(LONGEST_CIRCLE):
            holder = self.holder(name, record)
            if holder is None:
                return
            leaving, row = self._linked(holder)
            if leaving is None or row is None:
                return
            yield leaving
            record, name = leaving, row.name

    def _linked(self, holder: Reference) -> tuple[SyncRecord | None, LocalCustomer | LocalItem | None]:
        if holder.entity not in (Kind.CUSTOMER, Kind.ITEM):
            return None, None
        record = self._session.exec(
            select(SyncRecord).where(
                SyncRecord.connection_id == self._connection.id,
                SyncRecord.kind == Kind(holder.entity),
                SyncRecord.remote_id == holder.remote_id,
            )
        ).first()
        found = (
            local.load(self._session, record.kind, record.local_id) if record and record.local_id else None
        )
        row = found.record if found else None
        return (record, row) if isinstance(row, LocalCustomer | LocalItem) else (None, None)
