"""What fails is logged without what was in it: a traceback of the database names no value."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bookipi_app.db import Database


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_a_refusal_of_the_database_names_no_value(url: str) -> None:
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg")
    with pytest.raises(SQLAlchemyError) as failure, Database(url).reading() as session:
        session.connection().execute(text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": "sekrit-77"})
    assert "sekrit-77" not in str(failure.value)
