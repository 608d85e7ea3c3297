"""The letters that stayed on this machine because no mail server is set up: a company's own, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.documents.paper import file_name, paper_from
from bookipi_app.models import Invoice, Mail
from bookipi_app.services import records
from bookipi_app.services.words import moment_words

MOST = 50


@dataclass(frozen=True)
class KeptLetter:
    """A letter as it would have gone out. `invoice` is the address of what it is about."""

    id: str
    recipient: str
    subject: str
    body: str
    when: str
    file: str
    attached: str
    invoice: str
    number: str


def letters(session: Session, company_id: UUID, *, now: datetime) -> list[KeptLetter]:
    """Those of this company. Letters about an account, such as new passwords, are on no page."""
    zone = records.company_of(session, company_id).time_zone
    statement = (
        select(Mail, Invoice.number)
        .outerjoin(Invoice, col(Invoice.id) == col(Mail.invoice_id))
        .where(col(Mail.company_id) == company_id, col(Mail.kept_as) != "")
        .order_by(col(Mail.sent_at).desc(), col(Mail.id).desc())
    )
    return [_view(mail, number or "", zone, now) for mail, number in session.exec(statement.limit(MOST))]


def _view(mail: Mail, number: str, zone: str, now: datetime) -> KeptLetter:
    return KeptLetter(
        id=str(mail.id),
        recipient=mail.recipient,
        subject=mail.subject,
        body=mail.body,
        when=moment_words(mail.sent_at or mail.created_at, zone, now),
        file=f"var/mail/{mail.kept_as}",
        attached=file_name(paper_from(mail.sheet)) if mail.sheet else "",
        invoice=f"/invoices/{mail.invoice_id}" if mail.invoice_id else "",
        number=number,
    )
