"""Lessons of other people's syncs that are about money, each by its number, against the sandbox's own arithmetic."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bookipi_app.models import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.models.record import Rate, TaxMode
from bookipi_app.sync.forecast import ForecastKind, WayOut, apply_way_out, forecast, totals_compare
from bookipi_app.sync.records import LocalInvoice, LocalLine
from bookipi_app.sync.sums import added_up
from tests.fidelity.journey import Journey
from tests.fidelity.place import Json, Place, Setting
from tests.sync.samples import ONE, invoice, line


def ours(**values: Any) -> LocalInvoice:
    """Lines whose tax QuickBooks would round to another cent than we do: three times 0.413, and 1.24 in all."""
    lines = tuple(
        line(at, item_id="item1", quantity=ONE, price=5 * ONE + 100_000, taxable=True) for at in (1, 2, 3)
    )
    plain: dict[str, Any] = {
        "customer_id": "customer0", "terms_name": "", "lines": lines, "tax_mode": TaxMode.EXCLUSIVE,
        "tax_rate": 82_500_000,
    }  # fmt: skip
    return invoice(**{**plain, **values})


def sent(one: LocalInvoice, place: Place) -> Journey:
    return Journey.out(one, place, place.context(one.customer_id))


def difference(journey: Journey) -> Any:
    return totals_compare(journey.local, journey.remote, journey.context, journey.agreement)


@pytest.mark.parametrize("needs_code", [False, True], ids=["amount-suffices", "amount-needs-a-code"])
@pytest.mark.parametrize("preset", ["us-automated-tax", "us-manual-tax"])
def test_lesson_06_the_tax_is_what_was_billed_where_quickbooks_allows_it(
    preset: str, needs_code: bool
) -> None:
    journey = sent(ours(tax_rate=79_000_000, tax2_rate=ONE), Place(Setting(preset, needs_code=needs_code)))
    assert difference(journey) is None
    assert journey.remote["TxnTaxDetail"]["TotalTax"] * 100 == journey.local.tax_cents
    journey.is_quiet()


def test_lesson_06_where_quickbooks_works_it_out_the_rule_that_applied_is_named() -> None:
    place = Place(Setting("us-automated-tax", sending=TaxSending.AS_COMPUTED))
    seen = sent(ours(), place)  # from it we learn the rates of the place
    assert forecast(seen.local, seen.context).kind is ForecastKind.DEPENDS
    told = forecast(ours(), place.context("customer0"))
    # 5.01 at 6.25 %, 1 % and 1 % is 0.31 + 0.05 + 0.05; three of them 1.23; 8.25 % of 15.03 is 1.24.
    assert (told.kind, told.cause, told.difference_cents) == (ForecastKind.DIFFERS, "tax_rounding", -1)
    assert told.words == "Will differ by $0.01: QuickBooks rounds tax per line."
    journey = sent(ours(number="2"), place)
    found = difference(journey)
    assert (found.cause, found.difference_cents) == ("tax_rounding", -1)
    journey.is_quiet()  # recorded, not sent again
    settled = apply_way_out(WayOut.USE_QUICKBOOKS_TAX, ours(), told.tax_cents)
    assert settled is not None
    assert forecast(settled, place.context("customer0")).kind is ForecastKind.SAME


def test_lesson_06_a_tax_worked_out_anew_in_quickbooks_is_noticed_and_not_fought_over() -> None:
    place = Place(Setting("us-automated-tax"))
    journey = sent(ours(tax_rate=40_000_000), place)
    assert difference(journey) is None
    body = {"Id": journey.remote["Id"], "SyncToken": journey.remote["SyncToken"], "sparse": True}
    lines = [row for row in journey.remote["Line"] if row["DetailType"] != "SubTotalLineDetail"]
    recalculated = place.person_writes({**body, "Line": lines})
    assert recalculated is not None
    found = totals_compare(journey.local, recalculated, journey.context, journey.agreement)
    assert found is not None
    assert found.cause == "automatic_tax"
    journey.edit_there(recalculated)  # never sent: their tax is taken, and nothing goes back


def test_lesson_06_an_edit_there_leaves_our_rates_where_they_explain_the_tax() -> None:
    """QuickBooks names the rates of its own code beside our amount; an edit of a text there is no other tax."""
    place = Place(Setting("us-automated-tax"))
    journey = sent(ours(tax_rate=40_000_000, tax2_rate=ONE), place)
    rows = [dict(row) for row in journey.remote["Line"] if row["DetailType"] != "SubTotalLineDetail"]
    rows[0]["Description"] = "Said better"
    keys = ("Id", "SyncToken", "TxnTaxDetail", "ShippingTaxIncludedInTotalTax")
    edited = place.person_writes({**{key: journey.remote[key] for key in keys}, "sparse": True, "Line": rows})
    assert edited is not None
    journey.edit_there(edited)
    assert journey.local.lines[0].description == "Said better"
    assert (journey.local.tax_rate, journey.local.tax2_rate) == (40_000_000, ONE)
    assert journey.local.tax_given_cents is None


@pytest.mark.parametrize("sending", list(TaxSending))
@pytest.mark.parametrize("mode", [TaxMode.EXCLUSIVE, TaxMode.INCLUSIVE])
@pytest.mark.parametrize("preset", ["us-automated-tax", "us-manual-tax"])
def test_lesson_07_tax_is_never_added_twice(preset: str, mode: TaxMode, sending: TaxSending) -> None:
    one = ours(tax_mode=mode, shipping_cents=1_000, shipping_taxable=True, tax_rate=82_500_000)
    journey = sent(one, Place(Setting(preset, sending=sending)))
    there = journey.remote
    rows = [row for row in there["Line"] if row["DetailType"] == "SalesItemLineDetail"]
    assert len(rows) == len(one.lines) + 1  # the lines and shipping: no line is a tax
    net = sum((Decimal(row["Amount"]) for row in rows), Decimal(0))
    assert there["TotalAmt"] == net + there["TxnTaxDetail"]["TotalTax"]
    assert abs(there["TotalAmt"] * 100 - one.total_cents) <= (0 if sending is TaxSending.AS_BILLED else 30)


@pytest.mark.parametrize(
    ("values", "setting", "cause", "way"),
    [
        ({"discount_kind": Rate.PERCENT, "discount_value": 10 * ONE}, {"discounts_on": False}, "discounts_off",
         WayOut.TURN_DISCOUNT_INTO_LINE_DISCOUNTS),
        ({"shipping_cents": 995, "shipping_taxable": True, "discount_kind": Rate.FIXED, "discount_value": 3 * ONE},
         {"shipping_on": False, "fallback": ShippingFallback.REFUSE}, "shipping_off", WayOut.MAKE_SHIPPING_A_LINE),
    ],
)  # fmt: skip
def test_lesson_08_what_is_switched_off_is_said_before_saving_with_a_way_out(
    values: dict[str, Any], setting: dict[str, Any], cause: str, way: WayOut
) -> None:
    place, one = Place(Setting("us-automated-tax", **setting)), ours(**values)
    told = forecast(one, place.context(one.customer_id))
    assert (told.kind, told.cause) == (ForecastKind.WILL_NOT_SYNC, cause)
    assert "switched off in QuickBooks" in told.words
    assert way in told.ways_out
    settled = apply_way_out(way, one)
    assert settled is not None
    assert settled.total_cents == one.total_cents  # the customer pays the same
    assert difference(sent(with_ids(settled), place)) is None


def with_ids(one: LocalInvoice) -> LocalInvoice:
    lines = (replace(entry, id=entry.id or f"fresh{at}") for at, entry in enumerate(one.lines))
    return replace(one, lines=tuple(lines))


def test_lesson_08_shipping_goes_on_a_service_item_while_its_box_is_off() -> None:
    place = Place(Setting("us-automated-tax", shipping_on=False))
    one = ours(shipping_cents=995, discount_kind=Rate.PERCENT, discount_value=10 * ONE)
    journey = sent(one, place)
    assert difference(journey) is None
    row = next(row for row in journey.remote["Line"] if row.get("Description") == "Shipping")
    assert row["SalesItemLineDetail"]["ItemRef"]["name"] == "Shipping"
    journey.edit_there(_with_quantity(journey, 0, Decimal(4)))
    assert (journey.local.shipping_cents, len(journey.local.lines)) == (995, 3)


def test_edits_of_lines_on_both_sides_come_together_beside_shipping_that_travels_as_a_line() -> None:
    place = Place(Setting("us-automated-tax", shipping_on=False))
    journey = sent(ours(shipping_cents=995), place)
    lines = (replace(journey.local.lines[0], description="Said better"), *journey.local.lines[1:])
    assert journey.edit_both(replace(journey.local, lines=lines), _with_quantity(journey, 2, Decimal(4)))
    assert [line.description for line in journey.local.lines] == ["Said better", "Work 2", "Work 3"]
    assert (journey.local.lines[2].quantity, journey.local.shipping_cents) == (4 * ONE, 995)
    assert difference(journey) is None
    assert [row.get("Description") for row in journey.remote["Line"]][:4] == [
        "Said better",
        "Work 2",
        "Work 3",
        "Shipping",
    ]


def _with_quantity(journey: Journey, at: int, quantity: Decimal) -> Json:
    """The bookkeeper sells another quantity of a line, at the price that stands there."""
    rows = [dict(row) for row in journey.remote["Line"] if row["DetailType"] != "SubTotalLineDetail"]
    inner = {**rows[at]["SalesItemLineDetail"], "Qty": quantity}
    rows[at] |= {"SalesItemLineDetail": inner, "Amount": round(quantity * inner["UnitPrice"], 2)}
    edited = journey.place.person_writes(
        {"Id": journey.remote["Id"], "SyncToken": journey.remote["SyncToken"], "sparse": True, "Line": rows}
    )
    assert edited is not None
    return edited


DISCOUNTED = LocalLine(
    id="l1", item_id="item1", description="Design", quantity=3 * ONE, price=50 * ONE, taxable=True,
    discount_kind=Rate.PERCENT, discount_value=10 * ONE,
)  # fmt: skip


def test_lesson_10_a_line_discount_satisfies_6070_and_comes_back_as_a_line_discount() -> None:
    place = Place(Setting("us-manual-tax"))
    fixed = replace(DISCOUNTED, id="l2", discount_kind=Rate.FIXED, discount_value=12_3400000)
    journey = sent(ours(lines=(DISCOUNTED, fixed)), place)
    row = journey.remote["Line"][0]
    assert (row["SalesItemLineDetail"]["Qty"], row["SalesItemLineDetail"]["UnitPrice"], row["Amount"]) == (
        3,
        45,
        135,
    )
    assert row["Description"] == "Design (10% off 3 × 50.00)"
    assert difference(journey) is None
    journey.edit_there(_with_quantity(journey, 0, Decimal(5)))
    first, second = journey.local.lines
    assert (first.discount_kind, first.discount_value, first.quantity) == (Rate.PERCENT, 10 * ONE, 5 * ONE)
    assert first.description == "Design"  # the words that QuickBooks shows are not the description
    assert (second.discount_kind, second.discount_value) == (Rate.FIXED, 12_3400000)


def test_lesson_10_an_amount_that_is_no_product_can_be_sent_again() -> None:
    """The bookkeeper typed an amount over its product; an edit of another line here still travels."""
    place = Place(Setting("us-automated-tax"))
    made = place.person_writes({"CustomerRef": {"value": "1"}, "Line": [_row(3, 10, 31), _row(1, 20, 20)]})
    assert made is not None
    journey = Journey.arriving(made, place, place.context())
    lines = (journey.local.lines[0], replace(journey.local.lines[1], price=21 * ONE))
    journey.edit_here(added_up(replace(journey.local, lines=lines)))
    assert [row["Amount"] for row in journey.remote["Line"]] == [31, 21, 52]
    assert difference(journey) is None


def _row(quantity: int, price: int, amount: int) -> Json:
    inner = {"ItemRef": {"value": "3"}, "TaxCodeRef": {"value": "NON"}, "Qty": quantity, "UnitPrice": price}
    return {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": inner}


@pytest.mark.parametrize(
    ("meaning", "kind", "cause"),
    [
        (DiscountMeaning.UNASKED, ForecastKind.WILL_NOT_SYNC, "renamed_discount"),
        (DiscountMeaning.SOMETHING_ELSE, ForecastKind.WILL_NOT_SYNC, "not_a_discount"),
        (DiscountMeaning.DISCOUNT, ForecastKind.SAME, ""),
    ],
)
def test_lesson_32_a_renamed_discount_is_asked_once_and_a_deposit_is_never_sent_as_one(
    meaning: DiscountMeaning, kind: ForecastKind, cause: str
) -> None:
    place = Place(Setting("us-automated-tax", label="Deposit", meaning=meaning))
    with_deposit = ours(discount_kind=Rate.FIXED, discount_value=5 * ONE)
    told = forecast(with_deposit, place.context("customer0"))
    assert (told.kind, told.cause) == (kind, cause)
    assert (
        forecast(ours(), place.context("customer0")).kind is ForecastKind.SAME
    )  # nothing to ask without one
    if told.ways_out:
        assert WayOut.SAY_WHAT_DISCOUNT_MEANS in told.ways_out
        settled = apply_way_out(WayOut.REMOVE_DISCOUNT, with_deposit)
        assert settled == ours()


def test_lesson_32_a_discount_that_was_made_in_quickbooks_is_one_whatever_the_field_is_called() -> None:
    place = Place(Setting("us-automated-tax", label="Deposit", meaning=DiscountMeaning.SOMETHING_ELSE))
    off = {"DetailType": "DiscountLineDetail", "Amount": 5, "DiscountLineDetail": {"PercentBased": False}}
    made = place.person_writes({"CustomerRef": {"value": "1"}, "Line": [_row(3, 10, 30), off]})
    assert made is not None
    journey = Journey.arriving(made, place, place.context())
    lines = (replace(journey.local.lines[0], description="Said better"),)
    journey.edit_here(added_up(replace(journey.local, lines=lines)))
    assert journey.local.lines[0].description == "Said better"
    assert difference(journey) is None
