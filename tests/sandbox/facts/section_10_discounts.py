"""Section 10.2: discounts."""

from tests.sandbox.client import Books, discount, line, shipping
from tests.sandbox.facts.section_03_invoices import change, draft
from tests.sandbox.facts.section_10_tax import CANADA, by_name, cents, tax_lines, tax_of, taxed
from tests.sandbox.facts.table import fact


@fact("10.2", "a percent discount is computed from the subtotal, whatever Amount was sent")
def _(books: Books) -> None:
    made = books.invoice(line(200), discount(amount=1, percent=10))
    assert (made["Line"][-1]["Amount"], made["TotalAmt"]) == (20, 180)


@fact("10.2", "an amount discount is a positive number that is deducted")
def _(books: Books) -> None:
    made = books.invoice(line(200), discount(amount=15))
    assert (made["Line"][-1]["Amount"], made["TotalAmt"]) == (15, 185)


@fact("10.2", "2 percent of 14.00 are 0.28")
def _(books: Books) -> None:
    assert books.invoice(line(14), discount(amount=cents("0.28"), percent=2))["TotalAmt"] == cents("13.72")


@fact("10.2", "half a cent of discount is rounded up")
def _(books: Books) -> None:
    assert books.invoice(line(cents("0.50")), discount(percent=1))["Line"][-1]["Amount"] == cents("0.01")


@fact("10.2", "a discount line with neither amount nor percent is 6090")
def _(books: Books) -> None:
    bare = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True}}
    for wrong in (discount(), bare, {**bare, "Amount": 5}):
        assert books.refused("POST", "invoice", draft(line(9), wrong)) == "6090"


@fact("10.2", "a negative discount is 2290, a percentage beyond 100 is 2150")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(9), discount(amount=-1))) == "2290"
    for percent in (101, -1, 10**10):
        assert books.refused("POST", "invoice", draft(line(9), discount(percent=percent))) == "2150"


@fact("10.2", "a discount greater than the invoice makes the total negative: 6000")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(9), discount(amount=10))) == "6000"


@fact("10.2", "the discount account is the preferences' default when omitted")
def _(books: Books) -> None:
    account = books.ok("GET", "preferences")["Preferences"]["SalesFormsPrefs"]["DefaultDiscountAccount"]
    detail = books.invoice(line(9), discount(amount=1))["Line"][-1]["DiscountLineDetail"]
    assert detail["DiscountAccountRef"] == {"value": account, "name": "Discounts given"}


@fact("10.2", "an unknown discount account is 2500")
def _(books: Books) -> None:
    wrong = discount(amount=1)
    wrong["DiscountLineDetail"]["DiscountAccountRef"] = {"value": "999"}
    assert books.refused("POST", "invoice", draft(line(9), wrong)) == "2500"


@fact("10.2", "with AllowDiscount off a discount line is refused", turned_off_field="refuse")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AllowDiscount": False})
    assert books.refused("POST", "invoice", draft(line(9), discount(amount=1))) == "6000"


@fact("10.2", "with AllowDiscount off a discount line is dropped", turned_off_field="drop")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AllowDiscount": False})
    made = books.invoice(line(9), discount(amount=1))
    assert (made["TotalAmt"], made["Line"][-1]["DetailType"]) == (9, "SubTotalLineDetail")


@fact("10.2", "tax is on the full amount unless ApplyTaxAfterDiscount is true")
def _(books: Books) -> None:
    made = books.invoice(taxed(200), discount(percent=50))
    assert made["ApplyTaxAfterDiscount"] is False
    assert (tax_of(made), made["TotalAmt"]) == (cents("16.5"), cents("116.5"))


@fact("10.2", "with ApplyTaxAfterDiscount the discount lowers the tax base first")
def _(books: Books) -> None:
    made = books.invoice(taxed(200), discount(percent=50), ApplyTaxAfterDiscount=True)
    assert (tax_of(made), made["TotalAmt"]) == (cents("8.25"), cents("108.25"))


@fact("10.2", "over taxed and untaxed lines a discount is spread in proportion")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), line(300), discount(amount=100), ApplyTaxAfterDiscount=True)
    assert {base for _, base, _ in tax_lines(made)} == {75}
    assert tax_of(made) == cents("6.19")


@fact("10.2", "two thirds off are two thirds off exactly, not a rounded factor", preset=CANADA)
def _(books: Books) -> None:
    code = by_name(books, "GST")
    lines = line(cents("0.30"), tax=code), line(cents("2.70"), tax=code)
    made = books.invoice(*lines, discount(amount=2), ApplyTaxAfterDiscount=True)
    assert tax_of(made) == cents("0.06")


@fact("10.2", "a discount does not touch shipping or its tax")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), shipping(10, "TAX"), discount(percent=100), ApplyTaxAfterDiscount=True)
    assert (made["TotalAmt"], tax_of(made)) == (cents("10.83"), cents("0.83"))


@fact("10.2", "a switch of ApplyTaxAfterDiscount alone computes the tax anew")
def _(books: Books) -> None:
    made = books.invoice(taxed(200), discount(percent=50))
    assert tax_of(change(books, made, ApplyTaxAfterDiscount=True)) == cents("8.25")
