"""Section 3.5: what invoice lines sell, and how it is taxed."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.section_03_invoices import draft, problem
from tests.sandbox.facts.table import fact


@fact("3.5", "ItemRef and its account are shown by name, items below others by their whole path")
def _(books: Books) -> None:
    child = {"Name": "Night mowing", "IncomeAccountRef": {"value": "14"}, "ParentRef": {"value": "4"}}
    item = books.post("Item", {**child, "SubItem": True, "Type": "Service"})
    detail = books.invoice(line(5, item["Id"]))["Line"][0]["SalesItemLineDetail"]
    assert detail["ItemRef"] == {"value": item["Id"], "name": "Lawn mowing:Night mowing"}
    assert detail["ItemAccountRef"]["value"] == "14"


@fact("3.5", "a name sent with a reference is ignored")
def _(books: Books) -> None:
    sent = {**line(5), "SalesItemLineDetail": {"ItemRef": {"value": "3", "name": "Nonsense"}}}
    assert books.invoice(sent)["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Garden design"


@fact("3.5", "an unknown item is 2500 with the path of its reference")
def _(books: Books) -> None:
    found = problem(books, draft(line(1, "999")))
    assert (found["code"], found["element"]) == ("2500", "Line.SalesItemLineDetail.ItemRef")
    assert found["Detail"] == "Invalid Reference Id : Line.SalesItemLineDetail.ItemRef"


_NO_ITEM = {"DetailType": "SalesItemLineDetail", "Amount": 40, "SalesItemLineDetail": {"Qty": 0}}


@fact("3.5", "a line without ItemRef sells the default item", line_without_item="default_item")
def _(books: Books) -> None:
    made = books.invoice(_NO_ITEM)
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"] == {"value": "1", "name": "Services"}
    assert made["TotalAmt"] == 40


@fact("3.5", "a line without ItemRef is documentation and its amount is ignored", line_without_item="text")
def _(books: Books) -> None:
    made = books.invoice(line(5), _NO_ITEM)
    assert made["Line"][1]["DetailType"] == "DescriptionOnly"
    assert made["TotalAmt"] == 5


@fact("3.5", "a line without ItemRef needs a product or service", line_without_item="refuse")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(_NO_ITEM)) == "6440"


@fact("3.5", "TaxCodeRef omitted is NON for an item that is not taxable")
def _(books: Books) -> None:
    assert books.invoice(line(5))["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


@fact("3.5", "TaxCodeRef omitted is TAX for a taxable item", taxable_items_default_to_tax=True)
def _(books: Books) -> None:
    assert books.invoice(line(5, "9"))["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}


@fact("3.5", "TaxCodeRef omitted is NON for a taxable item too", taxable_items_default_to_tax=False)
def _(books: Books) -> None:
    assert books.invoice(line(5, "9"))["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}
