"""JSON whose numbers are decimals: read exactly and printed exactly."""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias, cast

import orjson

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]

_LARGEST_EXPONENT = 60


class MalformedJson(ValueError):
    """The bytes are no JSON, or hold what no accounting document can hold."""


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise MalformedJson(f"Unexpected number {text[:40]}") from error
    if number and abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise MalformedJson(f"Number out of range {text[:40]}")
    return number


def _constant(text: str) -> Json:
    raise MalformedJson(f"Unexpected token {text}")


_DECODER: Final = json.JSONDecoder(parse_float=_decimal, parse_constant=_constant)


def parse_json(body: bytes | str) -> Json:
    """The value of a JSON text; raises MalformedJson, also for nesting that is too deep."""
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        return _DECODER.decode(text)
    except RecursionError as error:
        raise MalformedJson("Nested too deeply") from error
    except ValueError as error:
        raise MalformedJson(str(error)) from error


def plain_number(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: `0`, `12.5`, `1861.08`."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# JSON that was written before, to be put in as it is.
Written = orjson.Fragment


def dump_json(value: Json) -> str:
    """The value as compact JSON."""
    return dump_bytes(value).decode()


def dump_bytes(value: Json) -> bytes:
    """The value as compact JSON in UTF-8; half a character becomes a question mark."""
    try:
        return orjson.dumps(value, _native)
    except TypeError:
        return dump_exactly(value).encode("utf-8", "replace")


@lru_cache(maxsize=8192)
def _native(number: Json) -> int | float:
    """The number that is printed digit by digit like this decimal, if there is one."""
    if type(number) is not Decimal:
        raise TypeError(f"not JSON: {type(number)}")
    text = plain_number(number)
    native = float(text) if "." in text else int(text)
    if repr(native) != text:
        raise TypeError(f"no float has the digits of {text}")
    return native


def dump_exactly(value: Json) -> str:
    """The same for any value that can be stored: with numbers of any length, at a tenth of the pace."""
    try:
        return _WRITERS[type(value)](value)
    except KeyError as error:
        raise TypeError(f"not JSON: {error}") from error


def _object(value: JsonObject) -> str:
    members = [
        encode_basestring(name) + ":" + _WRITERS[type(member)](member) for name, member in value.items()
    ]
    return "{" + ",".join(members) + "}"


def _array(value: Iterable[Json]) -> str:
    return "[" + ",".join([_WRITERS[type(member)](member) for member in value]) + "]"


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    str: encode_basestring,
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    Decimal: plain_number,
    Written: lambda value: orjson.dumps(value).decode(),
    dict: _object,
    list: _array,
    tuple: _array,
    int: repr,
    float: repr,
}


# Asked for thousands of times a request: a cast would be one more call each time.
_OBJECT: Any = dict
_ARRAY: Any = list


def as_object(value: Json) -> JsonObject:
    """The value if it is an object, otherwise an empty one."""
    return value if isinstance(value, _OBJECT) else {}


def as_list(value: Json) -> list[Json]:
    """The value if it is an array, otherwise an empty one."""
    return value if isinstance(value, _ARRAY) else []


def objects(value: Json) -> list[JsonObject]:
    """The objects of an array; whatever else it holds is left out."""
    return [member for member in value if isinstance(member, _OBJECT)] if isinstance(value, _ARRAY) else []


def copy_json(value: Json) -> Json:
    """A copy that shares no object or array with the original."""
    if isinstance(value, dict):
        members = cast(JsonObject, value).items()
        return {name: member if type(member) is str else copy_json(member) for name, member in members}
    if isinstance(value, list):
        return [copy_json(member) for member in cast(list[Json], value)]
    return value


def to_decimal(value: Json) -> Decimal:
    """A number of a stored document as a decimal; absent counts as zero."""
    if isinstance(value, Decimal):
        return value
    if value is None or isinstance(value, bool):
        return Decimal(0)
    return Decimal(str(value) or "0")
