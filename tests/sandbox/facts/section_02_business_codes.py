"""Section 2.4: the codes from 6000 on that objects of lists raise, with status, element and text."""

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import (
    RECEIVABLE,
    below,
    customer,
    end,
    refusal,
    said,
    stock_item,
)
from tests.sandbox.facts.table import fact


@fact("2.4", "6000: an item cannot stop being stock")
def _(books: Books) -> None:
    made = books.post("Item", stock_item())
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Type": "Service"}
    error = refusal(books, "item", body)
    assert error["code"] == "6000"
    assert error["Message"] == "A business validation error has occurred while processing your request"
    assert error["Detail"].startswith("Business Validation Error: ")


@fact("2.4", "6010: an account needs a type or a subtype")
def _(books: Books) -> None:
    assert said(books, "account", {"Name": "Till"})[0] == "6010"


@fact("2.4", "6080: a person needs at least one of the names")
def _(books: Books) -> None:
    for path in ("customer", "vendor", "employee"):
        code, _, detail = said(books, path, {"Active": True})
        assert code == "6080"
        assert "Title, GivenName, MiddleName, FamilyName, DisplayName, Suffix" in detail


@fact("2.4", "6150: a parent goes with Job and Job with a parent")
def _(books: Books) -> None:
    detail = "ParentRef is either required or not if Job is true or false."
    for fields in ({"Job": True}, {"Job": False, "ParentRef": {"value": "1"}}, {"ParentRef": {"value": "1"}}):
        assert said(books, "customer", {"DisplayName": "A", **fields}) == ("6150", "Job", detail)


@fact("2.4", "6180: customers nest five levels deep at most")
def _(books: Books) -> None:
    deepest = customer(books, "1")
    for level in range(2, 6):
        deepest = customer(books, str(level), **below(deepest))
    assert deepest["FullyQualifiedName"] == "1:2:3:4:5"
    assert said(books, "customer", {"DisplayName": "6", **below(deepest)})[:2] == ("6180", "ParentRef")


@fact("2.4", "6180: a family does not move below a parent where its youngest would be too deep")
def _(books: Books) -> None:
    upper = customer(books, "u3", **below(customer(books, "u2", **below(customer(books, "u1")))))
    lower = customer(books, "l1")
    customer(books, "l3", **below(customer(books, "l2", **below(lower))))
    body = {"Id": lower["Id"], "SyncToken": "0", "sparse": True, **below(upper)}
    assert said(books, "customer", body)[0] == "6180"


@fact("2.4", "6220: a customer with an open balance is not made inactive")
def _(books: Books) -> None:
    ada = customer(books, "Ada")
    books.post("Invoice", {"CustomerRef": {"value": ada["Id"]}, "Line": [line(5)]})
    body = {"Id": ada["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    error = refusal(books, "customer", body)
    assert (error["code"], error["Message"]) == ("6220", "Delete List Has Balance Error")
    assert error["Detail"] == (
        "The entity you are trying to delete has an open balance. : "
        "This customer cannot be deleted because it has a non-zero balance"
    )


@fact("2.4", "6220: what a sub-customer owes keeps its parent active too")
def _(books: Books) -> None:
    top = customer(books, "Top")
    job = customer(books, "Job", **below(top))
    books.post("Invoice", {"CustomerRef": {"value": job["Id"]}, "Line": [line(5)]})
    body = {"Id": top["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    assert said(books, "customer", body)[0] == "6220"


@fact("2.4", "6240: a taken name has the captured text and an empty element")
def _(books: Books) -> None:
    error = refusal(books, "customer", {"DisplayName": "amy's bird sanctuary"})
    assert error == {
        "Message": "Duplicate Name Exists Error",
        "Detail": "The name supplied already exists. : null",
        "code": "6240",
        "element": "",
    }


@fact("2.4", "6280: a customer with unbilled charges is not made inactive", unbilled_customers="20")
def _(books: Books) -> None:
    charged, free = customer(books, "Charged"), customer(books, "Free")
    assert charged["Id"] == "20"
    body = {"Id": charged["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    assert said(books, "customer", body)[0] == "6280"
    assert end(books, "Customer", free)["Active"] is False


@fact("2.4", "6420: delivery by e-mail needs an address")
def _(books: Books) -> None:
    body = {"DisplayName": "A", "PreferredDeliveryMethod": "Email"}
    assert said(books, "customer", body)[0] == "6420"
    assert customer(books, "B", PreferredDeliveryMethod="Email", PrimaryEmailAddr={"Address": "b@c.example"})


@fact("2.4", "6430: receivables are no income of an item")
def _(books: Books) -> None:
    error = refusal(books, "item", {"Name": "X", "IncomeAccountRef": RECEIVABLE})
    assert (error["code"], error["Message"]) == ("6430", "Invalid account type used")


@fact("2.4", "10000: an unknown entity in the path is HTTP 500 and a SystemFault")
def _(books: Books) -> None:
    status, answer = books.call("POST", "unicorn", {"Name": "U"})
    error = answer["Fault"]["Error"][0]
    assert (status, answer["Fault"]["type"], error["code"]) == (500, "SystemFault", "10000")
    assert error["Detail"].startswith("System Failure Error: Could not find resource for relative : ")
