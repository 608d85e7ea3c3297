"""Money received. It lives on this side alone: no payment makes a new version, and none ever travels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.clock import today_in
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed, NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import Company, Invoice, Kind, Payment, Stage
from bookipi_app.money import cents_text, format_cents
from bookipi_app.services import records
from bookipi_app.services.fields import Fields
from bookipi_app.services.invoice_detail import PaymentView
from bookipi_app.services.invoice_save import refuse_if_closed

CHANGED_MEANWHILE = "This payment was changed meanwhile, in another window. Close this and look at it again."


def mark_paid(session: Session, company_id: UUID, invoice_id: object, *, now: datetime, who: str) -> Invoice:
    """Record that everything still owed was paid today. An invoice already paid stays as it is.

    Raises:
        NotFound: no such invoice in this company.
        NotAllowed: it is a draft, void, or in the trash.
    """
    company, invoice = _open(session, company_id, invoice_id)
    owed = invoice.total_cents - invoice.paid_cents
    if owed > 0:
        _record(session, invoice, owed, today_in(company.time_zone, now), "", now=now, who=who)
    return invoice


def add_payment(
    session: Session,
    company_id: UUID,
    invoice_id: object,
    *,
    amount: str,
    paid_on: str,
    method: str = "",
    now: datetime,
    who: str,
) -> Invoice:
    """Record a payment. `amount` is text in the invoice's currency, `paid_on` YYYY-MM-DD (empty: today).

    Raises:
        InvalidInput: not an amount, nothing, more than is owed, or a day in the future.
        NotFound: no such invoice in this company.
        NotAllowed: it is a draft, void, or in the trash.
    """
    company, invoice = _open(session, company_id, invoice_id)
    read = _read(company, invoice, amount, paid_on, method, before=0, now=now)
    _record(session, invoice, read.cents, read.day, read.method, now=now, who=who)
    return invoice


def change_payment(
    session: Session,
    company_id: UUID,
    invoice_id: object,
    payment_id: object,
    *,
    amount: str,
    paid_on: str,
    method: str = "",
    now: datetime,
    who: str,
    seen: PaymentView | None = None,
) -> Invoice:
    """Correct a payment that was recorded wrongly. `seen` is what the person who corrects it was shown.

    Raises:
        InvalidInput: as for a new payment.
        NotFound: no such payment on such an invoice in this company.
        NotAllowed: the invoice is void or in the trash, or the payment is no more what was seen.
    """
    company, invoice = _open(session, company_id, invoice_id)
    payment = _find(session, invoice, payment_id, seen)
    old = payment.amount_cents
    read = _read(company, invoice, amount, paid_on, method, before=old, now=now)
    payment.amount_cents, payment.paid_on, payment.method = read.cents, read.day, read.method
    session.add(payment)
    invoice.paid_cents += read.cents - old
    was, becomes = (format_cents(cents, invoice.currency) for cents in (old, read.cents))
    words = f"Payment of {was} corrected to {becomes}" if was != becomes else f"Payment of {was} corrected"
    _tell(session, invoice, words, now=now, who=who)
    return invoice


def remove_payment(
    session: Session,
    company_id: UUID,
    invoice_id: object,
    payment_id: object,
    *,
    now: datetime,
    who: str,
    seen: PaymentView | None = None,
) -> Invoice:
    """Take back a payment that was recorded by mistake. `seen` is what the person who removes it was shown.

    Raises:
        NotFound: no such payment on such an invoice in this company.
        NotAllowed: the invoice is void or in the trash, or the payment is no more what was seen.
    """
    _, invoice = _open(session, company_id, invoice_id)
    payment = _find(session, invoice, payment_id, seen)
    session.delete(payment)
    invoice.paid_cents -= payment.amount_cents
    words = f"Payment of {format_cents(payment.amount_cents, invoice.currency)} removed"
    _tell(session, invoice, words, now=now, who=who)
    return invoice


@dataclass(frozen=True)
class _Paid:
    cents: int
    day: date
    method: str


def _read(
    company: Company, invoice: Invoice, amount: str, paid_on: str, method: str, *, before: int, now: datetime
) -> _Paid:
    """What was typed; `before` is what the payment came to so far."""
    today = today_in(company.time_zone, now)
    fields = Fields()
    cents = fields.cents("amount", amount)
    day = fields.day("paid_on", paid_on, empty=today)
    method = fields.text("method", method, 40)
    owed = invoice.total_cents - invoice.paid_cents + before
    if not cents:
        fields.errors.setdefault("amount", "Enter the amount paid.")
    elif cents > owed:
        fields.errors["amount"] = f"Only {format_cents(max(owed, 0), invoice.currency)} is still owed."
    if day > today:
        fields.errors["paid_on"] = "This day is still to come."
    fields.done()
    return _Paid(cents, day, method)


def _find(session: Session, invoice: Invoice, payment_id: object, seen: PaymentView | None) -> Payment:
    statement = select(Payment).where(
        col(Payment.id) == parse_id(payment_id), col(Payment.invoice_id) == invoice.id
    )
    payment = session.exec(statement.with_for_update()).one_or_none()
    if payment is None:
        raise NotFound
    is_now = (cents_text(payment.amount_cents), payment.paid_on.isoformat(), payment.method)
    if seen is not None and is_now != (seen.number, seen.day, seen.method):
        raise NotAllowed(CHANGED_MEANWHILE)
    return payment


def _open(session: Session, company_id: UUID, invoice_id: object) -> tuple[Company, Invoice]:
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    refuse_if_closed(invoice)
    if invoice.stage is Stage.DRAFT:
        raise NotAllowed("This invoice is a draft. Continue or send it first.")
    return records.company_of(session, company_id), invoice


def _record(
    session: Session, invoice: Invoice, cents: int, day: date, method: str, *, now: datetime, who: str
) -> None:
    session.add(
        Payment(
            company_id=invoice.company_id,
            invoice_id=invoice.id,
            amount_cents=cents,
            paid_on=day,
            method=method,
            created_at=now,
        )
    )
    invoice.paid_cents += cents
    words = f"Payment of {format_cents(cents, invoice.currency)} recorded. Payments are not shared with QuickBooks."
    _tell(session, invoice, words, now=now, who=who)


def _tell(session: Session, invoice: Invoice, words: str, *, now: datetime, who: str) -> None:
    session.add(invoice)
    records.note(session, Kind.INVOICE, invoice, now=now, who=who, words=words)
    after_commit(session, partial(live.publish, invoice.company_id, Kind.INVOICE.value, invoice.id))
