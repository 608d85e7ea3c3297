"""The twelve things that must hold whatever happens, and a violation of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Invariant(StrEnum):
    """What must hold; the numbers are those of the list that the harnesses share."""

    NO_LOST_EDIT = "I1 no lost edit"
    NO_DOUBLE = "I2 no double"
    CONVERGENCE = "I3 convergence"
    SILENCE = "I4 silence"
    MONEY_UNTOUCHED = "I5 money untouched"
    NOTHING_SILENT = "I6 nothing silent"
    ORDER = "I7 order per record"
    ISOLATION = "I8 isolation"
    BOUNDED_EFFORT = "I9 bounded effort"
    ACKNOWLEDGED = "I10 durable acknowledgement"
    UNKNOWN_FIELDS = "I11 unknown fields survive"
    LIVENESS = "I12 liveness"
    SOUND = "the engine raises nothing of its own"  # no number: an exception that nobody decided about


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong, in words."""

    invariant: Invariant
    words: str

    def __str__(self) -> str:
        return f"{self.invariant.value}: {self.words}"

    @classmethod
    def of(cls, text: str) -> Violation:
        """What its own words say; those of another harness, which name no invariant, are told as they are."""
        name, _, words = text.partition(": ")
        known = {one.value: one for one in Invariant}
        return cls(known[name], words) if name in known else cls(Invariant.SOUND, text)
