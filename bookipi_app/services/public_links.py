"""The link under which an invoice can be seen without an account.

A link is not stored: it is the invoice's id with 160 bits of an HMAC over it and the link's number, so that a copy of
the database opens no invoice, and renewing counts the number up. Nothing here tells an unknown link from one that was
withdrawn.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app import live
from bookipi_app.db import after_commit
from bookipi_app.errors import NotAllowed, NotFound
from bookipi_app.models import Company, Invoice, Kind, Stage
from bookipi_app.services import records
from bookipi_app.settings import SettingsError, settings

PATH = "/i/"
ID_BYTES, MAC_BYTES = 16, 20
KEY_LENGTH = 48  # characters
PURPOSE = b"bookipi public link 1\0"
LINK_OPENED = "Viewed through its public link"


def link_of(invoice: Invoice) -> str:
    """The address to hand on; empty while the invoice has none."""
    return f"{settings().public_url}{PATH}{key_of(invoice)}" if _is_open(invoice) else ""


def key_of(invoice: Invoice) -> str:
    """The unguessable part of the address."""
    return _keys_of(invoice)[0]


def opened(session: Session, key: object) -> Invoice:
    """The invoice that a link shows.

    Raises:
        NotFound: no such link, or not any more: withdrawn, renewed, its invoice is a draft or in the trash.
    """
    if not isinstance(key, str) or len(key) != KEY_LENGTH or not key.isascii():
        raise NotFound
    try:
        invoice = session.get(Invoice, UUID(bytes=urlsafe_b64decode(key)[:ID_BYTES]))
    except (NotBase64, ValueError):
        raise NotFound from None
    if invoice is None or not _is_open(invoice) or not _is_one_of(key, _keys_of(invoice)):
        raise NotFound
    return invoice


def note_viewed(session: Session, key: object, viewer: UUID | None, now: datetime) -> bool:
    """Somebody looks at it in a browser; True if that is news. The owner's own look does not count.

    Raises:
        NotFound: no such link.
    """
    invoice = opened(session, key)
    owner = session.exec(select(Company.user_id).where(col(Company.id) == invoice.company_id)).one()
    seen = invoice.viewed_at is not None and (invoice.sent_at is None or invoice.viewed_at >= invoice.sent_at)
    if viewer == owner or seen:
        return False
    invoice.viewed_at = now
    records.note(session, Kind.INVOICE, invoice, now=now, who="", words=LINK_OPENED)
    _tell(session, invoice)
    return True


def note_shared(session: Session, company_id: UUID, invoice_id: object, *, now: datetime) -> Invoice:
    """Its link or its PDF was taken by the owner, or it was printed: from now on its number is known outside.

    Raises:
        NotFound: no such invoice in this company.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    if invoice.shared_at is None and invoice.stage is not Stage.DRAFT:
        invoice.shared_at = now
        session.add(invoice)
    return invoice


def renew(session: Session, company_id: UUID, invoice_id: object, *, now: datetime, who: str) -> Invoice:
    """Another link; the one before shows nothing any more. Brings back one that was withdrawn.

    Raises:
        NotFound: no such invoice in this company.
        NotAllowed: it is a draft or in the trash.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    if invoice.stage is Stage.DRAFT or invoice.trashed_at is not None:
        raise NotAllowed("A link needs an issued invoice. Continue or send it first.")
    invoice.link_number, invoice.link_withdrawn_at = invoice.link_number + 1, None
    records.note(session, Kind.INVOICE, invoice, now=now, who=who, words="Public link renewed")
    _tell(session, invoice)
    return invoice


def withdraw(session: Session, company_id: UUID, invoice_id: object, *, now: datetime, who: str) -> Invoice:
    """The link shows nothing any more; one that is withdrawn already stays so.

    Raises:
        NotFound: no such invoice in this company.
    """
    invoice = records.find(session, Invoice, company_id, invoice_id, lock=True)
    if invoice.link_withdrawn_at is None:
        invoice.link_withdrawn_at = now
        records.note(session, Kind.INVOICE, invoice, now=now, who=who, words="Public link withdrawn")
        _tell(session, invoice)
    return invoice


def _is_open(invoice: Invoice) -> bool:
    """Without a secret key (a process outside a run) nothing is open, and nothing can be guessed."""
    known = invoice.stage is not Stage.DRAFT and invoice.trashed_at is None
    return known and invoice.link_withdrawn_at is None and bool(settings().secret_keys)


def _keys_of(invoice: Invoice) -> list[str]:
    """By the newest secret key and, for links that were handed out before it came, by each older one."""
    secrets = settings().secret_keys
    if not secrets:
        raise SettingsError("BOOKIPI_SECRET_KEY is not set; without it no public link can be made.")
    return [urlsafe_b64encode(invoice.id.bytes + _mac(invoice, secret)).decode() for secret in secrets]


def _is_one_of(key: str, known: list[str]) -> bool:
    """Every one is compared, each in constant time."""
    return sum(hmac.compare_digest(key, one) for one in known) > 0


def _mac(invoice: Invoice, secret: str) -> bytes:
    named = PURPOSE + invoice.id.bytes + invoice.link_number.to_bytes(8, "big")
    return hmac.digest(secret.encode(), named, "sha256")[:MAC_BYTES]


def _tell(session: Session, invoice: Invoice) -> None:
    session.add(invoice)
    after_commit(session, partial(live.publish, invoice.company_id, Kind.INVOICE.value, invoice.id))
