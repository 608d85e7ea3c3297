"""Section 7: no item of a batch sees what another one does."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import customers
from tests.sandbox.facts.section_07_batch import batch, code, creation
from tests.sandbox.facts.table import fact


@fact("7", "an item cannot refer to what an earlier item of the batch created")
def _(books: Books) -> None:
    newest = books.post("Customer", {"DisplayName": "Newest"})
    guessed = str(int(newest["Id"]) + 1)
    invoice = {"CustomerRef": {"value": guessed}, "Line": [line(10)]}
    items = (creation("Ada"), {"bId": "2", "operation": "create", "Invoice": invoice})
    answers = batch(books, *items)
    assert answers[0]["Customer"]["Id"] == guessed
    assert code(answers[1]) == "2500"
    assert "Invoice" in batch(books, items[1])[0]


@fact("7", "an item cannot change what an earlier item of the batch created")
def _(books: Books) -> None:
    newest = books.post("Customer", {"DisplayName": "Newest"})
    guessed = str(int(newest["Id"]) + 1)
    change = {"Id": guessed, "SyncToken": "0", "sparse": True, "Notes": "x"}
    answers = batch(books, creation("Ada"), {"bId": "2", "operation": "update", "Customer": change})
    assert code(answers[1]) == "610"
    assert "Notes" not in books.read("Customer", guessed)


@fact("7", "a query does not see what an earlier item of the batch did")
def _(books: Books) -> None:
    before = customers(books)
    count = {"bId": "2", "Query": "select count(*) from Customer"}
    answers = batch(books, creation("Ada"), count)
    assert answers[1]["QueryResponse"] == {"totalCount": before}
    assert customers(books) == before + 1


@fact("7", "the change feed within a batch does not see what an earlier item did")
def _(books: Books) -> None:
    feed = {"bId": "2", "CDCQuery": {"Entities": "Customer", "ChangedSince": "2026-11-02T09:00:00-08:00"}}
    answers = batch(books, creation("Ada"), feed)
    assert answers[1]["CDCResponse"] == [{"QueryResponse": [{}]}]


@fact("7", "a payment cannot settle an invoice that an earlier item of the batch created")
def _(books: Books) -> None:
    guessed = str(int(books.invoice()["Id"]) + 1)
    invoice = {"CustomerRef": {"value": "3"}, "Line": [line(10)]}
    link = {"Amount": 10, "LinkedTxn": [{"TxnId": guessed, "TxnType": "Invoice"}]}
    payment = {"CustomerRef": {"value": "3"}, "TotalAmt": 10, "Line": [link]}
    answers = batch(books, {"bId": "1", "Invoice": invoice}, {"bId": "2", "Payment": payment})
    assert answers[0]["Invoice"]["Id"] == guessed
    assert "Fault" in answers[1]
    assert books.read("Invoice", guessed)["Balance"] == 10


@fact("7", "a query does not see what an earlier item changed")
def _(books: Books) -> None:
    token = books.read("Item", "4")["SyncToken"]
    item = {"Id": "4", "SyncToken": token, "sparse": True, "Description": "Mowing"}
    query = {"bId": "2", "Query": "select Description from Item where Id = '4'"}
    answers = batch(books, {"bId": "1", "operation": "update", "Item": item}, query)
    assert answers[0]["Item"]["Description"] == "Mowing"
    assert answers[1]["QueryResponse"]["Item"][0]["Description"] == "Mowing and edging"


@fact("7", "a name that an earlier item of the batch took is taken all the same: 6240")
def _(books: Books) -> None:
    answers = batch(books, creation("Ada"), creation("ADA", "2"))
    assert "Customer" in answers[0]
    assert code(answers[1]) == "6240"
