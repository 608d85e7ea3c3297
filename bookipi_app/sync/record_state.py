"""Everything the planner may know about one record: plain values, gathered by the engine in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bookipi_app.models.record import Kind
from bookipi_app.sync.actions import Cause, Choice, Need
from bookipi_app.sync.snapshot import Agreement, Snapshot

TOMBSTONE = 2**63 - 1  # a deletion counts as the highest SyncToken


class Presence(StrEnum):
    """What a record is on one side."""

    NEVER = "never"  # no such record
    LIVE = "live"
    VOID = "void"
    ENDED = "ended"  # in Trash here, gone there


class ClashKind(StrEnum):
    """What the linked record that holds our name is about to do with it."""

    GIVES_IT_UP = "gives_it_up"
    KEEPS_IT = "keeps_it"
    CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class NameClash:
    """Our name is held by another record there. `suggestion` is a free name (KEEPS_IT, CIRCLE)."""

    kind: ClashKind
    holder: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """QuickBooks definitely refused to end this record (delete, void, make inactive) as it is now."""

    cause: Cause
    words: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Candidates for a match of which none is certain: QuickBooks' ids, and the evidence in words."""

    candidates: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """The stored conflict: the pair that it was raised for, and the choices made so far, by unit."""

    local_version: int
    remote_token: int
    choices: Mapping[str, Choice] = field(default_factory=dict[str, Choice])


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """Everything the planner may know about one record."""

    kind: Kind
    now: datetime
    local: Snapshot | None = None
    remote: Snapshot | None = None
    local_state: Presence = Presence.NEVER
    remote_state: Presence = Presence.NEVER
    agreement: Agreement | None = None
    ended: bool = False  # the agreement is *ended*
    expected: Snapshot | None = (
        None  # local as QuickBooks would give it back (`mapping.expected`); None = unknown
    )
    travels: bool = True  # False: a draft, or older than the connection and not asked for
    undo_until: datetime | None = None  # the end of the undo window of a trashing or archiving here
    local_version: int = 0
    remote_token: int = -1
    sent_or_paid: bool = False  # here: sent, printed, shared or paid
    remote_carries_payment: bool = False
    refusal: Refusal | None = None
    conflict: OpenConflict | None = None
    answers: Mapping[str, Choice] = field(default_factory=dict[str, Choice])  # asked once: "tax", "number"
    missing_there: tuple[Need, ...] = ()  # our ids that QuickBooks does not know yet
    missing_here: tuple[Need, ...] = ()  # QuickBooks' ids that are not here yet
    doubt: Doubt | None = None
    forgotten: bool = False  # it may have been sent after a backup that was brought back, and was active then
    name_clash: NameClash | None = None

    @property
    def pair(self) -> tuple[int, int]:
        """The version and SyncToken that a conflict is raised for."""
        gone = self.remote_state is Presence.ENDED
        return self.local_version, TOMBSTONE if gone else self.remote_token
