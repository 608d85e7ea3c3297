"""What people do on both sides without knowing of each other: the same customer, the same invoice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sqlmodel import col, select

from bookipi_app.models import Flag, Kind, SyncRecord
from tests.engine.simulation.bookkeeper import Bookkeeper
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.world import Simulated


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
        linked = select(SyncRecord).where(
            SyncRecord.kind == Kind.CUSTOMER,
            SyncRecord.flag == Flag.SYNCED,
            col(SyncRecord.alias_of).is_(None),
        )
        with self.world.database.reading() as session:
            found = list(session.exec(linked.order_by(col(SyncRecord.id))))
        if not found:
            raise Nothing
        customer = self.chance.choice(found)
        assert customer.local_id is not None
        number, price = f"B{self.owner.made + self.bookkeeper.made}", Decimal(self.chance.randint(10, 99))
        key = self.bookkeeper.creates_twin_invoice(customer.remote_id or "", number, price)
        row = self.owner.creates_twin_invoice(customer.local_id, number, price)
        self.journal.twin(Kind.INVOICE, row.id, key)
