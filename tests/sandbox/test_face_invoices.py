"""Invoices at the web face."""

from tests.sandbox.client import Books, discount, line, shipping
from tests.sandbox.person import Person, error_at
from tests.sandbox.test_face import books_decimal


def test_saving_an_invoice_without_a_change_changes_nothing_of_it(joan: Person, books: Books):
    made = books.invoice(
        line(20, "9", Qty=2, UnitPrice=10, ServiceDate="2026-11-01"),
        {"DetailType": "DescriptionOnly", "Description": "Thanks"},
        discount(percent=10),
        shipping(5),
        TrackingNum="T1",
        TxnTaxDetail={"TotalTax": 1.23},
        PrivateNote="a\nb",
    )
    assert joan.save(f"invoices/{made['Id']}").status == 302
    after = books.read("Invoice", made["Id"])
    assert after["SyncToken"] == "1"
    for name in {*made, *after} - {"SyncToken", "MetaData"}:
        assert after.get(name) == made.get(name), name


def test_an_edit_keeps_what_the_form_does_not_show(joan: Person, books: Books):
    made = books.invoice(
        line(20, "9", Qty=2, UnitPrice=10, ServiceDate="2026-11-01"),
        {"DetailType": "DescriptionOnly", "Description": "Thanks"},
        shipping(5),
        TrackingNum="T1",
    )
    books.events()
    stale = joan.form(f"invoices/{made['Id']}")
    assert joan.save(f"invoices/{made['Id']}", qty0="3").status == 302
    after = books.read("Invoice", made["Id"])
    assert (after["SyncToken"], after["TrackingNum"]) == ("1", "T1")
    assert (after["Line"][1]["Description"], after["Line"][1]["Id"]) == ("Thanks", "2")
    assert after["Line"][0]["SalesItemLineDetail"]["ServiceDate"] == "2026-11-01"
    assert (after["Line"][0]["Id"], after["Line"][0]["Amount"], after["Line"][-1]["Amount"]) == ("1", 30, 5)
    assert [event["type"] for event in books.events()] == ["qbo.invoice.updated.v1"]
    answer = joan.at("POST", f"invoices/{made['Id']}", **{**stale, "qty0": "4"})
    assert answer.status == 400
    assert b"working on this at the same time" in answer.body
    assert b"Show what it is now" in answer.body
    assert b'name="qty0" value="4"' in answer.body


def test_an_amount_alone_sets_the_price(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    joan.save(f"invoices/{made['Id']}", amount0="25")
    detail = books.read("Invoice", made["Id"])["Line"][0]["SalesItemLineDetail"]
    assert (detail["Qty"], detail["UnitPrice"]) == (2, books_decimal("12.5"))


def test_a_new_invoice_takes_what_its_items_cost(joan: Person, books: Books):
    answer = joan.save(
        "invoices/new", Customer="3", item0="9", text1="", item2="3", amount2="1,100", DiscountPercent="10"
    )
    assert answer.status == 302
    made = books.query("select * from Invoice orderby Id desc maxresults 1")["Invoice"][0]
    usual = books.read("Item", "9")
    assert made["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == usual["UnitPrice"]
    assert made["Line"][1]["Amount"] == 1100
    assert made["Line"][-1]["DiscountLineDetail"]["DiscountPercent"] == 10


def test_more_lines_are_given_without_saving(joan: Person, books: Books):
    form = joan.form("invoices/new")
    answer = joan.at("POST", "invoices/new", **{**form, "text2": "typed", "more": "1"})
    assert (answer.status, b">typed</textarea>" in answer.body) == (200, True)
    assert b'name="item5"' in answer.body
    assert b'name="item5"' not in joan.at("GET", "invoices/new").body


def test_a_refused_invoice_says_it_at_the_place(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    page = joan.refused(f"invoices/{made['Id']}", qty0="many", PrivateNote="kept")
    assert "many" in error_at(page, "Lines")
    assert ">kept</textarea>" in page
    assert page.count('aria-label="Item, line ') == 4  # as many rows as before
    page = joan.refused(f"invoices/{made['Id']}", DocNumber="1" * 22)
    assert "Supplied length:22" in error_at(page, "DocNumber")
    assert "RFC 822" in error_at(joan.refused(f"invoices/{made['Id']}", BillEmail="nobody"), "BillEmail")
    assert "Date should be" in error_at(
        joan.refused(f"invoices/{made['Id']}", TxnDate="yesterday"), "TxnDate"
    )
    assert "missing" in error_at(joan.refused("invoices/new"), "Customer")
    assert "missing" in error_at(joan.refused("invoices/new", Customer="3"), "Lines")
    huge = joan.save(f"invoices/{made['Id']}", qty0="9" * 19, price0="9" * 19)
    assert huge.status == 400
    assert books.read("Invoice", made["Id"])["SyncToken"] == "0"


def test_a_foreign_or_invented_reference_is_refused(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10))
    assert "Invalid Reference Id" in error_at(
        joan.refused(f"invoices/{made['Id']}", Customer="99999"), "Customer"
    )
    assert "Invalid Reference Id" in error_at(joan.refused(f"invoices/{made['Id']}", item0="99999"), "Lines")


def test_an_inactive_customer_or_item_is_not_swapped_for_another(joan: Person, books: Books):
    made = books.invoice(line(20, "9", Qty=2, UnitPrice=10), CustomerRef={"value": "1"})
    books.pay(made, made["TotalAmt"])
    joan.at("POST", "customers/1/inactivate")
    joan.at("POST", "items/9/inactivate")
    form = joan.form(f"invoices/{made['Id']}")
    assert (form["Customer"], form["item0"]) == ("1", "9")
    assert "made inactive" in joan.refused(f"invoices/{made['Id']}", PrivateNote="x")


def test_a_rate_of_the_companys_own_is_chosen():
    books = Books("us-manual-tax")
    joan = Person(books)
    made = books.invoice(line(100, "9", "TAX"))
    codes = [code for code in books.query("select * from TaxCode")["TaxCode"] if code["Id"].isdecimal()]
    default = made["TxnTaxDetail"]["TxnTaxCodeRef"]["value"]
    other = next(code["Id"] for code in codes if code["Id"] != default)
    joan.save(f"invoices/{made['Id']}", TaxCode=other)
    after = books.read("Invoice", made["Id"])["TxnTaxDetail"]
    assert after["TxnTaxCodeRef"]["value"] == other
    assert after["TotalTax"] != made["TxnTaxDetail"]["TotalTax"]


def test_void_send_and_delete(joan: Person, books: Books):
    made = books.invoice(line(50))
    joan.at("POST", f"invoices/{made['Id']}/send")
    assert b"BillEmail" in joan.at("POST", f"invoices/{made['Id']}/send").body or (
        books.read("Invoice", made["Id"])["EmailStatus"] == "EmailSent"
    )
    joan.at("POST", f"invoices/{made['Id']}/void")
    assert books.read("Invoice", made["Id"])["PrivateNote"] == "Voided"
    assert "Voided" in joan.page("invoices?status=Voided")
    joan.at("POST", f"invoices/{made['Id']}/delete")
    assert books.refused("GET", f"invoice/{made['Id']}") == "610"
