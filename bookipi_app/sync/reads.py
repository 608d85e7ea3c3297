"""What a connection's reads were for, by day: Intuit meters reads, and each purpose has its own limit."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from bookipi_app.models import ReadCount
from bookipi_app.sync.work import Run


def keep(run: Run) -> None:
    """Add what this round read to the day's counts."""
    if not run.quickbooks.reads:
        return
    day = run.clock().date()
    rows = [
        {"connection_id": run.connection.id, "day": day, "purpose": purpose.value, "count": count}
        for purpose, count in run.quickbooks.reads.items()
    ]
    run.quickbooks.reads.clear()
    with run.lease.transaction() as session:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        for row in rows:
            statement = insert(ReadCount).values(**row)
            added = {"count": col(ReadCount.count) + statement.excluded["count"]}
            keys = ["connection_id", "day", "purpose"]
            session.connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=added))
