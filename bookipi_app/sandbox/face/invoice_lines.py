"""The rows of an invoice's form: what stands in them, and the `Line` array they make."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.form import Form, amount_of, amount_text
from bookipi_app.sandbox.face.html import Markup, cents, hidden, html, joined, options, plain
from bookipi_app.sandbox.jsontext import JsonObject, as_object, copy_json, objects, to_decimal

SHIPPING_ITEM = "SHIPPING_ITEM_ID"  # how the API calls the shipping box of the form
_DETAIL = "SalesItemLineDetail"
_TAIL = ("DiscountPercent", "Discount", "Shipping")
_ROW_FIELD = re.compile(r"(item|id|text|qty|price|amount|tax|kept)(\d{1,4})(\.text)?")
_CENT, _FINEST = Decimal("0.01"), Decimal("0.0000001")
MOST_ROWS = 760


def line_values(at: Desk, record: Record | None) -> dict[str, str]:
    """What the rows, the discount and the shipping of an invoice's form start with."""
    lines = objects(record.body.get("Line")) if record else []
    values: dict[str, str] = {}
    for position, line in enumerate(line for line in lines if _in_grid(line)):
        values |= _row_values(at, position, line)
    discount = next((line for line in lines if line.get("DetailType") == "DiscountLineDetail"), JsonObject())
    detail = as_object(discount.get("DiscountLineDetail"))
    values["DiscountPercent"] = plain(detail.get("DiscountPercent"))
    values["Discount"] = "" if detail.get("PercentBased") else cents(discount.get("Amount"))
    values["Shipping"] = cents(_shipping(lines).get("Amount"))
    return values


def _in_grid(line: JsonObject) -> bool:
    kind = line.get("DetailType")
    return kind in ("DescriptionOnly", "GroupLineDetail") or (kind == _DETAIL and not _is_shipping(line))


def _is_shipping(line: JsonObject) -> bool:
    return reference_id(as_object(line.get(_DETAIL)), "ItemRef") == SHIPPING_ITEM


def _shipping(lines: list[JsonObject]) -> JsonObject:
    found = (line for line in lines if line.get("DetailType") == _DETAIL and _is_shipping(line))
    return next(found, JsonObject())


def _row_values(at: Desk, position: int, line: JsonObject) -> dict[str, str]:
    if line.get("DetailType") != _DETAIL:
        return {f"kept{position}": str(line.get("Id", ""))}
    detail = as_object(line.get(_DETAIL))
    item = reference_id(detail, "ItemRef")
    picked = (
        {f"item{position}.text": at.name_of("Item", item)}
        if at.has_many("Item")
        else {f"item{position}": item}
    )
    return {
        **picked,
        f"id{position}": str(line.get("Id", "")),
        f"text{position}": str(line.get("Description", "")),
        f"qty{position}": plain(detail.get("Qty")),
        f"price{position}": plain(detail.get("UnitPrice")),
        f"amount{position}": cents(line.get("Amount")),
        f"tax{position}": reference_id(detail, "TaxCodeRef"),
    }


def row_count(values: Mapping[str, str], filled: bool = False) -> int:
    """How many rows the values speak of; or only up to the last one with something in it."""
    found = (_ROW_FIELD.fullmatch(name) for name, text in values.items() if text.strip() or not filled)
    return min(max((int(match[2]) + 1 for match in found if match), default=0), MOST_ROWS)


def rows_of(at: Desk, form: Form, record: Record | None, count: int) -> Markup:
    """The rows of the table."""
    held = {str(line.get("Id", "")): line for line in objects(record.body.get("Line"))} if record else {}
    taxes = _tax_choices(at)
    return joined(_row(at, form, position, held, taxes) for position in range(count))


def _row(at: Desk, form: Form, n: int, held: dict[str, JsonObject], taxes: list[tuple[str, str]]) -> Markup:
    kept = form.value(f"kept{n}")
    if kept:
        shape = '<tr><td colspan="6" class="mut">{text}{hidden}</td></tr>'
        text = held.get(kept, {}).get("Description") or "Bundle"
        return html(shape, text=text, hidden=hidden([(f"kept{n}", kept)]))
    shape = """<tr><td>{item_seen}{item}{id}</td>
<td>{text_seen}<textarea class="inp one" name="text{n}" rows="1"
aria-label="Description, line {line}">{text}</textarea></td><td>{qty}</td><td>{price}</td><td>{amount}</td>
<td>{tax_seen}<select class="inp" name="tax{n}" aria-label="Tax, line {line}">{taxes}</select></td></tr>"""
    return html(
        shape,
        n=n,
        line=n + 1,
        item_seen=_seen("Item"),
        text_seen=_seen("Description"),
        tax_seen=_seen("Tax"),
        item=_item(at, form, n),
        id=hidden([(f"id{n}", form.value(f"id{n}"))]),
        text=form.value(f"text{n}"),
        qty=_number(form, f"qty{n}", f"Quantity, line {n + 1}", "Qty"),
        price=_number(form, f"price{n}", f"Price, line {n + 1}", "Price"),
        amount=_number(form, f"amount{n}", f"Amount, line {n + 1}", "Amount"),
        taxes=options(taxes, form.value(f"tax{n}")),
    )


def _number(form: Form, name: str, label: str, seen: str) -> Markup:
    shape = """{seen}<input class="inp num" name="{name}" value="{value}" aria-label="{label}"
inputmode="decimal" autocomplete="off">"""
    return html(shape, name=name, value=form.value(name), label=label, seen=_seen(seen))


def _seen(label: str) -> Markup:
    """On a telephone each field has its label over it; elsewhere the table's head says it."""
    return html('<span class="only-s lab" aria-hidden="true">{label}</span>', label=label)


def _item(at: Desk, form: Form, n: int) -> Markup:
    if at.has_many("Item"):
        shape = '<input class="inp" name="item{n}.text" value="{value}" aria-label="Item, line {line}">'
        return html(shape, n=n, line=n + 1, value=form.value(f"item{n}.text"))
    shape = '<select class="inp" name="item{n}" aria-label="Item, line {line}">{items}</select>'
    held = form.value(f"item{n}")
    return html(shape, n=n, line=n + 1, items=options(at.choices("Item", "–", held), held))


def _tax_choices(at: Desk) -> list[tuple[str, str]]:
    if at.company.is_us:
        return [("", "Default"), ("TAX", "TAX"), ("NON", "NON")]
    return at.choices("TaxCode", "None")


def lines_differ(at: Desk, values: dict[str, str], record: Record | None) -> bool:
    """Whether the form says something else about lines, discount or shipping than the record."""
    return _told(values) != _told(line_values(at, record))


def _told(values: dict[str, str]) -> dict[str, str]:
    told = {
        name: text.strip() for name, text in values.items() if name in _TAIL or _ROW_FIELD.fullmatch(name)
    }
    return {name: text for name, text in told.items() if text}


def lines_of(at: Desk, values: dict[str, str], record: Record | None) -> list[JsonObject]:
    """The `Line` array that the form says; what it does not show of a line stays as it is."""
    held = objects(record.body.get("Line")) if record else []
    by_id = {str(line["Id"]): line for line in held if "Id" in line}
    lines: list[JsonObject] = []
    for position in range(row_count(values)):
        kept = values.get(f"kept{position}", "")
        if kept in by_id:
            lines.append(copy_json(by_id[kept]))
            continue
        item = at.picked(values, f"item{position}", "Item")
        if item:
            lines.append(_sales_line(at, values, position, item, by_id))
    return lines + _tail(values, held)


def _sales_line(
    at: Desk, values: dict[str, str], n: int, item: str, by_id: dict[str, JsonObject]
) -> JsonObject:
    held = by_id.get(values.get(f"id{n}", ""), JsonObject())
    detail: JsonObject = {**as_object(held.get(_DETAIL)), "ItemRef": {"value": item}}
    detail["TaxCodeRef"] = {"value": values.get(f"tax{n}", "")}
    quantity, price, amount = (
        amount_text(values.get(f"{name}{n}", "")) for name in ("qty", "price", "amount")
    )
    text = values.get(f"text{n}", "")
    if not held and not (quantity or price or amount):
        quantity, price, text = "1", _usual_price(at, item), text or _usual_text(at, item)
    with localcontext(prec=60):  # whatever a person types, the product is exact
        quantity, price, amount = _settled(held, quantity, price, amount)
    detail |= {"Qty": quantity, "UnitPrice": price}
    line: JsonObject = {"DetailType": _DETAIL, "Description": text, "Amount": amount, _DETAIL: detail}
    return {**line, "Id": held["Id"]} if "Id" in held else line


def _usual_price(at: Desk, item: str) -> str:
    record = at.company.find("Item", item)
    return plain(record.body.get("UnitPrice")) if record else ""


def _usual_text(at: Desk, item: str) -> str:
    record = at.company.find("Item", item)
    return str(record.body.get("Description", "")) if record else ""


def _settled(held: JsonObject, quantity: str, price: str, amount: str) -> tuple[str, str, str]:
    """Amount from quantity and price; or, when only the amount was changed, the price from it."""
    times, each, whole = amount_of(quantity), amount_of(price), amount_of(amount)
    if not times or not each:
        return quantity, price, amount
    detail = as_object(held.get(_DETAIL))
    untouched = (plain(detail.get("Qty")), plain(detail.get("UnitPrice"))) == (quantity, price)
    if untouched and whole is not None and whole != to_decimal(held.get("Amount")):
        each = (whole / times).quantize(_FINEST, ROUND_HALF_UP)
        exact = (each * times).quantize(_CENT, ROUND_HALF_UP) == whole
        return (quantity, plain(each), amount) if exact else ("", "", amount)
    return quantity, price, str((times * each).quantize(_CENT, ROUND_HALF_UP))


def _tail(values: dict[str, str], held: list[JsonObject]) -> list[JsonObject]:
    tail: list[JsonObject] = []
    percent, amount, shipping = (amount_text(values.get(name, "")) for name in _TAIL)
    if percent:
        detail: JsonObject = {"PercentBased": True, "DiscountPercent": percent}
        tail.append({"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
    elif amount:
        fixed: JsonObject = {"DetailType": "DiscountLineDetail", "Amount": amount}
        tail.append({**fixed, "DiscountLineDetail": {"PercentBased": False}})
    if shipping:
        before = as_object(_shipping(held).get(_DETAIL))
        shipped: JsonObject = {**before, "ItemRef": {"value": SHIPPING_ITEM}}
        tail.append({"DetailType": _DETAIL, "Amount": shipping, _DETAIL: shipped})
    return tail
