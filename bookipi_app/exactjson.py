"""JSON whose numbers are exact: decimals in, decimals out, never a binary float.

Reading an amount as a float and writing it back is how clients of QuickBooks earn their 6070 faults
(`QUICKBOOKS.md` 2.1).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import simplejson


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


# Made once: to make one took longer than most texts take.
_WRITER: Any = simplejson.JSONEncoder(
    use_decimal=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
)
_READER: Any = simplejson.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def dumps(value: Any) -> str:
    """The JSON text of a value; decimals as plain numbers, keys in their own order."""
    return _WRITER.encode(value)


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; numbers with a point become decimals.

    Raises:
        ValueError: not JSON, or a number that is not one (NaN, Infinity).
    """
    return _READER.decode(text)
