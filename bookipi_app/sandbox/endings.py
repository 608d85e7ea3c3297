"""How transactions end: voided with all amounts at zero, or deleted; and what becomes of the payments."""

from decimal import Decimal

from bookipi_app.sandbox import faults
from bookipi_app.sandbox.company import Record, linked_invoices
from bookipi_app.sandbox.exchange import home_amounts
from bookipi_app.sandbox.jsontext import JsonObject, objects
from bookipi_app.sandbox.links import payments_of, set_applied, without_payments
from bookipi_app.sandbox.payments import settle_invoices
from bookipi_app.sandbox.sums import zeroed
from bookipi_app.sandbox.work import Work, check_books_open

_VOIDED = "Voided"
_LONGEST_NOTE = 4000
_NOTHING = Decimal(0)


def void_invoice(work: Work, invoice: Record) -> None:
    """Sets every amount to zero and marks the note; there is no status field."""
    check_books_open(work, invoice.body.get("TxnDate"))
    _release_payments(work, invoice)
    old = invoice.body
    body: JsonObject = {**old, "Line": [zeroed(line) for line in objects(old.get("Line"))]}
    body |= {"PrivateNote": _marked(work, old), "TxnTaxDetail": {"TotalTax": _NOTHING}}
    body |= {name: _NOTHING for name in ("TotalAmt", "Balance", "Deposit") if name in old}
    body["LinkedTxn"] = without_payments(objects(old.get("LinkedTxn")))
    work.company.update(invoice, {**body, **home_amounts(body)}, work.now, "Void")


def delete_invoice(work: Work, invoice: Record) -> None:
    """Removes an invoice for good."""
    check_books_open(work, invoice.body.get("TxnDate"))
    _release_payments(work, invoice)
    work.company.delete(invoice, work.now)


def void_payment(work: Work, payment: Record) -> None:
    """Sets the payment to zero; the invoices it paid are open again."""
    check_books_open(work, payment.body.get("TxnDate"))
    affected = set(linked_invoices(payment.body))
    body: JsonObject = {**payment.body, "Line": [], "PrivateNote": _marked(work, payment.body)}
    body["TotalAmt"] = body["UnappliedAmt"] = _NOTHING
    work.company.update(payment, {**body, **home_amounts(body)}, work.now, "Void")
    settle_invoices(work, payment, affected)


def delete_payment(work: Work, payment: Record) -> None:
    """Removes the payment; the invoices it paid are open again."""
    check_books_open(work, payment.body.get("TxnDate"))
    affected = set(linked_invoices(payment.body))
    work.company.delete(payment, work.now)
    settle_invoices(work, payment, affected)


def _release_payments(work: Work, invoice: Record) -> None:
    """Before a paid invoice ends: refuse, or make its payments unapplied, as the switch says."""
    payments = payments_of(invoice)
    if payments and work.switches.paid_invoice_removal == "refuse":
        raise faults.business("This transaction has payments linked to it. Unlink or delete them first.")
    for payment_id in payments:
        payment = work.company.find("Payment", payment_id)
        if payment is not None:
            set_applied(work, payment, invoice.id, _NOTHING)


def _marked(work: Work, body: JsonObject) -> str:
    note = str(body.get("PrivateNote", ""))
    if note.startswith(_VOIDED):
        return note
    return (_VOIDED + work.switches.void_note_separator + note if note else _VOIDED)[:_LONGEST_NOTE]
