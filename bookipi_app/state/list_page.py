"""What the three lists share. The address is the truth: what is searched, filtered, sorted and which page is shown.

So a link, a reload and the back button all bring the same list. Tabs, heads and the pager are links; what a person
types or chooses only leads to another address. The rows come first, and what the whole filter comes to follows.
Only the page shown is in the state; its rows are the services' own frozen, display-ready ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from bookipi_app.models import Kind
from bookipi_app.services import bulk, list_address
from bookipi_app.services.auth import Who
from bookipi_app.services.list_address import Asked, ListSpec, address, first_page
from bookipi_app.services.lists import ListQuery, Page
from bookipi_app.state.answers import answers, answers_in_steps, as_text
from bookipi_app.state.app import put, system_clock

STEP = 5  # records of an act between two words of how far it is
Pager = Callable[[Session, UUID, ListQuery], Page[Any]]


@dataclass(frozen=True)
class Hrefs:
    """Where the links of a list lead: its tabs, its heads, the filters taken away, the pages beside it, its file."""

    tabs: dict[str, str] = field(default_factory=dict[str, str])
    sorts: dict[str, str] = field(default_factory=dict[str, str])
    without: dict[str, str] = field(default_factory=dict[str, str])
    next: str = ""
    previous: str = ""
    clear: str = ""
    file: str = ""


@dataclass(frozen=True)
class Sums:
    """What the whole filter comes to, in words. `owed` and `total` are empty where a list adds up nothing."""

    count: int = 0
    total: str = ""
    owed: str = ""
    counts: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Acting:
    """How far an act on the selected records is; `of` is 0 while there is none."""

    done: int = 0
    of: int = 0


class ListPage(rx.State, mixin=True):
    """Mix into a page's state, with `Follows` and `AppState`; declare `SPEC`, `KIND`, `rows`, `_pager`, `_sums`."""

    SPEC: ClassVar[ListSpec]
    KIND: ClassVar[Kind]
    search: str = ""
    tab: str = ""
    chosen: dict[str, str] = {}
    sort: str = ""
    descending: bool = False
    narrows: bool = False
    only_tab: bool = False  # nothing but the tab narrows
    hrefs: Hrefs = Hrefs()
    sums: Sums = Sums()
    counted: bool = False
    empty: bool = False
    first: int = 1
    last: int = 0
    selected: list[str] = []
    head_selection: int = 0
    selection: int = 0  # counts what happened to the selection from here: the boxes begin anew with it
    selected_words: str = ""
    acting: Acting = Acting()
    results: list[bulk.Outcome] = []
    results_words: str = ""
    _asked: Asked = Asked()
    _visit: tuple[str, str] = ("", "")  # the address and the connection of the last opening
    _summed: tuple[Any, ...] = ()

    def _pager(self) -> Pager:
        raise NotImplementedError

    def _summer(self) -> Callable[[Session, UUID, ListQuery], Sums]:
        raise NotImplementedError

    @rx.event
    @answers
    async def arrive(self):
        """The page opens at an address: its rows are shown, and nothing else is waited for."""
        who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        asked = list_address.read(self.SPEC, dict(self.router.url.query_parameters))
        if self._was_left():
            self._close_form()
        self._turn_to(asked)
        await self._name_filters(who)
        self._show(await self._page(who, self._query()))
        self.loaded = True

    def _was_left(self) -> bool:
        """Whether this is another visit, and no reload and no connection that came back."""
        before, self._visit = self._visit, (self.router.url.path, self.router.session.session_id)
        at_new = self._visit[0].endswith("/new")
        return not at_new and (before[0] != self._visit[0] or before == self._visit)

    def _close_form(self) -> None:
        """A form that was left open by going elsewhere; some lists have one."""

    async def _name_filters(self, who: Who) -> None:
        """A filter by id is shown by its name; most lists have none."""

    async def _page(self, who: Who, query: ListQuery) -> Page[Any]:
        """The rows; a page behind the last one, whose rows are gone, is the first one."""
        page = await self._read(self._pager(), who.company_id, query)  # pyright: ignore[reportAttributeAccessIssue]
        if page.rows or not (query.after or query.before):
            return page
        return await self._read(self._pager(), who.company_id, replace(query, after=None, before=None))  # pyright: ignore[reportAttributeAccessIssue]

    async def _look(self, who: Who, query: ListQuery) -> tuple[Page[Any], Sums]:
        page = await self._page(who, query)
        sums = await self._read(self._summer(), who.company_id, query)  # pyright: ignore[reportAttributeAccessIssue]
        return page, sums

    async def _follow(self, who: Who) -> None:
        """Rows and sums as they are now, read while nobody waits, and shown if the page still asks for them.

        Another order or page of the same filter comes to the same, as long as nothing was heard of the company.
        """
        async with self:  # pyright: ignore[reportGeneralTypeIssues]
            query = self._query()
            summed = (query.search, query.filters, self._moment(who))  # pyright: ignore[reportAttributeAccessIssue]
            if self.counted and summed == self._summed:
                return
        page, sums = await self._look(who, query)
        async with self:  # pyright: ignore[reportGeneralTypeIssues]
            if self._query() == query:
                self._show(page)
                self._show_sums(sums)
                self._summed = summed

    async def _reload(self, who: Who) -> None:
        page, sums = await self._look(who, self._query())
        self._show(page)
        self._show_sums(sums)

    def _query(self) -> ListQuery:
        return list_address.query_of(self.SPEC, self._asked)

    def _turn_to(self, asked: Asked) -> None:
        """Another address: what was selected or told belongs to the one before."""
        if (asked.tab, asked.search, asked.filters) != (
            self._asked.tab,
            self._asked.search,
            self._asked.filters,
        ):
            self.counted = False
        if asked != self._asked:
            self.results = []
            self._select([])
        self._take(asked)

    def _take(self, asked: Asked) -> None:
        self._asked = asked
        put(self, search=asked.search, tab=asked.tab, chosen=dict(asked.filters))  # pyright: ignore[reportArgumentType]
        put(self, sort=asked.sort, descending=asked.descending, narrows=asked.narrows)  # pyright: ignore[reportArgumentType]
        put(self, only_tab=bool(asked.tab) and not replace(asked, tab="").narrows)  # pyright: ignore[reportArgumentType]

    def _show(self, page: Page[Any]) -> None:
        rows = list(page.rows)
        if rows != self.rows:  # pyright: ignore[reportAttributeAccessIssue]
            self.rows = rows
        self.first = self._asked.first if page.previous else 1
        self.last = self.first - 1 + len(rows)
        self.hrefs = _hrefs(self.SPEC, self._asked, page, self.first)
        shown = {row.id for row in rows}
        self._select([one for one in self.selected if one in shown])

    def _show_sums(self, sums: Sums) -> None:
        self.sums, self.counted = sums, True
        put_away = any(count not in ("", "0") for count in sums.counts.values())
        self.empty = not sums.count and not self.narrows and not put_away

    def _select(self, ids: list[str], by: str = "") -> None:
        """A box that was ticked by hand (`row`, `all`) shows it by itself; the others are drawn anew."""
        if ids != self.selected:
            had_all, self.selected = self.all_selected, ids
            self.selection += 0 if by == "row" else 1
            self.head_selection += 1 if self.all_selected != had_all and by != "all" else 0
        chosen = [row for row in self.rows if row.id in set(ids)]  # pyright: ignore[reportAttributeAccessIssue]
        self.selected_words = self._sum_words(chosen)

    def _sum_words(self, _rows: list[Any]) -> str:
        """What the selected rows come to, where rows have amounts."""
        return ""

    async def _go(self, asked: Asked, *, replace_it: bool = False) -> Any:
        """To another address of this list. The links are its own at once: whoever is quick loses nothing chosen."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        self._turn_to(asked)
        self.hrefs = _hrefs(self.SPEC, asked, Page(()), 1)
        return rx.redirect(address(self.SPEC, asked), replace=replace_it)

    @rx.event
    @answers
    async def search_for(self, text: str):
        """The search box was typed in. One search is one step of the back button, however it was typed."""
        typed, again = as_text(text)[: list_address.LONGEST_SEARCH], bool(self._asked.search)
        return await self._go(replace(first_page(self._asked), search=typed), replace_it=again)

    @rx.event
    @answers
    async def choose(self, name: str, text: str):
        """A filter was chosen, or taken away (empty)."""
        if as_text(name) not in self.SPEC.filters:
            return None
        return await self._go(list_address.with_filter(self._asked, name, as_text(text)))

    @rx.event
    @answers
    async def sort_as(self, key: str):
        """An order was chosen: a column's name, with `-` before it from the largest down."""
        name = as_text(key).removeprefix("-")
        if name not in self.SPEC.sorts:
            return None
        asked = replace(first_page(self._asked), sort=name, descending=key.startswith("-"))
        return await self._go(asked)

    @rx.event
    @answers
    async def tick(self, record_id: str, ticked: bool):
        """A row's box was ticked, or its tick taken away."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        record_id = as_text(record_id)
        others = [one for one in self.selected if one != record_id]
        if ticked is not True:
            self._select(others, "row")
        elif any(row.id == record_id for row in self.rows):  # pyright: ignore[reportAttributeAccessIssue]
            self._select([*others, record_id], "row")

    @rx.event
    @answers
    async def toggle_all(self):
        """All rows of the page, or none if all were selected."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        everything = [row.id for row in self.rows]  # pyright: ignore[reportAttributeAccessIssue]
        self._select([] if len(self.selected) == len(everything) else everything, "all")

    @rx.event
    @answers
    async def select_none(self):
        """The bar's cross."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        self._select([])

    @rx.event
    @answers_in_steps
    async def act(self, name: str):
        """Do something with every selected record, saying how far it is, and tell for each what became of it.

        A second click waits for the first one's end, and finds nothing selected any more.
        """
        who, done = await self._me(), []  # pyright: ignore[reportAttributeAccessIssue]
        self.results, act = [], bulk.act_of(self.KIND, as_text(name))
        chosen = self.selected[: bulk.MOST]
        try:
            for record_id in chosen:
                if len(done) % STEP == 0:
                    self.acting = Acting(len(done), len(chosen))
                    yield
                told = {"now": system_clock(), "who": who.user_name}
                done.append(await self._one(act, who, record_id, told))
        finally:
            self.acting = Acting()
        self._select([])
        await self._reload(who)
        yield self._tell(act, done)

    async def _one(self, act: bulk.Act, who: Who, record_id: str, told: dict[str, Any]) -> bulk.Outcome:
        """Each in a transaction of its own: what is refused for one is no reason for the others."""
        try:
            return await self._write(bulk.do, who.company_id, act, record_id, **told)  # pyright: ignore[reportAttributeAccessIssue]
        except bulk.Refused as refused:
            return refused.outcome

    def _tell(self, act: bulk.Act, done: list[bulk.Outcome]) -> Any:
        """A message, with *Undo* where there is one; or the whole list, if something was refused."""
        words = bulk.words_of(act, done)
        undo = [one.id for one in done if one.fine] if act.undo else []
        if any(not one.fine for one in done):
            self.results, self.results_words = done, words
        elif undo:
            return self._say_undo(words, self.KIND.value, ",".join(undo))  # pyright: ignore[reportAttributeAccessIssue]
        elif done:
            self._say("ok", words)  # pyright: ignore[reportAttributeAccessIssue]
        return None

    @rx.event
    @answers
    async def close_results(self):
        """The list of results was read."""
        await self._me()  # pyright: ignore[reportAttributeAccessIssue]
        self.results = []

    @rx.var
    def position(self) -> str:
        """`1–25 of 128`; how many there are follows after the rows."""
        if self.last < self.first:
            return ""
        shown = f"{self.first:,}–{self.last:,}"
        return f"{shown} of {self.sums.count:,}" if self.counted else shown

    @rx.var
    def all_selected(self) -> bool:
        """Whether every row of the page is ticked."""
        return bool(self.selected) and len(self.selected) == self.last - self.first + 1


def _hrefs(spec: ListSpec, asked: Asked, page: Page[Any], first: int) -> Hrefs:
    beginning = first_page(asked)
    behind, back = first + len(page.rows), max(1, first - list_address.PAGE_ROWS)
    return Hrefs(
        tabs={tab: address(spec, _on_tab(beginning, tab)) for tab in spec.tabs},
        sorts={name: address(spec, list_address.with_sort(spec, asked, name)) for name in spec.sorts},
        without={name: address(spec, list_address.with_filter(asked, name, "")) for name in spec.filters},
        next=address(spec, replace(beginning, after=page.next, first=behind)) if page.next else "",
        previous=address(spec, replace(beginning, before=page.previous, first=back)) if page.previous else "",
        clear=address(spec, replace(Asked(), sort=asked.sort, descending=asked.descending)),
        file=address(spec, beginning, path=f"/files{spec.path}.csv"),
    )


def _on_tab(asked: Asked, tab: str) -> Asked:
    """A tab is a status: the filter for one would contradict it."""
    return replace(asked, tab=tab, filters={**asked.filters, "status": ""})
