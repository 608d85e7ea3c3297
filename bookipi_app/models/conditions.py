"""What the questions that are asked most have in common, in the words of the partial indexes that answer them.

A value that is written out is part of the question. Where it is bound instead, SQLite has to prepare the question anew
each time that it is asked, to see whether the index serves this value too, and Postgres' general plans do without it.
"""

from __future__ import annotations

from sqlalchemy import literal_column
from sqlmodel import col

from bookipi_app.models.sync import Attempt, Connection, ConnectionStatus, Outcome

IS_LIVE = col(Connection.status) != literal_column(f"'{ConnectionStatus.FROZEN.value}'")
IS_UNANSWERED = col(Attempt.outcome) == literal_column(f"'{Outcome.OPEN.value}'")
