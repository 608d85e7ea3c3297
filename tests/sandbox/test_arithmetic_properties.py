"""The arithmetic of invoices against a reference of a few lines, in exact fractions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.sandbox.client import Books, discount, line, shipping

STEADY = settings(deadline=None, derandomize=True)  # the same cases each time, however slow the machine

# Where an invoice goes, and the percentages of the rates that QuickBooks finds there.
PLACES = {
    "78704": ("6.25", "1", "1"),
    "78664": ("6.25", "1.75"),
    "95112": ("6.25", "3.125"),
    "98101": ("6.5",),
    "89501": (),
}


@dataclass(frozen=True)
class Row:
    """A sales line: an amount of its own, or a quantity at a price."""

    taxed: bool
    amount: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None


@dataclass(frozen=True)
class Bill:
    """A random invoice."""

    rows: list[Row]
    percent_off: Decimal | None
    amount_off: Decimal | None
    discount_first: bool
    shipping: Decimal | None
    shipping_taxed: bool
    zip_code: str


def to_cents(amount: Fraction) -> Fraction:
    """Half up, away from zero, as a decimal would be rounded."""
    cents = floor(abs(amount) * 100 + Fraction(1, 2))
    return Fraction(cents if amount >= 0 else -cents, 100)


def decimals(most: int, places: int, least: int = 0) -> st.SearchStrategy[Decimal]:
    scale = 10**places
    return st.integers(least * scale, most * scale).map(lambda number: Decimal(number).scaleb(-places))


MONEY = st.one_of(decimals(20, 2), decimals(100_000, 2))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    if draw(st.booleans()):
        quantity, price = draw(decimals(500, 3, -20)), draw(decimals(400, 7))
        product = to_cents(Fraction(quantity) * Fraction(price))
        return Row(draw(st.booleans()), decimal_of(product), quantity, price)
    return Row(draw(st.booleans()), draw(st.one_of(MONEY, decimals(50, 2, -50))))


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    kind = draw(st.sampled_from(["none", "percent", "amount"]))
    return Bill(
        rows=draw(st.lists(rows(), min_size=1, max_size=7)),
        percent_off=draw(st.one_of(decimals(100, 0), decimals(100, 4))) if kind == "percent" else None,
        amount_off=draw(MONEY) if kind == "amount" else None,
        discount_first=draw(st.booleans()),
        shipping=draw(st.one_of(st.none(), decimals(300, 2))),
        shipping_taxed=draw(st.booleans()),
        zip_code=draw(st.sampled_from(sorted(PLACES))),
    )


def decimal_of(amount: Fraction) -> Decimal:
    return Decimal(int(amount * 100)).scaleb(-2)


@dataclass(frozen=True)
class Reckoning:
    """What the reference makes of a bill."""

    subtotal: Fraction
    discount: Fraction
    taxes: list[Fraction]
    total: Fraction


def reckon(bill: Bill) -> Reckoning:
    subtotal = sum((Fraction(row.amount) for row in bill.rows), Fraction(0))
    off = to_cents(subtotal * Fraction(bill.percent_off or 0) / 100) + Fraction(bill.amount_off or 0)
    left = (subtotal - off) / subtotal if bill.discount_first and subtotal else Fraction(1)
    taxable = [Fraction(row.amount) * left for row in bill.rows if row.taxed]
    taxable += [Fraction(bill.shipping)] if bill.shipping is not None and bill.shipping_taxed else []
    rates = PLACES[bill.zip_code] if taxable else ()
    taxes = [sum((to_cents(part * Fraction(rate) / 100) for part in taxable), Fraction(0)) for rate in rates]
    total = subtotal - off + Fraction(bill.shipping or 0) + sum(taxes, Fraction(0))
    return Reckoning(subtotal, off, taxes, total)


def body_of(bill: Bill) -> dict[str, Any]:
    lines = [sales_line(row) for row in bill.rows]
    if bill.percent_off is not None:
        lines.append(discount(percent=bill.percent_off))
    elif bill.amount_off is not None:
        lines.append(discount(amount=bill.amount_off))
    if bill.shipping is not None:
        lines.append(shipping(bill.shipping, "TAX" if bill.shipping_taxed else "NON"))
    state = {"7": "TX", "9": "CA"}[bill.zip_code[0]] if bill.zip_code != "89501" else "NV"
    return {
        "CustomerRef": {"value": "3"},
        "Line": lines,
        "ApplyTaxAfterDiscount": bill.discount_first,
        "ShipAddr": {"PostalCode": bill.zip_code, "CountrySubDivisionCode": state},
    }


def sales_line(row: Row) -> dict[str, Any]:
    detail: dict[str, Any] = {} if row.quantity is None else {"Qty": row.quantity, "UnitPrice": row.price}
    return line(row.amount, tax="TAX" if row.taxed else "NON", **detail)


@cache
def books() -> Books:
    """One company for all cases: what is asserted does not hang on what else is in its books."""
    return Books()


def amounts_of(invoice: dict[str, Any], kind: str) -> list[Fraction]:
    return [Fraction(entry["Amount"]) for entry in invoice["Line"] if entry["DetailType"] == kind]


@STEADY
@given(bills())
def test_totals_are_the_reference_s(bill: Bill):
    expected = reckon(bill)
    assume(expected.total >= 0)
    made = books().post("Invoice", body_of(bill))
    tax = made["TxnTaxDetail"]
    assert amounts_of(made, "SubTotalLineDetail") == [expected.subtotal]
    assert sum(amounts_of(made, "DiscountLineDetail"), Fraction(0)) == expected.discount
    assert [Fraction(entry["Amount"]) for entry in tax.get("TaxLine", [])] == expected.taxes
    assert Fraction(tax["TotalTax"]) == sum(expected.taxes, Fraction(0))
    assert Fraction(made["TotalAmt"]) == Fraction(made["Balance"]) == expected.total


@STEADY
@given(bills())
def test_a_negative_total_is_refused_and_nothing_else(bill: Bill):
    status, answer = books().call("POST", "invoice", body_of(bill))
    assert status == (200 if reckon(bill).total >= 0 else 400)
    if status == 400:
        assert answer["Fault"]["Error"][0]["code"] == "6000"


@STEADY
@given(bills(), decimals(5_000, 2))
def test_a_stated_tax_is_kept_to_the_cent_and_spread_without_loss(bill: Bill, stated: Decimal):
    body = {**body_of(bill), "TxnTaxDetail": {"TotalTax": stated}, "ShippingTaxIncludedInTotalTax": True}
    expected = reckon(bill)
    assume(expected.total - sum(expected.taxes, Fraction(0)) >= 0)
    made = books().post("Invoice", body)
    tax = made["TxnTaxDetail"]
    assert tax["TotalTax"] == stated
    assert "TaxLine" not in tax or sum(entry["Amount"] for entry in tax["TaxLine"]) == stated
    assert Fraction(made["TotalAmt"]) == expected.total - sum(expected.taxes, Fraction(0)) + Fraction(stated)


@STEADY
@given(bills())
def test_sending_an_invoice_back_as_it_was_read_changes_no_amount(bill: Bill):
    assume(reckon(bill).total >= 0)
    made = books().post("Invoice", body_of(bill))
    again = books().post("Invoice", made)
    for name in ("TotalAmt", "Balance", "TxnTaxDetail", "Line"):
        assert again[name] == made[name]


@STEADY
@given(decimals(2_000, 7, -2_000), decimals(2_000, 7), st.integers(-3, 3))
def test_only_the_product_rounded_half_up_is_an_amount(quantity: Decimal, price: Decimal, beside: int):
    assume(quantity and price)
    product = to_cents(Fraction(quantity) * Fraction(price))
    amount = decimal_of(product + Fraction(beside, 100))
    # A credit beside it keeps the total above zero.
    body = {"CustomerRef": {"value": "3"}, "Line": [line(10**7), line(amount, Qty=quantity, UnitPrice=price)]}
    status, answer = books().call("POST", "invoice", body)
    if beside:
        assert answer["Fault"]["Error"][0]["code"] == "6070"
    else:
        assert status == 200
        assert answer["Invoice"]["Line"][1]["Amount"] == amount


@STEADY
@given(st.lists(decimals(300, 2), min_size=1, max_size=5), decimals(1_000, 2))
def test_payments_and_balance_add_up_to_the_total(paid: list[Decimal], total: Decimal):
    made = books().invoice(line(total))
    owed = total
    for amount in paid:
        applied = min(amount, owed)
        link = {"TxnId": made["Id"], "TxnType": "Invoice"}
        body = {"CustomerRef": {"value": "3"}, "TotalAmt": amount}
        payment = books().post("Payment", {**body, "Line": [{"Amount": applied, "LinkedTxn": [link]}]})
        owed -= applied
        assert payment["UnappliedAmt"] == amount - applied
        assert books().read("Invoice", made["Id"])["Balance"] == owed
