"""JSON whose numbers are decimals: read exactly, printed exactly, never through binary floats."""

import json
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring
from typing import Any, TypeAlias, cast

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


def parse_json(body: bytes | str) -> Json:
    """The value of a JSON text; raises MalformedJson, also for nesting that is too deep."""
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        return json.loads(text, parse_float=_decimal, parse_constant=_constant)
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


def dump_json(value: Json) -> str:
    """The value as compact JSON."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def _write(value: Json, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, Decimal):
        parts.append(plain_number(value))
    elif isinstance(value, dict):
        _write_object(cast(JsonObject, value), parts)
    elif isinstance(value, (list, tuple)):
        _write_array(cast(list[Json], value), parts)
    elif isinstance(value, (int, float)):
        parts.append(repr(value))
    else:
        raise TypeError(f"not JSON: {type(value).__name__}")


def _write_object(value: JsonObject, parts: list[str]) -> None:
    opener = "{"
    for name, member in value.items():
        parts.append(opener + encode_basestring(name) + ":")
        _write(member, parts)
        opener = ","
    parts.append("}" if value else "{}")


def _write_array(value: list[Json], parts: list[str]) -> None:
    parts.append("[")
    for position, member in enumerate(value):
        if position:
            parts.append(",")
        _write(member, parts)
    parts.append("]")


def as_object(value: Json) -> JsonObject:
    """The value if it is an object, otherwise an empty one."""
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """The value if it is an array, otherwise an empty one."""
    return cast(list[Json], value) if isinstance(value, list) else []


def objects(value: Json) -> list[JsonObject]:
    """The objects of an array; whatever else it holds is left out."""
    return [cast(JsonObject, member) for member in as_list(value) if isinstance(member, dict)]


def copy_json(value: Json) -> Json:
    """A copy that shares no object or array with the original."""
    if isinstance(value, dict):
        return {name: copy_json(member) for name, member in cast(JsonObject, value).items()}
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
