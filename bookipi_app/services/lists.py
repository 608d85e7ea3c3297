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

from sqlalchemy import ColumnElement, SQLColumnExpression, case, literal, tuple_
from sqlalchemy.types import TypeEngine
from sqlmodel import Session
from sqlmodel.sql.expression import Select

from bookipi_app.models.base import LARGEST
from bookipi_app.services.fields import LATEST
from bookipi_app.text import fold, like_pattern

MOST_ROWS = 100
LONGEST_SEARCH = 100
LONGEST_CURSOR = 2000
FEW = 1000  # rows that are sorted faster than an order is walked
Row = TypeVar("Row")
Drawn = TypeVar("Drawn")
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

    def of(self, draw: Callable[[Row], Drawn]) -> Page[Drawn]:
        """The same page of what each row becomes."""
        return Page(tuple(map(draw, self.rows)), self.next, self.previous)


Column: TypeAlias = SQLColumnExpression[Any]


@dataclass(frozen=True)
class SortKey:
    """One order of a list: its column and how a cursor's text becomes that column's value.

    `then` are further columns, for an order that an index of another table gives.
    """

    column: Column
    read: Callable[[str], Any] = str
    then: tuple[tuple[Column, Callable[[str], Any]], ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of the order, but for the id, which comes last everywhere."""
        return (self.column, *(column for column, _ in self.then))

    def values(self, texts: Sequence[str]) -> list[Any]:
        """The columns' values in a cursor."""
        reads = (self.read, *(read for _, read in self.then))
        return [read(text) for read, text in zip(reads, texts, strict=True)]


@dataclass(frozen=True)
class Part:
    """A stretch of a list: what it selects and in which order. `name` tells the cursors of one from another's."""

    name: str
    statement: Selection
    key: SortKey


@dataclass(frozen=True)
class _Edge:
    """Where a page begins: behind this row of this part."""

    place: int
    values: Sequence[Any]
    identity: UUID


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


def read_id(text: str) -> UUID:
    """The id in a cursor."""
    return UUID(text)


def fetch_page(
    session: Session,
    statement: Selection,
    query: ListQuery,
    orders: dict[str, SortKey],
    identity: Column,
) -> Page[Sequence[Any]]:
    """A page of a statement, ordered by one of `orders` (the first is the default) and then by id.

    Rows come back whole, as the statement selects them, with their sort value and id appended.
    """
    name = query.sort if query.sort in orders else next(iter(orders))
    return fetch_parts(session, (Part(name, statement, orders[name]),), query, identity)


def fetch_parts(
    session: Session, parts: Sequence[Part], query: ListQuery, identity: Column
) -> Page[Sequence[Any]]:
    """A page of a list that consists of several parts, one behind the other in either order.

    One row more than the page holds is read, in the direction of reading: it tells whether there is a next page.
    """
    edge = _edge(query, parts)
    backwards = edge is not None and bool(query.before) and not query.after
    falling = bool(query.descending) != backwards
    found: list[tuple[Part, Any]] = []
    places = range(len(parts))[:: -1 if backwards else 1]
    for place in places[places.index(edge.place) if edge else 0 :]:
        here = edge if edge and edge.place == place else None
        wanted = query.rows + 1 - len(found)
        if wanted > 0:
            part = parts[place]
            found += [(part, row) for row in _rows(session, part, here, falling, wanted, identity)]
    more, rows = len(found) > query.rows, found[: query.rows]
    if backwards:
        rows.reverse()
    return _page(rows, more, backwards, edge is not None)


def searched(text: object) -> str:
    """What is searched for, folded; empty when there is nothing to search for."""
    folded = fold(text.replace("\0", ""))[:LONGEST_SEARCH] if isinstance(text, str) else ""
    return "" if any("\ud800" <= character <= "\udfff" for character in folded) else folded


def search_condition(text: object, columns: Sequence[SQLColumnExpression[str]]) -> ColumnElement[bool] | None:
    """Rows whose folded columns contain the text, literally; None when there is nothing to search for."""
    folded = searched(text)
    if not folded:
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


def judged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, for which no index is chosen: rows are read in the list's order and judged one by one.

    Without it SQLite prefers an index that fits the filter to the one that gives the order, and sorts a whole book.
    """
    return case((condition, 1), else_=0) == 1


def few(session: Session, ids: Any) -> bool:
    """Whether a filter (a selection of ids) finds so little that its rows are better looked up and then sorted."""
    probe = ids.limit(1).offset(FEW)
    return session.connection().execute(probe).first() is None


def _rows(
    session: Session, part: Part, edge: _Edge | None, falling: bool, wanted: int, identity: Column
) -> list[Any]:
    statement, columns = part.statement, (*part.key.columns, identity)
    if edge is not None:
        values = zip((*edge.values, edge.identity), columns, strict=True)
        here = tuple_(*(literal(value, _type_of(column)) for value, column in values))
        there = tuple_(*columns)
        statement = statement.where(there < here if falling else there > here)
    widened = cast(Selection, statement.add_columns(*columns))
    ordered = widened.order_by(*(column.desc() if falling else column.asc() for column in columns))
    return list(session.exec(ordered.limit(wanted)))


def _type_of(column: Column) -> TypeEngine[Any]:
    """SQLModel's `col` does not promise what every column has."""
    return cast(ColumnElement[Any], column).type


def _page(rows: list[tuple[Part, Any]], more: bool, backwards: bool, moved: bool) -> Page[Sequence[Any]]:
    """Whether there are pages beside this one: one further row was asked for in the direction of reading."""
    has_next, has_previous = (moved, more) if backwards else (more, moved)
    return Page(
        rows=tuple(row for _, row in rows),
        next=_cursor(*rows[-1]) if rows and has_next else None,
        previous=_cursor(*rows[0]) if rows and has_previous else None,
    )


def _cursor(part: Part, row: Sequence[Any]) -> str:
    values = row[-1 - len(part.key.columns) :]
    texts = [value.isoformat() if isinstance(value, date) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps([part.name, *texts]).encode()).decode().rstrip("=")


def _edge(query: ListQuery, parts: Sequence[Part]) -> _Edge | None:
    cursor = query.after or query.before
    if not isinstance(cursor, str) or not 0 < len(cursor) <= LONGEST_CURSOR:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        name, *texts, identity = json.loads(plain)
        place = [part.name for part in parts].index(name)
        return _Edge(place, parts[place].key.values(texts), UUID(identity))
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        return None
