"""An invoice that goes out anew after its deletion in QuickBooks: restored from the trash, or kept by a person.

Where a backup was brought back, it may have gone out before, and nobody here remembers. QuickBooks takes a number
twice, so it is looked for as before a first creation; customers and items are kept from that by their names.
"""

from __future__ import annotations

from bookipi_app.models import Kind, RemoteState, SyncRecord
from bookipi_app.sync import decided, match
from bookipi_app.sync.actions import Choice
from bookipi_app.sync.conflicts import RECORD
from bookipi_app.sync.gathered import Gathered
from bookipi_app.sync.plan import TOMBSTONE, Presence


def look_for(known: Gathered, record: SyncRecord) -> None:
    """If it is about to go out anew and QuickBooks has what it may be: it is matched as one that never travelled."""
    here = known.here(record) if _is_deleted_there(record) else None
    if here is None or here.state is not Presence.LIVE:
        return
    if not record.ended and not _is_kept(known, record, here.version):
        return
    if match.there(known, here) is not None:
        let_go(record)
        known.forget()


def _is_deleted_there(record: SyncRecord) -> bool:
    gone = record.kind is Kind.INVOICE and record.remote_state is RemoteState.GONE
    return gone and record.base_local is not None


def _is_kept(known: Gathered, record: SyncRecord, version: int) -> bool:
    """Edited here, deleted there, and a person chose ours as it is now."""
    conflict = decided.conflict(record, known.decisions(record))
    if conflict is None or (conflict.local_version, conflict.remote_token) != (version, TOMBSTONE):
        return False
    return conflict.choices.get(RECORD) is Choice.OURS


def let_go(record: SyncRecord) -> None:
    """Its former life in QuickBooks is over: it is one that never corresponded now, and travels all the same."""
    record.base_local = record.base_remote = record.base_lines = None
    record.base_version, record.base_token = 0, -1
    record.remote_id, record.remote = None, None
    record.remote_state, record.remote_token = RemoteState.UNKNOWN, -1
    record.ended, record.wanted = False, True
    record.generation += 1
