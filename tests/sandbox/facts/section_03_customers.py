"""Section 3.2: customers."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import below, change, customer, said
from tests.sandbox.facts.table import fact

_MANUAL = "us-manual-tax"


@fact("3.2", "a display name is made of the five name parts when none is given")
def _(books: Books) -> None:
    parts = {"Title": "Ms", "GivenName": "Ada", "MiddleName": "B", "FamilyName": "King", "Suffix": "Jr"}
    assert books.post("Customer", parts)["DisplayName"] == "Ms Ada B King Jr"


@fact("3.2", "one name part is enough")
def _(books: Books) -> None:
    for name in ("GivenName", "FamilyName", "MiddleName"):
        assert books.post("Customer", {name: f"only {name}"})["DisplayName"] == f"only {name}"


@fact("3.2", "a display name may be generated into one that is taken")
def _(books: Books) -> None:
    assert said(books, "customer", {"GivenName": "Emily", "FamilyName": "Platt"})[0] == "6240"


@fact("3.2", "no two of customers, vendors and employees have one display name")
def _(books: Books) -> None:
    for taken in ("Blue Heron Cafe", "Office Supply Depot", "Maria Santos"):
        for path in ("customer", "vendor", "employee"):
            assert said(books, path, {"DisplayName": taken})[0] == "6240"


@fact("3.2", "display names are compared without case", names_ignore_case=True)
def _(books: Books) -> None:
    assert said(books, "vendor", {"DisplayName": "BLUE heron CAFE"})[0] == "6240"


@fact("3.2", "or display names are compared letter by letter", names_ignore_case=False)
def _(books: Books) -> None:
    customer(books, "Ada")
    loud = customer(books, "ADA")
    assert loud["DisplayName"] == "ADA"
    for taken in ("Ada", "ADA"):
        assert said(books, "vendor", {"DisplayName": taken})[0] == "6240"
    body = {"Id": loud["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "Ada"}
    assert said(books, "customer", body)[0] == "6240"


@fact("3.2", "items have names in a space of their own")
def _(books: Books) -> None:
    assert customer(books, "Garden design")["DisplayName"] == "Garden design"


@fact("3.2", "a display name cannot be taken away by a sparse update")
def _(books: Books) -> None:
    made = customer(books, "Ada", GivenName="Augusta")
    for nothing in ("", None):
        assert change(books, "Customer", made, DisplayName=nothing)["DisplayName"] == "Ada"


@fact("3.2", "a display name has 500 characters at most")
def _(books: Books) -> None:
    assert len(customer(books, "A" * 500)["DisplayName"]) == 500
    assert said(books, "customer", {"DisplayName": "A" * 501})[:2] == ("2050", "DisplayName")


@fact("3.2", "names hold no colon, tab or newline")
def _(books: Books) -> None:
    names = ("DisplayName", "Title", "GivenName", "MiddleName", "FamilyName", "Suffix", "PrintOnCheckName")
    for name in names:
        for mark in ":\t\n":
            body = {"DisplayName": "Ada", name: f"a{mark}b"}
            assert said(books, "customer", body)[:2] == ("2040", name)


@fact("3.2", "names hold every letter there is")
def _(books: Books) -> None:
    name = "Åse & Søn 'Øst' \"Ä\" 株式会社 🌳 <b>"
    made = customer(books, name)
    assert books.read("Customer", made["Id"])["DisplayName"] == name


@fact("3.2", "every field has the length of the table")
def _(books: Books) -> None:
    lengths = {"Title": 16, "Suffix": 16, "GivenName": 100, "MiddleName": 100, "FamilyName": 100}
    lengths |= {"CompanyName": 100, "PrintOnCheckName": 110, "Notes": 2000, "ResaleNum": 16}
    for name, most in lengths.items():
        made = customer(books, f"With {name}", **{name: "x" * most})
        assert made[name] == "x" * most
        assert said(books, "customer", {"DisplayName": "Y", name: "x" * (most + 1)})[:2] == ("2050", name)


@fact("3.2", "a new customer is answered with the fields that the service fills in")
def _(books: Books) -> None:
    made = customer(books, "Ada", BillAddr={"City": "Austin"})
    shown = {"Active": True, "Job": False, "BillWithParent": False, "Balance": 0, "BalanceWithJobs": 0}
    shown |= {"Taxable": True, "PreferredDeliveryMethod": "Print", "PrintOnCheckName": "Ada"}
    shown |= {"FullyQualifiedName": "Ada", "SyncToken": "0", "domain": "QBO", "sparse": False}
    assert {name: made[name] for name in shown} == shown
    assert made["CurrencyRef"] == {"value": "USD", "name": "United States Dollar"}
    assert made["DefaultTaxCodeRef"]["value"]
    assert made["BillAddr"]["Id"]


@fact("3.2", "what is read only is accepted and ignored")
def _(books: Books) -> None:
    fields = {"FullyQualifiedName": "Z:Z", "Level": 3, "Balance": 700, "BalanceWithJobs": 700}
    fields |= {"IsProject": True}
    made = customer(books, "Ada", **fields, MetaData={"CreateTime": "2001-01-01T00:00:00-08:00"})
    assert (made["FullyQualifiedName"], made["Balance"], made["BalanceWithJobs"]) == ("Ada", 0, 0)
    assert not {"Level", "IsProject"} & set(made)
    assert made["MetaData"]["CreateTime"] == "2026-11-02T09:00:00-08:00"


@fact("3.2", "a sub-customer has its parent's name in front and a level")
def _(books: Books) -> None:
    child = customer(books, "Garage", ParentRef={"value": "1"}, Job=True)
    assert child["DisplayName"] == "Garage"
    assert child["FullyQualifiedName"] == "Amy's Bird Sanctuary:Garage"
    assert (child["Level"], child["Job"]) == (1, True)
    assert child["ParentRef"] == {"value": "1", "name": "Amy's Bird Sanctuary"}


@fact("3.2", "the last part of a sub-customer's name is unique among all customers")
def _(books: Books) -> None:
    customer(books, "Garage", ParentRef={"value": "1"}, Job=True)
    body = {"DisplayName": "Garage", "ParentRef": {"value": "2"}, "Job": True}
    assert said(books, "customer", body)[0] == "6240"


@fact("3.2", "renaming a parent renames everything below it")
def _(books: Books) -> None:
    top = customer(books, "Top")
    middle = customer(books, "Middle", **below(top))
    leaf = customer(books, "Leaf", **below(middle))
    change(books, "Customer", top, DisplayName="Summit")
    shown = books.read("Customer", leaf["Id"])
    assert shown["FullyQualifiedName"] == "Summit:Middle:Leaf"
    assert shown["ParentRef"]["name"] == "Summit:Middle"
    assert shown["SyncToken"] == "1"


@fact("3.2", "a sub-customer becomes a customer again without parent and without Job")
def _(books: Books) -> None:
    child = customer(books, "Garage", ParentRef={"value": "1"}, Job=True)
    freed = change(books, "Customer", child, ParentRef={"value": ""}, Job=False)
    assert (freed["FullyQualifiedName"], freed["Job"]) == ("Garage", False)
    assert not {"ParentRef", "Level"} & set(freed)


@fact("3.2", "a parent's balance with jobs includes what its sub-customers owe")
def _(books: Books) -> None:
    top = customer(books, "Top")
    job = customer(books, "Kitchen", **below(top))
    books.post("Invoice", {"CustomerRef": {"value": job["Id"]}, "Line": [line(30)]})
    books.post("Invoice", {"CustomerRef": {"value": top["Id"]}, "Line": [line(5)]})
    shown = books.read("Customer", top["Id"])
    assert (shown["Balance"], shown["BalanceWithJobs"]) == (5, 35)


@fact("3.2", "only a sub-customer is billed with its parent")
def _(books: Books) -> None:
    assert customer(books, "Ada", BillWithParent=True)["BillWithParent"] is False
    child = customer(books, "Garage", ParentRef={"value": "1"}, Job=True, BillWithParent=True)
    assert child["BillWithParent"] is True


@fact("3.2", "an exemption makes untaxable", preset=_MANUAL)
def _(books: Books) -> None:
    made = customer(books, "Ada", TaxExemptionReasonId="9", ResaleNum="R-1")
    assert (made["Taxable"], made["TaxExemptionReasonId"]) == (False, "9")
    assert "DefaultTaxCodeRef" not in made


@fact("3.2", "exemption reasons are numbered from 1 to 15")
def _(books: Books) -> None:
    assert customer(books, "Ada", TaxExemptionReasonId="15")
    for reason in ("0", "16", "resale"):
        body = {"DisplayName": "B", "TaxExemptionReasonId": reason}
        assert said(books, "customer", body)[:2] == ("2170", "TaxExemptionReasonId")


@fact("3.2", "choosing a tax code makes taxable", preset=_MANUAL)
def _(books: Books) -> None:
    off = customer(books, "Ada", Taxable=False)
    assert off["Taxable"] is False
    on = change(books, "Customer", off, DefaultTaxCodeRef={"value": "2"})
    assert (on["Taxable"], on["DefaultTaxCodeRef"]["value"]) == (True, "2")
    assert change(books, "Customer", on, Taxable=False)["Taxable"] is False


@fact("3.2", "with automated sales tax the tax code of a customer is the service's choice")
def _(books: Books) -> None:
    made = customer(books, "Ada", DefaultTaxCodeRef={"value": "4"})
    assert made["DefaultTaxCodeRef"] == customer(books, "Bea")["DefaultTaxCodeRef"] == {"value": "2"}


@fact("3.2", "a currency that the company does not use is refused")
def _(books: Books) -> None:
    assert said(books, "customer", {"DisplayName": "A", "CurrencyRef": {"value": "EUR"}})[0] == "6000"


@fact("3.2", "a customer's currency stays as it was chosen", preset="us-multicurrency")
def _(books: Books) -> None:
    made = customer(books, "Ada", CurrencyRef={"value": "EUR"})
    assert made["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "USD"}}
    assert said(books, "customer", body)[0] == "6000"


@fact("3.2", "a number or a flag in place of a text is its text")
def _(books: Books) -> None:
    assert customer(books, "Ada", Notes=12.50, ResaleNum=True)["Notes"] == "12.5"
    assert customer(books, "Bea", ResaleNum=True)["ResaleNum"] == "true"


@fact("3.2", "a flag may be written as a word")
def _(books: Books) -> None:
    assert customer(books, "Ada", Taxable="false")["Taxable"] is False


@fact("3.2", "a name on checks is cut to its length when it is made from the display name")
def _(books: Books) -> None:
    assert customer(books, "A" * 200)["PrintOnCheckName"] == "A" * 110
