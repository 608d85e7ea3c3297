"""What is asked in every round says the conditions of the partial indexes as these do, value and all."""

from __future__ import annotations

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql, sqlite

from bookipi_app.sync import attempts, engine, waiting


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (engine.START, "attempt.outcome = 'open'"),
        (attempts.OPEN_OF, "attempt.outcome = 'open'"),
        (waiting.OLDEST, "attempt.outcome = 'open'"),
        (waiting.NEWEST, "attempt.outcome = 'open'"),
        (waiting.SENT, "attempt.outcome = 'open'"),
    ],
)
def test_a_value_that_an_index_is_made_for_is_written_out(
    asked: Select[tuple[object, ...]], words: str, dialect: object
) -> None:
    assert words in str(asked.compile(dialect=dialect))  # pyright: ignore[reportArgumentType]
