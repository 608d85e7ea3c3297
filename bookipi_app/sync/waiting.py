"""Records that wait for others: an invoice for its customer and its items."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from bookipi_app.models import Kind, RemoteState, SyncRecord
from bookipi_app.quickbooks.wire import as_object, as_text
from bookipi_app.sync import actions
from bookipi_app.sync.actions import Action
from bookipi_app.sync.look import Look
from bookipi_app.sync.snapshot import is_inactive, references

WAITS = "waits_for_reference"  # SyncRecord.cause while another record has to go first
INACTIVE = "inactive_reference"  # ... while one that it uses is inactive in QuickBooks

NO_SUCH_REFERENCE = ("610", "2500", "6250")  # how QuickBooks refuses what uses something that it has put away


def cause_of(code: str) -> str:
    """What a refusal is about: one that the return of a customer or item may mend is tried again then."""
    return INACTIVE if code in NO_SUCH_REFERENCE else "refused"


def wake(session: Session, record: SyncRecord, now: datetime) -> None:
    """A customer or item is on both sides now, or in use again: whatever waited for one looks again."""
    if record.kind is Kind.INVOICE or record.remote_state is RemoteState.UNKNOWN:
        return
    session.exec(
        update(SyncRecord)
        .where(
            col(SyncRecord.connection_id) == record.connection_id,
            col(SyncRecord.cause).in_((WAITS, INACTIVE)),
        )
        .values(due_at=now)
    )


def inactive_reference(session: Session, look: Look, action: Action) -> str:
    """Why an invoice cannot be sent: the customer or item that it uses and that QuickBooks has put away. Else empty."""
    if not _sends_references(action) or look.state.local is None:
        return ""
    for kind, local_id in references(look.kind, look.state.local):
        record = session.exec(
            select(SyncRecord).where(
                SyncRecord.connection_id == look.record.connection_id,
                SyncRecord.kind == kind,
                SyncRecord.local_id == UUID(local_id),
            )
        ).first()
        if record is not None and is_inactive(record.remote or {}) and not _was_agreed(look, kind, record):
            name = as_text(as_object(record.base_local).get("name"))
            return f"{name} is inactive in QuickBooks. Restore it here, or choose another {kind.value}."
    return ""


def _sends_references(action: Action) -> bool:
    match action:
        case actions.CreateRemote():
            return True
        case actions.UpdateRemote(fields=names):
            return bool({"customer", "lines"} & set(names))
        case _:
            return False


def _was_agreed(look: Look, kind: Kind, record: SyncRecord) -> bool:
    """What QuickBooks' invoice uses already may stay, whatever became of it."""
    theirs = look.agreement.remote if look.agreement else {}
    return (kind, record.remote_id or "") in references(look.kind, theirs)
