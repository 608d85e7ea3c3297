"""The database of a simulated world: in memory, with borders at which a worker can be struck, quickly set back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, StaticPool, create_engine, event
from sqlalchemy.orm import Mapper
from sqlmodel import Session

from bookipi_app.db import OPTIONS, Database, Turn

STATEMENTS = 2000  # that SQLite keeps prepared; its 128 are fewer than the app has
# A record changes in hundreds of combinations of columns, each a statement. By itself SQLAlchemy keeps a hundred.
_mapper: Any = Mapper
_mapper._compiled_cache_size = STATEMENTS


class Bordered(Database):
    """A database in memory that tells when a transaction is about to be committed, and when it has been.

    One connection serves everybody: a transaction that is opened inside another one is an error, as it should be.
    """

    def __init__(self) -> None:
        super().__init__("sqlite://")
        self._units = _Units()
        self.engine = self._readers = self._writers = _one_connection(self._units)
        self.border: Callable[[str], None] = lambda _place: None
        self._start: sqlite3.Connection | None = None

    @contextmanager
    def transaction(self, turn: UUID | Turn = Turn.ALL) -> Iterator[Session]:
        """See `Database.transaction`."""
        with super().transaction(turn) as session:
            yield session
            session.flush()
            self.border("before commit")
        self.border("after commit")

    def become(self, other: sqlite3.Connection) -> None:
        """Hold what another database holds, which nobody changes any more."""
        own = self._connection()
        self._units.undo(own)
        if self._start is not other:
            other.backup(own)
            self._start = other

    def copy(self) -> sqlite3.Connection:
        """What it holds now, apart."""
        other = sqlite3.connect(":memory:")
        other.deserialize(self._connection().serialize())
        return other

    def _connection(self) -> sqlite3.Connection:
        pooled = self.engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.close()
        return connection


@dataclass
class _Units:
    """The app's transactions as parts of a great one that ends when the database becomes another, and is undone then.

    To copy the whole database into place for each seed made SQLite read its schema and prepare every statement anew:
    a twelfth of the simulation's time.
    """

    is_open: bool = False

    def begin(self, dbapi_connection: Any) -> None:
        """A transaction of the app begins."""
        if self.is_open:
            raise sqlite3.OperationalError("cannot start a transaction within a transaction")
        cursor = dbapi_connection.cursor()
        if not dbapi_connection.in_transaction:
            cursor.execute("BEGIN")
        cursor.execute("SAVEPOINT unit").close()
        self.is_open = True

    def commit(self, dbapi_connection: Any) -> None:
        """It is kept, as far as anything is."""
        if self.is_open:
            dbapi_connection.cursor().execute("RELEASE unit").close()
            self.is_open = False

    def rollback(self, dbapi_connection: Any) -> None:
        """It has never been."""
        if self.is_open:
            cursor = dbapi_connection.cursor()
            cursor.execute("ROLLBACK TO unit")
            cursor.execute("RELEASE unit").close()
            self.is_open = False

    def undo(self, connection: sqlite3.Connection) -> None:
        """Everything since the great one began has never been."""
        assert not self.is_open
        connection.rollback()


def _one_connection(units: _Units) -> Engine:
    """The app's engine without what only several connections need, which was a tenth of the simulation's time."""
    engine = create_engine(
        "sqlite://",
        connect_args={"cached_statements": STATEMENTS, "isolation_level": None},
        poolclass=StaticPool,
        pool_reset_on_return=None,  # a session has ended its transaction before
        **OPTIONS,
    )

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.execute("PRAGMA foreign_keys=ON")

    dialect = engine.dialect
    dialect.do_begin, dialect.do_commit, dialect.do_rollback = units.begin, units.commit, units.rollback
    return engine
