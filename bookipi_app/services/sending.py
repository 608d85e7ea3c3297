"""Sending an invoice by e-mail: the letter, the copy for oneself, and what has become of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.db import after_commit
from bookipi_app.errors import NotFound
from bookipi_app.ids import parse_id
from bookipi_app.models import Company, Customer, Invoice, Kind, Mail, MailStatus, Stage
from bookipi_app.money import format_cents
from bookipi_app.services import invoice_detail, mailer, marks, records
from bookipi_app.services.fields import Fields, is_email
from bookipi_app.services.invoice_lines import lines_of
from bookipi_app.services.invoice_numbers import taken_words
from bookipi_app.services.invoice_save import issue_now, refuse_if_closed, refuse_if_not_ready
from bookipi_app.services.paper import Paper, paper_of, receipt_of
from bookipi_app.services.public_links import link_of
from bookipi_app.services.words import long_day, moment_words
from bookipi_app.settings import settings

MOST_ADDRESSES, LONGEST_ADDRESS = 10, 254
VIEW = "View the invoice"


@dataclass(frozen=True)
class LetterView:
    """A letter on the invoice's page. `state` is `waiting`, `sent`, `kept` or `failed`."""

    id: str
    recipient: str
    state: str
    words: str
    is_copy: bool


def send(
    session: Session,
    company_id: UUID,
    invoice_id: object,
    *,
    to: str,
    message: str,
    now: datetime,
    who: str,
    subject: str = "",
    copy_to: str = "",
) -> Invoice:
    """Send by e-mail to one address or several with commas between; a draft is issued by it.

    A paid invoice goes out as its receipt. `copy_to` is the sender's own address, from the session.

    Raises:
        InvalidInput: no address, a text that is too long, or a draft that lacks something.
        NotFound: no such invoice in this company.
        NotAllowed: it is void or in the trash.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    refuse_if_closed(invoice)
    fields = Fields()
    addresses = _addresses(fields, to)
    subject, message = fields.text("subject", subject, 200), fields.text("message", message, 4000, lines=True)
    refuse_if_not_ready(fields, invoice.customer_id, len(lines_of(session, invoice.id)), invoice.total_cents)
    if invoice.stage is Stage.DRAFT and (
        words := taken_words(session, company_id, invoice.number, invoice.id)
    ):
        fields.errors["number"] = words
    fields.done()
    _issue(session, invoice, now)
    company = records.company_of(session, company_id)
    sheet, link = _sheet(session, company, invoice, now), link_of(invoice)
    body = _letter(session, company, invoice, message, link)
    copies = [copy_to] if copy_to and copy_to not in addresses else []
    for address in (*addresses, *copies):
        mailer.queue_mail(
            session,
            recipient=address,
            subject=subject or subject_of(sheet, company),
            body=body,
            now=now,
            company_id=company_id,
            invoice_id=invoice.id,
            from_name=company.name,
            reply_to=company.email,
            link=link,
            link_words=VIEW,
            sheet=sheet,
            is_copy=address in copies,
        )
    _note_sent(session, invoice, ", ".join(addresses), now=now, who=who)
    return invoice


def subject_of(sheet: Paper, company: Company) -> str:
    """What the letter is called unless something else is typed."""
    return f"{sheet.title} {sheet.number} from {company.name}"


def letters_of(
    session: Session, company_id: UUID, invoice_id: UUID, *, now: datetime
) -> tuple[LetterView, ...]:
    """The letters of one invoice of this company, newest first."""
    zone = records.company_of(session, company_id).time_zone
    statement = select(Mail).where(col(Mail.company_id) == company_id, col(Mail.invoice_id) == invoice_id)
    found = session.exec(statement.order_by(col(Mail.created_at).desc(), col(Mail.id).desc()).limit(20))
    return tuple(_view(mail, zone, now) for mail in found)


def try_again(session: Session, company_id: UUID, mail_id: object, *, now: datetime) -> None:
    """Send a letter that failed once more.

    Raises:
        NotFound: no such letter of this company.
    """
    statement = select(Mail).where(col(Mail.id) == parse_id(mail_id), col(Mail.company_id) == company_id)
    mail = session.exec(statement.with_for_update()).one_or_none()
    if mail is None:
        raise NotFound
    mailer.try_again(session, mail, now)


def has_server() -> bool:
    """False if letters stay on this machine, in `var/mail`."""
    return settings().smtp_url is not None


def _addresses(fields: Fields, to: str) -> list[str]:
    """The addresses, each once. QuickBooks' 100 characters bind the address that an invoice keeps, and no letter."""
    listed = fields.text("to", to, MOST_ADDRESSES * LONGEST_ADDRESS, label="an e-mail address")
    parts = [part.strip() for part in listed.split(",")]
    if listed and not all(is_email(part) for part in parts):
        fields.errors["to"] = "Enter an e-mail address, such as name@example.com."
    addresses = list(dict.fromkeys(parts))
    if len(addresses) > MOST_ADDRESSES:
        fields.errors["to"] = f"Send to at most {MOST_ADDRESSES} addresses at once."
    return addresses


def _issue(session: Session, invoice: Invoice, now: datetime) -> None:
    """Sending is no edit: only a draft that it issues gets a new version."""
    if invoice.stage is not Stage.DRAFT:
        return
    issue_now(session, invoice, now)
    invoice.version += 1
    invoice.updated_at = now
    session.flush()
    marks.mark(session, invoice.company_id, Kind.INVOICE, invoice.id, now)


def _note_sent(session: Session, invoice: Invoice, addresses: str, *, now: datetime, who: str) -> None:
    invoice.sent_at = now
    records.note(session, Kind.INVOICE, invoice, now=now, who=who, words=f"Sent to {addresses}")
    after_commit(session, partial(live.publish, invoice.company_id, Kind.INVOICE.value, invoice.id))


def _sheet(session: Session, company: Company, invoice: Invoice, now: datetime) -> Paper:
    detail = invoice_detail.get(session, company.id, invoice.id, now=now)
    paper = paper_of(company, detail)
    return (
        receipt_of(paper, detail) if detail.payments and invoice.paid_cents >= invoice.total_cents else paper
    )


def _letter(session: Session, company: Company, invoice: Invoice, message: str, link: str) -> str:
    customer = session.get(Customer, invoice.customer_id) if invoice.customer_id else None
    owed = max(invoice.total_cents - invoice.paid_cents, 0)
    parts = [
        f"Hello {customer.name}," if customer else "Hello,",
        message or f"here is invoice {invoice.number} from {company.name}.",
        "\n".join(
            [
                f"Invoice: {invoice.number}",
                f"Issued: {long_day(invoice.issue_date)}",
                f"Total: {format_cents(invoice.total_cents, invoice.currency)}",
                f"Amount due: {format_cents(owed, invoice.currency)}",
                *([f"Due: {long_day(invoice.due_date)}"] if owed else []),
            ]
        ),
        link,
        "\n".join(filter(None, [company.name, company.email, company.phone])),
    ]
    return "\n\n".join(filter(None, parts))


def _view(mail: Mail, zone: str, now: datetime) -> LetterView:
    state = mail.status.value
    match mail.status:
        case MailStatus.SENT:
            moment = moment_words(mail.sent_at or mail.created_at, zone, now)
            state, words = ("kept", f"Kept here {moment}") if mail.kept_as else (state, f"Sent {moment}")
        case MailStatus.WAITING:
            words = f"{mail.problem} Tried again by itself." if mail.problem else "On its way"
        case MailStatus.FAILED:
            words = mail.problem
    return LetterView(str(mail.id), mail.recipient, state, words, mail.is_copy)
