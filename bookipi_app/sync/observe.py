"""Observe: turn nudges into knowledge of what QuickBooks holds.

A webhook event only says "look at this record"; it is never trusted as data. Echoes of our own writes cost no read:
events carry no SyncToken and whole seconds, so they are told apart by time and count. An event older than the second of
the newest state we hold says nothing new. Each of our writes accounts for one event of its operation in the second of
its reply; any further one in that second is read, once for all, two seconds later.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from sqlmodel import Session, col, select

from bookipi_app import trace
from bookipi_app.models import (
    Attempt,
    Connection,
    ConnectionStatus,
    InboxEvent,
    InboxOddity,
    Kind,
    Operation,
    RemoteState,
    SyncRecord,
)
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.faults import Gone, ReadOnly, Refused
from bookipi_app.quickbooks.wire import Entity, Json, is_number
from bookipi_app.sync import references, remote, terms, waiting
from bookipi_app.sync.lease import Lease
from bookipi_app.sync.merges import MERGED

log = logging.getLogger(__name__)
MOST_EVENTS = 1000  # of one look into the inbox
FEW_DELETIONS = 10  # so many are asked for one by one
DELETED = "deleted"
SAME_SECOND = timedelta(seconds=2)
ECHO_OF = {"created": Operation.CREATE, "updated": Operation.UPDATE, "deleted": Operation.DELETE,
           "voided": Operation.VOID}  # fmt: skip


class Verdict(Enum):
    """What an event deserves."""

    DONE = "done"
    READ = "read"
    LATER = "later"


@dataclass
class Reading:
    """What one look into the inbox asks for."""

    done: list[str] = field(default_factory=list[str])
    times: dict[tuple[Kind, str], datetime] = field(default_factory=dict[tuple[Kind, str], datetime])
    traces: dict[tuple[Kind, str], str] = field(default_factory=dict[tuple[Kind, str], str])
    wanted: defaultdict[Kind, set[str]] = field(default_factory=lambda: defaultdict(set))
    deleted: set[tuple[Kind, str]] = field(
        default_factory=set[tuple[Kind, str]]
    )  # as they tell, which is no proof


def inbox(lease: Lease, connection: Connection, quickbooks: QuickBooks) -> bool:
    """Work through the events that wait for a connection; True if there were any to work on."""
    now = lease.clock()
    with lease.transaction() as session:
        reading = _sort(session, connection, now)
    for kind, ids in reading.wanted.items():
        _read(lease, connection, quickbooks, kind, ids, reading=reading)
    if reading.done:
        with lease.transaction() as session:
            for event in session.exec(select(InboxEvent).where(col(InboxEvent.id).in_(reading.done))):
                event.done_at = now
    return bool(reading.done)


def read_one(
    lease: Lease, connection: Connection, quickbooks: QuickBooks, kind: Kind, remote_id: str
) -> None:
    """Read one record again, because what we hold is known to be old."""
    _read(lease, connection, quickbooks, kind, {remote_id})


def read_wanted(
    lease: Lease, connection: Connection, quickbooks: QuickBooks, kind: Kind, remote_ids: Iterable[str]
) -> None:
    """Read records that an invoice needs, whatever their age; what is no id of QuickBooks' is not asked for."""
    wanted = {one for one in remote_ids if is_number(one)}
    _read(lease, connection, quickbooks, kind, wanted, wanted=True)


def _sort(session: Session, connection: Connection, now: datetime) -> Reading:
    reading = Reading()
    waiting = select(InboxEvent).where(
        InboxEvent.realm_id == connection.realm_id, col(InboxEvent.done_at).is_(None)
    )
    for event in session.exec(waiting.order_by(col(InboxEvent.received_at)).limit(MOST_EVENTS)):
        kind = _kind_of(event)
        if kind and not _names_ids(event):
            _set_aside(session, f"{kind.value}: an event without an id of QuickBooks", event, now)
            kind = None
        verdict = _judge(session, connection, kind, event, now) if kind else Verdict.DONE
        if verdict is Verdict.READ and kind:
            reading.wanted[kind] |= {one for one in (event.remote_id, event.deleted_id) if one}
            reading.traces[kind, event.remote_id] = event.trace
            if event.operation == DELETED:
                reading.deleted.add((kind, event.remote_id))
            if event.operation == MERGED:
                remote.hear_merged(session, connection, kind, event.deleted_id, now)
            if event.happened_at is not None:
                reading.times.setdefault((kind, event.remote_id), event.happened_at)
        if verdict is not Verdict.LATER:
            reading.done.append(event.id)
    if reading.done:
        session.get_one(Connection, connection.id).heard_at = now
    return reading


def _kind_of(event: InboxEvent) -> Kind | None:
    try:
        return Kind(event.entity)
    except ValueError:
        return None


def _names_ids(event: InboxEvent) -> bool:
    return is_number(event.remote_id) and (not event.deleted_id or is_number(event.deleted_id))


def _set_aside(session: Session, why: str, about: object, now: datetime) -> None:
    """Keep what QuickBooks told and nobody understands for a person to read; everything else goes on."""
    log.warning("set aside: %s", why)
    session.add(InboxOddity(received_at=now, why=why[:200], body=str(about).encode()))


def _judge(session: Session, connection: Connection, kind: Kind, event: InboxEvent, now: datetime) -> Verdict:
    record = remote.find(session, connection.id, kind, event.remote_id)
    if record is None:
        return Verdict.LATER if _may_be_ours(session, connection, kind, now) else Verdict.READ
    if record.remote_state is RemoteState.GONE and event.operation != MERGED:
        return Verdict.DONE  # a tombstone is final; the echo of a deletion has no other second to be known by
    if event.happened_at is None or record.remote_time is None or event.operation == MERGED:
        return Verdict.READ
    second = event.happened_at.replace(microsecond=0)
    if second != record.remote_time:
        return Verdict.DONE if second < record.remote_time else Verdict.READ
    if _is_counted_echo(session, record, event, second):
        return Verdict.DONE
    # By our own clock from end to end: QuickBooks' may be minutes away from it.
    return Verdict.READ if now >= event.received_at + SAME_SECOND else Verdict.LATER


def _may_be_ours(session: Session, connection: Connection, kind: Kind, now: datetime) -> bool:
    """True while the answer to a creation of this kind is on its way: the unknown record may be that one.

    None is on its way while a person is asked: about that creation, or whether the connection is to go on.
    """
    if connection.status is ConnectionStatus.REVIEW:
        return False
    return waiting.is_answer_on_its_way(session, connection.id, kind, now)


def _is_counted_echo(session: Session, record: SyncRecord, event: InboxEvent, second: datetime) -> bool:
    operation = ECHO_OF.get(event.operation)
    own = select(Attempt).where(
        Attempt.record_id == record.id,
        Attempt.operation == operation,
        Attempt.remote_time == second,
        Attempt.echoes == 0,
    )
    write = session.exec(own.limit(1)).first() if operation else None
    if write is None:
        return False
    write.echoes = 1
    told = {"trace": write.trace}
    log.info(
        "%s %s: event %s is the echo of our own write",
        record.kind.value,
        record.local_id,
        event.id,
        extra=told,
    )
    return True


def _read(
    lease: Lease,
    connection: Connection,
    quickbooks: QuickBooks,
    kind: Kind,
    ids: set[str],
    wanted: bool = False,
    reading: Reading | None = None,
) -> None:
    """Read records and take in what they are now; what QuickBooks refuses to show is set aside as it is."""
    asked = reading or Reading()
    found, refused = _ask(quickbooks, kind, ids, {one for of, one in asked.deleted if of is kind})
    if kind is Kind.INVOICE:
        terms.learn(lease, connection, quickbooks, found.values())
    now, entity = lease.clock(), remote.ENTITIES[kind]
    with lease.transaction() as session:
        for remote_id in sorted(ids):
            with trace.scope():
                trace.follow(asked.traces.get((kind, remote_id), ""))
                happened_at = asked.times.get((kind, remote_id))
                if remote_id in found:
                    hear(session, connection, entity, found[remote_id], now, wanted, happened_at)
                elif remote_id in refused:
                    why = f"{kind.value} {remote_id} cannot be read: {refused[remote_id].code}"
                    _set_aside(session, why, refused[remote_id].detail, now)
                else:
                    references.forget(session, connection.id, entity, remote_id)
                    remote.hear_gone(session, connection, kind, remote_id, now, happened_at)


def _ask(
    quickbooks: QuickBooks, kind: Kind, ids: set[str], deleted: set[str]
) -> tuple[dict[str, Json], dict[str, Refused]]:
    """Many records in one call; whoever is not in its answer is asked for alone, to tell gone from overlooked.

    Of many that events call deleted, a second reading of all of them tells it as well.
    """
    found = _query(quickbooks, kind, ids)
    missing = ids - found.keys()
    if len(missing & deleted) > FEW_DELETIONS:
        found |= _query(quickbooks, kind, missing & deleted)
        missing -= deleted
    refused: dict[str, Refused] = {}
    for one in sorted(missing):
        try:
            found[one] = quickbooks.read(remote.ENTITIES[kind], one)
        except Gone:
            continue
        except ReadOnly:
            raise
        except Refused as refusal:
            refused[one] = refusal
    return found, refused


def _query(quickbooks: QuickBooks, kind: Kind, ids: set[str]) -> dict[str, Json]:
    return {obj["Id"]: obj for obj in quickbooks.query_ids(remote.ENTITIES[kind], sorted(ids))}


def hear_all(
    session: Session, connection: Connection, entity: Entity, objects: Sequence[Json], now: datetime
) -> None:
    """Take in many objects of a kind, those in the records that are known with one question for all of them."""
    if entity not in remote.KINDS:
        references.note(session, connection.id, entity, *objects)
        return
    kind = remote.KINDS[entity]
    told = remote.news(session, connection.id, kind, objects)
    references.note(session, connection.id, entity, *told)
    known = remote.find_all(session, connection.id, kind, [obj["Id"] for obj in told])
    for obj in told:
        remote.hear(session, connection, kind, obj, now, known=known)


def hear(
    session: Session,
    connection: Connection,
    entity: Entity,
    obj: Json,
    now: datetime,
    wanted: bool = False,
    happened_at: datetime | None = None,
) -> None:
    """Take in an object of any kind that is followed: its name, and its record if it is of a kind that travels."""
    references.note(session, connection.id, entity, obj)
    if entity in remote.KINDS:
        kind = remote.KINDS[entity]
        remote.hear(session, connection, kind, obj, now, wanted=wanted, happened_at=happened_at)
