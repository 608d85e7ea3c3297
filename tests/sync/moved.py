"""One record of the company that the planner's properties are tested on, and what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import is_
from typing import Any

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync.actions import Cause, Choice, FieldConflict
from bookipi_app.sync.plan import OpenConflict, Presence, Refusal
from bookipi_app.sync.records import LocalRecord
from bookipi_app.sync.snapshot import Agreement


@dataclass
class Record:
    """One record of the company, with what the engine would store of it."""

    kind: Kind
    local: LocalRecord | None = None
    here: Presence = Presence.NEVER
    remote_id: str = ""
    version: int = 1
    agreement: Agreement | None = None
    ended: bool = False
    conflict: OpenConflict | None = None
    raised: tuple[FieldConflict, ...] = ()
    edits: dict[Side, dict[str, str]] = field(default_factory=lambda: {Side.HERE: {}, Side.QUICKBOOKS: {}})
    ends: set[Side] = field(default_factory=set)
    writes: int = 0
    late: bool = False  # edited here once more after theirs had come
    undo_until: datetime | None = None
    sent: bool = False  # to the customer, here
    paid: bool = False  # there, before anything else
    refuses: bool = False  # QuickBooks does not take its end
    refusal: Refusal | None = None
    asked: set[Cause] = field(default_factory=set[Cause])  # what a person is asked without a conflict
    answers: dict[str, Choice] = field(default_factory=dict[str, Choice])
    chosen: set[str] = field(default_factory=set[str])  # fields of which a person had to choose the value
    quiet: tuple[Any, ...] = ()  # what the last plan that found nothing to do had looked at
    seen: dict[str, tuple[tuple[Any, ...], Any]] = field(default_factory=dict[str, Any])

    def copy(self) -> Record:
        """The same record, to be moved in another way."""
        return replace(
            self,
            edits={side: dict(made) for side, made in self.edits.items()},
            ends=set(self.ends),
            asked=set(self.asked),
            chosen=set(self.chosen),
            seen={},
        )

    def once(self, name: str, found_in: tuple[Any, ...], work_out: Callable[[], Any]) -> Any:
        """What was worked out from these very objects, which are never changed in place."""
        known = self.seen.get(name)
        if known is None or len(known[0]) != len(found_in) or not all(map(is_, known[0], found_in)):
            known = self.seen[name] = (found_in, work_out())
        return known[1]
