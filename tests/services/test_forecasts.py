"""What QuickBooks will show of a form that is being written, by the connection's known settings, and its ways out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.models import (
    Company,
    Connection,
    DiscountMeaning,
    Reference,
    ShippingFallback,
    SyncRecord,
    TaxSending,
)
from bookipi_app.services import forecasts, invoices
from bookipi_app.services.forecasts import Changed, ForecastView
from bookipi_app.services.invoice_form import InvoiceForm, LineForm
from tests.services.conftest import NOW, WHO, Books

ALL_ON: dict[str, Any] = {
    "SalesFormsPrefs": {"AllowDiscount": True, "AllowShipping": True, "CustomTxnNumbers": True},
    "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": True},
    "CurrencyPrefs": {"HomeCurrency": {"value": "USD"}},
}
LINE = LineForm(description="Grounds maintenance", quantity="4", price="384.10", taxable=True)


def connect(books: Books, *, sales: Any = None, tax: Any = None, **columns: Any) -> None:
    """A connection to a company with these settings; all on but what is said otherwise."""
    books.connect()
    with books.work() as session:
        connection = session.exec(select(Connection)).one()
        connection.preferences = {
            **ALL_ON,
            "SalesFormsPrefs": {**ALL_ON["SalesFormsPrefs"], **(sales or {})},
            "TaxPrefs": {**ALL_ON["TaxPrefs"], **(tax or {})},
        }
        connection.default_item_id = "9"
        for name, value in columns.items():
            setattr(connection, name, value)


def form(**texts: Any) -> InvoiceForm:
    return InvoiceForm(**{"lines": [LINE], "number": "INV-7", **texts})


def look(books: Books, filled: InvoiceForm, invoice_id: UUID | None = None) -> ForecastView:
    with books.store.reading() as session:
        return forecasts.look(session, books.company_id, invoice_id or "", filled)[1]


def take(books: Books, filled: InvoiceForm, way: str) -> Changed:
    with books.work() as session:
        return forecasts.take(session, books.company_id, "", filled, way, now=NOW)


def total(filled: InvoiceForm) -> str:
    return invoices.preview(filled).total


def codes(view: ForecastView) -> list[str]:
    return [way.code for way in view.ways]


def test_without_a_connection_nothing_is_foretold(books: Books) -> None:
    assert look(books, form()) == ForecastView()


def test_nothing_is_said_of_an_empty_form(books: Books) -> None:
    connect(books)
    assert look(books, form(lines=[LineForm()])).kind == ""


def test_the_same_total_is_named(books: Books) -> None:
    connect(books)
    view = look(books, form(tax_mode="exclusive", tax_rate="8.25"))
    assert (view.kind, view.strong, view.words) == ("same", "Same total in QuickBooks:", "$1,663.15.")
    assert view.ways == ()


def test_a_mistake_leaves_it_unclear(books: Books) -> None:
    connect(books)
    for wrong in (
        {"shipping": "-1"},
        {"discount_kind": "percent", "discount_value": "101"},
        {"number": "x" * 22},
    ):
        assert look(books, form(**wrong)).kind == "unclear"


def test_a_customer_in_another_currency_keeps_it_here(books: Books) -> None:
    connect(books)
    customer_id = books.customer()
    with books.work() as session:
        record = session.exec(select(SyncRecord).where(SyncRecord.local_id == customer_id)).one()
        record.remote = {"Id": "7", "CurrencyRef": {"value": "EUR"}}
    view = look(books, form(customer_id=str(customer_id)))
    assert view.kind == "will_not_sync"
    assert "QuickBooks keeps this customer in EUR" in view.words


def test_sales_tax_that_is_off_there_takes_it_off_the_total(books: Books) -> None:
    connect(books, tax={"UsingSalesTax": False, "PartnerTaxEnabled": False})
    taxed = form(tax_mode="exclusive", tax_rate="8.25")
    view = look(books, taxed)
    assert view.kind == "differs"
    assert view.strong == "Will differ by $126.75:"
    assert "$1,536.40 there, $1,663.15 here" in view.words
    assert "remove_tax" in codes(view)
    changed = take(books, taxed, "remove_tax")
    assert look(books, changed.form).kind == "same"
    assert changed.words == "The tax is taken off; the total was $1,663.15."


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("deductible", {}, {"tax_mode": "deductible", "tax_rate": "10"}),
    ("discount", {"sales": {"AllowDiscount": False}}, {"discount_kind": "percent", "discount_value": "7"}),
    (
        "discount over several lines",
        {"sales": {"AllowDiscount": False}},
        {
            "discount_kind": "fixed",
            "discount_value": "10",
            "lines": [LINE, LineForm(), replace(LINE, price="33.333", quantity="0.3", taxable=False)],
            "tax_mode": "exclusive",
            "tax_rate": "8.25",
        },
    ),
    (
        "shipping",
        {"sales": {"AllowShipping": False}, "shipping_fallback": ShippingFallback.REFUSE},
        {"shipping": "45", "shipping_taxable": True, "tax_mode": "exclusive", "tax_rate": "8.25"},
    ),
]


@pytest.mark.parametrize(
    ("connection", "texts"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_each_refusal_has_ways_out_that_work(
    books: Books, connection: dict[str, Any], texts: dict[str, Any]
) -> None:
    """Every button that changes the form leads to a form that QuickBooks holds; the first one keeps the total."""
    connect(books, **connection)
    filled = form(**texts)
    view = look(books, filled)
    assert view.kind == "will_not_sync"
    assert view.strong == "Will not sync:"
    here = [way for way in view.ways if not way.href and way.code != forecasts.CHECK_AGAIN]
    assert here
    for way in here:
        changed = take(books, filled, way.code)
        assert changed.words, way
        assert look(books, changed.form).kind == "same", way
    if "deductible" not in str(texts):
        assert total(take(books, filled, here[0].code).form) == total(filled)


def test_a_setting_is_a_way_out_and_stays_chosen(books: Books) -> None:
    connect(books, tax_sending=TaxSending.AS_COMPUTED)
    taxed = form(tax_mode="exclusive", tax_rate="8.25")
    view = look(books, taxed)
    assert (view.kind, view.strong) == ("depends", "May differ:")
    changed = take(books, taxed, "send_tax_as_billed")
    assert (changed.form, changed.places) == (taxed, ())
    assert "all invoices" in changed.words
    assert look(books, taxed).kind == "same"


def test_quickbooks_is_asked_for_its_settings_on_demand(books: Books) -> None:
    connect(books, sales={"AllowDiscount": False})
    filled = form(discount_kind="percent", discount_value="7")
    [switch, again] = [
        way for way in look(books, filled).ways if way.outside or way.code == forecasts.CHECK_AGAIN
    ]
    assert switch.href.startswith("http")
    changed = take(books, filled, again.code)
    assert (changed.form, changed.places) == (filled, ())
    assert changed.words
    with books.store.reading() as session:
        connection = session.exec(select(Connection)).one()
    assert (connection.preflight_due_at, connection.wake) == (NOW, 1)


def test_a_renamed_discount_is_asked_about_once(books: Books) -> None:
    connect(books)
    with books.work() as session:
        session.get_one(Company, books.company_id).discount_label = "Deposit"
    discounted = form(discount_kind="fixed", discount_value="100")
    view = look(books, discounted)
    assert view.kind == "will_not_sync"
    assert [way.label for way in view.ways] == [
        "Deposit is a discount", "It is something else", "Take off Deposit",
    ]  # fmt: skip
    take(books, discounted, "it_is_something_else")
    again = look(books, discounted)
    assert (again.kind, again.ways[0].label) == ("will_not_sync", "Take off Deposit")
    take(books, discounted, "it_is_a_discount")
    assert look(books, discounted).kind == "same"
    with books.store.reading() as session:
        assert session.exec(select(Connection)).one().discount_meaning is DiscountMeaning.DISCOUNT


def test_a_discount_on_the_lines_is_the_same_to_the_cent_once_it_is_saved(books: Books) -> None:
    connect(books, sales={"AllowDiscount": False})
    lines = [replace(LINE, price=price, quantity="3") for price in ("0.33333", "19.99", "7")]
    filled = form(
        customer_id=str(books.customer()), lines=lines, discount_kind="percent", discount_value="12.5"
    )
    changed = take(books, filled, "turn_discount_into_line_discounts")
    assert changed.places == (0, 1, 2)
    with books.work() as session:
        saved = invoices.save(session, books.company_id, None, changed.form, issue=True, now=NOW, who=WHO)
    assert f"${saved.total_cents / 100:.2f}" == total(filled)


def test_the_tax_of_quickbooks_own_code_can_be_taken(books: Books) -> None:
    code = {"UsingSalesTax": True, "PartnerTaxEnabled": None, "TaxGroupCodeRef": {"value": "2"}}
    connect(books, tax=code, tax_sending=TaxSending.AS_COMPUTED)
    index = [("taxcode", "2", {"rates": ["3"]}), ("taxrate", "3", {"percent": "8"})]
    with books.work() as session:
        connection_id = session.exec(select(Connection.id)).one()
        for entity, remote_id, fields in index:
            session.add(
                Reference(
                    connection_id=connection_id,
                    entity=entity,
                    remote_id=remote_id,
                    name="Texas",
                    name_key="texas",
                    fields=fields,
                )
            )
    taxed = form(tax_mode="exclusive", tax_rate="8.25")
    view = look(books, taxed)
    assert (view.kind, view.strong) == ("differs", "Will differ by $3.84:")
    assert [way.label for way in view.ways] == ["Always send tax as billed", "Use QuickBooks’ tax, $122.91"]
    changed = take(books, taxed, "use_quickbooks_tax")
    assert changed.form.tax_given == "122.91"
    assert look(books, changed.form).words == "$1,659.31."


@pytest.mark.parametrize("way", ["", "x", "__class__", "use_quickbooks_tax", "make_shipping_a_line"])
def test_a_way_that_is_none_changes_nothing(books: Books, way: str) -> None:
    connect(books)
    assert take(books, form(), way).form == form()


def test_the_forecast_of_a_saved_invoice_keeps_an_amount_that_quickbooks_billed(books: Books) -> None:
    connect(books)
    filled = form(
        customer_id=str(books.customer()), tax_mode="exclusive", tax_rate="8.25", tax_given="126.80"
    )
    with books.work() as session:
        saved = invoices.save(session, books.company_id, None, filled, issue=True, now=NOW, who=WHO)
    assert (saved.tax_cents, saved.total_cents) == (12680, 166320)
    with books.store.reading() as session:
        opened = invoices.get(session, books.company_id, saved.id).form
    assert look(books, opened, saved.id).words == "$1,663.20."
    edited = replace(opened, shipping="1")
    assert look(books, edited, saved.id).words == "$1,664.15."
