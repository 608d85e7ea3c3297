"""Gathered: what looks at the records of one connection need to know, read once for all looks of a transaction.

`fetch` asks for many records at once; what nobody fetched is asked for when it is wanted, so that one record and many
take the same way. Within the transaction nobody else writes, so what was read stays true until we move something
ourselves: then `forget`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Decision, Kind, Reference, SyncRecord
from bookipi_app.models.sync import CAUSED
from bookipi_app.sync import decided, hot, local, references, snapshot
from bookipi_app.sync.carrying import MappingContext
from bookipi_app.sync.hot import Sent
from bookipi_app.sync.local import Local
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.references import Links, Realm

DOUBTED = select(SyncRecord).where(
    col(SyncRecord.connection_id) == bindparam("mine"),
    text(CAUSED),
    col(SyncRecord.cause).in_(("possible_double", "same_number")),
    col(SyncRecord.kind) == Kind.INVOICE,
    col(SyncRecord.double_of).is_not(None),
)


class Gathered:
    """One connection as one transaction sees it."""

    def __init__(self, session: Session, connection: Connection, now: datetime) -> None:
        self.session, self.connection, self.now = session, connection, now
        self.links = Links(session, connection.id)
        self._realm = Realm(session, connection, self.links)
        self._locals: dict[UUID, Local | None] = {}
        self._decisions: dict[UUID, list[Decision]] = {}
        self._sent: dict[UUID, list[Sent]] = {}
        self._numbered: dict[str, list[Reference]] = {}
        self._doubted: dict[UUID, list[SyncRecord]] | None = None

    def fetch(self, records: Sequence[SyncRecord]) -> None:
        """Read for many records at once what a look at each of them would read."""
        ids = [record.id for record in records]
        self._decisions |= decided.of_all(self.session, ids)
        wanted: defaultdict[Kind, list[UUID]] = defaultdict(list)
        for record in records:
            if record.local_id is not None:
                wanted[record.kind].append(record.local_id)
        for kind, local_ids in wanted.items():
            self._locals |= dict.fromkeys(local_ids)
            self._locals |= local.load_all(self.session, kind, local_ids)
        invoices = self._invoices(wanted[Kind.INVOICE])
        self.links.fetch(Kind.CUSTOMER, [one.customer_id for one in invoices if one.customer_id])
        self.links.fetch(Kind.ITEM, [line.item_id for one in invoices for line in one.lines if line.item_id])

    def fetch_named_there(self, records: Sequence[SyncRecord]) -> None:
        """Which records QuickBooks' side of the agreements names, by its ids."""
        named: defaultdict[Kind, set[str]] = defaultdict(set)
        for record in records:
            for kind, remote_id in snapshot.references(record.kind, record.base_remote or {}):
                named[kind].add(remote_id)
        for kind, remote_ids in named.items():
            self.links.fetch_there(kind, remote_ids)

    def fetch_for_writing(self, records: Sequence[SyncRecord]) -> None:
        """What is asked in addition before something is sent; `fetch` came before."""
        self._sent |= hot.sent(self.session, [record.id for record in records], self.now)
        unlinked = [record.local_id for record in records if record.remote_id is None and record.local_id]
        numbers = [one.number for one in self._invoices(unlinked) if one.number]
        self._numbered |= references.numbered(self.session, self.connection.id, numbers)

    def forget(self) -> None:
        """Something was moved that other records may look at: what was read is read again when it is wanted."""
        self.links.forget()
        self._realm = Realm(self.session, self.connection, self.links)
        for known in (self._locals, self._decisions, self._sent, self._numbered):
            known.clear()
        self._doubted = None

    def here(self, record: SyncRecord) -> Local | None:
        """The record's row of ours, as a plain value."""
        if record.local_id is None:
            return None
        if record.local_id not in self._locals:
            self._locals[record.local_id] = local.load(self.session, record.kind, record.local_id)
        return self._locals[record.local_id]

    def decisions(self, record: SyncRecord) -> Sequence[Decision]:
        """What a person decided about it and nobody has carried out yet."""
        if record.id not in self._decisions:
            self._decisions |= decided.of_all(self.session, [record.id])
        return self._decisions[record.id]

    def sent(self, record: SyncRecord) -> Sequence[Sent]:
        """What was written of it in the last hour, the newest first."""
        if record.id not in self._sent:
            self._sent |= hot.sent(self.session, [record.id], self.now)
        return self._sent[record.id]

    def numbered(self, number: str) -> Sequence[Reference]:
        """The invoices in QuickBooks that bear a number."""
        key = references.fold_name(number)
        if key not in self._numbered:
            self._numbered |= references.numbered(self.session, self.connection.id, [number])
        return self._numbered[key]

    def doubted(self) -> dict[UUID, list[SyncRecord]]:
        """The records that are asked whether they are another one here, by that one's id."""
        if self._doubted is None:
            found: defaultdict[UUID, list[SyncRecord]] = defaultdict(list)
            with self.session.no_autoflush:  # what asks since this transaction began has just looked
                asking = self.session.exec(DOUBTED, params={"mine": self.connection.id}).all()
            for one in asking:
                found[one.double_of or one.id].append(one)
            self._doubted = dict(found)
        return self._doubted

    def context(self, customer_id: str = "") -> MappingContext:
        """What the mapping has to know about the realm, and about an invoice's customer."""
        return self._realm.context(customer_id)

    def _invoices(self, local_ids: Iterable[UUID]) -> list[LocalInvoice]:
        found = [self._locals.get(one) for one in local_ids]
        return [one.record for one in found if one is not None and isinstance(one.record, LocalInvoice)]
