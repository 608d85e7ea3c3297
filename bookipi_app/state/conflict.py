"""The page of one conflict: what was chosen so far belongs to the page, and travels only with *Update both sides*."""

from __future__ import annotations

import reflex as rx

from bookipi_app.errors import NotFound
from bookipi_app.services import decisions
from bookipi_app.services.conflict_page import NOTHING, ConflictPage, conflict_page
from bookipi_app.services.decisions import StaleQuestion
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Follows, Who, system_clock

SIDES = ("ours", "theirs")


class ConflictState(Follows, AppState):
    """The page /conflicts/[conflict_kind]/[conflict_id]."""

    view: ConflictPage = NOTHING
    chosen: dict[str, str] = {}
    fresh: int = 0  # a new number makes the browser's radios start again from what is chosen here
    missing: bool = False
    moved: bool = False  # either side was edited again while the page was open: choose anew

    async def _reload(self, who: Who) -> None:
        """What was chosen stays while the question is the same; for other versions it is asked anew."""
        try:
            found = await self._read(conflict_page, who.company_id, *self._address(), now=system_clock())
        except NotFound:
            self.missing, self.view, self.chosen = True, NOTHING, {}
            return
        same = (found.record_id, found.pair) == (self.view.record_id, self.view.pair)
        if not same:
            self.moved = found.record_id == self.view.record_id and bool(self.chosen)
            self.chosen = {}
            self.fresh += 1
        self.missing, self.view = False, found

    def _address(self) -> tuple[str, str]:
        return str(self.conflict_kind), str(self.conflict_id)  # pyright: ignore[reportAttributeAccessIssue]

    @rx.var
    def left(self) -> int:
        """How many choices are still open."""
        return len(self.view.choices) - len(self.chosen)

    @rx.var
    def total(self) -> str:
        """The total on both sides after this; empty while what decides it is open, or where nothing changes it."""
        for choice in self.view.choices:
            card = {"ours": choice.ours, "theirs": choice.theirs}.get(self.chosen.get(choice.unit, ""))
            if card is not None and card.total:
                return card.total
        return ""

    @rx.event
    @answers
    async def choose(self, unit: str, side: str):
        """One value of one unit."""
        await self._me()
        units = {choice.unit for choice in self.view.choices}
        if as_text(unit) in units and as_text(side) in SIDES:
            self.chosen = {**self.chosen, unit: side}

    @rx.event
    @answers
    async def choose_all(self, side: str):
        """One side for everything."""
        await self._me()
        if as_text(side) in SIDES:
            self.chosen = {choice.unit: side for choice in self.view.choices}
            self.fresh += 1

    @rx.event
    @answers
    async def update_both(self):
        """All is chosen: let both sides be brought to it."""
        who = await self._me()
        if self.left or not self.view.choices:
            return None
        try:
            await self._write(
                decisions.choose,
                who.company_id,
                self.view.record_id,
                self.chosen,
                self.view.pair,
                now=system_clock(),
                who=who.user_name,
            )
        except StaleQuestion as stale:
            await self._reload(who)
            return AppState.say("warn", stale.words)
        return [
            AppState.say("ok", "Both sides are being brought to what you chose."),
            rx.redirect(self.view.href),
        ]
