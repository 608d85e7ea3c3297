"""Section 3.1: references, addresses, e-mail addresses and telephone numbers."""

from typing import Any

from tests.sandbox.client import Books, line
from tests.sandbox.facts.asking import change, customer, said, service
from tests.sandbox.facts.table import fact

_HOME = {"Line1": "7 Elm Court", "City": "Austin", "CountrySubDivisionCode": "TX", "PostalCode": "78704"}


@fact("3.1", "the name of a reference is ignored on writing and filled on reading")
def _(books: Books) -> None:
    made = customer(books, "Ada", PaymentMethodRef={"value": "2", "name": "Barter"})
    assert made["PaymentMethodRef"] == {"value": "2", "name": "Check"}


@fact("3.1", "a reference to terms is read without a name")
def _(books: Books) -> None:
    assert customer(books, "Ada", SalesTermRef={"value": "3", "name": "x"})["SalesTermRef"] == {"value": "3"}


@fact("3.1", "a reference's name follows when what it points to is renamed")
def _(books: Books) -> None:
    mower = service(books, "Mowing")
    invoice = books.invoice(line(5, mower["Id"]))
    change(books, "Item", mower, Name="Mowing by hand")
    shown = books.read("Invoice", invoice["Id"])
    assert shown["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Mowing by hand"
    assert shown["SyncToken"] == "0"


@fact("3.1", "only the value of a reference counts: one without value is not given")
def _(books: Books) -> None:
    for empty in ({}, {"value": ""}, {"name": "Net 30"}, None, ""):
        made = customer(books, f"Ada {empty!r}".replace(":", ""), SalesTermRef=empty)
        assert "SalesTermRef" not in made


@fact("3.1", "the value of a reference may come as a number")
def _(books: Books) -> None:
    assert customer(books, "Ada", PaymentMethodRef={"value": 2})["PaymentMethodRef"]["value"] == "2"


@fact("3.1", "a reference has value, name and type and nothing else")
def _(books: Books) -> None:
    body = {"DisplayName": "A", "SalesTermRef": {"value": "3", "id": "3"}}
    assert said(books, "customer", body)[:2] == ("2010", "SalesTermRef.id")
    assert customer(books, "B", SalesTermRef={"value": "3", "name": "x", "type": "Term"})


@fact("3.1", "the parts of an address have the lengths of the schema")
def _(books: Books) -> None:
    longest = {"Line1": 500, "Line5": 500, "City": 255, "CountrySubDivisionCode": 255, "Country": 255}
    for name, most in {**longest, "PostalCode": 30}.items():
        fitting = customer(books, name, BillAddr={name: "x" * most})
        assert len(fitting["BillAddr"][name]) == most
        body = {"DisplayName": "Too long", "BillAddr": {name: "x" * (most + 1)}}
        assert said(books, "customer", body)[:2] == ("2050", f"BillAddr.{name}")


@fact("3.1", "addresses have ids of their own, which an update keeps")
def _(books: Books) -> None:
    made = customer(books, "Ada", BillAddr=_HOME, ShipAddr=_HOME)
    first, second = made["BillAddr"]["Id"], made["ShipAddr"]["Id"]
    assert first != second
    assert change(books, "Customer", made, BillAddr={"City": "Hutto", "Id": "99"})["BillAddr"]["Id"] == first


@fact("3.1", "an update that says nothing of an address leaves it, with its id")
def _(books: Books) -> None:
    made = customer(books, "Ada", BillAddr=_HOME)
    assert change(books, "Customer", made, Notes="n")["BillAddr"] == made["BillAddr"]


@fact("3.1", "a company's address is read with the country in three letters whatever was written")
def _(books: Books) -> None:
    information = books.read("CompanyInfo", "1")
    assert information["CompanyAddr"]["Country"] == "USA"
    for written, shown in (("US", "USA"), ("United States", "USA"), ("deu", "DEU"), ("Atlantis", "Atlantis")):
        address = {**information["CompanyAddr"], "Country": written}
        assert (
            change(books, "CompanyInfo", information, CompanyAddr=address)["CompanyAddr"]["Country"] == shown
        )


@fact("3.1", "a company's address is read without coordinates")
def _(books: Books) -> None:
    information = books.read("CompanyInfo", "1")
    address = {**_HOME, "Lat": "30.2", "Long": "-97.7"}
    changed = change(books, "CompanyInfo", information, CompanyAddr=address)["CompanyAddr"]
    assert changed["City"] == "Austin"
    assert not {"Lat", "Long"} & set(changed)


@fact("3.1", "a customer's country stays as it was written", iso_countries_everywhere=False)
def _(books: Books) -> None:
    made = customer(books, "Ada", BillAddr={**_HOME, "Country": "U.S.A"})
    assert books.read("Customer", made["Id"])["BillAddr"]["Country"] == "U.S.A"


@fact("3.1", "a customer's country too is read in three letters", iso_countries_everywhere=True)
def _(books: Books) -> None:
    made = customer(books, "Ada", BillAddr={**_HOME, "Country": "U.S.A"})
    assert books.read("Customer", made["Id"])["BillAddr"]["Country"] == "USA"


def _moved(books: Books) -> dict[str, Any]:
    there = {**_HOME, "Line1": "5 Birch Street", "Line2": "Flat 2"}
    return books.post("Invoice", {"CustomerRef": {"value": "2"}, "Line": [line(5)], "BillAddr": there})


@fact("3.1", "an address changed inside a transaction is read as it was written", free_form_addresses=False)
def _(books: Books) -> None:
    address = _moved(books)["BillAddr"]
    assert (address["Line1"], address["City"], address["PostalCode"]) == ("5 Birch Street", "Austin", "78704")


@fact("3.1", "an address changed inside a transaction is read as free-form lines", free_form_addresses=True)
def _(books: Books) -> None:
    address = _moved(books)["BillAddr"]
    assert {name: value for name, value in address.items() if name != "Id"} == {
        "Line1": "Blue Heron Cafe",
        "Line2": "Blue Heron Cafe",
        "Line3": "5 Birch Street",
        "Line4": "Flat 2",
        "Line5": "Austin, TX 78704",
    }


@fact(
    "3.1", "an address that came from the customer keeps its parts in a transaction", free_form_addresses=True
)
def _(books: Books) -> None:
    invoice = books.post("Invoice", {"CustomerRef": {"value": "2"}, "Line": [line(5)]})
    assert invoice["BillAddr"]["PostalCode"] == "78704"


@fact("3.1", "tax is computed before an address loses its ZIP code", free_form_addresses=True)
def _(books: Books) -> None:
    there = {"Line1": "1 Pine", "City": "Seattle", "CountrySubDivisionCode": "WA", "PostalCode": "98101"}
    body = {"CustomerRef": {"value": "2"}, "Line": [line(100, "9", "TAX")], "ShipAddr": there}
    invoice = books.post("Invoice", body)
    assert "PostalCode" not in invoice["ShipAddr"]
    assert invoice["TxnTaxDetail"]["TotalTax"] > 0


@fact("3.1", "an e-mail address has 100 characters at most")
def _(books: Books) -> None:
    longest = "a" * 94 + "@b.com"
    assert customer(books, "Ada", PrimaryEmailAddr={"Address": longest})
    body = {"DisplayName": "B", "PrimaryEmailAddr": {"Address": "a" + longest}}
    assert said(books, "customer", body)[:2] == ("2050", "PrimaryEmailAddr.Address")


@fact("3.1", "a telephone number has 30 characters at most and a web address 1000")
def _(books: Books) -> None:
    for name, part, most in (("PrimaryPhone", "FreeFormNumber", 30), ("WebAddr", "URI", 1000)):
        fitting = customer(books, name, **{name: {part: "5" * most}})
        assert fitting[name] == {part: "5" * most}
        body = {"DisplayName": "B", name: {part: "5" * (most + 1)}}
        assert said(books, "customer", body)[:2] == ("2050", f"{name}.{part}")
