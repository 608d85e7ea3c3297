"""Section 4 where it concerns transactions: creates, full and sparse updates, SyncTokens."""

from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, discount, line
from tests.sandbox.facts.asking import head
from tests.sandbox.facts.section_03_invoices import change, draft, problem
from tests.sandbox.facts.table import fact


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
