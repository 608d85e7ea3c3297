"""Payments, and what applying one does to the invoices it pays."""

from decimal import Decimal

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, linked_invoices, reference_id
from bookipi_app.sandbox.invoices import paid_on
from bookipi_app.sandbox.jsontext import JsonObject, objects, to_decimal
from bookipi_app.sandbox.work import (
    Work,
    check_books_open,
    check_currency,
    check_reference,
    existing,
    shown_name,
)


def prepare_payment(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of a payment, or a refusal."""
    if not reference_id(body, "CustomerRef"):
        raise faults.missing("CustomerRef")
    customer = existing(work, "Customer", reference_id(body, "CustomerRef"), "CustomerRef")
    body["CustomerRef"] = {"value": customer.id, "name": shown_name(customer)}
    check_reference(work, body, "PaymentMethodRef", "PaymentMethod")
    check_reference(work, body, "DepositToAccountRef", "Account")
    check_currency(work, body, old)
    body.setdefault("TxnDate", work.today.isoformat())
    check_books_open(work, body["TxnDate"], old.body.get("TxnDate") if old else None)
    body["Line"] = [_applied_line(line) for line in objects(body.get("Line"))]
    _check_amounts(work, body, old)
    body.setdefault("ProcessPayment", False)
    return body


def _applied_line(line: JsonObject) -> JsonObject:
    return {"Amount": to_decimal(line.get("Amount")), "LinkedTxn": objects(line.get("LinkedTxn"))}


def _check_amounts(work: Work, body: JsonObject, old: Record | None) -> None:
    if body.get("TotalAmt") is None:
        raise faults.missing("TotalAmt")
    total = to_decimal(body["TotalAmt"])
    if total < 0:
        raise faults.business("A payment cannot be negative.", "TotalAmt")
    wanted, held = linked_invoices(body), linked_invoices(old.body) if old else {}
    for invoice_id, amount in wanted.items():
        _check_application(work, body, invoice_id, amount - held.get(invoice_id, Decimal(0)))
    applied = sum(wanted.values(), Decimal(0))
    if applied > total:
        raise faults.business("The amount applied is greater than the amount received.", "TotalAmt")
    body["UnappliedAmt"] = total - applied


def _check_application(work: Work, body: JsonObject, invoice_id: str, more: Decimal) -> None:
    invoice = work.company.find("Invoice", invoice_id)
    if invoice is None:
        raise faults.bad_reference("Line.LinkedTxn")
    if reference_id(invoice.body, "CustomerRef") not in _family(work, reference_id(body, "CustomerRef")):
        raise faults.business("The invoice belongs to another customer.", "Line.LinkedTxn")
    if more > to_decimal(invoice.body.get("Balance")):
        raise faults.business("The amount applied is greater than the balance of the invoice.", "Line.Amount")


def _family(work: Work, customer_id: str) -> set[str]:
    family = {customer_id}
    for child in work.company.children.get(f"Customer/{customer_id}", ()):
        family |= _family(work, child)
    return family


def void_payment(work: Work, payment: Record) -> None:
    """Sets the payment to zero; the invoices it paid are open again."""
    check_books_open(work, payment.body.get("TxnDate"))
    affected = set(linked_invoices(payment.body))
    note = str(payment.body.get("PrivateNote", ""))
    marked = "Voided" + work.switches.void_note_separator + note if note else "Voided"
    body: JsonObject = {**payment.body, "Line": [], "PrivateNote": marked[:4000]}
    body["TotalAmt"] = body["UnappliedAmt"] = Decimal(0)
    work.company.update(payment, body, work.now, "Void")
    settle_invoices(work, payment, affected)


def delete_payment(work: Work, payment: Record) -> None:
    """Removes the payment; the invoices it paid are open again."""
    check_books_open(work, payment.body.get("TxnDate"))
    affected = set(linked_invoices(payment.body))
    work.company.delete(payment, work.now)
    settle_invoices(work, payment, affected)


def settle_invoices(work: Work, payment: Record, affected: set[str]) -> None:
    """Recomputes link and balance of invoices after a payment changed; their SyncToken moves with it."""
    applied = {} if payment.deleted else linked_invoices(payment.body)
    for invoice_id in sorted(affected | set(applied), key=int):
        invoice = work.company.find("Invoice", invoice_id)
        if invoice is not None:
            _settle_invoice(work, invoice, payment.id, linked=invoice_id in applied)


def _settle_invoice(work: Work, invoice: Record, payment_id: str, linked: bool) -> None:
    link: JsonObject = {"TxnId": payment_id, "TxnType": "Payment"}
    links = [entry for entry in objects(invoice.body.get("LinkedTxn")) if entry != link]
    after = Record(
        "Invoice", invoice.id, 0, work.now, work.now, {"LinkedTxn": [*links, link] if linked else links}
    )
    owed = to_decimal(invoice.body.get("TotalAmt")) - to_decimal(invoice.body.get("Deposit"))
    changed: JsonObject = {**after.body, "Balance": owed - paid_on(work, after)}
    work.company.touch(invoice, changed, work.now, work.switches.payment_bumps_sync_token)
