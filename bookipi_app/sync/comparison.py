"""Do the books agree? Every linked record, field by field, with what QuickBooks holds now; daily, and when asked.

One request at a time, so that a person's edit goes first; how far it is stands in the connection, so that a killed
worker goes on where it was. First the pages of what was made since the connection, a thousand at a time; then what of
the linked records, and of those still to arrive, was not in them, by ids. What two readings do not find is gone.
Nothing is overwritten by this: what differs becomes news, and the ordinary planner decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, text, update
from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Flag, Kind, Reference, RemoteState, SyncRecord
from bookipi_app.models.sync import RESTORED
from bookipi_app.quickbooks.wire import MOST_IDS, MOST_ROWS, Json, Purpose, utc_text
from bookipi_app.sync import observe, remote, snapshot, terms
from bookipi_app.sync.differences import difference, is_pending
from bookipi_app.sync.work import Run

DAY = timedelta(days=1)
KINDS = (Kind.CUSTOMER, Kind.ITEM, Kind.INVOICE)
MOST_LISTED = 200  # the count is exact, the list is for a person
AT_ONCE = 100  # records compared in one transaction
MANY = 10  # so many may vanish in one reading without doubt about the reading
PAGES, REST = "pages", "rest"
DELETED = "Deleted in QuickBooks."
NOT_CONCLUDED = "QuickBooks' answer lacked it, together with most others. Nothing is concluded from that."

Progress = dict[str, Any]


def step(run: Run) -> bool:
    """One request of the comparison, if one is due and bulk work may be sent; True if there was one."""
    due_at, now = run.connection.compare_due_at, run.clock()
    if due_at is None:
        _keep(run, compare_due_at=now + DAY)
        return False
    if due_at > now or not run.quickbooks.has_room():
        return False
    progress: Progress = dict(run.connection.comparing or _begin(now))
    kind = KINDS[int(progress["kind"])]
    if progress["phase"] == PAGES:
        _read_page(run, kind, progress)
    else:
        _read_rest(run, kind, progress)
    _store(run, progress, now)
    return True


def _begin(now: datetime) -> Progress:
    return {"begun": now.isoformat(), "kind": 0, "phase": PAGES, "start": 1, "compared": 0, "differing": 0,
            "waiting": 0, "list": []}  # fmt: skip


def _store(run: Run, progress: Progress, now: datetime) -> None:
    if progress["kind"] < len(KINDS):
        _keep(run, comparing=progress)
        return
    shown = ("compared", "differing", "waiting", "list")
    result = {"at": now.isoformat(), **{name: progress[name] for name in shown}}
    _keep(run, comparing=None, comparison=result, compare_due_at=now + DAY)
    _forget_restored_names(run)
    run.publish(run.connection.company_id, "connection", None)


def _forget_restored_names(run: Run) -> None:
    """What went out before a backup was brought back has been heard of: what does not travel was none of that.

    What is made in QuickBooks later under a name that one of those had is another one.
    """
    stays = (col(SyncRecord.due_at).is_(None), col(SyncRecord.flag) == Flag.NOT_SYNCED)
    mine = (col(SyncRecord.connection_id) == run.connection.id, text(RESTORED))
    with run.lease.transaction() as session:
        session.connection().execute(update(SyncRecord).where(*mine, *stays).values(restored_key=""))


def _keep(run: Run, **values: Any) -> None:
    with run.lease.transaction() as session:
        row = session.get_one(Connection, run.connection.id)
        for name, value in values.items():
            setattr(row, name, value)


def _read_page(run: Run, kind: Kind, progress: Progress) -> None:
    if progress["start"] == 1:
        progress["all"] = _all_pages_are_cheaper(run, kind)
    since = f"MetaData.CreateTime >= '{utc_text(remote.since_there(run.connection))}'"
    where = "" if progress["all"] else since
    books = run.quickbooks.meant_for(Purpose.FLOOR)
    rows = books.page(remote.ENTITIES[kind], where, progress["start"])
    _compare(run, kind, rows, progress)
    progress["start"] += MOST_ROWS
    if len(rows) < MOST_ROWS:
        progress["phase"] = REST


def _all_pages_are_cheaper(run: Run, kind: Kind) -> bool:
    """Older records are linked one by one or by the hundred: by ids, two hundred a read; by pages, all of them."""
    connection_id = run.connection.id
    with run.lease.database.reading() as session:
        linked, older = (
            _count(session, connection_id, kind),
            _count(session, connection_id, kind, wanted=True),
        )
        listed = select(func.count()).where(
            col(Reference.connection_id) == connection_id, col(Reference.entity) == kind.value
        )
        unlinked = session.exec(listed).one() - linked
    return older / MOST_IDS > (unlinked + older) / MOST_ROWS


def _read_rest(run: Run, kind: Kind, progress: Progress) -> None:
    """Records that no page held: older ones, and what is gone. What has not arrived here must not arrive any more.

    They are walked in the order of their ids, each request from where the one before it ended.
    """
    begun = datetime.fromisoformat(progress["begun"])
    with run.lease.database.reading() as session:
        left = select(SyncRecord.remote_id).where(
            *_known(run.connection.id, kind),
            col(SyncRecord.remote_id) > progress.get("after", ""),
            or_(col(SyncRecord.compared_at).is_(None), col(SyncRecord.compared_at) < begun),
        )
        in_order = [
            one for one in session.exec(left.order_by(col(SyncRecord.remote_id)).limit(MOST_IDS)) if one
        ]
    ids = set(in_order)
    if ids:
        found = run.quickbooks.meant_for(Purpose.FLOOR).query_ids(remote.ENTITIES[kind], ids)
        _compare(run, kind, found, progress)
        _settle_missing(run, kind, ids - {obj["Id"] for obj in found}, progress)
    if len(ids) < MOST_IDS:
        progress.update(kind=progress["kind"] + 1, phase=PAGES, start=1, after="")
    else:
        progress["after"] = in_order[-1]


def _settle_missing(run: Run, kind: Kind, missing: set[str], progress: Progress) -> None:
    """An absence is concluded from two readings, and never from an answer that lacks most of what there should be."""
    if not missing:
        return
    found = run.quickbooks.meant_for(Purpose.RECOVERY).query_ids(remote.ENTITIES[kind], missing)
    _compare(run, kind, found, progress)
    gone, now = missing - {obj["Id"] for obj in found}, run.clock()
    with run.lease.transaction() as session:
        known = select(SyncRecord.id).where(*_known(run.connection.id, kind)).limit(len(gone) * 2)
        doubtful = len(gone) > MANY and len(gone) * 2 > len(session.exec(known).all())
        for record in _records(session, run.connection.id, kind, gone):
            record.compared_at = now
            if record.base_local is not None:
                progress["compared"] += 1
                _list(progress, record, NOT_CONCLUDED if doubtful else DELETED)
            if not doubtful:
                remote.hear_gone(session, run.connection, kind, record.remote_id or "", now)


def _compare(run: Run, kind: Kind, objects: Sequence[Json], progress: Progress) -> None:
    if kind is Kind.INVOICE:
        terms.learn(run.lease, run.connection, run.quickbooks, objects)
    for start in range(0, len(objects), AT_ONCE):
        chunk = objects[start : start + AT_ONCE]
        with run.lease.transaction() as session:
            ids = [obj["Id"] for obj in chunk]
            known = {one.remote_id: one for one in _records(session, run.connection.id, kind, ids)}
            for obj in chunk:
                _compare_one(session, run, known.get(obj["Id"]), kind, obj, progress)


def _compare_one(
    session: Session, run: Run, record: SyncRecord | None, kind: Kind, obj: Json, progress: Progress
) -> None:
    now = run.clock()
    if record is None:
        observe.hear(session, run.connection, remote.ENTITIES[kind], obj, now)
        return
    record.compared_at = now
    if record.base_local is None or record.ended:
        observe.hear(session, run.connection, remote.ENTITIES[kind], obj, now)
        return
    progress["compared"] += 1
    if is_pending(session, record) or snapshot.sync_token(obj) < record.remote_token:
        progress["waiting"] += 1
    elif found := difference(session, record, obj):
        _list(progress, record, found.words)
        if found.is_news:
            remote.adopt(record, obj)
            record.due_at = now
    observe.hear(session, run.connection, remote.ENTITIES[kind], obj, now)


def _list(progress: Progress, record: SyncRecord, words: str) -> None:
    progress["differing"] += 1
    if len(progress["list"]) < MOST_LISTED:
        entry = {"record_id": str(record.id), "kind": record.kind.value, "words": words}
        entry["local_id"] = str(record.local_id) if record.local_id else ""
        progress["list"] = [*progress["list"], entry]


def _records(session: Session, connection_id: UUID, kind: Kind, ids: Iterable[str]) -> list[SyncRecord]:
    named = col(SyncRecord.remote_id).in_(list(ids))
    mine = select(SyncRecord).where(SyncRecord.connection_id == connection_id, SyncRecord.kind == kind, named)
    return list(session.exec(mine))


def _count(session: Session, connection_id: UUID, kind: Kind, wanted: bool | None = None) -> int:
    which = _linked(connection_id, kind)
    if wanted is not None:
        which = (*which, col(SyncRecord.wanted).is_(wanted))
    return session.exec(select(func.count()).select_from(SyncRecord).where(*which)).one()


def _linked(connection_id: UUID, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    """Linked records that are in QuickBooks, as far as we know."""
    return (*_known(connection_id, kind), col(SyncRecord.base_local).is_not(None))


def _known(connection_id: UUID, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    """Records that are in QuickBooks, as far as we know, linked or not."""
    return (
        col(SyncRecord.connection_id) == connection_id,
        col(SyncRecord.kind) == kind,
        col(SyncRecord.ended).is_(False),
        col(SyncRecord.remote_state).in_((RemoteState.LIVE, RemoteState.VOID)),
    )
