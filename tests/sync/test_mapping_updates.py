"""Updates on their way: only what changed is sent, and what QuickBooks has beside it stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bookipi_app.models.record import Kind
from bookipi_app.sync import fields
from bookipi_app.sync.records import Address, LocalInvoice
from tests.sync.samples import ONE, RICH, Pair, changed, customer, invoice
from tests.sync.test_mapping import rendered


def test_an_update_is_sparse_and_holds_only_what_changed() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    one.local = replace(customer(), email="", phone="555 0100")
    assert rendered(("email", "phone"), one) == {
        "Id": one.id, "SyncToken": "0", "sparse": True,
        "PrimaryEmailAddr": {"Address": ""}, "PrimaryPhone": {"FreeFormNumber": "555 0100"},
    }  # fmt: skip


def test_a_cleared_address_is_sent_as_empty_parts() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    one.local = replace(customer(), bill_address=Address())
    assert set(rendered(("bill_address",), one)["BillAddr"].values()) == {""}


def test_reactivating_sends_the_clean_name() -> None:
    one = Pair(Kind.CUSTOMER, customer())
    assert rendered(("active",), one)["DisplayName"] == "Ada Lane"


def test_the_customer_is_in_every_update_of_an_invoice_and_lines_are_not() -> None:
    one = Pair(Kind.INVOICE, invoice())
    body = rendered(("memo",), one)
    assert body["CustomerRef"] == {"value": "901"}
    assert set(body) == {"Id", "SyncToken", "sparse", "CustomerRef", "PrivateNote"}


def test_a_tax_that_changes_no_line_is_sent_without_them() -> None:
    one = Pair(Kind.INVOICE, invoice(**RICH))
    one.local = invoice(**{**RICH, "tax_rate": 70_000_000})
    body = rendered(("tax",), one)
    assert set(body) == {
        "Id",
        "SyncToken",
        "sparse",
        "CustomerRef",
        "TxnTaxDetail",
        "ShippingTaxIncludedInTotalTax",
    }


@pytest.mark.parametrize("terms", ["Net 47", ""])
def test_terms_unknown_there_take_those_away_that_stood_there(terms: str) -> None:
    """Thirty days beside a due date of forty-seven would be wrong: only the date goes over."""
    one = Pair(Kind.INVOICE, invoice())
    assert one.remote["SalesTermRef"] == {"value": "3"}
    one.local = invoice(terms_name=terms, due_date=date(2026, 12, 18))
    body = rendered(fields.COUPLED[fields.DATES], one)
    assert (body["SalesTermRef"], body["DueDate"]) == ({"value": ""}, "2026-12-18")


def test_terms_that_nobody_changed_here_stay_there() -> None:
    one = Pair(Kind.INVOICE, invoice(terms_name=""))
    one.quickbooks.edit(one.id, SalesTermRef={"value": "3"})
    one.agreement = replace(one.agreement, remote={**one.agreement.remote, "terms": "3"})
    one.local = invoice(terms_name="", due_date=date(2026, 12, 18))
    assert "SalesTermRef" not in rendered(fields.COUPLED[fields.DATES], one)


def test_a_line_that_sells_another_item_keeps_nothing_of_the_one_before() -> None:
    """Its class and its day stay; the account that it earned for, and how that item is taxed, do not."""
    one = Pair(Kind.INVOICE, invoice())
    lines = [dict(entry) for entry in one.remote["Line"]]
    own = {
        "ItemAccountRef": {"value": "79"},
        "TaxClassificationRef": {"value": "EUC-1"},
        "ClassRef": {"value": "7"},
    }
    for entry in lines[:2]:
        entry["SalesItemLineDetail"] = {**entry["SalesItemLineDetail"], **own}
    one.quickbooks.edit(one.id, Line=lines)
    assert isinstance(one.local, LocalInvoice)
    first, second, third = one.local.lines
    one.local = changed(one.local, lines=(replace(first, item_id="itm2"), replace(second, price=ONE), third))
    sent = [
        entry["SalesItemLineDetail"]
        for entry in rendered(("lines", "discount", "shipping", "tax"), one)["Line"]
    ]
    assert (sent[0]["ItemRef"]["value"], set(own) & set(sent[0])) == ("802", {"ClassRef"})
    assert set(own) <= set(sent[1])
