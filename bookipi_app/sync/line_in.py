"""One line of QuickBooks' as a line of ours, read over the line that it was at the agreement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bookipi_app.models.record import Kind, LineKind, Rate
from bookipi_app.money import SCALE, rounded
from bookipi_app.sync import canon, lines, remote_lines, sums
from bookipi_app.sync.carrying import CannotCarry, MappingContext
from bookipi_app.sync.records import LocalLine
from bookipi_app.sync.remote_lines import Wire, detail
from bookipi_app.sync.wire_lines import without_words
from bookipi_app.totals import HUNDRED_PERCENT

_SCALED_PER_CENT = SCALE // 100
_MONEY = ("quantity", "price", "amount")


def read_line(
    wire: Wire, base: dict[str, Any] | None, then: Wire | None, context: MappingContext
) -> LocalLine:
    """A line of QuickBooks'.

    `base` is our line (as in a snapshot) and `then` QuickBooks' line of the agreement. What did not change there keeps
    our values; a line without a base is new and gets an id.

    Raises:
        CannotCarry: its item has not arrived here.
    """
    now = remote_lines.canonical(wire)
    if base is None or then is None:
        return _new_line(now, wire, context.new_id(), context)
    ours, before = local_line(base), remote_lines.canonical(then)
    if lines.same_content(before, now):
        return ours
    if ours.kind is not LineKind.ITEM or now["kind"] != LineKind.ITEM.value:
        return _new_line(now, wire, ours.id, context)
    return _edited_there(ours, before, now, wire, context)


def without_tax(ours: LocalLine, then: Wire) -> LocalLine:
    """A line of ours at the price at which it travelled as `then`: that one contains no tax. A percentage off it stays.

    What comes to that amount already, where no tax was taken out, stays as it is.
    """
    there = remote_lines.canonical(then)
    kept = replace(ours, taxable=there["taxable"])
    if _comes_to(kept, there["amount"]):
        return kept
    quantity, price, given = _count(there)
    net = replace(kept, quantity=quantity, price=price, amount_given_cents=given)
    left = HUNDRED_PERCENT - ours.discount_value
    if ours.discount_kind is Rate.PERCENT and left and given is None:
        listed = replace(net, price=rounded(price * HUNDRED_PERCENT, left))
        if _comes_to(listed, there["amount"]):
            return listed
    shown = ours.description if ours.discount_kind is Rate.NONE else there["description"]
    return replace(net, description=shown, discount_kind=Rate.NONE, discount_value=0)


def _new_line(now: lines.Line, wire: Wire, line_id: str, context: MappingContext) -> LocalLine:
    match remote_lines.kind_of(wire):
        case LineKind.TEXT:
            return LocalLine(id=line_id, kind=LineKind.TEXT, description=now["description"])
        case LineKind.FOREIGN:
            described = now["description"] or _foreign_words(wire)
            given = now["amount"]
            return LocalLine(
                id=line_id,
                kind=LineKind.FOREIGN,
                description=described,
                amount_given_cents=given,
                taxable=remote_lines.is_wholly_taxed(wire),
            )
        case LineKind.ITEM:
            quantity, price, given = _count(now)
            return LocalLine(
                id=line_id,
                item_id=_item(now["item"], context),
                description=now["description"],
                quantity=quantity,
                price=price,
                amount_given_cents=given,
                taxable=now["taxable"],
            )


def _foreign_words(wire: Wire) -> str:
    bundle = remote_lines.as_object(remote_lines.as_object(wire.get("GroupLineDetail")).get("GroupItemRef"))
    item = remote_lines.as_object(detail(wire).get("ItemRef"))
    return canon.text(bundle.get("name")) or canon.text(item.get("name")) or "A line kept in QuickBooks"


def _count(now: lines.Line) -> tuple[int, int, int | None]:
    """Quantity, price, and the amount where it is not their product. Without a unit price the amount stands for one."""
    if not now["quantity"] or not now["price"]:
        return SCALE, now["amount"] * _SCALED_PER_CENT, None
    quantity, price = canon.scaled(now["quantity"]), canon.scaled(now["price"])
    explained = rounded(quantity * price, SCALE * _SCALED_PER_CENT) == now["amount"]
    return quantity, price, None if explained else now["amount"]


def _item(remote_id: str, context: MappingContext) -> str:
    """Our item. QuickBooks' items for lines without one, and for shipping, may be unknown here: then it has none."""
    if remote_id in ("", context.default_item_id, context.shipping_item_id):
        return context.references.local_id(Kind.ITEM, remote_id) or "" if remote_id else ""
    return context.local_id(Kind.ITEM, remote_id)


def _edited_there(
    ours: LocalLine, before: lines.Line, now: lines.Line, wire: Wire, context: MappingContext
) -> LocalLine:
    """What they changed over what we had: a discount of ours survives as long as it still explains their amount."""
    item_id = ours.item_id if now["item"] == before["item"] else _item(now["item"], context)
    words = _discount_words(ours, before)
    description = ours.description
    if now["description"] != before["description"]:
        description = without_words(now["description"], words)
    taxable = ours.taxable if now["taxable"] == before["taxable"] else now["taxable"]
    kept = replace(ours, item_id=item_id, description=description, taxable=taxable)
    if all(now[name] == before[name] for name in _MONEY):
        return kept
    if ours.discount_kind is Rate.PERCENT and now["quantity"] and now["price"] == before["price"]:
        counted = replace(kept, quantity=canon.scaled(now["quantity"]), amount_given_cents=None)
        if _comes_to(counted, now["amount"]):
            return counted
    fresh = _new_line(now, wire, ours.id, context)
    shown = now["description"] if ours.discount_kind is not Rate.NONE else description
    return replace(fresh, item_id=item_id, description=shown, taxable=taxable)


def _discount_words(ours: LocalLine, before: lines.Line) -> str:
    """What QuickBooks' line says of a discount of ours: it may tell the price that contained the tax then."""
    described = canon.lines_of_text(ours.description)
    if ours.discount_kind is Rate.NONE or not before["description"].startswith(described):
        return ""
    return before["description"].removeprefix(described).strip()


def _comes_to(line: LocalLine, cents: int) -> bool:
    """Before its discount a line may come to more than can be held: then it is no explanation of an amount."""
    try:
        return sums.net_of(line) == cents
    except CannotCarry:
        return False


def local_line(base: dict[str, Any]) -> LocalLine:
    """A line of ours as it stands in a local snapshot; the inverse of `snapshot.line_snapshot`, but for its amount."""
    return LocalLine(
        id=base["id"],
        kind=LineKind(base["kind"]),
        item_id=base["item"],
        description=base["description"],
        quantity=canon.scaled(base["quantity"]),
        price=canon.scaled(base["price"]),
        amount_given_cents=base["given"],
        taxable=base["taxable"],
        discount_kind=Rate(base["discount"]["kind"]),
        discount_value=canon.scaled(base["discount"]["value"]),
    )
