"""Sections 5 to 7: the shapes of answers, whole; and section 10: tax, against a reference in exact decimals."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookipi_app.sandbox.jsontext import dump_json, parse_json
from bookipi_app.sandbox.numbering import next_number
from bookipi_app.sandbox.times import parse_moment
from tests.sandbox.client import Books, discount, line, shipping

CENT = Decimal("0.01")


def test_pages_are_the_same_after_a_restart(books: Books):
    """What changed last is loaded last; the order of ids must not follow that."""
    books.later(seconds=1)
    books.post("Customer", {"Id": "3", "SyncToken": "0", "sparse": True, "Notes": "x"})
    made = books.invoice()
    books.post("Invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    statements = [
        "select * from Customer",
        "select * from Customer orderby Id desc",
        "select * from Customer where MetaData.LastUpdatedTime >= '2026-01-01' orderby MetaData.LastUpdatedTime",
        "select * from Invoice startposition 3 maxresults 4",
    ]
    feed = {"entities": "Invoice,Customer", "changedSince": "2026-11-02"}
    before = [books.query(text) for text in statements], books.ok("GET", "cdc", **feed)
    snapshot = parse_json(dump_json(books.sandbox.dump()))
    snapshot["entries"].sort(key=lambda entry: (entry["is"] != "company", entry.get("updated", "")))
    books.sandbox.load(snapshot)
    assert ([books.query(text) for text in statements], books.ok("GET", "cdc", **feed)) == before


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-02", "2026-11-02T08:00:00Z"),
        ("2026-07-05T10:00", "2026-07-05T17:00:00Z"),
        ("2026-07-05T10:00:00.5", "2026-07-05T17:00:00.500000Z"),
        ("2026-03-08T01:59:59", "2026-03-08T09:59:59Z"),
        ("2026-03-08T03:00:00", "2026-03-08T10:00:00Z"),
        ("2015-10-05T14:42:19-0700", "2015-10-05T21:42:19Z"),
        ("2026-11-02T09:00:00.123456789z", "2026-11-02T09:00:00.123456Z"),
        (" 2026-11-02 09:00:00+05:30 ", "2026-11-02T03:30:00Z"),
    ],
)
def test_moments_are_read(text: str, moment: str):
    assert parse_moment(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "2026", "20261102", "2026-W45-1", "2026-11-02T", "2026-11-02T9:00", "2026-11-02T24:00:01"),
        *(
            "2026-11-02T09:00:00 02:00",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            "9999-12-31",
        ),
        *("2026-02-29", "٢٠٢٦-11-02", "2026-11-02T09:00:00+99:99"),
    ],
)
def test_what_is_no_moment_is_not_read(text: str):
    assert parse_moment(text) is None or text == "9999-12-31"


def test_10_automated_tax_by_zip_code(books: Books):
    austin = books.invoice(line(100, "9"))
    assert austin["TxnTaxDetail"]["TotalTax"] == Decimal("8.25")
    away = {"Line1": "x", "City": "Seattle", "CountrySubDivisionCode": "WA", "PostalCode": "98101"}
    assert books.invoice(line(100, "9"), ShipAddr=away)["TxnTaxDetail"]["TotalTax"] == Decimal("6.5")


def test_10_override_and_recalculation(books: Books):
    invoice = books.invoice(line(100, "9"), TxnTaxDetail={"TotalTax": 7})
    assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["TotalAmt"]) == (7, 107)
    head = {"Id": invoice["Id"], "sparse": True, "CustomerRef": invoice["CustomerRef"]}
    kept = books.post("Invoice", {**head, "SyncToken": "0", "PrivateNote": "x"})
    assert kept["TxnTaxDetail"]["TotalTax"] == 7
    anew = books.post("Invoice", {**head, "SyncToken": "1", "Line": [line(200, "9")]})
    assert anew["TxnTaxDetail"]["TotalTax"] == Decimal("16.5")


@pytest.mark.parametrize(("flag", "tax"), [(True, "7"), (False, "7.83")])
def test_10_tax_of_shipping_on_top_of_an_override(books: Books, flag: bool, tax: str):
    fields = {"TxnTaxDetail": {"TotalTax": 7}, "ShippingTaxIncludedInTotalTax": flag}
    invoice = books.invoice(line(100, "9"), shipping(10, "TAX"), **fields)
    assert invoice["TxnTaxDetail"]["TotalTax"] == Decimal(tax)


def test_10_manual_tax_uses_the_code_asked_for():
    books = Books("us-manual-tax")
    assert "PartnerTaxEnabled" not in books.ok("GET", "preferences")["Preferences"]["TaxPrefs"]
    assert books.invoice(line(100, "9"))["TxnTaxDetail"]["TotalTax"] == Decimal("9.38")
    other = books.invoice(line(100, "9"), TxnTaxDetail={"TxnTaxCodeRef": {"value": "4"}})
    assert other["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == "4"


def test_10_without_sales_tax_codes_are_ignored():
    books = Books("us-no-tax")
    invoice = books.invoice(line(100, "9", "TAX"), TxnTaxDetail={"TotalTax": 9})
    assert (invoice["TotalAmt"], invoice["TxnTaxDetail"]) == (100, {"TotalTax": 0})


def test_11_canada_and_expired():
    canada = Books("canada")
    assert canada.ok("GET", f"companyinfo/{canada.realm}")["CompanyInfo"]["Country"] == "CA"
    assert canada.invoice(line(100, "9", "1"))["TxnTaxDetail"]["TotalTax"] == 13
    assert Books("expired").refused("POST", "customer", {"DisplayName": "A"}) == "6190"


def test_next_number():
    assert [next_number(text) for text in ("1037", "INV-9", "A-099", "x", "")] == [
        "1038",
        "INV-10",
        "A-100",
        "x1",
        "1001",
    ]


AMOUNTS = st.tuples(st.integers(1, 999_999), st.booleans())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rows=st.lists(AMOUNTS, min_size=1, max_size=6),
    percent=st.integers(0, 100),
    ship=st.integers(0, 9999),
    first=st.booleans(),
)
def test_totals_agree_with_a_reference(rows: list[tuple[int, bool]], percent: int, ship: int, first: bool):
    amounts = [(Decimal(value) / 100, taxed) for value, taxed in rows]
    lines = [line(amount, "9" if taxed else "3") for amount, taxed in amounts]
    if percent:
        lines.append(discount(percent=percent))
    if ship:
        lines.append(shipping(Decimal(ship) / 100))
    invoice = PROPERTY_BOOKS.invoice(*lines, ApplyTaxAfterDiscount=first)
    subtotal = sum((amount for amount, _ in amounts), Decimal(0))
    off = (subtotal * percent / 100).quantize(CENT, ROUND_HALF_UP)
    left = 1 - off / subtotal if first else Decimal(1)
    rates = [Decimal(rate) for rate in ("0.0625", "0.01", "0.01")]
    bases = [amount * left for amount, taxed in amounts if taxed]
    tax = sum((base * rate).quantize(CENT, ROUND_HALF_UP) for base in bases for rate in rates)
    assert invoice["TotalAmt"] == subtotal - off + Decimal(ship) / 100 + tax
    assert invoice["TxnTaxDetail"]["TotalTax"] == tax
    assert invoice["Balance"] == invoice["TotalAmt"]


PROPERTY_BOOKS = Books()
