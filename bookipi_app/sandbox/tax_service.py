"""The tax service: the one way to make tax codes and rates. Its answers have no envelope."""

from dataclasses import dataclass
from decimal import Decimal

from bookipi_app.sandbox import faults, list_faults
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.fields.lists import TAX_CODE_REQUEST
from bookipi_app.sandbox.jsontext import JsonObject, objects, to_decimal
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.shapes import read_fields
from bookipi_app.sandbox.work import Work, check_permitted


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One rate of the code: an existing one, or what a new one is made from."""

    rate: Record | None
    name: str
    percent: Decimal
    agency: str
    applies_to: str


def create_tax_code(work: Work, incoming: JsonObject) -> JsonObject:
    """Makes a tax code from existing and new rates. An id in the request is ignored: a code cannot be changed."""
    if work.company.expired:
        raise faults.expired_company()
    check_permitted(work, "TaxCode")
    fields = read_fields(TAX_CODE_REQUEST, incoming)
    name = str(fields.get("TaxCode") or "")
    if not name.strip():
        raise faults.missing("TaxCode")
    details = objects(fields.get("TaxRateDetails"))
    if not details:
        raise faults.missing("TaxCode.TaxRateDetails")
    wanted = [_wanted(work, entry) for entry in details]
    _check_names_free(work, name, wanted)
    rates = [(entry, entry.rate or _new_rate(work, entry)) for entry in wanted]
    code = work.company.create("TaxCode", _code_body(name, rates), work.now)
    return {
        "TaxCode": name,
        "TaxCodeId": code.id,
        "TaxRateDetails": [_shown(entry, rate) for entry, rate in rates],
    }


def _wanted(work: Work, entry: JsonObject) -> _Wanted:
    applies_to = str(entry.get("TaxApplicableOn") or "Sales")
    if entry.get("TaxRateId"):
        rate = work.company.find("TaxRate", str(entry["TaxRateId"]))
        if rate is None:
            raise faults.bad_reference("TaxRateDetails.TaxRateId")
        agency, share = reference_id(rate.body, "AgencyRef"), to_decimal(rate.body.get("RateValue"))
        return _Wanted(rate, str(rate.body["Name"]), share, agency, applies_to)
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if entry.get(name) is None:
            raise faults.missing(f"TaxRateDetails.{name}")
    agency = str(entry["TaxAgencyId"])
    if work.company.find("TaxAgency", agency) is None:
        raise faults.bad_reference("TaxRateDetails.TaxAgencyId")
    return _Wanted(None, str(entry["TaxRateName"]), to_decimal(entry["RateValue"]), agency, applies_to)


def _check_names_free(work: Work, code: str, wanted: list[_Wanted]) -> None:
    new = [entry.name.casefold() for entry in wanted if entry.rate is None]
    taken = any(work.company.holder_of(KINDS["TaxRate"], name) for name in new)
    if taken or len(new) != len(set(new)) or work.company.holder_of(KINDS["TaxCode"], code):
        raise list_faults.duplicate_name()


def _new_rate(work: Work, entry: _Wanted) -> Record:
    return work.company.create("TaxRate", rate_body(entry.name, entry.percent, entry.agency), work.now)


def rate_body(name: str, percent: Decimal, agency: str) -> JsonObject:
    """The body of a tax rate."""
    return {
        **{"Name": name, "Description": name, "Active": True, "RateValue": percent},
        **{"AgencyRef": {"value": agency}, "SpecialTaxType": "NONE", "DisplayType": "ReadOnly"},
    }


def _code_body(name: str, rates: list[tuple[_Wanted, Record]]) -> JsonObject:
    sold = [(rate.id, entry.name) for entry, rate in rates if entry.applies_to == "Sales"]
    bought = [(rate.id, entry.name) for entry, rate in rates if entry.applies_to == "Purchase"]
    return code_body(name, sold, bought)


def code_body(name: str, sold: list[tuple[str, str]], bought: list[tuple[str, str]]) -> JsonObject:
    """The body of a tax code that groups rates, each given by id and name."""
    return {
        **{"Name": name, "Description": name, "Active": True, "Hidden": False},
        **{"Taxable": bool(sold or bought), "TaxGroup": True, "SalesTaxRateList": _rate_list(sold)},
        "PurchaseTaxRateList": _rate_list(bought),
    }


def _rate_list(rates: list[tuple[str, str]]) -> JsonObject:
    details = [
        {"TaxRateRef": {"value": rate, "name": name}, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0}
        for rate, name in rates
    ]
    return {"TaxRateDetail": details}


def _shown(entry: _Wanted, rate: Record) -> JsonObject:
    return {
        **{"TaxRateName": entry.name, "TaxRateId": rate.id, "RateValue": entry.percent},
        **{"TaxAgencyId": entry.agency, "TaxApplicableOn": entry.applies_to},
    }
