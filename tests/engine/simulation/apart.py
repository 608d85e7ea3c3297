"""Kinds of fault that came later, drawn from a stream of their own.

What the other kinds do in a seed is as it was before these came, wherever none of them strikes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from unittest.mock import patch
from urllib.parse import parse_qs

import httpx

from bookipi_app.quickbooks import webhooks
from bookipi_app.quickbooks.client import QuickBooks
from bookipi_app.sandbox import faults
from bookipi_app.sandbox.core import Delivery
from bookipi_app.sync import comparison
from tests.engine.simulation import answers
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.world import Simulated

SHARE = 0.35  # of the wide storms, for each kind
RATES = {
    Fault.FIELD_REFUSED: 0.1,
    Fault.SECOND_REFRESH: 0.5,
    Fault.FORBIDDEN: 0.03,
    Fault.FORGED: 0.3,
    Fault.REPLAYED: 0.3,
    Fault.BURST: 0.08,
    Fault.PAGES_SHIFTED: 0.5,
    Fault.IDLE_LONG: 0.02,
}  # of the occasions, where a kind was drawn
IDLE = timedelta(days=101)  # longer than a refresh token lives unused
BURST = 5000  # events of one delivery
PAGE = 3  # rows of a page of a query, so that a small company has several
REFUSALS = (
    faults.wrong_length("Notes", 2000, 2001),
    faults.invalid_email("nobody", "BillEmail"),
    faults.invalid_choice("TaxCode", "MAYBE"),
    faults.bad_reference("CustomerRef"),
)


@dataclass
class Apart:
    """What was drawn of these kinds, and when each of them strikes.

    `happens` counts a strike; `meanwhile` lets somebody else act at this border.
    """

    chance: Random
    drawn: frozenset[Fault]
    happens: Callable[[Fault], None]
    meanwhile: Callable[[Simulated, Fault], None]
    old: list[Delivery] = field(default_factory=list[Delivery])

    @classmethod
    def draw(cls, chance: Random) -> frozenset[Fault]:
        """The kinds of one storm."""
        return frozenset(fault for fault in RATES if chance.random() < SHARE)

    def strikes(self, fault: Fault) -> bool:
        """Whether it strikes on this occasion; not yet counted."""
        return fault in self.drawn and self.chance.random() < RATES[fault]

    # -- at a request --------------------------------------------------------------------------------------------------

    def before(self, world: Simulated, request: httpx.Request) -> httpx.Response | None:
        """An answer instead of QuickBooks', or what somebody does just before it."""
        path = request.url.path
        if "/v3/" not in path:
            self._is_overtaken(world, request)
        elif _is_later_page(request):
            if self.strikes(Fault.PAGES_SHIFTED):
                self.meanwhile(world, Fault.PAGES_SHIFTED)
        elif self.strikes(Fault.FORBIDDEN):
            self.happens(Fault.FORBIDDEN)
            return answers.canned("forbidden")
        elif _is_first_write(world, request) and self.strikes(Fault.FIELD_REFUSED):
            self.happens(Fault.FIELD_REFUSED)
            return answers.refusal(self.chance.choice(REFUSALS))
        return None

    def _is_overtaken(self, world: Simulated, request: httpx.Request) -> None:
        """Whoever renews the grant is slow, and another worker renews it too."""
        renews = "refresh_token" in parse_qs(request.content.decode())
        if renews and self.strikes(Fault.SECOND_REFRESH):
            self.happens(Fault.SECOND_REFRESH)
            self.meanwhile(world, Fault.LEASE_EXPIRES)

    # -- at a delivery -------------------------------------------------------------------------------------------------

    def arrive(self, world: Simulated, due: list[Delivery]) -> None:
        """What else arrives with the webhooks that are due."""
        for delivery in due:
            for one in delivery.events:
                if (one.change.kind, one.change.id, one.change.token) in world.traffic.ours:
                    self.happens(Fault.ECHO)
        if due and self.strikes(Fault.FORGED):
            self._forge(due[0])
        if self.old and self.strikes(Fault.REPLAYED):
            self.happens(Fault.REPLAYED)
            old = self.chance.choice(self.old)
            assert webhooks.verify(old.headers["intuit-signature"], old.body, "verifier")
            world.take(webhooks.parse(old.body).events)
        if due and self.strikes(Fault.BURST):
            self._burst(world)
        if Fault.REPLAYED in self.drawn:
            self.old += due

    def _forge(self, due: Delivery) -> None:
        """A true body under a wrong signature, a changed one under a true signature: neither is taken."""
        self.happens(Fault.FORGED)
        signature = due.headers["intuit-signature"]
        for given, body in ((signature[::-1], due.body), (signature, due.body + b" "), ("", due.body)):
            assert not webhooks.verify(given, body, "verifier"), "a forged webhook is taken"

    def _burst(self, world: Simulated) -> None:
        """Thousands of events about what there is: an import by another app of the bookkeeper's."""
        known = [
            (kind.lower(), record.id)
            for kind in ("Customer", "Item", "Invoice")
            for record in world.records_there(kind)
        ]
        if not known:
            return
        self.happens(Fault.BURST)
        name = f"burst-{self.chance.getrandbits(64):x}"
        world.take(
            webhooks.Event(f"{name}-{at}", world.realm, *known[at % len(known)], "updated", world.there_now())
            for at in range(BURST)
        )

    # -- between two steps ---------------------------------------------------------------------------------------------

    def idles(self, world: Simulated) -> None:
        """Nothing runs for longer than a permission lives unused."""
        if self.strikes(Fault.IDLE_LONG):
            self.happens(Fault.IDLE_LONG)
            world.now += IDLE

    @contextmanager
    def small_pages(self) -> Iterator[None]:
        """Queries come in pages of a few rows, where they shall shift."""
        if Fault.PAGES_SHIFTED not in self.drawn:
            yield
            return
        with (
            patch.object(comparison, "MOST_ROWS", PAGE),
            patch.object(QuickBooks.page, "__defaults__", ("", 1, PAGE)),
            patch.object(QuickBooks.all, "__defaults__", ("", PAGE)),
        ):
            yield


def _is_later_page(request: httpx.Request) -> bool:
    query = request.url.params.get("query", "")
    return "STARTPOSITION" in query and "STARTPOSITION 1 " not in query


def _is_first_write(world: Simulated, request: httpx.Request) -> bool:
    """A single write whose request id QuickBooks has not answered: a repeat would get the first answer again."""
    request_id = request.url.params.get("requestid", "")
    known = world.sandbox.company(world.realm).replies
    return (
        request.method == "POST"
        and not request.url.path.endswith("/batch")
        and not any(request_id in key for key in known)
    )
