"""Every place of a sale filled with every kind of nonsense: refused as Intuit would, or taken, never a failure."""

import json
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client import Books, discount, line, shipping
from tests.sandbox.facts.section_03_invoices import bundle, grouped

JUNK: list[Any] = [
    *(
        None,
        "",
        " ",
        "x",
        "0",
        "NaN",
        "-1e309",
        "9" * 30,
        "9" * 5000,
        "\x00",
        "\ud800",
        "1_0",
        "٣",
        "2026-13-45",
    ),
    *(0, -1, 10**30, -(10**30), Decimal("1E-50"), Decimal("0.005"), True, False),
    *([], {}, [None], [[]], ["x"], {"value": {}}, {"value": ["1"]}, {"value": "9" * 99}, {"Line": [{}]}),
]
ADDRESS = {"Line1": "1 Elm", "City": "Austin", "CountrySubDivisionCode": "TX", "PostalCode": "78704"}
DATES = {"TxnDate": "2026-11-01", "DueDate": "2026-11-15", "ShipDate": "2026-11-02"}
REFERENCES = {"SalesTermRef": {"value": "2"}, "CurrencyRef": {"value": "USD"}, "CustomerRef": {"value": "1"}}


def full_invoice(books: Books) -> dict[str, Any]:
    kit = grouped(bundle(books), line(150, Qty=2, UnitPrice=75))
    text = {
        "DetailType": "DescriptionOnly",
        "Description": "t",
        "DescriptionLineDetail": {"ServiceDate": "2026-11-01"},
    }
    rich = line(100, "9", "TAX", Qty=4, UnitPrice=25, ServiceDate="2026-11-01", DiscountRate=1)
    tax_detail = {"TaxRateRef": {"value": "1"}, "PercentBased": True, "TaxPercent": 6, "NetAmountTaxable": 1}
    tax_line = {"Amount": 8, "DetailType": "TaxLineDetail", "TaxLineDetail": tax_detail}
    return {
        **{**DATES, **REFERENCES},
        "Line": [
            {**rich, "Id": "1", "LineNum": 1, "LinkedTxn": []},
            text,
            kit,
            discount(percent=5),
            shipping(3),
        ],
        **{"BillAddr": ADDRESS, "ShipAddr": ADDRESS, "ShipFromAddr": ADDRESS},
        **{"BillEmail": {"Address": "a@b.example"}, "CustomerMemo": {"value": "m"}, "PrivateNote": "n"},
        **{
            "DocNumber": "A1",
            "EmailStatus": "NotSet",
            "PrintStatus": "NotSet",
            "Deposit": 1,
            "ExchangeRate": 1,
        },
        **{"ApplyTaxAfterDiscount": True, "ShippingTaxIncludedInTotalTax": True, "TotalAmt": 5, "Balance": 5},
        "CustomField": [{"DefinitionId": "1", "Type": "StringType", "StringValue": "x"}],
        "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "1"}, "TotalTax": 8, "TaxLine": [tax_line]},
        **{"LinkedTxn": [], "GlobalTaxCalculation": "TaxExcluded", "ShipMethodRef": {"value": "UPS"}},
    }


def full_payment(books: Books) -> dict[str, Any]:
    link = {"TxnId": books.invoice(line(10), CustomerRef={"value": "1"})["Id"], "TxnType": "Invoice"}
    return {
        **{"CustomerRef": {"value": "1"}, "TotalAmt": 5, "Line": [{"Amount": 5, "LinkedTxn": [link]}]},
        **{"PaymentMethodRef": {"value": "1"}, "DepositToAccountRef": {"value": "1"}, "PaymentRefNum": "7"},
        **{
            "TxnDate": "2026-11-01",
            "PrivateNote": "n",
            "CurrencyRef": {"value": "USD"},
            "ProcessPayment": False,
        },
    }


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member of every object and list."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield (*path, key)
        yield from places(member, (*path, key))


def filled(body: Any, path: tuple[Any, ...], junk: Any) -> bytes:
    """The body with junk in one place, as it goes over the wire."""
    spoiled = deepcopy(body)
    holder = spoiled
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return json.dumps(spoiled, default=float).encode()


def spoil(books: Books, path: str, body: dict[str, Any]) -> None:
    for number, place in enumerate(places(body)):
        for junk in JUNK[number % 2 :: 2]:
            status, answer = books.call("POST", path, filled(body, place, junk))
            assert status in (200, 400), (place, junk, answer)
            assert status == 200 or answer["Fault"]["type"] == "ValidationFault"


PRESETS = ["us-manual-tax", "canada", "us-multicurrency"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_new_invoice(preset: str):
    books = Books(preset)
    body = full_invoice(books)
    if preset == "canada":
        body = {name: value for name, value in body.items() if name not in ("CurrencyRef", "TxnTaxDetail")}
        body["Line"] = [line(100, tax="1"), line(5, tax="2")]
    assert books.call("POST", "invoice", body)[0] == 200
    spoil(books, "invoice", body)


@pytest.mark.parametrize("sparse", [True, False])
def test_an_invoice_that_is_changed(sparse: bool):
    books = Books()
    made = books.post("Invoice", full_invoice(books))
    books.pay(made, 20)
    books.control("POST", "switches", {"overpaid_invoice": "credit"})
    for number, place in enumerate(places(made)):
        # A third of the nonsense for each place, another third for the next one.
        for junk in JUNK[number % 3 :: 3]:
            now = books.read("Invoice", made["Id"])
            head = {"Id": made["Id"], "SyncToken": now["SyncToken"], "sparse": sparse}
            spoiled = filled({**made, **head}, place, junk)
            status, answer = books.call("POST", "invoice", spoiled)
            assert status in (200, 400), (place, junk, answer)


def test_a_payment():
    books = Books()
    spoil(books, "payment", full_payment(books))


def test_preferences():
    books = Books()
    whole = books.ok("GET", "preferences")["Preferences"]
    sale = full_invoice(books)
    for place in places(whole):
        for junk in JUNK:
            now = books.ok("GET", "preferences")["Preferences"]
            spoiled = filled({**whole, "SyncToken": now["SyncToken"]}, place, junk)
            status, answer = books.call("POST", "preferences", spoiled)
            assert status in (200, 400), (place, junk, answer)
            if status == 200:
                # Whatever was taken as a preference, invoices are still answered.
                assert books.call("POST", "invoice", sale)[0] in (200, 400)
