"""What ties payments to invoices, and how such a tie is shortened or cut."""

from decimal import Decimal

from bookipi_app.sandbox.company import Record, linked_invoices
from bookipi_app.sandbox.jsontext import JsonObject, objects, to_decimal
from bookipi_app.sandbox.work import Work


def payments_of(invoice: Record) -> list[str]:
    """The ids of the payments linked to an invoice."""
    return [
        str(link["TxnId"])
        for link in objects(invoice.body.get("LinkedTxn"))
        if link.get("TxnType") == "Payment"
    ]


def without_payments(links: list[JsonObject]) -> list[JsonObject]:
    """The links of an invoice that lead elsewhere than to payments."""
    return [link for link in links if link.get("TxnType") != "Payment"]


def paid_on(work: Work, invoice: Record) -> Decimal:
    """How much the linked payments apply to an invoice."""
    payments = (work.company.find("Payment", payment_id) for payment_id in payments_of(invoice))
    amounts = (linked_invoices(payment.body).get(invoice.id, Decimal(0)) for payment in payments if payment)
    return sum(amounts, Decimal(0))


def applied_line(invoice_id: str, amount: Decimal) -> JsonObject:
    """The line of a payment that pays an invoice."""
    return {"Amount": amount, "LinkedTxn": [{"TxnId": invoice_id, "TxnType": "Invoice"}]}


def set_applied(work: Work, payment: Record, invoice_id: str, amount: Decimal) -> None:
    """Lets a payment pay this much of an invoice, nothing included; the rest is the customer's credit."""
    kept = [line for line in objects(payment.body.get("Line")) if not _pays(line, invoice_id)]
    lines = [*kept, applied_line(invoice_id, amount)] if amount else kept
    applied = sum((to_decimal(line.get("Amount")) for line in lines), Decimal(0))
    unapplied = to_decimal(payment.body.get("TotalAmt")) - applied
    work.company.touch(payment, {"Line": lines, "UnappliedAmt": unapplied}, work.now, raise_token=True)


def _pays(line: JsonObject, invoice_id: str) -> bool:
    return any(link.get("TxnId") == invoice_id for link in objects(line.get("LinkedTxn")))


def fit_payments(work: Work, invoice: Record, body: JsonObject) -> None:
    """Before an invoice gets a total below what is paid: its payments give the rest back, the last one first."""
    excess = paid_on(work, invoice) - to_decimal(body.get("TotalAmt")) + to_decimal(body.get("Deposit"))
    for payment_id in reversed(payments_of(invoice)):
        payment = work.company.find("Payment", payment_id)
        if payment is None or excess <= 0:
            continue
        applied = linked_invoices(payment.body).get(invoice.id, Decimal(0))
        less = min(applied, excess)
        set_applied(work, payment, invoice.id, applied - less)
        excess -= less
        if less == applied:
            gone: JsonObject = {"TxnId": payment_id, "TxnType": "Payment"}
            body["LinkedTxn"] = [link for link in objects(body.get("LinkedTxn")) if link != gone]
