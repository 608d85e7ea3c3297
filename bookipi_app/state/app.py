"""The base of every page's state: who is asking, and how an open page follows what changes.

Any public method of a state is callable by any browser with any arguments. So every handler begins with
`who = await self._me()`, and passes `who.company_id` to services, which check whose record it is. What is not an
event handler begins with an underscore.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import reflex as rx
from reflex.istate.data import ReflexURL

from bookipi_app import trace
from bookipi_app.clock import system_clock
from bookipi_app.db import reading, transaction
from bookipi_app.errors import NotAllowed
from bookipi_app.ids import new_id
from bookipi_app.live import hub
from bookipi_app.services import auth
from bookipi_app.services.auth import Who
from bookipi_app.services.companies import CompanyChoice, companies_of
from bookipi_app.services.sign_forms import local_path
from bookipi_app.state.identity import SignedOut, initials, who_asks

SAFETY_SECONDS = 60.0  # a page looks again even if it heard nothing
UNDO_SECONDS = 30.0  # as long as the engine waits before QuickBooks hears of trash and archive
BURST_SECONDS = 0.05  # what changes together is loaded once
SAID_FOR = timedelta(seconds=5)  # a page that opens later does not say it again
TONES = ("ok", "warn", "bad")
LONGEST_MESSAGE = 500
SWITCHED = (
    "This browser was switched to {name} meanwhile. Nothing was changed: load the page again to go on there."
)
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the frame shows it."""

    name: str = ""
    initials: str = ""
    email: str = ""
    company_id: str = ""
    company: str = ""
    company_initials: str = ""
    company_note: str = ""


@dataclass(frozen=True)
class Said:
    """A message at the foot of the page. `tone` is `ok`, `warn` or `bad`; `number` tells it from the one before."""

    words: str = ""
    tone: str = "ok"
    number: int = 0
    undo_kind: str = ""  # what *Undo* brings back; the message then stays as long as that means something
    undo_id: str = ""


class AppState(rx.State):
    """Inherited by the state of every page behind the log-in. Kept tiny: it is loaded with each of them."""

    person: Person = Person()
    companies: list[CompanyChoice] = []
    said: Said = Said()
    _opening_id: UUID = UUID(
        int=0
    )  # another one each time a page opens: what is asked twice from it is made once
    _said_at: datetime = datetime.min.replace(tzinfo=UTC)
    _said_in: str = ""  # the page's connection: another one means that the page was loaded anew
    _company_shown: str = ""  # the company that the open page shows

    @rx.event
    async def say(self, tone: str, words: str):
        """Show a message for some seconds; touches nothing but the caller's own page.

        A state of ours and not `rx.toast`: Reflex has the browser evaluate that as a script, which the pages'
        Content-Security-Policy forbids.
        """
        self._say(tone, words)

    def _say(self, tone: str, words: str) -> None:
        known = tone if tone in TONES else "ok"
        self._said_at = system_clock()
        self.said = Said(str(words)[:LONGEST_MESSAGE], known, self.said.number + 1)
        self._said_in = self.router.session.session_id

    async def _ready(self, handler: str) -> None:
        """Before a handler: a page whose state a restarted server does not know opens first, where that matters."""

    async def _me(self) -> Who:
        """Who asks. Every handler calls this first.

        Raises:
            SignedOut: nobody; the page then leads to the log-in.
            NotAllowed: this browser was switched to another company after the page was opened.
        """
        who = await asyncio.to_thread(who_asks, self.router.headers.cookie)
        if self._company_shown and self._company_shown != str(who.company_id):
            raise NotAllowed(SWITCHED.format(name=who.company_name))
        return who

    def _say_undo(self, words: str, kind: str, record_id: str) -> Any:
        """Show a message with *Undo*; the event it returns takes it away when QuickBooks hears of it."""
        self._say("ok", words)
        self.said = replace(self.said, undo_kind=kind, undo_id=record_id)
        return AppState.forget_undo(self.said.number)

    @rx.event(background=True)
    async def forget_undo(self, number: int):
        """After half a minute the message goes, if it is still that one. Touches nothing but the caller's own page."""
        await asyncio.sleep(UNDO_SECONDS)
        async with self:
            if self.said.number == number:
                self._unsay()

    def _unsay(self) -> None:
        """Take the message away: what it offered is done, or means nothing any more."""
        put(self, said=replace(self.said, words="", undo_kind="", undo_id=""))

    def _forget_old(self) -> None:
        """A message is shown once: not on a later page again, nor after a full load, unless it offers *Undo*."""
        same_page = self._said_in == self.router.session.session_id
        if not self.said.undo_id and (system_clock() - self._said_at > SAID_FOR or not same_page):
            self._unsay()

    def _show_person(self, who: Who) -> None:
        put(self, person=_person(who))

    async def _read(self, work: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
        """Call `work(session, ...)` in a thread, in a reading transaction."""
        return await asyncio.to_thread(_in_reading, work, *args, **kwargs)

    async def _write(self, work: Callable[..., Answer], owner: UUID, *args: Any, **kwargs: Any) -> Answer:
        """Call `work(session, owner, ...)` in a thread, in a transaction that is committed at its end."""
        return await asyncio.to_thread(_in_transaction, work, owner, *args, **kwargs)

    @rx.event
    async def enter(self):
        """A page behind the log-in opens: show whose it is, or lead to the log-in."""
        self._opening_id, self._company_shown = new_id(), ""
        try:
            who = await asyncio.to_thread(who_asks, self.router.headers.cookie)
        except SignedOut:
            return rx.redirect(log_in_page(self.router.url))
        self._company_shown = str(who.company_id)
        self._forget_old()
        self._show_person(who)
        put(self, companies=await self._read(companies_of, who.user_id))
        if who.touch_due:
            await self._write(auth.touch, who.user_id, who.session_id, system_clock())
        return None


class Follows(rx.State, mixin=True):
    """A page that follows by itself. It says in `_reload` how it loads what it shows.

    Put `watch` on the page's `on_load`: it loads once, then again after each change of the company. It ends with the
    navigation away. `_reload` must leave alone what a person is typing.
    """

    loaded: bool = False

    async def _reload(self, who: Who) -> None:
        raise NotImplementedError

    def _moment(self, who: Who) -> tuple[Any, ...]:
        """The same as long as nothing was heard of the company, and for a minute at most: what costs is read once."""
        return who.company_id, hub.heard(who.company_id), time.monotonic() // SAFETY_SECONDS

    async def _follow(self, who: Who) -> None:
        """Load once, in the background. A page that reads much does so outside `async with self`: nobody waits."""
        async with self:  # pyright: ignore[reportGeneralTypeIssues]
            await self._reload(who)
            self.loaded = True

    @rx.event(background=True)
    async def watch(self):
        """Load, then follow the company's changes until the page is left."""
        async with self:
            try:
                who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]
            except NotAllowed:
                return
        with hub.subscribe(who.company_id) as changes:
            while True:
                await self._follow(who)
                await something_changed(changes, SAFETY_SECONDS)
                async with self:
                    who = await self._me()  # pyright: ignore[reportAttributeAccessIssue]


def put(state: rx.State, **values: Any) -> None:
    """Set the vars that differ. One that is set is sent, even if it is set to what it was."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)


async def something_changed(changes: asyncio.Event, at_most: float) -> None:
    """Wait for a change, or for the safety refresh; what comes in one burst counts once."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most):
            await changes.wait()
    await asyncio.sleep(BURST_SECONDS)
    changes.clear()


def _in_reading(work: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
    with reading() as session:
        return work(session, *args, **kwargs)


def _in_transaction(work: Callable[..., Answer], owner: UUID, *args: Any, **kwargs: Any) -> Answer:
    """A save of a page begins an id of its own, which goes with it to QuickBooks and back."""
    with trace.following(""), transaction(owner) as session:
        return work(session, owner, *args, **kwargs)


def log_in_page(url: ReflexURL) -> str:
    """The log-in page, which leads back to where one wanted to go, with what a list was narrowed to."""
    if url.path in ("", "/", "/dashboard"):
        return "/sign-in"
    wanted = local_path(f"{url.path}?{url.query}", url.path) if url.query else url.path
    return f"/sign-in?{urlencode({'next': wanted})}"


def _person(who: Who) -> Person:
    note = "Default company" if who.is_default_company else "Not the default company"
    return Person(
        name=who.user_name,
        initials=initials(who.user_name),
        email=who.email,
        company_id=str(who.company_id),
        company=who.company_name,
        company_initials=initials(who.company_name),
        company_note=note,
    )


__all__ = ["AppState", "Follows", "Person", "Who", "system_clock"]
