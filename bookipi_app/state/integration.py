"""Settings → Integration, and the page after connecting."""

from __future__ import annotations

import reflex as rx
from sqlmodel import Session

from bookipi_app.errors import NotAllowed
from bookipi_app.services import connections, preflight
from bookipi_app.services.connections import CardFact, ConnectResult
from bookipi_app.services.preflight import SettingFact
from bookipi_app.state.app import AppState, Follows, Who, system_clock

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

    async def _reload(self, who: Who) -> None:
        view, found = await self._read(_connection, who)
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


def _connection(session: Session, who: Who) -> tuple[connections.CardView, preflight.Preflight]:
    view = connections.card(session, who.company_id, system_clock())
    return view, preflight.preflight(session, who.company_id)
