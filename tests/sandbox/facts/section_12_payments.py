"""Section 12: payments, what they do to invoices, and who hears of it."""

from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import head
from tests.sandbox.facts.section_03_invoices import change, draft
from tests.sandbox.facts.table import fact


def payment(
    total: Any, *applied: tuple[dict[str, Any], Any], customer: str = "3", **more: Any
) -> dict[str, Any]:
    """The body of a payment that pays parts of invoices."""
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
        for invoice, amount in applied
    ]
    return {"CustomerRef": {"value": customer}, "TotalAmt": total, "Line": lines, **more}


def again(books: Books, invoice: dict[str, Any]) -> dict[str, Any]:
    return books.read("Invoice", invoice["Id"])


@fact("12", "a payment lowers the invoice's balance and leaves its total")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    after = again(books, made)
    assert (after["TotalAmt"], after["Balance"]) == (100, 60)


@fact("12", "a payment is linked from the invoice's LinkedTxn")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    paid = books.pay(made, 40)
    assert again(books, made)["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "Payment"}]


@fact("12", "the invoice's LastUpdatedTime is the payment's CreateTime")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.later(minutes=5)
    paid = books.pay(made, 100)
    times = again(books, made)["MetaData"]
    assert times["LastUpdatedTime"] == paid["MetaData"]["CreateTime"]
    assert times["CreateTime"] == made["MetaData"]["CreateTime"]


@fact("12", "a paid invoice shows up in the change feed")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.later(minutes=5)
    books.pay(made, 100)
    feed = books.ok("GET", "cdc", entities="Invoice", changedSince="2026-11-02T09:04:00-08:00")
    (row,) = feed["CDCResponse"][0]["QueryResponse"][0]["Invoice"]
    assert (row["Id"], row["Balance"]) == (made["Id"], 0)


@fact("12", "a payment raises the invoice's SyncToken", payment_bumps_sync_token=True)
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    assert again(books, made)["SyncToken"] == "1"


@fact("12", "a payment leaves the invoice's SyncToken alone", payment_bumps_sync_token=False)
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    assert again(books, made)["SyncToken"] == "0"
    assert change(books, made, PrivateNote="x")["Balance"] == 60


@fact("12", "a write with the SyncToken from before the payment is 5010", payment_bumps_sync_token=True)
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    assert books.refused("POST", "invoice", {**head(made), "sparse": True, "PrivateNote": "x"}) == "5010"


@fact("12", "a payment raises its own event and one of the invoice")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.events()
    paid = books.pay(made, 40)
    told = [(event["type"], event["intuitentityid"]) for event in books.events()]
    assert told == [("qbo.payment.created.v1", paid["Id"]), ("qbo.invoice.updated.v1", made["Id"])]


@fact("12", "a payment changes the customer's balance without an event of the customer")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    before = books.read("Customer", "3")
    books.events()
    books.pay(made, 40)
    after = books.read("Customer", "3")
    assert (after["Balance"], after["SyncToken"]) == (before["Balance"] - 40, before["SyncToken"])
    assert not [event for event in books.events() if "customer" in event["type"]]


@fact("12", "several payments add up")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    books.pay(made, 60)
    after = again(books, made)
    assert (after["Balance"], len(after["LinkedTxn"]), after["SyncToken"]) == (0, 2, "2")


@fact("12", "one payment pays several invoices")
def _(books: Books) -> None:
    one, two = books.invoice(line(100)), books.invoice(line(50))
    books.post("Payment", payment(120, (one, 100), (two, 20)))
    assert (again(books, one)["Balance"], again(books, two)["Balance"]) == (0, 30)


@fact("12", "what a payment does not apply is UnappliedAmt, the customer's credit")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    before = books.read("Customer", "3")["Balance"]
    paid = books.post("Payment", payment(130, (made, 100)))
    assert paid["UnappliedAmt"] == 30
    assert books.read("Customer", "3")["Balance"] == before - 130


@fact("12", "a payment without lines is credit as a whole")
def _(books: Books) -> None:
    paid = books.post("Payment", {"CustomerRef": {"value": "3"}, "TotalAmt": 25})
    assert (paid["UnappliedAmt"], paid["Line"]) == (25, [])


@fact("12", "credit is applied later by an update of the payment")
def _(books: Books) -> None:
    paid = books.post("Payment", payment(25))
    made = books.invoice(line(100))
    changed = change(books, paid, "Payment", Line=payment(0, (made, 25))["Line"])
    assert changed["UnappliedAmt"] == 0
    assert again(books, made)["Balance"] == 75


@fact("12", "a payment that applies less opens the invoice again by the difference")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    paid = books.pay(made, 100)
    change(books, paid, "Payment", Line=payment(0, (made, 30))["Line"])
    after = again(books, made)
    assert (after["Balance"], after["SyncToken"]) == (70, "2")


@fact("12", "a payment that is moved to another invoice frees the first")
def _(books: Books) -> None:
    one, two = books.invoice(line(100)), books.invoice(line(100))
    paid = books.pay(one, 100)
    change(books, paid, "Payment", Line=payment(0, (two, 100))["Line"])
    assert (again(books, one)["LinkedTxn"], again(books, one)["Balance"]) == ([], 100)
    assert again(books, two)["Balance"] == 0


@fact("12", "an update of the payment's note keeps what it applies")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    paid = books.pay(made, 40)
    assert change(books, paid, "Payment", PrivateNote="x")["Line"] == paid["Line"]
    assert again(books, made)["Balance"] == 60


@fact("12", "a sparse update of the invoice keeps its payments linked")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    changed = change(books, again(books, made), Line=[line(90)])
    assert (changed["Balance"], len(changed["LinkedTxn"])) == (50, 1)


@fact("12", "a full update that omits LinkedTxn does not unlink the payment")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    changed = books.post("Invoice", {**draft(line(100)), **head(again(books, made))})
    assert (changed["Balance"], len(changed["LinkedTxn"])) == (60, 1)


@fact("12", "a total below what is paid is refused", overpaid_invoice="refuse")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    body = {**head(again(books, made)), "sparse": True, "Line": [line(30)]}
    assert books.refused("POST", "invoice", body) == "6000"


@fact("12", "a total below what is paid leaves the rest as credit", overpaid_invoice="credit")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    paid = books.pay(made, 40)
    changed = change(books, again(books, made), Line=[line(30)])
    assert (changed["Balance"], len(changed["LinkedTxn"])) == (0, 1)
    assert books.read("Payment", paid["Id"])["UnappliedAmt"] == 10


@fact("12", "the last payment is the first to give back", overpaid_invoice="credit")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    first, second = books.pay(made, 40), books.pay(made, 60)
    changed = change(books, again(books, made), Line=[line(30)])
    assert (changed["Balance"], changed["LinkedTxn"]) == (0, [{"TxnId": first["Id"], "TxnType": "Payment"}])
    assert [books.read("Payment", paid["Id"])["UnappliedAmt"] for paid in (first, second)] == [10, 60]


@fact("12", "a total of nothing gives all payments back and cuts their links", overpaid_invoice="credit")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    first, second = books.pay(made, 40), books.pay(made, 60)
    changed = change(books, again(books, made), Line=[line(0)])
    assert (changed["Balance"], changed["LinkedTxn"]) == (0, [])
    assert [books.read("Payment", paid["Id"])["UnappliedAmt"] for paid in (first, second)] == [40, 60]


@fact("12", "a paid invoice is not handed to another customer")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    books.pay(made, 40)
    body = {**head(again(books, made)), "sparse": True, "CustomerRef": {"value": "8"}}
    assert books.refused("POST", "invoice", body) == "6000"


@fact("12", "a payment needs a customer and a total")
def _(books: Books) -> None:
    assert books.refused("POST", "payment", {"TotalAmt": 5}) == "2020"
    assert books.refused("POST", "payment", {"CustomerRef": {"value": "3"}}) == "2020"


@fact("12", "a payment applies no more than was received or is owed")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    assert books.refused("POST", "payment", payment(50, (made, 60))) == "6000"
    assert books.refused("POST", "payment", payment(200, (made, 101))) == "6000"


@fact("12", "a payment is not negative, neither as a whole nor in a line")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    assert books.refused("POST", "payment", payment(-5)) == "6000"
    assert books.refused("POST", "payment", payment(5, (made, -5))) == "2290"


@fact("12", "a payment pays invoices of its own customer only")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    assert books.refused("POST", "payment", payment(5, (made, 5), customer="8")) == "6000"


@fact("12", "a parent customer pays for its sub-customers")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(line(100), customer="5"))
    books.post("Payment", payment(100, (made, 100), customer="4"))
    assert again(books, made)["Balance"] == 0


@fact("12", "a payment for an invoice that does not exist is 2500")
def _(books: Books) -> None:
    for unknown in ("99999", "x", ""):
        assert books.refused("POST", "payment", payment(5, ({"Id": unknown}, 5))) == "2500"


@fact("12", "what is no invoice cannot be linked to a payment: 620")
def _(books: Books) -> None:
    link = {"TxnId": "1", "TxnType": "Banana"}
    body = {**payment(5), "Line": [{"Amount": 5, "LinkedTxn": [link]}]}
    assert books.refused("POST", "payment", body) == "620"


@fact("12", "a voided invoice cannot be paid any more")
def _(books: Books) -> None:
    void = books.post("Invoice", head(books.invoice(line(100))), operation="void")
    assert books.refused("POST", "payment", payment(5, (void, 5))) == "6000"


@fact("12", "money received lies in Undeposited Funds unless an account is named")
def _(books: Books) -> None:
    paid = books.post("Payment", payment(5))
    assert books.read("Account", paid["DepositToAccountRef"]["value"])["Name"] == "Undeposited Funds"
    chosen = books.post("Payment", payment(5, DepositToAccountRef={"value": "1"}))
    assert chosen["DepositToAccountRef"] == {"value": "1", "name": "Checking"}


@fact("12", "a new invoice takes up open credit where the preferences say so")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AutoApplyCredit": True})
    paid = books.post("Payment", payment(30))
    made = books.invoice(line(100))
    assert (made["TotalAmt"], made["Balance"], made["SyncToken"]) == (100, 70, "1")
    assert made["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "Payment"}]
    assert books.read("Payment", paid["Id"])["UnappliedAmt"] == 0


@fact("12", "a new invoice leaves open credit alone otherwise")
def _(books: Books) -> None:
    books.post("Payment", payment(30))
    assert books.invoice(line(100))["Balance"] == 100


@fact("12", "junk in a payment's lines is a fault of Intuit's, never one of ours")
def _(books: Books) -> None:
    junk: list[Any] = ["x", [1], [{"Amount": "x"}], [{"LinkedTxn": "x"}], [{"Amount": 1, "LinkedTxn": [7]}]]
    for lines in junk:
        status, answer = books.call("POST", "payment", {**payment(5), "Line": lines})
        assert status in (200, 400), answer


@fact("14.3", "a person's edit in the books makes the app's SyncToken stale")
def _(books: Books) -> None:
    made = books.invoice(line(100))
    body = {**head(made), "sparse": True, "PrivateNote": "by hand"}
    books.control("POST", f"companies/{books.realm}/v3/invoice", body)
    assert books.refused("POST", "invoice", body) == "5010"


@fact("14.3", "a realm has a clock of its own")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}", {"clock_offset": -90})
    assert books.invoice()["MetaData"]["CreateTime"] == "2026-11-02T08:58:30-08:00"
