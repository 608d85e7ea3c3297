"""Canonical forms: what is no edit does not move a snapshot, and what is one does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync import canon, snapshot
from tests.sync.samples import RICH, Pair, customer, invoice, item

VOLATILE: dict[str, Any] = {
    "Balance": Decimal("3.20"), "LinkedTxn": [{"TxnId": "9", "TxnType": "Payment"}], "EmailStatus": "EmailSent",
    "PrintStatus": "NeedToPrint", "SyncToken": "17", "MetaData": {"LastUpdatedTime": "2026-11-23T10:00:00-08:00"},
    "EInvoiceStatus": "Sent", "InvoiceLink": "https://x.test", "AllowOnlinePayment": False,
}  # fmt: skip


def test_what_moves_without_an_edit_never_enters_a_snapshot() -> None:
    obj = Pair(Kind.INVOICE, invoice(**RICH)).remote
    moved = {**obj, **VOLATILE, "BillAddr": {**obj["BillAddr"], "Id": "99", "Lat": "30.2", "Long": "-97.7"}}
    assert snapshot.of_remote(Kind.INVOICE, moved) == snapshot.of_remote(Kind.INVOICE, obj)


@pytest.mark.parametrize("written", ["Ada Lane", " Ada Lane\n", "Ada\tLane"])
def test_text_is_trimmed_and_of_one_line(written: str) -> None:
    assert snapshot.of_remote(Kind.CUSTOMER, {"DisplayName": written})["name"] == "Ada Lane"


def test_text_is_composed() -> None:
    obj = {"DisplayName": "Cafe\u0301"}
    assert snapshot.of_remote(Kind.CUSTOMER, obj)["name"] == "Caf\u00e9"


@pytest.mark.parametrize("price", [Decimal("12.5000000"), Decimal("12.5"), "12.50", Decimal("1.25E+1")])
def test_decimals_have_no_trailing_zeros(price: object) -> None:
    assert snapshot.of_remote(Kind.ITEM, {"Name": "x", "UnitPrice": price})["price"] == "12.5"


def test_a_binary_float_is_refused() -> None:
    with pytest.raises(canon.Unreadable):
        snapshot.of_remote(Kind.ITEM, {"Name": "x", "UnitPrice": 12.5})


@pytest.mark.parametrize("price", [10**30, Decimal("1E+11"), "-100000000000", Decimal("1E-999999")])
def test_a_number_that_no_price_or_amount_has_is_refused(price: object) -> None:
    """Its column holds 64 bits, and its text may be longer than any memory."""
    with pytest.raises(canon.Unreadable):
        snapshot.of_remote(Kind.ITEM, {"Name": "x", "UnitPrice": price})


def test_country_in_three_letters_is_no_edit() -> None:
    two, three = ({"DisplayName": "A", "BillAddr": {"Line1": "1 Oak", "Country": c}} for c in ("US", "USA"))
    assert snapshot.of_remote(Kind.CUSTOMER, two) == snapshot.of_remote(Kind.CUSTOMER, three)


@pytest.mark.parametrize("name", ["Ada (deleted)", "Ada (deleted) 1", "Ada (deleted 2)"])
def test_an_inactive_name_loses_its_suffix_and_an_active_one_keeps_it(name: str) -> None:
    assert snapshot.of_remote(Kind.CUSTOMER, {"DisplayName": name, "Active": False})["name"] == "Ada"
    assert snapshot.of_remote(Kind.CUSTOMER, {"DisplayName": name, "Active": True})["name"] == name


def test_a_void_compares_as_void() -> None:
    one = Pair(Kind.INVOICE, invoice(**RICH))
    one.quickbooks.void(one.id)
    assert snapshot.is_void(one.remote)
    assert snapshot.of_remote(Kind.INVOICE, one.remote) == {"void": True}


def test_an_invoice_of_nothing_is_not_void() -> None:
    assert not snapshot.is_void({"TotalAmt": 0, "Line": []})
    assert not snapshot.is_void({"TotalAmt": Decimal(5), "PrivateNote": "Voided cheque received", "Line": []})


def test_payments() -> None:
    assert snapshot.carries_payment({"LinkedTxn": [{"TxnId": "1", "TxnType": "Payment"}]})
    assert snapshot.carries_payment({"TotalAmt": Decimal(10), "Balance": Decimal(4)})
    assert not snapshot.carries_payment({"TotalAmt": Decimal(10), "Balance": Decimal(10)})


def test_versions_and_times() -> None:
    obj = {"SyncToken": "4", "MetaData": {"LastUpdatedTime": "2026-11-22T10:00:00-08:00"}}
    assert snapshot.sync_token(obj) == 4
    assert snapshot.updated_at(obj) == datetime(2026, 11, 22, 18, tzinfo=UTC)


def test_references_are_customer_and_items_once_each() -> None:
    local = snapshot.of_local(Kind.INVOICE, invoice())
    assert snapshot.references(Kind.INVOICE, local) == ((Kind.CUSTOMER, "cus1"), (Kind.ITEM, "itm1"))


@pytest.mark.parametrize(
    ("kind", "record"),
    [(Kind.CUSTOMER, customer()), (Kind.ITEM, item()), (Kind.INVOICE, invoice(**RICH))],
)
def test_snapshots_are_plain_json_and_compare_with_themselves(kind: Kind, record: Any) -> None:
    local = snapshot.of_local(kind, record)
    assert json.loads(json.dumps(local)) == local
    remote = snapshot.of_remote(kind, Pair(kind, record).remote)
    assert json.loads(json.dumps(remote)) == remote
    assert snapshot.changed(kind, Side.HERE, local, local) == ()
    assert snapshot.changed(kind, Side.QUICKBOOKS, remote, remote) == ()


def test_new_ids_of_the_same_lines_are_no_edit() -> None:
    obj = Pair(Kind.INVOICE, invoice()).remote
    renumbered = {**obj, "Line": [{**line, "Id": f"9{at}"} for at, line in enumerate(obj["Line"])]}
    before, now = (snapshot.of_remote(Kind.INVOICE, one) for one in (obj, renumbered))
    assert snapshot.changed(Kind.INVOICE, Side.QUICKBOOKS, before, now) == ()
