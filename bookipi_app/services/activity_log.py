"""What happened to a company's records: the log of the QuickBooks page, searched, filtered, page by page, and as rows
for a file.

*Result* is what the record's flag says by now, not what it said then: it is the question that one asks of a log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select

from bookipi_app.db import Database
from bookipi_app.ids import parse_id
from bookipi_app.models import Customer, Flag, HistoryEntry, Invoice, Item, Kind, Side, SyncRecord
from bookipi_app.services import history, history_words
from bookipi_app.services.activity import Named, names_of
from bookipi_app.services.flags import newest_connection
from bookipi_app.services.lists import (
    LONGEST_SEARCH,
    ListQuery,
    Page,
    Selection,
    SortKey,
    fetch_page,
    search_condition,
)
from bookipi_app.services.records import company_of
from bookipi_app.services.words import clock_words, moment_words, took_words
from bookipi_app.text import like_pattern

ORDERS = {"newest": SortKey(col(HistoryEntry.id), UUID)}
ROWS_AT_ONCE = 100
RESULTS = {
    Flag.SYNCED: "Synced", Flag.SYNCING: "Syncing…", Flag.DIFFERS: "Totals differ", Flag.ATTENTION: "Needs attention",
    Flag.CONFLICT: "Conflict", Flag.NOT_SYNCED: "Not synced", Flag.FROZEN: "Frozen",
}  # fmt: skip
HEADS = (
    "Time (UTC)",
    "Side",
    "Who",
    "Kind",
    "Record",
    "What happened",
    "Field",
    "Before",
    "After",
    "Result now",
    "Took (s)",
    "QuickBooks' answer",
    "Reference",
)


@dataclass(frozen=True)
class LogRow:
    """One line of what happened. `flag` is the record's by now; empty for what never had one."""

    id: str
    when: str
    side: str
    from_quickbooks: bool
    title: str
    beside: str
    href: str
    words: str
    who: str
    flag: str
    flag_words: str
    took: str


def page(session: Session, company_id: UUID, query: ListQuery, *, now: datetime) -> Page[LogRow]:
    """A page of the log, newest first. Filters: `side`, `kind` and `result` (a flag)."""
    found = fetch_page(session, _select(session, company_id, query), query, ORDERS, col(HistoryEntry.id))
    zone = company_of(session, company_id).time_zone
    entries = [(row[0], row[1]) for row in found.rows]
    names = names_of(session, company_id, ((entry.kind, entry.local_id) for entry, _ in entries))
    rows = [_row(entry, flag, _named(entry, names), zone, now) for entry, flag in entries]
    return Page(tuple(rows), found.next, found.previous)


def count(session: Session, company_id: UUID, query: ListQuery) -> int:
    """How many lines the filter finds."""
    if query.filters.get("result", "") not in set(Flag):  # then the records' flags need not be read
        plain = select(func.count()).where(*_conditions(company_id, query))
        return session.exec(plain.where(col(HistoryEntry.company_id) == company_id)).one()
    inner = _select(session, company_id, query).subquery()
    return session.exec(select(func.count()).select_from(inner)).one()


def file_rows(
    database: Database, company_id: UUID, query: ListQuery, *, now: datetime
) -> Iterator[tuple[str, ...]]:
    """Every line of the filter for a file, newest first, read a hundred at a time in transactions of their own."""
    yield HEADS
    after: str | None = None
    while True:
        step = ListQuery(query.search, filters=query.filters, size=ROWS_AT_ONCE, after=after)
        with database.reading() as session:
            found = fetch_page(
                session, _select(session, company_id, step), step, ORDERS, col(HistoryEntry.id)
            )
            entries = [(row[0], row[1]) for row in found.rows]
            names = names_of(session, company_id, ((entry.kind, entry.local_id) for entry, _ in entries))
            lines = [line for entry, flag in entries for line in _file_lines(entry, flag, names)]
        yield from lines
        after = found.next
        if after is None:
            return


def _named(entry: HistoryEntry, names: Mapping[tuple[Kind, UUID | None], Named]) -> Named:
    """The record that a line is about; what could not arrive from QuickBooks has none here."""
    if entry.local_id is None:
        return Named(title="In QuickBooks only")
    return names.get((entry.kind, entry.local_id), Named())


def _select(session: Session, company_id: UUID, query: ListQuery) -> Selection:
    connection = newest_connection(session, company_id)
    of_connection = col(SyncRecord.connection_id) == connection.id if connection else false()
    statement = (
        select(HistoryEntry, col(SyncRecord.flag))
        .outerjoin(
            SyncRecord,
            and_(
                of_connection,
                col(SyncRecord.kind) == col(HistoryEntry.kind),
                col(SyncRecord.local_id) == col(HistoryEntry.local_id),
            ),
        )
        .where(col(HistoryEntry.company_id) == company_id)
    )
    for condition in _conditions(company_id, query):
        statement = statement.where(condition)
    return statement


def _conditions(company_id: UUID, query: ListQuery) -> list[ColumnElement[bool]]:
    side, kind, result = (query.filters.get(name, "") for name in ("side", "kind", "result"))
    found: list[ColumnElement[bool]] = []
    if side in set(Side):
        found.append(col(HistoryEntry.side) == Side(side))
    if kind in set(Kind):
        found.append(col(HistoryEntry.kind) == Kind(kind))
    if result in set(Flag):
        found.append(col(SyncRecord.flag) == Flag(result))
    if record := query.filters.get("record"):
        found.append(col(HistoryEntry.local_id) == parse_id(record))
    if (searched := _searched(company_id, query.search)) is not None:
        found.append(searched)
    return found


def _searched(company_id: UUID, text: object) -> ColumnElement[bool] | None:
    """Lines that say it, or that are about a record of that name or number."""
    by_name = [
        _about(Kind.CUSTOMER, Customer, col(Customer.name_key), company_id, text),
        _about(Kind.ITEM, Item, col(Item.name_key), company_id, text),
        _about(Kind.INVOICE, Invoice, col(Invoice.number_key), company_id, text),
    ]
    named = [condition for condition in by_name if condition is not None]
    if not named or not isinstance(text, str):
        return None
    said = func.lower(col(HistoryEntry.words)).like(
        like_pattern(text.strip().lower()[:LONGEST_SEARCH]), escape="\\"
    )
    return or_(said, *named)


def _about(kind: Kind, table: Any, key: Any, company_id: UUID, text: object) -> ColumnElement[bool] | None:
    condition = search_condition(text, [key])
    if condition is None:
        return None
    ids = select(table.id).where(table.company_id == company_id, condition)
    return and_(col(HistoryEntry.kind) == kind, col(HistoryEntry.local_id).in_(ids))


def _row(entry: HistoryEntry, flag: Flag | None, named: Named, zone: str, now: datetime) -> LogRow:
    moment = moment_words(entry.at, zone, now)
    same_day = moment.split(",")[0] == moment_words(now, zone, now).split(",")[0]
    remote = entry.side is Side.QUICKBOOKS
    return LogRow(
        id=str(entry.id),
        when=clock_words(entry.at, zone, seconds=True) if same_day else moment,
        side="QuickBooks" if remote else "Here",
        from_quickbooks=remote,
        title=named.title,
        beside=named.beside,
        href=named.href,
        words=entry.words,
        who=entry.who,
        flag=flag.value if flag else "",
        flag_words=RESULTS[flag] if flag else "",
        took=took_words((entry.detail or {}).get("took")),
    )


def _file_lines(
    entry: HistoryEntry, flag: Flag | None, names: dict[tuple[Kind, UUID | None], Named]
) -> list[tuple[str, ...]]:
    """A line for each field that changed or was sent, so that a spreadsheet can sort by field; at least one."""
    title = _named(entry, names).title
    side = "QuickBooks" if entry.side is Side.QUICKBOOKS else "Here"
    start = (f"{entry.at:%Y-%m-%d %H:%M:%S}", side, entry.who, entry.kind.value, title, entry.words)
    result = RESULTS[flag] if flag else ""
    detail: Mapping[str, Any] = entry.detail or {}
    took = detail.get("took")
    end = (
        result,
        f"{took / 1000:.1f}" if isinstance(took, int) else "",
        str(detail.get("code") or ""),
        str(detail.get("tid") or ""),
    )
    fields: dict[str, Sequence[object]] = detail.get("fields") or {}
    changes = [(history_words.label(name), str(pair[0]), str(pair[1])) for name, pair in fields.items()]
    changes += [
        (history_words.label(name), "", str(words)) for name, words in history.sent_in(detail).items()
    ]
    return [(*start, *change, *end) for change in changes or [("", "", "")]]
