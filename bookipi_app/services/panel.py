"""The QuickBooks panel of one record: its flag in full, what is known of its other half, its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bookipi_app.models import Customer, Flag, Invoice, Item, Kind, SyncRecord
from bookipi_app.services import history, records
from bookipi_app.services.flags import FlagView, flag_of, newest_connection
from bookipi_app.services.history import HistoryView
from bookipi_app.services.words import moment_words
from bookipi_app.settings import settings

PLACES = {
    Kind.INVOICE: "/app/invoice?txnId=",
    Kind.CUSTOMER: "/app/customerdetail?nameId=",
    Kind.ITEM: "/app/items?id=",
}


@dataclass(frozen=True)
class Fact:
    """One line of the panel."""

    label: str
    words: str


@dataclass(frozen=True)
class Panel:
    """What the panel shows. `flag` is empty without a connection; `link` leads to the record in QuickBooks."""

    flag: str = ""
    flag_words: str = ""
    flag_tip: str = ""
    reason: str = ""
    link: str = ""
    facts: tuple[Fact, ...] = ()
    history: tuple[HistoryView, ...] = ()


def panel_of(session: Session, kind: Kind, record: Customer | Item | Invoice, *, now: datetime) -> Panel:
    """The panel of a record that the caller has found to be the company's own."""
    zone = records.company_of(session, record.company_id).time_zone
    story = tuple(history.of(session, record.company_id, kind, record.id, now=now))
    connection = newest_connection(session, record.company_id)
    if connection is None:
        return Panel(history=story)
    state = session.exec(
        select(SyncRecord).where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.kind) == kind,
            col(SyncRecord.local_id) == record.id,
        )
    ).one_or_none()
    view = flag_of(state, connection, record, zone=zone, now=now)
    there = state is not None and state.remote_id is not None
    return Panel(
        flag=view.flag,
        flag_words=view.words,
        flag_tip=view.tip,
        reason=_reason(view),
        link=f"{settings().quickbooks_web_url}{PLACES[kind]}{state.remote_id}" if there and state else "",
        facts=_facts(state, view, connection.quickbooks_name, zone, now),
        history=story,
    )


def _reason(view: FlagView) -> str:
    """The sentence under the flag: of a synced record the tooltip without its call to click."""
    return view.tip.removesuffix(" Open in QuickBooks.") if view.flag == Flag.SYNCED else view.tip


def _facts(
    state: SyncRecord | None, view: FlagView, company: str, zone: str, now: datetime
) -> tuple[Fact, ...]:
    facts = [Fact("QuickBooks company", company)] if company else []
    if state is not None and state.remote_id is not None:
        if view.flag == Flag.SYNCED:
            facts.append(Fact("Last compared", view.since))
        if state.remote_time is not None:
            facts.append(Fact("Last changed there", moment_words(state.remote_time, zone, now)))
    return tuple(facts)
