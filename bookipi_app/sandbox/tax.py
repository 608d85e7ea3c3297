"""Sales tax: off, by a code the company set up, or automated by ZIP code; always rounded per line and rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bookipi_app.sandbox import faults, sales_faults
from bookipi_app.sandbox.company import Company, reference_id
from bookipi_app.sandbox.jsontext import JsonObject, as_object, objects, to_decimal
from bookipi_app.sandbox.shapes import (
    MONEY,
    PRECISE,
    Fields,
    cents,
    choice,
    flag,
    ignored,
    nested,
    read_fields,
    reference,
)
from bookipi_app.sandbox.sums import Sums, TaxableAmount
from bookipi_app.sandbox.work import Work, existing

_PSEUDO_CODES = ("TAX", "NON", "CustomSalesTax")
_TAX_LINE: Fields = {
    **{"Amount": MONEY, "DetailType": choice("TaxLineDetail"), "Id": ignored, "LineNum": ignored},
    "TaxLineDetail": nested(
        {
            **{"TaxRateRef": reference, "PercentBased": flag, "TaxPercent": PRECISE},
            **{"NetAmountTaxable": MONEY, "TaxInclusiveAmount": ignored, "OverrideDeltaAmount": ignored},
        }
    ),
}


@dataclass(slots=True)
class _Part:
    percent: Decimal
    net: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


_Parts = dict[str, _Part]


def tax_detail(
    work: Work, body: JsonObject, sums: Sums, wanted: JsonObject, echoed: bool = False
) -> JsonObject:
    """The `TxnTaxDetail` of a document; `wanted` is what the request said, empty to have it computed.

    An echoed one keeps its total as it is: tax on shipping is contained in it already.
    """
    if work.company.preference("TaxPrefs", "UsingSalesTax") is not True:
        return {"TotalTax": Decimal(0)}
    if not work.company.is_us:
        return _per_line(work, body, sums, wanted)
    if _is_exempt(work, body):
        return {"TotalTax": Decimal(0)}
    if work.company.preference("TaxPrefs", "PartnerTaxEnabled") is True:
        return _automated(work, body, sums, wanted, echoed)
    return _manual(work, body, sums, wanted)


def _is_exempt(work: Work, body: JsonObject) -> bool:
    customer = work.company.find("Customer", reference_id(body, "CustomerRef"))
    return customer is not None and bool(customer.body.get("TaxExemptionReasonId"))


def _per_line(work: Work, body: JsonObject, sums: Sums, wanted: JsonObject) -> JsonObject:
    """Outside the US every line has its code, and prices may contain the tax."""
    if body.get("GlobalTaxCalculation") == "NotApplicable":
        return {"TotalTax": Decimal(0)}
    parts = _parts(work, sums.taxable + sums.taxable_shipping, "", has_tax_inside(body))
    return _stated(work, "", parts, wanted) or _detail("", parts, wanted.get("TotalTax"))


def has_tax_inside(body: JsonObject) -> bool:
    """Whether the amounts of a document contain their tax, so that it is not added to the total."""
    return body.get("GlobalTaxCalculation") == "TaxInclusive"


def _automated(work: Work, body: JsonObject, sums: Sums, wanted: JsonObject, echoed: bool) -> JsonObject:
    """Rates by address, whatever codes were sent; a stated total counts if the company lets it."""
    code = _automated_code(work.company, body)
    parts = _parts(work, sums.taxable + sums.taxable_shipping, code)
    total = wanted.get("TotalTax") if _may_override(work, wanted) else None
    if total is not None and not echoed and body.get("ShippingTaxIncludedInTotalTax") is not True:
        total = to_decimal(total) + _added(_parts(work, sums.taxable_shipping, code).values())
    return _detail(code, parts, total)


def _may_override(work: Work, wanted: JsonObject) -> bool:
    if wanted.get("UseAutomatedSalesTax") is True or not work.switches.tax_override_allowed:
        return False
    return bool(reference_id(wanted, "TxnTaxCodeRef")) or not work.switches.tax_override_needs_code


def _automated_code(company: Company, body: JsonObject) -> str:
    destination = as_object(body.get("ShipAddr")) or company_address(company)
    found = company.zip_codes.get(str(destination.get("PostalCode", ""))[:5])
    if found:
        return found
    origin = as_object(body.get("ShipFromAddr")) or company_address(company)
    same_state = destination.get("CountrySubDivisionCode") == origin.get("CountrySubDivisionCode")
    return company.zip_codes.get(str(origin.get("PostalCode", ""))[:5], "") if same_state else ""


def company_address(company: Company) -> JsonObject:
    """Where the company itself is."""
    record = company.find("CompanyInfo", "1")
    return as_object(record.body.get("LegalAddr")) if record else {}


def _manual(work: Work, body: JsonObject, sums: Sums, wanted: JsonObject) -> JsonObject:
    """One code for the whole document: the one sent, the customer's, or the company's."""
    code = _manual_code(work, body, wanted)
    parts = _parts(work, sums.taxable + sums.taxable_shipping, code)
    stated = _stated(work, code, parts, wanted)
    if stated:
        return stated
    total = wanted.get("TotalTax")
    if total is None and reference_id(wanted, "TxnTaxCodeRef") and not work.switches.tax_from_code_alone:
        total = Decimal(0)
    return _detail(code, parts, total)


def _manual_code(work: Work, body: JsonObject, wanted: JsonObject) -> str:
    sent = reference_id(wanted, "TxnTaxCodeRef")
    if sent in _PSEUDO_CODES:
        raise sales_faults.invalid_tax_code(sent)
    if sent:
        return existing(work, "TaxCode", sent, "TxnTaxDetail.TxnTaxCodeRef").id
    customer = work.company.find("Customer", reference_id(body, "CustomerRef"))
    usual = reference_id(customer.body, "DefaultTaxCodeRef") if customer else ""
    if work.company.find("TaxCode", usual):
        return usual
    return str(as_object(work.company.preference("TaxPrefs", "TaxGroupCodeRef")).get("value", ""))


def rates_of(company: Company, code_id: str) -> list[tuple[str, Decimal]]:
    """The ids and percentages of the rates that a tax code groups."""
    code = company.find("TaxCode", code_id)
    if code is None:
        return []
    listed = objects(as_object(code.body.get("SalesTaxRateList")).get("TaxRateDetail"))
    ids = [reference_id(entry, "TaxRateRef") for entry in listed]
    found = [(rate_id, company.find("TaxRate", rate_id)) for rate_id in ids]
    return [(rate_id, to_decimal(rate.body.get("RateValue"))) for rate_id, rate in found if rate]


def _parts(work: Work, taxable: list[TaxableAmount], code: str, inside: bool = False) -> _Parts:
    parts: _Parts = {}
    by_line = work.switches.tax_rounding == "line"
    for entry in taxable:
        rates = rates_of(work.company, code or entry.code)
        base = Decimal(100) + (sum(percent for _, percent in rates) if inside else 0)
        for rate_id, percent in rates:
            part = parts.setdefault(rate_id, _Part(percent))
            part.net += entry.net(base)
            tax = entry.tax(percent, base)
            part.amount += cents(tax) if by_line else tax
    for part in parts.values():
        part.amount = cents(part.amount)
    return parts


def _added(parts: Iterable[_Part]) -> Decimal:
    return sum((part.amount for part in parts), Decimal(0))


def _stated(work: Work, code: str, parts: _Parts, wanted: JsonObject) -> JsonObject | None:
    """The tax lines as a request states them, amount by amount; None if it states none."""
    lines = [read_fields(_TAX_LINE, line, "TxnTaxDetail.TaxLine.") for line in objects(wanted.get("TaxLine"))]
    if not lines:
        return None
    stated: _Parts = {}
    for line in lines:
        rate_id, amount = _stated_line(work, line)
        known = parts.get(rate_id)
        percent = to_decimal(existing(work, "TaxRate", rate_id, _RATE).body.get("RateValue"))
        part = stated.setdefault(rate_id, _Part(percent, known.net if known else Decimal(0)))
        part.amount += amount
    total = wanted.get("TotalTax")
    if total is not None and to_decimal(total) != _added(stated.values()):
        raise sales_faults.contradicting_tax()
    return _detail(code, stated, None)


_RATE = "TxnTaxDetail.TaxLine.TaxLineDetail.TaxRateRef"


def _stated_line(work: Work, line: JsonObject) -> tuple[str, Decimal]:
    if line.get("Amount") is None:
        raise sales_faults.missing_tax_amount()
    rate_id = reference_id(as_object(line.get("TaxLineDetail")), "TaxRateRef")
    if not rate_id:
        raise faults.missing(_RATE)
    return rate_id, to_decimal(line["Amount"])


def _detail(code: str, parts: _Parts, total: object) -> JsonObject:
    computed = _added(parts.values())
    # Credits can make the tax negative, and then it may be stated so.
    if total is not None and to_decimal(total) < 0 <= computed:
        raise sales_faults.negative_amount("TxnTaxDetail.TotalTax", str(total))
    if total is not None and to_decimal(total) != computed:
        _prorate(parts, computed, cents(to_decimal(total)))
        computed = cents(to_decimal(total))
    detail: JsonObject = {"TotalTax": computed}
    if parts and code:
        detail = {"TxnTaxCodeRef": {"value": code}, **detail}
    if parts:
        detail["TaxLine"] = [_tax_line(rate_id, part) for rate_id, part in parts.items()]
    return detail


def _prorate(parts: _Parts, computed: Decimal, total: Decimal) -> None:
    """Spreads a stated total over the rates; the last one takes what rounding leaves."""
    left = total
    for position, part in enumerate(parts.values(), 1):
        share = cents(total * part.amount / computed) if computed else Decimal(0)
        part.amount = left if position == len(parts) else share
        left -= part.amount


def _tax_line(rate_id: str, part: _Part) -> JsonObject:
    return {
        "Amount": part.amount,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate_id},
            "PercentBased": True,
            "TaxPercent": part.percent,
            "NetAmountTaxable": cents(part.net),
        },
    }
