"""A conflict as its page shows it: two cards per unit, what differs in their texts, what each does to the total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from sqlmodel import Session

from bookipi_app.errors import NotFound
from bookipi_app.models import Kind
from bookipi_app.money import format_cents
from bookipi_app.services import asked, decision_views
from bookipi_app.services.activity import names_of
from bookipi_app.services.decision_views import ConflictView, Heading, UnitView

LONG = 48  # from here on a value is a text, whose differing words are marked
MOST_PAIRS = 500_000  # words times words; a longer stretch that differs is marked as a whole
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\s*\S+\s*|\s+")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `marked` where the other side says something else."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Card:
    """One side's value: who and when, the value itself, what choosing it does."""

    side: str
    by: str
    value: str
    pieces: tuple[Piece, ...]
    effect: str
    total: str


@dataclass(frozen=True)
class Choice:
    """One choice: a field, or fields that belong together, or the whole record."""

    unit: str
    label: str
    before: str
    ours: Card
    theirs: Card


@dataclass(frozen=True)
class ConflictPage(Heading):
    """The whole page. `pair` names the versions that the choices are for."""

    whole: bool
    choices: tuple[Choice, ...]


NOTHING = ConflictPage("", "", "", "", "", "", "", "", False, ())


def conflict_page(
    session: Session, company_id: UUID, kind: str, local_id: object, *, now: datetime
) -> ConflictPage:
    """The conflict of a record, named by its kind and our id; without choices when there is none any more.

    Raises:
        NotFound: no such kind, no such record, or another company's.
    """
    if kind not in set(Kind):
        raise NotFound
    record_id = asked.record_id_of(session, company_id, Kind(kind), local_id)
    if not record_id:
        raise NotFound
    record = asked.find(session, company_id, record_id)
    view = decision_views.conflict(session, company_id, record_id, now=now)
    if view is None:
        key = (record.kind, record.local_id)
        named = names_of(session, company_id, [key]).get(key)
        if named is None:
            raise NotFound
        return ConflictPage(record_id, kind, named.title, named.beside, named.href, "", "", "", False, ())
    return _page(view, record.detail or {})


def _page(view: ConflictView, detail: Mapping[str, Any]) -> ConflictPage:
    totals = {unit["unit"]: unit.get("totals") for unit in detail.get("units", ())}
    return ConflictPage(
        view.record_id, view.kind, view.title, view.beside, view.href, view.words, view.since, view.pair, view.whole,
        tuple(_choice(unit, view.whole, totals.get(unit.unit)) for unit in view.units),
    )  # fmt: skip


def _choice(unit: UnitView, whole: bool, totals: list[int] | None) -> Choice:
    ours, theirs = differing(unit.ours, unit.theirs) if not whole else ((), ())
    here, there = _effects(totals)
    if whole:
        here, there = unit.ours_label, unit.theirs_label
    of_ours, of_theirs = (format_cents(totals[0]), format_cents(totals[1])) if totals else ("", "")
    return Choice(
        unit.unit,
        unit.label,
        f"\n{unit.base}" if "\n" in unit.base else unit.base,
        Card("Here", _by(unit.ours_who, unit.ours_when), unit.ours, ours, here, of_ours),
        Card("QuickBooks", _by("", unit.theirs_when), unit.theirs, theirs, there, of_theirs),
    )


def _by(who: str, when: str) -> str:
    return " · ".join(filter(None, [who, when]))


def _effects(totals: list[int] | None) -> tuple[str, str]:
    """What each value makes of the total; the difference is told once, at QuickBooks' side."""
    if not totals:
        return "", ""
    here, there = totals
    beside = ""
    if there != here:
        beside = f", {format_cents(abs(there - here))} {'more' if there > here else 'less'}"
    return f"Total {format_cents(here)}", f"Total {format_cents(there)}{beside}"


def differing(ours: str, theirs: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two texts in pieces, those marked that only one of them has; nothing for short values, which are read whole."""
    if "\n" not in f"{ours}{theirs}" and max(len(ours), len(theirs)) < LONG:
        return (), ()
    here, there = _Side(), _Side()
    for alike, left, right in _runs(_LINE.findall(ours), _LINE.findall(theirs)):
        if alike:
            here.add(left, marked=False)
            there.add(right, marked=False)
        elif len(left) == len(right):
            for mine, yours in zip(left, right, strict=True):
                _words(here, there, mine, yours)
        else:
            _words(here, there, "".join(left), "".join(right))
    if not here.common and not there.common:  # marks would say of everything what is plain to see
        return (Piece(ours, False),), (Piece(theirs, False),)
    return tuple(here.pieces), tuple(there.pieces)


_Run = tuple[bool, list[str], list[str]]


def _runs(left: list[str], right: list[str]) -> Iterator[_Run]:
    """Stretches that are alike, and stretches that differ; words count without the space behind them."""
    matcher = SequenceMatcher(
        None, [one.rstrip() for one in left], [one.rstrip() for one in right], autojunk=False
    )
    for what, start, end, begin, stop in matcher.get_opcodes():
        yield what == "equal", left[start:end], right[begin:stop]


def _words(here: _Side, there: _Side, ours: str, theirs: str) -> None:
    left, right = _WORD.findall(ours), _WORD.findall(theirs)
    many = len(left) * len(right) > MOST_PAIRS
    for alike, mine, yours in [(False, left, right)] if many else _runs(left, right):
        here.add(mine, marked=not alike)
        there.add(yours, marked=not alike)


class _Side:
    """The pieces of one text, as they are found."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.common = False  # some of it is on the other side too

    def add(self, words: list[str], *, marked: bool) -> None:
        """Some words; the space behind the last one is never marked."""
        text = "".join(words)
        end = len(text.rstrip()) if marked else len(text)
        self.common = self.common or (not marked and bool(text.strip()))
        self._join(text[:end], marked)
        self._join(text[end:], False)

    def _join(self, text: str, marked: bool) -> None:
        last = self.pieces[-1] if self.pieces else None
        if text and last is not None and last.marked == marked:
            self.pieces[-1] = Piece(last.text + text, marked)
        elif text:
            self.pieces.append(Piece(text, marked))
