"""Readers of request fields: each takes what a client sent and returns the stored form, or refuses it.

A reader returns None for what QuickBooks treats as *not given*: null, an empty string, a reference
without value, an object whose members are all empty.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.jsontext import Json, JsonObject, plain_number
from bookipi_app.sandbox.times import parse_day

Reader: TypeAlias = Callable[[Json, str], Json]
Fields: TypeAlias = Mapping[str, Reader]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DECIMAL = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LARGEST = Decimal(99999999999)
_SMALL = 10_000_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}($|[T ])", re.ASCII)
_DEEPEST: Final = 12
# Asked for dozens of times a request: a cast would be one more call each time.
_OBJECT: Any = dict
_ARRAY: Any = list
CENT: Final = Decimal("0.01")


def read_fields(fields: Fields, incoming: JsonObject, path: str = "") -> JsonObject:
    """The known fields of an object, each read; an unknown property is refused with 2010."""
    found: JsonObject = {}
    for name, value in incoming.items():
        reader = fields.get(name)
        if reader is None:
            raise faults.bad_property(f'Unrecognized field "{name[:60]}"', path + name[:60])
        if reader is not ignored:
            found[name] = reader(value, path + name)
    return found


def read_given(fields: Fields, incoming: JsonObject, path: str = "") -> JsonObject:
    """The same without what counts as not given."""
    found: JsonObject = {}
    for name, value in incoming.items():
        reader = fields.get(name)
        if reader is None:
            raise faults.bad_property(f'Unrecognized field "{name[:60]}"', path + name[:60])
        member = reader(value, path + name)
        if member is not None:
            found[name] = member
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
    """A field kept as it came, as long as it can be stored and printed again."""
    _check_plain(value, path, _DEEPEST)
    return value if _given(value) else None


def _check_plain(value: Json, path: str, depth: int) -> None:
    if depth < 0:
        raise faults.bad_property("Can not deserialize instance : nested too deeply", path)
    if isinstance(value, str) and _UNPRINTABLE.search(value):
        raise _unsupported_characters(path)
    if isinstance(value, dict):
        for name, member in cast(JsonObject, value).items():
            _check_plain(name, path, depth)
            _check_plain(member, path, depth - 1)
    elif isinstance(value, list):
        for member in cast(list[Json], value):
            _check_plain(member, path, depth - 1)


def _unsupported_characters(path: str) -> faults.Refusal:
    return faults.invalid_text(path, f"Element contains invalid characters: {path}")


def _written(value: Json) -> str:
    """A scalar of JSON as the text that a Java service makes of it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def text(longest: int, forbidden: str = "") -> Reader:
    """A string of limited length; numbers are taken as their text."""

    def read(value: Json, path: str) -> Json:
        if value is None or value == "":
            return None
        if type(value) is str:
            written = value
        elif isinstance(value, (dict, list)):
            raise _cannot_read("java.lang.String", value, path)
        else:
            written = _written(value)
        if len(written) > longest:
            raise faults.wrong_length(path, longest, len(written))
        if forbidden and any(mark in written for mark in forbidden):
            raise _unsupported_characters(path)
        if not written.isprintable() and _UNPRINTABLE.search(written):
            raise _unsupported_characters(path)
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

    @lru_cache(maxsize=4096)
    def small(value: int) -> Decimal:
        return Decimal(value).quantize(quantum)

    def read(value: Json, path: str) -> Json:
        if type(value) is int and -_SMALL < value < _SMALL:
            return small(value)
        amount = _amount(value, path)
        if amount is None:
            return None
        if abs(amount) > _LARGEST:
            raise faults.number_out_of_range(path, _written(value))
        return amount.quantize(quantum, ROUND_HALF_UP)

    return read


def _amount(value: Json, path: str) -> Decimal | None:
    if type(value) is Decimal or type(value) is int:
        return Decimal(value)
    if not _given(value):
        return None
    if isinstance(value, (bool, dict, list)):
        raise _cannot_read("java.math.BigDecimal", cast(Json, value), path)
    text = str(value).strip()
    if not _DECIMAL.fullmatch(text):
        raise faults.invalid_number(path, str(value))
    return Decimal(text.replace(",", ""))


def whole(value: Json, path: str) -> Json:
    """A whole number."""
    amount = _amount(value, path)
    if amount is None:
        return None
    if abs(amount) > _LARGEST:
        raise faults.whole_out_of_range(path, _written(value))
    if amount != int(amount):
        raise faults.invalid_whole(path, _written(value))
    return int(amount)


def percent(value: Json, path: str) -> Json:
    """A percentage from 0 to 100; some clients write the sign behind it."""
    bare = value.strip().removesuffix("%") if isinstance(value, str) else value
    share = PRECISE(bare, path)
    if share is not None and not 0 <= share <= 100:
        raise faults.invalid_percent(path, _written(value))
    return share


def quantity(value: Json, path: str) -> Json:
    """A number of pieces, not below zero."""
    pieces = PRECISE(value, path)
    if pieces is not None and pieces < 0:
        raise faults.invalid_quantity(path, _written(value))
    return pieces


def day(value: Json, path: str) -> Json:
    """A date as `YYYY-MM-DD`."""
    if not _given(value):
        return None
    found = parse_day(value) if isinstance(value, str) else None
    if found is not None:
        return found.isoformat()
    if isinstance(value, str) and _DAY.match(value):
        raise faults.no_such_day(path, value)
    raise faults.invalid_date(path, str(value))


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
    if value is None or value == "":
        return None
    if not isinstance(value, _OBJECT):
        raise _cannot_read("com.intuit.schema.finance.v3.ReferenceType", value, path)
    for name in value:
        if name not in _REFERENCE_MEMBERS:
            raise faults.bad_property(f'Unrecognized field "{name[:60]}"', f"{path}.{name[:60]}")
    target = _REFERRED(value.get("value"), path)
    return None if target is None else {"value": target}


def typed_reference(value: Json, path: str) -> Json:
    """A reference that also says what kind of object it means."""
    target = cast(JsonObject | None, reference(value, path))
    if target is None:
        return None
    kind = _REFERRED(cast(JsonObject, value).get("type"), path)
    return target if kind is None else {**target, "type": kind}


def nested(fields: Fields) -> Reader:
    """An object with known members."""

    def read(value: Json, path: str) -> Json:
        if value is None or value == "":
            return None
        if not isinstance(value, _OBJECT):
            raise _cannot_read("object", value, path)
        return read_given(fields, value, path + ".") or None

    return read


def many(reader: Reader) -> Reader:
    """An array whose members are all read the same way."""

    def read(value: Json, path: str) -> Json:
        if not _given(value):
            return None
        if not isinstance(value, _ARRAY):
            raise _cannot_read("java.util.ArrayList", value, path)
        return [found for member in value if (found := reader(member, path)) is not None]

    return read


def cents(amount: Decimal) -> Decimal:
    """An amount rounded half up to two decimals."""
    return amount.quantize(CENT, ROUND_HALF_UP)


_REFERENCE_MEMBERS: Final = ("value", "name", "type")
_REFERRED: Final = text(100)
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
