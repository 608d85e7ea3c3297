"""Exact arithmetic: products and shares keep every digit until the one rounding at the end."""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final

from bookipi_app.sandbox.shapes import CENT

# A product of three stored numbers has 45 digits at most; what is left over tells a tie from its neighbours.
_WIDE: Final = Context(prec=90)


def product(first: Decimal, second: Decimal) -> Decimal:
    """Two numbers multiplied and rounded half up to cents."""
    return _WIDE.multiply(first, second).quantize(CENT, ROUND_HALF_UP, _WIDE)


def share(amount: Decimal, part: Decimal, percent: Decimal, whole: Decimal) -> Decimal:
    """`amount × part × percent ÷ whole` with its digits, for sums and for one rounding."""
    with localcontext(_WIDE):
        return amount * part * percent / whole
