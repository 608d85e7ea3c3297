"""Records that wait for others: an invoice for its customer and its items, what is new for the answer to a creation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, not_, text, update
from sqlmodel import Session, col, select

from bookipi_app import exactjson
from bookipi_app.models import (
    Attempt,
    Customer,
    Flag,
    Item,
    Kind,
    Operation,
    Outcome,
    Reference,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.models.conditions import IS_UNANSWERED
from bookipi_app.models.sync import CAUSED, WAITS_FOR_PERSON, WAITS_FOR_REFERENCE
from bookipi_app.quickbooks.wire import as_object, as_text
from bookipi_app.sync import actions, likeness
from bookipi_app.sync.actions import Action, Need
from bookipi_app.sync.canon import Unreadable
from bookipi_app.sync.carrying import CannotCarry
from bookipi_app.sync.look import Look
from bookipi_app.sync.snapshot import is_inactive, references, sync_token

OF_LOCAL_ID = select(SyncRecord).where(
    col(SyncRecord.connection_id) == bindparam("mine"),
    col(SyncRecord.kind) == bindparam("one"),
    col(SyncRecord.local_id) == bindparam("key"),
)
OPEN_CREATION = (
    col(Attempt.connection_id) == bindparam("mine"),
    IS_UNANSWERED,
    col(Attempt.operation) == Operation.CREATE,
    col(SyncRecord.kind) == bindparam("one"),
    not_(and_(col(SyncRecord.flag) == Flag.ATTENTION, col(SyncRecord.cause) == actions.Cause.MATCH.value)),
)
ITS_RECORD = col(SyncRecord.id) == col(Attempt.record_id)
OLDEST = (
    select(Attempt.next_try_at, Attempt.created_at)
    .join(SyncRecord, ITS_RECORD)
    .where(*OPEN_CREATION)
    .order_by(col(Attempt.created_at))
    .limit(1)
)
NEWEST = (
    select(Attempt.created_at)
    .join(SyncRecord, ITS_RECORD)
    .where(*OPEN_CREATION)
    .order_by(col(Attempt.created_at).desc())
    .limit(1)
)
SENT = select(Attempt.body).join(SyncRecord, ITS_RECORD).where(*OPEN_CREATION)
SOON = timedelta(minutes=1)  # so long after a creation its answer is simply on its way
FIRST_READING, LAST_READING = timedelta(minutes=1), timedelta(hours=1)
WAITS, FOR_PERSON = WAITS_FOR_REFERENCE, WAITS_FOR_PERSON
INACTIVE = "inactive_reference"  # SyncRecord.cause while one that it uses is inactive in QuickBooks, or gone
PROJECT = (
    "In QuickBooks it is for {}, a project, and projects are no customers here. "
    "Give it a customer there to have it here."
)
WAYS_OUT = "Restore it here, or choose another {} on this invoice."

NO_SUCH_REFERENCE = ("610", "2500", "6250")  # how QuickBooks refuses what uses something that it has put away


def cause_of(code: str) -> str:
    """What a refusal is about: one that the return of a customer or item may mend is tried again then."""
    return INACTIVE if code in NO_SUCH_REFERENCE else "refused"


def wake(session: Session, record: SyncRecord, now: datetime) -> None:
    """A customer or item is on both sides now, in use again, or renamed: whatever waited for one looks again."""
    if record.kind is Kind.INVOICE or record.remote_state is RemoteState.UNKNOWN:
        return
    session.exec(
        update(SyncRecord)
        .where(
            col(SyncRecord.connection_id) == record.connection_id,
            text(CAUSED),
            col(SyncRecord.cause).in_((WAITS, INACTIVE, actions.Cause.NAME_TAKEN.value)),
        )
        .values(due_at=now)
    )


def for_answer(session: Session, record: SyncRecord, now: datetime) -> datetime | None:
    """When the oldest unanswered creation is sent again that what arrived here may be; None if there is none.

    One that a person is asked about is none: what it may be is known, and waits for that answer alone. Where QuickBooks
    has not answered for long, and may never, whatever cannot be what was sent does not wait for it.
    """
    sought = {"mine": record.connection_id, "one": record.kind}
    found = session.exec(OLDEST, params=sought).first()
    if found is None:
        return None
    next_try_at, created_at = found
    if now - created_at >= SOON and _is_another(record, session.exec(SENT, params=sought).all()):
        return None
    return next_try_at or created_at


def is_answer_on_its_way(session: Session, connection_id: UUID, kind: Kind, now: datetime) -> bool:
    """True while a creation of a kind is unanswered that was stored a moment ago."""
    newest = session.exec(NEWEST, params={"mine": connection_id, "one": kind}).first()
    return newest is not None and now - newest < SOON


def _is_another(record: SyncRecord, bodies: Sequence[str]) -> bool:
    """Whether what arrived is none of what was sent: nobody has edited it there, and it is otherwise."""
    obj = record.remote
    if obj is None or sync_token(obj):
        return False
    sent = [exactjson.loads(body) for body in bodies]
    try:
        return not any(
            likeness.may_be(record.kind, one, obj) or likeness.is_as_sent(record.kind, one, obj)
            for one in sent
        )
    except Unreadable:
        return False


def for_answer_of_another(session: Session, record: SyncRecord) -> bool:
    """True while another record of this kind was sent and never answered: what looks like ours may be that one."""
    sent = (
        select(Attempt.id)
        .join(SyncRecord, col(SyncRecord.id) == Attempt.record_id)
        .where(
            Attempt.connection_id == record.connection_id,
            Attempt.outcome == Outcome.OPEN,
            Attempt.operation == Operation.CREATE,
            Attempt.tries > 0,
            SyncRecord.kind == record.kind,
            SyncRecord.id != record.id,
        )
    )
    return session.exec(sent.limit(1)).first() is not None


def reason(session: Session, look: Look, action: actions.Wait) -> str:
    """What a record waits for, by name, and whether that needs a person first."""
    if not action.on:
        return action.reason
    arriving = set(action.on) <= set(look.state.missing_here)
    found = [_name(session, look, need, arriving) for need in action.on]
    names = " and ".join(filter(None, [", ".join(found[:-1]), found[-1]]))
    if not arriving and (stuck := _stuck(session, look, action.on)):
        return f"Waits for {names}. {stuck}"
    return f"Waits for {names} to arrive {'from' if arriving else 'in'} QuickBooks."


def check_that_it_can_arrive(session: Session, look: Look, needs: Sequence[Need]) -> None:
    """What an invoice needs and waits for may be nothing that is held here.

    Raises:
        CannotCarry: it is for a project.
    """
    for need in needs:
        known = session.get(Reference, (look.record.connection_id, need.kind.value, need.id))
        if known is not None and (known.fields or {}).get("project"):
            raise CannotCarry(PROJECT.format(known.name), "project")


def reads_again(record: SyncRecord, now: datetime) -> datetime:
    """When what it needs is read anew: it makes this one due when it arrives, so each reading is later than the last.

    For as long as it has waited, a minute at least and an hour at most: QuickBooks counts every read.
    """
    waited = now - record.flag_since if record.cause == WAITS else timedelta(0)
    return now + min(max(waited, FIRST_READING), LAST_READING)


def _name(session: Session, look: Look, need: Need, arriving: bool) -> str:
    if arriving:
        known = session.get(Reference, (look.record.connection_id, need.kind.value, need.id))
        return known.name if known else f"its {need.kind.value}"
    row = session.get(Customer if need.kind is Kind.CUSTOMER else Item, UUID(need.id))
    return row.name if row else f"its {need.kind.value}"


def _stuck(session: Session, look: Look, needs: Sequence[Need]) -> str:
    """The first of them that itself waits for a person."""
    for need in needs:
        record = _record(session, look, need.kind, need.id)
        if record is not None and record.flag in (Flag.ATTENTION, Flag.NOT_SYNCED) and record.due_at is None:
            return f"That {need.kind.value} needs your attention first: {record.reason}"
    return ""


def _record(session: Session, look: Look, kind: Kind, local_id: str) -> SyncRecord | None:
    sought = {"mine": look.record.connection_id, "one": kind, "key": UUID(local_id)}
    return session.exec(OF_LOCAL_ID, params=sought).first()


def inactive_reference(look: Look, action: Action) -> str:
    """Why an invoice cannot be sent: the customer or item that it uses and that QuickBooks has put away. Else empty."""
    if not sends_references(action) or look.state.local is None:
        return ""
    for kind, local_id in references(look.kind, look.state.local):
        record = look.known.links.record(kind, Side.HERE, local_id)
        if record is None or _was_agreed(look, kind, record):
            continue
        name = agreed_name(record)
        if record.remote_state is RemoteState.GONE and record.ended and record.alias_of is None:
            return f"{name} is not in QuickBooks any more. {WAYS_OUT.format(kind.value)}"
        if is_inactive(record.remote or {}):
            return f"{name} is inactive in QuickBooks. {WAYS_OUT.format(kind.value)}"
    return ""


def agreed_name(record: SyncRecord) -> str:
    """What a customer or item was called when both sides agreed; where ours is still to be sent, what QuickBooks says.

    So it is while names are swapped and the record bears a temporary one there.
    """
    halves = (as_object(record.base_local), as_object(record.base_remote))
    return next((name for half in halves if (name := as_text(half.get("name")))), "")


def sends_references(action: Action) -> bool:
    """Whether it sends an invoice's customer or items."""
    match action:
        case actions.CreateRemote():
            return True
        case actions.UpdateRemote(fields=names):
            return bool({"customer", "lines"} & set(names))
        case _:
            return False


def _was_agreed(look: Look, kind: Kind, record: SyncRecord) -> bool:
    """What QuickBooks' invoice uses already may stay, whatever became of it."""
    theirs = look.agreement.remote if look.agreement else {}
    return (kind, record.remote_id or "") in references(look.kind, theirs)
