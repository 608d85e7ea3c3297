"""Invoices: everything QuickBooks fills in, computes or refuses when one is written."""

from decimal import Decimal

from bookipi_app.sandbox import faults, sales_faults
from bookipi_app.sandbox.company import Record, reference_id
from bookipi_app.sandbox.custom_fields import settle_custom_fields
from bookipi_app.sandbox.customers import new_address_id
from bookipi_app.sandbox.exchange import home_amounts, settle_exchange
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_object, copy_json, objects, to_decimal
from bookipi_app.sandbox.lines import lacks_tax_code, prepare_lines
from bookipi_app.sandbox.links import paid_on, payments_of
from bookipi_app.sandbox.numbering import settle_number
from bookipi_app.sandbox.sums import Sums, add_up
from bookipi_app.sandbox.tax import has_tax_inside, tax_detail
from bookipi_app.sandbox.terms import due_day
from bookipi_app.sandbox.times import parse_day
from bookipi_app.sandbox.work import (
    Work,
    check_books_open,
    check_currency,
    check_reference,
    existing,
    shown_name,
)

_TAXED_BY = (
    "CustomerRef",
    "ShipAddr",
    "ShipFromAddr",
    "ApplyTaxAfterDiscount",
    "ShippingTaxIncludedInTotalTax",
    "GlobalTaxCalculation",
)
_REFERENCES = (
    ("SalesTermRef", "Term"),
    ("DepartmentRef", "Department"),
    ("ClassRef", "Class"),
    ("ARAccountRef", "Account"),
    ("DepositToAccountRef", "Account"),
)


def prepare_invoice(work: Work, body: JsonObject, given: frozenset[str], old: Record | None) -> JsonObject:
    """The complete body of an invoice, or a refusal. `given` names the fields that the request carried."""
    customer = _check_customer(work, body, old)
    _check_references(work, body, old)
    check_currency(work, body, old, customer)
    settle_exchange(work, body, old)
    _settle_dates(work, body, customer, old)
    if old is None:
        _copy_from_customer(work, body, customer)
    _settle_addresses(work, body)
    _settle_lines(work, body, given, old)
    if work.company.is_us:
        body.pop("GlobalTaxCalculation", None)
    else:
        body.setdefault("GlobalTaxCalculation", "TaxExcluded")
    _settle_deposit(work, body, old)
    _settle_totals(work, body, given, old)
    _settle_flags(body)
    settle_custom_fields(work, body)
    settle_number(work, body, old)
    return body


def _check_customer(work: Work, body: JsonObject, old: Record | None) -> Record:
    customer_id = reference_id(body, "CustomerRef")
    if not customer_id:
        raise faults.missing("CustomerRef")
    customer = existing(work, "Customer", customer_id, "CustomerRef")
    if old is not None and reference_id(old.body, "CustomerRef") != customer_id and payments_of(old):
        raise faults.business("The payments of this invoice belong to another customer.", "CustomerRef")
    body["CustomerRef"] = {"value": customer.id, "name": shown_name(customer)}
    return customer


def _check_references(work: Work, body: JsonObject, old: Record | None) -> None:
    """Checks the references that are new: what the invoice holds already may have become inactive since."""
    for name, kind in _REFERENCES:
        if name in body and (old is None or reference_id(body, name) != reference_id(old.body, name)):
            check_reference(work, body, name, kind)


def _settle_dates(work: Work, body: JsonObject, customer: Record, old: Record | None) -> None:
    body.setdefault("TxnDate", work.today.isoformat())
    check_books_open(work, body["TxnDate"], old.body.get("TxnDate") if old else None)
    if old is None and "SalesTermRef" not in body and "SalesTermRef" in customer.body:
        body["SalesTermRef"] = copy_json(customer.body["SalesTermRef"])
    if "DueDate" not in body:
        term = work.company.find("Term", reference_id(body, "SalesTermRef"))
        issued = parse_day(str(body["TxnDate"])) or work.today
        due = due_day(term.body if term else None, issued, work.switches.days_without_terms)
        body["DueDate"] = due.isoformat()


def _copy_from_customer(work: Work, body: JsonObject, customer: Record) -> None:
    for name in ("BillAddr", "ShipAddr"):
        if name not in body and name in customer.body:
            body[name] = copy_json(customer.body[name])
    wants_email = "BillEmail" not in body and work.switches.bill_email_from_customer
    if wants_email and "PrimaryEmailAddr" in customer.body:
        body["BillEmail"] = copy_json(customer.body["PrimaryEmailAddr"])


def _settle_addresses(work: Work, body: JsonObject) -> None:
    for name in ("BillAddr", "ShipAddr", "ShipFromAddr"):
        address = as_object(body.get(name))
        if address and "Id" not in address:
            body[name] = {"Id": new_address_id(work), **address}
    for name in ("BillEmail", "BillEmailCc", "BillEmailBcc"):
        if name not in body:
            continue
        _check_email(str(as_object(body.get(name)).get("Address", "")), name)
    if body.get("EmailStatus") == "NeedToSend" and not body.get("BillEmail"):
        raise faults.missing("BillEmail")


def _check_email(addresses: str, name: str) -> None:
    for part in addresses.split(",") if addresses else ():
        if "@" not in part or "." not in part:
            raise faults.invalid_email(addresses, name)


def _settle_lines(work: Work, body: JsonObject, given: frozenset[str], old: Record | None) -> None:
    held = objects(old.body.get("Line")) if old else []
    if old is not None and "Line" not in given:
        # Lines that the request leaves alone are not checked again, whatever became of their items.
        body["Line"] = held
        return
    lines = objects(body.get("Line"))
    if not lines:
        raise faults.missing("Line")
    body["Line"] = prepare_lines(work, lines, held)
    if _needs_tax_codes(work, body) and lacks_tax_code(objects(body["Line"])):
        raise sales_faults.no_tax_rate()
    most = work.switches.taxed_lines_at_most
    if len(lines) > most and add_up(objects(body["Line"]), discount_first=False).taxable:
        raise faults.business(f"An invoice with sales tax holds {most} lines at most.", "Line")


def _needs_tax_codes(work: Work, body: JsonObject) -> bool:
    """Outside the US an app says of every line how it is taxed; a person's page fills that in."""
    if work.company.is_us or work.by_person or not work.switches.tax_code_needed_abroad:
        return False
    using = work.company.preference("TaxPrefs", "UsingSalesTax") is True
    return using and body.get("GlobalTaxCalculation") != "NotApplicable"


def _settle_deposit(work: Work, body: JsonObject, old: Record | None) -> None:
    deposit = to_decimal(body.get("Deposit"))
    if not deposit or (old is not None and to_decimal(old.body.get("Deposit")) == deposit):
        return
    if deposit < 0:
        raise sales_faults.negative_amount("Deposit", str(deposit))
    if work.company.preference("SalesFormsPrefs", "AllowDeposit") is not True:
        if work.switches.turned_off_field == "refuse":
            raise faults.business("Deposits are turned off in this company.", "Deposit")
        del body["Deposit"]


def _settle_totals(work: Work, body: JsonObject, given: frozenset[str], old: Record | None) -> None:
    sums = add_up(objects(body["Line"]), body.get("ApplyTaxAfterDiscount") is True)
    body["TxnTaxDetail"] = _tax(work, body, sums, given, old)
    tax = to_decimal(as_object(body["TxnTaxDetail"]).get("TotalTax"))
    total = sums.net + (0 if has_tax_inside(body) else tax)
    if total < 0:
        raise faults.business("The total of a transaction cannot be negative.", "TotalAmt")
    owed = total - to_decimal(body.get("Deposit"))
    if owed < 0:
        raise faults.business("The deposit is greater than the total.", "Deposit")
    body["TotalAmt"], body["Balance"] = total, _balance(work, owed, old)
    if old is not None and "LinkedTxn" in old.body:
        body["LinkedTxn"] = old.body["LinkedTxn"]
    body.update(home_amounts(body))


def _balance(work: Work, owed: Decimal, old: Record | None) -> Decimal:
    applied = paid_on(work, old) if old else Decimal(0)
    if applied > owed and work.switches.overpaid_invoice == "refuse":
        raise faults.business("The total is lower than the payments applied to this invoice.", "TotalAmt")
    return max(owed - applied, Decimal(0))


def _tax(work: Work, body: JsonObject, sums: Sums, given: frozenset[str], old: Record | None) -> JsonObject:
    requested = as_object(body.get("TxnTaxDetail"))
    held = as_object(old.body.get("TxnTaxDetail")) if old else {}
    if "TxnTaxDetail" in given:
        total = requested.get("TotalTax")
        echoed = old is not None and total is not None and total == to_decimal(held.get("TotalTax"))
        return tax_detail(work, body, sums, requested, echoed)
    if old is not None and not _moves_tax(body, given, old):
        return held
    code = requested.get("TxnTaxCodeRef")
    return tax_detail(work, body, sums, {"TxnTaxCodeRef": code} if code else {})


def _moves_tax(body: JsonObject, given: frozenset[str], old: Record) -> bool:
    """Whether the update computes tax anew: lines sent again always do, the rest only if it differs."""
    return "Line" in given or any(
        _without_id(body.get(name)) != _without_id(old.body.get(name)) for name in _TAXED_BY
    )


def _without_id(value: Json) -> Json:
    """An address or reference by what it says; a flag that is off is as good as none."""
    if isinstance(value, dict):
        return {name: member for name, member in as_object(value).items() if name not in ("Id", "name")}
    return value or None


def _settle_flags(body: JsonObject) -> None:
    body.setdefault("ApplyTaxAfterDiscount", False)
    body.setdefault("PrintStatus", "NeedToPrint")
    body.setdefault("EmailStatus", "NotSet")
    body.setdefault("AllowOnlineCreditCardPayment", False)
    body.setdefault("AllowOnlineACHPayment", False)
    body["AllowIPNPayment"] = body["AllowOnlinePayment"] = False
    body.setdefault("LinkedTxn", [])
