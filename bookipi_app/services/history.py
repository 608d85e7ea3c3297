"""The story of a record: who changed what, on which side, and what became of it. Append-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.ids import parse_id
from bookipi_app.models import Company, HistoryEntry, Kind, Side
from bookipi_app.services.words import moment_words

MOST_WORDS = 500
MOST_VALUE = 300
MARKS = {
    "Sent to": "send",
    "Not delivered": "attention",
    "Viewed": "view",
    "Payment": "money",
    "Public link": "link",
    "Moved to trash": "trash",
}


@dataclass(frozen=True)
class HistoryChange:
    """One field of an entry, before and after, as text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryView:
    """An entry, ready to show; newest first in lists."""

    id: str
    words: str
    when: str
    who: str
    side: str
    mark: str  # the icon's name
    changes: tuple[HistoryChange, ...]


def add(
    session: Session,
    company_id: UUID,
    kind: Kind,
    local_id: UUID | None,
    *,
    at: datetime,
    side: Side,
    who: str,
    words: str,
    detail: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    """Append an entry. `detail["fields"]` maps a field to its old and new text."""
    entry = HistoryEntry(
        company_id=company_id,
        kind=kind,
        local_id=local_id,
        at=at,
        side=side,
        who=who[:100],
        words=words[:MOST_WORDS],
        detail=dict(detail) if detail else None,
    )
    session.add(entry)
    return entry


def of(
    session: Session, company_id: UUID, kind: Kind, local_id: object, limit: int = 50, *, now: datetime
) -> list[HistoryView]:
    """The newest entries of one record of this company."""
    zone = session.exec(select(Company.time_zone).where(col(Company.id) == company_id)).one()
    entries = session.exec(
        select(HistoryEntry)
        .where(
            col(HistoryEntry.company_id) == company_id,
            col(HistoryEntry.kind) == kind,
            col(HistoryEntry.local_id) == parse_id(local_id),
        )
        .order_by(col(HistoryEntry.at).desc(), col(HistoryEntry.id).desc())
        .limit(min(limit, 500))
    )
    return [_view(entry, zone, now) for entry in entries]


def changes_of(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, list[str]]:
    """The fields that differ, as `{field: [old, new]}`, cut to what a history can show."""
    return {
        field: [str(old.get(field, ""))[:MOST_VALUE], str(value)[:MOST_VALUE]]
        for field, value in new.items()
        if old.get(field) != value
    }


def change_words(fields: Mapping[str, object], labels: Mapping[str, str]) -> str:
    """One sentence that names what changed: `Name and e-mail changed`."""
    names = list(dict.fromkeys(labels.get(field, field.replace("_", " ")) for field in fields))
    if len(names) > 4:
        names = [*names[:3], f"{len(names) - 3} more"]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{listed[:1].upper()}{listed[1:]} changed"


def _view(entry: HistoryEntry, zone: str, now: datetime) -> HistoryView:
    fields: Mapping[str, Any] = (entry.detail or {}).get("fields") or {}
    return HistoryView(
        id=str(entry.id),
        words=entry.words,
        when=moment_words(entry.at, zone, now),
        who=entry.who,
        side="Here" if entry.side is Side.HERE else "QuickBooks",
        mark=_mark(entry),
        changes=tuple(HistoryChange(name, str(pair[0]), str(pair[1])) for name, pair in fields.items()),
    )


def _mark(entry: HistoryEntry) -> str:
    """The drawing beside an entry, by how its sentence begins."""
    if entry.side is Side.QUICKBOOKS:
        return "ledger"
    return next((mark for beginning, mark in MARKS.items() if entry.words.startswith(beginning)), "edit")
