"""Section 15: the open points about objects, in every position of their switches."""

from tests.sandbox.client import Books
from tests.sandbox.facts.asking import customer, end, said, service
from tests.sandbox.facts.table import fact


def _ended(books: Books, times: int) -> list[str]:
    return [end(books, "Customer", customer(books, "Ada"))["DisplayName"] for _ in range(times)]


@fact("15", "8: names that are made inactive again are counted after the word", deleted_suffix="after")
def _(books: Books) -> None:
    assert _ended(books, 3) == ["Ada (deleted)", "Ada (deleted) 1", "Ada (deleted) 2"]


@fact(
    "15", "8: or names that are made inactive again are counted inside the brackets", deleted_suffix="inside"
)
def _(books: Books) -> None:
    assert _ended(books, 3) == ["Ada (deleted)", "Ada (deleted-1)", "Ada (deleted-2)"]


@fact("15", "9: making active again leaves the suffix where it is", reactivation_strips_suffix=False)
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    body = {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    back = books.post("Customer", body)
    assert (back["DisplayName"], back["Active"]) == ("Ada (deleted)", True)


@fact("15", "9: or making active again takes the suffix away", reactivation_strips_suffix=True)
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    body = {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    assert books.post("Customer", body)["DisplayName"] == "Ada"


@fact(
    "15", "9: a suffix is not taken away when the clean name is somebody's", reactivation_strips_suffix=True
)
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    customer(books, "Ada")
    body = {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    assert said(books, "customer", body)[0] == "6240"


@fact("15", "14: the company's country has two letters", company_country_style="US")
def _(books: Books) -> None:
    assert books.read("CompanyInfo", "1")["Country"] == "US"


@fact("15", "14: or the company's country has three letters", company_country_style="USA")
def _(books: Books) -> None:
    assert books.read("CompanyInfo", "1")["Country"] == "USA"
    assert books.query("select * from CompanyInfo")["CompanyInfo"][0]["Country"] == "USA"


@fact("15", "14: a company elsewhere keeps its own country", preset="canada", company_country_style="USA")
def _(books: Books) -> None:
    information = books.read("CompanyInfo", "1")
    assert (information["Country"], information["CompanyAddr"]["Country"]) == ("CA", "CAN")


def _events_of_ending(books: Books) -> list[str]:
    made, item = customer(books, "Ada"), service(books, "Raking")
    books.later(minutes=1)
    books.events()
    end(books, "Customer", made)
    end(books, "Item", item)
    books.later(minutes=1)
    return [event["type"] for event in books.events()]


@fact("15", "16: making inactive raises an update", inactivation_event="Update")
def _(books: Books) -> None:
    assert _events_of_ending(books) == ["qbo.customer.updated.v1", "qbo.item.updated.v1"]


@fact("15", "16: or making inactive raises a deletion", inactivation_event="Delete")
def _(books: Books) -> None:
    assert _events_of_ending(books) == ["qbo.customer.deleted.v1", "qbo.item.deleted.v1"]


@fact("15", "16: making active again is an update either way", inactivation_event="Delete")
def _(books: Books) -> None:
    made = customer(books, "Ada")
    end(books, "Customer", made)
    books.later(minutes=1)
    books.events()
    books.post("Customer", {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Active": True})
    books.later(minutes=1)
    assert [event["type"] for event in books.events()] == ["qbo.customer.updated.v1"]
