"""QuickBooks and the numbers of invoices: it refuses one that is used there, or gives another than ours."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import httpx
from sqlmodel import select

from bookipi_app import exactjson
from bookipi_app.models import Customer, Invoice, Kind, Side, Stage
from tests.engine import bookkeeper
from tests.engine.simulation.closer import Closer
from tests.engine.simulation.journal import Nothing
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.world import Numbering, Simulated

REFUSING, GIVING = (
    0.35,
    0.7,
)  # of the wide storms: below the first QuickBooks refuses, below the second it gives
OFTEN = 20  # the weight of the act, beside those of the others
GIVEN = 0.5  # of the new invoices
CUSTOM = {"Id": "1", "SyncToken": "0", "sparse": True, "SalesFormsPrefs": {"CustomTxnNumbers": True}}


def numbering_of(seed: int, owner: Owner, books: Closer, happens: Callable[[Fault], None]) -> Numbering:
    """What a storm's QuickBooks does with numbers. Drawn by itself: all else in a seed is as it would be without."""
    chance = Random(f"numbers {seed}")
    drawn = chance.random()
    if drawn < REFUSING:
        return Refusing(owner, books, chance, happens)
    return Giving(owner, chance, happens) if drawn < GIVING else Numbering()


class Refusing(Numbering):
    """The company writes its own numbers and refuses a used one; and people here use what is used there."""

    def __init__(self, owner: Owner, books: Closer, chance: Random, happens: Callable[[Fault], None]) -> None:
        self.owner, self.books, self.chance, self.happens = owner, books, chance, happens
        self.world: Simulated = owner.world
        self.world.sandbox.switches.change({"warn_duplicate_number": True})
        bookkeeper.control(self.world, "", preferences=CUSTOM)

    def acts(self) -> list[tuple[Callable[[], object], int]]:
        """What people do here beside all else."""
        return [(self.takes_a_number, OFTEN)]

    def takes_a_number(self) -> None:
        """An invoice of ours, new or not, gets the number of one that is in QuickBooks and not here."""
        if self.chance.random() < 0.5:
            self.books.creates_invoice()
        number = self._number_there()
        if self.chance.random() < 0.5:
            row = self._one_of(Invoice, trashed_at=None, stage=Stage.ISSUED)
            self.world.edit(row.id, number=number)
            self.owner.journal.edited(Side.HERE, Kind.INVOICE, row.id, number=number)
        else:
            price = Decimal(self.chance.randint(100, 99999)) / 100
            self.owner.creates_twin_invoice(self._one_of(Customer, active=True).id, number, price)

    def answered(self, request: httpx.Request, content: bytes) -> None:
        """A number may be refused in a batch as well."""
        for _ in range(content.count(b'"6140"')):
            self.happens(Fault.NUMBER_TAKEN)

    def _number_there(self) -> str:
        with self.world.database.reading() as session:
            ours = set(session.exec(select(Invoice.number).filter_by(company_id=self.world.company_id)))
        there = [str(one.body.get("DocNumber", "")) for one in self.world.records_there("Invoice")]
        return self._any([one for one in there if one and one not in ours])

    def _one_of(self, table: type[Any], **values: Any) -> Any:
        with self.world.database.reading() as session:
            found = select(table).filter_by(company_id=self.world.company_id, **values)
            return self._any(list(session.exec(found.order_by(table.id))))

    def _any(self, found: list[Any]) -> Any:
        if not found:
            raise Nothing
        return self.chance.choice(found)


class Giving(Numbering):
    """At times QuickBooks gives a new invoice the next of its own numbers instead of ours.

    What is sent again under the same request id has the same fate: it is remembered, or made once more like that.
    """

    def __init__(self, owner: Owner, chance: Random, happens: Callable[[Fault], None]) -> None:
        self.journal, self.chance, self.happens = owner.journal, chance, happens
        self.world: Simulated = owner.world
        self.unnumbered: dict[str, bool] = {}  # by request id
        self.made = 0

    def receives(self, request: httpx.Request) -> bytes:
        """A new invoice may lose its number before QuickBooks reads it."""
        self.made = self.world.sandbox.world.committed
        if not self._is_unnumbered(request):
            return request.content
        body: dict[str, Any] = exactjson.loads(request.content)
        body.pop("DocNumber", None)
        return exactjson.dumps(body).encode()

    def answered(self, request: httpx.Request, content: bytes) -> None:
        """An invoice that was made without ours, and not before, has a number by QuickBooks' hand."""
        if not self.unnumbered.get(_name_of(request)) or self.world.sandbox.world.committed == self.made:
            return
        made = exactjson.loads(content)["Invoice"]
        self.happens(Fault.NUMBER_GIVEN)
        self.journal.edited(Side.QUICKBOOKS, Kind.INVOICE, made["Id"], number=made["DocNumber"])

    def _is_unnumbered(self, request: httpx.Request) -> bool:
        if request.method != "POST" or not request.url.path.endswith("/invoice"):
            return False
        name = _name_of(request)
        if name not in self.unnumbered:
            new = "Id" not in exactjson.loads(request.content)
            self.unnumbered[name] = new and self.chance.random() < GIVEN
        return self.unnumbered[name]


def _name_of(request: httpx.Request) -> str:
    return request.url.params.get("requestid", "")
