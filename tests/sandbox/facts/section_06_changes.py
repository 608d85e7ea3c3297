"""Section 6: what the change feed tells of objects."""

from tests.sandbox.client import Books
from tests.sandbox.facts.section_06_cdc import changed, edited, feed, removed
from tests.sandbox.facts.table import fact


@fact("6", "an element holds exactly one entity array, with startPosition and maxResults")
def _(books: Books) -> None:
    books.invoice()
    edited(books, "Customer", "3", Notes="x")
    customers, invoices = feed(books, "Customer,Invoice")
    assert set(customers) == {"Customer", "startPosition", "maxResults"}
    assert set(invoices) == {"Invoice", "startPosition", "maxResults", "totalCount"}
    assert (invoices["startPosition"], invoices["maxResults"], invoices["totalCount"]) == (1, 1, 1)


@fact("6", "where nothing changed there is one empty element")
def _(books: Books) -> None:
    assert feed(books, "Invoice,Customer,Item") == [{}]


@fact("6", "an entity without changes is left out", cdc_empty_elements=False)
def _(books: Books) -> None:
    made = books.invoice()
    elements = feed(books, "Customer,Invoice,Item")
    assert [element["Invoice"][0]["Id"] for element in elements] == [made["Id"]]


@fact("6", "an entity without changes leaves an empty element in its place", cdc_empty_elements=True)
def _(books: Books) -> None:
    books.invoice()
    empty, invoices, also_empty = feed(books, "Customer,Invoice,Item")
    assert (empty, also_empty) == ({}, {})
    assert "Invoice" in invoices
    assert feed(books, "Customer,Item") == [{}, {}]


@fact("14.1", "the first element is the first requested entity that changed")
def _(books: Books) -> None:
    edited(books, "Item", "4", Description="x")
    books.invoice()
    assert next(iter(feed(books, "Customer,Item,Invoice")[0])) == "Item"
    assert next(iter(feed(books, "Customer,Invoice,Item")[0])) == "Invoice"


@fact("6", "a changed object comes in full, as a read shows it")
def _(books: Books) -> None:
    made = books.invoice()
    edited(books, "Customer", "3", Notes="x")
    assert changed(books, "Invoice") == [books.read("Invoice", made["Id"])]
    assert changed(books, "Customer") == [books.read("Customer", "3")]


@fact("6", "an object that changed several times comes once, as it is now")
def _(books: Books) -> None:
    for text in ("one", "two", "three"):
        books.later(seconds=1)
        edited(books, "Item", "4", Description=text)
    (item,) = changed(books, "Item")
    assert (item["Description"], item["SyncToken"]) == ("three", "3")


@fact("6", "objects come in the order of their last change")
def _(books: Books) -> None:
    for item in ("7", "2", "9"):
        books.later(seconds=1)
        edited(books, "Item", item, Description="x")
    assert [row["Id"] for row in changed(books, "Item")] == ["7", "2", "9"]


@fact("6", "a deleted transaction comes as a tombstone with id, status and time, without SyncToken")
def _(books: Books) -> None:
    made = removed(books)
    assert changed(books, "Invoice") == [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": made["Id"],
            "MetaData": {"LastUpdatedTime": "2026-11-02T09:00:00-08:00"},
        }
    ]


@fact("6", "a tombstone carries the time of the deletion, not of the last change")
def _(books: Books) -> None:
    made = books.invoice()
    books.later(minutes=5)
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    (tombstone,) = changed(books, "Invoice", "2026-11-02T09:05:00-08:00")
    assert tombstone["MetaData"] == {"LastUpdatedTime": "2026-11-02T09:05:00-08:00"}


@fact("6", "tombstones stand among living objects and are counted with them")
def _(books: Books) -> None:
    first = removed(books)
    books.later(seconds=1)
    second = books.invoice()
    (element,) = feed(books, "Invoice")
    assert [row["Id"] for row in element["Invoice"]] == [first["Id"], second["Id"]]
    assert [row.get("status") for row in element["Invoice"]] == ["Deleted", None]
    assert element["maxResults"] == element["totalCount"] == 2


@fact("13.19", "a deletion is told by the change feed only: reading and querying know nothing of it")
def _(books: Books) -> None:
    made = removed(books)
    assert books.refused("GET", f"invoice/{made['Id']}") == "610"
    assert books.query("select * from Invoice where MetaData.LastUpdatedTime >= '2026-11-02'") == {}
    assert changed(books, "Invoice")[0]["status"] == "Deleted"


@fact("6", "an inactive customer is no tombstone: it comes in full, inactive and renamed")
def _(books: Books) -> None:
    edited(books, "Customer", "3", Active=False)
    (customer,) = changed(books, "Customer")
    assert customer["Active"] is False
    assert customer["DisplayName"] == "Daniel Okafor (deleted)"
    assert "status" not in customer


@fact("6", "an inactive item is no tombstone either")
def _(books: Books) -> None:
    edited(books, "Item", "4", Active=False)
    (item,) = changed(books, "Item")
    assert (item["Active"], item["Name"]) == (False, "Lawn mowing (deleted)")


@fact("6", "a voided invoice comes in full, with amounts of zero")
def _(books: Books) -> None:
    made = books.invoice()
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="void")
    (invoice,) = changed(books, "Invoice")
    assert (invoice["TotalAmt"], invoice["Balance"]) == (0, 0)
    assert "status" not in invoice


@fact("12", "a payment brings its invoice into the change feed, with the payment's time")
def _(books: Books) -> None:
    made = books.invoice()
    books.later(minutes=1)
    payment = books.pay(made, 40)
    payments, invoices = feed(books, "Payment,Invoice", "2026-11-02T09:01:00-08:00")
    assert [row["Id"] for row in payments["Payment"]] == [payment["Id"]]
    assert [row["Id"] for row in invoices["Invoice"]] == [made["Id"]]
    updated = invoices["Invoice"][0]["MetaData"]["LastUpdatedTime"]
    assert updated == payment["MetaData"]["CreateTime"]
    assert invoices["Invoice"][0]["Balance"] == 60
