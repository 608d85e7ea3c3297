"""The guard: what vanishes in a crowd is not ended on the other side before a person has said so.

More than ten records *and* more than a tenth of a kind's links, gone on one side in one run, stop the connection: it
goes into review, and shows how many of how many. (That an absence is no deletion yet is the comparison's business.)
What is put away here in one act ends within the half minute of the first one's *Undo*: those that can still be undone
count, and stop nothing before one of them cannot.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, text
from sqlmodel import Session, col, select

from bookipi_app.models import (
    Connection,
    ConnectionStatus,
    Customer,
    EndVerdict,
    Invoice,
    Item,
    Kind,
    RemoteState,
    Side,
    SyncRecord,
)
from bookipi_app.models.sync import LINKED_DUE
from bookipi_app.quickbooks.wire import as_object
from bookipi_app.sync.actions import Action, TrashLocal, UpdateLocal
from bookipi_app.sync.local import UNDO
from bookipi_app.sync.look import Look
from bookipi_app.sync.snapshot import is_inactive
from bookipi_app.sync.work import Run

MOST = 10
TENTH = 10
# Linked records that may have vanished, and nobody has judged yet: due, or so once they cannot be undone any more.
# Costs what is pending.
MAY_HAVE_VANISHED = (
    col(SyncRecord.connection_id) == bindparam("mine"),
    col(SyncRecord.due_at) <= bindparam("now"),
    text(LINKED_DUE),
    or_(
        col(SyncRecord.kind) != Kind.INVOICE,
        col(SyncRecord.remote_state) == RemoteState.GONE,
        exists().where(col(Invoice.id) == SyncRecord.local_id, col(Invoice.trashed_at).is_not(None)),
    ),
)
CANDIDATES = select(SyncRecord).where(*MAY_HAVE_VANISHED)
HOW_MANY = select(func.count()).select_from(SyncRecord).where(*MAY_HAVE_VANISHED)
NOUNS = {Kind.CUSTOMER: "customers", Kind.ITEM: "items", Kind.INVOICE: "invoices"}


@dataclass(frozen=True)
class Vanished:
    """What vanished of one kind on one side; `ids` are those of the sync records."""

    kind: str
    side: str
    count: int
    of: int
    ids: list[str]

    @property
    def words(self) -> str:
        """One sentence with its numbers."""
        where = "in QuickBooks" if self.side == Side.QUICKBOOKS else "here"
        return f"{self.count:,} of {self.of:,} {NOUNS[Kind(self.kind)]} vanished {where} at once."


def stops(run: Run, found: list[Vanished]) -> bool:
    """Send the connection into review because of what was judged; True if there was anything."""
    if not found:
        return False
    with run.lease.transaction() as session:
        row = session.get_one(Connection, run.connection.id)
        row.status, row.vanished = ConnectionStatus.REVIEW, [asdict(one) for one in found]
        row.problem = (
            f"{' '.join(one.words for one in found)} Nothing was changed because of it: say whether to."
        )
    run.publish(run.connection.company_id, "connection", None)
    return True


def judge(session: Session, connection_id: UUID, now: datetime) -> list[Vanished]:
    """The crowds among what ends now: by kind and side, where too many vanished."""
    due = {"mine": connection_id, "now": now + UNDO}
    if session.exec(HOW_MANY, params=due).one() <= MOST:
        return []
    crowds: defaultdict[tuple[Kind, Side], list[str]] = defaultdict(list)
    ending: set[tuple[Kind, Side]] = set()
    for record in session.exec(CANDIDATES, params=due):
        side, since = _vanished_on(session, record)
        if side is None:
            continue
        crowds[record.kind, side].append(str(record.id))
        if since is None or since + UNDO <= now:
            ending.add((record.kind, side))
    found = [
        Vanished(kind.value, side.value, len(ids), links(session, connection_id, kind), ids)
        for (kind, side), ids in crowds.items()
        if len(ids) > MOST and (kind, side) in ending
    ]
    return [one for one in found if one.count * TENTH > one.of]


def links(session: Session, connection_id: UUID, kind: Kind) -> int:
    """How many records of a kind are linked and have not ended."""
    return session.exec(
        select(func.count()).select_from(SyncRecord).where(*_linked(connection_id, kind))
    ).one()


def _linked(connection_id: UUID, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    return (
        col(SyncRecord.connection_id) == connection_id,
        col(SyncRecord.kind) == kind,
        col(SyncRecord.remote_id).is_not(None),
        col(SyncRecord.base_local).is_not(None),
        col(SyncRecord.ended).is_(False),
    )


def _vanished_on(session: Session, record: SyncRecord) -> tuple[Side | None, datetime | None]:
    """The one side on which a record is gone, or put away, since the agreement; of ours also when it was."""
    (here, since), there = _gone_here(session, record), _gone_there(record)
    if here is there:
        return None, None
    return (Side.HERE, since) if here else (Side.QUICKBOOKS, None)


def _gone_there(record: SyncRecord) -> bool:
    if record.remote_state is RemoteState.GONE:
        return True
    agreed = as_object(record.base_remote).get("active", True)
    return bool(agreed) and record.kind is not Kind.INVOICE and is_inactive(record.remote or {})


def _gone_here(session: Session, record: SyncRecord) -> tuple[bool, datetime | None]:
    match record.kind:
        case Kind.INVOICE:
            invoice = session.get(Invoice, record.local_id)
            since = invoice.trashed_at if invoice else None
            return invoice is None or since is not None, since
        case Kind.CUSTOMER | Kind.ITEM:
            row = session.get(Customer if record.kind is Kind.CUSTOMER else Item, record.local_id)
            agreed = as_object(record.base_local).get("active", True)
            return bool(agreed) and (row is None or not row.active), row.updated_at if row else None


KEPT_WORDS = (
    "It went away in QuickBooks together with many others, and stays here as you chose. "
    "Edit it to have it in QuickBooks again, or end it here too."
)


def keeps(look: Look, action: Action) -> bool:
    """A person said that what went away in QuickBooks stays here, and this would end it."""
    return look.record.end_verdict is EndVerdict.KEPT and _ends_here(look, action)


def _ends_here(look: Look, action: Action) -> bool:
    match action:
        case TrashLocal():
            return True
        case UpdateLocal(fields=names):
            return "active" in names and not (look.state.remote or {}).get("active", True)
        case _:
            return False
