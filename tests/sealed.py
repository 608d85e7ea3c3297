"""A database whose one connection is sealed with a key: what a backup holds, what a run with another key refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bookipi_app.db import Database
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.quickbooks.auth import Vault
from bookipi_app.quickbooks.oauth import TokenPair

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def fill(database: Database, key: str, **more: Any) -> None:
    """A user with a company that is connected. `more` is told of the connection."""
    with database.transaction() as session:
        user = User(
            email="a@b.test", email_key="a@b.test", name="A", country="US", password_hash="x", created_at=NOW
        )
        session.add(user)
        session.flush()
        company = Company(user_id=user.id, name="First", country="US", created_at=NOW)
        session.add(company)
        session.flush()
        pair = TokenPair("access", "refresh", NOW + timedelta(hours=1), NOW + timedelta(days=100))
        session.add(
            Connection(
                company_id=company.id, realm_id="42", status=ConnectionStatus.CONNECTED, first_connected_at=NOW,
                connected_at=NOW, tokens_sealed=Vault(key).seal(pair, company.id, "42"), **more,
            )
        )  # fmt: skip
