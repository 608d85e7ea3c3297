"""Empty, migrated databases for tests: files of SQLite, or with TEST_DATABASE_URL databases of that Postgres server."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from bookipi_app.db import Database

SERVER = os.environ.get("TEST_DATABASE_URL", "").replace("postgresql://", "postgresql+psycopg://", 1)
_numbers = count(1)


def new_store(path: Path) -> Database:
    """An empty database of its own: a copy of one that is migrated once, which takes longer than most tests."""
    if SERVER:
        return Database(_copy_on_server())
    return new_file(path)


def new_file(path: Path) -> Database:
    """The same, of SQLite always."""
    path.write_bytes(_migrated_file())
    return Database(f"sqlite:///{path}")


def everything_in(store: Database) -> str:
    """Every value of every row, as text."""
    with store.reading() as session:
        tables = SQLModel.metadata.sorted_tables
        return "\n".join(
            str(tuple(row)) for table in tables for row in session.connection().execute(select(table))
        )


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        database.migrate()
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.engine.dispose()
        return (Path(folder) / "empty.db").read_bytes()


def _copy_on_server() -> str:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {_migrated_on_server()}")
    return _address(name)


@cache
def _migrated_on_server() -> str:
    name = f"template_{os.getpid()}"
    _on_server(f"DROP DATABASE IF EXISTS {name}")
    _on_server(f"CREATE DATABASE {name}")
    database = Database(_address(name))
    database.migrate()
    database.engine.dispose()
    return name


def _on_server(statement: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


def _address(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)
