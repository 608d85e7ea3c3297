"""Text into whole numbers and back, with nothing lost between."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookipi_app.money import (
    MOST_CENTS,
    MOST_UNITS,
    SCALE,
    NotAnAmount,
    cents_of_decimal,
    cents_text,
    decimal_of_cents,
    decimal_of_scaled,
    format_cents,
    format_scaled,
    parse_cents,
    parse_scaled,
    rounded,
    scaled_of_decimal,
)

STEADY = settings(deadline=None, derandomize=True)  # the same cases each time, however slow the machine
CENTS = st.integers(-MOST_CENTS, MOST_CENTS)
SCALED = st.integers(-MOST_UNITS * SCALE, MOST_UNITS * SCALE)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("1,234.50", 123450),
        ("$0.5", 50),
        (".05", 5),
        ("5.", 500),
        ("-3.10", -310),
        ("−3.10", -310),
        ("$-3", -300),
        (" 7 ", 700),
        ("1.2300", 123),
        ("99999999999.99", MOST_CENTS),
    ],
)
def test_amounts_are_read(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", "-", "$", "abc", "1e5", "NaN", "inf", "Infinity", "1,23", "1,2345", "1.2.3", "--1", "-$-1", "0x1f",
     "١٢", "1_000", "1 000", "1.005", "100000000000", "9" * 30, "9" * 5000, "1\n2"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NotAnAmount) as refusal:
        parse_cents(text)
    assert refusal.value.words.endswith(".")


def test_a_price_has_seven_decimals_and_no_more() -> None:
    assert parse_scaled("0.0000001") == 1
    assert parse_scaled("99,999,999,999") == MOST_UNITS * SCALE
    for text in ("0.00000001", "99999999999.1", "1" * 30):
        with pytest.raises(NotAnAmount):
            parse_scaled(text)


@STEADY
@given(CENTS)
def test_cents_survive_text_and_decimal(cents: int) -> None:
    assert parse_cents(cents_text(cents)) == cents
    assert parse_cents(format_cents(cents)) == cents
    assert cents_of_decimal(decimal_of_cents(cents)) == cents


@STEADY
@given(SCALED, st.integers(0, 7))
def test_scaled_numbers_survive_text_and_decimal(value: int, least: int) -> None:
    assert parse_scaled(format_scaled(value, least)) == value
    assert scaled_of_decimal(decimal_of_scaled(value)) == value


@STEADY
@given(st.integers(), st.integers(1))
def test_rounding_is_half_away_from_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    result = rounded(numerator, denominator)
    assert abs(result - exact) <= Fraction(1, 2)
    if abs(result - exact) == Fraction(1, 2):
        assert abs(result) > abs(exact)


def test_money_reads_well() -> None:
    assert format_cents(123450) == "$1,234.50"
    assert format_cents(-100) == "−$1.00"
    assert format_cents(5, "CAD") == "CA$0.05"
    assert format_cents(5, "CHF") == "CHF 0.05"
    assert format_scaled(125_000_000) == "12.5"
    assert format_scaled(10 * SCALE, least=2) == "10.00"
    assert format_scaled(-1, most=2) == "0"


@pytest.mark.parametrize("number", ["0.001", "NaN", "Infinity", "1E+30", "1E-400"])
def test_a_decimal_that_is_not_whole_cents_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"not a usable number|decimals"):
        cents_of_decimal(Decimal(number))


def test_a_decimal_may_carry_zeros_and_exponents() -> None:
    assert cents_of_decimal(Decimal("1E+3")) == 100_000
    assert cents_of_decimal(Decimal("12.3400000")) == 1234
    assert scaled_of_decimal(Decimal("-0.10")) == -1_000_000
