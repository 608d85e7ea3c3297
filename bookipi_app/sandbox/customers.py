"""Customers (and, as the same kind of person, vendors and employees): rules checked before a write."""

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.jsontext import JsonObject, as_object
from bookipi_app.sandbox.lists import settle_name
from bookipi_app.sandbox.schema import KINDS, PERSON_NAMES
from bookipi_app.sandbox.work import Work, check_currency, check_reference


def prepare_person(work: Work, kind_name: str, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of a customer, vendor or employee, or a refusal."""
    _fill_display_name(body, old)
    _check_email(body)
    if kind_name == "Customer":
        _complete_customer(work, body, old)
    check_currency(work, body, old)
    body.setdefault("PrintOnCheckName", str(body["DisplayName"])[:110])
    settle_name(work, KINDS[kind_name], body, old)
    _give_addresses_ids(work, body, old)
    return body


def _fill_display_name(body: JsonObject, old: Record | None) -> None:
    if not str(body.get("DisplayName") or "").strip():
        parts = [str(body[name]) for name in PERSON_NAMES if body.get(name)]
        fallback = str(old.body.get("DisplayName", "")) if old else ""
        body["DisplayName"] = " ".join(parts) or fallback
    if not body["DisplayName"]:
        raise faults.no_name()


def _check_email(body: JsonObject) -> None:
    address = str(as_object(body.get("PrimaryEmailAddr")).get("Address", ""))
    if address and ("@" not in address or "." not in address):
        raise faults.invalid_email(address, "PrimaryEmailAddr")


def _complete_customer(work: Work, body: JsonObject, old: Record | None) -> None:
    check_reference(work, body, "SalesTermRef", "Term")
    check_reference(work, body, "PaymentMethodRef", "PaymentMethod")
    if body.get("PreferredDeliveryMethod") == "Email" and not body.get("PrimaryEmailAddr"):
        raise faults.needs_email()
    body.setdefault("PreferredDeliveryMethod", "Print")
    body.setdefault("Job", bool(reference_id(body, "ParentRef")))
    body.setdefault("BillWithParent", False)
    if body.get("TaxExemptionReasonId"):
        body["Taxable"] = False
    elif body.get("DefaultTaxCodeRef"):
        body["Taxable"] = True
    body.setdefault("Taxable", True)
    if old is not None and old.active and body.get("Active") is False:
        _check_settled(work, old)


def _check_settled(work: Work, customer: Record) -> None:
    if work.company.balance_with_jobs(customer.id) != 0:
        raise faults.open_balance("customer")


def _give_addresses_ids(work: Work, body: JsonObject, old: Record | None) -> None:
    for name in ("BillAddr", "ShipAddr"):
        address = as_object(body.get(name))
        if not address:
            continue
        held = as_object(old.body.get(name)) if old else {}
        address.pop("Id", None)
        body[name] = {"Id": held.get("Id") or new_address_id(work), **address}


def new_address_id(work: Work) -> str:
    """A fresh id for an address; addresses have a counter of their own."""
    work.company.counters["Address"] = work.company.counters.get("Address", 0) + 1
    return str(work.company.counters["Address"])
