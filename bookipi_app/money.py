"""Money without floats: whole cents, and whole numbers × 10⁻⁷ for prices, quantities and percentages.

Text is read here and nowhere else. `Decimal` appears only where QuickBooks' JSON is read or written; every
conversion is exact, or raises. The limits are QuickBooks' own: amounts up to 99,999,999,999.99 and seven decimals
in a price.
"""

from __future__ import annotations

import re
from decimal import Decimal

SCALE = 10_000_000
DECIMALS = 7
MOST_UNITS = 99_999_999_999
MOST_CENTS = MOST_UNITS * 100 + 99
LONGEST_TEXT = 40
_NUMBER = re.compile(r"(-?)\$?(-?)(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?", re.ASCII)
_SIGNS = {"USD": "$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "GBP": "£", "EUR": "€"}
_MINUS = "\N{MINUS SIGN}"


class NotAnAmount(ValueError):
    """A text that is not a usable number; `words` is the sentence for the field."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def parse_cents(text: str) -> int:
    """An amount of money in whole cents, from what a person types: `12`, `1,234.50`, `$0.5`.

    Raises:
        NotAnAmount: not a number, more than two decimals, or beyond QuickBooks' limit.
    """
    return _parse(text, 2, "An amount has at most 2 decimals.")


def parse_scaled(text: str, most: int = MOST_UNITS) -> int:
    """A price, quantity or percentage × 10⁷. `most` bounds the absolute value, in whole units.

    Raises:
        NotAnAmount: not a number (nor NaN, infinity or an exponent), more than seven decimals, or beyond `most`.
    """
    value = _parse(text, DECIMALS, f"Use at most {DECIMALS} decimals.")
    if abs(value) > most * SCALE:
        raise NotAnAmount(f"The largest number possible here is {most:,}.")
    return value


def format_cents(cents: int, currency: str = "USD") -> str:
    """Cents for people: `$1,234.50`, `−$1.00`."""
    sign = _SIGNS.get(currency, f"{currency} ")
    whole, part = divmod(abs(cents), 100)
    return f"{_MINUS if cents < 0 else ''}{sign}{whole:,}.{part:02d}"


def format_scaled(value: int, least: int = 0, most: int = DECIMALS) -> str:
    """A scaled number as plain text that `parse_scaled` reads back: `12.5`, `-3`, `0.10` with `least=2`.

    `most` below seven rounds half away from zero: for showing only, never for a form.
    """
    unit = 10 ** (DECIMALS - most)
    whole, part = divmod(rounded(abs(value), unit), 10**most)
    digits = f"{part:0{most}d}".rstrip("0") if most else ""
    digits = digits.ljust(least, "0")
    sign = "-" if value < 0 and (whole or part) else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def cents_text(cents: int) -> str:
    """Cents as plain text that `parse_cents` reads back: `1234.50`."""
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02d}"


def rounded(numerator: int, denominator: int) -> int:
    """The quotient as a whole number, half rounded away from zero. The denominator is positive."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -quotient if numerator < 0 else quotient


def decimal_of_cents(cents: int) -> Decimal:
    """The amount in units of the currency, with two decimals."""
    return Decimal(cents).scaleb(-2)


def cents_of_decimal(amount: Decimal) -> int:
    """Whole cents of an amount; ValueError if it has parts of a cent or is no number."""
    return _whole(amount, 2)


def decimal_of_scaled(value: int) -> Decimal:
    """The number behind a scaled one, exactly, with seven decimals."""
    return Decimal(value).scaleb(-DECIMALS)


def scaled_of_decimal(number: Decimal) -> int:
    """A number × 10⁷; ValueError if it has more than seven decimals or is no number."""
    return _whole(number, DECIMALS)


def _whole(number: Decimal, decimals: int) -> int:
    if not number.is_finite() or number.adjusted() > 17:
        raise ValueError(f"not a usable number: {number}")
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    value = int("".join(map(str, digits)))
    shift = exponent + decimals
    whole, rest = (value * 10**shift, 0) if shift >= 0 else divmod(value, 10 ** min(-shift, 60))
    if rest:
        raise ValueError(f"more than {decimals} decimals: {number}")
    return -whole if sign else whole


def _parse(text: str, decimals: int, too_fine: str) -> int:
    stripped = text.strip().replace(_MINUS, "-")
    if len(stripped) > LONGEST_TEXT:
        raise NotAnAmount(f"This number is too long. The largest possible is {MOST_UNITS:,}.")
    found = _NUMBER.fullmatch(stripped)
    if not found or (not found[3] and not found[4]) or (found[1] and found[2]):
        raise NotAnAmount("Enter a number, such as 1,250.00.")
    part = (found[4] or "").rstrip("0")
    if len(part) > decimals:
        raise NotAnAmount(too_fine)
    units = int((found[3] or "0").replace(",", ""))
    value = units * 10**decimals + int(part.ljust(decimals, "0") or "0")
    if value > MOST_UNITS * 10**decimals + (10**decimals - 1 if decimals == 2 else 0):
        raise NotAnAmount(f"The largest number possible here is {MOST_UNITS:,}.")
    return -value if found[1] or found[2] else value
