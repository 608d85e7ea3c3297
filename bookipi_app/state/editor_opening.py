"""What the invoice editor begins with: an empty form with the company's own defaults, or a saved invoice."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from bookipi_app.clock import today_in
from bookipi_app.ids import new_id
from bookipi_app.models import Company, Kind, Stage
from bookipi_app.money import format_scaled
from bookipi_app.services import companies, history, invoices, logos
from bookipi_app.services.invoices import InvoiceDetail, InvoiceForm
from bookipi_app.services.paper import Paper, letterhead
from bookipi_app.state.app import system_clock
from bookipi_app.state.editor_customer import Buyer, buyer_of
from bookipi_app.state.editor_lines import EditorLine, lines_of_detail


@dataclass(frozen=True)
class Opened:
    """What the editor begins with."""

    form: InvoiceForm
    lines: list[EditorLine]
    buyer: Buyer
    letterhead: Paper
    number_of_record: str = ""
    issued: bool = False
    taxable: bool = False
    zone: str = "America/New_York"
    discount_label: str = "Discount"
    closed: str = ""
    changed_there: bool = False


def open_new(session: Session, company_id: UUID, _address: str) -> Opened:
    """An empty form: the next number, today, the company's terms, tax and note."""
    company = companies.get(session, company_id)
    today = today_in(company.time_zone, system_clock())
    form = InvoiceForm(
        number=invoices.next_number(session, company_id),
        issue_date=today.isoformat(),
        due_date=today.isoformat(),
        terms_name=company.terms_name,
        tax_rate=format_scaled(company.tax_rate) if company.tax_rate else "",
        notes=company.notes,
        key=str(new_id()),
    )
    return Opened(
        form,
        [],
        Buyer(),
        _head(session, company),
        taxable=bool(company.tax_rate),
        zone=company.time_zone,
        discount_label=company.discount_label or "Discount",
    )


def open_invoice(session: Session, company_id: UUID, address: str) -> Opened:
    """A saved invoice of this company.

    Raises:
        NotFound: unknown, or another company's.
    """
    detail = invoices.get(session, company_id, address, now=system_clock())
    company = companies.get(session, company_id)
    newest = history.of(session, company_id, Kind.INVOICE, detail.invoice.id, 1, now=system_clock())
    return Opened(
        form=detail.form,
        lines=lines_of_detail(detail),
        buyer=buyer_of(session, company_id, detail.form.customer_id),
        letterhead=_head(session, company),
        number_of_record=detail.invoice.number,
        issued=detail.invoice.stage is not Stage.DRAFT,
        taxable=bool(company.tax_rate),
        zone=company.time_zone,
        discount_label=company.discount_label or "Discount",
        closed=_closed(detail),
        changed_there=bool(newest) and newest[0].side == "QuickBooks",
    )


def _closed(detail: InvoiceDetail) -> str:
    if detail.invoice.trashed_at:
        return "This invoice is in the trash. Restore it first."
    return "This invoice is void and cannot be edited." if detail.invoice.stage is Stage.VOID else ""


def _head(session: Session, company: Company) -> Paper:
    return letterhead(company, logos.address(session, company.id))
