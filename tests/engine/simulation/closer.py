"""The bookkeeper once more: what joins, hides, ends and pays, and what is filled in that nobody here knows."""

from __future__ import annotations

from dataclasses import dataclass

from bookipi_app.models import Kind
from bookipi_app.sandbox.company import Record
from tests.engine import bookkeeper
from tests.engine.simulation.bookkeeper import THERE, Bookkeeper
from tests.engine.simulation.faces import clean_name
from tests.engine.simulation.journal import Nothing
from tests.engine.simulation.world import Refused

UNKNOWN = (("Customer", "ResaleNum"), ("Item", "PurchaseDesc"), ("Invoice", "TrackingNum"))


@dataclass
class Closer(Bookkeeper):
    """The whole of one person in QuickBooks."""

    def merges(self) -> None:
        """Two customers become one."""
        records = [one for one in self._records("Customer") if one.active]
        if len(records) < 2:
            raise Nothing
        winner, loser = self.chance.sample(records, 2)
        self._merge(Kind.CUSTOMER, winner, loser)

    def merges_items(self) -> None:
        """Two items become one."""
        records = [one for one in self._records("Item") if one.active and one.body["Type"] == "Service"]
        if len(records) < 2:
            raise Nothing
        winner, loser = self.chance.sample(records, 2)
        self._merge(Kind.ITEM, winner, loser)

    def _merge(self, kind: Kind, winner: Record, loser: Record) -> None:
        try:
            bookkeeper.control(
                self.world, "/merge", winner=winner.id, loser=loser.id, kind=kind.value.capitalize()
            )
        except AssertionError as refusal:
            raise Refused(str(refusal)) from None
        self.journal.ended(THERE, kind, loser.id, "merge")
        self.journal.ended(THERE, kind, winner.id, "survive")

    def nests(self) -> None:
        """A customer becomes a sub-customer of another."""
        records = [one for one in self._records("Customer") if one.active]
        if len(records) < 2:
            raise Nothing
        parent, child = self.chance.sample(records, 2)
        self.world.change("Customer", child.id, ParentRef={"value": parent.id}, Job=True)
        self.journal.tell(f"there {child.id} is below {parent.id}")
        self.journal.unknown["Customer", child.id, "Job"] = True

    def fills_in(self) -> None:
        """A field that nobody here knows."""
        entity, field = self.chance.choice(UNKNOWN)
        record = self._open_invoice() if entity == "Invoice" else self._any(entity, active=True)
        value = f"kept {self._next()}"
        if entity == "Invoice":
            self._change_invoice(record, **{field: value})
        else:
            self.world.change(entity, record.id, **{field: value})
        self.journal.unknown[entity, record.id, field] = value
        self.journal.tell(f"there {entity} {record.id} has {field} = {value}")

    def hides(self) -> None:
        """A customer or item becomes inactive, or active again."""
        entity = self.chance.choice(("Customer", "Item"))
        record = self._any(entity)
        active = record.active
        name = "DisplayName" if entity == "Customer" else "Name"
        clean = {} if active else {name: clean_name(record.body, name)}
        self.world.change(entity, record.id, Active=not active, **clean)
        self.journal.ended(THERE, Kind(entity.lower()), record.id, "archive" if active else "restore")

    def deletes(self) -> None:
        """An invoice is deleted."""
        record = self._any("Invoice")
        bookkeeper.delete(self.world, record.id)
        self.journal.ended(THERE, Kind.INVOICE, record.id, "delete")

    def voids(self) -> None:
        """An invoice is made void."""
        record = self._open_invoice()
        bookkeeper.void(self.world, record.id)
        self.journal.ended(THERE, Kind.INVOICE, record.id, "void")

    def pays(self) -> None:
        """A payment is applied to an invoice."""
        record = self._open_invoice()
        balance = self.world.shown(record)["Balance"]
        if balance < 1:
            raise Nothing
        paid = bookkeeper.pay(self.world, record.id, 1)
        self.journal.payments_there[paid["Id"]] = 1
        self.journal.tell(f"there pays {record.id}")
