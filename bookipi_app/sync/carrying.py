"""What the mapping carries with it: the realm's references and settings, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from bookipi_app import ids
from bookipi_app.errors import UserMustAct
from bookipi_app.models.choices import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.models.record import Kind
from bookipi_app.sync import fields
from bookipi_app.sync.records import LocalRecord
from bookipi_app.sync.snapshot import Agreement, Snapshot, Wire


class CannotCarry(UserMustAct):
    """One side has no counterpart for something in this record; `cause` is for code, `words` for people."""

    def __init__(self, words: str, cause: str) -> None:
        super().__init__(words)
        self.cause = cause


class References(Protocol):
    """Who is who on the two sides of one connection."""

    def remote_id(self, kind: Kind, local_id: str) -> str | None:
        """QuickBooks' id of our record, or None while it is not linked."""
        ...

    def local_id(self, kind: Kind, remote_id: str) -> str | None:
        """Our id of QuickBooks' record, or None while it is not linked."""
        ...


@dataclass(frozen=True, slots=True)
class Term:
    """A payment term of the realm. One that was put away there is on invoices still, and is sent with none."""

    id: str
    name: str
    days: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate of the realm, in percent."""

    id: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A sales tax code of the realm with the rates that it groups. QuickBooks takes one for a whole invoice."""

    id: str
    name: str = ""
    rates: tuple[TaxRate, ...] = ()

    @property
    def percent(self) -> Decimal:
        """All its rates together."""
        return sum((rate.percent for rate in self.rates), Decimal(0))


@dataclass(frozen=True, slots=True)
class TaxSetup:
    """The realm's sales tax (`Preferences.TaxPrefs`): `using` is UsingSalesTax, `automated` PartnerTaxEnabled = true.

    `default_code` is TaxGroupCodeRef, the company's own choice where tax is not automated; `codes` are those with
    known rates. `sending` is our setting. `customer_rates` are the rates by which QuickBooks taxed this customer last,
    where tax is automated (None: not known); `customer_exempt` is a customer that QuickBooks never taxes.
    `keeps_amounts` is false for a company whose automated tax was seen to ignore an amount of ours.
    """

    using: bool = True
    automated: bool = True
    default_code: str = ""
    codes: tuple[TaxCode, ...] = ()
    sending: TaxSending = TaxSending.AS_BILLED
    customer_rates: tuple[Decimal, ...] | None = None
    customer_exempt: bool = False
    keeps_amounts: bool = True


def _new_id() -> str:
    return str(ids.new_id())


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingContext:
    """What a mapping needs to know about the connection. `new_id` gives ids for lines that arrive from QuickBooks."""

    references: References
    default_item_id: str = ""  # QuickBooks' item for lines without one
    income_account_id: str = ""
    terms: tuple[Term, ...] = ()
    tax: TaxSetup = TaxSetup()
    allow_discount: bool = True
    allow_shipping: bool = True
    shipping_item_id: str = ""  # an ordinary item for shipping, where QuickBooks' own box is off
    shipping_fallback: ShippingFallback = ShippingFallback.ITEM
    discount_label: str = ""  # what the *Discount* field is called here; empty: Discount
    discount_meaning: DiscountMeaning = DiscountMeaning.UNASKED
    home_currency: str = "USD"
    customer_currency: str = ""  # in which QuickBooks keeps the invoice's customer; empty: not known
    new_id: Callable[[], str] = _new_id

    def remote_id(self, kind: Kind, local_id: str) -> str:
        """QuickBooks' id of our record. CannotCarry if it has none: the planner lets nothing travel before."""
        found = self.references.remote_id(kind, local_id) if local_id else None
        if not found:
            raise CannotCarry(f"Its {kind.value} is not in QuickBooks yet.", "missing_reference")
        return found

    def local_id(self, kind: Kind, remote_id: str) -> str:
        """Our id of QuickBooks' record. CannotCarry if it has none."""
        found = self.references.local_id(kind, remote_id) if remote_id else None
        if not found:
            raise CannotCarry(f"Its {kind.value} has not arrived from QuickBooks yet.", "missing_reference")
        return found


@dataclass(frozen=True, slots=True)
class Rendered:
    """A request's object, and our line ids in the order of its lines."""

    body: Wire
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Our record with QuickBooks' values in it, and the agreement that holds once it is stored."""

    local: LocalRecord
    agreement: Agreement


def check_limits(kind: Kind, snapshot: Snapshot) -> None:
    """Refuse here what QuickBooks would cut or refuse there.

    Raises:
        CannotCarry: a text is too long for QuickBooks, or holds a character that it does not take.
    """
    for row in fields.TABLE[kind]:
        value = snapshot.get(row.name)
        if row.owner is fields.Owner.OURS:
            continue
        if row.form is fields.Form.ADDRESS and value:
            for part, most in fields.ADDRESS_LIMITS.items():
                _check_text(f"{row.name} {part}", value[part], most, "")
        elif (
            isinstance(value, str)
            and row.limit
            and row.form is not fields.Form.DECIMAL
            and row.name != "terms"
        ):
            _check_text(row.name, value, row.limit, row.refused)


def _check_text(name: str, value: str, most: int, refused: str) -> None:
    label = name.replace("_", " ")
    if len(value) > most:
        raise CannotCarry(
            f"QuickBooks holds at most {most} characters here: {label}. Shorten it.", "too_long"
        )
    if any(character in value for character in refused):
        raise CannotCarry(
            f"QuickBooks takes no colon, tab or line break here: {label}. Take it out.", "refused_character"
        )
