"""The story of a record: who changed what, on which side, and what became of it. Append-only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from bookipi_app.ids import parse_id
from bookipi_app.models import Company, HistoryEntry, Kind, Side
from bookipi_app.services import history_words
from bookipi_app.services.words import moment_words, took_words

MOST_WORDS = 500
MOST_VALUE = 300
SHOWN = 50  # of the newest on a page; a file has all
DISCOUNT = {"discount_kind", "discount_value"}
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
    """One field of an entry, before and after, as text. `block`: texts of several lines, each on lines of its own."""

    field: str
    label: str
    old: str
    new: str
    block: bool


@dataclass(frozen=True)
class HistoryView:
    """An entry, ready to show; newest first in lists."""

    id: str
    words: str
    when: str
    who: str
    side: str
    mark: str  # the icon's name
    tone: str  # what it means: ok, bad, clash, or nothing
    changes: tuple[HistoryChange, ...]
    took: str = ""  # how long it was on its way
    answer: str = ""  # what QuickBooks' support would ask for, of a refusal
    sent: tuple[HistoryChange, ...] = ()  # what the write carried, each field with its value
    reference: str = ""  # QuickBooks' own name of its answer, of anything that it answered


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
    session: Session, company_id: UUID, kind: Kind, local_id: object, limit: int = SHOWN, *, now: datetime
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


def changes_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields that differ, as `{field: [old, new]}` in words, cut to what a history can show."""
    changed = {field: (old.get(field), value) for field, value in new.items() if old.get(field) != value}
    told = {field: [history_words.words(field, side) for side in sides] for field, sides in changed.items()}
    if DISCOUNT & told.keys():
        told = {field: sides for field, sides in told.items() if field not in DISCOUNT}
        told["discount"] = [history_words.discount(side) for side in (old, {**old, **new})]
    return {field: [side[:MOST_VALUE] for side in sides] for field, sides in told.items()}


def change_words(fields: Mapping[str, object], labels: Mapping[str, str]) -> str:
    """One sentence that names what changed: `Name and e-mail changed`."""
    names = list(dict.fromkeys(labels.get(field, field.replace("_", " ")) for field in fields))
    if len(names) > 4:
        names = [*names[:3], f"{len(names) - 3} more"]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{listed[:1].upper()}{listed[1:]} changed"


def _view(entry: HistoryEntry, zone: str, now: datetime) -> HistoryView:
    detail: Mapping[str, Any] = entry.detail or {}
    fields: Mapping[str, Any] = detail.get("fields") or {}
    mark, tone = _mark(entry, detail)
    code, reference = str(detail.get("code") or ""), str(detail.get("tid") or "")
    return HistoryView(
        id=str(entry.id),
        words=entry.words,
        when=moment_words(entry.at, zone, now),
        who=entry.who,
        side="Here" if entry.side is Side.HERE else "QuickBooks",
        mark=mark,
        tone=tone,
        changes=tuple(_change(name, str(pair[0]), str(pair[1])) for name, pair in fields.items()),
        took=took_words(detail.get("took")),
        sent=tuple(_change(name, "", str(words)) for name, words in sent_in(detail).items()),
        answer=f"QuickBooks’ answer {code}" if code else "",
        reference=f"reference {reference}" if reference else "",
    )


def sent_in(detail: Mapping[str, Any]) -> Mapping[str, object]:
    """The fields that an entry's write carried to QuickBooks."""
    return detail.get("sent") or {}


def _change(field: str, old: str, new: str) -> HistoryChange:
    block = "\n" in f"{old}{new}"
    if block:
        old, new = _apart(old, new), _apart(new, old)
    return HistoryChange(field, history_words.label(field), old, new, block)


def _apart(text: str, other: str) -> str:
    """The lines of a text that the other one has not; all of them where only their order differs."""
    lines, there = text.split("\n"), Counter(other.split("\n"))
    if Counter(lines) == there:
        return text
    return "\n".join(list(_without(lines, there)))


def _without(lines: list[str], there: Counter[str]) -> Iterator[str]:
    for line in lines:
        if there[line]:
            there[line] -= 1
        else:
            yield line


def _mark(entry: HistoryEntry, detail: Mapping[str, Any]) -> tuple[str, str]:
    """The drawing beside an entry and its meaning: by what is kept of it, else by how its sentence begins."""
    if "units" in detail or "lost" in detail:
        return "conflict", "clash"
    known = next((mark for beginning, mark in MARKS.items() if entry.words.startswith(beginning)), "")
    if "code" in detail or known == "attention":
        return "attention", "bad"
    if entry.side is Side.QUICKBOOKS:
        return "download", "ok"
    return ("upload", "ok") if "tid" in detail else (known or "edit", "")
