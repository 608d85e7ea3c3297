"""Money received. It lives on this side alone: no payment makes a new version, and none ever travels."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session

from bookipi_app import live
from bookipi_app.clock import today_in
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed
from bookipi_app.models import Company, Invoice, Kind, Payment, Stage
from bookipi_app.money import format_cents
from bookipi_app.services import records
from bookipi_app.services.fields import Fields
from bookipi_app.services.invoice_save import refuse_if_closed


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
    today = today_in(company.time_zone, now)
    fields = Fields()
    cents = fields.cents("amount", amount)
    day = fields.day("paid_on", paid_on, empty=today)
    method = fields.text("method", method, 40)
    owed = invoice.total_cents - invoice.paid_cents
    if not cents:
        fields.errors.setdefault("amount", "Enter the amount paid.")
    elif cents > owed:
        fields.errors["amount"] = f"Only {format_cents(max(owed, 0), invoice.currency)} is still owed."
    if day > today:
        fields.errors["paid_on"] = "This day is still to come."
    fields.done()
    _record(session, invoice, cents, day, method, now=now, who=who)
    return invoice


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
        Payment(invoice_id=invoice.id, amount_cents=cents, paid_on=day, method=method, created_at=now)
    )
    invoice.paid_cents += cents
    words = f"Payment of {format_cents(cents, invoice.currency)} recorded. Payments are not shared with QuickBooks."
    records.note(session, Kind.INVOICE, invoice, now=now, who=who, words=words)
    after_commit(session, partial(live.publish, invoice.company_id, Kind.INVOICE.value, invoice.id))
