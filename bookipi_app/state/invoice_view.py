"""What the page of an invoice says around its sheet: head, next step, what stands in its dialogs to begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bookipi_app.models import Stage
from bookipi_app.money import cents_text
from bookipi_app.services import public_links
from bookipi_app.services.invoices import InvoiceDetail, Status
from bookipi_app.services.paper import Paper
from bookipi_app.services.words import counted


@dataclass(frozen=True)
class InvoiceView:
    """What the page's head and buttons need."""

    id: str = ""
    number: str = ""
    status: str = ""
    status_word: str = ""
    customer: str = ""
    customer_id: str = ""
    email: str = ""
    subject: str = ""
    message: str = ""
    context: str = ""
    outstanding: str = ""
    owed: str = ""  # the same as text for a field
    owed_words: str = ""  # what stands where no payment does
    draft: bool = False
    payable: bool = False
    editable: bool = False
    trashed: bool = False
    void: bool = False
    voidable: bool = False
    sendable: bool = False
    unsent: bool = False  # nobody outside has it yet: sending is the next step
    link: str = ""
    linkable: bool = False
    pdf: str = ""
    receipt: str = ""


def view_of(detail: InvoiceDetail, paper: Paper, today: date) -> InvoiceView:
    """What the page says around the sheet; `today` is the company's day."""
    invoice, owed = detail.invoice, max(detail.invoice.total_cents - detail.invoice.paid_cents, 0)
    living = invoice.trashed_at is None and invoice.stage is not Stage.VOID
    return InvoiceView(
        id=str(invoice.id),
        number=invoice.number,
        status=detail.status.value,
        status_word=detail.status_word,
        customer=detail.customer.name if detail.customer else "No customer yet",
        customer_id=str(invoice.customer_id or ""),
        subject=_subject(detail, paper),
        message=_message(detail, paper),
        email=invoice.bill_email or (detail.customer.email if detail.customer else ""),
        context=_context(detail),
        outstanding=detail.outstanding,
        owed=cents_text(owed),
        owed_words=_owed_words(detail, today),
        draft=invoice.stage is Stage.DRAFT,
        payable=living and invoice.stage is Stage.ISSUED and owed > 0,
        editable=living,
        trashed=invoice.trashed_at is not None,
        void=invoice.trashed_at is None and invoice.stage is Stage.VOID,
        voidable=living and invoice.stage is Stage.ISSUED,
        sendable=living,
        unsent=living and detail.status in (Status.DRAFT, Status.UNSENT),
        link=public_links.link_of(invoice),
        linkable=invoice.trashed_at is None and invoice.stage is not Stage.DRAFT,
        pdf=f"/files/invoices/{invoice.id}.pdf",
        receipt=f"/files/invoices/{invoice.id}.pdf?receipt=yes" if detail.payments else "",
    )


def _subject(detail: InvoiceDetail, paper: Paper) -> str:
    title = "Receipt" if detail.status is Status.PAID and detail.payments else paper.title
    return f"{title} {paper.number} from {paper.company_name}"


def _message(detail: InvoiceDetail, paper: Paper) -> str:
    """What the letter begins with; every word can be changed before it is sent."""
    if detail.status is Status.PAID and detail.payments:
        return (
            f"Thank you for your payment of {detail.total}. Here is the receipt for invoice {paper.number}."
        )
    return f"Here is invoice {paper.number} for {detail.outstanding}, due {detail.due}. Thank you for your business."


def _owed_words(detail: InvoiceDetail, today: date) -> str:
    if detail.status in (Status.DRAFT, Status.VOID, Status.PAID):
        return "No payment."
    days = (detail.invoice.due_date - today).days
    match days:
        case 0:
            when = "is due today"
        case _ if days > 0:
            when = f"is due in {counted(days, 'day')}"
        case _:
            when = f"was due {counted(-days, 'day')} ago"
    return f"No payment yet. {detail.outstanding} {when}."


def _context(detail: InvoiceDetail) -> str:
    match detail.status:
        case Status.PAID:
            return f"{detail.total} paid"
        case Status.VOID:
            return f"{detail.total}, void"
        case Status.DRAFT:
            return f"{detail.total}, not issued yet"
        case _:
            return f"{detail.outstanding} due {detail.due}"
