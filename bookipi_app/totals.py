"""The one place that adds up an invoice.

Whole numbers only: cents, and prices, quantities and percentages × 10⁻⁷. Lines are rounded first, half away from zero
on the exact product, as QuickBooks checks them (its error 6070). Then the invoice's discount is taken off the subtotal
and spread over the lines by largest remainder, so that the parts always add up again; then tax is worked out once, on
everything that is taxable. Which of two equal remainders gets the odd cent depends on what the lines are, never on
their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bookipi_app.money import MOST_CENTS, SCALE, rounded

HUNDRED_PERCENT = 100 * SCALE
_SCALED_PER_CENT = SCALE // 100


class Rate(StrEnum):
    """How a discount is meant."""

    NONE = "none"
    PERCENT = "percent"
    FIXED = "fixed"


class TaxMode(StrEnum):
    """How an invoice's tax relates to its prices."""

    NONE = "none"
    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"
    DEDUCTIBLE = "deductible"


class CannotAddUp(ValueError):
    """The invoice has no valid total; `field` is the form's field and `words` its sentence."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words


@dataclass(frozen=True)
class LineInput:
    """One line. `amount_given_cents` stands in for quantity × price where QuickBooks named the amount itself."""

    quantity: int
    price: int
    taxable: bool = False
    discount_kind: Rate = Rate.NONE
    discount_value: int = 0
    amount_given_cents: int | None = None


@dataclass(frozen=True)
class InvoiceInput:
    """What a total depends on. `tax_given_cents` is a tax taken as billed instead of worked out."""

    lines: tuple[LineInput, ...]
    discount_kind: Rate = Rate.NONE
    discount_value: int = 0
    shipping_cents: int = 0
    shipping_taxable: bool = False
    tax_mode: TaxMode = TaxMode.NONE
    tax_rate: int = 0
    tax_given_cents: int | None = None


@dataclass(frozen=True)
class Totals:
    """The sums, in cents. `line_cents` are after each line's own discount and add up to `subtotal_cents`.

    `tax_cents` is added to the total when exclusive, contained in it when inclusive, taken off it when deductible.
    """

    line_cents: tuple[int, ...]
    line_gross_cents: tuple[int, ...]
    line_discount_cents: tuple[int, ...]
    subtotal_cents: int
    discount_cents: int
    discount_by_line: tuple[int, ...]
    shipping_cents: int
    taxable_cents: int
    tax_cents: int
    total_cents: int


def work_out(invoice: InvoiceInput) -> Totals:
    """The sums of an invoice.

    Raises:
        CannotAddUp: a discount exceeds what it discounts, or an amount exceeds QuickBooks' limit.
    """
    gross = tuple(_gross(line) for line in invoice.lines)
    discounts = tuple(_line_discount(index, line, gross[index]) for index, line in enumerate(invoice.lines))
    nets = tuple(amount - discount for amount, discount in zip(gross, discounts, strict=True))
    subtotal = sum(nets)
    discount = _discount("discount_value", invoice.discount_kind, invoice.discount_value, subtotal)
    spread = spread_discount(discount, nets, [line.taxable for line in invoice.lines])
    taxable = _taxable(invoice, nets, spread)
    tax = _tax(invoice, taxable)
    total = subtotal - discount + invoice.shipping_cents + _tax_on_top(invoice, tax)
    for index, amount in enumerate(gross):
        _within_limit(f"lines.{index}.price", amount)
    for amount in (subtotal, total, tax):
        _within_limit("total", amount)
    return Totals(
        line_cents=nets,
        line_gross_cents=gross,
        line_discount_cents=discounts,
        subtotal_cents=subtotal,
        discount_cents=discount,
        discount_by_line=spread,
        shipping_cents=invoice.shipping_cents,
        taxable_cents=taxable,
        tax_cents=tax,
        total_cents=total,
    )


def spread_discount(cents: int, weights: Sequence[int], taxable: Sequence[bool]) -> tuple[int, ...]:
    """Whole cents in proportion to `weights`, by largest remainder: the parts add up to `cents`.

    Equal remainders go to taxable lines, then to larger ones, so that only equal lines are told apart by position.
    """
    whole = sum(weights)
    if not cents or not whole:
        return (0,) * len(weights)
    # With a negative sum both sides change sign, so that the divisor is positive and floor and rest stay exact.
    sign = 1 if whole > 0 else -1
    shares = [divmod(sign * cents * weight, sign * whole) for weight in weights]
    parts = [quotient for quotient, _ in shares]
    order = sorted(range(len(weights)), key=lambda i: (-shares[i][1], not taxable[i], -weights[i], i))
    for index in order[: cents - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def _gross(line: LineInput) -> int:
    if line.amount_given_cents is not None:
        return line.amount_given_cents
    return rounded(line.quantity * line.price, SCALE * _SCALED_PER_CENT)


def _line_discount(index: int, line: LineInput, gross: int) -> int:
    return _discount(f"lines.{index}.discount_value", line.discount_kind, line.discount_value, gross)


def _discount(field: str, kind: Rate, value: int, amount: int) -> int:
    """The discount on an amount, in cents; a percentage of a negative amount is negative too."""
    if kind is Rate.NONE or value == 0:
        return 0
    if value < 0:
        raise CannotAddUp(field, "A discount cannot be negative.")
    if kind is Rate.PERCENT:
        if value > HUNDRED_PERCENT:
            raise CannotAddUp(field, "A discount can be at most 100%.")
        return rounded(amount * value, HUNDRED_PERCENT)
    cents = rounded(value, _SCALED_PER_CENT)
    if cents > max(amount, 0):
        raise CannotAddUp(field, "The discount is larger than the amount it is taken from.")
    return cents


def _taxable(invoice: InvoiceInput, nets: Sequence[int], spread: Sequence[int]) -> int:
    lines = zip(invoice.lines, nets, spread, strict=True)
    taxable = sum(net - part for line, net, part in lines if line.taxable)
    return taxable + (invoice.shipping_cents if invoice.shipping_taxable else 0)


def _tax(invoice: InvoiceInput, taxable: int) -> int:
    if invoice.tax_given_cents is not None:
        return invoice.tax_given_cents
    match invoice.tax_mode:
        case TaxMode.NONE:
            return 0
        case TaxMode.INCLUSIVE:
            return rounded(taxable * invoice.tax_rate, HUNDRED_PERCENT + invoice.tax_rate)
        case TaxMode.EXCLUSIVE | TaxMode.DEDUCTIBLE:
            return rounded(taxable * invoice.tax_rate, HUNDRED_PERCENT)


def _tax_on_top(invoice: InvoiceInput, tax: int) -> int:
    """What the tax adds to the total. A tax given without a mode was billed on top, as QuickBooks bills it."""
    match invoice.tax_mode:
        case TaxMode.NONE | TaxMode.EXCLUSIVE:
            return tax
        case TaxMode.INCLUSIVE:
            return 0
        case TaxMode.DEDUCTIBLE:
            return -tax


def _within_limit(field: str, cents: int) -> None:
    if abs(cents) > MOST_CENTS:
        raise CannotAddUp(field, "This comes to more than $99,999,999,999.99, the most QuickBooks can hold.")
