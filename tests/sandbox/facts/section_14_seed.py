"""Section 14.2: what a new company holds."""

from tests.sandbox.client import Books
from tests.sandbox.facts.table import fact


def _count(books: Books, kind: str) -> int:
    return books.query(f"select count(*) from {kind}")["totalCount"]


@fact("14.2", "the first company is in the US, keeps its books in dollars and has the id 1")
def _(books: Books) -> None:
    information = books.ok("GET", f"companyinfo/{books.realm}")["CompanyInfo"]
    preferences = books.ok("GET", "preferences")["Preferences"]
    assert (information["Id"], information["Country"]) == ("1", "US")
    assert information["CompanyName"] == "Cedar & Stone Landscaping LLC"
    assert (preferences["Id"], preferences["CurrencyPrefs"]["HomeCurrency"]["value"]) == ("1", "USD")


@fact("14.2", "there are more than 20 and fewer than 100 accounts, fewer than 20 of them expenses")
def _(books: Books) -> None:
    assert 20 < _count(books, "Account") < 100
    assert books.query("select count(*) from Account where AccountType = 'Expense'")["totalCount"] < 20


@fact("14.2", "one account is named Travel and is an expense")
def _(books: Books) -> None:
    found = books.query("select * from Account where Name = 'Travel'")["Account"]
    assert [account["AccountType"] for account in found] == ["Expense"]


@fact("14.2", "there is an account of every subtype that clients look for")
def _(books: Books) -> None:
    subtypes = ("SalesOfProductIncome", "SuppliesMaterialsCogs", "Inventory", "DiscountsRefundsGiven")
    for subtype in (*subtypes, "ShippingFreightDelivery"):
        assert books.query(f"select * from Account where AccountSubType = '{subtype}'")["Account"]
    sold = "AccountType = 'Income' and AccountSubType = 'SalesOfProductIncome'"
    assert books.query(f"select * from Account where {sold} maxresults 1")["Account"]


@fact("14.2", "the first items are Services and Hours, and a dozen more follow")
def _(books: Books) -> None:
    assert [books.read("Item", number)["Name"] for number in "12"] == ["Services", "Hours"]
    assert [books.read("Item", number)["Type"] for number in "12"] == ["Service", "Service"]
    assert 14 <= _count(books, "Item") < 100


@fact("14.2", "one company sorts its items into a category and has a bundle", preset="us-manual-tax")
def _(books: Books) -> None:
    for kind in ("Category", "Group"):
        assert books.query(f"select * from Item where Type = '{kind}'")["Item"]


@fact("14.2", "the first customer has an invoice, and there are sub-customers")
def _(books: Books) -> None:
    first = books.query("select * from Customer maxresults 1")["Customer"][0]
    assert books.query(f"select * from Invoice where CustomerRef = '{first['Id']}'")["Invoice"]
    jobs = books.query("select * from Customer where Job = true")["Customer"]
    assert all(":" in job["FullyQualifiedName"] and job["Level"] == 1 for job in jobs)
    assert books.query(f"select * from Invoice where CustomerRef = '{jobs[0]['Id']}'")["Invoice"]


@fact("14.2", "there are the usual terms and payment methods")
def _(books: Books) -> None:
    terms = {term["Name"]: term["DueDays"] for term in books.query("select * from Term")["Term"]}
    assert {"Due on receipt": 0, "Net 15": 15, "Net 30": 30}.items() <= terms.items()
    methods = books.query("select * from PaymentMethod")["PaymentMethod"]
    assert {"Cash", "Check", "Credit Card"} <= {method["Name"] for method in methods}


@fact("14.2", "five payments were received")
def _(books: Books) -> None:
    assert _count(books, "Payment") == 5


@fact("14.2", "vendors and employees are there for names to clash with")
def _(books: Books) -> None:
    assert _count(books, "Vendor") >= 3
    assert _count(books, "Employee") >= 3
    assert books.refused("POST", "customer", {"DisplayName": "Emily Platt"}) == "6240"


@fact("14.2", "tax has agencies, rates and codes, and a code groups rates")
def _(books: Books) -> None:
    code = books.query("select * from TaxCode where Name = 'Austin'")["TaxCode"][0]
    rates = [entry["TaxRateRef"]["value"] for entry in code["SalesTaxRateList"]["TaxRateDetail"]]
    assert sum(books.read("TaxRate", rate)["RateValue"] for rate in rates) == 8.25
    agency = books.read("TaxRate", rates[0])["AgencyRef"]["value"]
    assert books.read("TaxAgency", agency)["DisplayName"] == "Texas Comptroller of Public Accounts"


@fact("14.2", "a query for one tax code gives four rows: the pseudo codes do not count")
def _(books: Books) -> None:
    found = books.query("select * from TaxCode maxresults 1")["TaxCode"]
    assert [code["Id"] for code in found[1:]] == ["TAX", "NON", "CustomSalesTax"]
    assert len(found) == 4


@fact("14.2", "the preferences hold what clients of others look for")
def _(books: Books) -> None:
    preferences = books.ok("GET", "preferences")["Preferences"]
    assert preferences["AccountingInfoPrefs"]["TaxYearMonth"] == "January"
    assert preferences["TimeTrackingPrefs"]["WorkWeekStartDate"] == "Monday"
    assert preferences["OtherPrefs"]["NameValue"][0]["Name"] == "SalesFormsPrefs.DefaultCustomerMessage"
    assert preferences["EmailMessagesPrefs"]["EstimateMessage"]["Subject"]


@fact("14.2", "there are no attachments, classes or departments")
def _(books: Books) -> None:
    for kind in ("Attachable", "Class", "Department"):
        assert books.query(f"select * from {kind}") == {}


@fact("14.2", "the discount and shipping accounts of the preferences exist")
def _(books: Books) -> None:
    forms = books.ok("GET", "preferences")["Preferences"]["SalesFormsPrefs"]
    assert books.read("Account", forms["DefaultDiscountAccount"])["Name"] == "Discounts given"
    assert books.read("Account", forms["DefaultShippingAccount"])["Name"] == "Shipping Income"


@fact("14.2", "the subscription is told in the company's list of names and values")
def _(books: Books) -> None:
    told = {entry["Name"]: entry["Value"] for entry in books.read("CompanyInfo", "1")["NameValue"]}
    assert (told["SubscriptionStatus"], told["OfferingSku"]) == ("PAID", "QuickBooks Online Plus")


@fact("14.2", "an ended subscription is told in the company's list of names and values", preset="expired")
def _(books: Books) -> None:
    told = {entry["Name"]: entry["Value"] for entry in books.read("CompanyInfo", "1")["NameValue"]}
    assert told["SubscriptionStatus"] == "EXPIRED"


@fact("14.2", "all of it is there in every kind of company", preset="canada")
def _(books: Books) -> None:
    assert (_count(books, "Item"), _count(books, "Payment")) == (14, 5)
    assert books.ok("GET", "preferences")["Preferences"]["CurrencyPrefs"]["HomeCurrency"]["value"] == "CAD"
