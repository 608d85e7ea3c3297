"""One act on many records: for each its result in words. The caller gives each a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlmodel import Session

from bookipi_app.errors import NotFound, UserMustAct
from bookipi_app.models import Customer, Invoice, Kind
from bookipi_app.services import customers, duplicates, invoices, items, records, sync_requests
from bookipi_app.services.words import counted

MOST = 100


class _Did(Protocol):
    """What an act does to one record; it returns what became of it, in words."""

    def __call__(
        self, session: Session, company_id: UUID, record_id: str, *, now: datetime, who: str
    ) -> str: ...


@dataclass(frozen=True)
class Act:
    """An act, what it is called when it is done, and whether *Undo* takes it back."""

    kind: Kind
    run: _Did
    done: str
    undo: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one record."""

    id: str
    name: str
    words: str
    fine: bool


class Refused(UserMustAct):
    """An act was refused for one record, which stays as it was."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome


def act_of(kind: Kind, name: str) -> Act:
    """An act by its name.

    Raises:
        NotFound: there is none for this kind of record.
    """
    act = ACTS.get((kind, name))
    if act is None:
        raise NotFound
    return act


def do(session: Session, company_id: UUID, act: Act, record_id: str, *, now: datetime, who: str) -> Outcome:
    """Do it to one record of the company.

    Raises:
        Refused: it cannot be done; nothing has changed.
    """
    name = record_id
    try:
        row = records.of_kind(session, act.kind, company_id, record_id)
        name = row.number if isinstance(row, Invoice) else row.name
        words = act.run(session, company_id, record_id, now=now, who=who)
    except UserMustAct as refusal:
        raise Refused(Outcome(record_id, name, refusal.words, fine=False)) from None
    return Outcome(record_id, name, words, fine=True)


def words_of(act: Act, done: Sequence[Outcome]) -> str:
    """`3 invoices moved to trash.`, or how many of them, if some were refused."""
    fine = sum(one.fine for one in done)
    if fine == len(done):
        return f"{counted(fine, act.kind.value)} {act.done}."
    return f"{fine:,} of {counted(len(done), act.kind.value)} {act.done}."


def _send(session: Session, company_id: UUID, record_id: str, *, now: datetime, who: str) -> str:
    invoice = records.find(session, Invoice, company_id, record_id)
    customer = session.get(Customer, invoice.customer_id) if invoice.customer_id else None
    to = invoice.bill_email or (customer.email if customer else "")
    if not to:
        raise UserMustAct("Its customer has no e-mail address. Open it to send it.")
    invoices.send(session, company_id, record_id, to=to, message="", now=now, who=who)
    return f"Sent to {to}"


def _pay(session: Session, company_id: UUID, record_id: str, *, now: datetime, who: str) -> str:
    invoices.mark_paid(session, company_id, record_id, now=now, who=who)
    return "Paid"


def _duplicate(session: Session, company_id: UUID, record_id: str, *, now: datetime, who: str) -> str:
    return f"Duplicated as {duplicates.duplicate(session, company_id, record_id, now=now, who=who).number}"


def _plain(run: Callable[..., Any], words: str) -> _Did:
    def did(session: Session, company_id: UUID, record_id: str, *, now: datetime, who: str) -> str:
        run(session, company_id, record_id, now=now, who=who)
        return words

    return did


def _sync(kind: Kind) -> _Did:
    def did(session: Session, company_id: UUID, record_id: str, *, now: datetime, who: str) -> str:
        sync_requests.sync_this(session, company_id, kind, record_id, now=now)
        return "On its way"

    return did


ACTS: dict[tuple[Kind, str], Act] = {
    (Kind.INVOICE, "send"): Act(Kind.INVOICE, _send, "sent"),
    (Kind.INVOICE, "pay"): Act(Kind.INVOICE, _pay, "marked paid"),
    (Kind.INVOICE, "duplicate"): Act(Kind.INVOICE, _duplicate, "duplicated as drafts"),
    (Kind.INVOICE, "away"): Act(
        Kind.INVOICE, _plain(invoices.trash, "Moved to trash"), "moved to trash", undo=True
    ),
    (Kind.INVOICE, "back"): Act(Kind.INVOICE, _plain(invoices.restore, "Restored"), "restored"),
    (Kind.CUSTOMER, "away"): Act(Kind.CUSTOMER, _plain(customers.archive, "Archived"), "archived", undo=True),
    (Kind.CUSTOMER, "back"): Act(Kind.CUSTOMER, _plain(customers.restore, "Restored"), "restored"),
    (Kind.ITEM, "away"): Act(Kind.ITEM, _plain(items.archive, "Archived"), "archived", undo=True),
    (Kind.ITEM, "back"): Act(Kind.ITEM, _plain(items.restore, "Restored"), "restored"),
    **{(kind, "sync"): Act(kind, _sync(kind), "on the way to QuickBooks") for kind in Kind},
}
