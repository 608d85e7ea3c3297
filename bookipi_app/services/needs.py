"""What needs a person, with the way out of each: the list *Needs you* of the QuickBooks page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from bookipi_app.models import Flag
from bookipi_app.services import activity, decision_views
from bookipi_app.services.activity import RecordNote
from bookipi_app.services.decision_views import QuestionView
from bookipi_app.services.panel import ASKS_NOTHING

SHOWN = 25
OPEN_WORDS = {
    "name": "Another name",
    "number_taken": "Choose a number",
    "number_here": "Choose a number",
    "match": "Choose",
}


@dataclass(frozen=True)
class Need:
    """A record that waits for somebody. `href` is where it is settled if one button is not enough (`open_words`)."""

    id: str
    flag: str
    title: str
    beside: str
    href: str
    way: str  # where it is changed, if that is not its own page
    reason: str
    asks: QuestionView
    open_words: str
    quick: str  # the name or number that one button takes


def needs(session: Session, company_id: UUID, now: datetime) -> tuple[Need, ...]:
    """The newest of them, each with what it asks."""
    notes = activity.needs_you(session, company_id, now, SHOWN)
    return tuple(_need(session, company_id, note, now) for note in notes)


def _need(session: Session, company_id: UUID, note: RecordNote, now: datetime) -> Need:
    asks = ASKS_NOTHING
    if note.flag != Flag.CONFLICT:
        asks = decision_views.question(session, company_id, note.id, now=now) or ASKS_NOTHING
    conflict = note.flag == Flag.CONFLICT
    quick = asks.suggestion if asks.question in ("name", "number_taken", "number_here") else ""
    return Need(
        id=note.id,
        flag=note.flag,
        title=note.title,
        beside=note.beside,
        href=_conflict_page(note) if conflict else note.href,
        way=asks.way,
        reason=f"{note.reason} It looks like {asks.other.title}."
        if asks.question == "double"
        else note.reason,
        asks=asks,
        open_words=_open_words(note, asks),
        quick=quick,
    )


def _open_words(note: RecordNote, asks: QuestionView) -> str:
    if note.flag == Flag.CONFLICT:
        return "Choose"
    if asks.way_words:
        return asks.way_words
    if asks.question in ("tax", "totals"):
        return "Compare"
    return OPEN_WORDS.get(asks.question, "Open")


def _conflict_page(note: RecordNote) -> str:
    """`/invoices/…` becomes `/conflicts/invoice/…`."""
    kind, _, local_id = note.href.strip("/").partition("/")
    return f"/conflicts/{kind.removesuffix('s')}/{local_id}"
