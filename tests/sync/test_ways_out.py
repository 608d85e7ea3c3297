"""Ways out: each one leads out of what it is offered for, and keeps the total where it says so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bookipi_app import totals
from bookipi_app.models.choices import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.models.record import LineKind, Rate, TaxMode
from bookipi_app.sync import sums
from bookipi_app.sync.carrying import TaxSetup
from bookipi_app.sync.forecast import Forecast, ForecastKind, WayOut, apply_way_out, forecast
from bookipi_app.sync.records import LocalInvoice
from tests.fidelity import believable
from tests.sync.samples import ONE, RICH, context, invoice, line

KEEP_THE_TOTAL = (
    WayOut.TURN_DISCOUNT_INTO_LINE_DISCOUNTS,
    WayOut.TURN_LINE_DISCOUNTS_INTO_PRICES,
    WayOut.MAKE_SHIPPING_A_LINE,
)
NOT_IN_THE_INVOICE = (
    WayOut.SEND_TAX_AS_BILLED,
    WayOut.SEND_SHIPPING_AS_ITEM,
    WayOut.SAY_WHAT_DISCOUNT_MEANS,
    WayOut.CHOOSE_ITEM,
    WayOut.SWITCH_ON_DISCOUNTS,
    WayOut.SWITCH_ON_SHIPPING,
    WayOut.SWITCH_ON_SALES_TAX,
)
OFF_AND_REFUSED = {"allow_shipping": False, "shipping_fallback": ShippingFallback.REFUSE}
RENAMED = {"discount_label": "Deposit", "discount_meaning": DiscountMeaning.SOMETHING_ELSE}
COMPUTED = TaxSetup(sending=TaxSending.AS_COMPUTED, customer_rates=(Decimal(6), Decimal(2)))


def foreign(one: LocalInvoice) -> LocalInvoice:
    kept = line(9, kind=LineKind.FOREIGN, item_id="", amount_given_cents=500)
    return sums.added_up(replace(one, lines=(*one.lines, kept)))


CASES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"tax_mode": TaxMode.DEDUCTIBLE}, {}, "deductible_tax"),
    ({}, {"allow_discount": False}, "discounts_off"),
    ({}, OFF_AND_REFUSED, "shipping_off"),
    ({}, {"discount_label": "Deposit"}, "renamed_discount"),
    ({}, RENAMED, "not_a_discount"),
    ({}, {"tax": TaxSetup(using=False)}, "sales_tax_off"),
    ({}, {"tax": TaxSetup(customer_exempt=True)}, "exempt_customer"),
    ({}, {"tax": COMPUTED}, "automatic_tax"),
]


@pytest.mark.parametrize(("values", "known", "cause"), CASES, ids=[cause for _, _, cause in CASES])
def test_every_way_out_that_changes_the_invoice_leads_out(
    values: dict[str, Any], known: dict[str, Any], cause: str
) -> None:
    one = invoice(**{**RICH, **values})
    told = forecast(one, context(**known))
    assert told.cause == cause
    assert told.ways_out
    for way in told.ways_out:
        changed = apply_way_out(way, one, told.tax_cents)
        assert (changed is None) == (way in NOT_IN_THE_INVOICE)
        if changed is not None:
            assert forecast(changed, context(**known)).cause != cause, way
            assert sums.added_up(changed) == changed


def test_lines_that_only_quickbooks_can_make_are_taken_off_to_send_a_new_invoice() -> None:
    one = foreign(invoice())
    told = forecast(one, context())
    assert (told.kind, told.ways_out) == (ForecastKind.WILL_NOT_SYNC, (WayOut.REMOVE_FOREIGN_LINES,))
    assert apply_way_out(WayOut.REMOVE_FOREIGN_LINES, one) == invoice()


@pytest.mark.parametrize("known", [{"default_item_id": ""}])
def test_an_item_for_lines_without_one_is_chosen_in_the_settings(known: dict[str, Any]) -> None:
    told = forecast(invoice(lines=(line(1, item_id=""),)), context(**known))
    assert (told.cause, told.ways_out) == ("default_item", (WayOut.CHOOSE_ITEM,))


@pytest.mark.parametrize("way", KEEP_THE_TOTAL)
def test_what_keeps_the_total_keeps_it_to_the_cent_and_can_be_saved(way: WayOut) -> None:
    """Three hundred believable invoices; tax and total stay, whatever the mix of taxed and untaxed lines."""
    changed_some = 0
    for number in range(300):
        one = believable.write(number, 82_500_000).invoice
        changed = apply_way_out(way, one)
        if changed is None:
            continue
        changed_some += 1
        assert (changed.tax_cents, changed.total_cents) == (one.tax_cents, one.total_cents), number
        typed = replace(sums.as_input(changed), as_found=False)
        assert totals.work_out(typed).total_cents == one.total_cents
    assert changed_some > 20


def test_a_way_that_is_not_needed_changes_nothing() -> None:
    plain = invoice()
    assert all(apply_way_out(way, plain) is None for way in KEEP_THE_TOTAL)
    assert apply_way_out(WayOut.DROP_SECOND_TAX, plain) is None
    assert apply_way_out(WayOut.USE_QUICKBOOKS_TAX, plain) is None


def test_one_of_two_taxes_is_dropped() -> None:
    one = invoice(**{**RICH, "tax2_rate": ONE})
    changed = apply_way_out(WayOut.DROP_SECOND_TAX, one)
    assert changed == invoice(**RICH)


def test_the_forecast_names_the_difference_in_words() -> None:
    one = invoice(**RICH)
    exclusive = forecast(one, context(tax=TaxSetup(using=False)))
    assert (
        exclusive.words
        == f"Will differ by ${one.tax_cents / 100:.2f}: sales tax is switched off in QuickBooks."
    )
    inside = invoice(**{**RICH, "tax_mode": TaxMode.INCLUSIVE})
    told = forecast(inside, context(tax=TaxSetup(using=False)))
    assert (told.kind, told.difference_cents) == (ForecastKind.DIFFERS, 0)
    assert told.words == (
        "Same total, but QuickBooks shows another tax: sales tax is switched off in QuickBooks."
    )


def test_an_unknown_rate_is_said_to_be_unknown() -> None:
    told: Forecast = forecast(invoice(**RICH), context(tax=TaxSetup(sending=TaxSending.AS_COMPUTED)))
    assert (told.kind, told.cause) == (ForecastKind.DEPENDS, "automatic_tax")
    untaxed = invoice(discount_kind=Rate.PERCENT, discount_value=ONE)
    assert forecast(untaxed, context(tax=TaxSetup(sending=TaxSending.AS_COMPUTED))).kind is ForecastKind.SAME
