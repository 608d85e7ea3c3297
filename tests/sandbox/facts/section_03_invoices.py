"""Sections 3.4 and 3.5: what an invoice's header holds by itself, and what its lines are."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, discount, line
from tests.sandbox.facts.table import fact

TEXT = {"DetailType": "DescriptionOnly", "Description": "text", "Amount": 5}
# Which of the neighbouring codes a bad number or date gets is a matter of how bad it is.
NO_NUMBER = {"2080", "2090", "2100", "2110"}
NO_DATE = {"2060", "2070"}
PRODUCT: dict[str, Any] = {"Qty": Decimal("128.350"), "UnitPrice": Decimal("14.50")}


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


@fact("3.4", "with custom numbers off an omitted DocNumber is the last one plus one")
def _(books: Books) -> None:
    assert [books.invoice()["DocNumber"] for _ in range(2)] == ["1011", "1012"]


@fact("3.4", "with custom numbers off a sent DocNumber is stored and does not advance the counter")
def _(books: Books) -> None:
    assert books.invoice(DocNumber="2000")["DocNumber"] == "2000"
    assert books.invoice()["DocNumber"] == "1011"


@fact("3.4", "with custom numbers on a sent DocNumber is kept")
def _(books: Books) -> None:
    custom_numbers(books)
    assert books.invoice(DocNumber="A/7 b")["DocNumber"] == "A/7 b"


@fact("3.4", "with custom numbers on an omitted DocNumber stays absent")
def _(books: Books) -> None:
    custom_numbers(books)
    assert "DocNumber" not in books.invoice()


@fact("3.4", "AUTO_GENERATE numbers an invoice although custom numbers are on")
def _(books: Books) -> None:
    custom_numbers(books)
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "1011"


@fact("3.4", "AUTO_GENERATE numbers an invoice with custom numbers off as well")
def _(books: Books) -> None:
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "1011"


@fact("3.4", "the next number counts on the numeric tail: INV-9 becomes INV-10")
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="INV-9")
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "INV-10"


@fact("3.4", "the numeric tail keeps its leading zeros: A-099 becomes A-100")
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="A-099")
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "A-100"


@fact("3.4", "a number that no longer fits after counting on is refused")
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="9" * 21)
    assert books.refused("POST", "invoice", draft(DocNumber="AUTO_GENERATE")) == "2050"


@fact("3.4", "a refused invoice uses up no number")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(5, Qty=2, UnitPrice=3))) == "6070"
    assert books.refused("POST", "invoice", draft(line(-5))) == "6000"
    assert books.invoice()["DocNumber"] == "1011"


@fact("3.4", "duplicate numbers are accepted while custom numbers are off", warn_duplicate_number=True)
def _(books: Books) -> None:
    books.invoice(DocNumber="A1")
    assert books.invoice(DocNumber="A1")["DocNumber"] == "A1"


@fact("3.4", "duplicate numbers are accepted while the company is not warned", warn_duplicate_number=False)
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="A1")
    assert books.invoice(DocNumber="A1")["DocNumber"] == "A1"


@fact("3.4", "a duplicate number is 6140, naming number, type and holder", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    holder = books.invoice(DocNumber="A1")
    found = problem(books, draft(DocNumber="A1"))
    assert (found["code"], found["Message"]) == ("6140", "Duplicate Document Number Error")
    assert found["Detail"].endswith(f"DocNumber=A1 is assigned to TxnType=Invoice with TxnId={holder['Id']}")


@fact("3.4", "include=allowduplicatedocnum accepts the duplicate", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    books.invoice(DocNumber="A1")
    assert books.post("Invoice", draft(DocNumber="A1"), include="allowduplicatedocnum")["DocNumber"] == "A1"


@fact("3.4", "an invoice may keep its own number when it is updated", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    made = books.invoice(DocNumber="A1")
    assert change(books, made, DocNumber="A1", PrivateNote="x")["DocNumber"] == "A1"


@fact("3.4", "the number of a deleted invoice is free again", warn_duplicate_number=True)
def _(books: Books) -> None:
    custom_numbers(books)
    made = books.invoice(DocNumber="A1")
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert books.invoice(DocNumber="A1")["DocNumber"] == "A1"


@fact("3.4", "TxnDate is the company's day by default, in its own time zone")
def _(books: Books) -> None:
    books.now = datetime(2026, 11, 3, 5, tzinfo=UTC)
    books.token = books.sandbox.grant(books.realm, books.now)["access_token"]
    assert books.invoice()["TxnDate"] == "2026-11-02"


@fact("3.4", "DueDate is TxnDate plus the days of the terms")
def _(books: Books) -> None:
    assert books.invoice(TxnDate="2026-01-31", SalesTermRef={"value": "2"})["DueDate"] == "2026-02-15"


@fact("3.4", "terms are copied from the customer when omitted")
def _(books: Books) -> None:
    made = books.post("Invoice", draft(customer="1"))
    assert (made["SalesTermRef"]["value"], made["DueDate"]) == ("3", "2026-12-02")


@fact("3.4", "without any terms DueDate is TxnDate", days_without_terms=0)
def _(books: Books) -> None:
    assert books.invoice(TxnDate="2026-03-01")["DueDate"] == "2026-03-01"


@fact("3.4", "without any terms DueDate is thirty days later", days_without_terms=30)
def _(books: Books) -> None:
    assert books.invoice(TxnDate="2026-03-01")["DueDate"] == "2026-03-31"


@fact("3.4", "terms can name a day of the month, the next but one where it is too near")
def _(books: Books) -> None:
    term = {"Name": "The tenth", "Type": "DATE_DRIVEN", "DayOfMonthDue": 10, "DueNextMonthDays": 5}
    made = books.control("POST", f"companies/{books.realm}/v3/term", term)["Term"]
    due = [
        books.invoice(TxnDate=f"2026-12-{day}", SalesTermRef={"value": made["Id"]})["DueDate"]
        for day in ("04", "06", "20")
    ]
    assert due == ["2026-12-10", "2027-01-10", "2027-01-10"]


@fact("3.4", "unknown terms are 2500 with the element's name")
def _(books: Books) -> None:
    found = problem(books, draft(SalesTermRef={"value": "99"}))
    assert (found["code"], found["element"]) == ("2500", "SalesTermRef")
    assert found["Detail"] == "Invalid Reference Id : SalesTermRef"


@fact("3.4", "a sent DueDate stands whatever the terms say")
def _(books: Books) -> None:
    assert books.invoice(SalesTermRef={"value": "2"}, DueDate="2026-12-24")["DueDate"] == "2026-12-24"


@fact("3.4", "a date that is no date is 2060 or 2070")
def _(books: Books) -> None:
    for wrong in ("2026-13-45", "soon", "2026-02-30", "05/01/2026"):
        found = problem(books, draft(TxnDate=wrong))
        assert found["code"] in NO_DATE
        assert found["element"] == "TxnDate"


@fact("3.4", "a due day beyond the last year there is, is refused and breaks nothing")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(customer="1", TxnDate="9999-12-31")) in NO_DATE


@fact("3.4", "BillEmail comes from the customer when omitted", bill_email_from_customer=True)
def _(books: Books) -> None:
    assert books.post("Invoice", draft(customer="1"))["BillEmail"]["Address"] == "amy@birds.example"


@fact("3.4", "BillEmail stays empty when omitted", bill_email_from_customer=False)
def _(books: Books) -> None:
    assert "BillEmail" not in books.post("Invoice", draft(customer="1"))


@fact("3.4", "what the customer gains later does not enter an invoice by an update")
def _(books: Books) -> None:
    made = books.invoice()
    books.post(
        "Customer",
        {"Id": "3", "SyncToken": "0", "sparse": True, "PrimaryEmailAddr": {"Address": "a@b.example"}},
    )
    assert "BillEmail" not in change(books, made, PrivateNote="x")


@fact("3.4", "BillEmail may hold several addresses with commas between, 100 characters in all")
def _(books: Books) -> None:
    several = "a@b.example, c@d.example"
    assert books.invoice(BillEmail={"Address": several})["BillEmail"]["Address"] == several
    long = ",".join(["someone@somewhere.example"] * 4)
    assert books.refused("POST", "invoice", draft(BillEmail={"Address": long})) == "2050"


@fact("3.4", "an address without @ and dot is 2210 wherever it stands in BillEmail")
def _(books: Books) -> None:
    found = problem(books, draft(BillEmail={"Address": "a@b.example,nobody"}))
    assert (found["code"], found["element"]) == ("2210", "BillEmail")
    assert "does not conform to the syntax rules of RFC 822" in found["Detail"]


@fact("3.4", "EmailStatus NeedToSend needs a BillEmail")
def _(books: Books) -> None:
    assert problem(books, draft(EmailStatus="NeedToSend"))["element"] == "BillEmail"
    sent = books.invoice(EmailStatus="NeedToSend", BillEmail={"Address": "a@b.example"})
    assert sent["EmailStatus"] == "NeedToSend"


@fact("3.4", "EmailStatus is one of three words, NotSet at first")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(EmailStatus="Sent")) == "2170"
    assert books.invoice()["EmailStatus"] == "NotSet"


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


@fact("3.5", "Amount must be the exact product rounded half up: 1861.08, not 1861.07")
def _(books: Books) -> None:
    assert books.invoice(line(Decimal("1861.08"), **PRODUCT))["TotalAmt"] == Decimal("1861.08")
    assert books.refused("POST", "invoice", draft(line(Decimal("1861.07"), **PRODUCT))) == "6070"


@fact("3.5", "6070 names the amount with a comma and the element Line.Amount")
def _(books: Books) -> None:
    found = problem(books, draft(line(1000, Qty=3, UnitPrice=5)))
    assert found["Detail"] == "Amount is not equal to UnitPrice * Qty. Supplied value:1,000"
    assert (found["code"], found["element"]) == ("6070", "Line.Amount")
    assert found["Message"] == "Amount calculation incorrect in the request."


@fact("3.5", "the product is exact beyond the digits of a double: 12345678.9012345 times 999.9999999")
def _(books: Books) -> None:
    wide: dict[str, Any] = {"Qty": Decimal("12345678.9012345"), "UnitPrice": Decimal("999.9999999")}
    assert books.invoice(line(Decimal(12345678900), **wide))["TotalAmt"] == Decimal(12345678900)
    tie: dict[str, Any] = {"Qty": Decimal("100000001.5"), "UnitPrice": Decimal("0.01")}
    assert books.invoice(line(Decimal("1000000.02"), **tie))["TotalAmt"] == Decimal("1000000.02")


@fact("3.5", "negative products are rounded half up away from zero")
def _(books: Books) -> None:
    back: dict[str, Any] = {**PRODUCT, "Qty": Decimal("-128.350")}
    made = books.invoice(line(5000), line(Decimal("-1861.08"), **back))
    assert made["TotalAmt"] == Decimal("3138.92")


@fact("3.5", "without quantity or price the amount stands alone")
def _(books: Books) -> None:
    assert books.invoice(line(100), line(7, Qty=3), line(5, UnitPrice=2))["TotalAmt"] == 112


@fact("3.5", "with quantity 0 and price 0 the amount is accepted")
def _(books: Books) -> None:
    assert books.invoice(line(100, Qty=0, UnitPrice=0))["TotalAmt"] == 100


@fact("3.5", "quantity and price keep seven decimals, the amount two")
def _(books: Books) -> None:
    sold = books.invoice(line(Decimal("0.53"), "12", Qty=1, UnitPrice=Decimal("0.5306667")))["Line"][0]
    assert sold["SalesItemLineDetail"]["UnitPrice"] == Decimal("0.5306667")
    assert books.invoice(line(Decimal("2.005")))["Line"][0]["Amount"] == Decimal("2.01")


@fact("3.5", "negative lines are allowed as credits while the total is not negative")
def _(books: Books) -> None:
    assert books.invoice(line(100), line(-100))["TotalAmt"] == 0


@fact("3.5", "a negative total is 6000")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(line(100), line(Decimal("-100.01")))) == "6000"


@fact("3.5", "ItemRef and its account are shown by name, items below others by their whole path")
def _(books: Books) -> None:
    child = {"Name": "Night mowing", "IncomeAccountRef": {"value": "14"}, "ParentRef": {"value": "4"}}
    item = books.post("Item", {**child, "SubItem": True, "Type": "Service"})
    detail = books.invoice(line(5, item["Id"]))["Line"][0]["SalesItemLineDetail"]
    assert detail["ItemRef"] == {"value": item["Id"], "name": "Lawn mowing:Night mowing"}
    assert detail["ItemAccountRef"]["value"] == "14"


@fact("3.5", "a name sent with a reference is ignored")
def _(books: Books) -> None:
    sent = {**line(5), "SalesItemLineDetail": {"ItemRef": {"value": "3", "name": "Nonsense"}}}
    assert books.invoice(sent)["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Garden design"


@fact("3.5", "an unknown item is 2500 with the path of its reference")
def _(books: Books) -> None:
    found = problem(books, draft(line(1, "999")))
    assert (found["code"], found["element"]) == ("2500", "Line.SalesItemLineDetail.ItemRef")
    assert found["Detail"] == "Invalid Reference Id : Line.SalesItemLineDetail.ItemRef"


_NO_ITEM = {"DetailType": "SalesItemLineDetail", "Amount": 40, "SalesItemLineDetail": {"Qty": 0}}


@fact("3.5", "a line without ItemRef sells the default item", line_without_item="default_item")
def _(books: Books) -> None:
    made = books.invoice(_NO_ITEM)
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"] == {"value": "1", "name": "Services"}
    assert made["TotalAmt"] == 40


@fact("3.5", "a line without ItemRef is documentation and its amount is ignored", line_without_item="text")
def _(books: Books) -> None:
    made = books.invoice(line(5), _NO_ITEM)
    assert made["Line"][1]["DetailType"] == "DescriptionOnly"
    assert made["TotalAmt"] == 5


@fact("3.5", "a line without ItemRef needs a product or service", line_without_item="refuse")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(_NO_ITEM)) == "6440"


@fact("3.5", "TaxCodeRef omitted is NON for an item that is not taxable")
def _(books: Books) -> None:
    assert books.invoice(line(5))["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


@fact("3.5", "TaxCodeRef omitted is TAX for a taxable item", taxable_items_default_to_tax=True)
def _(books: Books) -> None:
    assert books.invoice(line(5, "9"))["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}


@fact("3.5", "TaxCodeRef omitted is NON for a taxable item too", taxable_items_default_to_tax=False)
def _(books: Books) -> None:
    assert books.invoice(line(5, "9"))["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


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


@fact("3.5", "numbers may arrive as strings")
def _(books: Books) -> None:
    made = books.invoice(line("1861.08", Qty="128.350", UnitPrice="14.50"))
    assert made["Line"][0]["Amount"] == Decimal("1861.08")


@fact("3.5", "words and 30-digit numbers are no amounts: 2080 to 2110")
def _(books: Books) -> None:
    for wrong in ("x", "NaN", "Infinity", "1e309", 10**29, -(10**29), "12.5.1"):
        found = problem(books, draft(line(wrong)))
        assert found["code"] in NO_NUMBER
        assert found["element"] == "Line.Amount"


@fact("3.5", "objects, lists and booleans are no amounts: 2010")
def _(books: Books) -> None:
    wrong_types: list[Any] = [{"a": 1}, [1], True]
    for wrong in wrong_types:
        assert books.refused("POST", "invoice", draft(line(wrong))) == "2010"


@fact("3.5", "NaN, Infinity and 1e309 as bare JSON words are no JSON: 2010")
def _(books: Books) -> None:
    for word in (b"NaN", b"-Infinity", b"1e309", b"1E-400"):
        body = (
            b'{"CustomerRef":{"value":"3"},"Line":[{"DetailType":"SalesItemLineDetail","Amount":%s}]}' % word
        )
        assert books.refused("POST", "invoice", body) == "2010"


@fact("3.5", "Line must be an array of objects")
def _(books: Books) -> None:
    lines: list[Any] = ["text", {"Amount": 1}, [1], [[line(1)]], ["x"]]
    for wrong in lines:
        assert books.refused("POST", "invoice", {"CustomerRef": {"value": "3"}, "Line": wrong}) == "2010"
