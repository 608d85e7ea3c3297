"""What people do on both sides without knowing of each other: the same customer, the same invoice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sqlmodel import col, select

from bookipi_app.models import Customer, Flag, Invoice, Item, Kind, Stage, SyncRecord
from bookipi_app.sandbox.company import Record
from tests.engine.simulation.bookkeeper import INVOICE_UNITS, ITEM_WIRE, WIRE, Bookkeeper
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.world import Simulated

UNITS = {
    Kind.CUSTOMER: (*WIRE, "email", "phone", "bill_address"),
    Kind.ITEM: tuple(ITEM_WIRE),
    Kind.INVOICE: INVOICE_UNITS,
}


@dataclass
class Both:
    """Two people at once."""

    world: Simulated
    chance: Random
    journal: Journal
    owner: Owner
    bookkeeper: Bookkeeper

    def type_customer(self) -> None:
        """The same customer, typed on both sides."""
        number = self.owner.made + 1000 + self.bookkeeper.made
        name, email = f"Both {number}", f"both{number}@example.com"
        row = self.owner.creates_customer(name=name, email=email)
        key = self.bookkeeper.creates_customer(name, PrimaryEmailAddr={"Address": email})
        self.journal.twin(Kind.CUSTOMER, row.id, key)

    def type_invoice(self) -> None:
        """The same invoice of a linked customer, typed on both sides."""
        customer = self._linked(Kind.CUSTOMER)
        assert customer.local_id is not None
        number, price = f"B{self.owner.made + self.bookkeeper.made}", Decimal(self.chance.randint(10, 99))
        key = self.bookkeeper.creates_twin_invoice(customer.remote_id or "", number, price)
        row = self.owner.creates_twin_invoice(customer.local_id, number, price)
        self.journal.twin(Kind.INVOICE, row.id, key)

    def edit_one_field(self) -> None:
        """One field of one record, on both sides before anything travels: two values for one thing."""
        kind = self.chance.choice((Kind.CUSTOMER, Kind.ITEM, Kind.INVOICE, Kind.INVOICE))
        record = self._linked(kind)
        here, there = self._row(record), self._object(record)
        unit = self.chance.choice(UNITS[kind])
        acts = [
            lambda: getattr(self.owner, f"edits_{kind.value}")(here, unit),
            lambda: getattr(self.bookkeeper, f"edits_{kind.value}")(there, unit),
        ]
        self.chance.shuffle(acts)
        for act in acts:
            act()

    def _row(self, record: SyncRecord) -> Customer | Item | Invoice:
        table = {Kind.CUSTOMER: Customer, Kind.ITEM: Item, Kind.INVOICE: Invoice}[record.kind]
        with self.world.database.reading() as session:
            row = session.get(table, record.local_id)
        if row is None or (
            isinstance(row, Invoice) and (row.trashed_at is not None or row.stage is not Stage.ISSUED)
        ):
            raise Nothing
        return row

    def _object(self, record: SyncRecord) -> Record:
        entity = record.kind.value.capitalize()
        found = self.world.sandbox.company(self.world.realm).find(entity, record.remote_id or "")
        if found is None or not found.body.get("TotalAmt", 1):
            raise Nothing
        return found

    def _linked(self, kind: Kind) -> SyncRecord:
        linked = select(SyncRecord).where(
            SyncRecord.kind == kind, SyncRecord.flag == Flag.SYNCED, col(SyncRecord.alias_of).is_(None)
        )
        with self.world.database.reading() as session:
            found = list(session.exec(linked.order_by(col(SyncRecord.id))))
        if not found:
            raise Nothing
        return self.chance.choice(found)
