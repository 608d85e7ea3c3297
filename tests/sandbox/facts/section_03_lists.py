"""Section 3.6: accounts, terms, payment methods, vendors, employees, classes, departments, the company."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import below, change, customer, end, said
from tests.sandbox.facts.table import fact


@fact("3.6", "an account's type follows from its subtype")
def _(books: Books) -> None:
    made = books.post("Account", {"Name": "Till", "AccountSubType": "CashOnHand", "AcctNum": "1010"})
    assert (made["AccountType"], made["Classification"], made["AcctNum"]) == ("Bank", "Asset", "1010")
    assert (made["CurrentBalance"], made["CurrentBalanceWithSubAccounts"]) == (0, 0)
    assert made["FullyQualifiedName"] == "Till"


@fact("3.6", "an account's subtype follows from its type")
def _(books: Books) -> None:
    made = books.post("Account", {"Name": "Fees", "AccountType": "Income"})
    assert (made["AccountSubType"], made["Classification"]) == ("OtherPrimaryIncome", "Revenue")


@fact("3.6", "account types and subtypes are words of a list")
def _(books: Books) -> None:
    assert said(books, "account", {"Name": "X", "AccountType": "Purse"})[:2] == ("2170", "AccountType")
    assert said(books, "account", {"Name": "X", "AccountSubType": "Purse"})[:2] == ("2170", "AccountSubType")


@fact("3.6", "an account's name is unique and holds neither colon nor quotation mark")
def _(books: Books) -> None:
    assert said(books, "account", {"Name": "travel", "AccountType": "Expense"})[0] == "6240"
    for mark in ':"':
        assert said(books, "account", {"Name": f"a{mark}b", "AccountType": "Expense"})[:2] == ("2040", "Name")


@fact("3.6", "a sub-account has a qualified name and its parent's type")
def _(books: Books) -> None:
    travel = books.read("Account", "31")
    made = books.post("Account", {"Name": "Flights", "AccountType": "Expense", **below(travel, "SubAccount")})
    assert (made["FullyQualifiedName"], made["SubAccount"]) == ("Travel:Flights", True)
    body = {"Name": "Cash", "AccountType": "Bank", **below(travel, "SubAccount")}
    assert said(books, "account", body)[:2] == ("700", "ParentRef")


@fact("3.6", "an account is renamed in use and its name follows everywhere")
def _(books: Books) -> None:
    change(books, "Account", {"Id": "14"}, Name="Service income", AccountType="Income")
    assert books.read("Item", "3")["IncomeAccountRef"]["name"] == "Service income"


@fact("3.6", "an inactive account is renamed and serves no new item")
def _(books: Books) -> None:
    made = books.post("Account", {"Name": "Fees", "AccountType": "Income"})
    assert end(books, "Account", made)["Name"] == "Fees (deleted)"
    body = {"Name": "X", "IncomeAccountRef": {"value": made["Id"]}}
    assert said(books, "item", body)[:2] == ("2500", "IncomeAccountRef")


@fact("3.6", "terms of so many days are standard, terms of a day of the month are driven by date")
def _(books: Books) -> None:
    days = books.post("Term", {"Name": "Net 10", "DueDays": 10, "Type": "DATE_DRIVEN"})
    by_day = books.post("Term", {"Name": "15th", "DayOfMonthDue": 15, "DueNextMonthDays": 5})
    assert (days["Type"], days["DueDays"]) == ("STANDARD", 10)
    assert by_day["Type"] == "DATE_DRIVEN"


@fact("3.6", "terms need days or a day of the month, and a name of 31 characters at most")
def _(books: Books) -> None:
    assert said(books, "term", {"Name": "Whenever"})[:2] == ("2020", "DueDays")
    assert said(books, "term", {"DueDays": 3})[:2] == ("2020", "Name")
    assert said(books, "term", {"Name": "x" * 32, "DueDays": 3})[:2] == ("2050", "Name")


@fact("3.6", "an invoice is due as new terms say")
def _(books: Books) -> None:
    made = books.post("Term", {"Name": "Net 10", "DueDays": 10})
    assert books.invoice(SalesTermRef={"value": made["Id"]})["DueDate"] == "2026-11-12"


@fact("3.6", "terms are changed by sending the whole object back")
def _(books: Books) -> None:
    first = books.query("select * from Term maxresults 1")["Term"][0]
    changed = books.post("Term", {**first, "DueDays": 60, "SyncToken": int(first["SyncToken"])})
    assert (changed["Name"], changed["DueDays"], changed["SyncToken"]) == ("Due on receipt", 60, "1")


@fact("3.6", "payment methods are credit cards or not")
def _(books: Books) -> None:
    assert books.post("PaymentMethod", {"Name": "Barter"})["Type"] == "NON_CREDIT_CARD"
    assert books.post("PaymentMethod", {"Name": "Visa", "Type": "CREDIT_CARD"})["Type"] == "CREDIT_CARD"
    assert said(books, "paymentmethod", {"Name": "Shells", "Type": "SHELLS"})[:2] == ("2170", "Type")
    assert said(books, "paymentmethod", {"Name": "cash"})[0] == "6240"


@fact("3.6", "an inactive payment method is not used")
def _(books: Books) -> None:
    end(books, "PaymentMethod", {"Id": "1"})
    body = {"DisplayName": "A", "PaymentMethodRef": {"value": "1"}}
    assert said(books, "customer", body)[:2] == ("2500", "PaymentMethodRef")


@fact("3.6", "classes and departments start empty and can be made, nested and renamed")
def _(books: Books) -> None:
    for kind, flag in (("Class", "SubClass"), ("Department", "SubDepartment")):
        assert books.query(f"select * from {kind}") == {}
        north = books.post(kind, {"Name": "North"})
        made = books.post(kind, {"Name": "Shop", **below(north, flag)})
        assert (north["FullyQualifiedName"], made["FullyQualifiedName"]) == ("North", "North:Shop")
        assert (north[flag], made[flag]) == (False, True)
        assert change(books, kind, north, Name="South")["Name"] == "South"
        assert books.read(kind, made["Id"])["FullyQualifiedName"] == "South:Shop"


@fact("3.6", "an invoice names its class and its department")
def _(books: Books) -> None:
    north = books.post("Class", {"Name": "North"})
    shop = books.post("Department", {"Name": "Shop"})
    made = books.invoice(ClassRef={"value": north["Id"]}, DepartmentRef={"value": shop["Id"]})
    assert (made["ClassRef"]["name"], made["DepartmentRef"]["name"]) == ("North", "Shop")


@fact("3.6", "a vendor keeps everything that is said about it")
def _(books: Books) -> None:
    told = {"DisplayName": "Gravel & Co", "Title": "Ms.", "GivenName": "First", "FamilyName": "Last"}
    told |= {"CompanyName": "Gravel & Co", "AcctNum": "A-7", "Vendor1099": True, "BillRate": 40}
    phone, address = {"FreeFormNumber": "555-555-5555"}, {"Line1": "123 Main", "Country": "U.S.A"}
    made = books.post(
        "Vendor",
        {
            **told,
            "PrimaryPhone": phone,
            "BillAddr": address,
            "TermRef": {"value": "3"},
            "WebAddr": {"URI": "http://gravel.example"},
        },
    )
    read = books.read("Vendor", made["Id"])
    assert {name: read[name] for name in told} == told
    assert (read["PrimaryPhone"], read["BillAddr"]["Line1"]) == (phone, "123 Main")
    assert (read["BillAddr"]["Country"], read["Balance"]) == ("U.S.A", 0)
    assert "FullyQualifiedName" not in read


@fact("3.6", "only the last digits of a vendor's tax number are read back")
def _(books: Books) -> None:
    made = books.post("Vendor", {"DisplayName": "Gravel & Co", "TaxIdentifier": "99-9999123"})
    assert made["TaxIdentifier"] == "XXXXXX9123"


@fact("3.6", "a vendor is paid from an account of payables")
def _(books: Books) -> None:
    body = {"DisplayName": "Gravel & Co", "APAccountRef": {"value": "3"}}
    assert said(books, "vendor", body)[:2] == ("6430", "APAccountRef")


@fact("3.6", "an employee is named after the name parts, and a social security number is hidden")
def _(books: Books) -> None:
    address = {"Line1": "45 N. Elm Street", "City": "Middlefield", "PostalCode": "93242"}
    made = books.post(
        "Employee",
        {
            **{"GivenName": "John", "FamilyName": "Smith", "SSN": "123-45-6789", "HiredDate": "2020-07-22"},
            **{"PrimaryAddr": address, "BillRate": 0, "ReleasedDate": "", "Organization": False},
        },
    )
    assert (made["DisplayName"], made["SSN"]) == ("John Smith", "XXX-XX-XXXX")
    assert (made["HiredDate"], made["PrimaryAddr"]["City"]) == ("2020-07-22", "Middlefield")
    assert made["PrimaryAddr"]["Id"]


@fact("3.6", "vendors and employees are made inactive like customers")
def _(books: Books) -> None:
    assert end(books, "Vendor", {"Id": "13"})["DisplayName"] == "Hill Country Nursery (deleted)"
    assert end(books, "Employee", {"Id": "17"})["DisplayName"] == "Emily Platt (deleted)"
    assert customer(books, "Emily Platt")["DisplayName"] == "Emily Platt"


@fact("3.6", "the company is read by its realm, by its id and by query")
def _(books: Books) -> None:
    by_realm = books.ok("GET", f"companyinfo/{books.realm}")["CompanyInfo"]
    assert by_realm == books.read("CompanyInfo", "1")
    assert by_realm == books.query("select * from CompanyInfo")["CompanyInfo"][0]


@fact("3.6", "the company can be renamed; what it is and where its subscription stands cannot be written")
def _(books: Books) -> None:
    before = books.read("CompanyInfo", "1")
    changed = change(books, "CompanyInfo", before, CompanyName="Cedar LLC", Country="CA", NameValue=[])
    assert (changed["CompanyName"], changed["Country"], changed["SyncToken"]) == ("Cedar LLC", "US", "1")
    assert changed["NameValue"] == before["NameValue"]


@fact("3.6", "a full update of the company keeps the address that tax is computed from")
def _(books: Books) -> None:
    head = {"Id": "1", "SyncToken": "0", "CompanyName": "Cedar LLC"}
    changed = books.post("CompanyInfo", head)
    assert changed["LegalAddr"]["PostalCode"] == "78704"
    assert "CompanyAddr" not in changed
    assert books.invoice(line(100, "9", "TAX"))["TxnTaxDetail"]["TotalTax"] == 8.25


@fact("3.6", "every list is read by id, and an unknown id of it is 610")
def _(books: Books) -> None:
    for kind in ("Account", "Term", "PaymentMethod", "TaxCode", "TaxRate", "TaxAgency", "Item", "Customer"):
        assert books.read(kind, "1")["Id"] == "1"
        assert books.refused("GET", f"{kind.lower()}/4711") == "610"


@fact("3.6", "lists are changed with the present token only")
def _(books: Books) -> None:
    for kind in ("Account", "Term", "PaymentMethod", "Item", "Customer"):
        body = {"Id": "2", "SyncToken": "7", "sparse": True, "Active": True}
        assert said(books, kind.lower(), body)[0] == "5010"
        assert said(books, kind.lower(), {"Id": "2", "sparse": True, "Active": True})[0] == "2020"


@fact("3.6", "every kind of list announces its changes")
def _(books: Books) -> None:
    books.events()
    books.post("Vendor", {"DisplayName": "Gravel & Co"})
    books.post("Term", {"Name": "Net 10", "DueDays": 10})
    books.later(minutes=1)
    assert {event["type"] for event in books.events()} == {"qbo.vendor.created.v1", "qbo.term.created.v1"}
