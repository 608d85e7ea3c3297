"""QuickBooks' lines, read: which are ordinary, which are parts of the header, which are foreign.

The overall subtotal is skipped; the discount line and the shipping line are header fields; bundles, inline subtotals,
billable and negative lines are foreign: shown here, kept as they are, never rebuilt by us.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from bookipi_app import exactjson
from bookipi_app.models.record import LineKind
from bookipi_app.sync import canon

Wire = dict[str, Any]

SHIPPING = "SHIPPING_ITEM_ID"  # a literal in place of an item's id: QuickBooks' shipping box
OWN_ATTRIBUTES = {"Id", "LineNum"}  # what QuickBooks numbers by itself


def as_object(value: object) -> Wire:
    """The value if it is a JSON object, else an empty one."""
    return cast(Wire, value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def ref(obj: Wire, name: str) -> str:
    """The id that a reference points at; empty when there is none."""
    return canon.text(as_object(obj.get(name)).get("value"))


def detail(line: Wire) -> Wire:
    """The detail object of a sales line."""
    return as_object(line.get("SalesItemLineDetail"))


def amount(line: object) -> int:
    """What a line adds to the subtotal, in cents. A bundle's amount lives in its inner lines."""
    wire = as_object(line)
    match wire.get("DetailType"):
        case "SubTotalLineDetail" | "DescriptionOnly" | "DiscountLineDetail":
            return 0
        case "GroupLineDetail":
            inner = as_list(as_object(wire.get("GroupLineDetail")).get("Line"))
            return canon.cents(wire.get("Amount")) or sum(amount(one) for one in inner)
        case _:
            return canon.cents(wire.get("Amount"))


def body_lines(obj: Wire) -> list[Wire]:
    """The lines of the grid, as QuickBooks gives them: without overall subtotal, discount and shipping."""
    return _parted(obj)[0]


def kind_of(line: Wire) -> LineKind:
    """What a line of the grid is to us."""
    if as_list(line.get("LinkedTxn")):
        return LineKind.FOREIGN
    match line.get("DetailType"):
        case "SalesItemLineDetail" if canon.cents(line.get("Amount")) >= 0 and _is_not_negative(detail(line)):
            return LineKind.ITEM
        case "DescriptionOnly" if not canon.text(line.get("Description")).startswith("Subtotal:"):
            return LineKind.TEXT
        case _:
            return LineKind.FOREIGN


def canonical(line: Wire) -> dict[str, Any]:
    """A line of the grid as it stands in a remote snapshot."""
    kind = kind_of(line)
    common = {
        "id": canon.text(line.get("Id")),
        "kind": kind.value,
        "description": canon.lines_of_text(line.get("Description")),
    }
    match kind:
        case LineKind.TEXT:
            return common
        case LineKind.FOREIGN:
            return {**common, "amount": amount(line), "whole": exactjson.dumps(_stable(line))}
        case LineKind.ITEM:
            inner = detail(line)
            return {
                **common,
                "item": ref(inner, "ItemRef"),
                "quantity": canon.decimal_text(canon.number(inner.get("Qty"))),
                "price": canon.decimal_text(canon.number(inner.get("UnitPrice"))),
                "amount": canon.cents(line.get("Amount")),
                "taxable": is_taxable(inner),
            }


def is_taxable(inner: Wire) -> bool:
    """US lines say TAX or NON; a line that says nothing is not taxed."""
    return ref(inner, "TaxCodeRef") not in ("", "NON")


def is_wholly_taxed(line: Wire) -> bool:
    """True for a line all of which is taxed; of a bundle every part that costs something."""
    parts = as_list(as_object(line.get("GroupLineDetail")).get("Line"))
    sold = [as_object(one) for one in parts or [line] if amount(one)]
    return bool(sold) and all(is_taxable(detail(one)) for one in sold)


def money(obj: Wire) -> dict[str, Any]:
    """Lines, discount, shipping and tax of an invoice, and its sums part by part."""
    body, discount, shipping = _parted(obj)
    sums = _totals(obj, body, discount, shipping)
    return {
        "lines": [canonical(line) for line in body],
        "discount": _discount(discount),
        "shipping": {
            "cents": sums["shipping"],
            "taxable": sums["shipping"] != 0 and is_taxable(detail(shipping)),
        },
        "tax": {"cents": sums["tax"]},
        "totals": sums,
    }


def totals(obj: Wire) -> dict[str, int]:
    """The sums of an invoice, part by part, in cents."""
    return _totals(obj, *_parted(obj))


def _totals(obj: Wire, body: Sequence[Wire], discount: Wire, shipping: Wire) -> dict[str, int]:
    return {
        "subtotal": sum(amount(line) for line in body),
        "discount": canon.cents(discount.get("Amount")),
        "shipping": canon.cents(shipping.get("Amount")),
        "tax": canon.cents(as_object(obj.get("TxnTaxDetail")).get("TotalTax")),
        "total": canon.cents(obj.get("TotalAmt")),
    }


def tax_percent(obj: Wire) -> Decimal:
    """The sum of the rates that QuickBooks applied, in percent."""
    lines = as_list(as_object(obj.get("TxnTaxDetail")).get("TaxLine"))
    rates = [
        canon.number(as_object(as_object(line).get("TaxLineDetail")).get("TaxPercent")) for line in lines
    ]
    return sum((rate for rate in rates if rate is not None), Decimal(0))


def _discount(line: Wire) -> dict[str, str]:
    inner = as_object(line.get("DiscountLineDetail"))
    percent = canon.number(inner.get("DiscountPercent")) if inner.get("PercentBased") is True else None
    if percent:
        return {"kind": "percent", "value": canon.decimal_text(percent)}
    value = canon.number(line.get("Amount"))
    return {"kind": "fixed", "value": canon.decimal_text(value)} if value else {"kind": "none", "value": "0"}


def is_discount(line: Wire) -> bool:
    """True for the invoice's one discount line."""
    return line.get("DetailType") == "DiscountLineDetail"


def is_shipping(line: Wire) -> bool:
    """True for QuickBooks' shipping box."""
    return ref(detail(line), "ItemRef") == SHIPPING


def _parted(obj: Wire) -> tuple[list[Wire], Wire, Wire]:
    """The lines of the grid, the first discount line and the first shipping line; empty where there is none."""
    body: list[Wire] = []
    discount: Wire = {}
    shipping: Wire = {}
    for line in map(as_object, as_list(obj.get("Line"))):
        if is_discount(line):
            discount = discount or line
        elif is_shipping(line):
            shipping = shipping or line
        elif line.get("DetailType") != "SubTotalLineDetail":
            body.append(line)
    return body, discount, shipping


def _is_not_negative(inner: Wire) -> bool:
    return all((canon.number(inner.get(name)) or 0) >= 0 for name in ("Qty", "UnitPrice"))


def _stable(value: Any) -> Any:
    """A foreign line without what QuickBooks renumbers, numbers and keys in one form."""
    if isinstance(value, dict):
        entries = sorted(cast(Wire, value).items())
        return {key: _stable(inner) for key, inner in entries if key not in OWN_ATTRIBUTES}
    if isinstance(value, list):
        return [_stable(inner) for inner in cast("list[Any]", value)]
    if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
        return canon.decimal_text(Decimal(value))
    return value
