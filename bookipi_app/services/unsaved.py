"""An invoice's form while it is typed, kept with every edit: it outlives the page, the tab and the server.

It is nobody's invoice yet: no list shows it, no number is taken by it, and QuickBooks never hears of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, delete, select

from bookipi_app.ids import parse_id
from bookipi_app.models import UnsavedInvoice
from bookipi_app.services.records import company_of
from bookipi_app.services.words import moment_words

NEW = "new"  # the address of a form that no invoice has yet
KEPT_FOR = timedelta(days=30)
LONGEST = 1_000_000  # characters of a form; a larger one was never typed by a person


@dataclass(frozen=True)
class Typed:
    """A form as it stands: where it is typed, about which invoice (none yet: empty), for whom."""

    key: str
    address: str
    invoice_id: str
    tab: str
    customer: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """A form that was not saved. `words` say what it is and when it was typed."""

    key: str
    invoice_id: str
    words: str
    content: dict[str, Any]


def keep(session: Session, company_id: UUID, typed: Typed, now: datetime) -> None:
    """The form as it stands now, in place of what it was before. Somebody else's key keeps nothing."""
    if len(json.dumps(typed.content)) > LONGEST:
        return
    key = parse_id(typed.key)
    row = session.get(UnsavedInvoice, key)
    if row is None:
        _forget_old(session, company_id, now)
        row = UnsavedInvoice(key=key, company_id=company_id, content={}, kept_at=now)
    if row.company_id != company_id:
        return
    row.invoice_id = parse_id(typed.invoice_id) if typed.invoice_id else None
    row.address, row.tab, row.customer = typed.address[:36], typed.tab[:64], typed.customer[:100]
    row.content, row.kept_at = typed.content, now
    session.add(row)


def typed_in(session: Session, company_id: UUID, address: str, tab: str, now: datetime) -> Kept | None:
    """What this tab typed last at this address, or at another about the invoice whose page this is.

    The form that an invoice was made in is about it once it is saved; what is typed there before the invoice's own page
    has opened is meant for that.
    """
    here = col(UnsavedInvoice.address) == address
    if address != NEW:
        here = or_(here, col(UnsavedInvoice.invoice_id) == parse_id(address))
    return _newest(session, company_id, (here, col(UnsavedInvoice.tab) == tab), now)


def typed_elsewhere(
    session: Session, company_id: UUID, invoice_id: str, tab: str, now: datetime
) -> Kept | None:
    """What another tab, closed or not, typed last about this invoice, or about a new one."""
    of = col(UnsavedInvoice.invoice_id)
    about = of == parse_id(invoice_id) if invoice_id else of.is_(None)
    return _newest(session, company_id, (about, col(UnsavedInvoice.tab) != tab), now)


def find(session: Session, company_id: UUID, key: str, now: datetime) -> Kept | None:
    """One of them by its key."""
    return _newest(session, company_id, (col(UnsavedInvoice.key) == parse_id(key),), now)


def forget(session: Session, company_id: UUID, key: str) -> None:
    """It was saved, or is not wanted any more."""
    row = session.get(UnsavedInvoice, parse_id(key)) if key else None
    if row is not None and row.company_id == company_id:
        session.delete(row)


def _forget_old(session: Session, company_id: UUID, now: datetime) -> None:
    """What nobody came back for."""
    mine = col(UnsavedInvoice.company_id) == company_id
    session.exec(delete(UnsavedInvoice).where(mine, col(UnsavedInvoice.kept_at) < now - KEPT_FOR))


def _newest(session: Session, company_id: UUID, where: tuple[Any, ...], now: datetime) -> Kept | None:
    row = session.exec(
        select(UnsavedInvoice)
        .where(col(UnsavedInvoice.company_id) == company_id, *where)
        .order_by(col(UnsavedInvoice.kept_at).desc(), col(UnsavedInvoice.key))
        .limit(1)
    ).first()
    if row is None:
        return None
    whose = f" for {row.customer}" if row.customer else ""
    what = f"Changes{whose}" if row.invoice_id else f"An invoice{whose}"
    typed = moment_words(row.kept_at, company_of(session, company_id).time_zone, now)
    return Kept(str(row.key), str(row.invoice_id or ""), f"{what}, typed {typed}", row.content)
