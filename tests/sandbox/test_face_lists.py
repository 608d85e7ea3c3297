"""The lists of the web face, also where they are long."""

import pytest

from tests.sandbox.client import Books, line
from tests.sandbox.person import Person


def test_a_long_list_comes_in_pages(joan: Person, books: Books):
    for number in range(120):
        books.invoice(line(1), DocNumber=f"L{number:03}", TxnDate="2026-12-01")
    first, last = joan.page("invoices?find=l"), joan.page("invoices?find=l&page=99")
    assert first.count('aria-label="Edit ') == 50
    assert "L119" in first
    assert "L000" not in first
    assert "1–50 of 1" in first
    assert "?find=l&amp;page=2" in first
    assert "L000" in last
    assert "Next</span>" in last


def test_lists_are_searched_and_narrowed(joan: Person, books: Books):
    books.invoice(line(7), DocNumber="NEEDLE", TxnDate="2026-06-05", DueDate="2026-06-06")
    assert "1 of 11 invoices" in joan.page("invoices?find=needle")
    assert "NEEDLE" in joan.page("invoices?status=Overdue&from=2026-06-05&to=2026-06-05")
    assert "No invoice matches." in joan.page("invoices?from=2026-06-06&find=needle")
    joan.at("POST", "items/4/inactivate")
    assert "Lawn mowing" not in joan.page("items")
    assert "Lawn mowing (deleted)" in joan.page("items?status=Inactive")


def test_a_list_without_any_record_says_how_to_begin(joan: Person, books: Books):
    company = books.sandbox.company(books.realm)
    for payment in list(company.living("Payment")):
        company.delete(payment, books.now)
    assert "No payment yet." in joan.page("payments")


def test_where_there_are_too_many_their_names_are_typed(
    joan: Person, books: Books, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bookipi_app.sandbox.face.books.MOST_CHOICES", 3)
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    form = joan.form(f"invoices/{made['Id']}")
    assert form["Customer.text"] == made["CustomerRef"]["name"]
    joan.save(f"invoices/{made['Id']}", **{"Customer.text": " blue heron cafe ", "item1.text": "Lawn mowing"})
    after = books.read("Invoice", made["Id"])
    assert after["CustomerRef"]["name"] == "Blue Heron Cafe"
    assert [line["SalesItemLineDetail"]["ItemRef"]["value"] for line in after["Line"][:2]] == ["9", "4"]
    page = joan.refused(f"invoices/{made['Id']}", **{"Customer.text": "Nobody Known"})
    assert "Invalid Reference Id" in page
    assert 'value="Nobody Known"' in page
    assert "no customer of this name" in joan.page("payments/new?Customer.text=Nobody")
    assert "Invoices it pays" in joan.page("payments/new?Customer.text=Blue+Heron+Cafe")
    assert "Merge into Blue Heron Cafe" in joan.page("customers/1/merge?into.text=Blue+Heron+Cafe")
