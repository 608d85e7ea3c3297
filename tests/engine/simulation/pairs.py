"""A record on both sides, as it ended up: what the checker judges."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bookipi_app.models import Flag, InvoiceLine, Kind, Side, SyncRecord
from tests.engine.simulation import faces
from tests.engine.simulation.faces import Face
from tests.engine.simulation.journal import Journal

MONEY = ("shipping", "percent")  # units that change an invoice's sum, beside its lines
OPEN = (Flag.CONFLICT, Flag.ATTENTION)  # a person is asked


@dataclass
class Pair:
    """One record on both sides, as it ended up."""

    record: SyncRecord
    row: Any = None  # of ours
    here: Face | None = None
    there: Face | None = None
    trashed: bool = False

    @property
    def key(self) -> tuple[Kind, str]:
        """What it is known by in QuickBooks."""
        return self.record.kind, self.record.remote_id or ""

    @property
    def is_asked(self) -> bool:
        """Whether what a person is asked may keep its sides apart. Two that have one number are equal all the same."""
        return self.record.flag in OPEN and self.record.cause != "same_number"

    @property
    def name(self) -> str:
        """What it is called in a violation."""
        one = self.record
        return f"{one.kind.value} {one.local_id}/{one.remote_id} [{one.flag.value} {one.cause}: {one.reason}]"


def face_here(kind: Kind, row: Any, lines: list[InvoiceLine]) -> Face:
    """A record of ours."""
    match kind:
        case Kind.CUSTOMER:
            return faces.customer_here(row)
        case Kind.ITEM:
            return faces.item_here(row)
        case Kind.INVOICE:
            return faces.invoice_here(row, lines)


def face_there(kind: Kind, obj: Face) -> Face:
    """An object of QuickBooks."""
    match kind:
        case Kind.CUSTOMER:
            return faces.customer_there(obj)
        case Kind.ITEM:
            return faces.item_there(obj)
        case Kind.INVOICE:
            return faces.invoice_there(obj)


def value_of(face: Face | None, unit: str) -> Any:
    """What a unit of the journal is in the end."""
    if face is None:
        return None
    if not unit.startswith("line "):
        return face[unit] if unit in face else face[f"_{unit}"]
    _, token, *part = unit.split(" ")
    line = face["lines"].get(token)
    if not part:
        return True if line is not None else None
    return line[part[0]] if line is not None else None


def remote_id(pairs: list[Pair], kind: Kind, local_id: str) -> str:
    """QuickBooks' id of a record of ours; empty if it has none."""
    for pair in pairs:
        if pair.record.kind is kind and str(pair.record.local_id) == local_id:
            return pair.record.remote_id or ""
    return ""


def waits_for_somebody(pair: Pair, pairs: list[Pair]) -> bool:
    """A record may wait for as long as one that a person has to decide about, or that does not travel."""
    stopped = (*OPEN, Flag.NOT_SYNCED)
    return bool(pair.record.reason) and any(one.record.flag in stopped for one in pairs)


def twins_apart(pairs: list[Pair], journal: Journal) -> list[list[Pair]]:
    """What was typed on both sides and became two records, although nobody is asked about it, or was.

    Whoever ends one of them says so; an edit made since the typing, of either, makes two different things of them.
    """
    apart: list[list[Pair]] = []
    for twin in journal.twins:
        kind = twin.kind
        found = [
            one for one in pairs
            if one.record.kind is kind
            and (str(one.record.local_id) == twin.here or one.record.remote_id == twin.there)
        ]  # fmt: skip
        asked = any(one.record.flag in OPEN or one.record.ended or one.trashed for one in found)
        answered = any(one.kind is kind for one in journal.chosen)
        ended = any(one.kind is kind for one in journal.ends)
        keys = {str(one.record.local_id) for one in found} | {one.record.remote_id for one in found}
        moved = any(one.kind is kind and one.key in keys and one.at > twin.at for one in journal.edits)
        if len(found) > 1 and not (asked or answered or ended or moved):
            apart.append(found)
    return apart


def is_asked_about(
    pairs: list[Pair], unanswered: Collection[UUID], lost: Collection[str], kind: Kind
) -> bool:
    """Whether a person is asked about everything of a kind that was made and is linked to nothing.

    Each of the records that ask was sent once, and has no answer: of what it may be, one at most was made for it.
    """
    asked = [
        {one["id"] for one in (pair.record.detail or {}).get("candidates", ())} & set(lost)
        for pair in pairs
        if pair.record.kind is kind
        and pair.record.id in unanswered
        and (pair.record.flag, pair.record.cause, pair.record.remote_id) == (Flag.ATTENTION, "match", None)
    ]
    return set().union(*asked) == set(lost) and len(lost) <= len([one for one in asked if one])


def is_asked_whether_same(pair: Pair, journal: Journal) -> bool:
    """Whether a person is asked, or was, about an invoice that got another number since a backup was made.

    By its number it would be known again. Without that it is like one that a bookkeeper typed, and the question is all
    that can be done. There it got it at any time since; here before the backup was brought back, and it had travelled.
    Where it got another sum there as well, it is like none of ours, and nobody can ask.
    """
    record = pair.record
    since = {
        one.unit
        for one in journal.edits
        for kept_at, _ in journal.restored
        if (one.side, one.kind, one.key) == (Side.QUICKBOOKS, Kind.INVOICE, record.remote_id)
        and one.at > kept_at
    }
    renumbered = pair.key in journal.under_another_number or "number" in since
    question = (record.kind, str(record.local_id), "possible_double")
    answered = any((one.kind, one.key, one.unit) == question for one in journal.chosen)
    another_sum = any(unit.startswith("line ") or unit in MONEY for unit in since)
    return renumbered and (answered or another_sum or record.double_of is not None)


def was_renamed_unheard(pair: Pair, journal: Journal) -> bool:
    """A customer or item that waits in the backup, had been made, and got another name there before it was heard of.

    Its name is all that it would be known by, as where it got the other one before the backup was brought back. Heard
    of under the name that it had then, once, it has to be known again.
    """
    (name, restored), heard_at = journal.called.get(pair.key, ("", journal.count)), _made_at(pair.record.id)
    renamed = [
        one.value
        for one in journal.edits
        if (one.side, one.kind, one.key, one.unit) == (Side.QUICKBOOKS, *pair.key, "name")
        and one.at > restored
        and one.when <= heard_at
    ]
    return bool(renamed) and renamed[-1] != name


@dataclass(frozen=True)
class Mistaken:
    """Made by us, its answer lost; and before that was looked for, another one got the name under which it was made."""

    made: tuple[Kind, str]
    taken_for_it: tuple[Kind, str]
    name: str


def mistaken_for_ours(
    pairs: list[Pair], journal: Journal, made_as: Mapping[tuple[Kind, str], str]
) -> list[Mistaken]:
    """What a name tells wrongly, and nothing else tells: the clocks may differ by more than the time between the two.

    `made_as` are the names under which ours were made there. What bears one of them by now is linked to a record of
    ours, whose name is taken for what that one had: a later one of ours goes out to it.
    """
    renamed = {
        (edit.kind, edit.key): edit for edit in journal.edits
        if edit.side is Side.QUICKBOOKS and edit.unit == "name" and edit.kind is not Kind.INVOICE
    }  # fmt: skip
    ours = {one.key for one in pairs if one.row is not None and one.row.origin is Side.HERE}
    return [
        Mistaken(made, key, name)
        for made, name in made_as.items()
        if made in renamed and made not in ours
        for key, edit in renamed.items()
        if key[0] is made[0] and key != made and key in ours and edit.value == name
    ]


def was_put_away_unheard(pair: Pair, journal: Journal) -> bool:
    """Renamed like that, and put away as well before it was heard of: a stranger out of use, which stays there."""
    away = pair.there is not None and not pair.there.get("active", True)
    return away and was_renamed_unheard(pair, journal)


def _made_at(key: UUID) -> datetime:
    """What an id of ours begins with: milliseconds, the one that has begun included."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=(key.int >> 80) + 1)


def is_put_away_on_both(pairs: list[Pair], kind: Kind, there: Face | None) -> bool:
    """Ours waited in the backup and was archived since that is back, and so was what it became: neither is in use.

    Whoever takes either out again is asked, or finds the two linked.
    """
    if kind is Kind.INVOICE or there is None or there["active"]:
        return False
    return any(
        one.record.kind is kind
        and one.record.remote_id is None
        and one.here is not None
        and (one.here["active"], one.here["name"]) == (False, there["name"])
        for one in pairs
    )


def was_trashed_first(pairs: list[Pair], journal: Journal, arrived: Pair) -> bool:
    """Ours waited in the backup and was trashed since it is back: what it became arrives beside it."""
    own = {here for here, became in journal.released.items() if became == arrived.key}
    thrown = any(
        one.what == "trash" and one.key in own and not journal.is_lost(one.at) for one in journal.ends
    )
    return thrown and any(
        str(one.record.local_id) in own and one.trashed and one.record.remote_id is None for one in pairs
    )
