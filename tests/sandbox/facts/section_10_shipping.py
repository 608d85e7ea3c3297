"""Section 10.3: shipping."""

from tests.sandbox.client import Books, discount, line, shipping
from tests.sandbox.facts.section_03_invoices import draft, problem
from tests.sandbox.facts.section_10_tax import cents, tax_of
from tests.sandbox.facts.table import fact


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
