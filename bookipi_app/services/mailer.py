"""E-mail: queued in the database with the change that causes it, delivered by a job, kept in `var/mail` without SMTP.

A message is claimed before it is sent, so that two jobs do not send it twice; one whose worker died is tried again when
its claim has passed. Delivery is therefore at least once.
"""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import queue
from bookipi_app.db import Database, after_commit, database
from bookipi_app.errors import InvalidInput
from bookipi_app.ids import parse_id
from bookipi_app.models import Mail, MailStatus
from bookipi_app.services.fields import is_email
from bookipi_app.settings import Settings, settings
from bookipi_app.text import clean

CLAIM = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MOST_TRIES = 8
SMTP_SECONDS = 20


def queue_mail(
    session: Session,
    *,
    recipient: str,
    subject: str,
    body: str,
    now: datetime,
    company_id: UUID | None = None,
    invoice_id: UUID | None = None,
) -> Mail:
    """Store a message to one address and ask for its delivery after the commit.

    Raises:
        InvalidInput: the address could not stand in a header.
    """
    if not is_email(recipient):
        raise InvalidInput({"to": "Enter an e-mail address, such as name@example.com."})
    mail = Mail(
        company_id=company_id,
        invoice_id=invoice_id,
        recipient=recipient,
        subject=" ".join(subject.split())[:200],
        body=clean(body, lines=True),
        created_at=now,
        next_try_at=now,
    )
    session.add(mail)
    session.flush()
    after_commit(session, partial(queue.send_mail, mail.id))
    return mail


def deliver(mail_id: UUID | str, *, now: datetime | None = None, store: Database | None = None) -> bool:
    """Send a message that is due; True if it went out now. Called by the job, outside any transaction."""
    store, moment = store or database(), now or datetime.now(UTC)
    mail = _claim(store, parse_id(mail_id), moment)
    if mail is None:
        return False
    try:
        _send(mail, settings(), moment)
    except (OSError, smtplib.SMTPException) as error:
        _note_failure(store, mail.id, error, moment)
        return False
    with store.transaction() as session:
        sent = session.get_one(Mail, mail.id)
        sent.status, sent.sent_at, sent.problem, sent.next_try_at = MailStatus.SENT, moment, "", None
        session.add(sent)
    return True


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
        mail.tries += 1
        mail.next_try_at = now + CLAIM
        session.add(mail)
    return mail


def _note_failure(store: Database, mail_id: UUID, error: Exception, now: datetime) -> None:
    """A refusal for good (5xx) ends it; anything else is tried again, less and less often."""
    with store.transaction() as session:
        mail = session.get_one(Mail, mail_id, with_for_update=True)
        mail.problem = f"The mail server did not take it: {type(error).__name__}."
        if _is_final(error) or mail.tries >= MOST_TRIES:
            mail.status, mail.next_try_at = MailStatus.FAILED, None
        else:
            mail.next_try_at = now + min(FIRST_WAIT * 2 ** (mail.tries - 1), LONGEST_WAIT)
        session.add(mail)


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600


def _send(mail: Mail, chosen: Settings, now: datetime) -> None:
    message = _message(mail, chosen, now)
    if chosen.smtp_url is None:
        _keep(message, chosen.var / "mail", f"{now:%Y%m%dT%H%M%S}-{mail.id}.eml")
        return
    address = urlsplit(chosen.smtp_url)
    kind = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    port = address.port or (465 if address.scheme == "smtps" else 25)
    with kind(address.hostname or "localhost", port, timeout=SMTP_SECONDS) as server:
        server.ehlo()
        if address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(message)


def _message(mail: Mail, chosen: Settings, now: datetime) -> EmailMessage:
    """The message; `EmailMessage` itself refuses line breaks in a header."""
    message = EmailMessage()
    message["From"] = chosen.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(
        mail.id.hex, domain=urlsplit(chosen.public_url).hostname or "localhost"
    )
    message.set_content(mail.body, cte="quoted-printable")  # any server takes it, with or without 8BITMIME
    return message


def _keep(message: EmailMessage, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(bytes(message))
