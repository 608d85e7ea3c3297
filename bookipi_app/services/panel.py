"""The QuickBooks panel of one record: its flag in full, what it asks, what is known of its other half, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    Flag,
    Invoice,
    Item,
    Kind,
    SyncRecord,
    TaxMode,
)
from bookipi_app.money import format_cents
from bookipi_app.services import decision_views, history, records
from bookipi_app.services.answer_options import MENDED_HERE
from bookipi_app.services.decision_views import PARTS, QuestionView
from bookipi_app.services.flags import OLDER, FlagView, flag_of, newest_connection
from bookipi_app.services.history import HistoryView
from bookipi_app.services.invoice_ends import stays_here
from bookipi_app.services.words import moment_words
from bookipi_app.settings import settings

PLACES = {
    Kind.INVOICE: "/app/invoice?txnId=",
    Kind.CUSTOMER: "/app/customerdetail?nameId=",
    Kind.ITEM: "/app/items?id=",
}
ELSEWHERE = ("subtotal", "shipping")  # may stand in each other's place
ASKS_NOTHING = QuestionView("", "", "", "", "", "", "", "", "")


@dataclass(frozen=True)
class Fact:
    """One line of the panel."""

    label: str
    words: str


@dataclass(frozen=True)
class Compared:
    """A part of both totals, with the difference seen from QuickBooks."""

    label: str
    here: str
    there: str
    difference: str
    differs: bool
    is_total: bool


WHOLE_HISTORY = "/files/quickbooks-log.csv?kind={}&record={}"


@dataclass(frozen=True)
class Panel:
    """What the panel shows. `flag` is empty without a connection; `link` leads to the record in QuickBooks.

    `asks` is what a person can do about it here; `conflict` is the address of the page where a conflict is settled.
    `kind` and `local_id` name the record for *Sync this one* (`may_sync`) and *Sync now* (`may_hurry`).
    """

    flag: str = ""
    flag_words: str = ""
    flag_tip: str = ""
    reason: str = ""
    link: str = ""
    facts: tuple[Fact, ...] = ()
    history: tuple[HistoryView, ...] = ()
    whole_history: str = ""  # the address of a file of it, where it is longer than what is shown
    kind: str = ""
    local_id: str = ""
    conflict: str = ""
    asks: QuestionView = ASKS_NOTHING
    may_sync: bool = False
    may_hurry: bool = False
    compared: tuple[Compared, ...] = ()
    compared_width: int = 0  # letters of the longest of both totals' parts


def panel_of(session: Session, kind: Kind, record: Customer | Item | Invoice, *, now: datetime) -> Panel:
    """The panel of a record that the caller has found to be the company's own."""
    zone = records.company_of(session, record.company_id).time_zone
    story = history.of(session, record.company_id, kind, record.id, history.SHOWN + 1, now=now)
    panel = Panel(
        history=tuple(story[: history.SHOWN]),
        whole_history=WHOLE_HISTORY.format(kind.value, record.id) if len(story) > history.SHOWN else "",
    )
    connection = newest_connection(session, record.company_id)
    if connection is None:
        return panel
    state = session.exec(
        select(SyncRecord).where(
            col(SyncRecord.connection_id) == connection.id,
            col(SyncRecord.kind) == kind,
            col(SyncRecord.local_id) == record.id,
        )
    ).one_or_none()
    view = flag_of(state, connection, record, zone=zone, now=now)
    there = state is not None and state.remote_id is not None
    panel = replace(
        panel,
        flag=view.flag,
        flag_words=view.words,
        flag_tip=view.tip,
        reason=_reason(view),
        link=f"{settings().quickbooks_web_url}{PLACES[kind]}{state.remote_id}" if there and state else "",
        facts=_facts(state, view, connection.quickbooks_name, zone, now),
        kind=kind.value,
        local_id=str(record.id),
    )
    if connection.status is ConnectionStatus.FROZEN:
        return panel
    return _with_ways_out(session, panel, view, connection, state, record, now)


def _with_ways_out(
    session: Session,
    panel: Panel,
    view: FlagView,
    connection: Connection,
    state: SyncRecord | None,
    record: Customer | Item | Invoice,
    now: datetime,
) -> Panel:
    """What a person can do about the flag that is shown."""
    asks = None
    held = state is not None and state.cause in MENDED_HERE
    if state is not None and (view.flag in (Flag.ATTENTION, Flag.DIFFERS) or held):
        asks = decision_views.question(session, record.company_id, state.id, now=now)
    working = connection.status is ConnectionStatus.CONNECTED
    parts = compared(state.detail or {}, record) if state and view.flag == Flag.DIFFERS else ()
    return replace(
        panel,
        conflict=f"/conflicts/{panel.kind}/{panel.local_id}" if view.flag == Flag.CONFLICT else "",
        asks=asks or ASKS_NOTHING,
        may_sync=working and view.reason == OLDER and not stays_here(record),
        may_hurry=working and view.flag == Flag.SYNCING and not stays_here(record),
        compared=parts,
        compared_width=max((len(words) for part in parts for words in (part.here, part.there)), default=0),
    )


def compared(detail: Mapping[str, Any], record: Customer | Item | Invoice) -> tuple[Compared, ...]:
    """Both totals, part by part.

    What only stands elsewhere is no difference, and its rows say where it went: shipping on an ordinary line, prices
    without the tax that they contain here.
    """
    parts = {one["name"]: (int(one["here"]), int(one["there"])) for one in detail.get("parts", ())}
    moved = _moved(parts, isinstance(record, Invoice) and record.tax_mode is TaxMode.INCLUSIVE)
    return tuple(
        _part(PARTS[name], here, there, name == "total", moved if name in ELSEWHERE else "")
        for name, (here, there) in parts.items()
    )


def _moved(parts: Mapping[str, tuple[int, int]], inclusive: bool) -> str:
    """Where lines and shipping stand in QuickBooks, if all of it is there but not in the same place."""
    if not {*ELSEWHERE, "tax"} <= parts.keys():
        return ""
    contained = parts["tax"][0] if inclusive else 0
    here, there = (sum(parts[name][side] for name in ELSEWHERE) for side in (0, 1))
    if here - contained != there:
        return ""
    return "without tax" if inclusive else "as a line"


def _part(label: str, here: int, there: int, is_total: bool, moved: str) -> Compared:
    apart = there - here
    sign = "+" if apart > 0 else "−"
    difference = f"{sign}{format_cents(abs(apart))}" if apart else "0"
    differs = bool(apart) and not moved
    words = moved if apart and moved else difference
    return Compared(label, format_cents(here), format_cents(there), words, differs, is_total)


def _reason(view: FlagView) -> str:
    """The sentence under the flag: of a synced record the tooltip without its call to click."""
    return view.tip.removesuffix(" Open in QuickBooks.") if view.flag == Flag.SYNCED else view.tip


def _facts(
    state: SyncRecord | None, view: FlagView, company: str, zone: str, now: datetime
) -> tuple[Fact, ...]:
    facts = [Fact("Company", company)] if company else []
    if state is not None and state.remote_id is not None:
        if view.flag == Flag.SYNCED:
            facts.append(Fact("Last compared", view.since))
        if state.remote_time is not None:
            facts.append(Fact("Last changed there", moment_words(state.remote_time, zone, now)))
    return tuple(facts)
