"""The sums of an invoice here, by the one place that adds up."""

from __future__ import annotations

from dataclasses import replace

from bookipi_app import totals
from bookipi_app.sync.carrying import CannotCarry
from bookipi_app.sync.records import LocalInvoice, LocalLine


def of(invoice: LocalInvoice) -> totals.Totals:
    """What an invoice comes to, wherever it was made.

    Raises:
        CannotCarry: an amount is beyond what either side can hold, or a discount makes no sense.
    """
    return _worked_out(as_input(invoice))


def _worked_out(found: totals.InvoiceInput) -> totals.Totals:
    try:
        return totals.work_out(found)
    except totals.CannotAddUp as wrong:
        raise CannotCarry(f"It does not add up here: {wrong.words}", "does_not_add_up") from None


def added_up(invoice: LocalInvoice) -> LocalInvoice:
    """The invoice with its sums worked out anew."""
    sums = of(invoice)
    lines = zip(invoice.lines, sums.line_cents, strict=True)
    return replace(
        invoice,
        lines=tuple(replace(line, amount_cents=cents) for line, cents in lines),
        subtotal_cents=sums.subtotal_cents,
        discount_cents=sums.discount_cents,
        tax_cents=sums.tax_cents,
        tax2_cents=sums.tax2_cents,
        total_cents=sums.total_cents,
    )


def net_of(line: LocalLine) -> int:
    """What a line comes to after its own discount.

    Raises:
        CannotCarry: as `of`.
    """
    return _worked_out(totals.InvoiceInput((_line_input(line),), as_found=True)).subtotal_cents


def as_input(invoice: LocalInvoice) -> totals.InvoiceInput:
    """What a total depends on, taken as it is found."""
    return totals.InvoiceInput(
        lines=tuple(_line_input(line) for line in invoice.lines),
        discount_kind=totals.Rate(invoice.discount_kind.value),
        discount_value=invoice.discount_value,
        shipping_cents=invoice.shipping_cents,
        shipping_taxable=invoice.shipping_taxable,
        tax_mode=totals.TaxMode(invoice.tax_mode.value),
        tax_rate=invoice.tax_rate,
        tax2_rate=invoice.tax2_rate,
        tax_given_cents=invoice.tax_given_cents,
        as_found=True,
    )


def _line_input(line: LocalLine) -> totals.LineInput:
    return totals.LineInput(
        quantity=line.quantity,
        price=line.price,
        taxable=line.taxable,
        discount_kind=totals.Rate(line.discount_kind.value),
        discount_value=line.discount_value,
        amount_given_cents=line.amount_given_cents,
    )
