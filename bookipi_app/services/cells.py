"""Cells: how a filter by status or flag becomes a few whole stretches of every order of a list.

A cell is written `shelf/flag`: the shelf is where a record stands for a person (`paid`, `trash draft`, `archived`), the
flag what the newest connection says of it, as the database keeps it with the record. A company has a dozen of them,
however many records it has; which of them a filter shows is decided here and not by the database, row by row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, func, select
from sqlmodel import Session, SQLModel

from bookipi_app.models import Connection, ConnectionStatus, Flag

LEFT = "left"  # totals that differ and that a person has left so
NOT_THERE = "-"  # behind the flag of what is not in QuickBooks
TRASH = "trash "  # before the shelf
NEEDS = {Flag.ATTENTION.value, Flag.CONFLICT.value, Flag.DIFFERS.value}
Shows = Callable[[str], bool]


def table_of(name: str) -> Table:
    """A table by its name, with the columns that the database works out."""
    return SQLModel.metadata.tables[name]


def cells_of(session: Session, table: Table, company_id: UUID, shows: Shows) -> list[str]:
    """The cells of a company in which there is anything, and which a filter shows.

    Each is found from the one before by one look into an index.
    """
    return [cell for cell in _steps(session, table, company_id, table.c.cell) if shows(cell)]


def months_of(session: Session, table: Table, company_id: UUID) -> list[int]:
    """The months in which a company issued anything, each as 202611."""
    return _steps(session, table, company_id, table.c.issue_month)


def shelf_of(cell: str) -> str:
    """The shelf of a cell, wherever it is: `paid` in the trash too."""
    return cell.partition("/")[0].removeprefix(TRASH)


def in_trash(cell: str) -> bool:
    """Whether its records are in the trash."""
    return cell.startswith(TRASH)


def flag_shown(cell: str, flag: str, connection: Connection | None) -> bool:
    """Whether the records of a cell show a flag. `needs` stands for all that waits for a person."""
    if connection is None:
        return False
    kept = cell.partition("/")[2]
    draft, name = shelf_of(cell) == "draft", kept.removesuffix(NOT_THERE)
    if connection.status is ConnectionStatus.FROZEN:
        frozen = bool(kept) and not kept.endswith(NOT_THERE) and not draft
        return frozen if flag == Flag.FROZEN else flag == Flag.NOT_SYNCED and not frozen
    if flag == Flag.NOT_SYNCED:
        return draft or name in ("", Flag.NOT_SYNCED)
    if flag == "needs":
        return name in NEEDS and not draft
    if flag not in set(Flag):
        return True
    return (Flag.DIFFERS if name == LEFT else name) == flag and not draft


def _steps(session: Session, table: Table, company_id: UUID, column: Column[Any]) -> list[Any]:
    """The different values of the column behind the company in an index."""
    mine = table.c.company_id == company_id
    first = select(func.min(column)).where(mine).scalar_subquery()
    step = select(first.label("value")).cte("step", recursive=True)
    after = select(func.min(column)).where(mine, column > step.c.value).correlate(step).scalar_subquery()
    step = step.union_all(select(after).where(step.c.value.is_not(None)))
    return list(session.connection().scalars(select(step.c.value).where(step.c.value.is_not(None))))
