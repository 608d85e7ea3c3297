"""Lists of a million records, a page at a time: keyset paging with an allow-list of sort orders.

A cursor is the sort value and id of a row at the edge of the page shown. It is opaque to the browser but not secret,
and is read with suspicion: one that does not fit begins at the first page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, literal, tuple_
from sqlalchemy.types import TypeEngine
from sqlmodel import Session
from sqlmodel.sql.expression import Select

from bookipi_app.models.base import LARGEST
from bookipi_app.services.fields import LATEST
from bookipi_app.text import fold, like_pattern

MOST_ROWS = 100
LONGEST_SEARCH = 100
LONGEST_CURSOR = 2000
Row = TypeVar("Row")
Selection: TypeAlias = Select[*tuple[Any, ...]]  # of any columns


@dataclass(frozen=True)
class ListQuery:
    """What a page of a list shows. `filters` are texts by name; unknown names and values are ignored.

    `after` and `before` are cursors of the page shown: at most one of them is used.
    """

    search: str = ""
    sort: str = ""
    descending: bool = True
    filters: dict[str, str] = field(default_factory=dict[str, str])
    size: int = 25
    after: str | None = None
    before: str | None = None

    @property
    def rows(self) -> int:
        """The number of rows of a page, within bounds."""
        return self.size if type(self.size) is int and 1 <= self.size <= MOST_ROWS else 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, with the cursors of the pages beside them (None where there is none)."""

    rows: tuple[Row, ...]
    next: str | None = None
    previous: str | None = None


@dataclass(frozen=True)
class SortKey:
    """One order of a list: its column and how a cursor's text becomes that column's value."""

    column: SQLColumnExpression[Any]
    read: Callable[[str], Any] = str


def read_day(text: str) -> date:
    """The day in a cursor."""
    return date.fromisoformat(text)


def read_moment(text: str) -> datetime:
    """The moment in a cursor."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def read_whole(text: str) -> int:
    """The whole number in a cursor, of at most 64 bits."""
    number = int(text[:20])
    if abs(number) > LARGEST:
        raise ValueError("more than 64 bits")
    return number


def fetch_page(
    session: Session,
    statement: Selection,
    query: ListQuery,
    orders: dict[str, SortKey],
    identity: SQLColumnExpression[Any],
) -> Page[Sequence[Any]]:
    """A page of a statement, ordered by one of `orders` (the first is the default) and then by id.

    Rows come back whole, as the statement selects them, with their sort value and id appended.
    """
    name = query.sort if query.sort in orders else next(iter(orders))
    key, edge = orders[name], _edge(query, name, orders[name])
    backwards = edge is not None and bool(query.before) and not query.after
    falling = bool(query.descending) != backwards
    if edge is not None:
        here = tuple_(literal(edge[0], _type_of(key.column)), literal(edge[1], _type_of(identity)))
        there = tuple_(key.column, identity)
        statement = statement.where(there < here if falling else there > here)
    columns = [column.desc() if falling else column.asc() for column in (key.column, identity)]
    widened = cast(Selection, statement.add_columns(key.column, identity))
    found = list(session.exec(widened.order_by(*columns).limit(query.rows + 1)))
    more, rows = len(found) > query.rows, found[: query.rows]
    if backwards:
        rows.reverse()
    return _page(rows, name, more, backwards, edge is not None)


def search_condition(text: object, columns: Sequence[SQLColumnExpression[str]]) -> ColumnElement[bool] | None:
    """Rows whose folded columns contain the text, literally; None when there is nothing to search for."""
    folded = fold(text.replace("\0", ""))[:LONGEST_SEARCH] if isinstance(text, str) else ""
    if not folded or any("\ud800" <= character <= "\udfff" for character in folded):
        return None
    pattern = like_pattern(folded)
    condition = columns[0].like(pattern, escape="\\")
    for column in columns[1:]:
        condition = condition | column.like(pattern, escape="\\")
    return condition


def filter_day(text: object) -> date | None:
    """A day given as a filter, or None if it is not one."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None
    return day if day and day <= LATEST else None


def _type_of(column: SQLColumnExpression[Any]) -> TypeEngine[Any]:
    """SQLModel's `col` does not promise what every column has."""
    return cast(ColumnElement[Any], column).type


def _page(rows: list[Any], name: str, more: bool, backwards: bool, moved: bool) -> Page[Sequence[Any]]:
    """Whether there are pages beside this one: one further row was asked for in the direction of reading."""
    has_next, has_previous = (moved, more) if backwards else (more, moved)
    return Page(
        rows=tuple(rows),
        next=_cursor(rows[-1], name) if rows and has_next else None,
        previous=_cursor(rows[0], name) if rows and has_previous else None,
    )


def _cursor(row: Sequence[Any], name: str) -> str:
    value, identity = row[-2], row[-1]
    text = value.isoformat() if isinstance(value, date) else str(value)
    return base64.urlsafe_b64encode(json.dumps([name, text, str(identity)]).encode()).decode().rstrip("=")


def _edge(query: ListQuery, name: str, key: SortKey) -> tuple[Any, UUID] | None:
    cursor = query.after or query.before
    if not isinstance(cursor, str) or not 0 < len(cursor) <= LONGEST_CURSOR:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        sort, value, identity = json.loads(plain)
        return (key.read(value), UUID(identity)) if sort == name else None
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        return None
