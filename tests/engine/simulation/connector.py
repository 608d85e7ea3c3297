"""The person at the settings: disconnects, connects again, looks at the review, asks for older records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from bookipi_app.models import Company, ConnectionStatus, Kind, Side
from bookipi_app.quickbooks.oauth import TokenPair
from bookipi_app.services import connections, review
from bookipi_app.services.auth import Who
from bookipi_app.services.connections import Grant, Refusal
from tests.engine import bulk
from tests.engine.simulation.journal import Journal, Nothing
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.world import Simulated
from tests.engine.world import WHO

LONG_AWAY = timedelta(days=40)  # longer than the change feed reaches back


@dataclass
class Connector:
    """One person in Settings, Integration."""

    world: Simulated
    chance: Random
    journal: Journal
    made: int = 0
    struck: Callable[[Fault], None] = lambda _fault: None

    def disconnects(self) -> None:
        """Ask for the end of the connection, whatever is on its way."""
        if self.world.connection().status is ConnectionStatus.FROZEN:
            raise Nothing
        with self.world.database.transaction() as session:
            connections.request_disconnect(session, self.world.company_id, self.world.now)
        self.journal.tell("here disconnects")

    def acts_on_status(self) -> None:
        """What a connection that is not at work asks of a person: to connect again, to look at the review."""
        match self.world.connection().status:
            case ConnectionStatus.FROZEN if self.chance.random() < 0.25:
                self.world.now += LONG_AWAY
                self.struck(Fault.LONG_AWAY)
                self.connects_again()
            case ConnectionStatus.FROZEN | ConnectionStatus.RECONNECT:
                self.connects_again()
            case ConnectionStatus.REVIEW:
                self.goes_on()
            case _:
                raise Nothing

    def connects_again(self) -> None:
        """A new consent for the same company of QuickBooks."""
        world, row = self.world, self.world.connection()
        given: Any = world.sandbox.grant(world.realm, world.now)
        access, refresh = world.now + timedelta(hours=1), world.now + timedelta(days=100)
        pair = TokenPair(given["access_token"], given["refresh_token"], access, refresh)
        sealed = world.vault.seal(pair, world.company_id, world.realm)
        grant = Grant(world.realm, row.quickbooks_name, sealed, access, refresh, "", "", "", "",
                      row.preferences or {}, None, company_info=row.company_info)  # fmt: skip
        self._finish(world.company_id, grant)
        self.journal.tell("here connects again")

    def connects_other_realm(self) -> None:
        """Another company of QuickBooks, while one is connected: refused, or the books of two would mix."""
        if self.world.connection().status is ConnectionStatus.FROZEN:
            raise Nothing
        self.struck(Fault.OTHER_REALM)
        self._is_refused(self.world.company_id, self.world.other_realm)

    def connects_as_other_tenant(self) -> None:
        """Another account wants the QuickBooks company that is connected here: refused."""
        if self.world.connection().status is ConnectionStatus.FROZEN:
            raise Nothing
        self.struck(Fault.OTHER_TENANT)
        self._is_refused(self.world.other_company_id, self.world.realm)

    def _is_refused(self, company_id: UUID, realm: str) -> None:
        later = self.world.now + timedelta(hours=1)
        grant = Grant(realm, "Another", "sealed", later, later, "", "", "", "", {}, None)
        try:
            self._finish(company_id, grant)
        except Refusal as refusal:
            self.journal.tell(f"here is refused: {refusal}")
        else:
            self.journal.mixed.append(f"{company_id} was connected to {realm}")

    def _finish(self, company_id: UUID, grant: Grant) -> None:
        with self.world.database.transaction() as session:
            company = session.get_one(Company, company_id)
            who = Who(company.user_id, company.id, "", WHO, "", "US", company.name, True, False)
            connections.finish(session, who, grant, self.world.now)

    def goes_on(self) -> None:
        """What the review shows may be carried out."""
        with self.world.database.transaction() as session:
            review.resume(session, self.world.company_id, now=self.world.now)
        self.journal.tell("here goes on after the review")

    def asks_for_older(self) -> None:
        """So many customers from before the connection that they travel in a batch."""
        self.made += 1
        name = f"Older {self.made}"
        count = self.chance.randint(4, 7)
        for number, local_id in enumerate(bulk.ask_for(self.world, count, name)):
            self.journal.edited(Side.HERE, Kind.CUSTOMER, local_id, name=f"{name} {number:04}")
