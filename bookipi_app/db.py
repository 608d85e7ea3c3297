"""One database, shared by web and workers: engine, transactions, what happens after a commit.

A transaction that writes begins with BEGIN IMMEDIATE on SQLite: the default lets two writers read the same row and lose
one of the updates. On Postgres, where writers of different companies need not wait for each other, it begins by taking
its company's turn, an advisory lock that ends with it; what names no company takes the turn of all. So on either
database a writer that has read something knows that nobody changes it before its own commit. No transaction is ever
open during a network call.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bookipi_app import exactjson
from bookipi_app.settings import settings

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)
AFTER_COMMIT = "after_commit"
OPTIONS: dict[str, Any] = {
    "json_serializer": exactjson.dumps,
    "json_deserializer": exactjson.loads,
    "hide_parameters": True,  # an error names the statement and never the values: they are customers' data
}
PATIENCE_SECONDS, PAUSE_SECONDS = 10, 0.002  # for the writer before
PATIENCE = f"busy_timeout={PATIENCE_SECONDS * 1000}"
PRAGMAS = ("journal_mode=WAL", PATIENCE, "synchronous=NORMAL", "foreign_keys=ON")
DISK_FULL = ("SQLITE_FULL", "53100")  # the second is Postgres' word
MISTAKE = "SQLITE_ERROR"  # a statement that cannot be: SQLite's driver puts it among the others
MIGRATION = 0x626F6F6B  # the advisory lock under which one process at a time migrates
ALL = 0x626F6F6C  # shared by the turns of single companies, held alone by the turn of all
TURN_OF_ALL = text("SELECT pg_advisory_xact_lock(:all)").bindparams(all=ALL)
TURN_OF_ONE = text("SELECT pg_advisory_xact_lock_shared(:all), pg_advisory_xact_lock(:one)").bindparams(
    all=ALL
)


class Turn(Enum):
    """With whom a writing transaction takes turns, where it is not with those of one owner."""

    ALL = "all"  # it may read and change anything
    NONE = "none"  # each of its statements is right beside any other: single updates with a condition, insertions


class Trouble(Enum):
    """Why the database takes nothing, where that is no mistake of the app."""

    FULL = "full"  # its disk has no room
    SILENT = "silent"  # it is not there, or too busy


class Database:
    """A database by its SQLAlchemy address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._postgres = self.engine.dialect.name == "postgresql"
        self._writers = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._readers = (
            self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            if self._postgres
            else self.engine
        )

    @contextmanager
    def transaction(self, turn: UUID | Turn = Turn.ALL) -> Iterator[Session]:
        """A unit of work that writes: committed at the end, rolled back by any exception.

        `turn` is the company whose records it may read and change. It waits for whoever has that turn before.
        """
        with Session(self._writers, expire_on_commit=False) as session:
            with session.begin():
                if self._postgres:
                    _take_turn(session, turn)
                yield session
            for call in session.info.pop(AFTER_COMMIT, []):
                call()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A unit of work that only reads, from one consistent snapshot."""
        with Session(self._readers, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the schema to its newest revision."""
        from alembic import command  # a second of loading that only this needs

        if self.url.startswith("sqlite:///"):
            Path(make_url(self.url).database or "").parent.mkdir(parents=True, exist_ok=True)
        with self._migrating():
            command.upgrade(alembic_config(self.url), "head")

    @contextmanager
    def _migrating(self) -> Iterator[None]:
        """Of several machines that start at once, one migrates and the others wait for it."""
        if not self._postgres:
            yield
            return
        with self.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:one)"), {"one": MIGRATION})
            yield


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Run `call` once the session's transaction is committed, and not at all if it is rolled back.

    It must not fail: what it announces is already durable.
    """
    session.info.setdefault(AFTER_COMMIT, []).append(call)


@cache
def database() -> Database:
    """The database of this process' settings."""
    return Database(settings().database_url)


def transaction(turn: UUID | Turn = Turn.ALL) -> AbstractContextManager[Session]:
    """A writing transaction on the process' database; see `Database.transaction`."""
    return database().transaction(turn)


def reading() -> AbstractContextManager[Session]:
    """A reading transaction on the process' database; see `Database.reading`."""
    return database().reading()


def trouble(error: Exception) -> Trouble | None:
    """What the database itself is in, if that is why all of a transaction was undone."""
    if not isinstance(error, OperationalError):
        return None
    told = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    if told == MISTAKE:
        return None
    return Trouble.FULL if told in DISK_FULL else Trouble.SILENT


def alembic_config(url: str) -> Config:
    """Alembic's configuration; the schema's only author is `bookipi_app/migrations`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def _take_turn(session: Session, turn: UUID | Turn) -> None:
    if turn is Turn.ALL:
        session.connection().execute(TURN_OF_ALL)
    elif isinstance(turn, UUID):
        # The last 63 bits of an id are random. Two companies that met in them would merely wait for each other.
        session.connection().execute(TURN_OF_ONE, {"one": turn.int & (2**63 - 1)})


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, **OPTIONS)
    engine = create_engine(url, connect_args={"timeout": 10}, **OPTIONS)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None  # SQLAlchemy, not sqlite3, emits BEGIN
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        if mode == "DEFERRED":
            connection.exec_driver_sql("BEGIN DEFERRED")
        else:
            _begin_writing(connection)

    return engine


def _begin_writing(connection: Any) -> None:
    """Wait for the one writer in short even pauses: SQLite's own grow to 100 ms, and miss the end of a busy one."""
    driver, end = connection.connection.dbapi_connection, time.monotonic() + PATIENCE_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while (refusal := _refusal(driver)) == sqlite3.SQLITE_BUSY and time.monotonic() < end:
            time.sleep(PAUSE_SECONDS)
        if refusal is not None:  # it says why in SQLAlchemy's own words
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA {PATIENCE}")


def _refusal(driver: sqlite3.Connection) -> int | None:
    """SQLite's code if it does not begin; None if it has."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF
    return None
