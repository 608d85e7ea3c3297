"""What the three lists share: what is searched, filtered and sorted, and which page of it is shown.

Only the page shown is in the state; the rows are the services' own frozen, display-ready ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.services.auth import Who
from bookipi_app.services.lists import ListQuery, Page
from bookipi_app.state.answers import answers, as_text

PAGE_ROWS = 25
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Listing:
    """One answer: a page of rows, how many the filter finds, and the counts of the tabs."""

    page: Page[Any]
    total: int
    counts: dict[str, str]


Pager = Callable[[Session, UUID, ListQuery], Page[Any]]
Counter = Callable[[Session, UUID, ListQuery], int]


class ListPage(rx.State, mixin=True):
    """Mix into a page's state, with `Follows` and `AppState`; declare `rows`, `TABS`, `SORTS` and `_service`."""

    TABS: ClassVar[Mapping[str, Mapping[str, str]]] = {"": {}}  # the tab's key → the filters it stands for
    SORTS: ClassVar[Mapping[str, bool]] = {}  # the sort's key → whether it begins with the largest
    search: str = ""
    tab: str = ""
    flag: str = ""
    sort: str = ""
    descending: bool = False
    counts: dict[str, str] = {}
    total: int = 0
    position: str = ""
    has_next: bool = False
    has_previous: bool = False
    _after: str | None = None
    _before: str | None = None
    _next: str | None = None
    _previous: str | None = None
    _first: int = 0

    def _service(self) -> tuple[Pager, Counter]:
        raise NotImplementedError

    async def _listing(self, who: Who, query: ListQuery) -> Listing:
        pager, counter = self._service()
        return await self._read(_list, pager, counter, who.company_id, query, self.TABS)  # pyright: ignore[reportAttributeAccessIssue]

    async def _reload(self, who: Who) -> None:
        """Load the page again as it stands; what is typed in the search box stays."""
        if not self.sort:
            self.sort, self.descending = next(iter(self.SORTS.items()))
        listing = await self._listing(who, self._query())
        if not listing.page.rows and (self._after or self._before):
            self._to_first_page()  # what was on this page is gone
            listing = await self._listing(who, self._query())
        self._show(listing)

    def _query(self) -> ListQuery:
        filters = {**self.TABS.get(self.tab, {}), **({"flag": self.flag} if self.flag else {})}
        return ListQuery(
            search=self.search,
            sort=self.sort,
            descending=self.descending,
            filters=filters,
            size=PAGE_ROWS,
            after=self._after,
            before=self._before,
        )

    def _show(self, listing: Listing) -> None:
        page = listing.page
        self.rows = list(page.rows)  # pyright: ignore[reportAttributeAccessIssue]
        self.total, self.counts = listing.total, listing.counts
        self._next, self._previous = page.next, page.previous
        self.has_next, self.has_previous = page.next is not None, page.previous is not None
        if not self.has_previous:
            self._first = 0
        last = self._first + len(page.rows)
        self.position = f"{self._first + 1:,}–{last:,} of {self.total:,}" if page.rows else ""

    def _to_first_page(self) -> None:
        self._after = self._before = None
        self._first = 0

    async def _look_again(self) -> None:
        self._to_first_page()
        await self._reload(await self._me())  # pyright: ignore[reportAttributeAccessIssue]

    @rx.var
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.search or self.tab or self.flag)

    @rx.event
    @answers
    async def search_for(self, text: str):
        """The search box was typed in."""
        self.search = as_text(text)[:LONGEST_SEARCH]
        await self._look_again()

    @rx.event
    @answers
    async def choose_tab(self, key: str):
        """A tab was chosen; an unknown one is the first."""
        self.tab = key if as_text(key) in self.TABS else ""
        await self._look_again()

    @rx.event
    @answers
    async def choose_flag(self, flag: str):
        """A QuickBooks flag was chosen, or any (empty)."""
        self.flag = as_text(flag)[:24]
        await self._look_again()

    @rx.event
    @answers
    async def sort_by(self, key: str):
        """A column's head was pressed: sort by it, or turn its order around."""
        if as_text(key) not in self.SORTS:
            return
        self.descending = not self.descending if key == self.sort else self.SORTS[key]
        self.sort = key
        await self._look_again()

    @rx.event
    @answers
    async def clear_filters(self):
        """Show everything again."""
        self.search = self.tab = self.flag = ""
        await self._look_again()

    @rx.event
    @answers
    async def next_page(self):
        """The page after the one shown."""
        if self._next is None:
            return
        self._after, self._before = self._next, None
        self._first += PAGE_ROWS
        await self._reload(await self._me())  # pyright: ignore[reportAttributeAccessIssue]

    @rx.event
    @answers
    async def previous_page(self):
        """The page before the one shown."""
        if self._previous is None:
            return
        self._after, self._before = None, self._previous
        self._first = max(0, self._first - PAGE_ROWS)
        await self._reload(await self._me())  # pyright: ignore[reportAttributeAccessIssue]


def _list(
    session: Session,
    pager: Pager,
    counter: Counter,
    company_id: UUID,
    query: ListQuery,
    tabs: Mapping[str, Mapping[str, str]],
) -> Listing:
    page = pager(session, company_id, query)
    counts = {
        key: counter(session, company_id, ListQuery(filters=dict(filters))) for key, filters in tabs.items()
    }
    total = counter(session, company_id, query)
    return Listing(page, total, {key: f"{number:,}" for key, number in counts.items()})
