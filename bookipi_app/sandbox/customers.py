"""Customers: rules checked before a write, and what the accounting service fills in."""

from bookipi_app.sandbox import faults, list_faults
from bookipi_app.sandbox.accounts import check_account
from bookipi_app.sandbox.addresses import give_address_ids, new_address_id
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.fields.people import NAME_PARTS
from bookipi_app.sandbox.jsontext import JsonObject, as_object
from bookipi_app.sandbox.lists import settle_name
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.vendors import complete_employee, complete_vendor
from bookipi_app.sandbox.work import Work, check_currency, check_reference

__all__ = ["new_address_id", "prepare_person"]


def prepare_person(work: Work, kind_name: str, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of a customer, vendor or employee, or a refusal."""
    _fill_display_name(body, old)
    _check_email(body)
    match kind_name:
        case "Customer":
            _complete_customer(work, body, old)
        case "Vendor":
            complete_vendor(work, body, old)
        case _:
            complete_employee(body)
    body.setdefault("PrintOnCheckName", str(body["DisplayName"])[:110])
    settle_name(work, KINDS[kind_name], body, old)
    give_address_ids(work, body, old)
    return body


def _fill_display_name(body: JsonObject, old: Record | None) -> None:
    if not str(body.get("DisplayName") or "").strip():
        parts = [str(body[name]) for name in NAME_PARTS if body.get(name)]
        fallback = str(old.body.get("DisplayName", "")) if old else ""
        body["DisplayName"] = " ".join(parts) or fallback
    if not body["DisplayName"]:
        raise list_faults.no_name()


def _check_email(body: JsonObject) -> None:
    address = str(as_object(body.get("PrimaryEmailAddr")).get("Address", ""))
    if address and ("@" not in address or "." not in address):
        raise faults.invalid_email(address, "PrimaryEmailAddr")


def _complete_customer(work: Work, body: JsonObject, old: Record | None) -> None:
    check_reference(work, body, "SalesTermRef", "Term")
    check_reference(work, body, "PaymentMethodRef", "PaymentMethod")
    check_account(work, body, "ARAccountRef", ("Accounts Receivable",))
    if reference_id(body, "CustomerTypeRef"):
        # These books have no customer types.
        raise faults.bad_reference("CustomerTypeRef")
    check_currency(work, body, old)
    if body.get("PreferredDeliveryMethod") == "Email" and not body.get("PrimaryEmailAddr"):
        raise list_faults.needs_email()
    body.setdefault("PreferredDeliveryMethod", "Print")
    _settle_job(body)
    _settle_taxable(work, body, old)
    if old is not None and old.active and body.get("Active") is False:
        _check_settled(work, old)


def _settle_job(body: JsonObject) -> None:
    """A parent counts only together with the word that this is a job."""
    body.setdefault("Job", False)
    if not body["Job"] and reference_id(body, "ParentRef"):
        raise list_faults.parent_and_flag_differ("Job")
    body["BillWithParent"] = body["Job"] is True and body.get("BillWithParent") is True


def _settle_taxable(work: Work, body: JsonObject, old: Record | None) -> None:
    """A chosen tax code makes taxable and an exemption untaxable; otherwise the flag decides."""
    chosen = reference_id(body, "DefaultTaxCodeRef")
    held = reference_id(old.body, "DefaultTaxCodeRef") if old else ""
    if body.get("TaxExemptionReasonId"):
        body["Taxable"] = False
    elif chosen and chosen != held:
        check_reference(work, body, "DefaultTaxCodeRef", "TaxCode")
        body["Taxable"] = True
    body.setdefault("Taxable", True)
    code = _default_code(work, chosen) if body["Taxable"] else ""
    body.pop("DefaultTaxCodeRef", None)
    if code:
        body["DefaultTaxCodeRef"] = {"value": code}


def _default_code(work: Work, chosen: str) -> str:
    """With automated sales tax the code of the company's own place, whatever was asked for."""
    company = work.company
    if company.preference("TaxPrefs", "UsingSalesTax") is not True:
        return chosen
    if company.is_us and company.preference("TaxPrefs", "PartnerTaxEnabled") is True:
        information = company.find("CompanyInfo", "1")
        place = as_object(information.body.get("LegalAddr")) if information else {}
        return company.zip_codes.get(str(place.get("PostalCode", ""))[:5], "")
    return chosen or reference_id(company.preference_group("TaxPrefs"), "TaxGroupCodeRef")


def _check_settled(work: Work, customer: Record) -> None:
    if work.company.balance_with_jobs(customer.id) != 0:
        raise list_faults.open_balance("customer")
    if customer.id in [part.strip() for part in work.switches.unbilled_customers.split(",")]:
        raise list_faults.unbilled_charges()
