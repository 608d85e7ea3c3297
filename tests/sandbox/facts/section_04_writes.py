"""Section 4 where it concerns transactions: create, full and sparse updates, delete, void, merge."""

from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, discount, line
from tests.sandbox.facts.asking import head
from tests.sandbox.facts.section_03_invoices import bundle, change, draft, grouped, problem
from tests.sandbox.facts.table import fact


def merge(books: Books, winner: str, loser: str, **more: Any) -> dict[str, Any]:
    return books.control("POST", f"companies/{books.realm}/merge", {"winner": winner, "loser": loser, **more})


def balance_of(books: Books, customer: str) -> Any:
    return books.read("Customer", customer)["Balance"]


@fact("4", "a create without Id starts at SyncToken 0")
def _(books: Books) -> None:
    assert books.invoice()["SyncToken"] == "0"


@fact("4", "operation=create makes a new object whatever Id is sent")
def _(books: Books) -> None:
    made = books.invoice()
    again = books.post("Invoice", {**draft(), "Id": made["Id"]}, operation="create")
    assert again["Id"] != made["Id"]


@fact("4", "operation=update is accepted on an update and refused without an Id")
def _(books: Books) -> None:
    made = books.invoice()
    body = {**head(made), "sparse": True, "PrivateNote": "x"}
    assert books.post("Invoice", body, operation="update")["PrivateNote"] == "x"
    assert books.refused("POST", "invoice", draft(), operation="update") == "2020"


@fact("4", "a full update clears the writable fields that are absent")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(customer="1", PrivateNote="n", CustomerMemo={"value": "m"}))
    changed = books.post("Invoice", {**head(made), **draft(customer="1")})
    cleared = {
        "PrivateNote",
        "CustomerMemo",
        "BillEmail",
        "BillAddr",
        "ShipAddr",
        "DocNumber",
        "SalesTermRef",
    }
    assert not cleared & set(changed)


@fact("4", "sparse false means a full update, in words too")
def _(books: Books) -> None:
    made = books.invoice(PrivateNote="n")
    changed = books.post("Invoice", {**head(made), "sparse": "false", **draft()})
    assert "PrivateNote" not in changed


@fact("4", "a full update of an invoice needs its lines")
def _(books: Books) -> None:
    made = books.invoice()
    assert books.refused("POST", "invoice", {**head(made), "CustomerRef": {"value": "3"}}) == "2020"


@fact("4", "a sparse update leaves absent fields untouched")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(line(10), discount(amount=1), customer="1", PrivateNote="n"))
    changed = change(books, made, CustomerMemo={"value": "m"})
    moved = {"SyncToken", "MetaData", "CustomerMemo"}
    assert {name for name in changed if changed[name] != made.get(name)} <= moved


@fact("4", "a sparse update needs neither CustomerRef nor Line")
def _(books: Books) -> None:
    assert change(books, books.invoice(), DueDate="2027-01-01")["DueDate"] == "2027-01-01"


@fact("4", "an empty string in a sparse update clears a text")
def _(books: Books) -> None:
    assert "PrivateNote" not in change(books, books.invoice(PrivateNote="n"), PrivateNote="")


@fact("4", "an empty TxnDate means not provided: the date stays")
def _(books: Books) -> None:
    made = books.invoice(TxnDate="2026-10-01")
    assert change(books, made, TxnDate="")["TxnDate"] == "2026-10-01"


@fact("4", "a full update with empty strings, as python-quickbooks sends it, treats them as not provided")
def _(books: Books) -> None:
    empty = {"TotalAmt": "", "DueDate": "", "PrivateNote": "", "Balance": 0, "SyncToken": 0, "sparse": False}
    made = books.invoice(line(10))
    changed = books.post("Invoice", {**draft(line(20)), "Id": made["Id"], **empty, "TxnDate": ""})
    assert (changed["TotalAmt"], changed["TxnDate"]) == (20, "2026-11-02")
    assert "PrivateNote" not in changed


@fact("4", "nested objects in a sparse update of an invoice are replaced as wholes")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(customer="1"))
    changed = change(books, made, BillAddr={"City": "Waco"})
    assert "Line1" not in changed["BillAddr"]
    assert changed["ShipAddr"] == made["ShipAddr"]


@fact("4", "a nested object whose members are all empty is cleared")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(customer="1"))
    assert "BillEmail" not in change(books, made, BillEmail={"Address": ""})


@fact("4", "Line in a sparse update replaces the whole list")
def _(books: Books) -> None:
    made = books.invoice(line(10), line(20), discount(amount=3))
    assert change(books, made, Line=[line(5)])["TotalAmt"] == 5


@fact("4", "without Line in a sparse update the lines stay")
def _(books: Books) -> None:
    made = books.invoice(line(10), line(20))
    assert change(books, made, PrivateNote="x")["Line"] == made["Line"]


@fact("4", "lines that stay are not checked again, although their item became inactive")
def _(books: Books) -> None:
    made = books.invoice(line(10, "5"))
    books.post("Item", {"Id": "5", "SyncToken": "0", "sparse": True, "Active": False})
    assert change(books, made, PrivateNote="x")["TotalAmt"] == 10
    again = {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Line": made["Line"]}
    assert books.refused("POST", "invoice", again) == "2500"


@fact("4", "with TxnTaxDetail echoed unchanged new lines do not change the tax")
def _(books: Books) -> None:
    made = books.invoice(line(100, "9"))
    changed = change(books, made, Line=[line(200, "9")], TxnTaxDetail=made["TxnTaxDetail"])
    assert changed["TxnTaxDetail"]["TotalTax"] == made["TxnTaxDetail"]["TotalTax"]


@fact("4", "without TxnTaxDetail new lines are taxed anew")
def _(books: Books) -> None:
    made = books.invoice(line(100, "9"))
    assert change(books, made, Line=[line(200, "9")])["TxnTaxDetail"]["TotalTax"] == Decimal("16.5")


@fact("4", "SyncToken rises by one with each change")
def _(books: Books) -> None:
    made = books.invoice()
    assert change(books, change(books, made, PrivateNote="a"), PrivateNote="b")["SyncToken"] == "2"


@fact("4", "an older SyncToken is 5010")
def _(books: Books) -> None:
    made = books.invoice()
    change(books, made, PrivateNote="a")
    found = problem(books, {**head(made), "sparse": True, "PrivateNote": "b"})
    assert (found["code"], found["Message"]) == ("5010", "Stale Object Error")
    assert "were working on this at the same time" in found["Detail"]


@fact("4", "a newer SyncToken is 5010 as well")
def _(books: Books) -> None:
    made = books.invoice()
    assert books.refused("POST", "invoice", {"Id": made["Id"], "SyncToken": "7", "sparse": True}) == "5010"


@fact("4", "a missing SyncToken is 2020 for updates, deletes and voids")
def _(books: Books) -> None:
    body = {"Id": books.invoice()["Id"], "sparse": True}
    for operation in ("update", "delete", "void"):
        found = problem(books, body, operation=operation)
        assert found["Detail"] == "Required parameter SyncToken is missing in the request"


@fact("4", "SyncToken may be a number")
def _(books: Books) -> None:
    made = books.invoice()
    assert change(books, {**made, "SyncToken": 0}, PrivateNote="x")["SyncToken"] == "1"


@fact("4", "an update without any difference raises SyncToken", unchanged_bumps_sync_token=True)
def _(books: Books) -> None:
    made = books.invoice(PrivateNote="n")
    assert change(books, made, PrivateNote="n")["SyncToken"] == "1"


@fact("4", "an update without any difference leaves SyncToken alone", unchanged_bumps_sync_token=False)
def _(books: Books) -> None:
    made = books.invoice(PrivateNote="n")
    books.events()
    assert change(books, made, PrivateNote="n")["SyncToken"] == "0"
    assert books.events() == []


@fact("4", "an id that is no number is 2030, one that never was is 610")
def _(books: Books) -> None:
    wrong: list[Any] = ["abc", "-1", "1.5", [1], {"value": "1"}, True]
    for bad in wrong:
        assert books.refused("POST", "invoice", {"Id": bad, "SyncToken": "0"}) == "2030"
    assert books.refused("POST", "invoice", {"Id": "99999", "SyncToken": "0"}) == "610"


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


@fact("4", "an inactive customer cannot be invoiced", inactive_reference_code="2500")
def _(books: Books) -> None:
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False})
    found = problem(books, draft())
    assert (found["code"], found["element"]) == ("2500", "CustomerRef")
    assert "has been made inactive" in found["Detail"]


@fact("4", "an inactive customer cannot be invoiced, as if it were gone", inactive_reference_code="610")
def _(books: Books) -> None:
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Active": False})
    found = problem(books, draft())
    assert found["code"] == "610"
    assert "has been made inactive" in found["Detail"]


@fact("4", "an inactive item cannot be sold", inactive_reference_code="2500")
def _(books: Books) -> None:
    books.post("Item", {"Id": "5", "SyncToken": "0", "sparse": True, "Active": False})
    assert books.refused("POST", "invoice", draft(line(1, "5"))) == "2500"


@fact("4", "inactive terms cannot be chosen, an invoice that has them can still be changed")
def _(books: Books) -> None:
    made = books.invoice(SalesTermRef={"value": "2"})
    off = {"Id": "2", "SyncToken": "0", "sparse": True, "Active": False}
    books.control("POST", f"companies/{books.realm}/v3/term", off)
    assert books.refused("POST", "invoice", draft(SalesTermRef={"value": "2"})) == "2500"
    assert change(books, made, PrivateNote="x")["SalesTermRef"]["value"] == "2"


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
