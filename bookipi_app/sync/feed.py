"""The change feed: what changed in QuickBooks since a moment, one call for five kinds. The floor under the webhooks.

Its cursor is QuickBooks' own time minus ten minutes, and moves in the transaction that takes the changes in. An answer
as long as QuickBooks' limit is not the whole: each kind is asked for alone, a kind that is still too long is read by
query pages, and the deletions that no query shows are found by the comparison of the books; an invoice that is not
linked leaves the index once neither all pages nor a reading by its id show it. What lies further back than the feed
reaches is found by reading the index anew, before anything is sent, and comparing everything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, text, update
from sqlmodel import Session, col, select

from bookipi_app.models import Connection, ConnectionStatus
from bookipi_app.models.sync import TIMED
from bookipi_app.quickbooks import index
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.quickbooks.wire import (
    OLDEST_FEED,
    ChangeFeed,
    Entity,
    Json,
    Purpose,
    Tombstone,
    as_text,
    is_number,
    utc_text,
)
from bookipi_app.sync import observe, reads, references, remote, terms
from bookipi_app.sync.work import Run

OVERLAP = timedelta(minutes=10)
SOON_A_SECOND = 2.0  # readings that a start brings forward, half of what one worker manages
MOST_SOON = 1800  # of them: what is so far down the row has its own turn by then
BRING_FORWARD = (
    update(Connection)
    .where(col(Connection.id) == bindparam("mine"), col(Connection.feed_due_at) > bindparam("at"))
    .values(feed_due_at=bindparam("at"))
)
FEED = (Entity.CUSTOMER, Entity.ITEM, Entity.INVOICE, Entity.VENDOR, Entity.EMPLOYEE)


def reads_index(run: Run) -> bool:
    """Read the index if the cursor is empty, or empty a cursor that the feed does not reach; True if it did either.

    Until the index is as new as the feed nothing may be sent: what was made there since would be made a second time.
    """
    now, connection = run.clock(), run.connection
    if connection.cursor is None:  # connecting did not get through the whole index, or it was too old
        index.read_whole(run.lease.transaction, run.quickbooks, connection.id)
        return True
    if now - connection.cursor < OLDEST_FEED:
        return False
    _start_over(run, now)
    return True


def read(run: Run, interval: timedelta) -> bool:
    """Read the change feed if it is due; True if it was."""
    now, connection = run.clock(), run.connection
    if connection.feed_due_at is not None and connection.feed_due_at > now:
        return False
    since = connection.cursor or connection.first_connected_at
    changes = run.quickbooks.meant_for(Purpose.FLOOR).change_feed(FEED, since)
    vanished: list[str] = []
    if changes.truncated:
        books = run.quickbooks.meant_for(Purpose.RECOVERY)
        changes, long = _kind_by_kind(books, since, changes.time)
        vanished = _vanished_invoices(run, books) if Entity.INVOICE in long else []
    terms.learn(run.lease, connection, run.quickbooks, changes.objects.get(Entity.INVOICE, ()))
    _take_in(run, changes, vanished, now, interval)
    return True


def ask_soon(session: Session, now: datetime) -> None:
    """A worker starts: what was told while nobody listened should not wait for the next reading.

    But one start must not read every company there is: each reading is metered, and what people save would queue behind
    them all. So they are brought forward at a pace that leaves a worker half of its time. Where they are so many that
    this takes as long as their own turns do, each keeps its own.
    """
    connected = col(Connection.status) == ConnectionStatus.CONNECTED
    never = col(Connection.feed_due_at).is_(None)
    session.exec(update(Connection).where(text(TIMED), connected, never).values(feed_due_at=now))
    later = select(Connection.id).where(text(TIMED), connected, col(Connection.feed_due_at) > now)
    ordered = session.exec(later.order_by(col(Connection.feed_due_at)).limit(MOST_SOON)).all()
    turns = [
        {"mine": one, "at": now + timedelta(seconds=place / SOON_A_SECOND)}
        for place, one in enumerate(ordered)
    ]
    if turns:
        session.connection().execute(BRING_FORWARD, turns)


def _kind_by_kind(
    books: QuickBooks, since: datetime, time: datetime | None
) -> tuple[ChangeFeed, set[Entity]]:
    """The same changes, one call for each kind, and the kinds that are too long even alone.

    `time` is that of the first answer: what came later comes again.
    """
    objects: dict[Entity, list[Json]] = {}
    tombstones: list[Tombstone] = []
    long: set[Entity] = set()
    for entity in FEED:
        part = books.change_feed((entity,), since)
        tombstones += part.tombstones
        objects[entity] = list(part.objects[entity])
        if part.truncated:
            long.add(entity)
            pages = books.all(entity, f"MetaData.LastUpdatedTime >= '{utc_text(since)}'")
            objects[entity] = [obj for page in pages for obj in page]
    return ChangeFeed(objects, tombstones, time, bool(long)), long


def _vanished_invoices(run: Run, books: QuickBooks) -> list[str]:
    """Invoices of the index that are in QuickBooks no more; a page that shifted may hide one, so two readings say it.

    Those that are linked are the comparison's, which has a guard.
    Of the kinds in the feed only invoices can be deleted: customers, items and names are put away, and stay.
    """
    with run.lease.database.reading() as session:
        known = references.unlinked_invoices(session, run.connection.id)
    there = {as_text(obj.get("Id")) for page in books.all(Entity.INVOICE) for obj in page}
    absent = {one for one in known - there if is_number(one)}
    again = {as_text(obj.get("Id")) for obj in books.query_ids(Entity.INVOICE, absent)}
    return sorted(absent - again)


def _take_in(run: Run, changes: ChangeFeed, vanished: list[str], now: datetime, interval: timedelta) -> None:
    """Everything and the cursor in one transaction. A truncated feed may lack deletions: the books are compared."""
    connection = run.connection
    with run.lease.transaction() as session:
        for entity, objects in changes.objects.items():
            observe.hear_all(session, connection, entity, objects, now)
        index.forget(session, connection.id, Entity.INVOICE, vanished)
        for tombstone in changes.tombstones:
            references.forget(session, connection.id, tombstone.entity, tombstone.id)
            if tombstone.entity in remote.KINDS:
                kind = remote.KINDS[tombstone.entity]
                remote.hear_gone(session, connection, kind, tombstone.id, now, tombstone.time)
        values: dict[str, Any] = {"feed_due_at": now + interval, "heard_at": now}
        if changes.time is not None:
            values["cursor"] = changes.time - OVERLAP
        if changes.truncated:
            values |= {"compare_due_at": now, "comparing": None}
        session.exec(update(Connection).where(col(Connection.id) == connection.id).values(**values))
        reads.keep_in(session, run)


def _start_over(run: Run, now: datetime) -> None:
    """Too long ago for the feed: without a cursor the index is read anew, and all linked records are compared."""
    with run.lease.transaction() as session:
        row = session.get_one(Connection, run.connection.id)
        row.cursor, row.compare_due_at, row.comparing = None, now, None
