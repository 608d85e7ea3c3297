"""Two items are merged in QuickBooks: every line there names the survivor, and the loser is gone.

Here the loser is archived like any item that is gone, and becomes an alias of the survivor: by the event, else by what
the lines of its invoices name now. Those invoices are changed in QuickBooks, and arrive with the survivor. What was
written here and still names the loser gets the survivor when its lines are about to be sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import exists
from sqlmodel import Session, col, select

from bookipi_app.models import Connection, InvoiceLine, Kind, RemoteState, Side, SyncRecord
from bookipi_app.quickbooks.wire import Entity
from bookipi_app.sync import local, merges, references, remote, remote_lines, story, waiting
from bookipi_app.sync.actions import Action
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.execute import Follow
from bookipi_app.sync.look import Look
from bookipi_app.sync.records import LocalInvoice
from bookipi_app.sync.waiting import agreed_name
from bookipi_app.sync.work import Run

MOST_READ = 30  # of the invoices that sold it: one call


def follow(session: Session, connection: Connection, record: SyncRecord, now: datetime) -> Follow | None:
    """Find the survivor of an item that is gone in QuickBooks; None once there is nothing more to find out."""
    if record.kind is not Kind.ITEM or record.alias_of is not None:
        return None
    if not merges.may_be_merged(session, connection, record):
        return None
    references.forget(session, connection.id, Entity.ITEM, record.remote_id or "")
    survivor_id, sold = merges.told(session, connection, record), list[SyncRecord]()
    if not survivor_id:
        sold = _sold(session, record)
        survivor_id = _named_now(record, sold)
    if not survivor_id:
        if not sold or record.cause == merges.LOOKING:
            return None
        record.cause, record.due_at = merges.LOOKING, now
        return Follow(read={Kind.INVOICE: [one.remote_id or "" for one in sold]})
    survivor = merges.survivor(session, remote.find(session, connection.id, Kind.ITEM, survivor_id))
    if survivor is not None and survivor.id != record.id:
        _unite(session, connection, record, survivor, now)
        return None
    if record.cause == merges.FETCHING:
        return None
    record.cause, record.due_at = merges.FETCHING, now + merges.READ_AGAIN
    return Follow(read={Kind.ITEM: [survivor_id]})


def _sold(session: Session, record: SyncRecord) -> list[SyncRecord]:
    """The invoices in QuickBooks that sold it, the latest of them; costs as much as the connection has invoices."""
    names_it = exists().where(
        col(InvoiceLine.invoice_id) == col(SyncRecord.local_id), col(InvoiceLine.item_id) == record.local_id
    )
    found = select(SyncRecord).where(
        SyncRecord.connection_id == record.connection_id,
        SyncRecord.kind == Kind.INVOICE,
        SyncRecord.remote_state == RemoteState.LIVE,
        names_it,
    )
    return list(session.exec(found.order_by(col(SyncRecord.remote_time).desc()).limit(MOST_READ)))


def _named_now(record: SyncRecord, sold: Iterable[SyncRecord]) -> str:
    """What all lines name that were agreed to sell it, and changed in nothing else; empty if that is not one item."""
    named = set[str]()
    for one in sold:
        with suppress(Unreadable):  # what makes no sense tells nothing
            named.update(_items_in_its_place(one, record.remote_id or ""))
    named -= {record.remote_id or "", ""}
    return named.pop() if len(named) == 1 else ""


def _items_in_its_place(invoice: SyncRecord, item_id: str) -> Iterable[str]:
    lines = map(remote_lines.canonical, remote_lines.body_lines(invoice.remote or {}))
    now = {line["id"]: line for line in lines}
    for pair in invoice.base_lines or []:
        then = remote_lines.canonical(pair["wire"])
        line = now.get(then["id"])
        if then.get("item") == item_id and line is not None and {**line, "item": item_id} == then:
            yield line.get("item", "")


def _unite(
    session: Session, connection: Connection, record: SyncRecord, survivor: SyncRecord, now: datetime
) -> None:
    record.alias_of, record.cause = survivor.id, ""
    words = f"Merged into {agreed_name(survivor)} in QuickBooks"
    story.tell(session, connection, record, Side.QUICKBOOKS, words, now)
    told = f"{agreed_name(record)} was merged into this item"
    story.tell(session, connection, survivor, Side.QUICKBOOKS, told, now)
    waiting.wake(session, record, now)


def repoint(session: Session, run: Run, connection: Connection, look: Look, action: Action) -> Follow | None:
    """Lines of ours that are about to be sent name what was merged: they name the survivor, and it is looked again."""
    here = look.local
    if here is None or not isinstance(here.record, LocalInvoice) or not waiting.sends_references(action):
        return None
    merged = _merged(session, look, here.record)
    if not merged:
        return None
    record, now = look.record, look.state.now
    moved = tuple(
        replace(line, item_id=str(merged[line.item_id][1].local_id)) if line.item_id in merged else line
        for line in here.record.lines
    )
    version = local.store(session, Kind.INVOICE, replace(here.record, lines=moved), here.version, now)
    record.base_version = version if record.base_version == here.version else record.base_version
    record.base_local = _with_survivors(record.base_local, merged)
    for loser, survivor in merged.values():
        into = f"merged into {agreed_name(survivor)} in QuickBooks"
        words = f"{agreed_name(loser)} was {into}: the lines name that one now"
        story.tell(session, connection, record, Side.QUICKBOOKS, words, now)
    record.due_at = now
    return Follow(publish=[partial(run.publish, connection.company_id, record.kind.value, record.local_id)])


def _merged(session: Session, look: Look, invoice: LocalInvoice) -> dict[str, tuple[SyncRecord, SyncRecord]]:
    """Loser and survivor of each item of its lines that was merged, by our id of the loser."""
    found: dict[str, tuple[SyncRecord, SyncRecord]] = {}
    for item_id in {line.item_id for line in invoice.lines if line.item_id}:
        loser = look.known.links.record(Kind.ITEM, Side.HERE, item_id)
        if loser is None or loser.remote_state is not RemoteState.GONE:
            continue
        survivor = (
            merges.survivor(session, session.get(SyncRecord, loser.alias_of)) if loser.alias_of else None
        )
        if survivor is not None:
            found[item_id] = loser, survivor
    return found


def _with_survivors(
    base: dict[str, Any] | None, merged: dict[str, tuple[SyncRecord, SyncRecord]]
) -> dict[str, Any] | None:
    """Our half of the agreement: what is one item now is no edit."""
    if not base or "lines" not in base:
        return base
    items = {item_id: str(survivor.local_id) for item_id, (_, survivor) in merged.items()}
    lines = [
        {**line, "item": items.get(line.get("item", ""), line.get("item", ""))} for line in base["lines"]
    ]
    return {**base, "lines": lines}
