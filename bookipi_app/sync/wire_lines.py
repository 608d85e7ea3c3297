"""Our lines on the wire.

QuickBooks checks `Amount` = `UnitPrice` × `Qty`, rounded half up on the exact product (its fault 6070), and knows no
discount of a line. A discounted line therefore travels at its net unit price, to seven decimals as QuickBooks divides
itself, where that comes to its net amount again, else once at its net amount; what was taken off stands in its
description, so that the bookkeeper can read it.
"""

from __future__ import annotations

from decimal import Decimal

from bookipi_app.models.record import Kind, LineKind, Rate
from bookipi_app.money import (
    MOST_UNITS,
    SCALE,
    decimal_of_cents,
    decimal_of_scaled,
    format_cents,
    format_scaled,
    rounded,
)
from bookipi_app.sync import canon
from bookipi_app.sync.carrying import CannotCarry, MappingContext
from bookipi_app.sync.fields import LINE_DESCRIPTION_LIMIT
from bookipi_app.sync.records import LocalLine
from bookipi_app.sync.remote_lines import OWN_ATTRIBUTES, SHIPPING, Wire, as_list, as_object, detail, ref

_SCALED_PER_CENT = SCALE // 100
_OF_THE_ITEM = (
    "ItemAccountRef",
    "TaxClassificationRef",
)  # how QuickBooks books and taxes what the line sold before
MOST_PRICE = MOST_UNITS * SCALE


def plain(number: Decimal) -> Decimal:
    """The number without trailing zeros and without an exponent."""
    return Decimal(canon.decimal_text(number))


def line(ours: LocalLine, net_cents: int, taxed: bool, context: MappingContext) -> Wire:
    """A line of ours that comes to `net_cents`.

    Raises:
        CannotCarry: it is a line that only QuickBooks can make, its item is not linked, or it is too long.
    """
    match ours.kind:
        case LineKind.FOREIGN:
            raise CannotCarry(
                "This invoice holds a line of a kind that only QuickBooks can make. Remove the line to send it.",
                "foreign_line",
            )
        case LineKind.TEXT:
            return {"DetailType": "DescriptionOnly", "Description": _within_limit(_description(ours))}
        case LineKind.ITEM:
            return _sale(ours, net_cents, taxed, context)


def _sale(ours: LocalLine, net_cents: int, taxed: bool, context: MappingContext) -> Wire:
    count = _count_and_price(ours, net_cents)
    inner: Wire = {
        "ItemRef": {"value": _item(ours, context)},
        "TaxCodeRef": {"value": "TAX" if taxed else "NON"},
    }
    if count is not None:
        inner |= {"Qty": plain(decimal_of_scaled(count[0])), "UnitPrice": plain(decimal_of_scaled(count[1]))}
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": decimal_of_cents(net_cents),
        "Description": with_words(_description(ours), discount_words(ours)),
        "SalesItemLineDetail": inner,
    }


def _item(ours: LocalLine, context: MappingContext) -> str:
    if ours.item_id:
        return context.remote_id(Kind.ITEM, ours.item_id)
    if not context.default_item_id:
        raise CannotCarry("Choose the item for lines without one in Settings, Integration.", "default_item")
    return context.default_item_id


def _count_and_price(ours: LocalLine, net_cents: int) -> tuple[int, int] | None:
    """Quantity and unit price × 10⁷ whose product rounds to the net amount; None for an amount that stands alone."""
    if _comes_to(ours.quantity, ours.price, net_cents):
        return ours.quantity, ours.price
    if ours.amount_given_cents == net_cents and ours.discount_kind is Rate.NONE:
        return None
    return count_at(ours.quantity, net_cents)


def count_at(quantity: int, cents: int) -> tuple[int, int]:
    """A quantity and unit price × 10⁷ that come to an amount: this quantity where seven decimals suffice, else one."""
    if quantity > 0:
        price = rounded(cents * _SCALED_PER_CENT * SCALE, quantity)
        if price <= MOST_PRICE and _comes_to(quantity, price, cents):
            return quantity, price
    return SCALE, cents * _SCALED_PER_CENT


def _comes_to(quantity: int, price: int, cents: int) -> bool:
    return rounded(quantity * price, SCALE * _SCALED_PER_CENT) == cents


def _description(ours: LocalLine) -> str:
    return canon.lines_of_text(ours.description)


def discount_words(ours: LocalLine) -> str:
    """What a line's discount was, for its description in QuickBooks: `(10% off 3 × 50)`; empty without a discount."""
    if ours.discount_kind is Rate.NONE or not ours.discount_value:
        return ""
    percent = ours.discount_kind is Rate.PERCENT
    off = f"{format_scaled(ours.discount_value)}%" if percent else _money(ours.discount_value)
    return f"({off} off {format_scaled(ours.quantity)} × {format_scaled(ours.price, least=2)})"


def _money(scaled: int) -> str:
    return format_cents(rounded(scaled, _SCALED_PER_CENT))


def with_words(description: str, words: str) -> str:
    """The description followed by the words, which are left out where QuickBooks has no room for them."""
    both = f"{description} {words}".strip() if words else description
    return both if len(both) <= LINE_DESCRIPTION_LIMIT else _within_limit(description)


def without_words(description: str, words: str) -> str:
    """The inverse of `with_words`; a description that no longer ends with the words stays as it is."""
    return description.removesuffix(words).rstrip() if words and description.endswith(words) else description


def _within_limit(description: str) -> str:
    if len(description) > LINE_DESCRIPTION_LIMIT:
        words = f"QuickBooks holds at most {LINE_DESCRIPTION_LIMIT} characters in a line's description. Shorten it."
        raise CannotCarry(words, "too_long")
    return description


def over(existing: Wire, ours: Wire, money_moved: bool) -> Wire:
    """QuickBooks' own line with our values on top: what we do not know of it (class, service date) stays."""
    merged = {**existing, **ours}
    if "SalesItemLineDetail" not in ours:
        return {key: value for key, value in merged.items() if key in ours or key in ("Id", "LineNum")}
    kept, new = detail(existing), detail(ours)
    if ref(kept, "ItemRef") != ref(new, "ItemRef"):
        kept = {key: value for key, value in kept.items() if key not in _OF_THE_ITEM}
    counted = ("Qty", "UnitPrice")
    if money_moved:
        kept = {key: value for key, value in kept.items() if key not in counted}
    else:
        new = {key: value for key, value in new.items() if key not in counted}
        merged["Amount"] = existing.get("Amount", ours["Amount"])
    return {**merged, "SalesItemLineDetail": {**kept, **new}}


def anew(agreed: Wire, line_id: str = "") -> Wire:
    """A line of QuickBooks' own as it was once, under the Id that it has now, or as a new one."""
    wire = {key: value for key, value in agreed.items() if key not in OWN_ATTRIBUTES}
    if wire.get("DetailType") == "GroupLineDetail":
        bundle = as_object(wire.get("GroupLineDetail"))
        inner = [anew(as_object(line)) for line in as_list(bundle.get("Line"))]
        wire["GroupLineDetail"] = {**bundle, "Line": inner}
    return {"Id": line_id, **wire} if line_id else wire


def acceptable(existing: Wire) -> Wire:
    """A line of QuickBooks' own, fit to be sent again.

    Its pages let an amount stand that is no product, and its interface refuses that (6070): the price is then left out,
    so that the amount stands alone.
    """
    if existing.get("DetailType") == "GroupLineDetail":
        bundle = as_object(existing.get("GroupLineDetail"))
        inner = [acceptable(as_object(line)) for line in as_list(bundle.get("Line"))]
        return {**existing, "GroupLineDetail": {**bundle, "Line": inner}}
    inner = detail(existing)
    quantity, price = canon.scaled(inner.get("Qty")), canon.scaled(inner.get("UnitPrice"))
    if not quantity or not price or _comes_to(quantity, price, canon.cents(existing.get("Amount"))):
        return existing
    kept = {key: value for key, value in inner.items() if key != "UnitPrice"}
    return {**existing, "SalesItemLineDetail": kept}


def discount(kind: Rate, value: int, cents: int) -> Wire:
    """The one discount line: a positive amount that is taken off."""
    inner: Wire = {"PercentBased": False}
    if kind is Rate.PERCENT:
        inner = {"PercentBased": True, "DiscountPercent": plain(decimal_of_scaled(value))}
    return {
        "DetailType": "DiscountLineDetail",
        "Amount": decimal_of_cents(cents),
        "DiscountLineDetail": inner,
    }


def shipping(cents: int, taxed: bool, item: str = SHIPPING) -> Wire:
    """Shipping: QuickBooks' own box, or an ordinary line on an item where the box is off."""
    inner: Wire = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "TAX" if taxed else "NON"}}
    described: Wire = {} if item == SHIPPING else {"Description": "Shipping"}
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": decimal_of_cents(cents),
        **described,
        "SalesItemLineDetail": inner,
    }
