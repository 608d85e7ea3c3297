"""What the planner can decide about one record: one frozen value per action, nothing that does anything.

*Remote* actions write to QuickBooks, *local* actions write to our rows, the others touch only the agreement or the
record's flag. `fields` name fields of the field table (`bookipi_app.sync.fields`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bookipi_app.models.record import Kind


class Choice(StrEnum):
    """A person's answer. For an ended record *ours* keeps or ends as we did, *theirs* accepts what they did."""

    OURS = "ours"
    THEIRS = "theirs"


class Cause(StrEnum):
    """What a reason is about, for code; the words beside it are for people."""

    SAME_RESULT = "same_result"
    TAX_RECALCULATED = "tax_recalculated"
    NUMBER = "number"
    NAME_TAKEN = "name_taken"
    MATCH = "match"
    PAYMENT = "payment"
    REFUSED = "refused"
    VOID_THERE = "void_there"
    CAME_BACK = "came_back"
    CHOSEN = "chosen"
    VOID_ON_BOTH = "void_on_both"


@dataclass(frozen=True, slots=True)
class Need:
    """A record that has to exist on the other side first. `id` is ours for `Side.HERE`'s needs, else QuickBooks'."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """The same field, or the same coupled group, with two values. `unit` is what a person's choice is keyed by.

    Values are keyed by field; `base` and `local` are in our form, `remote` in QuickBooks'. A record that was ended on
    one side and edited on the other has the unit `record` and no fields.
    """

    unit: str
    fields: tuple[str, ...]
    base: dict[str, Any]
    local: dict[str, Any]
    remote: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing to do. `why` says what keeps it still when it is not simply in agreement."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Ended on both sides: the agreement becomes *ended*, the link stays, with its generation."""


@dataclass(frozen=True, slots=True)
class CreateRemote:
    """Create it in QuickBooks; after an earlier life there, with the next generation."""

    next_generation: bool = False


@dataclass(frozen=True, slots=True)
class UpdateRemote:
    """Send these fields. `temporary_name` is sent instead of the name while names are being swapped in a circle."""

    fields: tuple[str, ...]
    temporary_name: str = ""


@dataclass(frozen=True, slots=True)
class DeleteRemote:
    """Delete the invoice in QuickBooks."""


@dataclass(frozen=True, slots=True)
class VoidRemote:
    """Void the invoice in QuickBooks."""


@dataclass(frozen=True, slots=True)
class CreateLocal:
    """Create here what was made in QuickBooks."""


@dataclass(frozen=True, slots=True)
class UpdateLocal:
    """Take these fields from QuickBooks.

    Lines are merged with our own edits of lines, unless `over_ours`. With `restore` the record also leaves Trash
    or its void first.
    """

    fields: tuple[str, ...]
    over_ours: bool = False
    restore: bool = False


@dataclass(frozen=True, slots=True)
class TrashLocal:
    """Deleted there: an invoice moves to Trash here, a customer or item is archived."""


@dataclass(frozen=True, slots=True)
class VoidLocal:
    """Voided there. With `duplicate` our content lives on in a new invoice with the next free number."""

    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class RestoreLocal:
    """QuickBooks refuses the end: out of Trash, back to the state before the void, or active again, with the reason."""

    cause: Cause
    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """The same thing on both sides, found by match: agree on what is equal, the ordinary rows do the rest."""


@dataclass(frozen=True, slots=True)
class AdvanceAgreement:
    """Write nothing on either side: these fields of our half become L, these of QuickBooks' half become R."""

    kind: Kind
    local_fields: tuple[str, ...]
    remote_fields: tuple[str, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class RaiseConflict:
    """A person must choose; neither side is touched."""

    conflicts: tuple[FieldConflict, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again when `on` exist on the other side, or at `until`. `reason` is a sentence for the flag."""

    reason: str
    on: tuple[Need, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedsAttention:
    """A person must act; `detail` holds what they need to see (candidates, a suggested name)."""

    cause: Cause
    words: str
    detail: tuple[str, ...] = ()


Action = (
    Quiet
    | Rest
    | CreateRemote
    | UpdateRemote
    | DeleteRemote
    | VoidRemote
    | CreateLocal
    | UpdateLocal
    | TrashLocal
    | VoidLocal
    | RestoreLocal
    | Link
    | AdvanceAgreement
    | RaiseConflict
    | Wait
    | NeedsAttention
)
