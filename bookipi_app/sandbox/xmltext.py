"""The minimal XML answer that a client gets when it does not ask for JSON."""

import re
from decimal import Decimal
from typing import cast
from xml.sax.saxutils import escape, quoteattr

from bookipi_app.sandbox.jsontext import Json, JsonObject, plain_number

_NAMESPACE = "http://schema.intuit.com/finance/v3"
# Members that Intuit's schema writes as attributes of their element.
_ATTRIBUTES = frozenset(
    {
        "domain",
        "sparse",
        "status",
        "type",
        "code",
        "element",
        "bId",
        "startPosition",
        "maxResults",
        "totalCount",
    }
)
_REFERENCE = frozenset({"value", "name"})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_xml(body: JsonObject) -> bytes:
    """An answer's JSON body as an `IntuitResponse` document."""
    inner = "".join(_elements(name, value) for name, value in body.items() if name != "time")
    root = f'<IntuitResponse xmlns="{_NAMESPACE}" time={_quoted(body.get("time"))}>{inner}</IntuitResponse>'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{root}'.encode()


def _elements(name: str, value: Json) -> str:
    if isinstance(value, list):
        return "".join(_elements(name, member) for member in cast(list[Json], value))
    if not name.replace("_", "").isalnum():
        return ""
    if not isinstance(value, dict):
        return f"<{name}>{escape(_text(value))}</{name}>"
    members = cast(JsonObject, value)
    return _reference(name, members) if "value" in members else _object(name, members)


def _reference(name: str, members: JsonObject) -> str:
    """`{"value": "3", "name": "Ada"}` is an element with a text and an attribute."""
    if not _REFERENCE.issuperset(members):
        return _object(name, members)
    called = f" name={_quoted(members['name'])}" if "name" in members else ""
    return f"<{name}{called}>{escape(_text(members['value']))}</{name}>"


def _object(name: str, members: JsonObject) -> str:
    attributes = "".join(f" {key}={_quoted(member)}" for key, member in members.items() if key in _ATTRIBUTES)
    inner = "".join(_elements(key, member) for key, member in members.items() if key not in _ATTRIBUTES)
    return f"<{name}{attributes}>{inner}</{name}>"


def _quoted(value: Json) -> str:
    return quoteattr(_text(value))


def _text(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = plain_number(value) if isinstance(value, Decimal) else str(value)
    return _NOT_XML.sub("", text)
