"""Our records as plain frozen values: what the pure half of the engine reads and gives back.

Ids are text, amounts whole cents, prices, quantities and percentages whole numbers × 10⁻⁷. The impure half fills these
from rows, and writes rows from them; nothing here knows a database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bookipi_app.models.record import ItemKind, LineKind, Rate, Stage, TaxMode

ONE = 10_000_000


@dataclass(frozen=True, slots=True)
class Address:
    """An address block. An empty part is absent; an address of empty parts is no address."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCustomer:
    """A customer here."""

    name: str
    id: str = ""
    company_name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    bill_address: Address = field(default_factory=Address)
    ship_address: Address = field(default_factory=Address)
    notes: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalItem:
    """An item here. `price` × 10⁻⁷."""

    name: str
    id: str = ""
    kind: ItemKind = ItemKind.SERVICE
    sku: str = ""
    description: str = ""
    price: int = 0
    taxable: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalLine:
    """A line here. `id` is empty for a line that QuickBooks added and that has no row yet."""

    id: str = ""
    kind: LineKind = LineKind.ITEM
    item_id: str = ""
    description: str = ""
    quantity: int = ONE
    price: int = 0
    amount_given_cents: int | None = None
    taxable: bool = False
    discount_kind: Rate = Rate.NONE
    discount_value: int = 0
    amount_cents: int = 0  # after the line's discount


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalInvoice:
    """An invoice here, with its lines in order and its stored sums."""

    customer_id: str
    number: str
    issue_date: date
    due_date: date
    id: str = ""
    stage: Stage = Stage.ISSUED
    terms_name: str = ""
    po_number: str = ""
    currency: str = "USD"
    discount_kind: Rate = Rate.NONE
    discount_value: int = 0
    shipping_cents: int = 0
    shipping_taxable: bool = False
    tax_mode: TaxMode = TaxMode.NONE
    tax_rate: int = 0
    tax2_rate: int = 0  # on the same amounts, in the same mode
    tax_given_cents: int | None = None
    bill_email: str = ""
    bill_address: Address = field(default_factory=Address)
    notes: str = ""
    memo: str = ""
    lines: tuple[LocalLine, ...] = ()
    subtotal_cents: int = 0
    discount_cents: int = 0
    tax_cents: int = 0  # both taxes together
    tax2_cents: int = 0
    total_cents: int = 0


LocalRecord = LocalCustomer | LocalItem | LocalInvoice
