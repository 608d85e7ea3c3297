"""The one place that adds up an invoice.

Whole numbers only: cents, and prices, quantities and percentages × 10⁻⁷. Lines are rounded first, half away from zero
on the exact product, as QuickBooks checks them (its error 6070). Then the invoice's discount is taken off the subtotal
and spread over the lines by largest remainder, so that the parts always add up again; then each tax is worked out
once, on everything that is taxable, and rounded by itself. Which of two equal remainders gets the odd cent depends on
what the lines are, never on their order.

A second tax is another rate on the same amounts, in the same mode. Both are worked out on the amounts without tax: with
10 % and 5 % contained, 115 holds 10 and 5.
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
    """What a total depends on. `tax_given_cents` is a tax taken as billed, of both rates, instead of worked out.

    `as_found` is for what was made in QuickBooks: nothing in it is refused but what cannot be held.
    """

    lines: tuple[LineInput, ...]
    discount_kind: Rate = Rate.NONE
    discount_value: int = 0
    shipping_cents: int = 0
    shipping_taxable: bool = False
    tax_mode: TaxMode = TaxMode.NONE
    tax_rate: int = 0
    tax_given_cents: int | None = None
    tax2_rate: int = 0
    as_found: bool = False


@dataclass(frozen=True)
class Totals:
    """The sums, in cents. `line_cents` are after each line's own discount and add up to `subtotal_cents`.

    `tax_cents` is added to the total when exclusive, contained in it when inclusive, taken off it when deductible; of
    it, `tax2_cents` are the second tax. Where it is contained, `tax_in_line` and `tax_in_shipping` say where; they add
    up to it.
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
    tax2_cents: int
    tax_in_line: tuple[int, ...]
    tax_in_shipping: int
    total_cents: int


def work_out(invoice: InvoiceInput) -> Totals:
    """The sums of an invoice.

    Raises:
        CannotAddUp: a discount exceeds what it discounts, a rate or shipping makes no sense, or an amount exceeds
            QuickBooks' limit.
    """
    _check_rates(invoice)
    gross = tuple(_gross(line) for line in invoice.lines)
    discounts = tuple(_line_discount(invoice, index, gross[index]) for index in range(len(gross)))
    nets = tuple(amount - discount for amount, discount in zip(gross, discounts, strict=True))
    subtotal = sum(nets)
    discount = _discount(
        "discount_value", invoice.discount_kind, invoice.discount_value, subtotal, invoice.as_found
    )
    spread = spread_discount(discount, nets, [line.taxable for line in invoice.lines])
    taxed = _taxed(invoice, nets, spread)
    first, second = _taxes(invoice, sum(taxed))
    tax = first + second
    contained = _contained(invoice, taxed, tax)
    total = subtotal - discount + invoice.shipping_cents + tax_on_top(invoice.tax_mode, tax)
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
        taxable_cents=sum(taxed),
        tax_cents=tax,
        tax2_cents=second,
        tax_in_line=contained[:-1],
        tax_in_shipping=contained[-1],
        total_cents=total,
    )


def tax_on_top(mode: TaxMode, tax: int) -> int:
    """What a tax adds to the total. A tax given without a mode was billed on top, as QuickBooks bills it."""
    match mode:
        case TaxMode.NONE | TaxMode.EXCLUSIVE:
            return tax
        case TaxMode.INCLUSIVE:
            return 0
        case TaxMode.DEDUCTIBLE:
            return -tax


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


def computed_tax(
    amounts: Sequence[int], rates: Sequence[int], discount: int = 0, subtotal: int = 0, untouched: int = 0
) -> int:
    """The tax that QuickBooks works out itself: rounded for each line and rate, then added up (`QUICKBOOKS.md` 10.1).

    `amounts` are the taxed lines and `untouched` taxed shipping; the discount is taken off every line in proportion,
    without rounding.
    """
    kept, whole = (subtotal - discount, subtotal) if discount and subtotal else (1, 1)
    if whole < 0:
        kept, whole = -kept, -whole
    lines = (rounded(amount * kept * rate, whole * HUNDRED_PERCENT) for amount in amounts for rate in rates)
    return sum(lines) + sum(rounded(untouched * rate, HUNDRED_PERCENT) for rate in rates)


def _gross(line: LineInput) -> int:
    if line.amount_given_cents is not None:
        return line.amount_given_cents
    return rounded(line.quantity * line.price, SCALE * _SCALED_PER_CENT)


def _line_discount(invoice: InvoiceInput, index: int, gross: int) -> int:
    line, field = invoice.lines[index], f"lines.{index}.discount_value"
    return _discount(field, line.discount_kind, line.discount_value, gross, invoice.as_found)


def _discount(field: str, kind: Rate, value: int, amount: int, as_found: bool) -> int:
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
    if cents > max(amount, 0) and not as_found:
        raise CannotAddUp(field, "The discount is larger than the amount it is taken from.")
    return cents


def _check_rates(invoice: InvoiceInput) -> None:
    if invoice.as_found:
        return
    if invoice.shipping_cents < 0:
        raise CannotAddUp("shipping", "Shipping cannot be negative. Use a discount for what is taken off.")
    for field, rate in (("tax_rate", invoice.tax_rate), ("tax2_rate", invoice.tax2_rate)):
        if not 0 <= rate <= HUNDRED_PERCENT:
            raise CannotAddUp(field, "A tax is between 0% and 100%.")


def _taxed(invoice: InvoiceInput, nets: Sequence[int], spread: Sequence[int]) -> tuple[int, ...]:
    """What is taxed of each line after the discount, and of shipping last."""
    lines = zip(invoice.lines, nets, spread, strict=True)
    taxed = [net - part if line.taxable else 0 for line, net, part in lines]
    return (*taxed, invoice.shipping_cents if invoice.shipping_taxable else 0)


def _taxes(invoice: InvoiceInput, taxable: int) -> tuple[int, int]:
    rates = (invoice.tax_rate, invoice.tax2_rate)
    if invoice.tax_given_cents is not None:
        second = spread_discount(invoice.tax_given_cents, rates, (True, False))[1]
        return invoice.tax_given_cents - second, second
    if invoice.tax_mode is TaxMode.NONE:
        return 0, 0
    whole = HUNDRED_PERCENT + (sum(rates) if invoice.tax_mode is TaxMode.INCLUSIVE else 0)
    first, second = (rounded(taxable * rate, whole) for rate in rates)
    return first, second


def _contained(invoice: InvoiceInput, taxed: Sequence[int], tax: int) -> tuple[int, ...]:
    if invoice.tax_mode is not TaxMode.INCLUSIVE:
        return (0,) * len(taxed)
    return spread_discount(tax, taxed, [part != 0 for part in taxed])


def _within_limit(field: str, cents: int) -> None:
    if abs(cents) > MOST_CENTS:
        raise CannotAddUp(field, "This comes to more than $99,999,999,999.99, the most QuickBooks can hold.")
