"""A field's value in words, for a person who has to choose between two of them and for the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from bookipi_app.models.record import Kind, Rate, Side, TaxMode
from bookipi_app.money import format_cents
from bookipi_app.sync import canon, fields
from bookipi_app.sync.fields import BILL_TO, DATES, MONEY, Form
from bookipi_app.sync.snapshot import Snapshot
from bookipi_app.sync.story import LABELS

NAMES_OF_GROUPS = {
    DATES: "Dates and terms",
    BILL_TO: "Customer and billing",
    MONEY: "Lines, discount, shipping and tax",
}
NameOf = Callable[[str, str], str]
"""The name of what is referred to, by `customer`, `item` or `terms` and the id of the value's own side."""


def label(unit: str) -> str:
    """What a unit of a conflict is called: a field, or a group of fields."""
    name = NAMES_OF_GROUPS.get(unit) or LABELS.get(unit, unit.replace("_", " "))
    return name[:1].upper() + name[1:]


def unit_words(kind: Kind, side: Side, values: Snapshot, names: tuple[str, ...], name_of: NameOf) -> str:
    """The values of a unit's fields, one per line; several fields each with its name."""
    said = [(name, words(kind, side, name, values.get(name), name_of)) for name in names]
    if len(said) == 1:
        return said[0][1]
    return "\n".join(
        text if name == "lines" else f"{label(name)}: {text}"
        for name, text in said
        if _worth_saying(name, text)
    )


def words(kind: Kind, side: Side, name: str, value: Any, name_of: NameOf) -> str:  # noqa: C901  one case per form
    """One field's value. An empty one says so."""
    if value is None:
        return "None"
    match fields.field(kind, name).form:
        case Form.ADDRESS:
            return ", ".join(part for part in canon.structured(value).values() if part) or "None"
        case Form.BOOL:
            return _yes_or_no(name, value)
        case Form.DATE:
            return date.fromisoformat(value).strftime("%b %-d, %Y") if value else "None"
        case Form.REFERENCE:
            return (value if name == "terms" and side is Side.HERE else name_of(name, value)) or "None"
        case Form.LINES:
            return "\n".join(_line(line, name_of) for line in value) or "No lines"
        case Form.DISCOUNT:
            return _rate(value)
        case Form.SHIPPING:
            return format_cents(value["cents"]) if value["cents"] else "None"
        case Form.TAX:
            return _tax(value)
        case Form.DECIMAL:
            return f"${value}"
        case _:
            return str(value) or "None"


def _worth_saying(name: str, text: str) -> bool:
    return text != "None" or name not in ("discount", "shipping")


def _yes_or_no(name: str, value: bool) -> str:
    if name == "active":
        return "In use" if value else "Archived"
    return "Yes" if value else "No"


def _line(line: dict[str, Any], name_of: NameOf) -> str:
    item = name_of("item", line["item"]) if line.get("item") else ""
    text = " · ".join(filter(None, [item, line["description"]])) or line["kind"].capitalize()
    if "price" not in line:
        return f"{text} = {format_cents(line['amount'])}" if line.get("amount") else text
    given = line.get("given") if "given" in line else line.get("amount")
    sum_words = f" = {format_cents(given)}" if given is not None else ""
    times = f"{line['quantity']} × ${line['price']}" if line["quantity"] and line["price"] else ""
    off = f", {_rate(line['discount'])} off" if line.get("discount", {}).get("kind", "none") != "none" else ""
    return f"{text}: {times}{off}{sum_words}" if times or sum_words else text


def _rate(value: dict[str, str]) -> str:
    match value["kind"]:
        case Rate.PERCENT.value:
            return f"{value['value']}%"
        case Rate.FIXED.value:
            return f"${value['value']}"
        case _:
            return "None"


def _tax(value: dict[str, Any]) -> str:
    if "cents" in value:
        return format_cents(value["cents"])
    if value["given"] is not None:
        return format_cents(value["given"])
    if value["mode"] == TaxMode.NONE.value:
        return "None"
    rates = f"{value['rate']}%" + (f" and {value['second']}%" if "second" in value else "")
    return rates + (", included" if value["mode"] == TaxMode.INCLUSIVE.value else "")
