"""In what a linked record differs between here and QuickBooks, in words."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from bookipi_app.models import Attempt, Connection, Flag, Outcome, RemoteState, Side, SyncRecord
from bookipi_app.quickbooks.wire import Json
from bookipi_app.sync import fields, local, references, snapshot, story
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.forecast import totals_compare
from bookipi_app.sync.look import agreement_of
from bookipi_app.sync.records import LocalInvoice

UNREADABLE = "QuickBooks holds a value that makes no sense here."
ANSWERED = (
    Flag.ATTENTION,
    Flag.CONFLICT,
    Flag.DIFFERS,
)  # known: it waits for a person, who has been told why


@dataclass(frozen=True)
class Difference:
    """One sentence. `is_news` means that nobody knew: the planner has to look at it."""

    words: str
    is_news: bool


def is_pending(session: Session, record: SyncRecord) -> bool:
    """True for a record that is on its way: it may differ now and will not in a moment."""
    if record.due_at is not None:
        return True
    unanswered = select(Attempt.id).where(Attempt.record_id == record.id, Attempt.outcome == Outcome.OPEN)
    return session.exec(unanswered.limit(1)).first() is not None


def difference(session: Session, record: SyncRecord, obj: Json) -> Difference | None:
    """Compare our record, the agreement and QuickBooks' object as it is now; None where the books agree."""
    agreement = agreement_of(record)
    assert agreement is not None
    try:
        theirs = snapshot.of_remote(record.kind, obj, was_void=record.remote_state is RemoteState.VOID)
    except Unreadable:
        return Difference(UNREADABLE, is_news=record.flag not in ANSWERED)
    shared = set(fields.names(record.kind, fields.Owner.SHARED)) | {"void"}
    there = [
        name
        for name in snapshot.changed(record.kind, Side.QUICKBOOKS, agreement.remote, theirs)
        if name in shared
    ]
    found = _here(session, record, obj)
    if there:
        found = Difference(_sentence(record, "Changed in QuickBooks", there), is_news=True)
    if found is not None and record.flag in ANSWERED and record.reason:
        return Difference(record.reason, is_news=_moved(record, obj))
    return found


def _here(session: Session, record: SyncRecord, obj: Json) -> Difference | None:
    agreement = agreement_of(record)
    mine = local.load(session, record.kind, record.local_id) if record.local_id else None
    if mine is None or agreement is None:
        return Difference("It is missing here.", is_news=True)
    ours = snapshot.of_local(record.kind, mine.record)
    if here := snapshot.changed(record.kind, Side.HERE, agreement.local, ours):
        return Difference(_sentence(record, "Changed here", here), is_news=True)
    if isinstance(mine.record, LocalInvoice) and record.remote_state is RemoteState.LIVE:
        if totals_compare(mine.record, obj) is None:
            return None
        connection = session.get_one(Connection, record.connection_id)
        context = references.context(session, connection, mine.record.customer_id)
        totals = totals_compare(mine.record, obj, context, agreement)
        return Difference(totals.words, is_news=True) if totals else None
    return None


def _moved(record: SyncRecord, obj: Json) -> bool:
    return snapshot.sync_token(obj) > record.remote_token


def _sentence(record: SyncRecord, what: str, names: list[str] | tuple[str, ...]) -> str:
    if "void" in names:
        return f"{what}: void."
    return f"{what}: {story.listed(record.kind, names)}."
