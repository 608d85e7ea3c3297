"""The rows of an invoice's taxes as they are printed: one or two, with their rates where they were worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookipi_app.models import TaxMode
from bookipi_app.money import format_cents, format_scaled

NAMES = ("Sales tax", "Second tax")  # until somebody gives them others


@dataclass(frozen=True)
class OneTax:
    """A tax of an invoice: its name (empty: the usual one), its rate × 10⁷ and its amount."""

    name: str
    rate: int
    cents: int


def tax_rows(
    mode: TaxMode, taxes: Sequence[OneTax], *, as_billed: bool, currency: str = "USD"
) -> tuple[tuple[str, str], ...]:
    """Label and amount of each tax; a second one only if it has a rate. `as_billed`: an amount, whatever the rate."""
    whole = sum(tax.cents for tax in taxes)
    if mode is TaxMode.NONE and not (as_billed and whole):
        return ()
    shown = [(at, tax) for at, tax in enumerate(taxes) if not at or tax.rate]
    if len(shown) == 1:
        shown = [(0, OneTax(taxes[0].name, taxes[0].rate, whole))]
    sign = -1 if mode is TaxMode.DEDUCTIBLE else 1
    return tuple(
        (_label(mode, tax, NAMES[at], as_billed), format_cents(sign * tax.cents, currency))
        for at, tax in shown
    )


def _label(mode: TaxMode, tax: OneTax, usual: str, as_billed: bool) -> str:
    name = tax.name or usual
    how = {TaxMode.INCLUSIVE: " included", TaxMode.DEDUCTIBLE: " deducted"}.get(mode, "")
    percent = f" ({format_scaled(tax.rate)}%)" if tax.rate and not as_billed else ""
    return f"{name}{how}{percent}"
