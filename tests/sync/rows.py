"""The rows of the policy by name, so that it can be counted which of them a company's planning reached."""

from __future__ import annotations

from enum import StrEnum

from bookipi_app.models.record import Kind, Side
from bookipi_app.sync import actions as act
from bookipi_app.sync.actions import Action, Cause
from bookipi_app.sync.conflicts import RECORD
from bookipi_app.sync.plan import Presence, RecordState
from bookipi_app.sync.snapshot import changed


class Row(StrEnum):
    """What happened, and if there is a choice what was chosen."""

    MADE_HERE = "made here"
    MADE_THERE = "made there"
    FOUND = "found by match"
    QUIET = "quiet"
    EDITED_HERE = "edited here"
    EDITED_THERE = "edited there"
    TAX_TAKEN = "tax recalculated, taken"
    TAX_ASKED = "tax recalculated, asked"
    TAX_THEIRS = "tax recalculated, theirs taken on request"
    TAX_OURS = "tax recalculated, ours sent on request"
    SAME_RESULT = "same result"
    DIFFERENT_FIELDS = "different fields"
    SAME_FIELD = "same field"
    OURS_CHOSEN = "same field, ours chosen"
    THEIRS_CHOSEN = "same field, theirs chosen"
    UNDO_OPEN = "undo window open"
    DELETED_HERE = "deleted here"
    DELETED_HERE_REFUSED = "deleted here, refused"
    DELETED_HERE_PAID = "deleted here, paid there"
    VOIDED_HERE = "voided here"
    VOIDED_HERE_REFUSED = "voided here, refused"
    VOIDED_HERE_PAID = "voided here, paid there"
    PUT_AWAY_REFUSED = "made inactive here, refused"
    VOIDED_THERE = "voided there"
    DELETED_THERE = "deleted there"
    GONE_THERE = "gone there, of customers and items"
    EDITED_DELETED = "edited here, deleted there"
    EDITED_DELETED_KEPT = "edited here, deleted there, kept"
    EDITED_DELETED_ACCEPTED = "edited here, deleted there, accepted"
    EDITED_VOIDED = "edited here, voided there"
    EDITED_VOIDED_KEPT = "edited here, voided there, kept"
    EDITED_VOIDED_ACCEPTED = "edited here, voided there, accepted"
    ENDED_EDITED = "ended here, edited there"
    ENDED_EDITED_THEIRS = "ended here, edited there, theirs kept"
    ENDED_EDITED_ANYWAY = "ended here, edited there, ended anyway"
    ENDED_ON_BOTH = "ended on both"
    VOID_ON_BOTH = "void on both"
    RESTORED = "restored from Trash"
    RESTORED_OVER_VOID = "restored over a void"
    WAITS = "waits for what it refers to"
    NUMBER_ASKED = "another number there, asked"


def row(state: RecordState, action: Action) -> Row | None:  # noqa: C901  one table
    """The row of the policy that an action comes from; None for a rest that is none of them."""
    match action:
        case act.CreateLocal():
            return Row.MADE_THERE
        case act.Link():
            return Row.FOUND
        case act.Quiet():
            return Row.QUIET if state.agreement and not state.ended else None
        case act.Wait():
            return Row.WAITS if action.on else Row.UNDO_OPEN
        case act.DeleteRemote():
            return Row.DELETED_HERE
        case act.VoidRemote():
            return Row.VOIDED_HERE
        case act.Rest():
            return Row.ENDED_ON_BOTH
        case act.NeedsAttention():
            return {Cause.VOID_THERE: Row.RESTORED_OVER_VOID, Cause.NUMBER: Row.NUMBER_ASKED}[action.cause]
        case act.RaiseConflict():
            return _raised(state, action)
        case act.RestoreLocal():
            return _restored(state, action)
        case act.CreateRemote():
            return _created(state)
        case act.TrashLocal() if _is_edited(Side.HERE, state):
            return Row.EDITED_DELETED_ACCEPTED
        case act.TrashLocal():
            return Row.DELETED_THERE if state.kind is Kind.INVOICE else Row.GONE_THERE
        case act.VoidLocal() if _is_edited(Side.HERE, state):
            return Row.EDITED_VOIDED_KEPT if action.duplicate else Row.EDITED_VOIDED_ACCEPTED
        case act.VoidLocal():
            return Row.VOIDED_THERE
        case act.AdvanceAgreement():
            return _agreed(state, action)
        case act.UpdateLocal():
            return _taken(state, action)
        case act.UpdateRemote():
            return Row.TAX_OURS if "tax" in state.answers else Row.EDITED_HERE


def _is_edited(side: Side, state: RecordState) -> bool:
    now = state.local if side is Side.HERE else state.remote
    assert state.agreement
    assert now
    half = state.agreement.local if side is Side.HERE else state.agreement.remote
    return bool(set(changed(state.kind, side, half, now)) - {"void"})


def _raised(state: RecordState, action: act.RaiseConflict) -> Row:
    if action.conflicts[0].unit != RECORD:
        return Row.SAME_FIELD
    if state.local_state is not Presence.LIVE:
        return Row.ENDED_EDITED
    return Row.EDITED_VOIDED if state.remote_state is Presence.VOID else Row.EDITED_DELETED


def _restored(state: RecordState, action: act.RestoreLocal) -> Row:
    paid = action.cause is Cause.PAYMENT
    match state.local_state:
        case Presence.VOID:
            return Row.VOIDED_HERE_PAID if paid else Row.VOIDED_HERE_REFUSED
        case Presence.ENDED:
            return Row.DELETED_HERE_PAID if paid else Row.DELETED_HERE_REFUSED
        case _:
            return Row.PUT_AWAY_REFUSED


def _created(state: RecordState) -> Row:
    if state.ended:
        return Row.RESTORED
    return Row.MADE_HERE if state.agreement is None else Row.EDITED_DELETED_KEPT


def _agreed(state: RecordState, action: act.AdvanceAgreement) -> Row:
    if action.cause is Cause.CHOSEN:
        ended = state.local_state is not Presence.LIVE
        return Row.ENDED_EDITED_ANYWAY if ended else Row.OURS_CHOSEN
    causes = {Cause.TAX_RECALCULATED: Row.TAX_ASKED, Cause.VOID_ON_BOTH: Row.VOID_ON_BOTH}
    return causes.get(action.cause, Row.SAME_RESULT)


def _taken(state: RecordState, action: act.UpdateLocal) -> Row:
    if action.restore:
        return Row.ENDED_EDITED_THEIRS
    if action.over_ours:
        return Row.TAX_THEIRS if "tax" in state.answers else Row.THEIRS_CHOSEN
    if _is_edited(Side.HERE, state):
        return Row.DIFFERENT_FIELDS
    return Row.TAX_TAKEN if action.fields == ("tax",) else Row.EDITED_THERE
