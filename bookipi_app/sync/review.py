"""Review: what the engine would do, in words, with nothing done.

After a reconnection the connection waits for a person. Reading goes on, so that the plan is true; each record that
would move says what would happen to it (`cause` is `REVIEW`), and what is equal comes to rest. `bookipi plan` tells the
same of any connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, text
from sqlmodel import Session, col, select

from bookipi_app.models import Attempt, Connection, Flag, Kind, Outcome, RemoteState, SyncRecord
from bookipi_app.models.sync import CAUSED
from bookipi_app.sync import actions, comparison, execute, feed, look, moved, observe, preflight, story
from bookipi_app.sync.actions import Action
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.conflicts import CHOOSES
from bookipi_app.sync.gathered import Gathered
from bookipi_app.sync.mapping import CannotCarry
from bookipi_app.sync.plan import plan
from bookipi_app.sync.record_state import RecordState
from bookipi_app.sync.snapshot import Snapshot
from bookipi_app.sync.story import listed
from bookipi_app.sync.work import Run

REVIEW = "review"  # SyncRecord.cause while a record's next step waits for the person
# What a person was shown of a lost creation, which is asked about again.
STILL_ASKED = ("attempt", "candidates")
AT_ONCE = 100
UNANSWERED = "Its last change was sent to QuickBooks, and the answer is not known yet. It will be asked for."
NEW_HERE = "Made here meanwhile. It will be linked or created in QuickBooks."
CHOICE = "You will choose; nothing is overwritten."
NEW_THERE = "Made in QuickBooks meanwhile. It will be added here."


def prepare(run: Run, feed_interval: timedelta) -> bool:
    """Read what changed and say what would follow; True while there is more to look at."""
    if feed.reads_index(run):
        return True
    heard = observe.inbox(run.lease, run.connection, run.quickbooks)
    fed = feed.read(run, feed_interval)
    if _look_through(run) or heard or fed:
        return True
    return preflight.step(run) or comparison.step(
        run
    )  # after a long time only the comparison finds everything


def foretell(session: Session, connection: Connection, record: SyncRecord, now: datetime) -> str | None:
    """What the engine would do about a record now, in one sentence.

    Empty for what nobody sees (the same change was made on both sides); None for nothing at all.
    """
    try:
        return _foretold(session, connection, record, now)
    except CannotCarry as failure:
        return failure.words
    except Unreadable:
        return (
            "QuickBooks sent it with a value that makes no sense here. It will stay as it is on both sides."
        )


def every(session: Session, connection: Connection, now: datetime) -> Iterator[tuple[SyncRecord, str | None]]:
    """Every record that is due or was planned, with what would be done; writes nothing."""
    waiting = select(SyncRecord).where(
        col(SyncRecord.connection_id) == connection.id,
        (col(SyncRecord.due_at) <= now) | and_(text(CAUSED), col(SyncRecord.cause) == REVIEW),
    )
    for record in session.exec(waiting.order_by(col(SyncRecord.kind), col(SyncRecord.id))):
        yield record, foretell(session, connection, record, now)


def _look_through(run: Run) -> bool:
    with run.lease.database.reading() as session:
        due = select(SyncRecord.id).where(
            col(SyncRecord.connection_id) == run.connection.id, col(SyncRecord.due_at) <= run.clock()
        )
        ids = list(session.exec(due.order_by(col(SyncRecord.due_at)).limit(AT_ONCE)))
    for record_id in ids:
        with run.lease.transaction() as session:
            _say(session, run, record_id)
    if ids:
        run.publish(run.connection.company_id, "connection", None)
    return bool(ids)


def _say(session: Session, run: Run, record_id: UUID) -> None:
    record = session.get(SyncRecord, record_id)
    now = run.clock()
    if record is None or record.due_at is None or record.due_at > now:
        return
    connection = session.get_one(Connection, run.connection.id)
    words = foretell(session, connection, record, now)
    record.due_at, record.tries = None, 0
    if words is not None:
        asked = {name: value for name, value in (record.detail or {}).items() if name in STILL_ASKED}
        story.fly(record, Flag.SYNCING, now, words, REVIEW, {**asked, "title": title(record)})
    elif record.local_id is not None or record.remote_state is RemoteState.GONE:
        found = look.at(Gathered(session, connection, now), record)
        execute.carry_out(session, run, connection, found, actions.Quiet())


def _foretold(session: Session, connection: Connection, record: SyncRecord, now: datetime) -> str | None:
    if _is_unanswered(session, record):
        return UNANSWERED
    if record.local_id is None:
        gone = record.remote is None or record.remote_state is RemoteState.GONE
        return None if gone or record.ended else NEW_THERE
    found = look.at(Gathered(session, connection, now), record)
    if record.base_local is None and not record.generation:
        return NEW_HERE if found.state.travels else None
    return words_of(record.kind, plan(found.state), found.state)


def words_of(kind: Kind, action: Action, state: RecordState) -> str | None:  # noqa: C901  one sentence for each
    """An action in the future tense."""
    match action:
        case actions.Quiet(why=why):
            return CHOICE if why == CHOOSES else None
        case actions.Rest() | actions.AdvanceAgreement():
            return ""
        case actions.CreateRemote():
            return "It will be created in QuickBooks."
        case actions.UpdateRemote(fields=names):
            return _will_follow(kind, moved.here(state, names), state.local or {})
        case actions.DeleteRemote():
            return "In the trash here. It will be deleted in QuickBooks."
        case actions.VoidRemote():
            return "Void here. It will be void in QuickBooks."
        case actions.CreateLocal():
            return NEW_THERE
        case actions.UpdateLocal(fields=names):
            return _will_be_taken(kind, moved.there(state, names), state.remote or {})
        case actions.TrashLocal():
            if kind is Kind.INVOICE:
                return "Deleted in QuickBooks. It will be moved to the trash here."
            return "Gone from QuickBooks. It will be archived here."
        case actions.VoidLocal():
            return "Void in QuickBooks. It will be void here."
        case actions.RestoreLocal(words=words) | actions.NeedsAttention(words=words):
            return words
        case actions.Wait(reason=reason):
            return reason or "It waits for another record."
        case actions.Link():
            return "It will be linked to the same record in QuickBooks."
        case actions.RaiseConflict(conflicts=conflicts):
            names = moved.on_either_side(state, (name for one in conflicts for name in one.fields))
            about = f": {listed(kind, names)}" if names else ""
            return f"Changed on both sides{about}. {CHOICE}"


def _will_follow(kind: Kind, edited: tuple[str, ...], ours: Snapshot) -> str:
    if edited == ("active",):
        what = "Back here" if ours.get("active") else "Archived here"
        return f"{what}. It will be made {story.activity(ours)} in QuickBooks."
    return f"Edited here: {listed(kind, edited)}. QuickBooks will follow."


def _will_be_taken(kind: Kind, edited: tuple[str, ...], theirs: Snapshot) -> str:
    if edited == ("active",):
        follows = "come back" if theirs.get("active") else "be archived"
        return f"Made {story.activity(theirs)} in QuickBooks. It will {follows} here."
    return f"Edited in QuickBooks: {listed(kind, edited)}. It will be changed here."


def _is_unanswered(session: Session, record: SyncRecord) -> bool:
    open_ones = select(Attempt.id).where(
        col(Attempt.record_id) == record.id, col(Attempt.outcome) == Outcome.OPEN
    )
    return session.exec(open_ones).first() is not None


def title(record: SyncRecord) -> str:
    """What QuickBooks calls it: for a record that is not here yet."""
    said = record.remote or {}
    return str(said.get("DocNumber") or said.get("DisplayName") or said.get("Name") or "")[:200]
