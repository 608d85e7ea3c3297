"""Readers of request fields: each takes what a client sent and returns the stored form, or refuses it.

A reader returns None for what QuickBooks treats as *not given*: null, an empty string, a reference
without value, an object whose members are all empty.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, TypeAlias, cast

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.jsontext import Json, JsonObject
from bookipi_app.sandbox.times import parse_day

Reader: TypeAlias = Callable[[Json, str], Json]
Fields: TypeAlias = Mapping[str, Reader]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LARGEST = Decimal(99999999999)
CENT: Final = Decimal("0.01")


def read_fields(fields: Fields, incoming: JsonObject, path: str = "") -> JsonObject:
    """The known fields of an object, each read; an unknown property is refused with 2010."""
    found: JsonObject = {}
    for name, value in incoming.items():
        reader = fields.get(name)
        if reader is None:
            raise faults.bad_property(f'Unrecognized field "{name[:60]}"', path + name)
        if reader is not ignored:
            found[name] = reader(value, path + name)
    return found


def _cannot_read(wanted: str, value: Json, path: str) -> faults.Refusal:
    token = {"dict": "START_OBJECT", "list": "START_ARRAY"}.get(type(value).__name__, "VALUE")
    return faults.bad_property(f"Can not deserialize instance of {wanted} out of {token} token", path)


def _given(value: Json) -> bool:
    return value is not None and value != ""


def ignored(value: Json, path: str) -> Json:
    """A read-only field: accepted from clients that send whole objects back, and dropped."""
    return None


def anything(value: Json, path: str) -> Json:
    """A field kept as it came."""
    return value if _given(value) else None


def text(longest: int, forbidden: str = "") -> Reader:
    """A string of limited length; numbers are taken as their text."""

    def read(value: Json, path: str) -> Json:
        if not _given(value):
            return None
        if isinstance(value, (dict, list)):
            raise _cannot_read("java.lang.String", value, path)
        written = value if isinstance(value, str) else str(value)
        if len(written) > longest:
            raise faults.wrong_length(path, longest, len(written))
        if _UNPRINTABLE.search(written) or any(mark in written for mark in forbidden):
            raise faults.invalid_text(path, f"{path} holds characters that are not supported.")
        return written

    return read


def flag(value: Json, path: str) -> Json:
    """A boolean, also as the words that XML-minded clients send."""
    if not _given(value):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _cannot_read("java.lang.Boolean", value, path)


def number(places: int) -> Reader:
    """A decimal, rounded half up to the places that QuickBooks stores."""
    quantum = Decimal(1).scaleb(-places)

    def read(value: Json, path: str) -> Json:
        if not _given(value):
            return None
        if isinstance(value, (bool, dict, list)):
            raise _cannot_read("java.math.BigDecimal", cast(Json, value), path)
        amount = _decimal_of(value, path)
        if abs(amount) > _LARGEST:
            raise faults.invalid_number(path, str(value))
        return amount.quantize(quantum, ROUND_HALF_UP)

    return read


def _decimal_of(value: Json, path: str) -> Decimal:
    try:
        amount = Decimal(value) if isinstance(value, (int, Decimal)) else Decimal(str(value).replace(",", ""))
    except InvalidOperation as error:
        raise faults.invalid_number(path, str(value)) from error
    if not amount.is_finite() or abs(amount.adjusted()) > 60:
        raise faults.invalid_number(path, str(value))
    return amount


def whole(value: Json, path: str) -> Json:
    """A whole number."""
    amount = number(0)(value, path)
    return None if amount is None else int(amount)


def day(value: Json, path: str) -> Json:
    """A date as `YYYY-MM-DD`."""
    if not _given(value):
        return None
    found = parse_day(value) if isinstance(value, str) else None
    if found is None:
        raise faults.invalid_date(path, str(value))
    return found.isoformat()


def choice(*allowed: str) -> Reader:
    """One of the listed words."""

    def read(value: Json, path: str) -> Json:
        if not _given(value):
            return None
        if value not in allowed:
            raise faults.invalid_choice(path, str(value))
        return value

    return read


def reference(value: Json, path: str) -> Json:
    """A reference: only its value counts, the name is filled in on reading."""
    if not _given(value):
        return None
    if not isinstance(value, dict):
        raise _cannot_read("ReferenceType", value, path)
    target = text(100)(cast(JsonObject, value).get("value"), path)
    return None if target is None else {"value": target}


def nested(fields: Fields) -> Reader:
    """An object with known members."""

    def read(value: Json, path: str) -> Json:
        if not _given(value):
            return None
        if not isinstance(value, dict):
            raise _cannot_read("object", value, path)
        members = read_fields(fields, cast(JsonObject, value), path + ".")
        return {name: member for name, member in members.items() if member is not None} or None

    return read


def many(reader: Reader) -> Reader:
    """An array whose members are all read the same way."""

    def read(value: Json, path: str) -> Json:
        if not _given(value):
            return None
        if not isinstance(value, list):
            raise _cannot_read("java.util.ArrayList", value, path)
        return [found for member in cast(list[Json], value) if (found := reader(member, path)) is not None]

    return read


def cents(amount: Decimal) -> Decimal:
    """An amount rounded half up to two decimals."""
    return amount.quantize(CENT, ROUND_HALF_UP)


MONEY: Final = number(2)
PRECISE: Final = number(7)
ADDRESS: Final = nested(
    {
        "Id": ignored,
        **{f"Line{position}": text(500) for position in range(1, 6)},
        "City": text(255),
        "Country": text(255),
        "CountryCode": text(255),
        "CountrySubDivisionCode": text(255),
        "PostalCode": text(30),
        "PostalCodeSuffix": text(30),
        "County": text(255),
        "Note": text(1000),
        "Tag": ignored,
        "Lat": text(100),
        "Long": text(100),
    }
)
EMAIL: Final = nested({"Address": text(100), "Id": ignored, "Default": ignored, "Tag": ignored})
PHONE: Final = nested(
    {
        "FreeFormNumber": text(30),
        "Id": ignored,
        **{name: ignored for name in ("DeviceType", "CountryCode", "AreaCode", "ExchangeCode", "Extension")},
        "Default": ignored,
        "Tag": ignored,
    }
)
WEB_ADDRESS: Final = nested({"URI": text(1000), "Id": ignored, "Default": ignored, "Tag": ignored})
MEMO: Final = nested({"value": text(1000), "id": ignored})
