"""Sales tax on the wire: as billed, by an amount that QuickBooks is told to keep, or left to QuickBooks.

Under automated sales tax QuickBooks replaces every code by its own, and keeps an amount; some companies want a code
beside it all the same. Where tax is not automated the code counts, and the amount is named for each of its rates, since
such companies may not work it out themselves (`QUICKBOOKS.md` 10.1).
"""

from __future__ import annotations

from bookipi_app.models.choices import TaxSending
from bookipi_app.models.record import TaxMode
from bookipi_app.money import decimal_of_cents
from bookipi_app.sync import canon
from bookipi_app.sync.carrying import TaxCode, TaxRate, TaxSetup
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.remote_lines import Wire
from bookipi_app.sync.wire_lines import plain
from bookipi_app.totals import spread_discount

ANY_CODE = "TAX"  # QuickBooks' pseudo code for whatever applies


def is_taxed(invoice: LocalInvoice) -> bool:
    """Whether the taxable lines of an invoice are taxed at all."""
    return invoice.tax_mode is not TaxMode.NONE or invoice.tax_given_cents is not None


def detail(invoice: LocalInvoice, taxable_cents: int, setup: TaxSetup) -> Wire:
    """The fields that carry an invoice's tax; none where QuickBooks keeps none, or is to work it out by itself."""
    if not (setup.using and is_taxed(invoice)):
        return {}
    code = _code(invoice, setup)
    if setup.sending is TaxSending.AS_COMPUTED:
        return {} if setup.automated or not code else {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": code}}}
    tax: Wire = {"TotalTax": decimal_of_cents(invoice.tax_cents)}
    if code:
        tax["TxnTaxCodeRef"] = {"value": code}
    known = next((one for one in setup.codes if one.id == code), None)
    if known is not None and not setup.automated:
        tax["TaxLine"] = _by_rate(invoice.tax_cents, known, taxable_cents)
    return {"TxnTaxDetail": tax, "ShippingTaxIncludedInTotalTax": True}


def _code(invoice: LocalInvoice, setup: TaxSetup) -> str:
    """The code whose rates come to ours, the company's own before others; else the company's own."""
    if setup.automated:
        return setup.default_code or next((code.id for code in setup.codes), ANY_CODE)
    rate = invoice.tax_rate + invoice.tax2_rate
    alike = [code.id for code in setup.codes if rate and canon.scaled(code.percent) == rate]
    return setup.default_code if setup.default_code in alike or not alike else alike[0]


def _by_rate(tax_cents: int, code: TaxCode, taxable_cents: int) -> list[Wire]:
    weights = [canon.scaled(rate.percent) for rate in code.rates]
    shares = spread_discount(tax_cents, weights, [True] * len(weights))
    if sum(shares) != tax_cents:  # a code of 0 % takes it all on its first rate
        shares = (tax_cents, *shares[1:])
    return [_tax_line(rate, share, taxable_cents) for rate, share in zip(code.rates, shares, strict=True)]


def _tax_line(rate: TaxRate, cents: int, taxable_cents: int) -> Wire:
    return {
        "DetailType": "TaxLineDetail",
        "Amount": decimal_of_cents(cents),
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate.id},
            "PercentBased": True,
            "TaxPercent": plain(rate.percent),
            "NetAmountTaxable": decimal_of_cents(taxable_cents),
        },
    }
