"""Bad input on money: refused at its field with a sentence, or taken exactly; never sent and then found out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bookipi_app.services.invoice_form import MOST_LINES, InvoiceForm, LineForm
from bookipi_app.services.invoice_preview import PreviewTotals, preview
from bookipi_app.sync.forecast import ForecastKind, forecast
from tests.sync.samples import context, invoice

LINE = LineForm(description="Work", quantity="1", price="100", taxable=True)


def seen(form: dict[str, Any], line: dict[str, Any] | None = None) -> PreviewTotals:
    return preview(InvoiceForm(lines=[replace(LINE, **(line or {}))], **form))


@pytest.mark.parametrize(
    ("form", "line", "field"),
    [
        ({}, {"quantity": "1.0123456789"}, "lines.0.quantity"),
        ({}, {"price": "0.00000001"}, "lines.0.price"),
        ({}, {"quantity": "1e3"}, "lines.0.quantity"),
        ({}, {"price": "NaN"}, "lines.0.price"),
        ({}, {"quantity": "NaN"}, "lines.0.quantity"),
        ({}, {"quantity": "Infinity"}, "lines.0.quantity"),
        ({}, {"quantity": "1e309"}, "lines.0.quantity"),
        ({}, {"quantity": "0.000000001"}, "lines.0.quantity"),
        ({}, {"quantity": "1" * 25}, "lines.0.quantity"),
        ({}, {"price": "1,2,3"}, "lines.0.price"),
        ({}, {"price": "\uff11\u0661"}, "lines.0.price"),
        ({}, {"price": "1.234,56"}, "lines.0.price"),
        ({}, {"discount_kind": "percent", "discount_value": "101"}, "lines.0.discount_value"),
        ({}, {"discount_kind": "fixed", "discount_value": "100.01"}, "lines.0.discount_value"),
        ({}, {"discount_kind": "fixed", "discount_value": "0.001"}, "lines.0.discount_value"),
        ({"discount_kind": "percent", "discount_value": "101"}, {}, "discount_value"),
        ({"discount_kind": "percent", "discount_value": "-5"}, {}, "discount_value"),
        ({"discount_kind": "fixed", "discount_value": "100.01"}, {}, "discount_value"),
        ({"shipping": "-1"}, {}, "shipping"),
        ({"shipping": "1.005"}, {}, "shipping"),
        ({"tax_mode": "exclusive", "tax_rate": "1000"}, {}, "tax_rate"),
        ({"tax_mode": "exclusive", "tax_rate": "-1"}, {}, "tax_rate"),
        ({}, {"price": "99999999999", "quantity": "2"}, "lines.0.price"),
        ({}, {"price": "100000000000"}, "lines.0.price"),
        ({"shipping": "99999999999"}, {"price": "99999999999"}, "total"),
    ],
)
def test_bad_input_65_refused_what_makes_no_sense_is_refused_at_its_field(
    form: dict[str, Any], line: dict[str, Any], field: str
) -> None:
    found = seen(form, line)
    assert field in found.errors
    assert found.errors[field].endswith(".")


@pytest.mark.parametrize(
    ("form", "line", "total"),
    [
        ({}, {"price": "0.0000001"}, "$0.00"),
        ({}, {"quantity": "-0"}, "$0.00"),
        ({}, {"price": "1,234.56"}, "$1,234.56"),
        ({}, {"price": "0.0000001", "quantity": "10000000"}, "$1.00"),
        ({}, {"discount_kind": "percent", "discount_value": "100"}, "$0.00"),
        ({"discount_kind": "percent", "discount_value": "100"}, {}, "$0.00"),
        ({"discount_kind": "fixed", "discount_value": "100"}, {}, "$0.00"),
        ({"tax_mode": "exclusive", "tax_rate": "0"}, {}, "$100.00"),
        ({}, {"price": "99999999999"}, "$99,999,999,999.00"),
    ],
)
def test_bad_input_65_accepted_what_is_extreme_but_exact_is_taken(
    form: dict[str, Any], line: dict[str, Any], total: str
) -> None:
    found = seen(form, line)
    assert (found.errors, found.total) == ({}, total)


def test_a_foreign_currency_is_said_before_anything_is_sent() -> None:
    told = forecast(invoice(currency="CAD"), context())
    assert (told.kind, told.cause) == (ForecastKind.WILL_NOT_SYNC, "currency")
    assert "USD" in told.words
    assert "CAD" in told.words


def test_bad_input_62_refused_more_lines_than_quickbooks_takes_and_words_without_end() -> None:
    many = preview(InvoiceForm(lines=[LINE] * 10_000))
    assert many.errors["lines"] == f"An invoice holds at most {MOST_LINES} lines in QuickBooks."
    assert "characters" in seen({}, {"description": "W" * 100_000}).errors["lines.0.description"]
    assert preview(InvoiceForm(lines=[LINE] * MOST_LINES)).errors == {}
