"""What a connection's reads were for, by day: Intuit meters reads, and each purpose has its own limit."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from bookipi_app.db import after_commit
from bookipi_app.models import ReadCount
from bookipi_app.sync.work import Run


def keep(run: Run) -> None:
    """Add what this round read to the day's counts."""
    if not run.quickbooks.reads:
        return
    with run.lease.transaction() as session:
        keep_in(session, run)


def keep_in(session: Session, run: Run) -> None:
    """Add it in a transaction that is open anyway: once that is committed, it is counted."""
    day = run.clock().date()
    rows = [
        {"connection_id": run.connection.id, "day": day, "purpose": purpose.value, "count": count}
        for purpose, count in run.quickbooks.reads.items()
    ]
    if rows:
        session.connection().execute(_upsert(session.get_bind().dialect.name), rows)
    after_commit(session, run.quickbooks.reads.clear)


@cache
def _upsert(dialect: str) -> Insert:
    statement = postgresql.insert(ReadCount) if dialect == "postgresql" else sqlite.insert(ReadCount)
    added = {"count": col(ReadCount.count) + statement.excluded["count"]}
    keys = ["connection_id", "day", "purpose"]
    return statement.on_conflict_do_update(index_elements=keys, set_=added)
