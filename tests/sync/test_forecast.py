"""The forecast, and the comparison of totals."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

import pytest

from bookipi_app.models.record import Kind, TaxMode
from bookipi_app.sync.carrying import TaxSetup
from bookipi_app.sync.forecast import ForecastKind, forecast, totals_compare
from tests.sync.samples import RICH, Pair, context, invoice


def test_the_same_total() -> None:
    assert forecast(invoice(**RICH), context()).kind is ForecastKind.SAME


def test_a_customer_who_is_not_there_yet_is_no_obstacle() -> None:
    assert forecast(invoice(customer_id=""), context()).kind is ForecastKind.SAME


def test_a_tax_that_quickbooks_does_not_keep() -> None:
    one = invoice(**RICH)
    found = forecast(one, context(tax=TaxSetup(using=False)))
    assert (found.kind, found.difference_cents) == (ForecastKind.DIFFERS, -one.tax_cents)
    assert found.cause == "sales_tax_off"


def test_what_will_not_sync_says_why() -> None:
    found = forecast(invoice(**{**RICH, "tax_mode": TaxMode.DEDUCTIBLE}), context())
    assert (found.kind, found.cause) == (ForecastKind.WILL_NOT_SYNC, "deductible_tax")
    assert found.words.startswith("Will not sync: ")


@pytest.mark.parametrize("mode", [TaxMode.NONE, TaxMode.EXCLUSIVE, TaxMode.INCLUSIVE])
def test_equal_to_the_cent(mode: TaxMode) -> None:
    one = Pair(Kind.INVOICE, invoice(**{**RICH, "tax_mode": mode}))
    assert totals_compare(one.local, one.remote) is None  # type: ignore[arg-type]


def test_one_cent_of_tax_is_a_difference_with_its_cause() -> None:
    one = Pair(Kind.INVOICE, invoice(**RICH))
    tax = one.remote["TxnTaxDetail"]["TotalTax"] + Decimal("0.01")
    one.quickbooks.edit(one.id, TxnTaxDetail={"TotalTax": tax})
    found = totals_compare(one.local, one.remote, one.context)  # type: ignore[arg-type]
    assert found is not None
    assert (found.cause, found.difference_cents) == ("automatic_tax", 1)
    assert asdict(found)["parts"][-1]["name"] == "total"
    assert "$0.01 higher" in found.words


def test_shipping_as_an_ordinary_line_is_no_difference() -> None:
    one = Pair(Kind.INVOICE, invoice(shipping_cents=1250), context(allow_shipping=False))
    assert totals_compare(one.local, one.remote) is None  # type: ignore[arg-type]
