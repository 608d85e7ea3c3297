"""Section 11: CompanyInfo, Preferences, several currencies; closed books and ended subscriptions."""

from decimal import Decimal
from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.section_03_invoices import NO_DATE, NO_NUMBER, change, draft, problem
from tests.sandbox.facts.table import fact

SEVERAL = "us-multicurrency"


def company_info(books: Books) -> dict[str, Any]:
    return books.ok("GET", f"companyinfo/{books.realm}")["CompanyInfo"]


def preferences(books: Books) -> dict[str, Any]:
    return books.ok("GET", "preferences")["Preferences"]


def named_values(books: Books) -> dict[str, str]:
    return {entry["Name"]: entry["Value"] for entry in company_info(books)["NameValue"]}


def euro_customer(books: Books) -> str:
    return books.post("Customer", {"DisplayName": "Ada GmbH", "CurrencyRef": {"value": "EUR"}})["Id"]


@fact("11", "CompanyInfo is a singleton with Id 1, read under the realm's number")
def _(books: Books) -> None:
    info = company_info(books)
    assert (info["Id"], info["CompanyName"]) == ("1", "Cedar & Stone Landscaping LLC")


@fact("11", "CompanyInfo can be queried too")
def _(books: Books) -> None:
    assert books.query("select * from CompanyInfo")["CompanyInfo"] == [company_info(books)]


@fact("11", "CompanyInfo has the addresses, language, fiscal year and start date of the company")
def _(books: Books) -> None:
    wanted = {"CompanyAddr", "CustomerCommunicationAddr", "LegalAddr", "LegalName", "CompanyStartDate"}
    wanted |= {"FiscalYearStartMonth", "SupportedLanguages", "Email", "NameValue", "SyncToken", "MetaData"}
    assert wanted <= set(company_info(books))


@fact("11", "Country is US at the top level of CompanyInfo")
def _(books: Books) -> None:
    assert company_info(books)["Country"] == "US"


@fact("11", "Country is USA at the top level of CompanyInfo where switched", company_country_style="USA")
def _(books: Books) -> None:
    realm = books.control("POST", "companies", {"preset": "us-no-tax"})["realm"]
    shown = books.control("GET", f"companies/{realm}/v3/companyinfo/{realm}")["CompanyInfo"]
    assert shown["Country"] == "USA"


@fact("11", "company addresses have three-letter countries and neither Lat nor Long")
def _(books: Books) -> None:
    for name in ("CompanyAddr", "LegalAddr", "CustomerCommunicationAddr"):
        address = company_info(books)[name]
        assert address["Country"] == "USA"
        assert not {"Lat", "Long"} & set(address)


@fact("11", "SubscriptionStatus says whether the subscription is paid")
def _(books: Books) -> None:
    assert named_values(books)["SubscriptionStatus"] == "PAID"
    assert named_values(books)["OfferingSku"] == "QuickBooks Online Plus"


@fact("11", "an ended subscription shows in SubscriptionStatus", preset="expired")
def _(books: Books) -> None:
    assert named_values(books)["SubscriptionStatus"] == "EXPIRED"


@fact("14.3", "after the subscription ended every write is 6190", preset="expired")
def _(books: Books) -> None:
    found = problem(books, draft())
    assert (found["code"], found["Message"]) == ("6190", "Invalid Company Status")
    assert books.refused("POST", "customer", {"DisplayName": "Ada"}) == "6190"
    assert books.refused("POST", "invoice", {"Id": "1", "SyncToken": "0"}, operation="void") == "6190"


@fact("14.3", "after the subscription ended reading goes on", preset="expired")
def _(books: Books) -> None:
    assert books.read("Invoice", "1")["Id"] == "1"
    assert books.query("select count(*) from Customer")["totalCount"] > 0


@fact("14.3", "a subscription can end while the company is connected")
def _(books: Books) -> None:
    books.control("POST", f"companies/{books.realm}", {"expired": True})
    assert books.refused("POST", "invoice", draft()) == "6190"
    books.control("POST", f"companies/{books.realm}", {"expired": False})
    assert books.invoice()


@fact("11", "Preferences are a singleton with Id 1, read or queried")
def _(books: Books) -> None:
    assert preferences(books)["Id"] == "1"
    assert books.query("select * from Preferences")["Preferences"] == [preferences(books)]


@fact("11", "Preferences have these groups and members")
def _(books: Books) -> None:
    wanted = {
        "SalesFormsPrefs": "CustomTxnNumbers AllowDiscount DefaultDiscountAccount AllowShipping AllowDeposit "
        "DefaultShippingAccount AllowServiceDate DefaultTerms DefaultCustomerMessage AutoApplyCredit "
        "AutoApplyPayments ETransactionPaymentEnabled UsingProgressInvoicing CustomField",
        "TaxPrefs": "UsingSalesTax PartnerTaxEnabled",
        "CurrencyPrefs": "MultiCurrencyEnabled HomeCurrency",
        "AccountingInfoPrefs": "UseAccountNumbers ClassTrackingPerTxn ClassTrackingPerTxnLine "
        "TrackDepartments FirstMonthOfFiscalYear CustomerTerminology",
        "EmailMessagesPrefs": "InvoiceMessage EstimateMessage SalesReceiptMessage StatementMessage",
        "ProductAndServicesPrefs": "ForSales",
        "ReportPrefs": "ReportBasis",
        "VendorAndPurchasesPrefs": "BillableExpenseTracking",
        "TimeTrackingPrefs": "WorkWeekStartDate",
        "OtherPrefs": "NameValue",
    }
    shown = preferences(books)
    missing = {
        f"{group}.{name}"
        for group, names in wanted.items()
        for name in names.split()
        if name not in shown[group]
    }
    assert not missing


@fact("11", "a preference is changed by POST of the whole object")
def _(books: Books) -> None:
    whole = preferences(books)
    whole["SalesFormsPrefs"]["CustomTxnNumbers"] = True
    changed = books.post("Preferences", whole)
    assert (changed["SalesFormsPrefs"]["CustomTxnNumbers"], changed["SyncToken"]) == (True, "1")


@fact("11", "a change of preferences needs the present SyncToken")
def _(books: Books) -> None:
    body = {"Id": "1", "SalesFormsPrefs": {"AllowDiscount": False}}
    assert books.refused("POST", "preferences", body) == "2020"
    assert books.refused("POST", "preferences", {**body, "SyncToken": "9"}) == "5010"


@fact("11", "an unknown group or member of the preferences is 2010, so is a wrong type")
def _(books: Books) -> None:
    head = {"Id": "1", "SyncToken": "0"}
    wrong: list[dict[str, Any]] = [
        {"PetPrefs": {"Cat": True}},
        {"SalesFormsPrefs": {"AllowCats": True}},
        {"SalesFormsPrefs": {"AllowDiscount": "perhaps"}},
        {"SalesFormsPrefs": {"CustomField": "x"}},
        {"SalesFormsPrefs": [1]},
    ]
    for body in wrong:
        assert books.refused("POST", "preferences", {**head, **body}) == "2010"


@fact(
    "11", "empty members and groups of the preferences are not provided, as round-tripping clients send them"
)
def _(books: Books) -> None:
    body = {"Id": "1", "SyncToken": "0", "ReportPrefs": None, "TaxPrefs": {"Nothing": ""}}
    changed = books.post("Preferences", {**body, "AccountingInfoPrefs": {"BookCloseDate": ""}})
    assert changed["ReportPrefs"] == {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False}


@fact("11", "a change of preferences raises an event")
def _(books: Books) -> None:
    books.events()
    books.post("Preferences", {"Id": "1", "SyncToken": "0", "SalesFormsPrefs": {"AllowDiscount": False}})
    assert [event["type"] for event in books.events()] == ["qbo.preferences.updated.v1"]


@fact("11", "a discount account that does not exist is 2500")
def _(books: Books) -> None:
    body = {"Id": "1", "SyncToken": "0", "SalesFormsPrefs": {"DefaultDiscountAccount": "999"}}
    assert books.refused("POST", "preferences", body) == "2500"


@fact("11", "a book closing date that is no date is 2060 or 2070")
def _(books: Books) -> None:
    body = {"Id": "1", "SyncToken": "0", "AccountingInfoPrefs": {"BookCloseDate": "2026-13-45"}}
    assert books.refused("POST", "preferences", body) in NO_DATE


def closed(books: Books) -> dict[str, Any]:
    """An invoice in October, with the books closed at the end of that month."""
    made = books.invoice(line(10), TxnDate="2026-10-15")
    books.prefer(AccountingInfoPrefs={"BookCloseDate": "2026-10-31"})
    return made


@fact("14.3", "in a closed period invoices are neither made, changed, voided nor deleted")
def _(books: Books) -> None:
    head = {"Id": closed(books)["Id"], "SyncToken": "0"}
    assert books.refused("POST", "invoice", draft(TxnDate="2026-10-31")) == "6210"
    assert books.refused("POST", "invoice", {**head, "sparse": True, "PrivateNote": "x"}) == "6210"
    assert books.refused("POST", "invoice", head, operation="void") == "6210"
    assert books.refused("POST", "invoice", head, operation="delete") == "6210"


@fact("14.3", "no invoice is moved into a closed period or out of it")
def _(books: Books) -> None:
    inside, outside = closed(books), books.invoice(TxnDate="2026-11-01")
    for record, day in ((inside, "2026-11-01"), (outside, "2026-10-31")):
        body = {"Id": record["Id"], "SyncToken": "0", "sparse": True, "TxnDate": day}
        assert books.refused("POST", "invoice", body) == "6210"


@fact("14.3", "closed books with a password are 6210 with Intuit's words", books_close_password=True)
def _(books: Books) -> None:
    closed(books)
    found = problem(books, draft(TxnDate="2026-10-01"))
    assert found["code"] == "6210"
    assert found["Detail"].startswith(
        "The account period has closed and the account books cannot be updated through the QBO Services API"
    )


@fact("14.3", "closed books without a password are 6200", books_close_password=False)
def _(books: Books) -> None:
    closed(books)
    assert books.refused("POST", "invoice", draft(TxnDate="2026-10-01")) == "6200"


@fact("14.3", "a payment of today pays an invoice of a closed period")
def _(books: Books) -> None:
    made = closed(books)
    books.pay(made, 10)
    assert books.read("Invoice", made["Id"])["Balance"] == 0


@fact("14.3", "payments dated in a closed period are refused like invoices")
def _(books: Books) -> None:
    closed(books)
    body = {"CustomerRef": {"value": "3"}, "TotalAmt": 5, "TxnDate": "2026-10-02"}
    assert books.refused("POST", "payment", body) == "6210"


@fact("11", "a foreign currency is refused where only one is in use")
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(CurrencyRef={"value": "EUR"})) == "6000"


@fact("11", "with several currencies an invoice shows its home amounts", preset=SEVERAL)
def _(books: Books) -> None:
    euro = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": Decimal("1.085")}
    made = books.post("Invoice", draft(line(Decimal("99.90")), customer=euro_customer(books), **euro))
    assert (made["TotalAmt"], made["ExchangeRate"]) == (Decimal("99.9"), Decimal("1.085"))
    assert made["HomeTotalAmt"] == made["HomeBalance"] == Decimal("108.39")


@fact("11", "home amounts are rounded half up", preset=SEVERAL)
def _(books: Books) -> None:
    euro = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": Decimal("0.5")}
    made = books.post("Invoice", draft(line(Decimal("0.25")), customer=euro_customer(books), **euro))
    assert made["HomeTotalAmt"] == Decimal("0.13")


@fact("11", "a transaction's currency must be its customer's", preset=SEVERAL)
def _(books: Books) -> None:
    customer = euro_customer(books)
    for wrong in ({"CurrencyRef": {"value": "GBP"}}, {"CurrencyRef": {"value": "USD"}}):
        assert books.refused("POST", "invoice", draft(customer=customer, **wrong)) == "6000"
    assert books.refused("POST", "invoice", draft(CurrencyRef={"value": "EUR"})) == "6000"


@fact("11", "CurrencyRef is required for a customer in a foreign currency", preset=SEVERAL)
def _(books: Books) -> None:
    assert books.refused("POST", "invoice", draft(customer=euro_customer(books))) == "2020"


@fact("11", "in the home currency the exchange rate is 1 whatever is sent", preset=SEVERAL)
def _(books: Books) -> None:
    made = books.invoice(line(10), ExchangeRate=3)
    assert (made["ExchangeRate"], made["HomeTotalAmt"]) == (1, 10)


@fact("11", "an exchange rate is greater than 0", preset=SEVERAL)
def _(books: Books) -> None:
    euro = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": 0}
    assert books.refused("POST", "invoice", draft(customer=euro_customer(books), **euro)) in NO_NUMBER


@fact("11", "a customer's currency is fixed once set", preset=SEVERAL)
def _(books: Books) -> None:
    body = {"Id": euro_customer(books), "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "USD"}}
    assert books.refused("POST", "customer", body) == "6000"


@fact("11", "a transaction's currency is fixed once set, and needs not be sent again", preset=SEVERAL)
def _(books: Books) -> None:
    customer = euro_customer(books)
    made = books.post("Invoice", draft(customer=customer, CurrencyRef={"value": "EUR"}))
    assert change(books, made, PrivateNote="x")["CurrencyRef"]["value"] == "EUR"
    full = {**draft(customer=customer), "Id": made["Id"], "SyncToken": "1"}
    assert books.post("Invoice", full)["CurrencyRef"]["value"] == "EUR"


@fact("11", "a payment lowers the home balance too", preset=SEVERAL)
def _(books: Books) -> None:
    euro = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": 2}
    made = books.post("Invoice", draft(line(100), customer=euro_customer(books), **euro))
    link = {"TxnId": made["Id"], "TxnType": "Invoice"}
    body = {"CustomerRef": made["CustomerRef"], "TotalAmt": 40, "Line": [{"Amount": 40, "LinkedTxn": [link]}]}
    books.post("Payment", {**body, **euro})
    assert books.read("Invoice", made["Id"])["HomeBalance"] == 120


@fact("11", "several currencies cannot be turned off again", preset=SEVERAL)
def _(books: Books) -> None:
    body = {"Id": "1", "SyncToken": "0", "CurrencyPrefs": {"MultiCurrencyEnabled": False}}
    assert books.refused("POST", "preferences", body) == "6000"


@fact("11", "the home currency is fixed")
def _(books: Books) -> None:
    body = {"Id": "1", "SyncToken": "0", "CurrencyPrefs": {"HomeCurrency": {"value": "EUR"}}}
    assert books.refused("POST", "preferences", body) == "6000"


@fact("14.3", "a Canadian company has its country and its home currency", preset="canada")
def _(books: Books) -> None:
    assert company_info(books)["Country"] == "CA"
    assert preferences(books)["CurrencyPrefs"]["HomeCurrency"]["value"] == "CAD"
    assert books.read("Invoice", "1")["CurrencyRef"]["value"] == "CAD"
