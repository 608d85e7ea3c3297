"""The flag of a record that has come to rest: *Synced* only when both sides are equal to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bookipi_app.models import Flag, Kind
from bookipi_app.sync import doubles, story
from bookipi_app.sync.actions import Cause
from bookipi_app.sync.forecast import totals_compare
from bookipi_app.sync.look import Look
from bookipi_app.sync.plan import Presence, RecordState
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


def conflict_words(kind: Kind, fields: Sequence[str], state: RecordState) -> str:
    """One sentence that says what clashed."""
    if state.remote_state is Presence.ENDED:
        return "Deleted in QuickBooks, edited here. Keep it, or move it to trash."
    if state.remote_state is Presence.VOID:
        return "Voided in QuickBooks, edited here. Keep it, or void it here too."
    if state.local_state is not Presence.LIVE:
        return "Ended here, edited in QuickBooks. Keep it, or end it on both sides."
    return f"{story.listed(kind, fields).capitalize()} changed on both sides. Neither side changes until you choose."
