"""Section 4: renames that clash, and merges."""

from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.section_03_invoices import bundle, grouped
from tests.sandbox.facts.section_04_writes import balance_of
from tests.sandbox.facts.table import fact


def merge(books: Books, winner: str, loser: str, **more: Any) -> dict[str, Any]:
    return books.control("POST", f"companies/{books.realm}/merge", {"winner": winner, "loser": loser, **more})


@fact("4", "over the API a rename to an existing name is 6240 and merges nothing")
def _(books: Books) -> None:
    body = {"Id": "3", "SyncToken": "0", "sparse": True, "DisplayName": "Priya Raman"}
    assert books.refused("POST", "customer", body) == "6240"
    assert books.read("Customer", "3")["DisplayName"] == "Daniel Okafor"


@fact("4", "after a merge all transactions of the loser are the survivor's")
def _(books: Books) -> None:
    invoice = books.invoice(line(10))
    payment = books.pay(invoice, 4)
    merge(books, "8", "3")
    for kind, record in (("Invoice", invoice), ("Payment", payment)):
        moved = books.read(kind, record["Id"])
        assert moved["CustomerRef"] == {"value": "8", "name": "Priya Raman"}


@fact("4", "after a merge the loser's invoices are found under the survivor")
def _(books: Books) -> None:
    made = books.invoice(line(10))
    merge(books, "8", "3")
    found = books.query("select * from Invoice where CustomerRef = '8'")["Invoice"]
    assert made["Id"] in {entry["Id"] for entry in found}
    assert books.query("select * from Invoice where CustomerRef = '3'") == {}


@fact("4", "after a merge the survivor owes what both owed")
def _(books: Books) -> None:
    books.invoice(line(10))
    owed = balance_of(books, "8") + balance_of(books, "3")
    merge(books, "8", "3")
    assert balance_of(books, "8") == owed


@fact("4", "after a merge the loser is gone: 610, and in no query")
def _(books: Books) -> None:
    merge(books, "8", "3")
    status, answer = books.call("GET", "customer/3")
    assert (status, answer["Fault"]["Error"][0]["code"]) == (400, "610")
    assert books.query("select * from Customer where Id = '3' and Active in (true, false)") == {}


@fact("4", "after a merge the loser's name is free")
def _(books: Books) -> None:
    merge(books, "8", "3")
    assert books.post("Customer", {"DisplayName": "Daniel Okafor"})["Id"] != "3"


@fact("4", "a merge is told by one event that names the survivor, with deletedid of the loser")
def _(books: Books) -> None:
    books.invoice(line(10))
    books.events()
    merge(books, "8", "3")
    (event,) = books.events()
    assert (event["type"], event["intuitentityid"]) == ("qbo.customer.merged.v1", "8")
    assert event["data"] == {"deletedid": "3"}


@fact("4", "transactions moved by a merge raise no event but show in the change feed")
def _(books: Books) -> None:
    made = books.invoice(line(10))
    books.later(minutes=5)
    merge(books, "8", "3")
    feed = books.ok("GET", "cdc", entities="Invoice", changedSince="2026-11-02T09:04:00-08:00")
    rows = feed["CDCResponse"][0]["QueryResponse"][0]["Invoice"]
    assert made["Id"] in {entry["Id"] for entry in rows}


@fact("4", "a merge takes the loser's sub-customers along")
def _(books: Books) -> None:
    merge(books, "8", "4")
    child = books.read("Customer", "5")
    assert child["ParentRef"]["value"] == "8"
    assert child["FullyQualifiedName"] == "Priya Raman:Lakeline Pool House"


@fact("4", "a customer merges neither with itself nor into its own sub-customer")
def _(books: Books) -> None:
    assert merge(books, "3", "3")["Fault"]["Error"][0]["code"] == "6000"
    assert merge(books, "5", "4")["Fault"]["Error"][0]["code"] == "6000"
    assert merge(books, "3", "999")["Fault"]["Error"][0]["code"] == "610"


@fact("4", "a merge of items lets invoice lines name the survivor")
def _(books: Books) -> None:
    made = books.invoice(line(10, "5"))
    books.events()
    merge(books, "4", "5", kind="Item")
    detail = books.read("Invoice", made["Id"])["Line"][0]["SalesItemLineDetail"]
    assert detail["ItemRef"] == {"value": "4", "name": "Lawn mowing"}
    assert books.refused("GET", "item/5") == "610"
    (event,) = books.events()
    assert (event["type"], event["data"]) == ("qbo.item.merged.v1", {"deletedid": "5"})


@fact("4", "a merge of items reaches into bundles")
def _(books: Books) -> None:
    made = books.invoice(grouped(bundle(books), line(10, "5")))
    merge(books, "4", "5", kind="Item")
    (inner,) = books.read("Invoice", made["Id"])["Line"][0]["GroupLineDetail"]["Line"]
    assert inner["SalesItemLineDetail"]["ItemRef"]["value"] == "4"


@fact("4", "items of different types do not merge")
def _(books: Books) -> None:
    assert merge(books, "4", "9", kind="Item")["Fault"]["Error"][0]["code"] == "6000"
