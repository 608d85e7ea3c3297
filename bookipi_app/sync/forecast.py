"""What QuickBooks will show of an invoice, and what it shows: the same total, another one, or nothing.

The forecast needs no call: the mapping renders the invoice as it would travel, and `predicted` adds it up as
QuickBooks does, by the connection's known settings. The comparison is made after every write and read, part by part,
to the cent; a difference has a cause and is never re-sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bookipi_app.models import SyncRecord
from bookipi_app.models.record import Kind, TaxMode
from bookipi_app.money import format_cents
from bookipi_app.sync import canon, fields, predicted, remote_lines
from bookipi_app.sync.carrying import CannotCarry, MappingContext
from bookipi_app.sync.mapping import render_create, render_update
from bookipi_app.sync.realm_context import NEEDED, SHIPPING_NAME, context_of
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.remote_lines import Wire, as_object, ref
from bookipi_app.sync.snapshot import Agreement, is_void, totals_of
from bookipi_app.sync.ways_out import WayOut
from bookipi_app.sync.ways_out import apply as apply_way_out

__all__ = [
    "NEEDED",
    "SHIPPING_NAME",
    "AnyReference",
    "Difference",
    "Forecast",
    "ForecastKind",
    "Linked",
    "MoneyCause",
    "Part",
    "WayOut",
    "apply_way_out",
    "context_of",
    "forecast",
    "totals_compare",
]


class ForecastKind(StrEnum):
    """What will become of an invoice's total."""

    SAME = "same"
    DIFFERS = "differs"
    DEPENDS = "depends"  # QuickBooks works out a tax whose rate is not known here yet
    WILL_NOT_SYNC = "will_not_sync"


class MoneyCause(StrEnum):
    """Why two totals differ. What keeps an invoice from travelling has its own causes: those of `CannotCarry`."""

    AUTOMATIC_TAX = "automatic_tax"
    TAX_ROUNDING = "tax_rounding"
    TAX_CODE = "tax_code"
    SALES_TAX_OFF = "sales_tax_off"
    EXEMPT_CUSTOMER = "exempt_customer"
    DISCOUNTS_OFF = "discounts_off"
    SHIPPING_OFF = "shipping_off"
    CURRENCY = "currency"
    EDITED_THERE = "edited_in_quickbooks"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a total, in cents, on both sides."""

    name: str
    here: int
    there: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """One line under the totals. `difference_cents` is QuickBooks' total minus ours, `tax_cents` QuickBooks' tax."""

    kind: ForecastKind
    words: str
    difference_cents: int = 0
    cause: str = ""
    ways_out: tuple[WayOut, ...] = ()
    parts: tuple[Part, ...] = ()
    tax_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Totals that differ: all parts beside each other, the cause for code, and a sentence."""

    parts: tuple[Part, ...]
    difference_cents: int
    cause: str
    words: str
    ways_out: tuple[WayOut, ...] = ()


PARTS = ("subtotal", "discount", "shipping", "tax", "total")

_WORDS = {
    MoneyCause.AUTOMATIC_TAX: "QuickBooks works out sales tax by the address",
    MoneyCause.TAX_ROUNDING: "QuickBooks rounds tax per line",
    MoneyCause.TAX_CODE: "QuickBooks taxes by the rates of its own tax code",
    MoneyCause.SALES_TAX_OFF: "sales tax is switched off in QuickBooks",
    MoneyCause.EXEMPT_CUSTOMER: "QuickBooks does not tax this customer",
    MoneyCause.DISCOUNTS_OFF: "discounts are switched off in QuickBooks",
    MoneyCause.SHIPPING_OFF: "shipping is switched off in QuickBooks",
    MoneyCause.CURRENCY: "QuickBooks holds it in another currency",
    MoneyCause.EDITED_THERE: "it was edited in QuickBooks",
}
_OUT_OF: dict[str, tuple[WayOut, ...]] = {
    MoneyCause.AUTOMATIC_TAX: (WayOut.SEND_TAX_AS_BILLED, WayOut.USE_QUICKBOOKS_TAX),
    MoneyCause.TAX_ROUNDING: (WayOut.SEND_TAX_AS_BILLED, WayOut.USE_QUICKBOOKS_TAX),
    MoneyCause.TAX_CODE: (WayOut.SEND_TAX_AS_BILLED, WayOut.USE_QUICKBOOKS_TAX),
    MoneyCause.SALES_TAX_OFF: (WayOut.SWITCH_ON_SALES_TAX, WayOut.REMOVE_TAX),
    MoneyCause.EXEMPT_CUSTOMER: (WayOut.REMOVE_TAX,),
    "deductible_tax": (WayOut.SWITCH_TO_EXCLUSIVE, WayOut.REMOVE_TAX),
    "discounts_off": (
        WayOut.TURN_DISCOUNT_INTO_LINE_DISCOUNTS,
        WayOut.SWITCH_ON_DISCOUNTS,
        WayOut.REMOVE_DISCOUNT,
    ),
    "shipping_off": (
        WayOut.MAKE_SHIPPING_A_LINE,
        WayOut.SEND_SHIPPING_AS_ITEM,
        WayOut.SWITCH_ON_SHIPPING,
    ),
    "renamed_discount": (WayOut.SAY_WHAT_DISCOUNT_MEANS, WayOut.REMOVE_DISCOUNT),
    "not_a_discount": (WayOut.REMOVE_DISCOUNT, WayOut.SAY_WHAT_DISCOUNT_MEANS),
    "foreign_line": (WayOut.REMOVE_FOREIGN_LINES,),
    "default_item": (WayOut.CHOOSE_ITEM,),
}


class AnyReference:
    """For a forecast every customer and item counts as linked: they travel before the invoice does."""

    def remote_id(self, kind: Kind, local_id: str) -> str | None:
        """The id itself."""
        return local_id or None

    def local_id(self, kind: Kind, remote_id: str) -> str | None:
        """The id itself."""
        return remote_id or None


@dataclass(frozen=True, slots=True)
class Linked:
    """An invoice that is in QuickBooks already: as it is there, and what was agreed."""

    remote: Wire
    agreement: Agreement

    @classmethod
    def of(cls, record: SyncRecord | None) -> Linked | None:
        """Out of its record; None for an invoice that has to be created there."""
        if record is None or record.remote is None or record.base_local is None or record.base_remote is None:
            return None
        return cls(record.remote, Agreement(record.base_local, record.base_remote, record.base_lines or []))


def forecast(invoice: LocalInvoice, context: MappingContext, linked: Linked | None = None) -> Forecast:
    """What QuickBooks will show of an invoice as it is typed; with `linked`, once it is updated there."""
    try:
        body = _rendered(invoice, replace(context, references=AnyReference()), linked)
    except CannotCarry as refusal:
        words, ways = f"Will not sync: {refusal.words}", _OUT_OF.get(refusal.cause, ())
        return Forecast(ForecastKind.WILL_NOT_SYNC, words, cause=refusal.cause, ways_out=ways)
    there = predicted.parts(body, context.tax)
    if there is None:
        words = f"May differ: {_WORDS[MoneyCause.AUTOMATIC_TAX]}."
        ways = (WayOut.SEND_TAX_AS_BILLED,)
        return Forecast(ForecastKind.DEPENDS, words, cause=MoneyCause.AUTOMATIC_TAX.value, ways_out=ways)
    parts, differing = _beside(invoice, there)
    if not differing:
        return Forecast(ForecastKind.SAME, "Same total in QuickBooks.", parts=parts, tax_cents=there["tax"])
    cause, difference = _tax_cause(invoice, body, context), there["total"] - invoice.total_cents
    words = _will_differ(difference, invoice.currency, cause)
    ways = _OUT_OF.get(cause, ())
    return Forecast(ForecastKind.DIFFERS, words, difference, cause.value, ways, parts, there["tax"])


def _rendered(invoice: LocalInvoice, context: MappingContext, linked: Linked | None) -> Wire:
    """The invoice as QuickBooks will have it, but for what it works out itself."""
    named = replace(invoice, customer_id=invoice.customer_id or "-")
    if linked is None:
        return render_create(Kind.INVOICE, named, context).body
    remote, money = linked.remote, fields.COUPLED[fields.MONEY]
    body = render_update(Kind.INVOICE, money, named, remote, linked.agreement, context).body
    held = {"TxnTaxCodeRef": as_object(remote.get("TxnTaxDetail")).get("TxnTaxCodeRef")}
    return {**remote, "TxnTaxDetail": held, **body}


def totals_compare(
    local: LocalInvoice,
    remote: Wire,
    context: MappingContext | None = None,
    agreement: Agreement | None = None,
) -> Difference | None:
    """Both totals part by part; None when all agree to the cent.

    Two ways of saying the same are no difference: prices that contain the tax travel without it, and shipping may
    travel as an ordinary line. With `context` the cause is what was foreseen, if that is what happened.
    """
    if is_void(remote):
        return None
    there = remote_lines.totals(remote)
    parts, differing = _beside(local, there)
    if not differing:
        return None
    foreseen = None
    if context is not None:
        foreseen = forecast(local, context, Linked(remote, agreement) if agreement else None)
    cause = _cause(local, remote, differing, context, foreseen)
    difference = there["total"] - local.total_cents
    words = f"{_sentence(cause)}. QuickBooks' total is {_by(difference, local.currency)}."
    return Difference(parts, difference, cause.value, words, _OUT_OF.get(cause, ()))


def _beside(local: LocalInvoice, there: Mapping[str, int]) -> tuple[tuple[Part, ...], set[str]]:
    here = totals_of(local)
    parts = tuple(Part(name, here[name], there[name]) for name in PARTS)
    differing = {part.name for part in parts if part.here != part.there}
    if "subtotal" in differing and _same_but_elsewhere(local, here, there):
        differing -= {"subtotal", "shipping"}
    return parts, differing


def _same_but_elsewhere(local: LocalInvoice, here: Mapping[str, int], there: Mapping[str, int]) -> bool:
    """Shipping among the lines; prices without the tax that they contain here, or with it where no tax is kept."""
    contained = here["tax"] if local.tax_mode is TaxMode.INCLUSIVE else 0
    moved = here["subtotal"] + here["shipping"] - there["subtotal"] - there["shipping"]
    return moved in (0, contained)


def _cause(
    local: LocalInvoice,
    remote: Wire,
    differing: set[str],
    context: MappingContext | None,
    foreseen: Forecast | None,
) -> MoneyCause:
    there = remote_lines.totals(remote)
    if context is None or foreseen is None:
        return MoneyCause.EDITED_THERE
    if ref(remote, "CurrencyRef") not in ("", local.currency):
        return MoneyCause.CURRENCY
    if "discount" in differing and not context.allow_discount and not there["discount"]:
        return MoneyCause.DISCOUNTS_OFF
    if "shipping" in differing and not context.allow_shipping and not there["shipping"]:
        return MoneyCause.SHIPPING_OFF
    if not differing <= {"tax", "total"}:
        return MoneyCause.EDITED_THERE
    # Only the tax differs: as foreseen, or because QuickBooks worked it out, or because somebody changed it.
    if foreseen.kind is ForecastKind.DIFFERS and foreseen.tax_cents == there["tax"]:
        return MoneyCause(foreseen.cause)
    if not there["tax"] and not context.tax.using:
        return MoneyCause.SALES_TAX_OFF
    return MoneyCause.AUTOMATIC_TAX if context.tax.automated else MoneyCause.EDITED_THERE


def _tax_cause(invoice: LocalInvoice, body: Wire, context: MappingContext) -> MoneyCause:
    setup = context.tax
    if not setup.using:
        return MoneyCause.SALES_TAX_OFF
    if setup.customer_exempt:
        return MoneyCause.EXEMPT_CUSTOMER
    applied = predicted.rates(body, setup) or ()
    if sum(canon.scaled(rate) for rate in applied) == invoice.tax_rate + invoice.tax2_rate:
        return MoneyCause.TAX_ROUNDING
    return MoneyCause.AUTOMATIC_TAX if setup.automated else MoneyCause.TAX_CODE


def _will_differ(difference: int, currency: str, cause: MoneyCause) -> str:
    if not difference:
        return f"Same total, but QuickBooks shows another tax: {_WORDS[cause]}."
    return f"Will differ by {format_cents(abs(difference), currency)}: {_WORDS[cause]}."


def _sentence(cause: MoneyCause) -> str:
    words = _WORDS[cause]
    return words[0].upper() + words[1:]


def _by(cents: int, currency: str) -> str:
    if cents == 0:
        return "the same"
    return f"{format_cents(abs(cents), currency)} {'higher' if cents > 0 else 'lower'}"
