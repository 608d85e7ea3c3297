"""What a person decided about money, as the real engine carries it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from bookipi_app.models import (
    Attempt,
    Connection,
    DiscountMeaning,
    Flag,
    Invoice,
    Item,
    Kind,
    Reference,
    ShippingFallback,
    SyncRecord,
    TaxSending,
)
from bookipi_app.models.account import Company
from bookipi_app.sync import local, references
from bookipi_app.sync.forecast import Forecast, ForecastKind, forecast
from bookipi_app.sync.records import LocalInvoice
from tests.engine.test_main_job import lines
from tests.engine.world import World


def decide(world: World, **values: Any) -> None:
    with world.database.transaction() as session:
        connection = session.get_one(Connection, world.connection_id)
        for name, value in values.items():
            setattr(connection, name, value)


def switch_off(world: World, **forms: bool) -> None:
    """In QuickBooks' settings; the engine has read them."""
    company = world.sandbox.company(world.realm)
    record = company.find("Preferences", "1")
    assert record is not None
    record.body["SalesFormsPrefs"] = {**record.body["SalesFormsPrefs"], **forms}  # type: ignore[dict-item]
    decide(world, preferences=world.there("GET", "/preferences")["Preferences"])


def flag_of(world: World, invoice: Invoice) -> tuple[Flag, str]:
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    return record.flag, record.cause


def test_the_item_for_shipping_is_made_once_and_travels_first(world: World) -> None:
    switch_off(world, AllowShipping=False)
    customer = world.customer()
    first = world.invoice(customer, *lines(("1", "100")), shipping="12.50")
    second = world.invoice(
        customer, *lines(("2", "30")), shipping="7.25", discount_kind="percent", discount_value="10"
    )
    world.sync()
    item = world.only(Item, name="Shipping")
    there = [row for row in world.all("Item") if row["Name"] == "Shipping"]
    assert len(there) == 1
    assert world.record(Kind.ITEM, local_id=item.id).remote_id == there[0]["Id"]
    for invoice in (first, second):
        assert flag_of(world, invoice) == (Flag.SYNCED, "")
        remote = world.get("Invoice", str(world.record(Kind.INVOICE, local_id=invoice.id).remote_id))
        assert remote["Line"][1]["SalesItemLineDetail"]["ItemRef"]["value"] == there[0]["Id"]
        assert remote["TotalAmt"] * 100 == invoice.total_cents
    with world.still():
        world.sync()


def test_an_item_of_that_name_is_used_where_there_is_one(world: World) -> None:
    account = {"value": world.income_account()}
    made = world.make("Item", Name="Shipping", Type="Service", IncomeAccountRef=account)
    world.sync()
    switch_off(world, AllowShipping=False)
    invoice = world.invoice(world.customer(), *lines(("1", "100")), shipping="12.50")
    world.sync()
    remote = world.get("Invoice", str(world.record(Kind.INVOICE, local_id=invoice.id).remote_id))
    assert remote["Line"][1]["SalesItemLineDetail"]["ItemRef"]["value"] == made["Id"]
    assert len([row for row in world.all("Item") if row["Name"] == "Shipping"]) == 1


def test_without_shipping_no_item_is_made(world: World) -> None:
    switch_off(world, AllowShipping=False)
    world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    with world.database.reading() as session:
        assert session.exec(select(Item).where(Item.name == "Shipping")).all() == []


def test_shipping_that_may_not_travel_as_a_line_keeps_the_invoice_here_and_says_why(world: World) -> None:
    switch_off(world, AllowShipping=False)
    decide(world, shipping_fallback=ShippingFallback.REFUSE)
    invoice = world.invoice(world.customer(), *lines(("1", "100")), shipping="12.50")
    world.sync()
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.flag, record.remote_id) == (Flag.NOT_SYNCED, None)
    assert "Shipping is switched off in QuickBooks" in record.reason


@pytest.mark.parametrize(
    ("meaning", "flag"),
    [
        (DiscountMeaning.UNASKED, Flag.NOT_SYNCED),
        (DiscountMeaning.SOMETHING_ELSE, Flag.NOT_SYNCED),
        (DiscountMeaning.DISCOUNT, Flag.SYNCED),
    ],
)
def test_lesson_32_a_renamed_discount_field_is_not_sent_unasked(
    world: World, meaning: DiscountMeaning, flag: Flag
) -> None:
    decide(world, discount_meaning=meaning)
    with world.database.transaction() as session:
        session.get_one(Company, world.company_id).discount_label = "Deposit"
    off: dict[str, Any] = {"discount_kind": "fixed", "discount_value": "20"}
    invoice = world.invoice(world.customer(), *lines(("1", "100")), **off)
    world.sync()
    assert flag_of(world, invoice)[0] is flag


def test_tax_as_quickbooks_computes_differs_by_a_cent_with_its_cause_and_is_not_sent_again(
    world: World,
) -> None:
    """Three lines of 5.01 at 6.25 %, 1 % and 1 %: 1.23 there, 1.24 here."""
    decide(world, tax_sending=TaxSending.AS_COMPUTED)
    three = lines(("1", "5.01"), ("1", "5.01"), ("1", "5.01"))
    invoice = world.invoice(world.customer(), *_taxed(three), tax_mode="exclusive", tax_rate="8.25")
    world.sync()
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert record.flag is Flag.DIFFERS
    assert record.cause in ("tax_rounding", "automatic_tax")
    assert (record.detail or {})["difference_cents"] == -1
    assert (record.detail or {})["ways_out"] == ["send_tax_as_billed", "use_quickbooks_tax"]
    with world.still():
        world.sync()


def _taxed(given: Any) -> Any:
    return [replace(line, taxable=True) for line in given]


def test_tax_codes_and_their_rates_are_read_again_once_a_day(world: World) -> None:
    world.sync()
    world.pass_time(days=1, hours=1)
    world.sync()
    with world.database.reading() as session:
        rows = session.exec(select(Reference).where(Reference.entity.in_(("taxcode", "taxrate")))).all()  # type: ignore[attr-defined]
    austin = next(row for row in rows if row.name == "Austin")
    percents = {row.remote_id: (row.fields or {})["percent"] for row in rows if row.entity == "taxrate"}
    assert [percents[rate] for rate in (austin.fields or {})["rates"]] == ["6.25", "1", "1"]
    with world.database.reading() as session:
        assert session.exec(select(SyncRecord)).all() == []


def test_a_company_that_does_not_keep_our_tax_is_known_for_it_after_the_first_invoice(world: World) -> None:
    world.sandbox.switches.change({"tax_override_allowed": False})
    customer = world.customer()
    taxed: dict[str, Any] = {"tax_mode": "exclusive", "tax_rate": "7"}
    first = world.invoice(customer, *_taxed(lines(("1", "100"))), **taxed)
    assert foreseen(world, first).kind is ForecastKind.SAME  # nobody could know
    world.sync()
    assert flag_of(world, first) == (Flag.DIFFERS, "automatic_tax")
    second = world.invoice(customer, *_taxed(lines(("1", "200"))), **taxed)
    told = foreseen(world, second)
    assert (told.kind, told.cause, told.difference_cents) == (ForecastKind.DIFFERS, "automatic_tax", 250)
    world.sync()
    assert flag_of(world, second) == (Flag.DIFFERS, "automatic_tax")
    with world.still():
        world.sync()


def foreseen(world: World, invoice: Invoice) -> Forecast:
    with world.database.reading() as session:
        connection = session.get_one(Connection, world.connection_id)
        found = local.load(session, Kind.INVOICE, invoice.id)
        assert found is not None
        assert isinstance(found.record, LocalInvoice)
        context = references.context(session, connection, found.record.customer_id)
        return forecast(found.record, context)


@pytest.mark.parametrize("preset", ["us-automated-tax", "us-manual-tax"])
@pytest.mark.parametrize("needs_code", [False, True], ids=["amount-suffices", "amount-needs-a-code"])
def test_lesson_06_the_engine_sends_the_tax_as_billed_with_a_code_of_the_realm(
    make_world: Callable[..., World], preset: str, needs_code: bool
) -> None:
    world = make_world(preset=preset)
    world.sandbox.switches.change({"tax_override_needs_code": needs_code})
    taxed: dict[str, Any] = {"tax_mode": "exclusive", "tax_rate": "7"}
    invoice = world.invoice(world.customer(), *_taxed(lines(("3", "33.33"))), **taxed)
    world.sync()
    assert flag_of(world, invoice) == (Flag.SYNCED, "")
    with world.database.reading() as session:
        bodies = session.exec(select(Attempt.body).where(col(Attempt.body).contains("TotalTax"))).all()
    assert [json.loads(body)["TxnTaxDetail"]["TxnTaxCodeRef"] for body in bodies] == [{"value": "1"}]
