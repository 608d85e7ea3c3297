"""Sales tax: off, by a code the company set up, or automated by ZIP code; always rounded per line and rate."""

from dataclasses import dataclass
from decimal import Decimal

from bookipi_app.sandbox.company import Company, reference_id
from bookipi_app.sandbox.jsontext import JsonObject, as_object, objects, to_decimal
from bookipi_app.sandbox.lines import Sums, TaxableAmount
from bookipi_app.sandbox.shapes import cents
from bookipi_app.sandbox.work import Work, existing


@dataclass(slots=True)
class _Part:
    percent: Decimal
    net: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


def tax_detail(work: Work, body: JsonObject, sums: Sums, wanted: JsonObject) -> JsonObject:
    """The `TxnTaxDetail` of a document; `wanted` is what the request said, empty to have it computed."""
    company = work.company
    if company.preference("TaxPrefs", "UsingSalesTax") is not True:
        return {"TotalTax": Decimal(0)}
    if not company.is_us:
        return _detail("", _parts(company, sums.taxable + sums.taxable_shipping, ""), wanted.get("TotalTax"))
    if _is_exempt(work, body):
        return {"TotalTax": Decimal(0)}
    automated = company.preference("TaxPrefs", "PartnerTaxEnabled") is True
    code = _automated_code(company, body) if automated else _manual_code(work, wanted)
    total = wanted.get("TotalTax")
    if total is not None and automated:
        total = to_decimal(total) + _shipping_tax_on_top(company, body, sums, code)
    return _detail(code, _parts(company, sums.taxable + sums.taxable_shipping, code), total)


def _is_exempt(work: Work, body: JsonObject) -> bool:
    customer = work.company.find("Customer", reference_id(body, "CustomerRef"))
    return customer is not None and bool(customer.body.get("TaxExemptionReasonId"))


def _manual_code(work: Work, wanted: JsonObject) -> str:
    code = reference_id(wanted, "TxnTaxCodeRef")
    if code:
        return existing(work, "TaxCode", code, "TxnTaxDetail.TxnTaxCodeRef").id
    default = work.company.preference("TaxPrefs", "TaxGroupCodeRef")
    return str(as_object(default).get("value", ""))


def _automated_code(company: Company, body: JsonObject) -> str:
    destination = as_object(body.get("ShipAddr")) or company_address(company)
    found = company.zip_codes.get(str(destination.get("PostalCode", ""))[:5])
    if found:
        return found
    home = company_address(company)
    same_state = destination.get("CountrySubDivisionCode") == home.get("CountrySubDivisionCode")
    return company.zip_codes.get(str(home.get("PostalCode", ""))[:5], "") if same_state else ""


def company_address(company: Company) -> JsonObject:
    """Where the company itself is."""
    record = company.find("CompanyInfo", "1")
    return as_object(record.body.get("LegalAddr")) if record else {}


def rates_of(company: Company, code_id: str) -> list[tuple[str, Decimal]]:
    """The ids and percentages of the rates that a tax code groups."""
    code = company.find("TaxCode", code_id)
    if code is None:
        return []
    listed = objects(as_object(code.body.get("SalesTaxRateList")).get("TaxRateDetail"))
    ids = [reference_id(entry, "TaxRateRef") for entry in listed]
    found = [(rate_id, company.find("TaxRate", rate_id)) for rate_id in ids]
    return [(rate_id, to_decimal(rate.body.get("RateValue"))) for rate_id, rate in found if rate]


def _parts(company: Company, taxable: list[TaxableAmount], code: str) -> dict[str, _Part]:
    parts: dict[str, _Part] = {}
    for entry in taxable:
        for rate_id, percent in rates_of(company, code or entry.code):
            part = parts.setdefault(rate_id, _Part(percent))
            part.net += entry.amount
            part.amount += cents(entry.amount * percent / 100)
    return parts


def _shipping_tax_on_top(company: Company, body: JsonObject, sums: Sums, code: str) -> Decimal:
    if body.get("ShippingTaxIncludedInTotalTax") is True:
        return Decimal(0)
    return sum((part.amount for part in _parts(company, sums.taxable_shipping, code).values()), Decimal(0))


def _detail(code: str, parts: dict[str, _Part], total: object) -> JsonObject:
    computed = sum((part.amount for part in parts.values()), Decimal(0))
    if total is not None and to_decimal(total) != computed:
        _prorate(parts, computed, cents(to_decimal(total)))
        computed = cents(to_decimal(total))
    detail: JsonObject = {"TotalTax": computed}
    if parts and code:
        detail = {"TxnTaxCodeRef": {"value": code}, **detail}
    if parts:
        detail["TaxLine"] = [_tax_line(rate_id, part) for rate_id, part in parts.items()]
    return detail


def _prorate(parts: dict[str, _Part], computed: Decimal, total: Decimal) -> None:
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
