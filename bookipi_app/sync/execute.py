"""Execute: do the one thing that was planned, in the transaction that planned it.

Local actions are complete when the transaction commits. Remote ones are stored as an attempt here and sent afterwards.
Each action leaves the record due (look again) or at rest; none decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, assert_never
from uuid import UUID

from sqlmodel import Session, select

from bookipi_app import metrics, trace
from bookipi_app.models import Connection, Flag, Kind, Operation, Side, Stage, SyncRecord
from bookipi_app.sync import (
    actions,
    asking,
    attempts,
    chosen,
    decided,
    doubles,
    guard,
    hot,
    local,
    mapping,
    moved,
    story,
    told,
    waiting,
)
from bookipi_app.sync import agreement as agreements
from bookipi_app.sync import flag as flags
from bookipi_app.sync.actions import Action, Need
from bookipi_app.sync.conflicts import CHOOSES
from bookipi_app.sync.look import Look, keep_agreement
from bookipi_app.sync.plan import Presence
from bookipi_app.sync.records import LocalCustomer, LocalInvoice, LocalItem
from bookipi_app.sync.work import Run

LOOK_AGAIN = timedelta(minutes=1)


@dataclass
class Follow:
    """What is left to do after the commit.

    `alone`: it moved nothing that a look at another record may have read. `trace` is the id that it is done under.
    """

    alone: bool = False
    trace: str = field(default_factory=trace.current)
    attempt: UUID | None = None
    read: dict[Kind, Sequence[str]] = field(default_factory=dict[Kind, Sequence[str]])
    publish: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])


def carry_out(  # noqa: C901  one case for each action, and nothing else
    session: Session, run: Run, connection: Connection, look: Look, action: Action
) -> Follow:
    """Do what was planned."""
    chosen.tell(session, connection, look, action)
    if words := waiting.inactive_reference(look, action):
        return _stop(run, look, Flag.ATTENTION, words, waiting.INACTIVE, asking.pair(look))
    if guard.keeps(look, action):
        return _stop(run, look, Flag.ATTENTION, guard.KEPT_WORDS, "kept_here", asking.pair(look))
    match action:
        case actions.Quiet() | actions.Rest():
            return _rest(session, run, look, action)
        case actions.CreateRemote() | actions.UpdateRemote() | actions.DeleteRemote() | actions.VoidRemote():
            if again := hot.until(look.known.sent(look.record), look.state.now):
                return _wait(session, run, connection, look, actions.Wait(until=again, reason=hot.WORDS))
            return Follow(attempt=_begin(session, look, action), alone=True)
        case actions.CreateLocal():
            return _create_local(session, run, connection, look)
        case actions.UpdateLocal():
            return _update_local(session, run, connection, look, action)
        case actions.TrashLocal() | actions.VoidLocal():
            return _end_local(session, run, connection, look, action)
        case actions.RestoreLocal():
            return _restore_local(session, run, connection, look, action)
        case actions.Link():
            return _link(session, connection, look)
        case actions.AdvanceAgreement():
            return _advance(session, connection, look, action)
        case actions.RaiseConflict():
            return _conflict(session, run, connection, look, action)
        case actions.Wait():
            return _wait(session, run, connection, look, action)
        case actions.NeedsAttention():
            detail = asking.about_attention(session, connection, look, action)
            return _stop(run, look, Flag.ATTENTION, action.words, action.cause.value, detail)
        case _:
            assert_never(action)


def _rest(session: Session, run: Run, look: Look, action: actions.Quiet | actions.Rest) -> Follow:
    record = look.record
    record.due_at, record.tries = None, 0
    record.ended = record.ended or isinstance(action, actions.Rest)
    if isinstance(action, actions.Quiet) and action.why == CHOOSES:
        return Follow()
    if look.decisions:
        decided.used(session, record)
    record.end_verdict = None
    changed = flags.settle(look)
    doubles.wake(look.known, record)
    synced = record.flag is Flag.SYNCED  # another flag may say something of what others are going to bring
    return Follow(publish=[_publication(run, record)] if changed else [], alone=synced)


RemoteAction = actions.CreateRemote | actions.UpdateRemote | actions.DeleteRemote | actions.VoidRemote


def _begin(session: Session, look: Look, action: RemoteAction) -> UUID:
    here, remote = look.local, look.remote or {}
    assert here is not None
    chosen.settle_answers(session, look, action)
    match action:
        case actions.CreateRemote():
            look.record.generation += action.next_generation
            if look.record.alias_of is not None:  # merged, and restored: it stands on its own again
                look.record.alias_of = look.record.remote_id = None
            rendered = mapping.render_create(look.kind, here.record, look.context, look.agreement)
            return attempts.begin(session, look, Operation.CREATE, rendered)
        case actions.UpdateRemote():
            assert look.agreement is not None
            rendered = mapping.render_update(
                look.kind,
                action.fields,
                here.record,
                remote,
                look.agreement,
                look.context,
                action.temporary_name,
            )
            # A temporary name is no agreement on the real one, which is sent once it is free.
            agreed = tuple(name for name in action.fields if name != "name" or not action.temporary_name)
            return attempts.begin(session, look, Operation.UPDATE, rendered, agreed)
        case actions.DeleteRemote():
            return attempts.begin(session, look, Operation.DELETE, mapping.render_delete(remote))
        case actions.VoidRemote():
            return attempts.begin(session, look, Operation.VOID, mapping.render_void(remote))


def _create_local(session: Session, run: Run, connection: Connection, look: Look) -> Follow:
    record, now, was_here = look.record, look.state.now, look.record.local_id is not None
    assert look.remote is not None
    arrived = local.with_line_ids(mapping.read(look.kind, look.remote, look.context))
    if was_here:
        _leave_behind(session, record, now)
    record.local_id = local.create(session, connection.company_id, look.kind, arrived, now)
    keep_agreement(record, agreements.after_read(look.kind, arrived, look.remote))
    record.base_version, record.base_token = 1, record.remote_token
    record.double_of = doubles.of(session, connection, record)
    story.tell(session, connection, record, Side.QUICKBOOKS, "Created in QuickBooks", now, _took(look))
    doubles.note_number(session, connection, record, now)
    waiting.wake(session, record, now)
    return _look_again(run, connection, look, alone=not was_here)


def _leave_behind(session: Session, record: SyncRecord, now: datetime) -> None:
    """What was matched and ended here before the two were linked is no part of this record; it keeps one of its own."""
    ended = SyncRecord(
        connection_id=record.connection_id, kind=record.kind, local_id=record.local_id, flag_since=now
    )
    record.local_id = None
    session.flush()
    story.fly(ended, Flag.NOT_SYNCED, now, flags.ENDED_BEFORE, "ended_before")
    session.add(ended)


def _update_local(
    session: Session, run: Run, connection: Connection, look: Look, action: actions.UpdateLocal
) -> Follow:
    record, now, here = look.record, look.state.now, look.local
    assert here is not None
    assert look.remote is not None
    assert look.agreement is not None
    before = look.agreement
    taken = mapping.take(
        look.kind, action.fields, here.record, look.remote, before, look.context, action.over_ours
    )
    more: dict[str, Any] = {"trashed_at": None} if action.restore and look.kind is Kind.INVOICE else {}
    version = local.store(session, look.kind, taken.local, here.version, now, **more)
    if here.version == record.base_version:
        record.base_version = version
    keep_agreement(record, taken.agreement)
    record.base_token = record.remote_token
    chosen.settle_answers(session, look, action)
    if "active" in action.fields:
        waiting.wake(session, record, now)
    _tell_of_edit(session, connection, look, action)
    if "number" in action.fields:
        doubles.note_number(session, connection, record, now)
    return _look_again(run, connection, look, alone=True)


def _tell_of_edit(session: Session, connection: Connection, look: Look, action: actions.UpdateLocal) -> None:
    edited, theirs = moved.there(look.state, action.fields), look.state.remote or {}
    words = f"Changed in QuickBooks: {story.listed(look.kind, edited)}"
    if edited == ("active",):
        words = f"Made {story.activity(theirs)} in QuickBooks"
    names = asking.Names(session, connection).of(Side.QUICKBOOKS)
    base = look.agreement.remote if look.agreement else {}
    changes = {"fields": moved.values(look.kind, edited, base, theirs, names), **_took(look)}
    story.tell(session, connection, look.record, Side.QUICKBOOKS, words, look.state.now, changes)


def _end_local(
    session: Session,
    run: Run,
    connection: Connection,
    look: Look,
    action: actions.TrashLocal | actions.VoidLocal,
) -> Follow:
    record, now, here = look.record, look.state.now, look.local
    assert here is not None
    assert look.agreement is not None
    assert look.state.local is not None
    ended, more = here.record, {}
    if isinstance(ended, LocalCustomer | LocalItem):
        ended = local.archived(ended)
    elif isinstance(action, actions.VoidLocal):
        if action.duplicate:
            copy, number = local.duplicate(session, connection, ended, now)
            _tell_of_copy(session, connection, record, ended.number, copy, number, now)
        ended = local.voided(ended)
    else:
        more, record.ended = {"trashed_at": now}, True  # on both sides: no half minute in which to undo it
    local.store(session, look.kind, ended, here.version, now, **more)
    mine = look.state.local if more else local.snapshot_of(look.kind, ended)
    keep_agreement(record, agreements.after_end(look.kind, mine, look.state.remote, look.agreement))
    words = "Voided in QuickBooks" if isinstance(action, actions.VoidLocal) else "Deleted in QuickBooks"
    story.tell(session, connection, record, Side.QUICKBOOKS, words, now, _took(look))
    return _look_again(run, connection, look)


def _tell_of_copy(
    session: Session,
    connection: Connection,
    record: SyncRecord,
    voided: str,
    copy: UUID,
    number: str,
    now: datetime,
) -> None:
    goes_on = f"What was written here goes on as the draft {number}"
    story.tell(session, connection, record, Side.HERE, goes_on, now)
    made_of = f"Draft made of {voided}, which is void in QuickBooks"
    story.tell_about(session, connection, Kind.INVOICE, copy, Side.HERE, made_of, now)


def _took(look: Look) -> dict[str, int]:
    """How long QuickBooks' news was on its way, for the line of history that tells of it."""
    told_at = look.record.told_at
    return {"took": story.took(told_at, look.state.now)} if told_at else {}


def _restore_local(
    session: Session, run: Run, connection: Connection, look: Look, action: actions.RestoreLocal
) -> Follow:
    record, now, here = look.record, look.state.now, look.local
    assert here is not None
    restored, more, ended_by = here.record, {}, "archive"
    if isinstance(restored, LocalInvoice):
        more = {"trashed_at": None, "stage": Stage.ISSUED}
        ended_by = "void" if here.state is Presence.VOID else "trash"
    else:
        restored = local.reactivated(restored)
    local.store(session, look.kind, restored, here.version, now, **more)
    story.tell(session, connection, record, Side.QUICKBOOKS, action.words, now)
    story.fly(record, Flag.ATTENTION, now, action.words, flags.KEPT, {"ended_by": ended_by})
    return _look_again(run, connection, look)


def _link(session: Session, connection: Connection, look: Look) -> Follow:
    record, now = look.record, look.state.now
    assert look.local is not None
    assert look.remote is not None
    agreed = agreements.link(look.kind, look.local.record, look.remote, look.context, record.sent_as)
    keep_agreement(record, agreed)
    record.base_version, record.base_token = look.local.version, record.remote_token
    story.tell(session, connection, record, Side.HERE, "Linked to the same record in QuickBooks", now)
    waiting.wake(session, record, now)
    return Follow()


def _advance(
    session: Session, connection: Connection, look: Look, action: actions.AdvanceAgreement
) -> Follow:
    record = look.record
    told.without_a_change(session, connection, look, action)
    assert look.agreement is not None
    assert look.state.local is not None
    assert look.local is not None
    keep_agreement(record, agreements.after_advance(action, look.agreement, look.state.local, look.remote))
    record.base_version, record.base_token = look.local.version, record.remote_token
    if action.cause is actions.Cause.TAX_RECALCULATED:
        record.cause = action.cause.value
    return Follow()


def _conflict(
    session: Session, run: Run, connection: Connection, look: Look, action: actions.RaiseConflict
) -> Follow:
    detail = asking.about_conflict(session, connection, look, action)
    words = flags.conflict_words(look, action)
    story.tell(session, connection, look.record, Side.QUICKBOOKS, words, look.state.now, detail)
    decided.used(session, look.record)
    look.record.end_verdict = None
    return _stop(run, look, Flag.CONFLICT, words, "both_edited", detail)


def _wait(session: Session, run: Run, connection: Connection, look: Look, action: actions.Wait) -> Follow:
    """Wait for a moment, or for other records: those are made due, and make this one due when they are there."""
    record, now = look.record, look.state.now
    arriving = bool(action.on) and set(action.on) <= set(look.state.missing_here)
    if arriving:
        waiting.check_that_it_can_arrive(session, look, action.on)
    record.tries = 0
    if action.until is not None and action.until == look.state.undo_until:
        # A person's half minute is no time that a change took, on either way.
        record.told_at, record.saved_at = None, action.until if record.saved_at else None
    record.due_at = waiting.reads_again(record, now) if arriving else action.until or now + LOOK_AGAIN
    words = waiting.reason(session, look, action)
    changed = story.fly(record, Flag.SYNCING, now, words, _waits_for(action), record.detail)
    follow = Follow(publish=[_publication(run, record)] if changed else [])
    if arriving:
        follow.read = _wanted_there(action.on)
    else:
        _want_here(session, look.record, action.on, now)
    return follow


def _waits_for(action: actions.Wait) -> str:
    """A wait without a moment ends when another record has moved: what it needs, or who gives its name up."""
    return waiting.WAITS if action.on or action.until is None else ""


def _wanted_there(needs: Sequence[Need]) -> dict[Kind, Sequence[str]]:
    wanted: dict[Kind, list[str]] = {}
    for need in needs:
        wanted.setdefault(need.kind, []).append(need.id)
    return dict(wanted)


def _want_here(session: Session, who: SyncRecord, needs: Sequence[Need], now: datetime) -> None:
    """Records that an invoice needs travel with it, whatever their age, and as urgently."""
    for need in needs:
        record = session.exec(
            select(SyncRecord).where(
                SyncRecord.connection_id == who.connection_id,
                SyncRecord.kind == need.kind,
                SyncRecord.local_id == UUID(need.id),
            )
        ).first()
        if record is None:
            record = SyncRecord(
                connection_id=who.connection_id,
                kind=need.kind,
                local_id=UUID(need.id),
                flag_since=now,
                due_at=now,
            )
            session.add(record)
        if not record.wanted:
            record.wanted, record.due_at = True, now
        record.saved_at = record.saved_at or who.saved_at


def _stop(run: Run, look: Look, flag: Flag, words: str, cause: str, detail: dict[str, Any] | None) -> Follow:
    record = look.record
    record.due_at, record.tries = None, 0
    changed = story.fly(record, flag, look.state.now, words, cause, detail)
    return Follow(publish=[_publication(run, record)] if changed else [])


def _look_again(run: Run, connection: Connection, look: Look, *, alone: bool = False) -> Follow:
    """The record changed here: tell open pages after the commit, and plan again."""
    record = look.record
    record.due_at = look.state.now
    if record.told_at is not None:
        connection.lag_in_ms = story.took(record.told_at, look.state.now)
        metrics.in_seconds.observe(connection.lag_in_ms / 1000)
        record.told_at = None
    return Follow(publish=[_publication(run, record)], alone=alone)


def _publication(run: Run, record: SyncRecord) -> Callable[[], None]:
    return partial(run.publish, run.connection.company_id, record.kind.value, record.local_id)
