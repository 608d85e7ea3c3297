"""What QuickBooks will show of an invoice, and what it shows: the same total, another one, or nothing.

The forecast needs no call: it is made from the connection's settings, by the mapping that would carry the invoice. The
comparison is made after every write and read, part by part, to the cent; a difference has a cause and is never re-sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bookipi_app.models.record import Kind, TaxMode
from bookipi_app.money import format_cents
from bookipi_app.sync.carrying import CannotCarry, MappingContext
from bookipi_app.sync.mapping import render_create
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.remote_lines import Wire
from bookipi_app.sync.snapshot import of_local, of_remote


class ForecastKind(StrEnum):
    """What will become of an invoice's total."""

    SAME = "same"
    DIFFERS = "differs"
    WILL_NOT_SYNC = "will_not_sync"


@dataclass(frozen=True, slots=True)
class Forecast:
    """One line under the totals. `difference_cents` is QuickBooks' total minus ours."""

    kind: ForecastKind
    words: str
    difference_cents: int = 0
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a total, in cents, on both sides."""

    name: str
    here: int
    there: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Totals that differ: all parts beside each other, the cause for code, and a sentence."""

    parts: tuple[Part, ...]
    difference_cents: int
    cause: str
    words: str


_CAUSES = {
    "subtotal": "The lines come to different sums.",
    "discount": "The discount is not the same.",
    "shipping": "Shipping is not the same.",
    "tax": "QuickBooks has another amount of sales tax.",
    "total": "QuickBooks adds the parts up to another total.",
}


class _AnyReference:
    """For a forecast every customer and item counts as linked: they travel before the invoice does."""

    def remote_id(self, kind: Kind, local_id: str) -> str | None:
        return local_id or None

    def local_id(self, kind: Kind, remote_id: str) -> str | None:
        return remote_id or None


def forecast(invoice: LocalInvoice, context: MappingContext) -> Forecast:
    """What QuickBooks will show of an invoice as it is typed."""
    try:
        named = replace(invoice, customer_id=invoice.customer_id or "-")
        render_create(Kind.INVOICE, named, replace(context, references=_AnyReference()))
    except CannotCarry as refusal:
        return Forecast(ForecastKind.WILL_NOT_SYNC, f"Will not sync: {refusal.words}", cause=refusal.cause)
    on_top = 0 if invoice.tax_mode is TaxMode.INCLUSIVE else invoice.tax_cents
    if invoice.tax_cents and not context.tax.using:
        differs = format_cents(invoice.tax_cents, invoice.currency)
        words = f"Will differ by {differs}: sales tax is switched off in QuickBooks."
        return Forecast(ForecastKind.DIFFERS, words, -(on_top or invoice.tax_cents), "sales_tax_off")
    return Forecast(ForecastKind.SAME, "Same total in QuickBooks.")


def totals_compare(local: LocalInvoice, remote: Wire) -> Difference | None:
    """Both totals part by part; None when all agree to the cent.

    Two ways of saying the same are no difference: prices that contain the tax travel without it, and shipping may
    travel as an ordinary line.
    """
    here = of_local(Kind.INVOICE, local)["totals"]
    there = of_remote(Kind.INVOICE, remote).get("totals")
    if there is None:
        return None
    parts = tuple(Part(name, here[name], there[name]) for name in _CAUSES)
    differing = {part.name for part in parts if part.here != part.there}
    if "subtotal" in differing and _same_but_elsewhere(local, here, there):
        differing -= {"subtotal", "shipping"}
    if not differing:
        return None
    cause = next((name for name in ("tax", "discount", "shipping", "subtotal") if name in differing), "total")
    difference = there["total"] - here["total"]
    words = f"{_CAUSES[cause]} QuickBooks' total is {_by(difference, local.currency)}."
    return Difference(parts, difference, cause, words)


def _same_but_elsewhere(local: LocalInvoice, here: dict[str, int], there: dict[str, int]) -> bool:
    contained = here["tax"] if local.tax_mode is TaxMode.INCLUSIVE else 0
    return here["subtotal"] + here["shipping"] - contained == there["subtotal"] + there["shipping"]


def _by(cents: int, currency: str) -> str:
    if cents == 0:
        return "the same"
    return f"{format_cents(abs(cents), currency)} {'higher' if cents > 0 else 'lower'}"
