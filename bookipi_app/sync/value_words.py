"""A field's value in words, for a person who has to choose between two of them and for the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from bookipi_app.models.record import Kind, LineKind, Rate, Side, TaxMode
from bookipi_app.money import format_cents
from bookipi_app.sync import canon, fields, sums
from bookipi_app.sync.carrying import CannotCarry
from bookipi_app.sync.fields import BILL_TO, DATES, MONEY, Form
from bookipi_app.sync.line_in import local_line
from bookipi_app.sync.snapshot import Snapshot, is_taxed
from bookipi_app.sync.story import LABELS

NAMES_OF_GROUPS = {
    DATES: "Dates and terms",
    BILL_TO: "Customer and billing",
    MONEY: "Lines, discount, shipping and tax",
}
EMPTY = "None"
NameOf = Callable[[str, str], str]
"""The name of what is referred to, by `customer`, `item` or `terms` and the id of the value's own side."""


def label(unit: str) -> str:
    """What a unit of a conflict is called: a field, or a group of fields."""
    name = NAMES_OF_GROUPS.get(unit) or LABELS.get(unit, unit.replace("_", " "))
    return name[:1].upper() + name[1:]


def unit_words(kind: Kind, side: Side, values: Snapshot, names: tuple[str, ...], name_of: NameOf) -> str:
    """The values of a unit's fields, one per line; several fields each with its name.

    What is the same on both sides reads the same: an amount of ours that is worked out is said like QuickBooks', and
    our lines are only called taxable where the invoice is taxed at all.
    """
    said = [(name, _said(kind, side, name, values, name_of)) for name in names]
    if len(said) == 1:
        return said[0][1]
    return "\n".join(text if name == "lines" else f"{label(name)}: {text}" for name, text in said)


def words(kind: Kind, side: Side, name: str, value: Any, name_of: NameOf) -> str:  # noqa: C901  one case per form
    """One field's value. An empty one says so."""
    if value is None:
        return EMPTY
    match fields.field(kind, name).form:
        case Form.ADDRESS:
            return ", ".join(part for part in canon.structured(value).values() if part) or EMPTY
        case Form.BOOL:
            return _yes_or_no(name, value)
        case Form.DATE:
            return date.fromisoformat(value).strftime("%b %-d, %Y") if value else EMPTY
        case Form.REFERENCE:
            return (value if name == "terms" and side is Side.HERE else name_of(name, value)) or EMPTY
        case Form.LINES:
            return _lines(value, True, name_of)
        case Form.DISCOUNT:
            return _rate(value)
        case Form.SHIPPING:
            return format_cents(value["cents"]) if value["cents"] else EMPTY
        case Form.TAX:
            return _tax(value, None)
        case Form.DECIMAL:
            return _price(value)
        case _:
            return str(value) or EMPTY


def _yes_or_no(name: str, value: bool) -> str:
    if name == "active":
        return "In use" if value else "Archived"
    return "Yes" if value else "No"


def _said(kind: Kind, side: Side, name: str, values: Snapshot, name_of: NameOf) -> str:
    """One of several values: what is said of lines and tax hangs on the others."""
    value = values.get(name)
    if value is None or name not in ("lines", "tax"):
        return words(kind, side, name, value, name_of)
    if name == "tax":
        totals: dict[str, int] = values.get("totals") or {}
        return _tax(value, totals.get("tax"))
    return _lines(value, side is Side.QUICKBOOKS or "tax" not in values or is_taxed(values["tax"]), name_of)


def _lines(value: list[dict[str, Any]], taxed: bool, name_of: NameOf) -> str:
    return "\n".join(_line(line, taxed, name_of) for line in value) or "No lines"


def _line(line: dict[str, Any], taxed: bool, name_of: NameOf) -> str:
    item = name_of("item", line["item"]) if line.get("item") else ""
    text = (
        " · ".join(filter(None, [item, " ".join(line["description"].split())])) or line["kind"].capitalize()
    )
    cents = _amount(line)
    sum_words = f" = {format_cents(cents)}" if cents is not None else ""
    if line["kind"] != LineKind.ITEM.value:
        return f"{text}{sum_words}" if cents else text
    times = f"{line['quantity']} × {_price(line['price'])}" if line["quantity"] and line["price"] else ""
    off = f", {_rate(line['discount'])} off" if line.get("discount", {}).get("kind", "none") != "none" else ""
    return f"{text}: {times}{off}{sum_words}{', taxable' if taxed and line['taxable'] else ''}"


def _amount(line: dict[str, Any]) -> int | None:
    """What a line comes to, in cents: QuickBooks says it, ours is worked out; None where it cannot be held."""
    if "amount" in line or line["kind"] == LineKind.TEXT.value:
        return line.get("amount")
    try:
        return sums.net_of(local_line(line))
    except CannotCarry:
        return None


def _price(text: str) -> str:
    """An exact number as a price: `$1,284.50`, `$0.0000001`."""
    whole, _, part = text.lstrip("-").partition(".")
    return f"{'−' if text.startswith('-') else ''}${int(whole):,}.{part.ljust(2, '0')}"


def _rate(value: dict[str, str]) -> str:
    match value["kind"]:
        case Rate.PERCENT.value:
            return f"{value['value']}%"
        case Rate.FIXED.value:
            return _price(value["value"])
        case _:
            return EMPTY


def _tax(value: dict[str, Any], cents: int | None) -> str:
    """An amount, and of ours what it is worked out by. `cents` is what it comes to, where that is known."""
    amount = value.get("cents", value.get("given"))
    if amount is not None:
        return format_cents(amount) if amount or value.get("given") is not None else EMPTY
    if value["mode"] == TaxMode.NONE.value:
        return EMPTY
    rates = f"{value['rate']}%" + (f" and {value['second']}%" if "second" in value else "")
    told = rates + (", included" if value["mode"] == TaxMode.INCLUSIVE.value else "")
    return told if cents is None else f"{format_cents(cents)} ({told})"
