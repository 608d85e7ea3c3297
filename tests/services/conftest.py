"""A migrated database and a company in it, for tests of what a user can do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from bookipi_app.db import AFTER_COMMIT, Database
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.services import customers, items
from bookipi_app.services.customers import CustomerForm
from bookipi_app.services.items import ItemForm
from tests.stores import new_store

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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    store = new_store(tmp_path / "books.db")
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
