"""Section 4: deleting and voiding."""

from typing import Any

from tests.sandbox.client import Books, discount, line
from tests.sandbox.facts.asking import head
from tests.sandbox.facts.section_03_invoices import bundle, grouped, problem
from tests.sandbox.facts.section_04_writes import balance_of
from tests.sandbox.facts.table import fact


@fact("4", "delete answers with status Deleted and the Id, nothing else")
def _(books: Books) -> None:
    made = books.invoice()
    gone = books.post("Invoice", head(made), operation="delete")
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}


@fact("4", "delete accepts the whole object")
def _(books: Books) -> None:
    assert books.post("Invoice", books.invoice(), operation="delete")["status"] == "Deleted"


@fact("4", "a deleted invoice cannot be read, changed or deleted again: 610")
def _(books: Books) -> None:
    made = books.invoice()
    books.post("Invoice", head(made), operation="delete")
    assert books.refused("GET", f"invoice/{made['Id']}") == "610"
    assert problem(books, head(made))["Detail"].endswith("Another user has deleted this transaction.")
    assert books.refused("POST", "invoice", head(made), operation="delete") == "610"


@fact("4", "a deleted invoice does not come back from queries")
def _(books: Books) -> None:
    made = books.invoice()
    books.post("Invoice", head(made), operation="delete")
    assert books.query(f"select * from Invoice where Id = '{made['Id']}'") == {}


@fact("4", "deleting an invoice takes it off the customer's balance")
def _(books: Books) -> None:
    before = balance_of(books, "3")
    made = books.invoice(line(50))
    assert balance_of(books, "3") == before + 50
    books.post("Invoice", head(made), operation="delete")
    assert balance_of(books, "3") == before


@fact("4", "void sets total, balance and tax to zero and keeps the number")
def _(books: Books) -> None:
    made = books.invoice(line(100, "9"))
    void = books.post("Invoice", head(made), operation="void")
    assert (void["TotalAmt"], void["Balance"], void["TxnTaxDetail"]) == (0, 0, {"TotalTax": 0})
    assert (void["DocNumber"], void["SyncToken"]) == (made["DocNumber"], "1")


@fact("4", "void sets all amounts and quantities to zero, in bundles too")
def _(books: Books) -> None:
    kit = grouped(bundle(books), line(150, Qty=2, UnitPrice=75))
    made = books.invoice(line(10, Qty=2, UnitPrice=5), kit, discount(percent=10))
    void = books.post("Invoice", head(made), operation="void")
    inner = void["Line"][1]["GroupLineDetail"]["Line"]
    assert {entry.get("Amount", 0) for entry in [*void["Line"], *inner]} == {0}
    details = [entry["SalesItemLineDetail"] for entry in (void["Line"][0], *inner)]
    assert {detail[name] for detail in details for name in ("Qty", "UnitPrice")} == {0}


@fact("4", "void puts Voided before the note, with a hyphen between", void_note_separator=" - ")
def _(books: Books) -> None:
    void = books.post("Invoice", head(books.invoice(PrivateNote="old")), operation="void")
    assert void["PrivateNote"] == "Voided - old"


@fact("4", "void puts Voided before the note, with a space between", void_note_separator=" ")
def _(books: Books) -> None:
    void = books.post("Invoice", head(books.invoice(PrivateNote="old")), operation="void")
    assert void["PrivateNote"] == "Voided old"


@fact("4", "without a note the mark is Voided alone")
def _(books: Books) -> None:
    assert books.post("Invoice", head(books.invoice()), operation="void")["PrivateNote"] == "Voided"


@fact("4", "voiding twice does not mark the note twice")
def _(books: Books) -> None:
    once = books.post("Invoice", head(books.invoice(PrivateNote="old")), operation="void")
    assert books.post("Invoice", head(once), operation="void")["PrivateNote"] == once["PrivateNote"]


@fact("4", "a voided invoice is read and queried like others, and has no status field")
def _(books: Books) -> None:
    void = books.post("Invoice", head(books.invoice()), operation="void")
    assert books.query(f"select * from Invoice where Id = '{void['Id']}'")["Invoice"][0]["TotalAmt"] == 0
    assert not {"status", "Status", "TxnStatus"} & set(books.read("Invoice", void["Id"]))


@fact("4", "void is told as an event of its own", void_event="voided")
def _(books: Books) -> None:
    made = books.invoice()
    books.events()
    books.post("Invoice", head(made), operation="void")
    assert [event["type"] for event in books.events()] == ["qbo.invoice.voided.v1"]


@fact("4", "an invoice is voided by include=void too, as batches ask for it")
def _(books: Books) -> None:
    item = {"bId": "1", "operation": "update", "optionsData": "void", "Invoice": head(books.invoice())}
    answer = books.ok("POST", "batch", {"BatchItemRequest": [item]})
    assert answer["BatchItemResponse"][0]["Invoice"]["PrivateNote"] == "Voided"


@fact("4", "a payment is voided by an update with include=void")
def _(books: Books) -> None:
    payment = books.pay(books.invoice(line(10)), 10)
    body = {**head(payment), "sparse": True}
    void = books.post("Payment", body, operation="update", include="void")
    assert (void["TotalAmt"], void["UnappliedAmt"], void["Line"]) == (0, 0, [])
    assert void["PrivateNote"] == "Voided"


@fact("4", "in a batch a payment is voided by optionsData void")
def _(books: Books) -> None:
    payment = head(books.pay(books.invoice(line(10)), 10))
    item = {"bId": "1", "operation": "update", "optionsData": "void", "Payment": {**payment, "sparse": True}}
    answer = books.ok("POST", "batch", {"BatchItemRequest": [item]})
    assert answer["BatchItemResponse"][0]["Payment"]["TotalAmt"] == 0


@fact("4", "operation=void is not for payments")
def _(books: Books) -> None:
    payment = books.pay(books.invoice(line(10)), 10)
    assert books.refused("POST", "payment", head(payment), operation="void") == "500"


@fact("4", "customers cannot be voided or deleted: 500")
def _(books: Books) -> None:
    for operation in ("void", "delete"):
        found = problem(books, {"Id": "3", "SyncToken": "0"}, "customer", operation=operation)
        assert found["code"] == "500"
        assert found["Detail"].endswith("is not supported.")


def _ended(books: Books, operation: str) -> dict[str, Any]:
    """A paid invoice, ended where the switch lets it; its payment afterwards."""
    made = books.invoice(line(10))
    payment = books.pay(made, 4)
    books.ok("POST", "invoice", {"Id": made["Id"], "SyncToken": "1"}, operation=operation)
    return books.read("Payment", payment["Id"])


@fact("4", "an invoice with a payment is not deleted: 6000", paid_invoice_removal="refuse")
def _(books: Books) -> None:
    made = books.invoice(line(10))
    books.pay(made, 4)
    body = {"Id": made["Id"], "SyncToken": "1"}
    assert books.refused("POST", "invoice", body, operation="delete") == "6000"
    assert books.read("Invoice", made["Id"])["SyncToken"] == "1"


@fact("4", "an invoice with a payment is not voided: 6000", paid_invoice_removal="refuse")
def _(books: Books) -> None:
    made = books.invoice(line(10))
    books.pay(made, 4)
    body = {"Id": made["Id"], "SyncToken": "1"}
    assert books.refused("POST", "invoice", body, operation="void") == "6000"


@fact("4", "deleting a paid invoice makes its payment unapplied credit", paid_invoice_removal="unlink")
def _(books: Books) -> None:
    payment = _ended(books, "delete")
    assert (payment["TotalAmt"], payment["UnappliedAmt"], payment["Line"]) == (4, 4, [])
    assert payment["SyncToken"] == "1"


@fact("4", "voiding a paid invoice makes its payment unapplied credit", paid_invoice_removal="unlink")
def _(books: Books) -> None:
    before = balance_of(books, "3")
    assert _ended(books, "void")["UnappliedAmt"] == 4
    assert balance_of(books, "3") == before - 4


@fact("4", "a voided invoice keeps no link to its payments", paid_invoice_removal="unlink")
def _(books: Books) -> None:
    made = books.invoice(line(10))
    books.pay(made, 4)
    void = books.post("Invoice", {"Id": made["Id"], "SyncToken": "1"}, operation="void")
    assert (void["LinkedTxn"], void["Balance"]) == ([], 0)
