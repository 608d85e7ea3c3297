"""Canonical forms: how a value of each form is written in a snapshot, whichever side it came from.

Values of one side are only ever compared with values of the same side, so a form need not be what QuickBooks stores. It
must not move when nothing moved: Unicode composition, blanks at the ends, trailing zeros and the spelling of a country
are no edits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bookipi_app.money import cents_of_decimal, rounded, scaled_of_decimal
from bookipi_app.quickbooks.wire import without_suffix
from bookipi_app.sync.countries import alpha2

ADDRESS_PARTS = ("line1", "line2", "city", "region", "postal_code", "country")
NO_ADDRESS: dict[str, str] = dict.fromkeys(ADDRESS_PARTS, "")
MOST_DIGITS = 11  # before the point: as many as money.MOST_UNITS has
MOST_DECIMALS = 30  # more than anybody writes
_TOWN = re.compile(r"^(?P<city>[^,\d]+),?\s+(?P<region>[A-Za-z]{2}),?\s+(?P<postal_code>\d{5}(?:-\d{4})?)$")


class Unreadable(ValueError):
    """A value that is not what its field holds; the record that carries it is parked, the others go on."""


def text(value: object) -> str:
    """One line: composed (NFC), trimmed, control characters and half characters gone. Absent is the empty text."""
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return value.strip()  # nearly every value there is
    return _composed(value).replace("\t", " ").replace("\n", " ").strip()


def lines_of_text(value: object) -> str:
    """Text of several lines, which may hold tabs; otherwise as `text`."""
    return _composed(value).strip()


def _composed(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"expected text, found {value!r}")
    if value.isascii() and value.isprintable():
        return value
    composed = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(character for character in composed if character in "\n\t" or not _is_unusable(character))


def _is_unusable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def number(value: object) -> Decimal | None:
    """An exact number from JSON (decimal, whole, or text, as some clients write it); None for absent or empty."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise Unreadable(f"expected an exact number, found {value!r}")
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise Unreadable(f"expected a number, found {value!r}") from None
    if not found.is_finite():
        raise Unreadable(f"expected a finite number, found {value!r}")
    if found and not -MOST_DECIMALS <= found.adjusted() < MOST_DIGITS:
        raise Unreadable("a number that no price, quantity or amount has")
    return found


def decimal_text(value: Decimal | None) -> str:
    """A number without trailing zeros and without an exponent: `12.5`, `0`, `-3`; absent is empty."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def cents(value: object) -> int:
    """An amount in whole cents; absent is nothing. QuickBooks' amounts have two decimals."""
    found = number(value)
    try:
        return 0 if found is None else cents_of_decimal(found)
    except ValueError as wrong:
        raise Unreadable(str(wrong)) from None


def scaled(value: object) -> int:
    """A price, quantity or percentage × 10⁷; what is finer than QuickBooks' seven decimals is rounded half up."""
    found = number(value)
    if found is None:
        return 0
    try:
        return scaled_of_decimal(found)
    except ValueError:
        numerator, denominator = found.as_integer_ratio()
        return rounded(numerator * 10_000_000, denominator)


def day(value: object) -> str:
    """A calendar day as `2026-11-22`; absent is empty. A time behind it is left off."""
    written = text(value)
    if not written:
        return ""
    try:
        return date.fromisoformat(written[:10]).isoformat()
    except ValueError:
        raise Unreadable(f"expected a date, found {value!r}") from None


def clean_name(name: object, active: bool) -> str:
    """A name without the ` (deleted)` that QuickBooks appends while its record is inactive."""
    written = text(name)
    return written if active else without_suffix(written)


def address(parts: Mapping[str, object]) -> dict[str, str]:
    """An address block, every part in its canonical form."""
    block = {part: text(parts.get(part)) for part in ADDRESS_PARTS}
    return {**block, "country": alpha2(block["country"])}


def remote_address(obj: Mapping[str, Any]) -> dict[str, str]:
    """QuickBooks' PhysicalAddress as a block; lines three to five join the second."""
    if not obj:
        return dict(NO_ADDRESS)
    rest = [text(obj.get(f"Line{at}")) for at in range(2, 6)]
    return address(
        {
            "line1": obj.get("Line1"),
            "line2": ", ".join(line for line in rest if line),
            "city": obj.get("City"),
            "region": obj.get("CountrySubDivisionCode"),
            "postal_code": obj.get("PostalCode"),
            "country": obj.get("Country"),
        }
    )


def is_reshaped(block: Mapping[str, str]) -> bool:
    """True for an address without a town of its own: QuickBooks writes an address edited in a transaction as lines."""
    return bool(block["line1"] and block["line2"]) and not (block["city"] or block["postal_code"])


def same_address(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Equal blocks, or the same words in free lines, with or without names above and a country below."""
    if dict(one) == dict(other):
        return True
    if is_reshaped(one) == is_reshaped(other):
        return False
    free, block = (one, other) if is_reshaped(one) else (other, one)
    if not (block["line1"] and (block["city"] or block["postal_code"])):
        return False
    free_words = _words(free)
    return any(_ends_with(free_words, words) for words in (_words({**block, "country": ""}), _words(block)))


def structured(block: Mapping[str, str]) -> dict[str, str]:
    """A block for our fields: the town is read out of the last free line where it can be recognised."""
    if not is_reshaped(block):
        return dict(block)
    free = [block["line1"], *block["line2"].split(", ")]
    for start in range(len(free) - 1, 0, -1):
        town = _TOWN.match(", ".join(free[start:]))
        if town:
            above = free[:start]
            return {**block, **town.groupdict(), "line1": above[0], "line2": ", ".join(above[1:])}
    return dict(block)


def _ends_with(words: list[str], end: list[str]) -> bool:
    return len(words) >= len(end) and words[len(words) - len(end) :] == end


def _words(block: Mapping[str, str]) -> list[str]:
    joined = " ".join(block[part] for part in ADDRESS_PARTS)
    return re.sub(r"[\s,]+", " ", joined).casefold().split()
