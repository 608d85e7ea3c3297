"""The simulation's database keeps, undoes and copies as a file would, though nothing of it is ever committed."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.engine.simulation.bordered import Bordered


class Dies(Exception):
    """Somebody dies in the middle of a transaction."""


@pytest.fixture
def start() -> sqlite3.Connection:
    held = sqlite3.connect(":memory:")
    held.executescript("CREATE TABLE thing (name TEXT); INSERT INTO thing VALUES ('first')")
    return held


@pytest.fixture
def database(start: sqlite3.Connection) -> Bordered:
    made = Bordered()
    made.become(start)
    return made


def _add(database: Bordered, name: str, dies: bool = False) -> None:
    with database.transaction() as session:
        session.connection().execute(text("INSERT INTO thing VALUES (:name)"), {"name": name})
        if dies:
            raise Dies


def _names(database: Bordered) -> list[str]:
    with database.reading() as session:
        return [name for (name,) in session.connection().execute(text("SELECT name FROM thing"))]


def test_a_transaction_is_kept_and_one_that_fails_is_not(database: Bordered) -> None:
    _add(database, "kept")
    with pytest.raises(Dies):
        _add(database, "lost", dies=True)
    assert _names(database) == ["first", "kept"]


def test_a_transaction_inside_another_one_is_an_error(database: Bordered) -> None:
    with database.transaction() as session:
        session.connection()
        with pytest.raises(OperationalError, match="within a transaction"):
            _add(database, "inside")
    assert _names(database) == ["first"]


def test_it_is_set_back_as_often_as_is_wanted(database: Bordered, start: sqlite3.Connection) -> None:
    for _ in range(2):
        _add(database, "once")
        assert _names(database) == ["first", "once"]
        database.become(start)
        assert _names(database) == ["first"]


def test_a_copy_stays_what_it_was_and_can_be_put_in_place(
    database: Bordered, start: sqlite3.Connection
) -> None:
    _add(database, "before")
    copy = database.copy()
    _add(database, "after")
    database.become(copy)
    assert _names(database) == ["first", "before"]
    _add(database, "since")
    database.become(start)
    assert _names(database) == ["first"]
    database.become(copy)
    assert _names(database) == ["first", "before"]
