"""Records whose names or numbers contain a text, found by an index of its runs of three characters.

SQLite has it as a full-text index, Postgres as an index that its LIKE uses; both find a text literally, whatever
characters it holds. What is shorter than three characters stands in no such run: it is looked for in other ways.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, column, literal_column, select, table
from sqlmodel import Session, col

from bookipi_app.models import Kind, SearchText
from bookipi_app.text import like_pattern

SHORTEST = 3
LINE = "\n"  # between the parts of a record's words: no search holds one


def indexed(folded: str) -> bool:
    """Whether the index can find it."""
    return len(folded) >= SHORTEST


def containing(session: Session, kind: Kind, folded: str) -> Any:
    """A selection of the ids of all records of a kind, of whatever company, whose words contain a folded text.

    It is the one place where the two databases differ. The first of many ids are there before the others are found.
    """
    found = select(col(SearchText.record_id))
    if session.get_bind().dialect.name != "sqlite":
        of_kind = col(SearchText.kind) == literal_column(f"'{kind.value}'")
        return found.where(of_kind, col(SearchText.words).like(like_pattern(folded), escape="\\"))
    phrase = '"' + folded.replace('"', '""') + '"'
    index = table(f"search_{kind.value}", column("rowid", Integer))
    matches = literal_column(index.name).op("MATCH")(phrase)
    return found.select_from(index).join(SearchText, col(SearchText.id) == index.c.rowid).where(matches)
