"""The chart's geometry: the highest month fits, the parts of a month add up, nothing is drawn where nothing is."""

from __future__ import annotations

import re

import pytest

from bookipi_app.services.invoices import MonthBar
from bookipi_app.state.chart import LEFT, TOP, draw, short_money


def month(label: str, invoiced: int, paid: int) -> MonthBar:
    return MonthBar(
        f"2026-{label}", label, invoiced, paid, max(invoiced - paid, 0), f"${invoiced / 100:,.2f}"
    )


def heights(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"v(-?[\d.]+)", path)]


def test_the_highest_month_stays_below_the_top_line() -> None:
    chart = draw([month("01", 4_201_830, 2_411_820), month("02", 100, 0)], 648, 212)
    [paid, open_part] = [chart.bars[0].paid, chart.bars[0].open]
    drawn = -heights(paid)[0] - heights(open_part)[0]
    base, most = 212 - 34, 212 - 34 - TOP
    assert 0.5 * most < drawn <= most
    assert chart.rules[0].path.startswith(f"M{LEFT:g} {base:.1f}")
    assert [rule.words for rule in chart.rules] == ["0", "$15k", "$30k", "$45k"]


def test_a_month_that_is_paid_is_one_bar_and_an_unpaid_one_is_another() -> None:
    chart = draw([month("01", 10_000_00, 10_000_00), month("02", 10_000_00, 0), month("03", 0, 0)], 328, 180)
    paid, unpaid, nothing = chart.bars
    assert (bool(paid.paid), bool(paid.open)) == (True, False)
    assert (bool(unpaid.paid), bool(unpaid.open)) == (False, True)
    assert (nothing.paid, nothing.open) == ("", "")
    assert nothing.look == "mid now"


@pytest.mark.parametrize("cents", [1, 299_99, 300_00, 12_345_67, 99_999_999_999_99])
def test_any_amount_has_an_axis(cents: int) -> None:
    chart = draw([month("01", cents, 0)], 648, 212)
    assert len(chart.rules) == 4
    assert "nan" not in chart.bars[0].open


def test_a_company_without_invoices_has_an_axis_too() -> None:
    assert draw([], 648, 212).bars == ()
    assert len(draw([month("01", 0, 0)], 648, 212).rules) == 4


@pytest.mark.parametrize(
    ("cents", "words"), [(0, "0"), (500_00, "$500"), (1_500_00, "$1.5k"), (2_500_000_00, "$2.5m")]
)
def test_short_money(cents: int, words: str) -> None:
    assert short_money(cents) == words
