"""The web face, without a browser: what a person does there commits as in QuickBooks."""

from urllib.parse import urlencode

import pytest

from bookipi_app.sandbox.core import Request, Response
from tests.sandbox.client import Books, line, shipping


class Person:
    """Joan at her desk."""

    def __init__(self, books: Books) -> None:
        self.books = books
        answer = self.go("POST", "/login", email="joan@whitakerbooks.com", password="x", next="/")
        self.cookie = answer.headers["set-cookie"].split(";")[0]

    def go(self, verb: str, path: str, **form: str) -> Response:
        headers = {"cookie": getattr(self, "cookie", "")}
        return self.books.sandbox.handle(
            Request.to(verb, path, headers, urlencode(form).encode()), self.books.now
        )

    def at(self, verb: str, path: str, **form: str) -> Response:
        return self.go(verb, f"/c/{self.books.realm}/{path}", **form)


@pytest.fixture
def joan(books: Books) -> Person:
    return Person(books)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "customers",
            "items",
            "invoices",
            "settings",
            "requests",
            "faults",
            "invoices/new",
            "customers/new",
        ),
        *(
            "items/new",
            "invoices/1",
            "customers/1",
            "items/3",
            "invoices?find=amy&status=Paid",
            "invoices/nothing",
        ),
    ],
)
def test_pages_open(joan: Person, path: str):
    answer = joan.at("GET", path)
    assert answer.status == 200
    assert b"Practice data" in answer.body


def test_pages_need_a_log_in(books: Books):
    answer = books.sandbox.handle(Request.to("GET", f"/c/{books.realm}/invoices"), books.now)
    assert b"Sign in" in answer.body


def test_names_are_escaped(joan: Person, books: Books):
    books.post("Customer", {"DisplayName": "<script>alert(1)</script>", "Notes": "{x} </textarea>"})
    page = joan.at("GET", "customers").body
    assert b"<script>" not in page
    assert b"&lt;script&gt;" in page


def test_an_edit_keeps_what_the_form_does_not_show(joan: Person, books: Books):
    made = books.invoice(
        line(20, "9", Qty=2, UnitPrice=10, ServiceDate="2026-11-01"), shipping(5), TrackingNum="T1"
    )
    books.events()
    form = {"Customer": "3", "SyncToken": "0", "DocNumber": made["DocNumber"], "TxnDate": made["TxnDate"]}
    row = {
        "item0": "9",
        "id0": "1",
        "qty0": "3",
        "price0": "10",
        "amount0": "20",
        "tax0": "TAX",
        "Shipping": "5",
    }
    answer = joan.at("POST", f"invoices/{made['Id']}", **form, **row, DueDate=made["DueDate"])
    assert answer.status == 302
    after = books.read("Invoice", made["Id"])
    assert (after["SyncToken"], after["TrackingNum"]) == ("1", "T1")
    assert after["Line"][0]["SalesItemLineDetail"]["ServiceDate"] == "2026-11-01"
    assert (after["Line"][0]["Id"], after["Line"][0]["Amount"], after["Line"][-1]["Amount"]) == ("1", 30, 5)
    assert [event["type"] for event in books.events()] == ["qbo.invoice.updated.v1"]
    stale = joan.at("POST", f"invoices/{made['Id']}", **form, **row)
    assert stale.status == 400
    assert b"working on this at the same time" in stale.body


def test_payment_void_and_delete(joan: Person, books: Books):
    made = books.invoice(line(50))
    joan.at("POST", f"invoices/{made['Id']}/payment", amount="20", date="2026-11-02", method="1")
    assert books.read("Invoice", made["Id"])["Balance"] == 30
    assert b"payments linked" in joan.at("POST", f"invoices/{made['Id']}/void").body
    other = books.invoice(line(50))
    joan.at("POST", f"invoices/{other['Id']}/void")
    assert books.read("Invoice", other["Id"])["PrivateNote"] == "Voided"
    joan.at("POST", f"invoices/{other['Id']}/delete")
    assert books.refused("GET", f"invoice/{other['Id']}") == "610"


def test_lists_are_made_inactive_and_active_again(joan: Person, books: Books):
    joan.at("POST", "items/4/inactivate")
    assert books.read("Item", "4")["Name"] == "Lawn mowing (deleted)"
    joan.at("POST", "items/4/reactivate")
    assert (books.read("Item", "4")["Name"], books.read("Item", "4")["Active"]) == ("Lawn mowing", True)


def test_new_records_settings_merge_and_disconnect(joan: Person, books: Books):
    joan.at("POST", "customers/new", DisplayName="Ada", Email="ada@example.com", BillCity="Austin")
    ada = books.query("select * from Customer where DisplayName = 'Ada'")["Customer"][0]
    assert (ada["BillAddr"]["City"], ada["PrimaryEmailAddr"]["Address"]) == ("Austin", "ada@example.com")
    joan.at("POST", "items/new", Name="Bench", Type="NonInventory", UnitPrice="80", Account="15", Taxable="1")
    assert books.query("select * from Item where Name = 'Bench'")["Item"][0]["Taxable"] is True
    joan.at("POST", f"customers/{ada['Id']}/merge", winner="1")
    assert books.refused("GET", f"customer/{ada['Id']}") == "610"
    joan.at("POST", "settings", **{"SalesFormsPrefs.CustomTxnNumbers": "1", "TaxPrefs.UsingSalesTax": "1"})
    forms = books.ok("GET", "preferences")["Preferences"]["SalesFormsPrefs"]
    assert (forms["CustomTxnNumbers"], forms["AllowShipping"]) == (True, False)
    joan.at("POST", "disconnect", client_id="client-one")
    assert books.call("GET", "item/1")[0] == 401
