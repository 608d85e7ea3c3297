"""Section 10.1: US sales tax, off and automated."""

from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, discount, line, shipping
from tests.sandbox.facts.section_03_invoices import NO_NUMBER, change, draft, problem
from tests.sandbox.facts.table import fact

AUTOMATED, MANUAL, OFF, CANADA = "us-automated-tax", "us-manual-tax", "us-no-tax", "canada"
ROUND_ROCK = {"City": "Round Rock", "CountrySubDivisionCode": "TX", "PostalCode": "78664"}
SEATTLE = {"City": "Seattle", "CountrySubDivisionCode": "WA", "PostalCode": "98101"}


def cents(text: str) -> Decimal:
    return Decimal(text)


def taxed(amount: Any, **detail: Any) -> dict[str, Any]:
    return line(amount, "9", "TAX", **detail)


def tax_of(invoice: dict[str, Any]) -> Any:
    return invoice["TxnTaxDetail"]["TotalTax"]


def tax_lines(invoice: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Percent, base and amount of each rate."""
    return [
        (entry["TaxLineDetail"]["TaxPercent"], entry["TaxLineDetail"]["NetAmountTaxable"], entry["Amount"])
        for entry in invoice["TxnTaxDetail"].get("TaxLine", [])
    ]


def tax_line(rate: str, amount: Any) -> dict[str, Any]:
    detail = {"TaxRateRef": {"value": rate}, "PercentBased": True, "TaxPercent": 5, "NetAmountTaxable": 1}
    return {"Amount": amount, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}


def override(total: Any, code: str = "", **more: Any) -> dict[str, Any]:
    named: dict[str, Any] = {"TxnTaxCodeRef": {"value": code}} if code else {}
    return {"TxnTaxDetail": {**named, "TotalTax": total, **more}}


def by_name(books: Books, name: str) -> str:
    """The id of a tax code."""
    return books.query(f"select * from TaxCode where Name = '{name}'")["TaxCode"][0]["Id"]


@fact("10.1", "a US line's tax code is TAX or NON")
def _(books: Books) -> None:
    codes = [
        entry["SalesItemLineDetail"]["TaxCodeRef"]["value"]
        for entry in books.invoice(taxed(1), line(1))["Line"][:2]
    ]
    assert codes == ["TAX", "NON"]


@fact("10.1", "any other tax code of a US line is 6100")
def _(books: Books) -> None:
    found = problem(books, draft(line(1, tax="10")))
    assert found["code"] == "6100"
    assert found["Detail"] == "Valid line TaxCodes for US should be TAX or NON. Supplied value: 10"
    assert found["element"] == "Line.SalesItemLineDetail.TaxCodeRef"


@fact("10.1", "PartnerTaxEnabled is absent where automated sales tax is not offered", preset=MANUAL)
def _(books: Books) -> None:
    assert "PartnerTaxEnabled" not in books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]


@fact(
    "10.1",
    "PartnerTaxEnabled is false where automated sales tax is available but not set up",
    preset="us-tax-not-set-up",
)
def _(books: Books) -> None:
    assert books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]["PartnerTaxEnabled"] is False


@fact("10.1", "PartnerTaxEnabled is true where automated sales tax is active", preset=AUTOMATED)
def _(books: Books) -> None:
    assert books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]["PartnerTaxEnabled"] is True


@fact("10.1", "TaxGroupCodeRef names the default tax code of a manual company", preset=MANUAL)
def _(books: Books) -> None:
    code = books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]["TaxGroupCodeRef"]["value"]
    assert books.read("TaxCode", code)["Name"] == "California"


@fact("10.1", "with sales tax off TAX and TxnTaxDetail are ignored and not stored", preset=OFF)
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(9, "1"))
    assert (made["TotalAmt"], made["TxnTaxDetail"]) == (100, {"TotalTax": 0})
    assert made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


@fact("10.1", "sales tax can be switched off by the preferences of a company that had it", preset=AUTOMATED)
def _(books: Books) -> None:
    books.prefer(TaxPrefs={"UsingSalesTax": False})
    assert tax_of(books.invoice(taxed(100))) == 0


@fact("10.1", "no tax at all is shown as TotalTax 0 alone")
def _(books: Books) -> None:
    assert books.invoice(line(5))["TxnTaxDetail"] == {"TotalTax": 0}


@fact(
    "10.1",
    "automated tax follows the ship-to address, whose code groups three rates",
)
def _(books: Books) -> None:
    made = books.invoice(taxed(100))
    assert tax_lines(made) == [(cents("6.25"), 100, cents("6.25")), (1, 100, 1), (1, 100, 1)]
    assert (tax_of(made), made["TotalAmt"]) == (cents("8.25"), cents("108.25"))


@fact("10.1", "another ZIP code means other rates")
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), ShipAddr=ROUND_ROCK)) == 8
    assert tax_of(books.invoice(taxed(100), ShipAddr=SEATTLE)) == cents("6.5")


@fact("10.1", "a ZIP code with its extension is looked up by its five digits")
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), ShipAddr={**SEATTLE, "PostalCode": "98101-1234"})) == cents("6.5")


@fact("10.1", "without a ship-to address the company's own counts")
def _(books: Books) -> None:
    nowhere = books.post("Customer", {"DisplayName": "Nowhere"})
    made = books.post("Invoice", draft(taxed(100), customer=nowhere["Id"]))
    assert tax_of(made) == cents("8.25")


@fact("10.1", "the source address counts where the destination's ZIP code is unknown in the same state")
def _(books: Books) -> None:
    waco = {"City": "Waco", "CountrySubDivisionCode": "TX", "PostalCode": "76701"}
    assert tax_of(books.invoice(taxed(100), ShipAddr=waco)) == cents("8.25")
    assert tax_of(books.invoice(taxed(100), ShipAddr=waco, ShipFromAddr=ROUND_ROCK)) == 8
    reno = {"City": "Reno", "CountrySubDivisionCode": "NV", "PostalCode": "89501"}
    assert tax_of(books.invoice(taxed(100), ShipAddr=reno)) == 0


@fact("10.1", "automated tax replaces the code that the app sends")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), TxnTaxDetail={"TxnTaxCodeRef": {"value": "1"}})
    assert books.read("TaxCode", made["TxnTaxDetail"]["TxnTaxCodeRef"]["value"])["Name"] == "Austin"
    assert tax_of(made) == cents("8.25")


@fact("10.1", "automated tax ignores the tax lines that the app sends")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), TxnTaxDetail={"TaxLine": [tax_line("1", 50)]})
    assert tax_of(made) == cents("8.25")


@fact("10.1", "a stated TotalTax with a code is honoured and spread over the rates of the company's own code")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(16, "1"))
    assert (tax_of(made), made["TotalAmt"]) == (16, 116)
    assert [amount for _, _, amount in tax_lines(made)] == [cents("12.12"), cents("1.94"), cents("1.94")]


@fact("10.1", "a stated TotalTax of 0 is honoured too")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(0, "1"))
    assert (tax_of(made), made["TotalAmt"]) == (0, 100)
    assert [amount for _, _, amount in tax_lines(made)] == [0, 0, 0]


@fact("10.1", "a stated TotalTax counts without a code as well", tax_override_needs_code=False)
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), **override(16))) == 16


@fact("10.1", "a stated TotalTax without a code is ignored", tax_override_needs_code=True)
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), **override(16))) == cents("8.25")


@fact("10.1", "UseAutomatedSalesTax true means the automated rates, whatever was stated")
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), **override(16, "1", UseAutomatedSalesTax=True))) == cents("8.25")


@fact(
    "10.1", "UseAutomatedSalesTax false leaves it to the company, which allows it", tax_override_allowed=True
)
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), **override(16, "1", UseAutomatedSalesTax=False))) == 16


@fact(
    "10.1", "UseAutomatedSalesTax false leaves it to the company, which does not", tax_override_allowed=False
)
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(16, "1", UseAutomatedSalesTax=False))
    assert tax_of(made) == cents("8.25")


@fact("10.1", "a negative TotalTax is refused")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(taxed(100), **override(-1))) == "2290"


@fact("10.1", "TotalTax as text that is no number is 2080 to 2110")
def _(books: Books) -> None:
    found = problem(books, draft(taxed(100), **override("much")))
    assert found["code"] in NO_NUMBER
    assert found["element"] == "TxnTaxDetail.TotalTax"


@fact("10.1", "with ShippingTaxIncludedInTotalTax the stated tax is all there is")
def _(books: Books) -> None:
    made = books.invoice(
        taxed(100), shipping(10, "TAX"), **override(9, "1"), ShippingTaxIncludedInTotalTax=True
    )
    assert (tax_of(made), made["TotalAmt"]) == (9, 119)


@fact("10.1", "without ShippingTaxIncludedInTotalTax QuickBooks adds its own tax on shipping")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), shipping(10, "TAX"), **override(9, "1"))
    assert (tax_of(made), made["TotalAmt"]) == (cents("9.83"), cents("119.83"))


@fact("10.1", "with shipping marked NON nothing is added to the stated tax")
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), shipping(10), **override(9, "1"))) == 9


@fact("10.1", "echoing the tax of taxed shipping does not add it again")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), shipping(10, "TAX"), **override(9, "1"))
    again = change(books, made, Line=made["Line"], TxnTaxDetail=made["TxnTaxDetail"])
    assert tax_of(again) == cents("9.83")


@fact("10.1", "an update of the ship-to address computes the tax anew")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(16, "1"))
    assert tax_of(change(books, made, ShipAddr=ROUND_ROCK)) == 8


@fact("10.1", "an update of the note leaves a stated tax alone")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(16, "1"))
    assert tax_of(change(books, made, PrivateNote="x")) == 16


@fact("10.1", "a person's edit of the lines computes the tax anew, over what an app had stated")
def _(books: Books) -> None:
    made = books.invoice(taxed(100), **override(16, "1"))
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": made["Line"]}
    edited = books.control("POST", f"companies/{books.realm}/v3/invoice", body)["Invoice"]
    assert tax_of(edited) == cents("8.25")


@fact("10.1", "an exempt customer is not taxed")
def _(books: Books) -> None:
    exempt = books.post("Customer", {"DisplayName": "Reseller", "TaxExemptionReasonId": "9"})
    assert tax_of(books.post("Invoice", draft(taxed(100), customer=exempt["Id"]))) == 0


def _captured(books: Books) -> dict[str, Any]:
    """7.96 and 2.65 less a fifth, at 13 percent."""
    code = by_name(books, "HST ON")
    lines = line(cents("7.96"), tax=code), line(cents("2.65"), tax=code)
    return books.invoice(*lines, discount(percent=20), ApplyTaxAfterDiscount=True)


@fact(
    "10.1",
    "tax is rounded per line and rate and then summed: .83 and .28 are 1.11",
    preset=CANADA,
    tax_rounding="line",
)
def _(books: Books) -> None:
    assert tax_of(_captured(books)) == cents("1.11")


@fact(
    "10.1", "tax is rounded once per rate: 13 percent of 8.49 are 1.10", preset=CANADA, tax_rounding="total"
)
def _(books: Books) -> None:
    assert tax_of(_captured(books)) == cents("1.10")


@fact("10.1", "half a cent of tax is rounded up, line by line", preset=CANADA)
def _(books: Books) -> None:
    code = by_name(books, "GST")
    assert tax_of(books.invoice(*[line(cents("0.10"), tax=code)] * 3)) == cents("0.03")
    assert tax_of(books.invoice(line(cents("0.30"), tax=code))) == cents("0.02")


@fact("10.1", "credits lower the tax")
def _(books: Books) -> None:
    assert tax_of(books.invoice(taxed(100), taxed(-40))) == cents("4.95")
