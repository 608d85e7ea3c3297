"""Lists of a million records, a page at a time: keyset paging with an allow-list of sort orders.

A list is read by an index in its order. Where a filter makes the order several stretches of that index (`Part.lanes`),
the first rows of each are read and merged; so it costs the same wherever in the book the rows stand. Which rows a page
holds is found out in the index alone, and only those are read whole.

A cursor is the sort value and id of a row at the edge of the page shown. It is opaque to the browser but not secret,
and is read with suspicion: one that does not fit begins at the first page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    bindparam,
    case,
    literal,
    literal_column,
    tuple_,
    union_all,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import Session
from sqlmodel.sql.expression import Select

from bookipi_app.models.base import LARGEST
from bookipi_app.services.fields import LATEST
from bookipi_app.text import fold, like_pattern

MOST_ROWS = 100
LONGEST_SEARCH = 100
LONGEST_CURSOR = 2000
FEW = 1500  # rows that are sorted faster than an order is walked
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
    """A stretch of a list: which ids it selects, and in which order. `name` tells the cursors of one from another's.

    `lanes` are values of the statement's parameters: its rows are those of all of them, merged.
    """

    name: str
    ids: Any
    key: SortKey
    lanes: Sequence[Mapping[str, Any]] = ({},)
    aligned: bool = (
        False  # the lanes go with the order: once the page is full, the later ones have little to add
    )
    span: tuple[Any, Any] = (None, None)  # the first and the last value of its order that it holds
    walk: Walk | None = None


@dataclass(frozen=True)
class Walk:
    """How far a part is read row by row, for what may be met soon or never.

    If the `most` first of its rows neither fill the page nor are all there are, the page is read from another part.
    """

    rows: Sequence[Any]  # what is walked: each lane, without what is judged of its rows
    most: int
    otherwise: Callable[[], Part]  # the same rows in the same order, found in another way


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
    session: Session, statement: Selection, query: ListQuery, orders: Mapping[str, SortKey], identity: Column
) -> Page[Sequence[Any]]:
    """A page of a statement's rows, ordered by one of `orders` (the first is the default) and then by id."""
    name = order_name(query, orders)
    return fetch_parts(session, [Part(name, statement, orders[name])], query, identity, statement)


def order_name(query: ListQuery, orders: Mapping[str, SortKey]) -> str:
    """The order that is asked for, or the first one."""
    return query.sort if query.sort in orders else next(iter(orders))


def fetch_parts(
    session: Session, parts: Sequence[Part], query: ListQuery, identity: Column, whole: Selection
) -> Page[Sequence[Any]]:
    """A page of a list that consists of several parts, one behind the other in either order.

    One row more than the page holds is looked for, in the direction of reading: it tells whether there is a next page.
    Rows come back as `whole` selects them.
    """
    edge = _edge(query, parts)
    backwards = edge is not None and bool(query.before) and not query.after
    falling = bool(query.descending) != backwards
    found: list[tuple[Part, _Key]] = []
    places = range(len(parts))[:: -1 if backwards else 1]
    for place in places[places.index(edge.place) if edge else 0 :]:
        here = edge if edge and edge.place == place else None
        wanted = query.rows + 1 - len(found)
        if wanted > 0:
            part = parts[place]
            found += [(part, key) for key in _first(session, part, here, falling, wanted, identity)]
    more, keys = len(found) > query.rows, found[: query.rows]
    if backwards:
        keys.reverse()
    rows = _whole(session, [key[-1] for _, key in keys], identity, whole)
    return _page(keys, rows, more, backwards, edge is not None)


def searched(text: object) -> str:
    """What is searched for, folded; empty when there is nothing to search for."""
    folded = fold(text.replace("\0", ""))[:LONGEST_SEARCH] if isinstance(text, str) else ""
    return "" if any("\ud800" <= character <= "\udfff" for character in folded) else folded


def search_condition(text: object, columns: Sequence[SQLColumnExpression[str]]) -> ColumnElement[bool] | None:
    """Rows whose folded columns contain the text, literally; None when there is nothing to search for."""
    folded = searched(text)
    return contains(folded, columns) if folded else None


def contains(folded: str, columns: Sequence[SQLColumnExpression[str]]) -> ColumnElement[bool]:
    """Rows whose folded columns contain the text, literally."""
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


def few(session: Session, ids: Any, most: int | None = None) -> bool:
    """Whether a filter (a selection of ids) finds so little that its rows are better looked up and then sorted."""
    probe = ids.limit(1).offset(FEW if most is None else most)
    return session.connection().execute(probe).first() is None


_Key: TypeAlias = Sequence[Any]  # the values of an order's columns, and the id


def _first(
    session: Session, part: Part, edge: _Edge | None, falling: bool, wanted: int, identity: Column
) -> list[_Key]:
    """The first rows of a part behind an edge: on its walk, if that fills the page or comes to the end."""
    while part.walk is not None:
        end = _end_of_walk(session, part, part.walk, edge, falling, identity)
        found = _keys(session, part, edge, falling, wanted, identity, end)
        if end is None or len(found) == wanted:
            return found
        part = part.walk.otherwise()
    return _keys(session, part, edge, falling, wanted, identity)


def _end_of_walk(
    session: Session, part: Part, walk: Walk, edge: _Edge | None, falling: bool, identity: Column
) -> _Key | None:
    """The first row behind a walk, of all lanes together; None if the walk comes to the part's end."""
    columns = (*part.key.columns, identity)
    behind = [*_behind(edge, part.key, columns, falling), *_within(part, falling, bool(edge), False)]
    named = [cast(ColumnElement[Any], column).label(f"key_{place}") for place, column in enumerate(columns)]
    rows = union_all(
        *(one.where(*behind).with_only_columns(*named, maintain_column_froms=True) for one in walk.rows)
    )
    names = [literal_column(one.name, one.type) for one in named]
    order = [name.desc() if falling else name.asc() for name in names]
    return session.connection().execute(rows.order_by(*order).limit(1).offset(walk.most)).first()


def _keys(
    session: Session,
    part: Part,
    edge: _Edge | None,
    falling: bool,
    wanted: int,
    identity: Column,
    end: _Key | None = None,
) -> list[_Key]:
    """The first rows of a part behind an edge (and before an end): of each lane what the page may need, merged."""
    columns = (*part.key.columns, identity)
    statement = part.ids.where(*_behind(edge, part.key, columns, falling))
    selected = statement.with_only_columns(*columns, maintain_column_froms=True).order_by(
        *(column.desc() if falling else column.asc() for column in columns)
    )
    worst = [bindparam(f"worst_{place}", type_=_type_of(column)) for place, column in enumerate(columns)]
    ordered, better = (
        selected.where(*_within(part, falling, bool(edge), ends)).limit(wanted) for ends in (False, True)
    )
    better = better.where(*_beside(worst, part.key, columns, below=not falling))
    connection, found = session.connection(), list[_Key]()
    for lane in reversed(part.lanes) if falling else part.lanes:
        full = len(found) == wanted and (part.aligned or end is not None)
        last = found[-1] if full else end  # then only what comes before the last of them
        bound = {one.key: value for one, value in zip(worst, last, strict=True)} if last is not None else {}
        rows = connection.execute(ordered if last is None else better, {**lane, **bound}).all()
        if rows and len(part.lanes) > 1:
            found = sorted([*found, *rows], key=tuple, reverse=falling)[:wanted]
        found = found or list(rows)
    return found


def _within(part: Part, falling: bool, begins: bool, ends: bool) -> list[ColumnElement[bool]]:
    """Within a part's span. A side that begins behind an edge, or ends before a row, bounds the index by that alone."""
    (first, last), column = part.span, part.key.column
    lower = [] if first is None else [column >= first]
    upper = [] if last is None else [column <= last]
    near, far = (upper, lower) if falling else (lower, upper)
    return [*(map(judged, near) if begins else near), *(map(judged, far) if ends else far)]


def _behind(
    edge: _Edge | None, key: SortKey, columns: Sequence[Column], falling: bool
) -> list[ColumnElement[bool]]:
    """Behind a row, in the direction of reading."""
    if edge is None:
        return []
    values = [
        literal(value, _type_of(column))
        for value, column in zip((*edge.values, edge.identity), columns, strict=True)
    ]
    return _beside(values, key, columns, below=falling)


def _beside(
    values: Sequence[ColumnElement[Any]], key: SortKey, columns: Sequence[Column], *, below: bool
) -> list[ColumnElement[bool]]:
    """On one side of a row. Where the order is that of two tables, its first column says the same for its own index."""
    here, there = tuple_(*values), tuple_(*columns)
    conditions: list[ColumnElement[bool]] = [there < here if below else there > here]
    if key.then:
        conditions.append(columns[0] <= values[0] if below else columns[0] >= values[0])
    return conditions


def _whole(session: Session, ids: list[UUID], identity: Column, whole: Selection) -> list[Sequence[Any]]:
    """The rows with these ids, in their order."""
    if not ids:
        return []
    selected = cast(Selection, whole.where(identity.in_(ids)).add_columns(identity))
    rows = {row[-1]: row for row in session.exec(selected)}
    return [rows[one] for one in ids]


def _type_of(column: Column) -> TypeEngine[Any]:
    """SQLModel's `col` does not promise what every column has."""
    return cast(ColumnElement[Any], column).type


def _page(
    keys: list[tuple[Part, _Key]], rows: list[Sequence[Any]], more: bool, backwards: bool, moved: bool
) -> Page[Sequence[Any]]:
    """Whether there are pages beside this one: one further row was asked for in the direction of reading."""
    has_next, has_previous = (moved, more) if backwards else (more, moved)
    return Page(
        rows=tuple(rows),
        next=cursor(*keys[-1]) if keys and has_next else None,
        previous=cursor(*keys[0]) if keys and has_previous else None,
    )


def cursor(part: Part, key: _Key) -> str:
    """A page's edge, as a link carries it: the part, and a row's place in its order."""
    texts = [value.isoformat() if isinstance(value, date) else str(value) for value in key]
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
