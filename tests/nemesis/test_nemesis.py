"""A run of the app whose processes are killed, stopped and cut off: nothing is lost, nothing doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import IN_CI
from tests.nemesis.run import run
from tests.postgres import MISSING, programs


@pytest.mark.long
@pytest.mark.app
@pytest.mark.parametrize(("database", "kills"), [("sqlite", 6), ("postgres", 6)])
def test_what_was_saved_survives_every_death(tmp_path: Path, database: str, kills: int) -> None:
    if database == "postgres" and programs() is None:
        assert not IN_CI, MISSING
        pytest.skip(MISSING)
    report = run(tmp_path, 1, kills, database)
    print(report)
    assert report.kills >= kills
    assert report.violations == []
