"""Section 12: payments that are voided or deleted."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import head
from tests.sandbox.facts.section_12_payments import again
from tests.sandbox.facts.table import fact

VOID = {"operation": "update", "include": "void"}


@fact("12", "voiding a payment opens the invoice again and removes the link")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    paid = books.pay(made, 40)
    books.post("Payment", {**head(paid), "sparse": True}, **VOID)
    after = again(books, made)
    assert (after["Balance"], after["LinkedTxn"], after["SyncToken"]) == (100, [], "2")


@fact("12", "a voided payment is told as Void, its invoice as Update")
def _(books: Books) -> None:
    paid = books.pay(books.invoice(line(100)), 40)
    books.events()
    books.post("Payment", {**head(paid), "sparse": True}, **VOID)
    assert [event["type"] for event in books.events()] == [
        "qbo.payment.voided.v1",
        "qbo.invoice.updated.v1",
    ]


@fact("12", "deleting a payment opens the invoice again")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    paid = books.pay(made, 40)
    assert books.post("Payment", head(paid), operation="delete")["status"] == "Deleted"
    after = again(books, made)
    assert (after["Balance"], after["LinkedTxn"], after["SyncToken"]) == (100, [], "2")


@fact("12", "deleting a payment is told for both")
def _(books: Books) -> None:
    paid = books.pay(books.invoice(line(100)), 40)
    books.events()
    books.post("Payment", head(paid), operation="delete")
    assert [event["type"] for event in books.events()] == [
        "qbo.payment.deleted.v1",
        "qbo.invoice.updated.v1",
    ]


@fact("12", "after its payment is gone an invoice can be deleted")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.post("Payment", head(books.pay(made, 40)), operation="delete")
    assert books.post("Invoice", head(again(books, made)), operation="delete")["status"] == "Deleted"
