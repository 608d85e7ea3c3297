"""Section 10.1: US sales tax at rates of the company's own."""

from tests.sandbox.client import Books
from tests.sandbox.facts.section_03_invoices import NO_NUMBER, change, draft
from tests.sandbox.facts.section_10_tax import (
    MANUAL,
    OFF,
    cents,
    override,
    tax_line,
    tax_lines,
    tax_of,
    taxed,
)
from tests.sandbox.facts.table import fact


@fact("10.1", "a manual company taxes by its default code when nothing is sent", preset=MANUAL)
def _(books: Books) -> None:
    made = books.invoice(taxed(100))
    assert tax_lines(made) == [(cents("6.25"), 100, cents("6.25")), (cents("3.125"), 100, cents("3.13"))]
    assert tax_of(made) == cents("9.38")


@fact("10.1", "a customer's own default tax code goes before the company's", preset=MANUAL)
def _(books: Books) -> None:
    mine = books.post("Customer", {"DisplayName": "Tucson", "DefaultTaxCodeRef": {"value": "6"}})
    assert tax_of(books.post("Invoice", draft(taxed(100), customer=mine["Id"]))) == cents("5.6")


@fact("10.1", "in a manual company the code alone is enough", preset=MANUAL, tax_from_code_alone=True)
def _(books: Books) -> None:
    made = books.invoice(taxed(100), TxnTaxDetail={"TxnTaxCodeRef": {"value": "6"}})
    assert tax_of(made) == cents("5.6")
    assert made["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == "6"


@fact("10.1", "in a manual company the code alone comes out at 0", preset=MANUAL, tax_from_code_alone=False)
def _(books: Books) -> None:
    made = books.invoice(taxed(100), TxnTaxDetail={"TxnTaxCodeRef": {"value": "6"}})
    assert (tax_of(made), made["TotalAmt"]) == (0, 100)


@fact(
    "10.1",
    "a manual company takes code, total and tax line together",
    preset=MANUAL,
    tax_from_code_alone=False,
)
def _(books: Books) -> None:
    rate = _rate(books, "6")
    made = books.invoice(taxed(100), **override(cents("5.6"), "6", TaxLine=[tax_line(rate, cents("5.6"))]))
    assert tax_lines(made) == [(cents("5.6"), 100, cents("5.6"))]
    assert made["TotalAmt"] == cents("105.6")


def _rate(books: Books, code: str) -> str:
    return books.read("TaxCode", code)["SalesTaxRateList"]["TaxRateDetail"][0]["TaxRateRef"]["value"]


@fact("10.1", "a manual company keeps the amounts of the tax lines as they are sent", preset=MANUAL)
def _(books: Books) -> None:
    lines = [tax_line("1", 4), tax_line("2", 3)]
    made = books.invoice(taxed(100), **override(7, "1", TaxLine=lines))
    assert [amount for _, _, amount in tax_lines(made)] == [4, 3]


@fact("10.1", "without TotalTax the tax lines add up to it", preset=MANUAL)
def _(books: Books) -> None:
    wanted = {"TxnTaxCodeRef": {"value": "1"}, "TaxLine": [tax_line("1", 4), tax_line("2", 3)]}
    assert tax_of(books.invoice(taxed(100), TxnTaxDetail=wanted)) == 7


@fact("10.1", "tax lines that do not add up to TotalTax are 6170", preset=MANUAL)
def _(books: Books) -> None:
    body = draft(taxed(100), **override(8, "1", TaxLine=[tax_line("1", 4), tax_line("2", 3)]))
    assert books.refused("POST", "invoice", body) == "6170"


@fact("10.1", "a tax line needs an amount and a rate that exists", preset=MANUAL)
def _(books: Books) -> None:
    no_amount = {"DetailType": "TaxLineDetail", "TaxLineDetail": {"TaxRateRef": {"value": "1"}}}
    for wrong, code in ((no_amount, "2280"), ({"Amount": 1}, "2020"), (tax_line("99", 1), "2500")):
        assert books.refused("POST", "invoice", draft(taxed(1), TxnTaxDetail={"TaxLine": [wrong]})) == code


@fact("10.1", "a tax line's amount that is no number is 2080 to 2110", preset=MANUAL)
def _(books: Books) -> None:
    body = draft(taxed(1), TxnTaxDetail={"TaxLine": [tax_line("1", "much")]})
    assert books.refused("POST", "invoice", body) in NO_NUMBER


@fact(
    "10.1",
    "in a manual company a stated TotalTax without lines is spread over the code's rates",
    preset=MANUAL,
)
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(12, "1"))
    assert [amount for _, _, amount in tax_lines(made)] == [cents("8.00"), cents("4.00")]


@fact("10.1", "an unknown tax code is 2500, a pseudo code 6160", preset=MANUAL)
def _(books: Books) -> None:
    for code, refusal in (("99", "2500"), ("TAX", "6160"), ("CustomSalesTax", "6160")):
        body = draft(taxed(1), TxnTaxDetail={"TxnTaxCodeRef": {"value": code}})
        assert books.refused("POST", "invoice", body) == refusal


@fact("10.1", "tax lines echoed with new lines keep the old tax in a manual company", preset=MANUAL)
def _(books: Books) -> None:
    made = books.invoice(taxed(100))
    changed = change(books, made, Line=[taxed(300)], TxnTaxDetail=made["TxnTaxDetail"])
    assert tax_of(changed) == cents("9.38")
    assert [base for _, base, _ in tax_lines(changed)] == [300, 300]


@fact("10.1", "when lines change alone a manual company keeps the invoice's code", preset=MANUAL)
def _(books: Books) -> None:
    made = books.invoice(taxed(100), TxnTaxDetail={"TxnTaxCodeRef": {"value": "6"}})
    assert tax_of(change(books, made, Line=[taxed(200)])) == cents("11.2")


@fact("10.1", "where automated tax is available but not set up the code that is sent counts", preset=OFF)
def _(books: Books) -> None:
    books.prefer(TaxPrefs={"UsingSalesTax": True})
    assert tax_of(books.invoice(taxed(100), TxnTaxDetail={"TxnTaxCodeRef": {"value": "6"}})) == cents("5.6")
    assert tax_of(books.invoice(taxed(100))) == 0
