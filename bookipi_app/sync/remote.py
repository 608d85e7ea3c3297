"""Remote: the last thing QuickBooks told us of a record.

It never moves to a lower SyncToken, and a tombstone is final. Whatever brings it (our own write's reply, a read, the
change feed), it comes through here; what to do about it is the planner's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from bookipi_app import trace
from bookipi_app.models import Connection, Flag, Kind, RemoteState, SyncRecord
from bookipi_app.quickbooks.wire import MOST_IDS, Entity, Json, as_object, last_updated, parse_time
from bookipi_app.sync import snapshot

ENTITIES = {Kind.CUSTOMER: Entity.CUSTOMER, Kind.ITEM: Entity.ITEM, Kind.INVOICE: Entity.INVOICE}
KINDS = {entity: kind for kind, entity in ENTITIES.items()}

BY_REMOTE_ID = select(SyncRecord).where(
    col(SyncRecord.connection_id) == bindparam("mine"),
    col(SyncRecord.kind) == bindparam("one"),
    col(SyncRecord.remote_id) == bindparam("key"),
)

HELD = select(
    col(SyncRecord.remote_id),
    col(SyncRecord.remote_token),
    col(SyncRecord.remote_state),
    col(SyncRecord.remote).is_(None),
).where(
    col(SyncRecord.connection_id) == bindparam("mine"),
    col(SyncRecord.kind) == bindparam("one"),
    col(SyncRecord.remote_id).in_(bindparam("keys", expanding=True)),
)


def find(session: Session, connection_id: UUID, kind: Kind, remote_id: str) -> SyncRecord | None:
    """The record that is linked to an id of QuickBooks, or known by it."""
    return session.exec(BY_REMOTE_ID, params={"mine": connection_id, "one": kind, "key": remote_id}).first()


def find_all(
    session: Session, connection_id: UUID, kind: Kind, remote_ids: Sequence[str]
) -> dict[str, SyncRecord]:
    """The records of these ids, by id; one question for each few hundred."""
    found: dict[str, SyncRecord] = {}
    for start in range(0, len(remote_ids), MOST_IDS):
        named = col(SyncRecord.remote_id).in_(remote_ids[start : start + MOST_IDS])
        mine = select(SyncRecord).where(SyncRecord.connection_id == connection_id, SyncRecord.kind == kind)
        found |= {one.remote_id or "": one for one in session.exec(mine.where(named))}
    return found


def news(session: Session, connection_id: UUID, kind: Kind, objects: Sequence[Json]) -> list[Json]:
    """Those of many objects that say something new: most of what the change feed tells was told before."""
    known: dict[str | None, tuple[int, RemoteState, bool]] = {}
    for start in range(0, len(objects), MOST_IDS):
        ids = [obj["Id"] for obj in objects[start : start + MOST_IDS]]
        found = session.exec(HELD, params={"mine": connection_id, "one": kind, "keys": ids})
        known |= {key: (token, state, unread) for key, token, state, unread in found}
    return [obj for obj in objects if obj["Id"] not in known or _says_news(obj, *known[obj["Id"]])]


def hear(
    session: Session,
    connection: Connection,
    kind: Kind,
    obj: Json,
    now: datetime,
    *,
    wanted: bool = False,
    happened_at: datetime | None = None,
    known: dict[str, SyncRecord] | None = None,
) -> SyncRecord | None:
    """Take in an object of QuickBooks; its record, or None for one that is not ours to follow.

    A record is followed if it is known, was made in QuickBooks since the connection, or is `wanted` by an invoice.
    `happened_at` is when an event says that it changed, which is finer than the object's own whole seconds. `known` are
    the records that were looked up already, by QuickBooks' ids; a new one is added to them.
    """
    remote_id = obj["Id"]
    record = known.get(remote_id) if known is not None else find(session, connection.id, kind, remote_id)
    if record is None:
        if not can_be_held(kind, obj) or not (wanted or made_since(connection, obj)):
            return None
        record = _new(session, connection, kind, remote_id, now)
        if known is not None:
            known[remote_id] = record
    record.wanted = record.wanted or wanted
    if _is_news(record, obj):
        adopt(record, obj)
        happened_at = happened_at or (now if wanted else record.remote_time)
        record.due_at, record.told_at = now, record.told_at or happened_at
        _follow(record)
    elif wanted and record.local_id is None:
        record.due_at = now
    return record


def hear_gone(
    session: Session,
    connection: Connection,
    kind: Kind,
    remote_id: str,
    now: datetime,
    happened_at: datetime | None = None,
) -> SyncRecord | None:
    """Take in that QuickBooks has no such object any more, since `happened_at` as far as that is told."""
    record = find(session, connection.id, kind, remote_id)
    if record is None or record.remote_state == RemoteState.GONE:
        return record
    record.remote_state = RemoteState.GONE
    record.due_at, record.told_at = now, record.told_at or happened_at or now
    _follow(record)
    return record


def hear_merged(session: Session, connection: Connection, kind: Kind, remote_id: str, now: datetime) -> None:
    """Take in that QuickBooks says it merged one into another: if it was found gone before, that is looked at again."""
    record = find(session, connection.id, kind, remote_id)
    if record is not None and record.remote_state is RemoteState.GONE and record.alias_of is None:
        record.due_at, record.told_at = now, record.told_at or now
        _follow(record)


def _follow(record: SyncRecord) -> None:
    """What is looked at for this news is logged under its id; a save that waits here keeps its own."""
    if record.saved_at is None:
        record.trace = trace.current()


def adopt(record: SyncRecord, obj: Json) -> None:
    """Make an object the record's remote, whatever was there before."""
    is_void = snapshot.is_void(obj, was_void=record.remote_state is RemoteState.VOID)
    record.remote_id = obj["Id"]
    record.remote = obj
    record.remote_token = snapshot.sync_token(obj)
    record.remote_state = RemoteState.VOID if is_void else RemoteState.LIVE
    record.remote_time = last_updated(obj)


def made_since(connection: Connection, obj: Json) -> bool:
    """True for an object made in QuickBooks at or after the first connection, by QuickBooks' clock.

    Its times are whole seconds.
    """
    made = parse_time(as_object(obj.get("MetaData")).get("CreateTime"))
    return made is not None and made >= since_there(connection)


def since_there(connection: Connection) -> datetime:
    """The moment of the first connection as QuickBooks' clock showed it."""
    moment = connection.first_connected_there or connection.first_connected_at
    return moment.replace(microsecond=0)


def can_be_held(kind: Kind, obj: Json) -> bool:
    """False for what is not a customer, item or invoice here: categories and projects."""
    match kind:
        case Kind.ITEM:
            return obj.get("Type") != "Category"
        case Kind.CUSTOMER:
            return not obj.get("IsProject")
        case Kind.INVOICE:
            return True


def _is_news(record: SyncRecord, obj: Json) -> bool:
    return _says_news(obj, record.remote_token, record.remote_state, record.remote is None)


def _says_news(obj: Json, token: int, state: RemoteState, unread: bool) -> bool:
    if state == RemoteState.GONE:
        return False
    return unread or snapshot.sync_token(obj) > token


def _new(session: Session, connection: Connection, kind: Kind, remote_id: str, now: datetime) -> SyncRecord:
    record = SyncRecord(
        connection_id=connection.id,
        kind=kind,
        remote_id=remote_id,
        flag=Flag.SYNCING,
        flag_since=now,
        due_at=now,
    )
    session.add(record)
    return record
