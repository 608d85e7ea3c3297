"""The form of an invoice: head, lines, discount, shipping, and the payment beside it."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.face.books import Desk
from bookipi_app.sandbox.face.html import (
    Markup,
    field,
    hidden,
    html,
    joined,
    money,
    options,
    plain,
    post_button,
    select,
    text_area,
)
from bookipi_app.sandbox.jsontext import JsonObject, as_object, copy_json, objects, to_decimal
from bookipi_app.sandbox.sums import SHIPPING_ITEM, is_shipping

_EMPTY_ROWS = 3
_DETAIL = "SalesItemLineDetail"


def fields(at: Desk, record: Record | None, body: JsonObject) -> Markup:
    """The inputs, filled from an invoice's body."""
    shape = """<div class="grid3">{customer}{number}{email}{date}{terms}{due}</div>
<table class="tbl lines"><thead><tr><th>Item</th><th>Description</th><th class="num">Qty</th>
<th class="num">Price</th><th class="num">Amount</th><th>Tax</th></tr></thead><tbody>{rows}</tbody></table>
<div class="grid3">{percent}{discount}{shipping}</div>{memo}{note}"""
    rows = [line for line in objects(body.get("Line")) if _in_grid(line)]
    every = [*enumerate(rows), *((len(rows) + extra, _blank()) for extra in range(_EMPTY_ROWS))]
    discount = _line_of(body, "DiscountLineDetail")
    detail = as_object(discount.get("DiscountLineDetail"))
    amount = "" if detail.get("PercentBased") else plain(discount.get("Amount"))
    customers = at.choices("Customer")
    return html(
        shape,
        customer=select("Customer", "Customer", customers, reference_id(body, "CustomerRef")),
        number=field("Number", "DocNumber", body.get("DocNumber", "")),
        email=field("E-mail", "BillEmail", as_object(body.get("BillEmail")).get("Address", "")),
        date=field("Date", "TxnDate", body.get("TxnDate", at.work().today.isoformat()), "date"),
        terms=select("Terms", "Term", at.choices("Term", "None"), reference_id(body, "SalesTermRef")),
        due=field("Due date", "DueDate", body.get("DueDate", ""), "date"),
        rows=joined(_row(at, position, line) for position, line in every),
        percent=field("Discount, percent", "DiscountPercent", plain(detail.get("DiscountPercent"))),
        discount=field("Discount, amount", "Discount", amount),
        shipping=field("Shipping", "Shipping", plain(_shipping(body).get("Amount"))),
        memo=text_area(
            "Message to the customer", "Memo", as_object(body.get("CustomerMemo")).get("value", "")
        ),
        note=text_area("Note for yourself", "PrivateNote", body.get("PrivateNote", "")),
    )


def _blank() -> JsonObject:
    return {"DetailType": _DETAIL, _DETAIL: {}}


def _in_grid(line: JsonObject) -> bool:
    kind = line.get("DetailType")
    return kind in ("DescriptionOnly", "GroupLineDetail") or (kind == _DETAIL and not is_shipping(line))


def _line_of(body: JsonObject, kind: str) -> JsonObject:
    return next((line for line in objects(body.get("Line")) if line.get("DetailType") == kind), JsonObject())


def _shipping(body: JsonObject) -> JsonObject:
    return next(
        (
            line
            for line in objects(body.get("Line"))
            if line.get("DetailType") == _DETAIL and is_shipping(line)
        ),
        JsonObject(),
    )


def _row(at: Desk, position: int, line: JsonObject) -> Markup:
    detail = as_object(line.get(_DETAIL))
    if line.get("DetailType") != _DETAIL:
        shape = '<tr><td colspan="6" class="mut">{text}{hidden}</td></tr>'
        text = line.get("Description") or "Bundle"
        return html(shape, text=text, hidden=hidden([(f"kept{position}", line.get("Id", ""))]))
    shape = """<tr><td><select class="inp" name="item{n}" aria-label="Item">{items}</select>{id}</td>
<td><input class="inp" name="text{n}" value="{text}" aria-label="Description"></td>
<td><input class="inp num" name="qty{n}" value="{qty}" aria-label="Quantity" inputmode="decimal"></td>
<td><input class="inp num" name="price{n}" value="{price}" aria-label="Price" inputmode="decimal"></td>
<td><input class="inp num" name="amount{n}" value="{amount}" aria-label="Amount" inputmode="decimal"></td>
<td><select class="inp" name="tax{n}" aria-label="Tax">{taxes}</select></td></tr>"""
    return html(
        shape,
        n=position,
        id=hidden([(f"id{position}", line.get("Id", ""))]),
        items=options(at.choices("Item", "–"), reference_id(detail, "ItemRef")),
        text=line.get("Description", ""),
        qty=plain(detail.get("Qty")),
        price=plain(detail.get("UnitPrice")),
        amount=plain(line.get("Amount")),
        taxes=options(_tax_choices(at), reference_id(detail, "TaxCodeRef")),
    )


def _tax_choices(at: Desk) -> list[tuple[str, str]]:
    if at.company.is_us:
        return [("", "Default"), ("TAX", "TAX"), ("NON", "NON")]
    return at.choices("TaxCode", "None")


def body_of(at: Desk, form: dict[str, str], record: Record | None) -> JsonObject:
    """What the form says, as a request body. Lines go only if they differ, as in QuickBooks' own page."""
    body: JsonObject = {
        **{name: form.get(name, "").strip() for name in ("DocNumber", "TxnDate", "DueDate", "PrivateNote")},
        **{
            "CustomerRef": {"value": form.get("Customer", "")},
            "SalesTermRef": {"value": form.get("Term", "")},
        },
        **{
            "CustomerMemo": {"value": form.get("Memo", "").strip()},
            "BillEmail": {"Address": form.get("BillEmail", "")},
        },
    }
    if record is None:
        body = {
            name: value for name, value in body.items() if value not in ("", {"value": ""}, {"Address": ""})
        }
    body["Line"] = _lines(form, objects(record.body.get("Line")) if record else [])
    # A person's edit computes the tax anew, also where an app had set it.
    body["ApplyTaxAfterDiscount"] = bool(record and record.body.get("ApplyTaxAfterDiscount"))
    return body


def _lines(form: dict[str, str], held: list[JsonObject]) -> list[JsonObject]:
    by_id = {str(line["Id"]): line for line in held if "Id" in line}
    lines: list[JsonObject] = []
    for position in range(1000):
        if f"kept{position}" in form:
            lines.append(copy_json(by_id.get(form[f"kept{position}"], {"DetailType": "DescriptionOnly"})))
        elif f"item{position}" not in form:
            break
        elif form[f"item{position}"]:
            lines.append(_sales_line(form, position, by_id))
    return lines + _tail(form, held)


def _sales_line(form: dict[str, str], position: int, by_id: dict[str, JsonObject]) -> JsonObject:
    held = by_id.get(form.get(f"id{position}", ""), {})
    detail: JsonObject = {**as_object(held.get(_DETAIL)), "ItemRef": {"value": form[f"item{position}"]}}
    quantity, price = form.get(f"qty{position}", ""), form.get(f"price{position}", "")
    detail |= {"Qty": quantity, "UnitPrice": price, "TaxCodeRef": {"value": form.get(f"tax{position}", "")}}
    line: JsonObject = {
        "DetailType": _DETAIL,
        "Description": form.get(f"text{position}", ""),
        _DETAIL: detail,
    }
    line["Amount"] = _product(quantity, price) or form.get(f"amount{position}", "")
    return {**line, "Id": held["Id"]} if "Id" in held else line


def _product(quantity: str, price: str) -> str:
    """Quantity times price, as the page's own arithmetic fills it in; empty if one of them is missing."""
    try:
        product = Decimal(quantity) * Decimal(price)
        return str(product.quantize(Decimal("0.01"), ROUND_HALF_UP)) if product else ""
    except InvalidOperation:
        return ""


def _tail(form: dict[str, str], held: list[JsonObject]) -> list[JsonObject]:
    tail: list[JsonObject] = []
    percent, amount, shipping = (
        form.get(name, "").strip() for name in ("DiscountPercent", "Discount", "Shipping")
    )
    if percent:
        detail: JsonObject = {"PercentBased": True, "DiscountPercent": percent}
        tail.append({"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
    elif amount:
        tail.append(
            {
                "DetailType": "DiscountLineDetail",
                "Amount": amount,
                "DiscountLineDetail": {"PercentBased": False},
            }
        )
    if shipping:
        before = as_object(_shipping({"Line": held}).get(_DETAIL))
        shipped: JsonObject = {**before, "ItemRef": {"value": SHIPPING_ITEM}}
        tail.append({"DetailType": _DETAIL, "Amount": shipping, _DETAIL: shipped})
    return tail


def actions(at: Desk, record: Record) -> Iterable[Markup]:
    """What else can be done with an invoice."""
    base = at.path(f"invoices/{record.id}")
    if to_decimal(record.body.get("Balance")) > 0:
        yield _payment_form(at, record, base)
    yield post_button(f"{base}/void", "Void", "bad")
    yield post_button(f"{base}/delete", "Delete", "bad")


def _payment_form(at: Desk, record: Record, base: str) -> Markup:
    shape = """<form method="post" action="{action}" class="inline row wrap pay">{amount}{date}{method}
<button class="btn">Record payment</button></form>"""
    return html(
        shape,
        action=f"{base}/payment",
        amount=field("Amount received", "amount", money(record.body.get("Balance")).replace(",", "")),
        date=field("Received on", "date", at.work().today.isoformat(), "date"),
        method=select("Method", "method", at.choices("PaymentMethod")),
    )
