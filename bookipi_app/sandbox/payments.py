"""Payments, and what applying one does to the invoices it pays."""

from decimal import Decimal

from bookipi_app.sandbox import faults, sales_faults
from bookipi_app.sandbox.company import Record, linked_invoices, reference_id
from bookipi_app.sandbox.exchange import home_amounts, settle_exchange
from bookipi_app.sandbox.jsontext import JsonObject, objects, to_decimal
from bookipi_app.sandbox.links import applied_line, paid_on, set_applied
from bookipi_app.sandbox.schema import KINDS
from bookipi_app.sandbox.work import (
    Work,
    check_books_open,
    check_currency,
    check_reference,
    existing,
    shown_name,
)

_UNDEPOSITED = "Undeposited Funds"
_LINK = "Line.LinkedTxn"


def prepare_payment(work: Work, body: JsonObject, old: Record | None) -> JsonObject:
    """The complete body of a payment, or a refusal."""
    if not reference_id(body, "CustomerRef"):
        raise faults.missing("CustomerRef")
    customer = existing(work, "Customer", reference_id(body, "CustomerRef"), "CustomerRef")
    body["CustomerRef"] = {"value": customer.id, "name": shown_name(customer)}
    check_reference(work, body, "PaymentMethodRef", "PaymentMethod")
    check_reference(work, body, "DepositToAccountRef", "Account")
    check_currency(work, body, old, customer)
    settle_exchange(work, body, old)
    body.setdefault("TxnDate", work.today.isoformat())
    check_books_open(work, body["TxnDate"], old.body.get("TxnDate") if old else None)
    lines = objects(body.get("Line"))
    body["Line"] = [applied_line(*_application(line)) for line in lines if line.get("LinkedTxn")]
    _check_amounts(work, body, old)
    body.setdefault("ProcessPayment", False)
    _settle_account(work, body)
    return {**body, **home_amounts(body)}


def _settle_account(work: Work, body: JsonObject) -> None:
    holder = work.company.holder_of(KINDS["Account"], _UNDEPOSITED)
    if holder is not None:
        body.setdefault("DepositToAccountRef", {"value": holder[1]})


def _application(line: JsonObject) -> tuple[str, Decimal]:
    """The invoice that a line pays, and how much of it; one line pays one invoice."""
    links = objects(line.get("LinkedTxn"))
    if len(links) != 1 or links[0].get("TxnType") != "Invoice":
        raise sales_faults.cannot_be_linked(_LINK)
    amount = to_decimal(line.get("Amount"))
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    if amount < 0:
        raise sales_faults.negative_amount("Line.Amount", str(amount))
    return str(links[0].get("TxnId", "")), amount


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
        raise faults.bad_reference(_LINK)
    if reference_id(invoice.body, "CustomerRef") not in _family(work, reference_id(body, "CustomerRef")):
        raise faults.business("The invoice belongs to another customer.", _LINK)
    if reference_id(invoice.body, "CurrencyRef") != reference_id(body, "CurrencyRef"):
        raise faults.business("The invoice is in another currency.", _LINK)
    if more > to_decimal(invoice.body.get("Balance")):
        raise faults.business("The amount applied is greater than the balance of the invoice.", "Line.Amount")


def _family(work: Work, customer_id: str) -> set[str]:
    family = {customer_id}
    for child in work.company.children.get(f"Customer/{customer_id}", ()):
        family |= _family(work, child)
    return family


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
    body: JsonObject = {**invoice.body, "LinkedTxn": [*links, link] if linked else links}
    after = Record("Invoice", invoice.id, 0, work.now, work.now, body)
    owed = to_decimal(body.get("TotalAmt")) - to_decimal(body.get("Deposit"))
    body["Balance"] = owed - paid_on(work, after)
    changed = {**body, **home_amounts(body)}
    work.company.touch(invoice, changed, work.now, work.switches.payment_bumps_sync_token)


def use_credit(work: Work, invoice: Record) -> None:
    """Lets a new invoice take up its customer's credit, where the company has QuickBooks do that by itself."""
    automatic = ("AutoApplyCredit", "AutoApplyPayments")
    if not any(work.company.preference("SalesFormsPrefs", name) is True for name in automatic):
        return
    customer = reference_id(invoice.body, "CustomerRef")
    open_payments = [
        payment
        for payment in work.company.living("Payment")
        if reference_id(payment.body, "CustomerRef") == customer
        and to_decimal(payment.body.get("UnappliedAmt")) > 0
    ]
    for payment in open_payments:
        amount = min(to_decimal(payment.body["UnappliedAmt"]), to_decimal(invoice.body["Balance"]))
        if amount > 0:
            set_applied(work, payment, invoice.id, amount)
            settle_invoices(work, payment, {invoice.id})
