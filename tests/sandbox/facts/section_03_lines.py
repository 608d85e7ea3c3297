"""Section 3.5: invoice lines, their ids, their order and their kinds."""

from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, discount, line
from tests.sandbox.facts.section_03_invoices import TEXT, bundle, change, draft, grouped, problem
from tests.sandbox.facts.table import fact


@fact("3.5", "lines get ids and numbers in their order")
def _(books: Books) -> None:
    made = books.invoice(line(10), TEXT, line(20))
    assert [(entry["Id"], entry["LineNum"]) for entry in made["Line"][:-1]] == [("1", 1), ("2", 2), ("3", 3)]


@fact("3.5", "the overall subtotal line is always appended and has no id")
def _(books: Books) -> None:
    subtotal = books.invoice(line(10), line(20))["Line"][-1]
    assert subtotal == {"Amount": 30, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}


@fact("3.5", "a sent subtotal line is ignored")
def _(books: Books) -> None:
    sent = {"Amount": 7, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    made = books.invoice(line(10), sent)
    assert (len(made["Line"]), made["Line"][-1]["Amount"], made["TotalAmt"]) == (2, 10, 10)


@fact("3.5", "the amount of a description-only line is ignored")
def _(books: Books) -> None:
    made = books.invoice(line(10), TEXT)
    assert "Amount" not in made["Line"][1]
    assert made["Line"][1]["DescriptionLineDetail"] == {}
    assert made["TotalAmt"] == 10


@fact("3.5", "a description that starts with Subtotal: is an inline subtotal and adds nothing")
def _(books: Books) -> None:
    inline = {"DetailType": "DescriptionOnly", "Description": "Subtotal: 10.00", "Amount": 10}
    made = books.invoice(line(10), inline, line(5))
    assert made["Line"][1]["Description"] == "Subtotal: 10.00"
    assert made["TotalAmt"] == 15


@fact("3.5", "a description has 4000 characters at most")
def _(books: Books) -> None:
    assert len(books.invoice({**line(1), "Description": "d" * 4000})["Line"][0]["Description"]) == 4000
    assert books.refused("POST", "invoice", draft({**line(1), "Description": "d" * 4001})) == "2050"


@fact("3.5", "a line without DetailType is 2020, one of an unknown type 2170")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft({"Amount": 1})) == "2020"
    assert books.refused("POST", "invoice", draft({"Amount": 1, "DetailType": "Gift"})) == "2170"
    assert books.refused("POST", "invoice", draft({"Amount": 1, "DetailType": "TaxLineDetail"})) == "2170"


@fact("3.5", "a sales line needs its Amount, quantity and price alone are not enough")
def _(books: Books) -> None:
    bare = {**line(1, Qty=2, UnitPrice=3)}
    del bare["Amount"]
    found = problem(books, draft(bare))
    assert (found["code"], found["element"]) == ("2020", "Line.Amount")


@fact("3.5", "a discount line comes after the subtotal and has no id")
def _(books: Books) -> None:
    made = books.invoice(discount(amount=3), line(10))
    kinds = [entry["DetailType"] for entry in made["Line"]]
    assert kinds == ["SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"]
    assert "Id" not in made["Line"][2]


@fact("3.5", "there is one discount line at most")
def _(books: Books) -> None:
    twice = draft(line(10), discount(amount=1), discount(amount=2))
    assert books.refused("POST", "invoice", twice) == "6000"


@fact("3.5", "a bundle's own amount is 0, the money is in its inner lines")
def _(books: Books) -> None:
    made = books.invoice(grouped(bundle(books), line(150, Qty=2, UnitPrice=75), line(90, "9")), line(10))
    assert made["Line"][0]["Amount"] == 0
    assert [entry["Amount"] for entry in made["Line"][0]["GroupLineDetail"]["Line"]] == [150, 90]
    assert made["Line"][-1]["Amount"] == 250


@fact("3.5", "a bundle's inner lines have ids of their own and are taxed one by one")
def _(books: Books) -> None:
    made = books.invoice(grouped(bundle(books), line(150), line(100, "9", "TAX")))
    inner = made["Line"][0]["GroupLineDetail"]["Line"]
    assert [made["Line"][0]["Id"], *(entry["Id"] for entry in inner)] == ["1", "2", "3"]
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("8.25")


@fact("3.5", "a bundle sent without lines brings the parts of its item")
def _(books: Books) -> None:
    made = books.invoice(grouped(bundle(books), Quantity=2))
    parts = made["Line"][0]["GroupLineDetail"]["Line"]
    assert [(part["SalesItemLineDetail"]["Qty"], part["Amount"]) for part in parts] == [
        (4, 300),
        (2, Decimal("179.9")),
    ]


@fact("3.5", "a bundle's inner lines are checked like others")
def _(books: Books) -> None:
    item = bundle(books)
    assert books.refused("POST", "invoice", draft(grouped(item, line(7, Qty=2, UnitPrice=3)))) == "6070"
    assert books.refused("POST", "invoice", draft(grouped(item, discount(amount=1)))) == "2170"
    assert books.refused("POST", "invoice", draft(grouped("3", line(7)))) == "2500"


@fact("3.5", "a bundle is no item of a sales line")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(7, bundle(books)))) == "2500"


@fact("3.5", "an update keeps the ids it knows, and gives new lines fresh ones")
def _(books: Books) -> None:
    made = books.invoice(line(10), line(20), line(30))
    changed = change(books, made, Line=[{**made["Line"][1], "Amount": 25}, line(5)])
    assert [entry.get("Id") for entry in changed["Line"]] == ["2", "4", None]


@fact("3.5", "a line id that is unknown, zero or used twice makes a new line")
def _(books: Books) -> None:
    made = books.invoice(line(10))
    sent = [{**line(amount), "Id": known} for amount, known in ((1, "77"), (2, "0"), (3, "1"), (4, "1"))]
    changed = change(books, made, Line=sent)
    assert [entry["Id"] for entry in changed["Line"][:-1]] == ["2", "3", "1", "4"]


@fact("3.5", "lines a person left unequal in the books cannot be sent again, the header still can")
def _(books: Books) -> None:
    body = draft(line(50, Qty=2, UnitPrice=30))
    made = books.control("POST", f"companies/{books.realm}/v3/invoice", body)["Invoice"]
    head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    assert books.refused("POST", "invoice", {**head, "Line": made["Line"]}) == "6070"
    assert books.post("Invoice", {**head, "PrivateNote": "x"})["TotalAmt"] == 50


@fact("3.5", "a line's service date, class and per-line discount fields are kept as sent")
def _(books: Books) -> None:
    kept: dict[str, Any] = {"ServiceDate": "2026-10-30", "DiscountRate": 5}
    detail = books.invoice(line(5, **kept))["Line"][0]["SalesItemLineDetail"]
    assert {name: detail[name] for name in kept} == kept
    assert books.refused("POST", "invoice", draft(line(5, ClassRef={"value": "9"}))) == "2500"
