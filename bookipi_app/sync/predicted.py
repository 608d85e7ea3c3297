"""What QuickBooks will make of an object that we send: its sums, worked out here from what is known of the realm."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bookipi_app.models.record import Rate
from bookipi_app.money import rounded
from bookipi_app.sync import canon, remote_lines
from bookipi_app.sync.carrying import TaxSetup
from bookipi_app.sync.remote_lines import Wire, as_list, as_object, detail, ref
from bookipi_app.totals import HUNDRED_PERCENT, computed_tax


def parts(body: Wire, setup: TaxSetup) -> dict[str, int] | None:
    """Subtotal, discount, shipping, tax and total in cents; None where QuickBooks works out a tax that is not known."""
    money = remote_lines.money(body)
    sums: dict[str, int] = money["totals"]
    subtotal, shipping = sums["subtotal"], sums["shipping"]
    discount = sums["discount"]
    if money["discount"]["kind"] == Rate.PERCENT.value:
        discount = rounded(subtotal * canon.scaled(money["discount"]["value"]), HUNDRED_PERCENT)
    tax = _tax(body, setup, discount, subtotal)
    if tax is None:
        return None
    total = subtotal - discount + shipping + tax
    return {"subtotal": subtotal, "discount": discount, "shipping": shipping, "tax": tax, "total": total}


def rates(body: Wire, setup: TaxSetup) -> tuple[Decimal, ...] | None:
    """The rates that QuickBooks will apply, in percent; None where they are not known."""
    if setup.automated:
        return setup.customer_rates
    wanted = ref(as_object(body.get("TxnTaxDetail")), "TxnTaxCodeRef") or setup.default_code
    code = next((code for code in setup.codes if code.id == wanted), None)
    return tuple(rate.percent for rate in code.rates) if code else None


def _tax(body: Wire, setup: TaxSetup, discount: int, subtotal: int) -> int | None:
    if not setup.using or setup.customer_exempt:
        return 0
    given = as_object(body.get("TxnTaxDetail")).get("TotalTax")
    if given is not None and setup.keeps_amounts:
        return canon.cents(given)
    lines = [as_object(line) for line in as_list(body.get("Line"))]
    boxed = [line for line in lines if remote_lines.is_shipping(line)]
    amounts, untouched = _taxed(remote_lines.body_lines(body)), sum(_taxed(boxed))
    if not any(amounts) and not untouched:
        return 0
    applied = rates(body, setup)
    if applied is None:
        return None
    off = discount if body.get("ApplyTaxAfterDiscount") is True else 0
    scaled = [canon.scaled(rate) for rate in applied]
    return computed_tax(amounts, scaled, discount=off, subtotal=subtotal, untouched=untouched)


def _taxed(lines: Sequence[Wire]) -> list[int]:
    """What is taxed of each line; a bundle's parts are taxed one by one."""
    found: list[int] = []
    for line in lines:
        bundle = as_object(line.get("GroupLineDetail"))
        if bundle:
            found += _taxed([as_object(inner) for inner in as_list(bundle.get("Line"))])
        elif remote_lines.is_taxable(detail(line)):
            found.append(remote_lines.amount(line))
    return found
