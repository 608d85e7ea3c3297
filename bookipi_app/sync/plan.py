"""The planner: what to do about one record, from what it is here, in QuickBooks, and in the agreement.

One pure function, one action at a time: do it, then plan again. B is the agreement, L local, R remote. A side is *same*
when it equals its half of the agreement (an agreed void included), *edited* when it lives and differs, *voided* or
*ended* when it became so since.

    B    L           R           meaning                      action
    -    made        -           made here                    CreateRemote
    -    -           made        made there                   CreateLocal
    -    made        made        found by match               Link
    -    archived    made        sent since a backup          Link, then an ordinary UpdateRemote
    B    same        same        quiet                        Quiet
    B    edited      same        edited here                  UpdateRemote
    B    same        edited      edited there                 UpdateLocal
    B    same        tax alone   QuickBooks recalculated      UpdateLocal, or once sent or paid AdvanceAgreement
    B    edited      edited      same result                  AdvanceAgreement
    B    edited      edited      different fields             UpdateLocal, then an ordinary UpdateRemote
    B    edited      edited      same field                   RaiseConflict
    B    ended       any         undo window open             Wait
    B    ended       same        deleted here                 DeleteRemote; refused or paid there: RestoreLocal
    B    voided      same        voided here                  VoidRemote; refused or paid there: RestoreLocal
    B    same        voided      voided there                 VoidLocal
    B    same        ended       deleted there                TrashLocal
    B    edited      ended       edited here, deleted there   RaiseConflict
    B    edited      voided      edited here, voided there    RaiseConflict
    B    v. or e.    edited      ended here, edited there     RaiseConflict
    B    v. or e.    v. or e.    ended on both                Rest (void on both: AdvanceAgreement)
    end  restored    ended       restored from Trash          CreateRemote, next generation; over a void NeedsAttention

Swapping the sides mirrors the plan, but for these asymmetries, each marked where it is:
THE UNDO WINDOW (only a person here can undo), MATCHING (only what is made here is matched), THE NUMBER (ours once the
invoice was sent), THE TAX ROW (only QuickBooks recalculates), UN-VOIDING (QuickBooks cannot), PAYMENTS and REFUSALS
(only QuickBooks refuses an end), NAMES (unique only there).
"""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync import fields
from bookipi_app.sync.actions import (
    Action,
    AdvanceAgreement,
    Cause,
    Choice,
    CreateLocal,
    CreateRemote,
    DeleteRemote,
    Link,
    Need,
    NeedsAttention,
    Quiet,
    Rest,
    RestoreLocal,
    TrashLocal,
    UpdateLocal,
    UpdateRemote,
    VoidLocal,
    VoidRemote,
    Wait,
)
from bookipi_app.sync.conflicts import about_fields, about_the_record
from bookipi_app.sync.merge import MergeResult, Sides, merge
from bookipi_app.sync.record_state import (
    TOMBSTONE,
    ClashKind,
    Doubt,
    NameClash,
    OpenConflict,
    Presence,
    RecordState,
    Refusal,
)
from bookipi_app.sync.snapshot import Agreement, Snapshot, changed, references

__all__ = [
    "TOMBSTONE",
    "ClashKind",
    "Doubt",
    "NameClash",
    "OpenConflict",
    "Presence",
    "RecordState",
    "Refusal",
    "plan",
]

PAID_THERE = (
    "QuickBooks keeps this invoice because a payment is applied to it. It stays on both sides; to end it, remove the "
    "payment there first."
)


class Move(StrEnum):
    """What one side did since the agreement."""

    SAME = "same"
    EDITED = "edited"
    VOIDED = "voided"
    ENDED = "ended"


def plan(state: RecordState) -> Action:
    """Say what to do next about one record: one action, then plan again."""
    action = _policy(state)
    return _when_possible(state, action)


def _policy(state: RecordState) -> Action:
    if state.ended:
        return _after_the_end(state)
    if state.agreement is None:
        return _never_corresponded(state)
    if _undo_window_is_open(state, state.agreement):
        return Wait("In Trash: it can be restored for a moment.", until=state.undo_until)
    return _corresponded(state, state.agreement)


def _never_corresponded(state: RecordState) -> Action:
    here, there = _begins(state.local_state, state.local), _begins(state.remote_state, state.remote)
    match (here, there):
        case (True, _) if there or _has_ended_there(state):  # the same thing, found by match
            return Link()
        case (False, True) if state.forgotten and state.local_state is Presence.LIVE:
            return Link()  # what it was sent as, and archived since
        case _ if not state.travels:
            return Quiet("It does not travel by itself.")
        case (True, False):  # made here
            return _made_here(state)
        case (False, True):  # made there
            return CreateLocal()
        case _:  # void, trashed or archived before it ever travelled
            return Quiet()


def _begins(presence: Presence, snapshot: Snapshot | None) -> bool:
    """Whether a record lives, and is not archived: nothing else begins a correspondence."""
    return presence is Presence.LIVE and snapshot is not None and snapshot.get("active", True)


def _has_ended_there(state: RecordState) -> bool:
    """What it was found to be is void, or archived: that one it is all the same, and not to be made a second time."""
    return state.remote is not None and state.remote_state in (Presence.LIVE, Presence.VOID)


def _made_here(state: RecordState) -> Action:
    if state.doubt is not None:  # MATCHING
        return NeedsAttention(Cause.MATCH, state.doubt.words, state.doubt.candidates)
    return CreateRemote(next_generation=state.remote_state is Presence.ENDED)


def _corresponded(state: RecordState, agreement: Agreement) -> Action:  # noqa: C901  (the policy is one table)
    here = _move(Side.HERE, state.kind, state.local_state, agreement.local, state.local)
    there = _move(Side.QUICKBOOKS, state.kind, state.remote_state, agreement.remote, state.remote)
    if state.kind is not Kind.INVOICE and there is Move.ENDED and not (state.local or {}).get("active", True):
        here = Move.ENDED  # a customer or item that is archived here has come as far as it can
    match (here, there):
        case (Move.SAME, Move.SAME):  # quiet
            return _answered(state) or Quiet()
        case (Move.SAME | Move.EDITED, Move.SAME | Move.EDITED):  # edited here, edited there, both
            return _both_live(state, agreement)
        case (Move.ENDED, Move.SAME):  # deleted here
            return _refused_end(state) or DeleteRemote()
        case (Move.VOIDED, Move.SAME):  # voided here
            return _refused_end(state) or VoidRemote()
        case (Move.SAME, Move.VOIDED):  # voided there
            return VoidLocal()
        case (Move.SAME, Move.ENDED):  # deleted there
            return TrashLocal()
        case (Move.EDITED, Move.ENDED):  # edited here, deleted there
            return about_the_record(state, keep=CreateRemote(next_generation=True), accept=TrashLocal())
        case (Move.EDITED, Move.VOIDED):  # edited here, voided there
            return about_the_record(state, keep=VoidLocal(duplicate=True), accept=VoidLocal())
        case (Move.VOIDED | Move.ENDED, Move.EDITED):  # ended here, edited there
            return _ended_here_edited_there(state)
        case (Move.VOIDED, Move.VOIDED):  # void on both: an agreed void
            return AdvanceAgreement(state.kind, ("void",), ("void",), Cause.VOID_ON_BOTH)
        case (Move.VOIDED | Move.ENDED, Move.VOIDED | Move.ENDED):  # ended on both
            return Rest()
        case _:
            assert_never(here)


def _move(side: Side, kind: Kind, presence: Presence, base: Snapshot, now: Snapshot | None) -> Move:
    match presence:
        case Presence.NEVER | Presence.ENDED:
            return Move.ENDED
        case Presence.VOID:
            return Move.SAME if base.get("void") else Move.VOIDED
        case Presence.LIVE:
            assert now is not None, "a living record has a snapshot"
            return Move.EDITED if changed(kind, side, base, now) else Move.SAME


def _undo_window_is_open(state: RecordState, agreement: Agreement) -> bool:
    """THE UNDO WINDOW: until it closes, what QuickBooks says is stored and nothing is planned."""
    if state.undo_until is None or state.now >= state.undo_until:
        return False
    if state.local_state is Presence.ENDED:
        return True
    return (
        state.local is not None
        and not state.local.get("active", True)
        and agreement.local.get("active", False)
    )


def _refused_end(state: RecordState) -> RestoreLocal | None:
    """PAYMENTS and REFUSALS: an end that QuickBooks does not take is taken back here, with the reason."""
    if state.refusal is not None:
        return RestoreLocal(state.refusal.cause, state.refusal.words)
    if state.remote_carries_payment:
        return RestoreLocal(Cause.PAYMENT, PAID_THERE)
    return None


def _both_live(state: RecordState, agreement: Agreement) -> Action:
    assert state.local is not None, "a living record has a snapshot"
    assert state.remote is not None, "a living record has a snapshot"
    if agreement.local.get("void") and not state.local.get("void"):  # UN-VOIDING
        return NeedsAttention(
            Cause.VOID_THERE, "QuickBooks cannot bring a void invoice back. Duplicate it as new."
        )
    if agreement.remote.get("void") and not state.remote.get("void"):
        return UpdateLocal(fields.names(state.kind, fields.Owner.SHARED), over_ours=True, restore=True)
    result = merge(Sides(state.kind, agreement, state.local, state.remote, state.expected))
    if result.conflicts:
        return about_fields(state, result.conflicts)
    if result.same:
        return AdvanceAgreement(state.kind, result.same, result.same, Cause.SAME_RESULT)
    return _one_way_at_a_time(state, result)


def _one_way_at_a_time(state: RecordState, result: MergeResult) -> Action:
    """Theirs first, then ours. What QuickBooks may not change by itself stays open until a person answers."""
    held = _held(state, result)
    theirs = tuple(name for name in result.theirs if name not in held)
    if theirs:
        return UpdateLocal(theirs)
    if "tax" in held:  # THE TAX ROW: agreed as it is, so that it is asked once and never sent back by itself
        return AdvanceAgreement(state.kind, (), ("tax",), Cause.TAX_RECALCULATED)
    if result.ours:
        if "active" in result.ours and state.local and not state.local["active"]:
            return _refused_end(state) or UpdateRemote(result.ours)
        return UpdateRemote(result.ours)
    return _answered(state) or NeedsAttention(
        Cause.NUMBER,
        "QuickBooks gave this invoice another number, and ours is already with the customer. Choose which one stays.",
    )


def _held(state: RecordState, result: MergeResult) -> set[str]:
    """THE NUMBER and THE TAX ROW: of an invoice already sent or paid here, neither is taken unasked."""
    if not state.sent_or_paid or state.kind is not Kind.INVOICE:
        return set()
    return ({"number"} & set(result.theirs)) | ({"tax"} if result.tax_alone else set())


def _answered(state: RecordState) -> Action | None:
    """What a person answered to a question that was asked once."""
    for name, choice in state.answers.items():
        if choice is Choice.THEIRS:
            return UpdateLocal((name,), over_ours=True)
        return UpdateRemote(fields.COUPLED[fields.MONEY] if name == "tax" else (name,))
    return None


def _ended_here_edited_there(state: RecordState) -> Action:
    everything = fields.names(state.kind, fields.Owner.SHARED, fields.Owner.THEIRS)
    return about_the_record(
        state,
        keep=AdvanceAgreement(
            state.kind, (), everything, Cause.CHOSEN
        ),  # the rows of an end here then carry it out
        accept=UpdateLocal(everything, over_ours=True, restore=True),
    )


def _after_the_end(state: RecordState) -> Action:
    if state.local_state is not Presence.LIVE or not _begins(state.local_state, state.local):
        return Quiet()
    match state.remote_state:
        case Presence.ENDED | Presence.NEVER:  # restored from Trash
            return CreateRemote(next_generation=True)
        case Presence.VOID:
            return NeedsAttention(
                Cause.VOID_THERE, "It is void in QuickBooks. Duplicate it as new to bill it again."
            )
        case Presence.LIVE:
            return NeedsAttention(
                Cause.CAME_BACK,
                "It was ended on both sides, but exists in QuickBooks again. Delete it there, then use Try again.",
            )


def _when_possible(state: RecordState, action: Action) -> Action:
    """Hold an action back while what it refers to is missing, or its name is taken."""
    match action:
        case CreateRemote() | UpdateRemote() if state.missing_there and _refers(action):
            return Wait("Waits for its customer or items to arrive in QuickBooks.", on=state.missing_there)
        case CreateLocal() | UpdateLocal() if _missing_here(state) and _refers(action):
            return Wait("Waits for its customer or items to arrive from QuickBooks.", on=_missing_here(state))
        case CreateRemote() if state.name_clash is not None:
            return _name_taken(state.name_clash, action)
        case UpdateRemote(fields=names) if state.name_clash is not None and {"name", "active"} & set(names):
            return _name_taken(state.name_clash, action)
        case _:
            return action


def _missing_here(state: RecordState) -> tuple[Need, ...]:
    """What has to arrive first. What QuickBooks' half refers to already is no news: our item for lines without one."""
    known = references(state.kind, state.agreement.remote) if state.agreement else ()
    return tuple(need for need in state.missing_here if (need.kind, need.id) not in known)


def _refers(action: CreateRemote | UpdateRemote | CreateLocal | UpdateLocal) -> bool:
    """Whether the action carries a customer or items over; everything that is created does."""
    if isinstance(action, (CreateRemote, CreateLocal)):
        return True
    return bool({"customer", "lines"} & set(action.fields))


def _name_taken(clash: NameClash, action: CreateRemote | UpdateRemote) -> Action:
    """NAMES are unique in QuickBooks, across customers, vendors and employees; nothing is renamed silently."""
    match clash.kind:
        case ClashKind.GIVES_IT_UP:
            return Wait(f"Waits until {clash.holder or 'another record'} has its new name in QuickBooks.")
        case ClashKind.CIRCLE if isinstance(action, UpdateRemote):
            return UpdateRemote(action.fields, temporary_name=clash.suggestion)
        case ClashKind.CIRCLE | ClashKind.KEEPS_IT:
            words = (
                "This name is taken in QuickBooks, where customers, vendors and employees share their names. "
                "Choose another, or change the other one there and use Try again."
            )
            return NeedsAttention(Cause.NAME_TAKEN, words, tuple(filter(None, (clash.suggestion,))))
