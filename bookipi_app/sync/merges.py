"""Two customers are merged in QuickBooks: one is gone there, and everything that it had belongs to the other.

QuickBooks says so in one event, which may never arrive; the loser is then only *gone* (610), like one that was deleted.
So a customer that is gone is looked up as merged before it is archived: by the event, else by where its invoices
point now. Here the loser becomes an alias of the survivor, its invoices move, and what was edited on it and had not
travelled is a conflict on the survivor. That word may also come late, when the loser asks already or is archived as if
it had been deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Flag, InboxEvent, Invoice, Kind, RemoteState, Side, SyncRecord
from bookipi_app.quickbooks.wire import Entity, ref
from bookipi_app.sync import local, references, remote, story, waiting
from bookipi_app.sync.actions import Action, UpdateLocal
from bookipi_app.sync.execute import LOOK_AGAIN, Follow
from bookipi_app.sync.local import Local
from bookipi_app.sync.look import Look, agreement_of, keep_agreement
from bookipi_app.sync.records import LocalCustomer
from bookipi_app.sync.snapshot import Agreement, changed
from bookipi_app.sync.told import carried_over
from bookipi_app.sync.work import Run

LOOKING, FETCHING = "looks_for_survivor", "fetches_survivor"  # SyncRecord.cause, each once
ASKED_FORMER = "asked_former_customer"
MERGED = "merged"
READ_AGAIN = timedelta(seconds=10)
WAITS_FOR_SURVIVOR = "Merged into another customer in QuickBooks, which has to arrive here first."


def follow(
    session: Session, run: Run, connection: Connection, record: SyncRecord, now: datetime
) -> Follow | None:
    """What a customer that is gone in QuickBooks needs before it may be archived; None if it was no merge."""
    if record.kind is not Kind.CUSTOMER or not may_be_merged(session, connection, record):
        return None
    references.forget(session, connection.id, Entity.CUSTOMER, record.remote_id or "")
    invoices = _linked_invoices(session, record)
    survivor_id = _survivor_id(session, connection, record, invoices)
    if not survivor_id:
        if not invoices or record.cause == LOOKING:
            return None
        record.cause, record.due_at = LOOKING, now
        return Follow(read={Kind.INVOICE: [one.remote_id or "" for one in invoices]})
    found = remote.find(session, connection.id, Kind.CUSTOMER, survivor_id)
    standing = survivor(session, found)
    if standing is not None and standing.id != record.id:
        moved = _merge(session, connection, record, standing, now)
        return Follow(publish=[partial(run.publish, connection.company_id, *one) for one in moved])
    if found is not None and _is_held(found):
        record.due_at, record.tries = now + LOOK_AGAIN, 0
        story.fly(record, Flag.SYNCING, now, WAITS_FOR_SURVIVOR, waiting.WAITS)
        return Follow()
    if record.cause == FETCHING:
        return None
    record.cause, record.due_at = FETCHING, now + READ_AGAIN
    return Follow(read={Kind.CUSTOMER: [survivor_id]})


def ask_former(session: Session, look: Look, action: Action) -> Follow | None:
    """An invoice has another customer in QuickBooks: is the former one still there? Asked before the invoice moves.

    Once it has moved, nothing would show any more into whom the former one was merged.
    """
    if not isinstance(action, UpdateLocal) or "customer" not in action.fields or look.agreement is None:
        return None
    record, former_id = look.record, look.agreement.remote.get("customer", "")
    former = remote.find(session, record.connection_id, Kind.CUSTOMER, former_id) if former_id else None
    if former is None or former.remote_state is RemoteState.GONE or record.cause == ASKED_FORMER:
        return None
    record.cause, record.due_at = ASKED_FORMER, look.state.now
    return Follow(read={Kind.CUSTOMER: [former_id]})


def may_be_merged(session: Session, connection: Connection, record: SyncRecord) -> bool:
    """Gone in QuickBooks since the agreement, and not known to be merged yet.

    Of one that was archived for that already only QuickBooks' own word tells more; what was restored stands on its own.
    """
    if record.remote_state is not RemoteState.GONE or record.base_local is None or record.local_id is None:
        return False
    if not record.ended:
        return True
    if record.alias_of is not None or not told(session, connection, record):
        return False
    here = local.load(session, record.kind, record.local_id)
    return here is not None and not local.snapshot_of(record.kind, here.record)["active"]


def _linked_invoices(session: Session, record: SyncRecord) -> Sequence[SyncRecord]:
    """The records of the customer's invoices that QuickBooks has."""
    return session.exec(
        select(SyncRecord)
        .join(Invoice, col(Invoice.id) == col(SyncRecord.local_id))
        .where(
            SyncRecord.connection_id == record.connection_id,
            SyncRecord.kind == Kind.INVOICE,
            col(SyncRecord.remote_id).is_not(None),
            col(SyncRecord.ended).is_(False),
            Invoice.customer_id == record.local_id,
        )
    ).all()


def _survivor_id(
    session: Session, connection: Connection, record: SyncRecord, invoices: Sequence[SyncRecord]
) -> str:
    """Whom QuickBooks merged it into, by its own word, else by its invoices; empty if nobody says so."""
    if word := told(session, connection, record):
        return word
    # From an invoice whose customer was changed by hand before, nothing follows: it was not agreed to be the loser's.
    pointing = {
        ref(one.remote or {}, "CustomerRef")
        for one in invoices
        if one.remote_state is RemoteState.LIVE
        and (one.base_remote or {}).get("customer") == record.remote_id
    }
    pointing -= {record.remote_id or "", ""}
    return pointing.pop() if len(pointing) == 1 else ""


def told(session: Session, connection: Connection, record: SyncRecord) -> str:
    """Into what QuickBooks itself said that it merged a record; empty if it said nothing."""
    said = (
        select(InboxEvent.remote_id)
        .where(
            InboxEvent.realm_id == connection.realm_id,
            InboxEvent.entity == record.kind.value,
            InboxEvent.operation == MERGED,
            InboxEvent.deleted_id == record.remote_id,
            InboxEvent.remote_id != record.remote_id,
        )
        .order_by(col(InboxEvent.received_at).desc())
    )
    return session.exec(said).first() or ""


def survivor(session: Session, found: SyncRecord | None) -> SyncRecord | None:
    """The survivor's record once it is here; of one that was merged in its turn, the last of them."""
    while found is not None and found.alias_of is not None:
        found = session.get(SyncRecord, found.alias_of)
    if found is None or found.local_id is None or found.base_local is None or found.ended:
        return None
    return found


def _is_held(survivor: SyncRecord) -> bool:
    """True while it has not arrived but will: it may be one that was sent from here, and is not answered for yet."""
    return (
        survivor.local_id is None
        and survivor.remote_state is RemoteState.LIVE
        and survivor.due_at is not None
    )


def _merge(
    session: Session, connection: Connection, loser: SyncRecord, survivor: SyncRecord, now: datetime
) -> list[tuple[str, UUID]]:
    """Do it here; what open pages have to show anew, by kind and id."""
    assert loser.local_id is not None
    assert survivor.local_id is not None
    here, other = (local.load(session, Kind.CUSTOMER, one) for one in (loser.local_id, survivor.local_id))
    assert here is not None
    assert other is not None
    assert isinstance(here.record, LocalCustomer)
    assert isinstance(other.record, LocalCustomer)
    # What was edited on one that is archived already was given up with it.
    carried = {} if loser.ended else _carry_edits(session, loser, here, survivor, other, now)
    if here.record.active:
        local.store(session, Kind.CUSTOMER, local.archived(here.record), here.version, now)
    invoices = _repoint(session, connection, loser, survivor, other.record.name, now)
    loser.alias_of, loser.ended, loser.due_at, loser.tries = survivor.id, True, None, 0
    words = f"Merged into {other.record.name} in QuickBooks"
    story.fly(loser, Flag.NOT_SYNCED, now, words, MERGED)
    story.tell(session, connection, loser, Side.QUICKBOOKS, words, now)
    detail = carried_over(session, connection, Kind.CUSTOMER, carried) if carried else None
    story.tell(
        session,
        connection,
        survivor,
        Side.QUICKBOOKS,
        f"{here.record.name} was merged into this customer",
        now,
        detail,
    )
    survivor.due_at = now
    customers = [(Kind.CUSTOMER.value, one) for one in (loser.local_id, survivor.local_id)]
    return customers + [(Kind.INVOICE.value, one) for one in invoices]


def _carry_edits(
    session: Session, loser: SyncRecord, here: Local, survivor: SyncRecord, other: Local, now: datetime
) -> dict[str, object]:
    """What was edited on the loser and had not travelled: edited on the survivor, against what QuickBooks has there.

    A field that is in no half of an agreement counts as edited on both sides: two values are a conflict. An edit of
    the survivor's own that waits stays what it is; the loser's is then only in the history.
    """
    lost, kept = agreement_of(loser), agreement_of(survivor)
    assert lost is not None
    assert kept is not None
    mine, theirs = (local.snapshot_of(Kind.CUSTOMER, one.record) for one in (here, other))
    edited = set(changed(Kind.CUSTOMER, Side.HERE, lost.local, mine)) - {"active"}
    waiting = set(changed(Kind.CUSTOMER, Side.HERE, kept.local, theirs))
    names = [name for name in sorted(edited) if mine[name] != theirs[name]]
    moved = [name for name in names if name not in waiting]
    if moved:
        values = {name: getattr(here.record, name) for name in moved}
        local.store(session, Kind.CUSTOMER, replace(other.record, **values), other.version, now)
        keep_agreement(survivor, _without(kept, moved))
    return {name: mine[name] for name in names}


def _without(agreement: Agreement, names: Sequence[str]) -> Agreement:
    ours, theirs = (
        {name: value for name, value in half.items() if name not in names}
        for half in (agreement.local, agreement.remote)
    )
    return Agreement(ours, theirs, agreement.lines)


def _repoint(
    session: Session,
    connection: Connection,
    loser: SyncRecord,
    survivor: SyncRecord,
    name: str,
    now: datetime,
) -> list[UUID]:
    """Its invoices are the survivor's, drafts and older ones too; their ids.

    Our half of each agreement says so as well: the two are one customer now, so nobody has edited the invoice.
    """
    of_loser = (
        col(Invoice.company_id) == connection.company_id,
        col(Invoice.customer_id) == loser.local_id,
    )
    ids = list(session.exec(select(Invoice.id).where(*of_loser)))
    followed = (
        select(SyncRecord, Invoice.version)
        .join(Invoice, col(Invoice.id) == col(SyncRecord.local_id))
        .where(SyncRecord.connection_id == connection.id, SyncRecord.kind == Kind.INVOICE, *of_loser)
    )
    for record, version in session.exec(followed).all():
        record.base_version += record.base_version == version
        if record.base_local and record.base_local.get("customer") == str(loser.local_id):
            record.base_local = {**record.base_local, "customer": str(survivor.local_id)}
        record.due_at = now
    moved = {"customer_id": survivor.local_id, "version": col(Invoice.version) + 1, "updated_at": now}
    session.exec(update(Invoice).where(*of_loser).values(**moved))
    words = f"Its customer was merged into {name}"
    for one in ids:
        story.tell_about(session, connection, Kind.INVOICE, one, Side.QUICKBOOKS, words, now)
    return ids
