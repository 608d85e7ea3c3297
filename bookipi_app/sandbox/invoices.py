"""Invoices: everything QuickBooks fills in, computes or refuses when one is written, voided or deleted."""

import re
from datetime import timedelta
from decimal import Decimal

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, linked_invoices, reference_id
from bookipi_app.sandbox.customers import new_address_id
from bookipi_app.sandbox.jsontext import Json, JsonObject, as_object, copy_json, objects, to_decimal
from bookipi_app.sandbox.lines import Sums, add_up, prepare_lines, zeroed
from bookipi_app.sandbox.tax import tax_detail
from bookipi_app.sandbox.times import parse_day
from bookipi_app.sandbox.work import (
    Work,
    check_books_open,
    check_currency,
    check_reference,
    existing,
    shown_name,
)

MOST_LINES = 750
_AUTO_NUMBER = "AUTO_GENERATE"
_TAXED_BY = (
    "CustomerRef",
    "ShipAddr",
    "ShipFromAddr",
    "ApplyTaxAfterDiscount",
    "ShippingTaxIncludedInTotalTax",
)
_NUMERIC_TAIL = re.compile(r"(\d+)$")


def prepare_invoice(work: Work, body: JsonObject, given: frozenset[str], old: Record | None) -> JsonObject:
    """The complete body of an invoice, or a refusal. `given` names the fields that the request carried."""
    customer = _check_customer(work, body)
    lines = objects(body.get("Line"))
    if not lines:
        raise faults.missing("Line")
    if len(lines) > MOST_LINES:
        raise faults.business("An invoice with sales tax holds 750 lines at most.", "Line")
    check_currency(work, body, old)
    _settle_dates(work, body, customer, old)
    _default_addresses(work, body, customer)
    _settle_number(work, body, old)
    held = objects(old.body.get("Line")) if old else []
    # Lines that the request leaves alone are not checked again, whatever became of their items.
    body["Line"] = prepare_lines(work, lines, held) if old is None or "Line" in given else held
    _settle_totals(work, body, given, old)
    _settle_flags(work, body)
    return body


def _check_customer(work: Work, body: JsonObject) -> Record:
    customer_id = reference_id(body, "CustomerRef")
    if not customer_id:
        raise faults.missing("CustomerRef")
    customer = existing(work, "Customer", customer_id, "CustomerRef")
    body["CustomerRef"] = {"value": customer.id, "name": shown_name(customer)}
    check_reference(work, body, "SalesTermRef", "Term")
    check_reference(work, body, "DepartmentRef", "Department")
    check_reference(work, body, "ClassRef", "Class")
    return customer


def _settle_dates(work: Work, body: JsonObject, customer: Record, old: Record | None) -> None:
    body.setdefault("TxnDate", work.today.isoformat())
    check_books_open(work, body["TxnDate"], old.body.get("TxnDate") if old else None)
    if old is None and "SalesTermRef" not in body and "SalesTermRef" in customer.body:
        body["SalesTermRef"] = copy_json(customer.body["SalesTermRef"])
    if "DueDate" not in body:
        term = work.company.find("Term", reference_id(body, "SalesTermRef"))
        days = int(to_decimal(term.body.get("DueDays"))) if term else 0
        issued = parse_day(str(body["TxnDate"])) or work.today
        body["DueDate"] = (issued + timedelta(days=days)).isoformat()


def _default_addresses(work: Work, body: JsonObject, customer: Record) -> None:
    for name in ("BillAddr", "ShipAddr"):
        if name not in body and name in customer.body:
            body[name] = copy_json(customer.body[name])
        address = as_object(body.get(name))
        if address and "Id" not in address:
            body[name] = {"Id": new_address_id(work), **address}
    if "BillEmail" not in body and "PrimaryEmailAddr" in customer.body:
        body["BillEmail"] = copy_json(customer.body["PrimaryEmailAddr"])
    _check_emails(body)


def _check_emails(body: JsonObject) -> None:
    for name in ("BillEmail", "BillEmailCc", "BillEmailBcc"):
        address = str(as_object(body.get(name)).get("Address", ""))
        for part in address.split(",") if address else ():
            if "@" not in part or "." not in part:
                raise faults.invalid_email(address, name)
    if body.get("EmailStatus") == "NeedToSend" and not body.get("BillEmail"):
        raise faults.missing("BillEmail")


def _settle_number(work: Work, body: JsonObject, old: Record | None) -> None:
    company = work.company
    custom = company.preference("SalesFormsPrefs", "CustomTxnNumbers") is True
    number = body.get("DocNumber")
    if number == _AUTO_NUMBER or (number is None and old is None and not custom):
        body["DocNumber"] = company.last_number = next_number(company.last_number)
        return
    if number is None or (old is not None and old.body.get("DocNumber") == number):
        return
    _check_number_free(work, str(number), custom, old)
    if custom:
        company.last_number = str(number)


def _check_number_free(work: Work, number: str, custom: bool, old: Record | None) -> None:
    warns = custom and work.switches.warn_duplicate_number and "allowduplicatedocnum" not in work.include
    holders = work.company.numbers.get(number, set()) - ({old.id} if old else set())
    if warns and holders:
        raise faults.duplicate_number(number, "Invoice", min(holders, key=int))


def next_number(last: str) -> str:
    """The number after this one: the numeric tail counts on, `INV-9` becomes `INV-10`."""
    tail = _NUMERIC_TAIL.search(last)
    if tail is None:
        return f"{last}1" if last else "1001"
    counted = str(int(tail[1]) + 1).zfill(len(tail[1]))
    return last[: tail.start()] + counted


def _settle_totals(work: Work, body: JsonObject, given: frozenset[str], old: Record | None) -> None:
    sums = add_up(objects(body["Line"]), body.get("ApplyTaxAfterDiscount") is True)
    body["TxnTaxDetail"] = _tax(work, body, sums, given, old)
    total = sums.net + to_decimal(as_object(body["TxnTaxDetail"]).get("TotalTax"))
    if total < 0:
        raise faults.business("The total of a transaction cannot be negative.", "TotalAmt")
    applied = paid_on(work, old) if old else Decimal(0)
    balance = total - to_decimal(body.get("Deposit")) - applied
    if balance < 0 and applied:
        raise faults.business("The total is lower than the payments applied to this invoice.", "TotalAmt")
    body["TotalAmt"], body["Balance"] = total, balance
    if old is not None and "LinkedTxn" in old.body:
        body["LinkedTxn"] = old.body["LinkedTxn"]
    if work.company.preference("CurrencyPrefs", "MultiCurrencyEnabled") is True:
        rate = to_decimal(body.setdefault("ExchangeRate", Decimal(1)))
        body["HomeTotalAmt"], body["HomeBalance"] = round(total * rate, 2), round(balance * rate, 2)


def _tax(work: Work, body: JsonObject, sums: Sums, given: frozenset[str], old: Record | None) -> JsonObject:
    requested = as_object(body.get("TxnTaxDetail"))
    if "TxnTaxDetail" in given:
        return tax_detail(work, body, sums, requested)
    if old is not None and not _moves_tax(body, given, old):
        return as_object(old.body.get("TxnTaxDetail"))
    code = requested.get("TxnTaxCodeRef")
    return tax_detail(work, body, sums, {"TxnTaxCodeRef": code} if code else {})


def _moves_tax(body: JsonObject, given: frozenset[str], old: Record) -> bool:
    """Whether the update computes tax anew: lines sent again always do, the rest only if it differs."""
    return "Line" in given or any(
        _without_id(body.get(name)) != _without_id(old.body.get(name)) for name in _TAXED_BY
    )


def _without_id(value: Json) -> Json:
    return {name: member for name, member in as_object(value).items() if name != "Id"} or value


def _settle_flags(work: Work, body: JsonObject) -> None:
    body.setdefault("ApplyTaxAfterDiscount", False)
    body.setdefault("PrintStatus", "NeedToPrint")
    body.setdefault("EmailStatus", "NotSet")
    body.setdefault("AllowOnlineCreditCardPayment", False)
    body.setdefault("AllowOnlineACHPayment", False)
    body["AllowIPNPayment"] = body["AllowOnlinePayment"] = False
    body.setdefault("CustomField", [])
    body.setdefault("LinkedTxn", [])
    if work.company.is_us:
        body.pop("GlobalTaxCalculation", None)


def payments_of(invoice: Record) -> list[str]:
    """The ids of the payments linked to an invoice."""
    return [
        str(link["TxnId"])
        for link in objects(invoice.body.get("LinkedTxn"))
        if link.get("TxnType") == "Payment"
    ]


def paid_on(work: Work, invoice: Record) -> Decimal:
    """How much the linked payments apply to an invoice."""
    payments = (work.company.find("Payment", payment_id) for payment_id in payments_of(invoice))
    amounts = (linked_invoices(payment.body).get(invoice.id, Decimal(0)) for payment in payments if payment)
    return sum(amounts, Decimal(0))


def _release_payments(work: Work, invoice: Record) -> None:
    """Before a paid invoice ends: refuse, or make its payments unapplied, as the switch says."""
    payments = payments_of(invoice)
    if payments and work.switches.paid_invoice_removal == "refuse":
        raise faults.business("This transaction has payments linked to it. Unlink or delete them first.")
    for payment_id in payments:
        payment = work.company.find("Payment", payment_id)
        if payment is not None:
            _unlink(work, payment, invoice.id)


def _unlink(work: Work, payment: Record, invoice_id: str) -> None:
    kept = [
        line
        for line in objects(payment.body.get("Line"))
        if all(link.get("TxnId") != invoice_id for link in objects(line.get("LinkedTxn")))
    ]
    applied = sum((to_decimal(line.get("Amount")) for line in kept), Decimal(0))
    unapplied = to_decimal(payment.body.get("TotalAmt")) - applied
    work.company.touch(payment, {"Line": kept, "UnappliedAmt": unapplied}, work.now, raise_token=True)


def void_invoice(work: Work, invoice: Record) -> None:
    """Sets every amount to zero and marks the note; there is no status field."""
    check_books_open(work, invoice.body.get("TxnDate"))
    _release_payments(work, invoice)
    note = str(invoice.body.get("PrivateNote", ""))
    body: JsonObject = {**invoice.body, "Line": [zeroed(line) for line in objects(invoice.body.get("Line"))]}
    body["PrivateNote"] = ("Voided" + work.switches.void_note_separator + note if note else "Voided")[:4000]
    body["TxnTaxDetail"] = {"TotalTax": Decimal(0)}
    body["TotalAmt"] = body["Balance"] = body["Deposit"] = Decimal(0)
    body["LinkedTxn"] = [link for link in objects(body.get("LinkedTxn")) if link.get("TxnType") != "Payment"]
    work.company.update(invoice, body, work.now, "Void")


def delete_invoice(work: Work, invoice: Record) -> None:
    """Removes an invoice for good."""
    check_books_open(work, invoice.body.get("TxnDate"))
    _release_payments(work, invoice)
    work.company.delete(invoice, work.now)
