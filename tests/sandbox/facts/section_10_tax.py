"""Section 10: US sales tax, discounts and shipping; and Canada as far as its invoices need it."""

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


@fact("10.3", "shipping is a line with SHIPPING_ITEM_ID after the subtotal, without id, quantity or price")
def _(books: Books) -> None:
    made = books.invoice(line(100), line(12, "SHIPPING_ITEM_ID", "NON", Qty=1, UnitPrice=12))
    assert made["Line"][-2]["Amount"] == 100
    detail = {"ItemRef": {"value": "SHIPPING_ITEM_ID"}, "TaxCodeRef": {"value": "NON"}}
    shown = {"Amount": 12, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    assert made["Line"][-1] == shown
    assert made["TotalAmt"] == 112


@fact("10.3", "shipping is not part of the subtotal that a percent discount takes")
def _(books: Books) -> None:
    assert books.invoice(line(100), shipping(50), discount(percent=10))["TotalAmt"] == 140


@fact("10.3", "shipping is not taxed unless its line says TAX")
def _(books: Books) -> None:
    assert tax_of(books.invoice(line(1), line(100, "SHIPPING_ITEM_ID"))) == 0
    assert tax_of(books.invoice(line(1), shipping(100, "TAX"))) == cents("8.25")


@fact("10.3", "the shipping item is no item: not in queries, not to be read")
def _(books: Books) -> None:
    rows = books.query("select * from Item maxresults 1000")["Item"]
    assert "SHIPPING_ITEM_ID" not in {row["Id"] for row in rows}
    assert books.refused("GET", "item/SHIPPING_ITEM_ID") == "2030"


@fact(
    "10.3", "with AllowShipping off a shipping line is refused as a bad reference", shipping_off_code="2500"
)
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AllowShipping": False})
    found = problem(books, draft(line(9), shipping(1)))
    assert (found["code"], found["element"]) == ("2500", "Line.SalesItemLineDetail.ItemRef")


@fact("10.3", "with AllowShipping off a shipping line is refused by a rule", shipping_off_code="6000")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AllowShipping": False})
    assert books.refused("POST", "invoice", draft(line(9), shipping(1))) == "6000"


@fact("10.3", "with shipping off an ordinary item Shipping does the same")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AllowShipping": False})
    item = books.post("Item", {"Name": "Shipping", "Type": "Service", "IncomeAccountRef": {"value": "18"}})
    assert books.invoice(line(100), line(12, item["Id"]))["TotalAmt"] == 112


@fact("14.3", "outside the US each line has its own tax code", preset=CANADA)
def _(books: Books) -> None:
    ontario, quebec = by_name(books, "HST ON"), by_name(books, "GST/QST QC")
    exempt = by_name(books, "Exempt")
    made = books.invoice(line(100, tax=ontario), line(100, tax=quebec), line(100, tax=exempt))
    assert tax_of(made) == cents("27.98")
    assert [percent for percent, _, _ in tax_lines(made)] == [13, 5, cents("9.975")]


@fact("14.3", "outside the US TAX and NON are unknown codes", preset=CANADA)
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(1, tax="TAX"))) == "2500"


@fact("14.3", "outside the US a line without a tax code is 6000", preset=CANADA, tax_code_needed_abroad=True)
def _(books: Books) -> None:
    found = problem(books, draft(line(1)))
    assert found["code"] == "6000"
    assert found["Detail"].endswith("have a GST/HST rate before you save.")


@fact(
    "14.3", "outside the US a line without a tax code is untaxed", preset=CANADA, tax_code_needed_abroad=False
)
def _(books: Books) -> None:
    assert tax_of(books.invoice(line(1))) == 0


@fact("14.3", "outside the US tax comes on top by default", preset=CANADA)
def _(books: Books) -> None:
    made = books.invoice(line(100, tax=by_name(books, "HST ON")))
    assert (made["GlobalTaxCalculation"], made["TotalAmt"]) == ("TaxExcluded", 113)


@fact("14.3", "TaxInclusive amounts contain their tax", preset=CANADA)
def _(books: Books) -> None:
    code = by_name(books, "HST ON")
    made = books.invoice(line(113, tax=code), GlobalTaxCalculation="TaxInclusive")
    assert (made["TotalAmt"], tax_of(made)) == (113, 13)
    assert tax_lines(made) == [(13, 100, 13)]


@fact("14.3", "NotApplicable means no tax, and no code is needed", preset=CANADA)
def _(books: Books) -> None:
    assert books.invoice(line(100), GlobalTaxCalculation="NotApplicable")["TotalAmt"] == 100
    made = books.invoice(line(100, tax=by_name(books, "HST ON")), GlobalTaxCalculation="NotApplicable")
    assert (made["TotalAmt"], tax_of(made)) == (100, 0)


@fact("14.3", "a change of GlobalTaxCalculation computes the tax anew", preset=CANADA)
def _(books: Books) -> None:
    made = books.invoice(line(100, tax=by_name(books, "HST ON")))
    assert tax_of(change(books, made, GlobalTaxCalculation="NotApplicable")) == 0


@fact("14.3", "GlobalTaxCalculation is one of three words", preset=CANADA)
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(GlobalTaxCalculation="Perhaps")) == "2170"


@fact("14.3", "4495.16 at 9.975 percent are 448.39, in two lines they can be 448.40", preset=CANADA)
def _(books: Books) -> None:
    code = by_name(books, "GST/QST QC")
    amounts = [cents("665.43"), cents("3829.73")]
    together = books.invoice(line(sum(amounts, Decimal(0)), tax=code))
    apart = books.invoice(*(line(amount, tax=code) for amount in amounts))
    assert [amount for _, _, amount in tax_lines(together)] == [cents("224.76"), cents("448.39")]
    assert [amount for _, _, amount in tax_lines(apart)] == [cents("224.76"), cents("448.40")]


@fact("14.3", "the rates of one tax code may belong to several agencies", preset=CANADA)
def _(books: Books) -> None:
    rates = books.read("TaxCode", by_name(books, "GST/QST QC"))["SalesTaxRateList"]["TaxRateDetail"]
    agencies = [books.read("TaxRate", rate["TaxRateRef"]["value"])["AgencyRef"]["value"] for rate in rates]
    names = [books.read("TaxAgency", agency)["DisplayName"] for agency in agencies]
    assert names == ["Canada Revenue Agency", "Revenu Québec"]
