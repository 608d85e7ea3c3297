"""A run whose key is not that of its data does not start, and says so in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bookipi_app.db import Database
from bookipi_app.models import Company, Connection, ConnectionStatus, User
from bookipi_app.quickbooks.auth import Vault
from bookipi_app.quickbooks.oauth import TokenPair
from bookipi_app.settings import read_settings
from tests.test_run import refusal

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def sealed_with(key: str, folder: Path) -> None:
    """A database in a folder, with one connection."""
    database = Database(read_settings({"BOOKIPI_VAR": str(folder)}).database_url)
    database.migrate()
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
                connected_at=NOW, tokens_sealed=Vault(key).seal(pair, company.id, "42"),
            )
        )  # fmt: skip
    database.engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize("environment", [{}, {"BOOKIPI_SECRET_KEY": "another"}])
def test_a_run_with_a_new_or_another_key_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    sealed_with("the key of this data", tmp_path)
    said = refusal(tmp_path, **environment)
    assert said.startswith("BOOKIPI_SECRET_KEY is not the key that one QuickBooks connection")
    assert len(said.splitlines()) == 1
