"""E-mail: queued in the database with the change that causes it, delivered by a job, kept in `var/mail` without SMTP.

A letter about an invoice keeps its sheet as it was when it was sent, and the PDF is set from that at delivery.
A message is claimed before it is sent, so that two jobs do not send it twice; one whose worker died is tried again when
its claim has passed, and given up after as many tries as one that is refused. Delivery is therefore at least once.
"""

from __future__ import annotations

import contextlib
import logging
import smtplib
import ssl
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import live, queue
from bookipi_app.db import Database, after_commit, database
from bookipi_app.documents.invoice_pdf import invoice_pdf
from bookipi_app.documents.letter import Letter, message_of
from bookipi_app.documents.paper import Paper, file_name, paper_from
from bookipi_app.errors import InvalidInput
from bookipi_app.ids import parse_id
from bookipi_app.models import Invoice, Kind, Mail, MailStatus
from bookipi_app.services import logos, records
from bookipi_app.services.fields import is_email
from bookipi_app.settings import Settings, settings
from bookipi_app.text import clean

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MOST_TRIES = 8
SMTP_SECONDS = 20
SUBMISSION = 587  # the port of a mail server for those who log in; `doctor` knocks at the same one
LOOPBACK = ("localhost", "127.0.0.1", "::1")
UNFINISHED = "This letter could not be made. Download the PDF and send it another way."


class NoSafeLogin(smtplib.SMTPException):
    """The mail server knows no log-in, or only one that everybody on the way can read."""


def queue_mail(
    session: Session,
    *,
    recipient: str,
    subject: str,
    body: str,
    now: datetime,
    company_id: UUID | None = None,
    invoice_id: UUID | None = None,
    from_name: str = "",
    reply_to: str = "",
    link: str = "",
    link_words: str = "",
    sheet: Paper | None = None,
    is_copy: bool = False,
) -> Mail:
    """Store a message to one address and ask for its delivery after the commit. `sheet` is attached as a PDF.

    Raises:
        InvalidInput: the address could not stand in a header.
    """
    if not is_email(recipient):
        raise InvalidInput({"to": "Enter an e-mail address, such as name@example.com."})
    mail = Mail(
        company_id=company_id,
        invoice_id=invoice_id,
        recipient=recipient,
        subject=one_line(subject)[:200],
        body=clean(body, lines=True),
        from_name=one_line(from_name)[:100],
        reply_to=reply_to if is_email(reply_to) else "",
        link=link,
        link_words=link_words,
        sheet=asdict(sheet) if sheet else None,
        is_copy=is_copy,
        created_at=now,
        next_try_at=now,
    )
    session.add(mail)
    session.flush()
    after_commit(session, partial(queue.send_mail, mail.id))
    return mail


def one_line(text: str) -> str:
    """A text that can stand in a header: no line breaks, no control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def deliver(mail_id: UUID | str, *, now: datetime | None = None, store: Database | None = None) -> bool:
    """Send a message that is due; True if it went out now. Called by the job, outside any transaction."""
    store, moment = store or database(), now or datetime.now(UTC)
    mail = _claim(store, parse_id(mail_id), moment)
    if mail is None:
        return False
    chosen = settings()
    message = _message(store, mail, chosen, moment)
    try:
        kept_as = _send(message, mail, chosen, moment)
    except (OSError, smtplib.SMTPException) as error:
        _note_failure(store, mail, error, moment)
        return False
    with store.transaction() as session:
        sent = session.get_one(Mail, mail.id)
        sent.status, sent.sent_at, sent.problem, sent.next_try_at = MailStatus.SENT, moment, "", None
        sent.kept_as = kept_as
        _forget_secret(sent)
        _changed(session, sent)
    return True


def try_again(session: Session, mail: Mail, now: datetime) -> None:
    """A letter that failed for good is waiting again; the caller has checked whose it is."""
    if mail.status is not MailStatus.FAILED:
        return
    mail.status, mail.tries, mail.next_try_at, mail.problem = MailStatus.WAITING, 0, now, ""
    _changed(session, mail)
    after_commit(session, partial(queue.send_mail, mail.id))


def due(session: Session, now: datetime, limit: int = 100) -> list[UUID]:
    """Messages whose next try has come: what the timers ask for again."""
    statement = select(Mail.id).where(col(Mail.status) == MailStatus.WAITING, col(Mail.next_try_at) <= now)
    return list(session.exec(statement.order_by(col(Mail.next_try_at)).limit(limit)))


def mark_as_sent(session: Session, invoice_id: UUID, moment: datetime) -> None:
    """Letters of an invoice that went out another way, or in an invented past: they are not delivered."""
    for mail in session.exec(select(Mail).where(col(Mail.invoice_id) == invoice_id)):
        mail.status, mail.sent_at, mail.next_try_at = MailStatus.SENT, moment, None
        session.add(mail)


def _claim(store: Database, mail_id: UUID, now: datetime) -> Mail | None:
    with store.transaction() as session:
        mail = session.get(Mail, mail_id, with_for_update=True)
        if (
            mail is None
            or mail.status is not MailStatus.WAITING
            or (mail.next_try_at and mail.next_try_at > now)
        ):
            return None
        if mail.tries >= MOST_TRIES:
            mail.problem = UNFINISHED
            _give_up(session, mail, now)
            return None
        mail.tries += 1
        mail.next_try_at = now + CLAIM
        session.add(mail)
    return mail


def _note_failure(store: Database, claimed: Mail, error: Exception, now: datetime) -> None:
    """A refusal for good (5xx) ends it; anything else is tried again, less and less often.

    Whoever was so slow that another one has claimed or sent the letter meanwhile has nothing to say about it.
    """
    log.warning("a letter was not taken: %s", type(error).__name__)
    with store.transaction() as session:
        mail = session.get_one(Mail, claimed.id, with_for_update=True)
        if mail.status is not MailStatus.WAITING or mail.tries != claimed.tries:
            return
        mail.problem = words_for(error)
        if _is_final(error) or mail.tries >= MOST_TRIES:
            _give_up(session, mail, now)
        else:
            mail.next_try_at = now + min(FIRST_WAIT * 2 ** (mail.tries - 1), LONGEST_WAIT)
            _changed(session, mail)


def _give_up(session: Session, mail: Mail, now: datetime) -> None:
    mail.status, mail.next_try_at = MailStatus.FAILED, None
    _tell_invoice(session, mail, now)
    _forget_secret(mail)
    _changed(session, mail)


def _forget_secret(mail: Mail) -> None:
    """A letter about an account may hold a link that opens it: once it is gone, nobody reads it here."""
    if mail.company_id is None:
        mail.body = mail.link = ""


def words_for(error: Exception) -> str:
    """What went wrong, for the person who sent it: never the server's own text, which may hold anything."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return "The mail server says that this address takes no mail."
        case NoSafeLogin():
            return "The mail server offers no safe log-in. Check the mail settings."
        case ssl.SSLError():
            return "The mail server cannot show that it is the right one. Check the mail settings."
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPSenderRefused():
            return "The mail server does not let us in. Check the mail settings."
        case smtplib.SMTPNotSupportedError():
            return "The mail server takes no addresses with such letters."
        case smtplib.SMTPResponseException():
            return f"The mail server refused the message (code {error.smtp_code})."
        case smtplib.SMTPException():
            return "The mail server broke off."
        case _:
            return "The mail server cannot be reached."


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600


def _tell_invoice(session: Session, mail: Mail, now: datetime) -> None:
    """A letter that never arrived belongs to the invoice's story."""
    invoice = session.get(Invoice, mail.invoice_id) if mail.invoice_id else None
    if invoice is not None:
        words = f"Not delivered to {mail.recipient}: {mail.problem}"
        records.note(session, Kind.INVOICE, invoice, now=now, who="", words=words)


def _changed(session: Session, mail: Mail) -> None:
    session.add(mail)
    if mail.company_id and mail.invoice_id:
        after_commit(session, partial(live.publish, mail.company_id, Kind.INVOICE.value, mail.invoice_id))


def _send(message: EmailMessage, mail: Mail, chosen: Settings, now: datetime) -> str:
    """Hand it to the mail server; without one the name of the file that holds it."""
    if chosen.smtp_url is None:
        return _keep(message, chosen.var / "mail", f"{now:%Y%m%dT%H%M%S}-{mail.id}.eml")
    server = _connected(urlsplit(chosen.smtp_url))
    try:
        server.send_message(message)
    finally:
        _leave(server)
    return ""


def _connected(address: SplitResult) -> smtplib.SMTP:
    """A mail server that is logged in to, over TLS with its certificate checked wherever it offers that."""
    host, checked = address.hostname or "localhost", ssl.create_default_context()
    if address.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, address.port or 465, timeout=SMTP_SECONDS, context=checked)
    else:
        server = smtplib.SMTP(host, address.port or SUBMISSION, timeout=SMTP_SECONDS)
    try:
        server.ehlo()
        secret = address.scheme == "smtps"
        if not secret and server.has_extn("starttls"):
            server.starttls(context=checked)
            server.ehlo()
            secret = True
        if address.username:
            if not server.has_extn("auth") or (not secret and host not in LOOPBACK):
                raise NoSafeLogin
            server.login(unquote(address.username), unquote(address.password or ""))
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def _leave(server: smtplib.SMTP) -> None:
    """Whatever the server answers to a goodbye: what became of the letter is known by then."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _message(store: Database, mail: Mail, chosen: Settings, now: datetime) -> EmailMessage:
    sheet = paper_from(mail.sheet) if mail.sheet else None
    letter = Letter(
        sender=chosen.mail_from,
        recipient=mail.recipient,
        subject=mail.subject,
        body=mail.body,
        message_id=mail.id.hex,
        domain=urlsplit(chosen.public_url).hostname or "localhost",
        from_name=mail.from_name,
        reply_to=mail.reply_to,
        link=mail.link,
        link_words=mail.link_words,
        file_name=file_name(sheet) if sheet else "",
        file=invoice_pdf(sheet, _logo(store, mail)) if sheet else b"",
    )
    return message_of(letter, now)


def _logo(store: Database, mail: Mail) -> bytes | None:
    with store.reading() as session:
        return logos.content(session, mail.company_id) if mail.company_id else None


def _keep(message: EmailMessage, folder: Path, name: str) -> str:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a letter may hold a link that opens an account
    (folder / name).write_bytes(bytes(message))
    return name
