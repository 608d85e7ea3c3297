"""Look: gather everything the planner may know about one record, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookipi_app.models import Connection, Decision, Kind, RemoteState, SyncRecord
from bookipi_app.quickbooks.wire import Json
from bookipi_app.sync import decided, mapping, names, shipping_item, snapshot
from bookipi_app.sync.actions import Cause, Need
from bookipi_app.sync.gathered import Gathered
from bookipi_app.sync.local import Local
from bookipi_app.sync.mapping import MappingContext
from bookipi_app.sync.plan import (
    TOMBSTONE,
    Doubt,
    Presence,
    RecordState,
    Refusal,
)
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.snapshot import Agreement, Snapshot

PRESENCE = {
    RemoteState.UNKNOWN: Presence.NEVER,
    RemoteState.LIVE: Presence.LIVE,
    RemoteState.VOID: Presence.VOID,
    RemoteState.GONE: Presence.ENDED,
}
REFUSED_END = "refused_end"  # SyncRecord.cause while a refused deletion or void waits to be undone here


@dataclass(frozen=True)
class Look:
    """One record as it is now. Holds what its session has read: of no use after its transaction."""

    record: SyncRecord
    local: Local | None
    remote: Json | None
    agreement: Agreement | None
    context: MappingContext
    state: RecordState
    due_at: datetime | None
    known: Gathered

    @property
    def kind(self) -> Kind:
        """The record's kind."""
        return self.record.kind

    @property
    def decisions(self) -> Sequence[Decision]:
        """What a person decided about it, as it was when this look began."""
        return self.known.decisions(self.record)


def at(known: Gathered, record: SyncRecord, doubt: Doubt | None = None) -> Look:
    """Look at a record of a connection."""
    session, connection, here = known.session, known.connection, known.here(record)
    if here is not None and here.company_id != connection.company_id:
        raise RuntimeError(f"record {record.id} of connection {connection.id} belongs to another company")
    customer_id = here.record.customer_id if here and isinstance(here.record, LocalInvoice) else ""
    context = known.context(customer_id)
    agreement = agreement_of(record)
    decisions = known.decisions(record)
    ours, theirs = _here(record, here, context, agreement), _there(record, here, context)
    if record.kind is Kind.INVOICE and "local" in ours:
        ours["missing_there"] += tuple(shipping_item.needs(session, connection, ours["local"], context))
    state = RecordState(
        kind=record.kind,
        now=known.now,
        agreement=agreement,
        ended=record.ended,
        travels=travels(connection, record, here, agreement),
        refusal=_refusal(record),
        conflict=decided.conflict(record, decisions),
        answers=decided.answers(decisions, (ours.get("local_version", 0), theirs["remote_token"])),
        doubt=doubt,
        forgotten=record.restored_key != "",
        name_clash=names.clash(session, connection, record, here, agreement),
        **ours,
        **theirs,
    )
    remote = record.remote if state.remote_state in (Presence.LIVE, Presence.VOID) else None
    return Look(record, here, remote, agreement, context, state, record.due_at, known)


def agreement_of(record: SyncRecord) -> Agreement | None:
    """The stored agreement; None where the two sides never corresponded."""
    if record.base_local is None or record.base_remote is None:
        return None
    return Agreement(record.base_local, record.base_remote, record.base_lines or [])


def keep_agreement(record: SyncRecord, agreement: Agreement) -> None:
    """Store an agreement in its record, which is known by its link from now on."""
    record.base_local = agreement.local
    record.base_remote = agreement.remote
    record.base_lines = agreement.lines
    record.restored_key = ""


def _here(
    record: SyncRecord, here: Local | None, context: MappingContext, agreement: Agreement | None
) -> dict[str, Any]:
    if here is None:
        return {"local_state": Presence.NEVER if record.local_id is None else Presence.ENDED}
    mine = snapshot.of_local(record.kind, here.record)
    known_there = record.remote_state in (RemoteState.LIVE, RemoteState.VOID)
    edited = (
        agreement is None or agreement.local != mine
    )  # only beside an edit of ours anybody asks what to expect
    return {
        "local": mine,
        "local_state": here.state,
        "local_version": here.version,
        "undo_until": here.undo_until,
        "sent_or_paid": here.sent_or_paid,
        "missing_there": _missing_there(record.kind, mine, context),
        "expected": mapping.expected(record.kind, here.record, context, agreement)
        if known_there and edited
        else None,
    }


def _there(record: SyncRecord, here: Local | None, context: MappingContext) -> dict[str, Any]:
    presence = PRESENCE[record.remote_state]
    token = TOMBSTONE if presence is Presence.ENDED else record.remote_token
    if record.remote is None or presence in (Presence.NEVER, Presence.ENDED):
        return {"remote_state": presence, "remote_token": token}
    theirs = snapshot.of_remote(record.kind, record.remote, was_void=presence is Presence.VOID)
    return {
        "remote": theirs,
        "remote_state": presence,
        "remote_token": token,
        "remote_carries_payment": snapshot.carries_payment(record.remote),
        "missing_here": _missing_here(record.kind, theirs, context),
    }


def _missing_there(kind: Kind, mine: Snapshot, context: MappingContext) -> tuple[Need, ...]:
    wanted = snapshot.references(kind, mine)
    return tuple(Need(one, key) for one, key in wanted if context.references.remote_id(one, key) is None)


def _missing_here(kind: Kind, theirs: Snapshot, context: MappingContext) -> tuple[Need, ...]:
    wanted = snapshot.references(kind, theirs)
    return tuple(Need(one, key) for one, key in wanted if context.references.local_id(one, key) is None)


def travels(
    connection: Connection, record: SyncRecord, here: Local | None, agreement: Agreement | None
) -> bool:
    """Drafts never; what is linked, asked for or needed always; what is new since the first connection by itself."""
    if here is not None and here.is_draft:
        return False
    if agreement is not None or record.wanted or here is None:
        return True
    return here.begun_at >= connection.first_connected_at


def _refusal(record: SyncRecord) -> Refusal | None:
    return Refusal(Cause.REFUSED, record.reason) if record.cause == REFUSED_END else None
