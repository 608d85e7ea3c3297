"""What people did, on which side, in which order: the checker's only idea of what should have become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bookipi_app.models import Kind, Side


class Nothing(Exception):
    """There is nothing of the kind to act on."""


@dataclass(frozen=True)
class Edit:
    """A value that somebody gave to one unit of a record. `key` is our id, or QuickBooks'."""

    at: int
    side: Side
    kind: Kind
    key: str
    unit: str
    value: Any
    when: datetime
    before: Any = None  # of days: what they were


@dataclass(frozen=True)
class Twin:
    """The same thing, typed on both sides: our id, and QuickBooks'."""

    at: int
    kind: Kind
    here: str
    there: str


@dataclass(frozen=True)
class End:
    """Somebody ended a record or brought it back: trash, delete, void, archive, restore, merge."""

    at: int
    side: Side
    kind: Kind
    key: str
    what: str
    when: datetime


@dataclass(frozen=True)
class Chosen:
    """A person answered a question about a record of ours; what lost is lost with their knowledge."""

    at: int
    kind: Kind
    key: str
    unit: str
    choice: str


@dataclass
class Journal:
    """Everything that happened, in order; `trace` is for whoever replays the seed."""

    clock: Callable[[], datetime]
    edits: list[Edit] = field(default_factory=list[Edit])
    ends: list[End] = field(default_factory=list[End])
    chosen: list[Chosen] = field(default_factory=list[Chosen])
    payments_there: dict[str, int] = field(default_factory=dict[str, int])
    twins: list[Twin] = field(default_factory=list[Twin])
    reckoned: set[str] = field(default_factory=set[str])  # lines whose price travels in another form
    inclusive: set[str] = field(default_factory=set[str])  # our invoices whose prices hold the tax
    foreign: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])  # by QuickBooks' id
    unknown: dict[tuple[str, str, str], Any] = field(default_factory=dict[tuple[str, str, str], Any])
    restored: list[tuple[int, int]] = field(
        default_factory=list[tuple[int, int]]
    )  # lost here between the two
    orphans: set[tuple[Kind, str]] = field(
        default_factory=set[tuple[Kind, str]]
    )  # ours, as the backup knows nothing
    released: dict[str, tuple[Kind, str]] = field(
        default_factory=dict[str, tuple[Kind, str]]
    )  # invoices that the backup held unsent, each with what it became since
    under_another_number: set[tuple[Kind, str]] = field(
        default_factory=set[tuple[Kind, str]]
    )  # what such ones had become, and was called differently in QuickBooks when the backup was brought back
    called: dict[tuple[Kind, str], tuple[str, int]] = field(
        default_factory=dict[tuple[Kind, str], tuple[str, int]]
    )  # customers and items that the backup held unsent: their names in QuickBooks when it was brought back, and when
    apart: set[tuple[str, str]] = field(
        default_factory=set[tuple[str, str]]
    )  # invoices that were made, or trashed, while disconnected
    mixed: list[str] = field(default_factory=list[str])  # connections that should have been refused
    trace: list[str] = field(default_factory=list[str])
    count: int = 0

    def tell(self, words: str) -> int:
        """One more line of the trace; its number."""
        self.count += 1
        self.trace.append(words)
        return self.count

    def edited(self, side: Side, kind: Kind, key: object, before: Any = None, **units: Any) -> None:
        """Values given to a record, and what was there before, where that matters."""
        for unit, value in units.items():
            at = self.tell(f"{side.value} edits {kind.value} {key}: {unit} = {value!r}")
            self.edits.append(Edit(at, side, kind, str(key), unit, value, self.clock(), before))

    def is_taken_back(self, edit: Edit) -> bool:
        """An edit here that a backup did not hold: it is lost, unless it had travelled."""
        return edit.side is Side.HERE and self.is_lost(edit.at)

    def is_lost(self, act: int) -> bool:
        """It was done here between a backup and the day when that was brought back."""
        return any(since < act <= at for since, at in self.restored)

    def ended(self, side: Side, kind: Kind, key: object, what: str) -> None:
        """A record ended, or came back."""
        at = self.tell(f"{side.value} {what}s {kind.value} {key}")
        self.ends.append(End(at, side, kind, str(key), what, self.clock()))

    def twin(self, kind: Kind, here: object, there: str) -> None:
        """The same thing was typed on both sides."""
        at = self.tell(f"typed on both sides: {kind.value} {here} and {there}")
        self.twins.append(Twin(at, kind, str(here), there))

    def chose(self, kind: Kind, key: object, unit: str, choice: str) -> None:
        """A question was answered."""
        at = self.tell(f"chose {choice} for {unit} of {kind.value} {key}")
        self.chosen.append(Chosen(at, kind, str(key), unit, choice))
