"""The minimal XML answer that a client gets when it does not ask for JSON."""

from decimal import Decimal
from typing import cast
from xml.sax.saxutils import escape

from bookipi_app.sandbox.jsontext import Json, JsonObject, plain_number

_NAMESPACE = "http://schema.intuit.com/finance/v3"


def to_xml(body: JsonObject) -> bytes:
    """An answer's JSON body as an `IntuitResponse` document."""
    time = escape(str(body.get("time", "")), {'"': "&quot;"})
    inner = "".join(_element(name, value) for name, value in body.items() if name != "time")
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    text = f'{head}<IntuitResponse xmlns="{_NAMESPACE}" time="{time}">{inner}</IntuitResponse>'
    return text.encode("utf-8", "replace")


def _element(name: str, value: Json) -> str:
    if isinstance(value, list):
        return "".join(_element(name, member) for member in cast(list[Json], value))
    if not name.replace("_", "").isalnum():
        return ""
    if isinstance(value, dict):
        inner = "".join(_element(key, member) for key, member in cast(JsonObject, value).items())
        return f"<{name}>{inner}</{name}>"
    return f"<{name}>{escape(_text(value))}</{name}>"


def _text(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_number(value) if isinstance(value, Decimal) else str(value)
