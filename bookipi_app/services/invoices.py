"""Invoices: the one face of what a user can do with them. The caller commits; every function looks at one company."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session

from bookipi_app import live
from bookipi_app.clock import today_in
from bookipi_app.db import after_commit
from bookipi_app.ids import new_id
from bookipi_app.models import Company, Customer, Invoice, Kind, Stage
from bookipi_app.money import format_cents, format_scaled
from bookipi_app.services import marks, records
from bookipi_app.services.fields import Fields
from bookipi_app.services.figures import AgeBar, DashboardFigures, MonthBar, by_age, by_month, figures
from bookipi_app.services.invoice_detail import (
    InvoiceDetail,
    LineView,
    PaymentView,
    PreviewTotals,
    flag_for,
    get,
    preview,
)
from bookipi_app.services.invoice_ends import restore, trash, void
from bookipi_app.services.invoice_form import InvoiceForm, LineForm, form_of_invoice, invoice_form_from
from bookipi_app.services.invoice_lines import lines_of
from bookipi_app.services.invoice_numbers import next_number, number_taken, taken_words
from bookipi_app.services.invoice_pages import (
    InvoiceRow,
    Summary,
    count,
    page,
    pairs,
    sum_words,
    summary,
    tab_counts,
)
from bookipi_app.services.invoice_save import issue_now, refuse_if_closed, refuse_if_not_ready, save
from bookipi_app.services.invoice_status import Status, status_of
from bookipi_app.services.mailer import queue_mail
from bookipi_app.services.payments import add_payment, mark_paid
from bookipi_app.services.terms import due_date
from bookipi_app.services.words import long_day
from bookipi_app.totals import TaxMode

__all__ = [
    "AgeBar",
    "DashboardFigures",
    "InvoiceDetail",
    "InvoiceForm",
    "InvoiceRow",
    "LineForm",
    "LineView",
    "MonthBar",
    "PaymentView",
    "PreviewTotals",
    "Status",
    "Summary",
    "add_payment",
    "by_age",
    "by_month",
    "count",
    "figures",
    "flag_for",
    "form_of_invoice",
    "get",
    "invoice_form_from",
    "mark_paid",
    "new_form",
    "next_number",
    "number_taken",
    "page",
    "pairs",
    "preview",
    "restore",
    "save",
    "send",
    "status_of",
    "sum_words",
    "summary",
    "tab_counts",
    "taken_words",
    "trash",
    "void",
]


def new_form(session: Session, company_id: UUID, *, now: datetime) -> InvoiceForm:
    """The form of a new invoice: the next number, today, and the company's own terms, tax rate and note."""
    company = records.company_of(session, company_id)
    today = today_in(company.time_zone, now)
    return InvoiceForm(
        number=next_number(session, company_id),
        issue_date=today.isoformat(),
        due_date=due_date(company.terms_name, today, today).isoformat(),
        terms_name=company.terms_name,
        tax_mode=(TaxMode.EXCLUSIVE if company.tax_rate else TaxMode.NONE).value,
        tax_rate=format_scaled(company.tax_rate) if company.tax_rate else "",
        notes=company.notes,
        key=str(new_id()),
    )


def send(
    session: Session, company_id: UUID, invoice_id: object, *, to: str, message: str, now: datetime, who: str
) -> Invoice:
    """Send by e-mail to one address or several with commas between; a draft is issued by it.

    Raises:
        InvalidInput: no address, a message that is too long, or a draft that lacks something.
        NotFound: no such invoice in this company.
        NotAllowed: it is void or in the trash.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    refuse_if_closed(invoice)
    fields = Fields()
    addresses = fields.email("to", to, label="an e-mail address", several=True)
    message = fields.text("message", message, 4000, lines=True)
    refuse_if_not_ready(fields, invoice.customer_id, len(lines_of(session, invoice.id)), invoice.total_cents)
    fields.done()
    company = records.company_of(session, company_id)
    for address in addresses.split(", "):
        queue_mail(
            session,
            recipient=address,
            subject=f"Invoice {invoice.number} from {company.name}",
            body=_letter(session, company, invoice, message),
            now=now,
            company_id=company_id,
            invoice_id=invoice.id,
        )
    _note_sent(session, invoice, addresses, now=now, who=who)
    return invoice


def _note_sent(session: Session, invoice: Invoice, addresses: str, *, now: datetime, who: str) -> None:
    """Sending is no edit: only a draft that it issues gets a new version."""
    issuing = invoice.stage is Stage.DRAFT
    if issuing:
        issue_now(session, invoice, now)
        invoice.version += 1
        invoice.updated_at = now
    invoice.sent_at = now
    records.note(session, Kind.INVOICE, invoice, now=now, who=who, words=f"Sent to {addresses}")
    if issuing:
        marks.mark(session, invoice.company_id, Kind.INVOICE, invoice.id, now)
    else:
        after_commit(session, partial(live.publish, invoice.company_id, Kind.INVOICE.value, invoice.id))


def _letter(session: Session, company: Company, invoice: Invoice, message: str) -> str:
    customer = session.get(Customer, invoice.customer_id) if invoice.customer_id else None
    owed = format_cents(max(invoice.total_cents - invoice.paid_cents, 0), invoice.currency)
    parts = [
        f"Hello {customer.name}," if customer else "Hello,",
        message or f"here is invoice {invoice.number} from {company.name}.",
        "\n".join(
            [
                f"Invoice: {invoice.number}",
                f"Issued: {long_day(invoice.issue_date)}",
                f"Total: {format_cents(invoice.total_cents, invoice.currency)}",
                f"Amount due: {owed}",
                f"Due: {long_day(invoice.due_date)}",
            ]
        ),
        invoice.notes,
        "\n".join(filter(None, [company.name, company.email, company.phone])),
    ]
    return "\n\n".join(filter(None, parts))
