"""Sections 2 to 4: envelopes, idempotency, faults, creating, changing and ending objects."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client import Books, discount, line, shipping


def test_2_1_envelope_and_metadata(books: Books):
    answer = books.ok("POST", "customer", {"DisplayName": "Ada"})
    customer = answer["Customer"]
    assert answer["time"] == "2026-11-02T09:00:00.000-08:00"
    assert customer["MetaData"]["CreateTime"] == "2026-11-02T09:00:00-08:00"
    assert (customer["domain"], customer["sparse"], customer["SyncToken"]) == ("QBO", False, "0")
    assert customer["Active"] is True
    assert customer["PrintOnCheckName"] == "Ada"
    assert customer["Balance"] == 0


def test_2_1_summer_time_offset(books: Books):
    created = books.read("Invoice", "1")["MetaData"]["CreateTime"]
    assert created.endswith("-07:00")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("invoice", {"CustomerRef": {"value": "1"}}, "2020"),
        ("invoice", {"Line": [line(1)]}, "2020"),
        ("invoice", {"CustomerRef": {"value": "999"}, "Line": [line(1)]}, "2500"),
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(1, "999")]}, "2500"),
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(1)], "DocNumber": "9" * 22}, "2050"),
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(1)], "TxnDate": "soon"}, "2060"),
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line("x")]}, "2100"),
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(1, tax="10")]}, "6100"),
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(-5)]}, "6000"),
        ("invoice", {"CustomerRef": {"value": "1"}, "Line": [line(9), discount()]}, "6090"),
    ],
)
def test_2_4_codes(books: Books, path: str, body: object, code: str):
    assert books.refused("POST", path, body) == code


def test_3_4_defaults_come_from_the_customer(books: Books):
    invoice = books.post("Invoice", {"CustomerRef": {"value": "1"}, "Line": [line(10)]})
    assert invoice["TxnDate"] == "2026-11-02"
    assert invoice["SalesTermRef"]["value"] == "3"
    assert invoice["DueDate"] == "2026-12-02"
    assert invoice["BillEmail"]["Address"] == "amy@birds.example"
    assert invoice["BillAddr"]["City"] == "Austin"
    assert invoice["CustomerRef"]["name"] == "Amy's Bird Sanctuary"


def test_3_4_number_is_counted_on_when_custom_numbers_are_off(books: Books):
    assert books.invoice()["DocNumber"] == "1011"
    assert books.invoice(DocNumber="INV-9")["DocNumber"] == "INV-9"
    assert books.invoice()["DocNumber"] == "1012"


def test_3_4_number_stays_empty_when_custom_numbers_are_on(books: Books):
    books.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})
    assert "DocNumber" not in books.invoice()
    assert books.invoice(DocNumber="INV-9")["DocNumber"] == "INV-9"
    assert books.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "INV-10"


def test_3_4_duplicate_numbers_are_refused_only_with_the_warning_on(books: Books):
    books.prefer(SalesFormsPrefs={"CustomTxnNumbers": True})
    books.invoice(DocNumber="A1")
    books.invoice(DocNumber="A1")
    books.control("POST", "switches", {"warn_duplicate_number": True})
    body = {"CustomerRef": {"value": "3"}, "Line": [line(1)], "DocNumber": "A1"}
    assert books.refused("POST", "invoice", body) == "6140"
    assert books.post("Invoice", body, include="allowduplicatedocnum")["DocNumber"] == "A1"


def test_3_5_amount_is_the_exact_product_rounded_half_up(books: Books):
    exact: dict[str, Any] = {"Qty": Decimal("128.350"), "UnitPrice": Decimal("14.50")}
    assert books.invoice(line(Decimal("1861.08"), **exact))["TotalAmt"] == Decimal("1861.08")
    body = {"CustomerRef": {"value": "3"}, "Line": [line(Decimal("1861.07"), **exact)]}
    assert books.refused("POST", "invoice", body) == "6070"
    assert books.invoice(line(100, Qty=0, UnitPrice=0))["TotalAmt"] == 100


def test_3_5_lines_get_ids_and_a_subtotal_is_appended(books: Books):
    invoice = books.invoice(
        line(10), {"DetailType": "DescriptionOnly", "Description": "text", "Amount": 5}, line(20)
    )
    first, text, second, subtotal = invoice["Line"]
    assert [first["Id"], text["Id"], second["Id"]] == ["1", "2", "3"]
    assert "Amount" not in text
    assert subtotal == {"Amount": 30, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}


def test_4_sparse_update_leaves_the_rest(books: Books):
    made = books.post(
        "Customer", {"DisplayName": "Ada", "Notes": "n", "BillAddr": {"Line1": "a", "City": "b"}}
    )
    head = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    changed = books.post("Customer", {**head, "BillAddr": {"City": "c"}})
    assert changed["Notes"] == "n"
    assert "Line1" not in changed["BillAddr"]
    assert changed["SyncToken"] == "1"
    cleared = books.post("Customer", {**head, "SyncToken": 1, "Notes": ""})
    assert "Notes" not in cleared


def test_4_full_update_clears_what_is_absent(books: Books):
    made = books.post("Customer", {"DisplayName": "Ada", "Notes": "n"})
    changed = books.post("Customer", {"Id": made["Id"], "SyncToken": "0", "DisplayName": "Ada"})
    assert "Notes" not in changed
    assert changed["Active"] is True


def test_4_sync_token_must_be_the_present_one(books: Books):
    made = books.post("Customer", {"DisplayName": "Ada"})
    body = {"Id": made["Id"], "sparse": True, "Notes": "x"}
    assert books.refused("POST", "customer", {**body, "SyncToken": "1"}) == "5010"
    assert books.refused("POST", "customer", body) == "2020"


def test_4_line_in_a_sparse_update_replaces_all_lines(books: Books):
    invoice = books.invoice(line(10), line(20), line(30))
    kept = invoice["Line"][1]
    head = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True}
    changed = books.post("Invoice", {**head, "Line": [{**kept, "Amount": 25}, line(5)]})
    assert [entry.get("Id") for entry in changed["Line"]] == ["2", "4", None]
    assert changed["TotalAmt"] == 30
    same = books.post("Invoice", {**head, "SyncToken": "1", "PrivateNote": "p"})
    assert same["Line"] == changed["Line"]


def test_4_delete_leaves_a_tombstone(books: Books):
    invoice = books.invoice()
    gone = books.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": invoice["Id"]}
    assert books.refused("GET", f"invoice/{invoice['Id']}") == "610"
    assert books.query(f"select * from Invoice where Id = '{invoice['Id']}'") == {}


def test_4_void_zeroes_and_marks(books: Books):
    invoice = books.invoice(line(10, "9", Qty=2, UnitPrice=5), PrivateNote="old")
    void = books.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
    assert (void["TotalAmt"], void["Balance"], void["TxnTaxDetail"]["TotalTax"]) == (0, 0, 0)
    assert void["PrivateNote"] == "Voided - old"
    assert void["Line"][0]["SalesItemLineDetail"]["Qty"] == 0
    assert void["DocNumber"] == invoice["DocNumber"]
    assert void["SyncToken"] == "1"


@pytest.mark.parametrize("operation", ["delete", "void"])
def test_4_a_paid_invoice_is_not_ended_unless_switched(books: Books, operation: str):
    invoice = books.invoice(line(10))
    payment = books.pay(invoice, 4)
    body = {"Id": invoice["Id"], "SyncToken": "1"}
    assert books.refused("POST", "invoice", body, operation=operation) == "6000"
    books.control("POST", "switches", {"paid_invoice_removal": "unlink"})
    books.ok("POST", "invoice", body, operation=operation)
    assert books.read("Payment", payment["Id"])["UnappliedAmt"] == 4


def test_8_closed_books_and_ended_subscription(books: Books):
    invoice = books.invoice(TxnDate="2026-10-15")
    books.prefer(AccountingInfoPrefs={"BookCloseDate": "2026-10-31"})
    body = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    assert books.refused("POST", "invoice", body) == "6210"
    books.control("POST", f"companies/{books.realm}", {"expired": True})
    assert books.refused("POST", "customer", {"DisplayName": "Ada"}) == "6190"
    assert books.read("Invoice", invoice["Id"])


def test_10_2_discount_lines(books: Books):
    percent = books.invoice(line(200), discount(percent=10))
    assert percent["Line"][-1]["Amount"] == 20
    assert percent["TotalAmt"] == 180
    assert books.invoice(line(200), discount(amount=15))["TotalAmt"] == 185
    books.prefer(SalesFormsPrefs={"AllowDiscount": False})
    body = {"CustomerRef": {"value": "3"}, "Line": [line(9), discount(amount=1)]}
    assert books.refused("POST", "invoice", body) == "6000"


def test_10_3_shipping_line(books: Books):
    invoice = books.invoice(line(100), shipping(12))
    assert invoice["TotalAmt"] == 112
    assert "Id" not in invoice["Line"][-1]
    assert invoice["Line"][-2]["Amount"] == 100
    assert books.refused("GET", "item/SHIPPING_ITEM_ID") == "2030"
    books.prefer(SalesFormsPrefs={"AllowShipping": False})
    body = {"CustomerRef": {"value": "3"}, "Line": [line(9), shipping(1)]}
    assert books.refused("POST", "invoice", body) == "2500"


def test_12_a_payment_moves_the_invoice(books: Books):
    invoice = books.invoice(line(100))
    books.events()
    books.later(minutes=5)
    payment = books.pay(invoice, 40)
    after = books.read("Invoice", invoice["Id"])
    assert (after["TotalAmt"], after["Balance"], after["SyncToken"]) == (100, 60, "1")
    assert after["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert after["MetaData"]["LastUpdatedTime"] == payment["MetaData"]["CreateTime"]
    assert [event["type"] for event in books.events()] == ["qbo.payment.created.v1", "qbo.invoice.updated.v1"]
    stale = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    assert books.refused("POST", "invoice", stale) == "5010"
    books.post("Payment", {"Id": payment["Id"], "SyncToken": "0"}, operation="delete")
    assert books.read("Invoice", invoice["Id"])["Balance"] == 100


def test_12_the_token_stays_when_switched(books: Books):
    books.control("POST", "switches", {"payment_bumps_sync_token": False})
    invoice = books.invoice(line(100))
    books.pay(invoice, 40)
    assert books.read("Invoice", invoice["Id"])["SyncToken"] == "0"
