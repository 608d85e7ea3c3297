"""Run one connection until it is quiet."""

from __future__ import annotations

from uuid import UUID

from bookipi_app.sync import engine


def sync_connection(connection_id: str) -> None:
    """Wake-up of a connection; ends at once where another run holds the lease."""
    engine.run(engine.surroundings(), UUID(connection_id))
