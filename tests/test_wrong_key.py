"""A run whose key is not that of its data does not start, and says so in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookipi_app.db import Database
from bookipi_app.settings import read_settings
from tests.sealed import fill
from tests.test_run import refusal


def sealed_with(key: str, folder: Path) -> None:
    """A database in a folder, with one connection."""
    database = Database(read_settings({"BOOKIPI_VAR": str(folder)}).database_url)
    database.migrate()
    fill(database, key)
    database.engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize("environment", [{}, {"BOOKIPI_SECRET_KEY": "another"}])
def test_a_run_with_a_new_or_another_key_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    sealed_with("the key of this data", tmp_path)
    said = refusal(tmp_path, **environment)
    assert said.startswith("BOOKIPI_SECRET_KEY is not the key that one QuickBooks connection")
    assert len(said.splitlines()) == 1
