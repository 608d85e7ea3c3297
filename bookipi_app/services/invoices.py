"""Invoices: the one face of what a user can do with them. The caller commits; every function looks at one company."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from bookipi_app.clock import today_in
from bookipi_app.ids import new_id
from bookipi_app.money import format_scaled
from bookipi_app.services import records
from bookipi_app.services.figures import AgeBar, DashboardFigures, MonthBar, by_age, by_month, figures
from bookipi_app.services.invoice_detail import (
    InvoiceDetail,
    LineView,
    PaymentView,
    flag_for,
    get,
)
from bookipi_app.services.invoice_ends import restore, trash, void
from bookipi_app.services.invoice_form import InvoiceForm, LineForm, form_of_invoice, invoice_form_from
from bookipi_app.services.invoice_numbers import next_number, number_taken, taken_words
from bookipi_app.services.invoice_pages import (
    InvoiceRow,
    Summary,
    count,
    page,
    pairs,
    sum_words,
    summary,
    sums,
    tab_counts,
)
from bookipi_app.services.invoice_preview import PreviewTotals, preview, read_as_saved
from bookipi_app.services.invoice_save import save
from bookipi_app.services.invoice_status import Status, status_of
from bookipi_app.services.payments import add_payment, change_payment, mark_paid, remove_payment
from bookipi_app.services.sending import LetterView, send
from bookipi_app.services.terms import due_date
from bookipi_app.totals import TaxMode

__all__ = [
    "AgeBar",
    "DashboardFigures",
    "InvoiceDetail",
    "InvoiceForm",
    "InvoiceRow",
    "LetterView",
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
    "change_payment",
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
    "read_as_saved",
    "remove_payment",
    "restore",
    "save",
    "send",
    "status_of",
    "sum_words",
    "summary",
    "sums",
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
