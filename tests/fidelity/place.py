"""A company in QuickBooks with its settings and ours, and the mapping's context as the engine would make it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookipi_app import exactjson
from bookipi_app.ids import new_id
from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    DiscountMeaning,
    Reference,
    ShippingFallback,
    TaxSending,
)
from bookipi_app.money import SCALE
from bookipi_app.quickbooks import index, realm
from bookipi_app.quickbooks.wire import Entity
from bookipi_app.sync.carrying import MappingContext
from bookipi_app.sync.realm_context import NEEDED, SHIPPING_NAME, context_of
from tests.fidelity.believable import CUSTOMERS, ITEMS
from tests.sandbox.client import Books
from tests.sync.pretend import Links, Numbered

PRESETS = ("us-automated-tax", "us-manual-tax", "us-no-tax", "us-multicurrency", "us-tax-not-set-up")
Json = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """QuickBooks' switches, then our own decisions."""

    preset: str
    discounts_on: bool = True
    shipping_on: bool = True
    needs_code: bool = False  # the amount of tax counts only with a code beside it
    sending: TaxSending = TaxSending.AS_BILLED
    fallback: ShippingFallback = ShippingFallback.ITEM
    label: str = ""
    meaning: DiscountMeaning = DiscountMeaning.UNASKED

    def words(self) -> tuple[str, ...]:
        """What is not as it comes, for the printed mix."""
        found = {
            f"company {self.preset}": True,
            "QuickBooks' discounts off": not self.discounts_on,
            "QuickBooks' shipping off, a line instead": not self.shipping_on
            and self.fallback is ShippingFallback.ITEM,
            "QuickBooks' shipping off, refused": not self.shipping_on
            and self.fallback is ShippingFallback.REFUSE,
            "an amount of tax wants a code": self.needs_code,
            "tax as QuickBooks computes": self.sending is TaxSending.AS_COMPUTED,
            f"the discount is called {self.label}, meaning {self.meaning.value}": bool(self.label),
        }
        return tuple(word for word, holds in found.items() if holds)


@dataclass
class Place:
    """One company, opened for one setting."""

    setting: Setting
    links: Links = field(default_factory=Links)
    new_id: Any = field(default_factory=lambda: Numbered("new"))
    recent: list[Json] = field(
        default_factory=list[Json]
    )  # newest last; one list for all settings of a company
    writes: int = 0

    def __post_init__(self) -> None:
        setting = self.setting
        self.books = Books(
            setting.preset, {"webhook_delay": 0, "tax_override_needs_code": setting.needs_code}
        )
        self.books.prefer(
            SalesFormsPrefs={
                "AllowDiscount": setting.discounts_on,
                "AllowShipping": setting.shipping_on,
                "CustomTxnNumbers": True,
            }
        )
        self.preferences = realm.kept(self.books.ok("GET", "preferences")["Preferences"])
        self._join()
        self._index = self._read_index()

    def _join(self) -> None:
        sold = [
            row
            for row in self.books.query("SELECT * FROM Item MAXRESULTS 1000")["Item"]
            if row["Type"] in ("Service", "NonInventory", "Inventory")
        ]
        account = next(row for row in sold if row["Type"] == "Service")["IncomeAccountRef"]
        if self.setting.fallback is ShippingFallback.ITEM and not self.setting.shipping_on:
            self.books.post("Item", {"Name": SHIPPING_NAME, "Type": "Service", "IncomeAccountRef": account})
        for at, row in enumerate(sold):
            self.links.join("item", f"item{at}", row["Id"])
        assert len(sold) > ITEMS
        people = self.books.query("SELECT * FROM Customer MAXRESULTS 1000")["Customer"]
        for at in range(CUSTOMERS - 1):
            self.links.join("customer", f"customer{at}", people[at]["Id"])
        exempt = self.books.post(
            "Customer", {"DisplayName": "Reseller", "TaxExemptionReasonId": "9", "ResaleNum": "1"}
        )
        self.links.join("customer", f"customer{CUSTOMERS - 1}", exempt["Id"])
        self.people = {row["Id"]: row for row in [*people, exempt]}

    def _read_index(self) -> list[Reference]:
        rows: list[Reference] = []
        for entity in (Entity.TERM, Entity.TAX_CODE, Entity.TAX_RATE, Entity.ITEM):
            found = self.books.query(f"SELECT * FROM {entity} MAXRESULTS 1000").get(entity, [])
            rows += [Reference(connection_id=new_id(), **index.row(entity, obj)) for obj in found]
        return [row for row in rows if row.entity in NEEDED or row.name == SHIPPING_NAME]

    def local_rate(self) -> int:
        """What sales tax comes to where the company's customers are, in percent × 10⁷."""
        if self.setting.preset == "us-manual-tax":
            return round(Decimal("9.375") * SCALE)
        return round(Decimal("8.25") * SCALE) if self.setting.preset == "us-automated-tax" else 65_000_000

    def context(self, customer_id: str = "") -> MappingContext:
        """What the mapping knows, with what was learned of how this customer is taxed."""
        remote_id = self.links.there.get(("customer", customer_id), "")
        connection = Connection(
            company_id=UUID(int=1),
            realm_id=self.books.realm,
            status=ConnectionStatus.CONNECTED,
            first_connected_at=self.books.now,
            connected_at=self.books.now,
            default_item_id="1",
            income_account_id="1",
            preferences=self.preferences,
            tax_sending=self.setting.sending,
            shipping_fallback=self.setting.fallback,
            discount_meaning=self.setting.meaning,
        )
        made = context_of(
            connection,
            self.links,  # type: ignore[arg-type]
            self._index,
            discount_label=self.setting.label,
            customer=self.people.get(remote_id),
            recent=self.recent[:-51:-1],
        )
        return replace(made, new_id=self.new_id)

    def send(self, body: Json) -> Json:
        """One write by the app; QuickBooks' answer, which must not be a refusal."""
        self.writes += 1
        answer = self.books.ok(
            "POST", "invoice", exactjson.dumps(body).encode(), requestid=f"r{self.writes}", minorversion="75"
        )
        return self._heard(_exact(answer["Invoice"]))

    def read(self, remote_id: str) -> Json:
        """The invoice as QuickBooks has it."""
        return self._heard(_exact(self.books.read("Invoice", remote_id)))

    def person_writes(self, body: Json) -> Json | None:
        """A write by the bookkeeper, whose pages take what the interface refuses; None for a total below zero."""
        path = f"/sandbox/companies/{self.books.realm}/v3/invoice"
        headers = {"content-type": "application/json", "accept": "application/json"}
        answer = exactjson.loads(self.books.send("POST", path, headers, exactjson.dumps(body).encode()).body)
        if "cannot be negative" in str(answer.get("Fault")):
            return None
        assert "Invoice" in answer, answer
        return self._heard(answer["Invoice"])

    def _heard(self, invoice: Json) -> Json:
        self.recent.append(invoice)
        return invoice


def _exact(obj: Json) -> Json:
    """As our client reads it: decimals, never binary fractions."""
    return exactjson.loads(exactjson.dumps(obj))
