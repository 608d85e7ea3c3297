"""Customers and items at the web face."""

import re

from tests.sandbox.client import Books, line
from tests.sandbox.person import Person, error_at
from tests.sandbox.test_face import books_decimal

SERVICE = {"Type": "Service", "IncomeAccountRef": {"value": "14"}}


def test_a_customer_is_made_and_edited(joan: Person, books: Books):
    answer = joan.save(
        "customers/new", DisplayName="Ada", Email="ada@example.com", BillCity="Austin", Parent="3", Exempt="1"
    )
    assert answer.headers["location"].endswith("/customers")
    ada = books.query("select * from Customer where DisplayName = 'Ada'")["Customer"][0]
    assert (ada["BillAddr"]["City"], ada["PrimaryEmailAddr"]["Address"]) == ("Austin", "ada@example.com")
    assert (ada["ParentRef"]["value"], ada["Job"], ada["TaxExemptionReasonId"]) == ("3", True, "9")
    joan.save(f"customers/{ada['Id']}", Parent="", Exempt="", Notes="one\r\ntwo")
    after = books.read("Customer", ada["Id"])
    assert (after["Job"], after["Notes"], after["BillAddr"]["City"]) == (False, "one\ntwo", "Austin")
    assert "ParentRef" not in after


def test_a_refused_customer_keeps_what_was_typed(joan: Person, books: Books):
    page = joan.refused("customers/1", DisplayName="Blue Heron Cafe", Email="no address", Phone="555")
    assert "Email Address does not conform" in error_at(page, "Email")
    assert 'value="555"' in page
    page = joan.refused("customers/1", DisplayName="Blue Heron Cafe")
    assert "already exists" in error_at(page, "DisplayName")
    assert re.search(r"customers/1/merge\?into=\d+\">Merge the two", page)
    assert books.read("Customer", "1")["SyncToken"] == "0"


def test_customers_are_merged_after_a_look_at_both(joan: Person, books: Books):
    winner = books.query("select * from Customer where DisplayName = 'Blue Heron Cafe'")["Customer"][0]["Id"]
    page = joan.page(f"customers/1/merge?into={winner}")
    assert "Merge into Blue Heron Cafe" in page
    assert "cannot be undone" in page
    assert "Choose another customer" in joan.page("customers/1/merge?into=1")
    books.events()
    assert joan.at("POST", "customers/1/merge", winner="99999").status == 400
    joan.at("POST", "customers/1/merge", winner=winner)
    assert books.refused("GET", "customer/1") == "610"
    assert books.read("Invoice", "1")["CustomerRef"]["value"] == winner
    assert [event["type"] for event in books.events()] == ["qbo.customer.merged.v1"]


def test_an_item_is_made_edited_and_refused(joan: Person, books: Books):
    joan.save("items/new", Name="Bench", Type="NonInventory", UnitPrice="$1,080.50", Taxable="1")
    bench = books.query("select * from Item where Name = 'Bench'")["Item"][0]
    assert (bench["Taxable"], bench["UnitPrice"]) == (True, books_decimal("1080.5"))
    form = joan.form(f"items/{bench['Id']}")
    form.pop("Taxable")
    joan.at("POST", f"items/{bench['Id']}", **form)
    assert books.read("Item", bench["Id"])["Taxable"] is False
    page = joan.refused(f"items/{bench['Id']}", UnitPrice="cheap")
    assert "cheap" in error_at(page, "UnitPrice")


def test_lists_are_made_inactive_and_active_again(joan: Person, books: Books):
    joan.at("POST", "items/4/inactivate")
    assert books.read("Item", "4")["Name"] == "Lawn mowing (deleted)"
    joan.at("POST", "items/4/reactivate")
    assert (books.read("Item", "4")["Name"], books.read("Item", "4")["Active"]) == ("Lawn mowing", True)
    owing = books.invoice(line(5), CustomerRef={"value": "1"})["CustomerRef"]["value"]
    assert b"non-zero balance" in joan.at("POST", f"customers/{owing}/inactivate").body


def test_items_are_merged_after_a_look_at_both(joan: Person, books: Books):
    loser, winner = (books.post("Item", {"Name": name, **SERVICE})["Id"] for name in ("Mulch", "Bark mulch"))
    sold = books.invoice(line(40, loser), line(60))
    assert "Merge into another" in joan.page(f"items/{loser}")
    assert f"items/{loser}/merge" in joan.page("items")
    page = joan.page(f"items/{loser}/merge?into={winner}")
    assert "Merge into Bark mulch" in page
    assert "lines of invoices that sell Mulch sell Bark mulch" in page
    assert "Choose another item" in joan.page(f"items/{loser}/merge?into={loser}")
    books.events()
    assert joan.at("POST", f"items/{loser}/merge", winner="99999").status == 400
    assert joan.at("POST", f"items/{loser}/merge", winner=winner).status == 302
    assert books.refused("GET", f"item/{loser}") == "610"
    first, second, *_ = books.read("Invoice", sold["Id"])["Line"]
    assert first["SalesItemLineDetail"]["ItemRef"] == {"value": winner, "name": "Bark mulch"}
    assert second == sold["Line"][1]
    assert [event["type"] for event in books.events()] == ["qbo.item.merged.v1"]


def test_items_of_two_types_are_not_merged(joan: Person, books: Books):
    service = books.post("Item", {"Name": "Mulch", **SERVICE})["Id"]
    goods = books.post("Item", {"Name": "Bark", **SERVICE, "Type": "NonInventory"})["Id"]
    answer = joan.at("POST", f"items/{goods}/merge", winner=service)
    assert answer.status == 400
    assert b"Items of different types cannot be merged" in answer.body
    assert books.read("Item", goods)["Active"] is True
