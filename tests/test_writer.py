"""SQLite has one writer: whoever wants to be the next looks again in short even pauses, and not for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bookipi_app import db
from bookipi_app.db import Database, Trouble, trouble

TIMEOUT = text("PRAGMA busy_timeout")


@pytest.fixture
def two(tmp_path: Path) -> tuple[Database, Database]:
    url = f"sqlite:///{tmp_path / 'one.sqlite'}"
    return Database(url), Database(url)


def test_the_next_writer_looks_again_in_even_pauses(
    two: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    first = two[0].engine.execution_options(sqlite_begin="IMMEDIATE").connect()
    turn = first.begin()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 30:
            turn.commit()

    monkeypatch.setattr(db.time, "sleep", pause)
    with two[1].transaction() as session:
        assert session.connection().execute(TIMEOUT).scalar() == db.PATIENCE_SECONDS * 1000
    assert pauses == [db.PAUSE_SECONDS] * 30
    first.close()


def test_who_waits_in_vain_is_told_that_the_database_is_too_busy(
    two: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "PATIENCE_SECONDS", 0.0)
    with two[0].transaction() as first:
        first.connection()
        with pytest.raises(OperationalError) as refused, two[1].transaction() as session:
            session.connection()
    assert trouble(refused.value) is Trouble.SILENT
    with two[1].transaction() as session:
        session.connection()


def test_what_cannot_begin_for_another_reason_is_told_at_once_in_sqlalchemys_own_words(
    two: tuple[Database, Database],
) -> None:
    with two[0].engine.execution_options(sqlite_begin="IMMEDIATE").connect() as lost:
        driver = lost.connection.dbapi_connection
        assert driver is not None
        driver.execute("BEGIN")
        with pytest.raises(OperationalError, match="within a transaction"):
            lost.begin()
