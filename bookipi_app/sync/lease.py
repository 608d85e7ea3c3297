"""One run per connection: a lease in the database with a fencing number.

The lease lasts 20 s and is renewed by a heartbeat, so that it outlives a request's deadline of 30 s. Its number is
checked in every commit: a worker that was stopped for minutes and wakes up with an old lease can commit nothing. The
holder is the worker's slot (machine and number), so that a worker that starts ends the leases of its own dead
predecessor at once; only leases of other machines wait for expiry.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, text, update
from sqlmodel import Session, col, select

from bookipi_app.clock import Clock
from bookipi_app.db import Database, Turn
from bookipi_app.models import Connection
from bookipi_app.models.sync import LEASED

LEASE = timedelta(seconds=20)
HEARTBEAT_SECONDS = 5.0
# Every run begins and ends with these, and each of its transactions begins with one: they are made once.
MINE = (col(Connection.id) == bindparam("mine"), col(Connection.fence) == bindparam("number"))
FREE = or_(col(Connection.lease_holder).is_(None), col(Connection.lease_until) < bindparam("now"))
TAKING = (
    update(Connection)
    .where(col(Connection.id) == bindparam("mine"), FREE)
    .values(lease_holder=bindparam("holder"), lease_until=bindparam("until"), fence=col(Connection.fence) + 1)
    .returning(col(Connection.fence), col(Connection.company_id))
)
RENEWAL = update(Connection).where(*MINE).values(lease_until=bindparam("until"))
DROP = update(Connection).where(*MINE).values(lease_holder=None, lease_until=None)
RETURN = DROP.where(col(Connection.wake) == bindparam("seen"))


class LeaseLost(Exception):
    """Somebody else runs this connection now. What this run still wanted to commit is not committed."""


@dataclass(frozen=True)
class Lease:
    """The right to run one connection."""

    database: Database
    clock: Clock
    connection_id: UUID
    company_id: UUID
    fence: int

    @contextmanager
    def transaction(self) -> Generator[Session]:
        """A writing transaction that holds only while the lease does.

        Raises:
            LeaseLost: the fencing number has moved; nothing is written.
        """
        with self.database.transaction(self.company_id) as session:
            if not self._renew(session):
                raise LeaseLost
            yield session

    def renew(self) -> bool:
        """Make the lease last longer; False if it is lost."""
        with self.database.transaction(Turn.NONE) as session:
            return self._renew(session)

    def give_back(self, wake_seen: int) -> bool:
        """End the lease if nobody asked for a run since `wake_seen` was read, in one statement."""
        mine = {"mine": self.connection_id, "number": self.fence, "seen": wake_seen}
        with self.database.transaction(Turn.NONE) as session:
            return session.connection().execute(RETURN, mine).rowcount > 0

    def drop(self) -> None:
        """End the lease whatever was asked for meanwhile; the caller wakes the connection again."""
        with self.database.transaction(Turn.NONE) as session:
            session.connection().execute(DROP, {"mine": self.connection_id, "number": self.fence})

    def _renew(self, session: Session) -> bool:
        mine = {"mine": self.connection_id, "number": self.fence, "until": self.clock() + LEASE}
        return session.connection().execute(RENEWAL, mine).rowcount > 0


def take(database: Database, clock: Clock, connection_id: UUID, holder: str) -> Lease | None:
    """The lease of a connection, or None while somebody else holds it."""
    with database.transaction(Turn.NONE) as session:
        return take_in(session, database, clock, connection_id, holder)


def take_in(
    session: Session, database: Database, clock: Clock, connection_id: UUID, holder: str
) -> Lease | None:
    """The same in a transaction of the caller's, which may read what it is going to work on."""
    now = clock()
    wanted = {"mine": connection_id, "now": now, "holder": holder, "until": now + LEASE}
    taken = session.connection().execute(TAKING, wanted).one_or_none()
    return None if taken is None else Lease(database, clock, connection_id, taken.company_id, taken.fence)


def end_own(database: Database, holder: str) -> list[UUID]:
    """End the leases that this slot's predecessor left; the connections that must be woken."""
    with database.transaction() as session:
        held = and_(text(LEASED), col(Connection.lease_holder) == holder)
        orphans = list(session.exec(select(Connection.id).where(held)))
        ended = {"lease_holder": None, "lease_until": None, "fence": col(Connection.fence) + 1}
        session.connection().execute(update(Connection).where(held).values(ended))
    return orphans


@contextmanager
def heartbeat(lease: Lease) -> Generator[None]:
    """Renew a lease from a thread while the block runs."""
    stopped = threading.Event()

    def beat() -> None:
        while not stopped.wait(HEARTBEAT_SECONDS) and lease.renew():
            pass

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
