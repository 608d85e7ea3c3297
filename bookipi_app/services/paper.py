"""An invoice as it is printed: one sheet for its page, the public page, the PDF and the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from bookipi_app.documents.paper import Paper, PaperLine, PaperPayment, PaperSum
from bookipi_app.models import Company
from bookipi_app.services import logos, records
from bookipi_app.services.invoice_detail import InvoiceDetail, LineView, get
from bookipi_app.services.invoice_status import Status
from bookipi_app.services.words import initials

__all__ = ["Paper", "PaperLine", "PaperSum", "head_and_rest", "paper_of", "receipt_of", "sheet", "sums"]


def sheet(
    session: Session, company_id: UUID, invoice_id: object, *, now: datetime, receipt: bool = False
) -> tuple[Paper, bytes | None]:
    """The sheet of one invoice of this company, or the receipt of its payments, and the company's logo for it.

    Raises:
        NotFound: no such invoice in this company, or nothing was paid that a receipt could confirm.
    """
    detail = get(session, company_id, invoice_id, now=now)
    paper = paper_of(records.company_of(session, company_id), detail)
    return (receipt_of(paper, detail) if receipt else paper), logos.content(session, company_id)


def paper_of(company: Company, detail: InvoiceDetail, *, logo: str = "") -> Paper:
    """The sheet of a saved invoice. `logo` is the address that a page shows the company's logo from."""
    invoice = detail.invoice
    is_void = detail.status is Status.VOID
    name, *address = detail.bill_to if detail.customer else ("", *detail.bill_to)
    return replace(
        letterhead(company, logo),
        number=invoice.number,
        mark=_mark(detail),
        customer_name=name,
        customer_address="\n".join(address),
        issued=detail.issued,
        due_date=detail.due,
        terms=invoice.terms_name,
        po_number=invoice.po_number,
        lines=tuple(_line(str(at), line) for at, line in enumerate(detail.line_views)),
        sums=sums(
            ("Subtotal", detail.subtotal),
            (detail.discount_label, detail.discount),
            ("Shipping", detail.shipping),
            *detail.taxes,
            ("Total", detail.total if detail.paid or is_void else ""),
            ("Paid", f"−{detail.paid}" if detail.paid else ""),
        ),
        due_label="Nothing is owed" if is_void else "Amount due",
        due=detail.outstanding,
        note=invoice.notes,
    )


def receipt_of(paper: Paper, detail: InvoiceDetail) -> Paper:
    """The same sheet as a receipt: what was paid, when and how.

    Raises:
        NotFound: nothing was paid.
    """
    if not detail.payments:
        raise records.NotFound
    paid = (PaperPayment(one.paid_on, one.method, one.amount) for one in reversed(detail.payments))
    return replace(paper, title="Receipt", payments=tuple(paid))


def sums(*rows: tuple[str, str]) -> tuple[PaperSum, ...]:
    """The rows that have an amount."""
    return tuple(PaperSum(label, amount) for label, amount in rows if amount)


def letterhead(company: Company, logo: str = "") -> Paper:
    """An empty sheet of the company."""
    town = ", ".join(
        filter(None, [company.city, " ".join(filter(None, [company.region, company.postal_code]))])
    )
    return Paper(
        logo=logo,
        company_name=company.name,
        company_initials=initials(company.name),
        company_address="\n".join(filter(None, [company.line1, company.line2, town])),
    )


def head_and_rest(item: str, description: str) -> tuple[str, str]:
    """What is printed large and what small: the item over its description, or the description's first line."""
    if item:
        return item, description
    first, _, rest = description.partition("\n")
    return first, rest


def _mark(detail: InvoiceDetail) -> str:
    """What has become of the invoice, where that is no plain *is owed*."""
    match detail.status:
        case Status.DRAFT | Status.VOID:
            return detail.status_word
        case Status.PAID:
            return f"Paid {detail.payments[0].paid_on}" if detail.payments else "Paid"
        case _:
            return ""


def _line(line_id: str, line: LineView) -> PaperLine:
    name, description = head_and_rest(line.item, line.description)
    small = [part for part in (description, line.discount) if part]
    return PaperLine(line_id, name, "\n".join(small), line.quantity, line.price, line.amount)
