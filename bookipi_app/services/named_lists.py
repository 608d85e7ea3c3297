"""Which customers and items their lists show: by cell and order as the invoices are, and by the search index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import Session, col, select

from bookipi_app.models import Connection, Customer, Item, Kind
from bookipi_app.services.cells import cells_of, flag_shown, shelf_of, table_of
from bookipi_app.services.lists import Column, ListQuery, Part, SortKey, contains, few, judged, searched
from bookipi_app.services.text_search import containing, indexed

ACTIVE, ARCHIVED = "active", "archived"
KINDS: dict[type[Customer] | type[Item], Kind] = {Customer: Kind.CUSTOMER, Item: Kind.ITEM}


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for. `ids` are looked up and sorted, if the search or another filter leaves few."""

    model: type[Customer] | type[Item]
    company_id: UUID
    cells: tuple[str, ...]
    also: tuple[ColumnElement[bool], ...]  # what has to be true of a row beside its cell
    ids: Any = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a row has to fulfil, for counting."""
        found: list[ColumnElement[bool]] = [
            *(col(self.model.company_id) == self.company_id, self._cell.in_(self.cells), *self.also)
        ]
        return found if self.ids is None else [col(self.model.id).in_(self.ids), *map(judged, found)]

    def part(self, order: str, key: SortKey) -> Part:
        """What a page in an order is read from."""
        found = select(self.model.id)
        if self.ids is not None:
            return Part(order, found.where(*self.conditions()), key)
        mine = (col(self.model.company_id) == self.company_id, self._cell == bindparam("cell"))
        lanes = [{"cell": cell} for cell in self.cells]
        return Part(order, found.where(*mine, *map(judged, self.also)), key, lanes)

    @property
    def _cell(self) -> Any:
        return table_of(KINDS[self.model].value).c.cell


def wanted_of(
    session: Session,
    model: type[Customer] | type[Item],
    company_id: UUID,
    query: ListQuery,
    connection: Connection | None,
    columns: Sequence[Column],
) -> Wanted:
    """What a query asks for; `columns` are those that are searched, folded."""
    flag, shelf = (
        query.filters.get("flag", ""),
        ARCHIVED if query.filters.get("archived") == "yes" else ACTIVE,
    )

    def shows(cell: str) -> bool:
        return shelf_of(cell) == shelf and (not flag or flag_shown(cell, flag, connection))

    cells = tuple(cells_of(session, table_of(KINDS[model].value), company_id, shows))
    folded = searched(query.search)
    also = (contains(folded, columns),) if folded else ()
    return Wanted(model, company_id, cells, also, found_ids(session, KINDS[model], folded))


def found_ids(session: Session, kind: Kind, folded: str) -> Any:
    """What a search finds by its index, if it is little; None: the names are read in their order, one by one."""
    if not indexed(folded):
        return None
    ids = containing(session, kind, folded)
    return ids if few(session, ids) else None
