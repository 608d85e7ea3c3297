"""A migrated database and a company in it, for tests of what a user can do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, SQLModel

from bookipi_app.db import AFTER_COMMIT, Database
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.services import customers, items
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.items import ItemForm

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
WHO = "Maria Delgado"


@dataclass
class Books:
    """A database with a company; `outside` is a company of somebody else."""

    store: Database
    company_id: UUID
    outside: UUID
    announced: int = 0  # what was to be said after commits: it is counted, and not said

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A writing transaction whose announcements stay in this test."""
        with self.store.transaction() as session:
            yield session
            self.announced = len(session.info.pop(AFTER_COMMIT, []))

    def customer(self, name: str = "Pecan Grove Apartments", **texts: Any) -> UUID:
        with self.work() as session:
            return customers.save(
                session, self.company_id, None, CustomerForm(name=name, **texts), now=NOW, who=WHO
            ).id

    def item(self, name: str = "Hardwood mulch", price: str = "50.50") -> UUID:
        with self.work() as session:
            form = ItemForm(name=name, price=price)
            return items.save(session, self.company_id, None, form, now=NOW, who=WHO).id

    def connect(self, at: datetime = NOW, status: ConnectionStatus = ConnectionStatus.CONNECTED) -> UUID:
        with self.work() as session:
            connection = Connection(
                company_id=self.company_id,
                realm_id="9341",
                status=status,
                first_connected_at=at,
                connected_at=at,
            )
            session.add(connection)
        return connection.id


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, copied for each test: migrating takes longer than most of them."""
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    store = Database(f"sqlite:///{path}")
    store.migrate()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.engine.dispose()
    return path


@pytest.fixture
def store(empty_database: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database: a file, or the Postgres database that TEST_POSTGRES names, which is emptied for each test."""
    if url := os.environ.get("TEST_POSTGRES"):
        yield from _postgres(url)
        return
    path = tmp_path / "books.db"
    path.write_bytes(empty_database.read_bytes())
    store = Database(f"sqlite:///{path}")
    yield store
    store.engine.dispose()


def _postgres(url: str) -> Iterator[Database]:
    store = Database(url)
    store.migrate()
    tables = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {tables} CASCADE")
    yield store
    store.engine.dispose()


@pytest.fixture
def books(store: Database) -> Books:
    with store.transaction() as session:
        ours, outside = (_company(session, name) for name in ("Cedar & Stone", "Delgado Rentals"))
    return Books(store, ours, outside)


def _company(session: Session, name: str) -> UUID:
    user = User(
        email=f"{len(name)}@example.com",
        email_key=f"{len(name)}@example.com",
        name="Maria",
        country="US",
        password_hash="-",
        created_at=NOW,
    )
    session.add(user)
    session.flush()
    company = Company(user_id=user.id, name=name, country="US", time_zone="America/Chicago", created_at=NOW)
    session.add(company)
    session.flush()
    user.default_company_id = company.id
    return company.id
