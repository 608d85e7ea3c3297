"""Invoice lines: checks, ids, order, and the subtotal that QuickBooks appends."""

from collections.abc import Callable
from decimal import Decimal

from bookipi_app.sandbox import faults, sales_faults
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.exact import product
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_object, objects, plain_number, to_decimal
from bookipi_app.sandbox.shapes import PRECISE, cents
from bookipi_app.sandbox.sums import DETAIL, SHIPPING_ITEM, inner_lines, is_shipping, worth
from bookipi_app.sandbox.work import Work, check_reference, existing, shown_name

_ITEM = f"Line.{DETAIL}.ItemRef"
_GROUP = "Line.GroupLineDetail.GroupItemRef"
_DISCOUNT = "Line.DiscountLineDetail"
_DEFAULT_ITEM = "1"
_Prepare = Callable[[Work, JsonObject], JsonObject]


def prepare_lines(work: Work, lines: list[JsonObject], held: list[JsonObject]) -> list[JsonObject]:
    """Checks every line and puts them in QuickBooks' order, with the subtotal line appended."""
    rows: list[JsonObject] = []
    discounts: list[JsonObject] = []
    shipping: list[JsonObject] = []
    for line in lines:
        kind = line.get("DetailType")
        if kind == DETAIL and is_shipping(line):
            shipping.append(_shipping_line(work, line))
        elif kind == "DiscountLineDetail":
            discounts.append(line)
        elif kind != "SubTotalLineDetail":
            rows.append(_row(work, line, _ROWS))
    if not rows:
        raise faults.missing("Line")
    if len(discounts) > 1 or len(shipping) > 1:
        raise faults.business("Only one discount line and one shipping line are allowed.", "Line")
    _number(rows, held)
    subtotal = sum(map(worth, rows), Decimal(0))
    closing: JsonObject = {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    return [*rows, closing, *_discount_lines(work, discounts, subtotal), *shipping]


def _row(work: Work, line: JsonObject, allowed: dict[str, _Prepare]) -> JsonObject:
    kind = line.get("DetailType")
    if kind is None:
        raise faults.missing("Line.DetailType")
    prepare = allowed.get(str(kind))
    if prepare is None:
        raise faults.invalid_choice("Line.DetailType", str(kind))
    return prepare(work, line)


def _number(rows: list[JsonObject], held: list[JsonObject]) -> None:
    """Lines keep the ids that the document knows; all others get fresh ones, bundles' inner lines too."""
    known = {str(line["Id"]) for line in _with_inner(held) if "Id" in line}
    highest = max((int(line_id) for line_id in known if line_id.isdecimal()), default=0)
    used: set[str] = set()
    for row in _with_inner(rows):
        line_id = str(row["Id"])
        if line_id not in known or line_id in used:
            highest += 1
            line_id = str(highest)
        used.add(line_id)
        row["Id"] = line_id
    for position, row in enumerate(rows, 1):
        row["LineNum"] = position
        for inner_position, entry in enumerate(inner_lines(row), 1):
            entry["LineNum"] = inner_position


def lacks_tax_code(lines: list[JsonObject]) -> bool:
    """Whether one of these prepared lines sells something without saying how it is taxed."""
    sold = [as_object(line[DETAIL]) for line in _with_inner(lines) if line.get("DetailType") == DETAIL]
    return any(not reference_id(detail, "TaxCodeRef") for detail in sold)


def _with_inner(rows: list[JsonObject]) -> list[JsonObject]:
    return [entry for row in rows for entry in (row, *inner_lines(row))]


def _sales_line(work: Work, line: JsonObject) -> JsonObject:
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    if DETAIL not in line:
        raise faults.missing(f"Line.{DETAIL}")
    detail = as_object(line.get(DETAIL))
    wanted = reference_id(detail, "ItemRef")
    if not wanted and work.switches.line_without_item != "default_item":
        return _without_item(work, line)
    item = _sold_item(work, wanted or _DEFAULT_ITEM)
    # A person's page lets an amount stand that is no product; only the API insists.
    if not work.by_person:
        _check_product(to_decimal(line["Amount"]), detail)
    sold: JsonObject = {**detail, "ItemRef": {"value": item.id, "name": shown_name(item)}}
    if account := as_object(item.body.get("IncomeAccountRef")):
        sold["ItemAccountRef"] = account
    if "ClassRef" in sold:
        check_reference(work, sold, "ClassRef", "Class", f"Line.{DETAIL}.ClassRef")
    _settle_tax_code(work, sold, item)
    return {"Id": "", **line, DETAIL: sold}


def _without_item(work: Work, line: JsonObject) -> JsonObject:
    if work.switches.line_without_item == "refuse":
        raise sales_faults.no_product()
    kept: JsonObject = {name: line[name] for name in ("Id", "Description") if name in line}
    return {"Id": "", **kept, "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}}


def _sold_item(work: Work, item_id: str) -> Record:
    item = existing(work, "Item", item_id, _ITEM)
    if item.body.get("Type") in ("Category", "Group"):
        raise faults.bad_reference(_ITEM)
    return item


def _check_product(amount: Decimal, detail: JsonObject) -> None:
    quantity, price = to_decimal(detail.get("Qty")), to_decimal(detail.get("UnitPrice"))
    if quantity and price and product(quantity, price) != amount:
        raise faults.wrong_amount(_grouped(amount))


def _grouped(amount: Decimal) -> str:
    """`1,000` and `1,861.07`: how the refusal prints an amount."""
    whole, point, decimals = plain_number(amount).partition(".")
    return f"{int(whole):,}" + point + decimals


def _settle_tax_code(work: Work, detail: JsonObject, item: Record | None) -> None:
    code = reference_id(detail, "TaxCodeRef")
    using = work.company.preference("TaxPrefs", "UsingSalesTax") is True
    if work.company.is_us:
        if code not in ("", "TAX", "NON"):
            raise faults.invalid_line_tax_code(code)
        detail["TaxCodeRef"] = {"value": (code or _usual_code(work, item)) if using else "NON"}
        return
    code = code or (reference_id(item.body, "SalesTaxCodeRef") if item else "")
    if not using:
        detail.pop("TaxCodeRef", None)
    elif code:
        record = existing(work, "TaxCode", code, f"Line.{DETAIL}.TaxCodeRef")
        detail["TaxCodeRef"] = {"value": record.id}


def _usual_code(work: Work, item: Record | None) -> str:
    taxable = item is not None and item.body.get("Taxable") is True
    return "TAX" if taxable and work.switches.taxable_items_default_to_tax else "NON"


def _shipping_line(work: Work, line: JsonObject) -> JsonObject:
    if work.company.preference("SalesFormsPrefs", "AllowShipping") is not True:
        if work.switches.shipping_off_code == "6000":
            raise faults.business("Shipping is turned off in this company.", _ITEM)
        raise faults.bad_reference(_ITEM)
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    detail: JsonObject = {
        name: value for name, value in as_object(line.get(DETAIL)).items() if name not in ("Qty", "UnitPrice")
    }
    detail["ItemRef"] = {"value": SHIPPING_ITEM}
    _settle_tax_code(work, detail, None)
    return {"Amount": line["Amount"], "DetailType": DETAIL, DETAIL: detail}


def _description_line(work: Work, line: JsonObject) -> JsonObject:
    kept = {name: value for name, value in line.items() if name != "Amount"}
    return {"Id": "", **kept, "DescriptionLineDetail": as_object(line.get("DescriptionLineDetail"))}


def _group_line(work: Work, line: JsonObject) -> JsonObject:
    """A bundle. Its own amount is zero; without inner lines it brings the parts that its item names."""
    detail = as_object(line.get("GroupLineDetail"))
    if not reference_id(detail, "GroupItemRef"):
        raise faults.missing(_GROUP)
    bundle = existing(work, "Item", reference_id(detail, "GroupItemRef"), _GROUP)
    if bundle.body.get("Type") != "Group":
        raise faults.bad_reference(_GROUP)
    count = to_decimal(detail.get("Quantity", Decimal(1)))
    sent = objects(detail.get("Line")) or _parts_of(work, bundle, count)
    filled: JsonObject = {
        **{**detail, "GroupItemRef": {"value": bundle.id, "name": shown_name(bundle)}, "Quantity": count},
        "Line": [_row(work, entry, _INNER_ROWS) for entry in sent],
    }
    return {"Id": "", **line, "Amount": Decimal(0), "GroupLineDetail": filled}


def _parts_of(work: Work, bundle: Record, count: Decimal) -> list[JsonObject]:
    listed = objects(as_object(bundle.body.get("ItemGroupDetail")).get("ItemGroupLine"))
    return [_part(work, entry, count) for entry in listed]


def _part(work: Work, entry: JsonObject, count: Decimal) -> JsonObject:
    item = _sold_item(work, reference_id(entry, "ItemRef"))
    each = to_decimal(PRECISE(entry.get("Qty"), "ItemGroupDetail.ItemGroupLine.Qty") or Decimal(1))
    price = to_decimal(item.body.get("UnitPrice"))
    quantity = to_decimal(PRECISE(each * count, "Line.GroupLineDetail.Quantity"))
    sold: JsonObject = {"ItemRef": {"value": item.id}, "Qty": quantity, "UnitPrice": price}
    return {"DetailType": DETAIL, "Amount": product(quantity, price), DETAIL: sold}


def _discount_lines(work: Work, lines: list[JsonObject], subtotal: Decimal) -> list[JsonObject]:
    if not lines:
        return []
    if work.company.preference("SalesFormsPrefs", "AllowDiscount") is not True:
        if work.switches.turned_off_field == "drop":
            return []
        raise faults.business("Discounts are turned off in this company.", _DISCOUNT)
    return [_discount_line(work, lines[0], subtotal)]


def _discount_line(work: Work, line: JsonObject, subtotal: Decimal) -> JsonObject:
    detail = dict(as_object(line.get("DiscountLineDetail")))
    percent = detail.get("DiscountPercent")
    detail.setdefault("PercentBased", percent is not None)
    if (percent if detail["PercentBased"] else line.get("Amount")) is None:
        raise faults.empty_discount()
    if detail["PercentBased"]:
        amount = cents(subtotal * _checked_percent(to_decimal(percent)) / 100)
    else:
        amount = to_decimal(line["Amount"])
        detail.pop("DiscountPercent", None)
        if amount < 0:
            raise sales_faults.negative_amount("Line.Amount", str(amount))
    fallback = str(work.company.preference("SalesFormsPrefs", "DefaultDiscountAccount") or "")
    detail["DiscountAccountRef"] = _discount_account(work, detail, fallback)
    return {"Amount": amount, "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}


def _checked_percent(percent: Decimal) -> Decimal:
    if not 0 <= percent <= 100:
        raise sales_faults.invalid_percent(f"{_DISCOUNT}.DiscountPercent", str(percent))
    return percent


def _discount_account(work: Work, detail: JsonObject, fallback: str) -> Json:
    wanted = reference_id(detail, "DiscountAccountRef") or fallback
    account = existing(work, "Account", wanted, f"{_DISCOUNT}.DiscountAccountRef")
    return {"value": account.id, "name": shown_name(account)}


_INNER_ROWS: dict[str, _Prepare] = {DETAIL: _sales_line, "DescriptionOnly": _description_line}
_ROWS: dict[str, _Prepare] = {**_INNER_ROWS, "GroupLineDetail": _group_line}
