"""What the lines of a document add up to, and how much of that is taxed under which code."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from bookipi_app.sandbox.company import reference_id
from bookipi_app.sandbox.exact import share
from bookipi_app.sandbox.jsontext import JsonObject, as_object, objects, to_decimal

SHIPPING_ITEM = "SHIPPING_ITEM_ID"
DETAIL = "SalesItemLineDetail"
_ONE = Decimal(1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class TaxableAmount:
    """An amount with the tax code of its line (`TAX`, or a code's id outside the US).

    Of the amount, `kept` parts out of `whole` are left after a discount; dividing is put off to the end,
    where the result is rounded.
    """

    code: str
    amount: Decimal
    kept: Decimal = _ONE
    whole: Decimal = _ONE

    def net(self, base: Decimal = _HUNDRED) -> Decimal:
        """What is taxed; with the tax contained, `base` is 100 plus all percentages."""
        return share(self.amount, self.kept, _HUNDRED, self.whole * base)

    def tax(self, percent: Decimal, base: Decimal = _HUNDRED) -> Decimal:
        """The tax at a rate, not rounded yet."""
        return share(self.amount, self.kept, percent, self.whole * base)


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
    detail = line.get(DETAIL)
    return bool(detail) and reference_id(detail, "ItemRef") == SHIPPING_ITEM


def inner_lines(line: JsonObject) -> list[JsonObject]:
    """The lines of a bundle; none for any other line."""
    bundle = line.get("GroupLineDetail")
    return objects(as_object(bundle).get("Line")) if bundle else []


def worth(line: JsonObject) -> Decimal:
    """What a row of the grid adds to the subtotal; a bundle's worth lies in its inner lines."""
    if "GroupLineDetail" in line and (inner := inner_lines(line)):
        return sum((to_decimal(entry.get("Amount")) for entry in inner), Decimal(0))
    return to_decimal(line.get("Amount"))


def add_up(lines: list[JsonObject], discount_first: bool) -> Sums:
    """The sums of prepared lines. With `discount_first` the discount lowers the taxable amounts."""
    sums = Sums()
    for line in lines:
        match line.get("DetailType"):
            case "SubTotalLineDetail":
                continue
            case "DiscountLineDetail":
                sums.discount += worth(line)
            case "SalesItemLineDetail" if is_shipping(line):
                sums.shipping += worth(line)
                sums.taxable_shipping += _taxable(line)
            case _:
                sums.subtotal += worth(line)
                sums.taxable += _taxable(line)
    if discount_first and sums.discount and sums.subtotal:
        kept, whole = sums.subtotal - sums.discount, sums.subtotal
        sums.taxable = [replace(part, kept=kept, whole=whole) for part in sums.taxable]
    return sums


def _taxable(line: JsonObject) -> list[TaxableAmount]:
    if line.get("DetailType") == "GroupLineDetail":
        return [part for entry in inner_lines(line) for part in _taxable(entry)]
    code = reference_id(as_object(line.get(DETAIL)), "TaxCodeRef")
    return [] if code in ("", "NON") else [TaxableAmount(code, to_decimal(line.get("Amount")))]


def zeroed(line: JsonObject) -> JsonObject:
    """The line as it stands in a voided document."""
    cleared: JsonObject = {**line}
    if "Amount" in cleared:
        cleared["Amount"] = Decimal(0)
    for name in (DETAIL, "DiscountLineDetail", "GroupLineDetail"):
        detail = as_object(cleared.get(name))
        if detail:
            cleared[name] = {**detail, **{key: Decimal(0) for key in _COUNTED if key in detail}}
    inner = inner_lines(line)
    if inner:
        cleared["GroupLineDetail"]["Line"] = [zeroed(entry) for entry in inner]
    return cleared


_COUNTED = ("Qty", "UnitPrice", "DiscountPercent", "Quantity", "TaxInclusiveAmt", "DiscountAmt")
