"""The QuickBooks page: how the connection does, what needs a person, what is on its way, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

import reflex as rx
from sqlmodel import Session

from bookipi_app.services import activity, activity_log, books_agree, connections
from bookipi_app.services.activity import RecordNote
from bookipi_app.services.activity_log import LogRow
from bookipi_app.services.books_agree import BooksAgree
from bookipi_app.services.connections import CardState as States
from bookipi_app.services.lists import ListQuery, Page
from bookipi_app.services.needs import Need, needs
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Follows, Who, system_clock
from bookipi_app.state.card_look import DOTS

DASH = "–"
WELL = (States.CONNECTED, States.SYNCING, States.NEEDS_YOU)
LOG_ROWS = 25
FILE = "/files/quickbooks-log.csv"


@dataclass(frozen=True)
class Health:
    """The connection in figures, as words."""

    connected: bool = False
    review: bool = False
    works: bool = False  # something can be asked of QuickBooks now
    well: bool = False  # nothing keeps the connection itself from working
    tone: str = ""
    line: str = ""
    arrives_in: str = DASH
    heard: str = ""
    leaves_in: str = DASH
    equal: str = DASH
    pending: str = "0"
    pending_note: str = ""


@dataclass(frozen=True)
class _Seen:
    health: Health
    needs: tuple[Need, ...]
    pending: list[RecordNote]
    agree: BooksAgree


class QuickBooksState(Follows, AppState):
    """The page."""

    FILTERS: ClassVar = ("side", "kind", "result")
    health: Health = Health()
    needs: list[Need] = []
    may_retry: bool = False
    pending: list[RecordNote] = []
    agree: BooksAgree = BooksAgree()
    log: list[LogRow] = []
    position: str = ""
    search: str = ""
    side: str = ""
    kind: str = ""
    result: str = ""
    has_next: bool = False
    has_previous: bool = False
    _after: str | None = None
    _before: str | None = None
    _next: str | None = None
    _previous: str | None = None
    _first: int = 0

    async def _reload(self, who: Who) -> None:
        seen, page, total = await self._read(_look, who, self._query())
        self.health, self.needs, self.pending = seen.health, list(seen.needs), seen.pending
        self.agree = seen.agree
        self.may_retry = any(need.asks.question == "retry" for need in seen.needs)
        self.log, self._next, self._previous = list(page.rows), page.next, page.previous
        self.has_next, self.has_previous = page.next is not None, page.previous is not None
        if not self.has_previous:
            self._first = 0
        last = self._first + len(page.rows)
        self.position = f"{self._first + 1:,}–{last:,} of {total:,}" if page.rows else ""

    def _query(self) -> ListQuery:
        return ListQuery(
            search=self.search,
            filters={"side": self.side, "kind": self.kind, "result": self.result},
            size=LOG_ROWS,
            after=self._after,
            before=self._before,
        )

    @rx.var
    def filtered(self) -> bool:
        """Whether anything narrows the log."""
        return bool(self.search or self.side or self.kind or self.result)

    @rx.var
    def file(self) -> str:
        """The address of the log as a file, with the filters that are set."""
        asked = {"search": self.search, "side": self.side, "kind": self.kind, "result": self.result}
        query = urlencode({name: text for name, text in asked.items() if text})
        return f"{FILE}?{query}" if query else FILE

    @rx.event
    @answers
    async def check_books(self):
        """*Check that the books agree*: every linked record is compared; the page follows."""
        who = await self._me()
        await self._write(books_agree.ask, who.company_id, system_clock())
        await self._reload(who)

    @rx.event
    @answers
    async def search_for(self, text: str):
        """The search box was typed in."""
        self.search = as_text(text)[:200]
        await self._first_page()

    @rx.event
    @answers
    async def choose_side(self, side: str):
        """Here, QuickBooks, or both (empty)."""
        self.side = as_text(side)[:24]
        await self._first_page()

    @rx.event
    @answers
    async def choose_kind(self, kind: str):
        """A kind of record, or all."""
        self.kind = as_text(kind)[:24]
        await self._first_page()

    @rx.event
    @answers
    async def choose_result(self, result: str):
        """What the record's flag says now, or anything."""
        self.result = as_text(result)[:24]
        await self._first_page()

    @rx.event
    @answers
    async def clear_filters(self):
        """Show everything again."""
        self.search = self.side = self.kind = self.result = ""
        await self._first_page()

    @rx.event
    @answers
    async def next_page(self):
        """Older lines."""
        who = await self._me()
        if self._next is not None:
            self._after, self._before, self._first = self._next, None, self._first + LOG_ROWS
            await self._reload(who)

    @rx.event
    @answers
    async def previous_page(self):
        """Newer lines."""
        who = await self._me()
        if self._previous is not None:
            self._after, self._before = None, self._previous
            self._first = max(0, self._first - LOG_ROWS)
            await self._reload(who)

    async def _first_page(self) -> None:
        self._after = self._before = None
        self._first = 0
        await self._reload(await self._me())


def _look(session: Session, who: Who, query: ListQuery) -> tuple[_Seen, Page[LogRow], int]:
    now = system_clock()
    view = connections.card(session, who.company_id, now)
    agree = books_agree.last(session, who.company_id, now)
    pending = activity.on_its_way(session, who.company_id, now)
    seen = _Seen(_health(view, pending), needs(session, who.company_id, now), pending, agree)
    page = activity_log.page(session, who.company_id, query, now=now)
    return seen, page, activity_log.count(session, who.company_id, query)


def _health(view: connections.CardView, pending: list[RecordNote]) -> Health:
    well, line = view.state in WELL, view.line
    if view.connected:
        line = f"{line} · {view.quickbooks_name}"
    if well:
        line = f"Connected to {view.quickbooks_name} since {view.connected_since}"
    return Health(
        connected=view.connected,
        review=view.state == States.REVIEW,
        works=well or view.state in (States.ENDING, States.PAUSED),
        well=well,
        tone="ok" if well else DOTS.get(view.tone, ""),
        line=line,
        arrives_in=view.lag or DASH,
        leaves_in=view.lag_out or DASH,
        heard=f"Last heard {view.heard}" if view.heard else "Nothing heard yet",
        equal=f"{view.equal:,} of {view.total:,}" if view.total else DASH,
        pending=f"{view.pending:,}",
        pending_note=f"Oldest since {pending[0].since}" if pending else "Nothing waits",
    )
