"""Settings → Integration, and the page after connecting."""

from __future__ import annotations

from typing import Any

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import InvalidInput, NotAllowed, NotFound
from bookipi_app.models import Kind, TaxSending
from bookipi_app.services import choices, connections, money_choices, older, preflight
from bookipi_app.services.choices import Choices
from bookipi_app.services.connections import CardFact, ConnectResult
from bookipi_app.services.money_choices import MoneyChoices
from bookipi_app.services.older import Older
from bookipi_app.services.preflight import SettingFact
from bookipi_app.services.words import counted
from bookipi_app.state.answers import answers, as_text
from bookipi_app.state.app import AppState, Follows, Who, system_clock

SAVED = "Saved. It counts for what travels from now on."
CONNECT = "/oauth/quickbooks/start"
WAYS_OUT = {"Open profile": "/settings/profile", "Open company": "/settings/company"}


class IntegrationState(Follows, AppState):
    """What is shared, QuickBooks' settings in words, the choices made at connecting, and why connecting failed."""

    problem_title: str = ""
    problem_words: str = ""
    problem_button: str = ""
    problem_href: str = ""
    facts: list[SettingFact] = []
    facts_read: str = ""
    since: str = ""
    income_account: str = ""
    default_item: str = ""
    offers: Choices = Choices()
    money: MoneyChoices = MoneyChoices()
    older: list[Older] = []

    async def _reload(self, who: Who) -> None:
        view, found = await self._read(_connection, who)
        self.offers, self.money, older_ones = await self._read(_offered, who)
        self.older = list(older_ones)
        self.facts, self.facts_read = list(found.facts), found.read
        self.since = view.connected_since if view.connected else ""
        self.income_account, self.default_item = view.income_account, view.default_item

    @rx.event
    async def open(self):
        """The page opens, perhaps with the code of what went wrong at connecting."""
        await self._me()
        problem = connections.problem_of(self.router.url.query_parameters.get("problem", ""))
        self.problem_title = problem.title if problem else ""
        self.problem_words = problem.words if problem else ""
        self.problem_button = problem.button if problem else ""
        self.problem_href = WAYS_OUT.get(self.problem_button, CONNECT)

    @rx.event
    @answers
    async def choose_account(self, account: str):
        """Another income account for new items."""
        await self._choose(account=as_text(account))

    @rx.event
    @answers
    async def choose_item(self, item: str):
        """Another item for lines without one."""
        await self._choose(item=as_text(item))

    @rx.event
    @answers
    async def check_again(self):
        """Read QuickBooks' settings now; the page follows by itself."""
        who = await self._me()
        await self._write(preflight.check_again, who.company_id, now=system_clock())
        self._say("ok", "Asking QuickBooks for its settings.")

    @rx.event
    @answers
    async def tax_as_billed(self, on: bool):
        """The switch of sales tax: as billed here, or as QuickBooks works it out."""
        sending = TaxSending.AS_BILLED if on is True else TaxSending.AS_COMPUTED
        await self._decide(money_choices.choose_tax, sending.value)

    @rx.event
    @answers
    async def choose_shipping(self, goes_to: str):
        """Where shipping goes while QuickBooks has no box for it."""
        await self._decide(money_choices.choose_shipping, as_text(goes_to))

    @rx.event
    @answers
    async def choose_discount(self, meaning: str):
        """What the renamed *Discount* field means."""
        await self._decide(money_choices.choose_discount, as_text(meaning))

    @rx.event
    @answers
    async def bring_over(self, kind: str):
        """Let the older records of a kind travel."""
        who = await self._me()
        if as_text(kind) not in set(Kind):
            raise NotFound
        number = await self._write(older.bring_over, who.company_id, Kind(kind), now=system_clock())
        await self._reload(who)
        return AppState.say("ok", f"{counted(number, older.NOUNS[Kind(kind)])} on the way to QuickBooks.")

    async def _choose(self, **chosen: str) -> None:
        await self._decide(choices.choose, **chosen)

    async def _decide(self, choose: Any, *given: str, **chosen: str) -> None:
        """Save one choice, and say so."""
        who = await self._me()
        try:
            await self._write(choose, who.company_id, *given, now=system_clock(), **chosen)
            self._say("ok", SAVED)
        except InvalidInput as wrong:
            self._say("bad", next(iter(wrong.fields.values())))
        await self._reload(who)


class ConnectedState(AppState):
    """The page after connecting: what happened, and what will."""

    company: str = ""
    sentences: list[str] = []
    choices: list[CardFact] = []
    older_open: int = 0
    loaded: bool = False

    @rx.event
    async def open(self):
        """The page opens; without a connection it leads to where one is made."""
        who = await self._me()
        view, _ = await self._read(_connection, who)
        if view.state == connections.CardState.REVIEW:
            return rx.redirect("/quickbooks")
        try:
            result: ConnectResult = await self._read(connections.result, who.company_id)
        except NotAllowed:
            return rx.redirect("/settings/integration")
        self.company, self.older_open = result.quickbooks_name, result.older_open
        self.sentences, self.choices = list(result.sentences), list(result.choices)
        self.loaded = True
        return None


def _offered(session: Session, who: Who) -> tuple[Choices, MoneyChoices, tuple[Older, ...]]:
    company_id = who.company_id
    money = money_choices.money_choices(session, company_id)
    return choices.choices(session, company_id), money, older.older(session, company_id)


def _connection(session: Session, who: Who) -> tuple[connections.CardView, preflight.Preflight]:
    view = connections.card(session, who.company_id, system_clock())
    return view, preflight.preflight(session, who.company_id)
