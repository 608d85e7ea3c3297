"""The flag of a record that has come to rest: *Synced* only when both sides are equal to the cent."""

from __future__ import annotations

from dataclasses import asdict

from bookipi_app.models import Flag, Kind, Side
from bookipi_app.sync import doubles, snapshot, story
from bookipi_app.sync.actions import Cause, RaiseConflict
from bookipi_app.sync.fields import names
from bookipi_app.sync.forecast import totals_compare
from bookipi_app.sync.look import Look
from bookipi_app.sync.plan import Presence
from bookipi_app.sync.records import LocalInvoice

MERGED_WORDS = "Merged into another item in QuickBooks"
OLDER = "older than the connection"
ENDED_BEFORE = "it ended before it travelled"
KEPT = (
    "kept_in_quickbooks"  # QuickBooks refused an end and the record came back here: said until the next edit
)

DOUBLE_WORDS = (
    "It arrived from QuickBooks and looks like {} that you have already. Say whether it is the same."
)
NUMBER_WORDS = (
    "Its number {} is also the number of another invoice here. Give one of them another, or leave it."
)


def settle(look: Look) -> bool:
    """Set the flag of a record with nothing left to do; True if what a person sees of it has changed."""
    record, now = look.record, look.state.now
    if not look.state.travels and look.agreement is None:
        return story.fly(record, Flag.NOT_SYNCED, now, OLDER, "older")
    if record.flag is Flag.FROZEN or record.cause == KEPT:
        return False
    if look.agreement is None:
        return story.fly(record, Flag.NOT_SYNCED, now, ENDED_BEFORE, "ended_before")
    if record.alias_of is not None and look.kind is Kind.ITEM:
        return story.fly(record, Flag.NOT_SYNCED, now, MERGED_WORDS, "merged")
    if record.double_of is not None and (asked := _asks_whether_same(look)) is not None:
        return asked
    if look.local is None or not isinstance(look.local.record, LocalInvoice) or look.remote is None:
        return story.fly(record, Flag.SYNCED, now)
    difference = totals_compare(look.local.record, look.remote, look.context, look.agreement)
    if difference is None or look.state.remote_state is Presence.VOID:
        return story.fly(record, Flag.SYNCED, now)
    cause = record.cause if record.cause == Cause.TAX_RECALCULATED.value else difference.cause
    changed = story.fly(record, Flag.DIFFERS, now, difference.words, cause, asdict(difference))
    record.left_as_is = record.left_as_is and not changed
    return changed


def _asks_whether_same(look: Look) -> bool | None:
    """The flag of one that may be another one here; None if that is no question any more."""
    record, now = look.record, look.state.now
    match doubles.asks(look.known.session, record):
        case doubles.SAME_NUMBER:
            number = (look.state.local or {}).get("number", "")
            detail = {doubles.NUMBER: number}
            return story.fly(
                record, Flag.ATTENTION, now, NUMBER_WORDS.format(number), doubles.SAME_NUMBER, detail
            )
        case doubles.POSSIBLE_DOUBLE:
            words = DOUBLE_WORDS.format("a customer" if look.kind is Kind.CUSTOMER else "an invoice")
            return story.fly(record, Flag.ATTENTION, now, words, doubles.POSSIBLE_DOUBLE)
        case _:
            record.double_of = None
            return None


def conflict_words(look: Look, action: RaiseConflict) -> str:
    """One sentence that says what clashed: of fields that belong together, only those that somebody changed."""
    state = look.state
    if state.remote_state is Presence.ENDED:
        if look.kind is not Kind.INVOICE:
            return "Gone from QuickBooks, edited here. Keep it, or archive it."
        return "Deleted in QuickBooks, edited here. Keep it, or move it to trash."
    if state.remote_state is Presence.VOID:
        return "Voided in QuickBooks, edited here. Keep it, or void it here too."
    if state.local_state is not Presence.LIVE:
        what, end = ("Void", "void") if state.local_state is Presence.VOID else ("In the trash", "delete")
        return f"{what} here, edited in QuickBooks. Bring it back, or {end} it in QuickBooks too."
    here, there = _changed(look, Side.HERE), _changed(look, Side.QUICKBOOKS)
    clashed = {name for one in action.conflicts for name in one.fields}
    alone = any(not here & there & set(one.fields) for one in action.conflicts)
    named = [name for name in names(look.kind) if name in clashed & (here | there if alone else here & there)]
    where = "changed here and in QuickBooks" if alone else "changed on both sides"
    about = story.listed(look.kind, named)
    return f"{about[:1].upper()}{about[1:]} {where}. Neither side changes until you choose."


def _changed(look: Look, side: Side) -> set[str]:
    agreement, state = look.agreement, look.state
    assert agreement is not None, "only what was agreed is edited on both sides"
    base, now = (agreement.local, state.local) if side is Side.HERE else (agreement.remote, state.remote)
    return set(snapshot.changed(look.kind, side, base, now or {}))
