"""Invoice lines: checks, ids, the appended subtotal, and the sums that totals and tax are made from."""

from dataclasses import dataclass, field
from decimal import Decimal

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import reference_id
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_object, objects, to_decimal
from bookipi_app.sandbox.shapes import cents
from bookipi_app.sandbox.work import Work, existing, shown_name

SHIPPING_ITEM = "SHIPPING_ITEM_ID"
_DETAIL = "SalesItemLineDetail"


@dataclass(frozen=True, slots=True)
class TaxableAmount:
    """An amount with the tax code of its line (`TAX`, or a code's id outside the US)."""

    code: str
    amount: Decimal


@dataclass(slots=True)
class Sums:
    """What a document's lines add up to, before tax."""

    subtotal: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    taxable: list[TaxableAmount] = field(default_factory=list[TaxableAmount])
    taxable_shipping: list[TaxableAmount] = field(default_factory=list[TaxableAmount])

    @property
    def net(self) -> Decimal:
        """The total without tax."""
        return self.subtotal - self.discount + self.shipping


def is_shipping(line: JsonObject) -> bool:
    """Whether the line is the shipping box rather than a row of the grid."""
    return reference_id(as_object(line.get(_DETAIL)), "ItemRef") == SHIPPING_ITEM


def prepare_lines(work: Work, lines: list[JsonObject], held: list[JsonObject]) -> list[JsonObject]:
    """Checks every line and puts them in QuickBooks' order, with the subtotal line appended."""
    rows: list[JsonObject] = []
    tail: list[JsonObject] = []
    for line in lines:
        match line.get("DetailType"):
            case "SalesItemLineDetail" if is_shipping(line):
                tail.append(_shipping_line(work, line))
            case "SalesItemLineDetail":
                rows.append(_sales_line(work, line))
            case "DescriptionOnly":
                rows.append(_description_line(line))
            case "GroupLineDetail":
                rows.append(_group_line(line))
            case "DiscountLineDetail":
                tail.append(line)
            case "SubTotalLineDetail":
                continue
            case None:
                raise faults.missing("Line.DetailType")
            case other:
                raise faults.invalid_choice("Line.DetailType", str(other))
    if not rows:
        raise faults.missing("Line")
    return _arranged(work, rows, tail, held)


def _arranged(
    work: Work, rows: list[JsonObject], tail: list[JsonObject], held: list[JsonObject]
) -> list[JsonObject]:
    _number(rows, held)
    subtotal = sum((to_decimal(row.get("Amount")) for row in rows), Decimal(0))
    closing: JsonObject = {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    discounts = [line for line in tail if line["DetailType"] == "DiscountLineDetail"]
    shipping = [line for line in tail if line["DetailType"] == _DETAIL]
    if len(discounts) > 1 or len(shipping) > 1:
        raise faults.business("Only one discount line and one shipping line are allowed.", "Line")
    return [*rows, closing, *(_discount_line(work, line, subtotal) for line in discounts), *shipping]


def _number(rows: list[JsonObject], held: list[JsonObject]) -> None:
    known = {str(line["Id"]) for line in held if "Id" in line}
    highest = max((int(line_id) for line_id in known if line_id.isdecimal()), default=0)
    used: set[str] = set()
    for position, row in enumerate(rows, 1):
        line_id = str(row.pop("Id", ""))
        if line_id not in known or line_id in used:
            highest += 1
            line_id = str(highest)
        used.add(line_id)
        content = dict(row)
        row.clear()
        row.update({"Id": line_id, **content, "LineNum": position})


def _sales_line(work: Work, line: JsonObject) -> JsonObject:
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    detail = as_object(line.get(_DETAIL))
    if not detail and _DETAIL not in line:
        raise faults.missing(f"Line.{_DETAIL}")
    item_id = reference_id(detail, "ItemRef") or "1"
    item = existing(work, "Item", item_id, f"Line.{_DETAIL}.ItemRef")
    _check_product(to_decimal(line["Amount"]), detail)
    account = as_object(item.body.get("IncomeAccountRef"))
    sold: JsonObject = {**detail, "ItemRef": {"value": item.id, "name": shown_name(item)}}
    if account:
        sold["ItemAccountRef"] = account
    _settle_tax_code(work, sold, taxable=item.body.get("Taxable") is True)
    return {**line, _DETAIL: sold}


def _check_product(amount: Decimal, detail: JsonObject) -> None:
    quantity, price = to_decimal(detail.get("Qty")), to_decimal(detail.get("UnitPrice"))
    if quantity and price and cents(quantity * price) != amount:
        raise faults.wrong_amount(f"{amount:,}")


def _settle_tax_code(work: Work, detail: JsonObject, taxable: bool) -> None:
    code = reference_id(detail, "TaxCodeRef")
    using = work.company.preference("TaxPrefs", "UsingSalesTax") is True
    if work.company.is_us:
        if code not in ("", "TAX", "NON"):
            raise faults.invalid_line_tax_code(code)
        chosen = code or ("TAX" if taxable else "NON")
        detail["TaxCodeRef"] = {"value": chosen if using else "NON"}
    elif code and using:
        record = existing(work, "TaxCode", code, f"Line.{_DETAIL}.TaxCodeRef")
        detail["TaxCodeRef"] = {"value": record.id}


def _shipping_line(work: Work, line: JsonObject) -> JsonObject:
    if work.company.preference("SalesFormsPrefs", "AllowShipping") is not True:
        raise faults.bad_reference(f"Line.{_DETAIL}.ItemRef")
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    detail: JsonObject = {
        name: value
        for name, value in as_object(line.get(_DETAIL)).items()
        if name not in ("Qty", "UnitPrice")
    }
    detail["ItemRef"] = {"value": SHIPPING_ITEM}
    _settle_tax_code(work, detail, taxable=False)
    return {"Amount": line["Amount"], "DetailType": _DETAIL, _DETAIL: detail}


def _description_line(line: JsonObject) -> JsonObject:
    kept = {name: value for name, value in line.items() if name != "Amount"}
    return {**kept, "DescriptionLineDetail": as_object(line.get("DescriptionLineDetail"))}


def _group_line(line: JsonObject) -> JsonObject:
    inner = objects(as_object(line.get("GroupLineDetail")).get("Line"))
    return {**line, "Amount": sum((to_decimal(entry.get("Amount")) for entry in inner), Decimal(0))}


def _discount_line(work: Work, line: JsonObject, subtotal: Decimal) -> JsonObject:
    if work.company.preference("SalesFormsPrefs", "AllowDiscount") is not True:
        raise faults.business("Discounts are turned off in this company.", "Line.DiscountLineDetail")
    detail = dict(as_object(line.get("DiscountLineDetail")))
    percent = detail.get("DiscountPercent")
    detail.setdefault("PercentBased", percent is not None)
    if detail["PercentBased"] and percent is None:
        raise faults.empty_discount()
    if detail["PercentBased"]:
        amount = cents(subtotal * to_decimal(percent) / 100)
    elif line.get("Amount") is None:
        raise faults.empty_discount()
    else:
        amount = to_decimal(line["Amount"])
        detail.pop("DiscountPercent", None)
    account = work.company.preference("SalesFormsPrefs", "DefaultDiscountAccount")
    detail["DiscountAccountRef"] = _discount_account(work, detail, str(account or ""))
    return {"Amount": amount, "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}


def _discount_account(work: Work, detail: JsonObject, fallback: str) -> Json:
    wanted = reference_id(detail, "DiscountAccountRef") or fallback
    element = "Line.DiscountLineDetail.DiscountAccountRef"
    account = existing(work, "Account", wanted, element)
    return {"value": account.id, "name": shown_name(account)}


def add_up(lines: list[JsonObject], discount_first: bool) -> Sums:
    """The sums of prepared lines. With `discount_first` the discount lowers the taxable amounts."""
    sums = Sums()
    for line in lines:
        amount = to_decimal(line.get("Amount"))
        match line.get("DetailType"):
            case "SubTotalLineDetail":
                continue
            case "DiscountLineDetail":
                sums.discount += amount
            case "SalesItemLineDetail" if is_shipping(line):
                sums.shipping += amount
                sums.taxable_shipping += _taxable(line, amount)
            case _:
                sums.subtotal += amount
                sums.taxable += _taxable(line, amount)
    if discount_first and sums.discount and sums.subtotal:
        left = 1 - sums.discount / sums.subtotal
        sums.taxable = [TaxableAmount(part.code, part.amount * left) for part in sums.taxable]
    return sums


def _taxable(line: JsonObject, amount: Decimal) -> list[TaxableAmount]:
    if line.get("DetailType") == "GroupLineDetail":
        inner = objects(as_object(line.get("GroupLineDetail")).get("Line"))
        return [part for entry in inner for part in _taxable(entry, to_decimal(entry.get("Amount")))]
    code = reference_id(as_object(line.get(_DETAIL)), "TaxCodeRef")
    return [] if code in ("", "NON") else [TaxableAmount(code, amount)]


def zeroed(line: JsonObject) -> JsonObject:
    """The line as it stands in a voided document."""
    cleared: JsonObject = {**line}
    if "Amount" in cleared:
        cleared["Amount"] = Decimal(0)
    for name in (_DETAIL, "DiscountLineDetail"):
        detail = as_object(cleared.get(name))
        if detail:
            zeros = {key: Decimal(0) for key in ("Qty", "UnitPrice", "DiscountPercent") if key in detail}
            cleared[name] = {**detail, **zeros}
    return cleared
