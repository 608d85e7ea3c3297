"""Section 3.4: what an invoice's header holds by itself."""

from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.table import fact

TEXT = {"DetailType": "DescriptionOnly", "Description": "text", "Amount": 5}
# Which of the neighbouring codes a bad number or date gets is a matter of how bad it is.
NO_NUMBER = {"2080", "2090", "2100", "2110"}
NO_DATE = {"2060", "2070"}


def draft(*lines: Any, customer: str = "3", **fields: Any) -> dict[str, Any]:
    """The body of an invoice that was not sent yet."""
    return {"CustomerRef": {"value": customer}, "Line": list(lines) or [line(100)], **fields}


def problem(books: Books, body: Any, path: str = "invoice", **params: str) -> dict[str, Any]:
    """The first error of a refused write."""
    status, answer = books.call("POST", path, body, **params)
    assert status == 400, answer
    return answer["Fault"]["Error"][0]


def change(books: Books, record: dict[str, Any], kind: str = "Invoice", **fields: Any) -> dict[str, Any]:
    """A sparse update of a record as it was last read."""
    head = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
    return books.post(kind, {**head, **fields})


def bundle(books: Books) -> str:
    """The id of a bundle of two hours of design at 75 and one yard of stone at 89.95."""
    parts = [{"ItemRef": {"value": "3"}, "Qty": 2}, {"ItemRef": {"value": "9"}, "Qty": 1}]
    body = {"Name": "Kit", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": parts}}
    return books.control("POST", f"companies/{books.realm}/v3/item", body)["Item"]["Id"]


def grouped(item: str, *inner: Any, **detail: Any) -> dict[str, Any]:
    """A bundle's line."""
    more: dict[str, Any] = {"Line": list(inner)} if inner else {}
    kit = {"GroupItemRef": {"value": item}, **more, **detail}
    return {"DetailType": "GroupLineDetail", "GroupLineDetail": kit}


def custom_numbers(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})


@fact("3.4", "CustomerRef is required")
def _(books: Books) -> None:
    found = problem(books, {"Line": [line(1)]})
    assert (found["code"], found["element"]) == ("2020", "CustomerRef")


@fact("3.4", "an unknown customer is 2500")
def _(books: Books) -> None:
    found = problem(books, draft(customer="999"))
    assert (found["code"], found["Detail"]) == ("2500", "Invalid Reference Id : CustomerRef")


@fact("3.4", "Line is required, and the refusal says so in these words")
def _(books: Books) -> None:
    found = problem(books, {"CustomerRef": {"value": "3"}})
    assert (found["code"], found["element"]) == ("2020", "Line")
    assert found["Detail"] == "Required parameter Line is missing in the request"


@fact("3.4", "a subtotal line alone is no line")
def _(books: Books) -> None:
    alone = {"DetailType": "SubTotalLineDetail", "Amount": 5, "SubTotalLineDetail": {}}
    assert books.refused("POST", "invoice", draft(alone)) == "2020"


@fact("3.4", "a description-only line is line enough")
def _(books: Books) -> None:
    assert books.invoice(TEXT)["TotalAmt"] == 0


@fact("3.4", "a DocNumber has 21 characters at most")
def _(books: Books) -> None:
    found = problem(books, draft(DocNumber="9" * 22))
    assert found["code"] == "2050"
    assert found["Detail"].endswith("Min:0 Max:21 supported. Supplied length:22")
    assert books.invoice(DocNumber="9" * 21)["DocNumber"] == "9" * 21


@fact("3.4", "a new invoice needs to be printed")
def _(books: Books) -> None:
    assert books.invoice()["PrintStatus"] == "NeedToPrint"


@fact("3.4", "billing and shipping addresses are the customer's when omitted")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(customer="1"))
    assert made["BillAddr"]["Line1"] == made["ShipAddr"]["Line1"] == "4581 Finch Street"
    assert made["BillAddr"]["Id"]


@fact("3.4", "an address that is sent stands alone, nothing of the customer's is mixed in")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(customer="1", BillAddr={"City": "Waco"}))
    assert {name: value for name, value in made["BillAddr"].items() if name != "Id"} == {"City": "Waco"}


@fact("3.4", "PrivateNote holds 4000 characters, CustomerMemo 1000")
def _(books: Books) -> None:
    made = books.invoice(PrivateNote="n" * 4000, CustomerMemo={"value": "m" * 1000})
    assert (len(made["PrivateNote"]), len(made["CustomerMemo"]["value"])) == (4000, 1000)
    assert books.refused("POST", "invoice", draft(PrivateNote="n" * 4001)) == "2050"
    assert books.refused("POST", "invoice", draft(CustomerMemo={"value": "m" * 1001})) == "2050"


@fact("3.4", "TotalAmt and Balance are read only: sent ones are ignored")
def _(books: Books) -> None:
    made = books.invoice(line(10), TotalAmt=999, Balance=5)
    assert (made["TotalAmt"], made["Balance"]) == (10, 10)


@fact("3.4", "the deprecated online payment flags are always false")
def _(books: Books) -> None:
    made = books.invoice(AllowOnlinePayment=True, AllowIPNPayment=True, AllowOnlineACHPayment=True)
    assert (made["AllowOnlinePayment"], made["AllowIPNPayment"]) == (False, False)
    assert made["AllowOnlineACHPayment"] is True


@fact("3.4", "US companies accept GlobalTaxCalculation and ignore it")
def _(books: Books) -> None:
    made = books.invoice(line(100, "9"), GlobalTaxCalculation="TaxInclusive")
    assert "GlobalTaxCalculation" not in made
    assert made["TotalAmt"] == Decimal("108.25")


@fact("3.4", "CurrencyRef appears in single-currency companies too, an exchange rate does not")
def _(books: Books) -> None:
    made = books.invoice(ExchangeRate=2)
    assert made["CurrencyRef"]["value"] == "USD"
    assert not {"ExchangeRate", "HomeTotalAmt", "HomeBalance"} & set(made)


@fact("3.4", "Balance is the total less the deposit")
def _(books: Books) -> None:
    made = books.invoice(line(100), Deposit=30)
    assert (made["TotalAmt"], made["Deposit"], made["Balance"]) == (100, 30, 70)


@fact("3.4", "a deposit needs AllowDeposit, otherwise it is refused", turned_off_field="refuse")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AllowDeposit": False})
    assert books.refused("POST", "invoice", draft(line(100), Deposit=30)) == "6000"


@fact("3.4", "a deposit needs AllowDeposit, otherwise it is left out", turned_off_field="drop")
def _(books: Books) -> None:
    books.prefer(SalesFormsPrefs={"AllowDeposit": False})
    made = books.invoice(line(100), Deposit=30)
    assert ("Deposit" in made, made["Balance"]) == (False, 100)


@fact("3.4", "a deposit is neither negative nor more than the total", overpaid_invoice="credit")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(100), Deposit=-1)) == "2290"
    assert books.refused("POST", "invoice", draft(line(100), Deposit=101)) == "6000"


def _use_custom_field(books: Books) -> None:
    switch = {"Name": "SalesFormsPrefs.UseSalesCustom1", "Type": "BooleanType", "BooleanValue": True}
    name = {"Name": "SalesFormsPrefs.SalesCustomName1", "Type": "StringType", "StringValue": "Crew"}
    books.prefer(SalesFormsPrefs={"CustomField": [{"CustomField": [switch]}, {"CustomField": [name]}]})


@fact("3.4", "a custom field that the company enabled is shown with its name, and keeps its value")
def _(books: Books) -> None:
    _use_custom_field(books)
    sent = {"DefinitionId": "1", "Type": "StringType", "StringValue": "mark"}
    made = books.invoice(CustomField=[sent])
    assert made["CustomField"] == [{**sent, "Name": "Crew"}]
    assert change(books, made, PrivateNote="x")["CustomField"] == made["CustomField"]


@fact("3.4", "a custom field that the company did not enable is dropped")
def _(books: Books) -> None:
    assert books.invoice(CustomField=[{"DefinitionId": "1", "StringValue": "mark"}])["CustomField"] == []


@fact("3.4", "a custom field's text has 31 characters at most, and there are three fields")
def _(books: Books) -> None:
    _use_custom_field(books)
    long = {"DefinitionId": "1", "StringValue": "x" * 32}
    assert books.refused("POST", "invoice", draft(CustomField=[long])) == "2050"
    fourth = {"DefinitionId": "4", "StringValue": "x"}
    assert books.refused("POST", "invoice", draft(CustomField=[fourth])) == "2170"
    assert books.refused("POST", "invoice", draft(CustomField="mark")) == "2010"


@fact("3.4", "a taxed invoice has 750 lines at most")
def _(books: Books) -> None:
    assert len(books.invoice(*[line(1, tax="TAX")] * 750)["Line"]) == 751
    assert books.refused("POST", "invoice", draft(*[line(1, tax="TAX")] * 751)) == "6000"


@fact("3.4", "the limit of 750 lines does not hold without tax")
def _(books: Books) -> None:
    assert books.invoice(*[line(1, tax="NON")] * 751)["TotalAmt"] == 751


@fact("3.4", "ten thousand taxed lines are refused, not stumbled over")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(*[line(1, tax="TAX")] * 10_000)) == "6000"


@fact("3.4", "LinkedTxn and volatile status fields may be sent back and change nothing")
def _(books: Books) -> None:
    echoed = {"LinkedTxn": [{"TxnId": "1", "TxnType": "Payment"}], "EInvoiceStatus": "Sent"}
    made = books.invoice(**echoed, invoiceStatus="Paid", InvoiceLink="https://x.example")
    assert made["LinkedTxn"] == []
    assert not {"EInvoiceStatus", "invoiceStatus", "InvoiceLink"} & set(made)
