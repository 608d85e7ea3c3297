"""Alembic's entry: one configuration for web, workers and tests."""

from __future__ import annotations

import warnings
from typing import Any

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.exc import SAWarning
from sqlmodel import SQLModel

import bookipi_app.models  # noqa: F401  registers every table

config = context.config
# The full-text indexes of the two databases, and the tables that SQLite keeps behind its own: no models describe them.
SEARCH_INDEXES = ("search_customer", "search_item", "search_invoice", "ix_search_text_")


def run() -> None:
    """Apply the revisions on a connection of their own; batch mode rebuilds SQLite's tables."""
    engine = create_engine(config.attributes["url"])
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=_is_described,
        )
        with context.begin_transaction(), warnings.catch_warnings():
            # SQLAlchemy looks at the tables beside a rebuilt one too. What it skips there is nobody's loss.
            warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
            context.run_migrations()
    engine.dispose()


def _is_described(name: str | None, type_: str, _parents: Any) -> bool:
    return not (type_ in ("table", "index") and name is not None and name.startswith(SEARCH_INDEXES))


run()
