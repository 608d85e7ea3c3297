"""What a person can do about an invoice that QuickBooks would show otherwise, or not at all.

Some change the invoice: `apply` gives it as it would be, its total kept wherever that is possible. Others are a setting
here, or a switch in QuickBooks; they have no function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from bookipi_app.models.record import LineKind, Rate, TaxMode
from bookipi_app.money import SCALE
from bookipi_app.sync import sums, wire_lines
from bookipi_app.sync.records import ONE, LocalInvoice, LocalLine

_SCALED_PER_CENT = SCALE // 100


class WayOut(StrEnum):
    """One click, or where to go."""

    # Change the invoice; the total stays unless it says otherwise.
    TURN_DISCOUNT_INTO_LINE_DISCOUNTS = "turn_discount_into_line_discounts"
    TURN_LINE_DISCOUNTS_INTO_PRICES = "turn_line_discounts_into_prices"
    MAKE_SHIPPING_A_LINE = "make_shipping_a_line"
    SWITCH_TO_EXCLUSIVE = "switch_to_exclusive"  # the tax is added instead of taken off
    DROP_SECOND_TAX = "drop_second_tax"  # lowers the total
    REMOVE_TAX = "remove_tax"  # changes the total
    REMOVE_DISCOUNT = "remove_discount"  # raises the total
    REMOVE_FOREIGN_LINES = "remove_foreign_lines"  # changes the total
    USE_QUICKBOOKS_TAX = "use_quickbooks_tax"  # takes the amount that the forecast names

    # Decide it once, in Settings, Integration.
    SEND_TAX_AS_BILLED = "send_tax_as_billed"
    SEND_SHIPPING_AS_ITEM = "send_shipping_as_item"
    SAY_WHAT_DISCOUNT_MEANS = "say_what_discount_means"
    CHOOSE_ITEM = "choose_item"

    # Switch it on in QuickBooks.
    SWITCH_ON_DISCOUNTS = "switch_on_discounts"
    SWITCH_ON_SHIPPING = "switch_on_shipping"
    SWITCH_ON_SALES_TAX = "switch_on_sales_tax"


def apply(way: WayOut, invoice: LocalInvoice, tax_there: int | None = None) -> LocalInvoice | None:
    """The invoice as it would be, with its sums; None where this way changes no invoice, or not this one.

    `tax_there` is the tax in cents that QuickBooks would show (`Forecast.tax_cents`).
    """
    if way is WayOut.USE_QUICKBOOKS_TAX:
        return None if tax_there is None else sums.added_up(replace(invoice, tax_given_cents=tax_there))
    change = _CHANGES.get(way)
    changed = change(invoice) if change else None
    if changed is None or changed == invoice:
        return None
    return sums.added_up(changed)


def _discount_into_lines(invoice: LocalInvoice) -> LocalInvoice | None:
    """Each line takes its share of the discount, so that what is taxed stays the same to the cent."""
    worked_out = sums.of(invoice)
    shares, own = worked_out.discount_by_line, worked_out.line_discount_cents
    if any(share < 0 for share in shares) or sum(shares) != worked_out.discount_cents:
        return None
    lines = tuple(
        _discounted(line, before + share) if share else line
        for line, before, share in zip(invoice.lines, own, shares, strict=True)
    )
    return replace(invoice, lines=lines, discount_kind=Rate.NONE, discount_value=0)


def _discounted(line: LocalLine, cents: int) -> LocalLine:
    return replace(line, discount_kind=Rate.FIXED, discount_value=cents * _SCALED_PER_CENT)


def _discounts_into_prices(invoice: LocalInvoice) -> LocalInvoice:
    return replace(invoice, lines=tuple(_at_net_price(line) for line in invoice.lines))


def _at_net_price(line: LocalLine) -> LocalLine:
    if line.kind is not LineKind.ITEM or line.discount_kind is Rate.NONE:
        return line
    net = sums.net_of(line)
    quantity, price = wire_lines.count_at(line.quantity, net)
    words = wire_lines.with_words(line.description, wire_lines.discount_words(line))
    return replace(
        line,
        description=words,
        quantity=quantity,
        price=price,
        amount_given_cents=None,
        discount_kind=Rate.NONE,
        discount_value=0,
    )


def _shipping_into_line(invoice: LocalInvoice) -> LocalInvoice | None:
    """The discount goes into the lines first: on the invoice it would be taken off shipping too."""
    if not invoice.shipping_cents:
        return None
    settled = _discount_into_lines(invoice) if invoice.discount_cents else invoice
    if settled is None:
        return None
    line = LocalLine(
        description="Shipping",
        quantity=ONE,
        price=invoice.shipping_cents * _SCALED_PER_CENT,
        taxable=invoice.shipping_taxable,
    )
    return replace(settled, lines=(*settled.lines, line), shipping_cents=0, shipping_taxable=False)


def _exclusive(invoice: LocalInvoice) -> LocalInvoice:
    return replace(invoice, tax_mode=TaxMode.EXCLUSIVE, tax_given_cents=None)


def _one_tax(invoice: LocalInvoice) -> LocalInvoice:
    return replace(invoice, tax2_rate=0, tax_given_cents=None) if invoice.tax2_rate else invoice


def _untaxed(invoice: LocalInvoice) -> LocalInvoice:
    return replace(invoice, tax_mode=TaxMode.NONE, tax_rate=0, tax2_rate=0, tax_given_cents=None)


def _undiscounted(invoice: LocalInvoice) -> LocalInvoice:
    return replace(invoice, discount_kind=Rate.NONE, discount_value=0)


def _without_foreign(invoice: LocalInvoice) -> LocalInvoice:
    return replace(invoice, lines=tuple(line for line in invoice.lines if line.kind is not LineKind.FOREIGN))


_CHANGES: dict[WayOut, Callable[[LocalInvoice], LocalInvoice | None]] = {
    WayOut.TURN_DISCOUNT_INTO_LINE_DISCOUNTS: _discount_into_lines,
    WayOut.TURN_LINE_DISCOUNTS_INTO_PRICES: _discounts_into_prices,
    WayOut.MAKE_SHIPPING_A_LINE: _shipping_into_line,
    WayOut.SWITCH_TO_EXCLUSIVE: _exclusive,
    WayOut.DROP_SECOND_TAX: _one_tax,
    WayOut.REMOVE_TAX: _untaxed,
    WayOut.REMOVE_DISCOUNT: _undiscounted,
    WayOut.REMOVE_FOREIGN_LINES: _without_foreign,
}
