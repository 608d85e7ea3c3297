"""Invoices that a bookkeeper might make in QuickBooks, by whatever its pages offer. The mix is fixed, as ours is."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from tests.fidelity.place import Place

CENT = Decimal("0.01")
Json = dict[str, Any]


def write(number: int, place: Place) -> Json:
    """Make the invoice of this number. What the company has switched off is not in it."""
    for attempt in range(20):
        made = place.person_writes(_body(Random(f"theirs {number} {attempt}"), number, place))
        if made is not None:
            return made
    raise AssertionError("twenty invoices in a row with a total below zero")


def _body(chance: Random, number: int, place: Place) -> Json:
    lines = [_line(chance, place) for _ in range(chance.randint(1, chance.choice((2, 5, 12))))]
    if not any("SalesItemLineDetail" in line for line in lines):
        lines.append(_sale(chance, place))
    subtotal = sum((_worth(line) for line in lines), Decimal(0))
    if subtotal <= 0:
        lines.append(_sold(place, Decimal(1), 10 - subtotal, 10 - subtotal, "TAX"))
        subtotal = Decimal(10)
    lines += _discount(chance, place, subtotal)
    lines += _shipping(chance, place)
    body: Json = {
        "CustomerRef": {"value": place.links.there["customer", f"customer{chance.randrange(7)}"]},
        "DocNumber": f"T-{number}",
        "TxnDate": "2026-11-09",
        "Line": lines,
        "ApplyTaxAfterDiscount": chance.random() < 0.5,
    }
    if chance.random() < 0.3:  # a tax that somebody typed over
        tax = Decimal(chance.randint(0, 4000)) * CENT
        body |= {
            "TxnTaxDetail": {"TotalTax": tax, "TxnTaxCodeRef": {"value": _code(place)}},
            "ShippingTaxIncludedInTotalTax": True,
        }
    return body


def _code(place: Place) -> str:
    setup = place.context().tax
    return setup.default_code or next((code.id for code in setup.codes), "TAX")


def _worth(line: Json) -> Decimal:
    return Decimal(0) if line["DetailType"] == "DescriptionOnly" else Decimal(line["Amount"])


def _line(chance: Random, place: Place) -> Json:
    drawn = chance.random()
    if drawn < 0.06:
        return {
            "DetailType": "DescriptionOnly",
            "Description": chance.choice(("Phase one", "Subtotal: 120.00")),
            "DescriptionLineDetail": {},
        }
    if drawn < 0.12 and place.setting.preset == "us-manual-tax":
        return _bundle(chance, place)
    return _sale(chance, place)


def _bundle(chance: Random, place: Place) -> Json:
    found = place.books.query("SELECT * FROM Item WHERE Type = 'Group' MAXRESULTS 1000")["Item"][0]
    inner = [_sale(chance, place) for _ in range(2)]
    worth = sum((line["Amount"] for line in inner), Decimal(0))
    return {
        "DetailType": "GroupLineDetail",
        "Amount": worth,
        "GroupLineDetail": {"GroupItemRef": {"value": found["Id"]}, "Quantity": 1, "Line": inner},
    }


def _sale(chance: Random, place: Place) -> Json:
    quantity = Decimal(chance.randint(1, 4000)).scaleb(-chance.choice((0, 0, 1, 2, 3)))
    price = Decimal(chance.randint(1, 90000)).scaleb(-chance.choice((2, 2, 2, 3, 5)))
    amount = (quantity * price).quantize(CENT, ROUND_HALF_UP)
    tax = chance.choice(("TAX", "TAX", "NON"))
    drawn = chance.random()
    if drawn < 0.08:  # a credit
        return _sold(place, quantity, -price, -amount, tax)
    if drawn < 0.14:  # no quantity and no price, only an amount
        return _sold(place, None, None, amount, tax)
    if drawn < 0.20:  # nothing of something
        return _sold(place, Decimal(0), price, amount if drawn < 0.17 else Decimal(0), tax)
    if drawn < 0.26:  # an amount typed over its product
        return _sold(place, quantity, price, amount + chance.choice((CENT, Decimal(3))), tax)
    return _sold(place, quantity, price, amount, tax)


def _sold(place: Place, quantity: Decimal | None, price: Decimal | None, amount: Decimal, tax: str) -> Json:
    inner: Json = {"ItemRef": {"value": place.links.there["item", "item2"]}, "TaxCodeRef": {"value": tax}}
    if quantity is not None:
        inner |= {"Qty": quantity, "UnitPrice": price}
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "Description": "Work done",
        "SalesItemLineDetail": inner,
    }


def _discount(chance: Random, place: Place, subtotal: Decimal) -> list[Json]:
    if not place.setting.discounts_on or chance.random() > 0.3:
        return []
    if chance.random() < 0.5:
        inner = {"PercentBased": True, "DiscountPercent": chance.choice((Decimal(10), Decimal("33.3333")))}
        return [{"DetailType": "DiscountLineDetail", "Amount": 0, "DiscountLineDetail": inner}]
    amount = (subtotal / chance.choice((1, 3, 10))).quantize(CENT, ROUND_HALF_UP)
    inner = {"PercentBased": False}
    return [{"DetailType": "DiscountLineDetail", "Amount": amount, "DiscountLineDetail": inner}]


def _shipping(chance: Random, place: Place) -> list[Json]:
    if not place.setting.shipping_on or chance.random() > 0.3:
        return []
    inner = {"ItemRef": {"value": "SHIPPING_ITEM_ID"}, "TaxCodeRef": {"value": chance.choice(("TAX", "NON"))}}
    amount = Decimal(chance.randint(1, 9000)) * CENT
    return [{"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": inner}]


def edit(chance: Random, invoice: Json, place: Place) -> Json | None:
    """One edit by whatever QuickBooks' page offers; None where the total would be below zero."""
    lines = [dict(line) for line in invoice["Line"] if line["DetailType"] != "SubTotalLineDetail"]
    rows = [line for line in lines if not _is_closing(line)]
    closing = [line for line in lines if _is_closing(line)]
    body: Json = {"Id": invoice["Id"], "SyncToken": invoice["SyncToken"], "sparse": True}
    match chance.randrange(8):
        case 0:
            rows.insert(chance.randint(0, len(rows)), _sale(chance, place))
        case 1 if len(rows) > 1:
            rows.pop(chance.randrange(len(rows)))
        case 2:
            rows.reverse()
        case 3:
            kept = [line for line in closing if line["DetailType"] != "DiscountLineDetail"]
            closing = [*_discount(chance, place, Decimal(5)), *kept]
        case 4:
            kept = [line for line in closing if line["DetailType"] == "DiscountLineDetail"]
            closing = [*kept, *_shipping(chance, place)]
        case 5:
            tax = Decimal(chance.randint(0, 4000)) * CENT
            detail = {"TotalTax": tax, "TxnTaxCodeRef": {"value": _code(place)}}
            body |= {"TxnTaxDetail": detail, "ShippingTaxIncludedInTotalTax": True}
        case 6:
            return place.person_writes({**body, "PrivateNote": f"Note {chance.randrange(1000)}"})
        case _:
            _move_price(chance, rows)
    return place.person_writes({**body, "Line": [*rows, *closing]})


def _is_closing(line: Json) -> bool:
    inner = line.get("SalesItemLineDetail", {})
    boxed = inner.get("ItemRef", {}).get("value") == "SHIPPING_ITEM_ID"
    return line["DetailType"] == "DiscountLineDetail" or boxed


def _move_price(chance: Random, rows: list[Json]) -> None:
    """Another quantity, as QuickBooks' page works the amount out; or only another amount."""
    able = [at for at, line in enumerate(rows) if line["DetailType"] == "SalesItemLineDetail"]
    if not able:
        return
    at = chance.choice(able)
    inner = dict(rows[at]["SalesItemLineDetail"])
    if "Qty" in inner and "UnitPrice" in inner and chance.random() < 0.7:
        inner["Qty"] = Decimal(chance.randint(1, 40))
        amount = (inner["Qty"] * inner["UnitPrice"]).quantize(CENT, ROUND_HALF_UP)
    else:
        amount = Decimal(rows[at]["Amount"]) + Decimal(chance.randint(1, 900)) * CENT
    rows[at] = {**rows[at], "Amount": amount, "SalesItemLineDetail": inner}
