"""What a person chooses: conflicts are state, raised for one pair of versions and answered for exactly that pair.

Any further move of either side makes another pair: it is planned again, raised anew, and choices made before are gone.
"""

from __future__ import annotations

from collections.abc import Mapping

from bookipi_app.sync.actions import (
    Action,
    AdvanceAgreement,
    Cause,
    Choice,
    FieldConflict,
    Quiet,
    RaiseConflict,
    UpdateLocal,
)
from bookipi_app.sync.record_state import RecordState

RECORD = "record"  # the unit of a conflict about a record's whole life
CHOOSES = "Conflict: a person chooses."


def about_fields(state: RecordState, conflicts: tuple[FieldConflict, ...]) -> Action:
    """The same field edited on both sides: neither is touched until a person chose for each."""
    choices = _choices(state)
    if choices is None:
        return RaiseConflict(conflicts)
    if any(conflict.unit not in choices for conflict in conflicts):
        return Quiet(CHOOSES)
    ours = _of(conflicts, choices, Choice.OURS)
    if ours:
        return AdvanceAgreement(state.kind, (), ours, Cause.CHOSEN)
    return UpdateLocal(_of(conflicts, choices, Choice.THEIRS), over_ours=True)


def _of(
    conflicts: tuple[FieldConflict, ...], choices: Mapping[str, Choice], choice: Choice
) -> tuple[str, ...]:
    return tuple(name for one in conflicts if choices[one.unit] is choice for name in one.fields)


def _choices(state: RecordState) -> Mapping[str, Choice] | None:
    """The choices made for exactly this pair; None if the conflict has not been raised for it yet."""
    conflict = state.conflict
    if conflict is None or (conflict.local_version, conflict.remote_token) != state.pair:
        return None
    return conflict.choices


def about_the_record(state: RecordState, *, keep: Action, accept: Action) -> Action:
    """Edited on one side, ended on the other."""
    choices = _choices(state)
    if choices is None:
        return RaiseConflict((FieldConflict(RECORD, (), {}, state.local or {}, state.remote or {}),))
    match choices.get(RECORD):
        case None:
            return Quiet(CHOOSES)
        case Choice.OURS:
            return keep
        case Choice.THEIRS:
            return accept
