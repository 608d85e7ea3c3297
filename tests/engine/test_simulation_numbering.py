"""What the simulation's QuickBooks does with the numbers of invoices."""

from __future__ import annotations

from collections import Counter
from random import Random

import httpx
import pytest

from bookipi_app.models import Invoice
from tests.engine.simulation import numbering
from tests.engine.simulation.answerer import Answerer
from tests.engine.simulation.checker import Verdict
from tests.engine.simulation.closer import Closer
from tests.engine.simulation.journal import Journal
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.numbering import Giving, Refusing
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.world import Nature, Simulated
from tests.engine.world import empty_database


class LosesAnswers(Nature):
    """The first answer to a new invoice is lost."""

    lost = 0

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """See `Nature.carry`."""
        answer = super().carry(world, request)
        if request.url.path.endswith("/invoice") and not self.lost:
            self.lost += 1
            raise httpx.ReadTimeout("no answer")
        return answer


@pytest.fixture
def world() -> Simulated:
    made = Simulated.build(empty_database(), "us-no-tax")
    made.restart(1)
    return made


def works(world: Simulated, rounds: int = 5) -> None:
    for _ in range(rounds):
        world.work()
        world.pass_time(seconds=61)


def numbers(owner: Owner) -> list[str]:
    return [one.value for one in owner.journal.edits if one.unit == "number"]


@pytest.mark.parametrize("nature", [Nature(), LosesAnswers()])
def test_a_number_that_quickbooks_gives_is_given_once_known_to_the_journal_and_adopted(
    world: Simulated, monkeypatch: pytest.MonkeyPatch, nature: Nature
) -> None:
    monkeypatch.setattr(numbering, "GIVEN", 1.0)
    owner, struck = Owner(world, Random(1), Journal(world.clock)), Counter[Fault]()
    world.numbering = Giving(owner, Random(1), lambda fault: struck.update((fault,)))
    owner.creates_invoice()
    world.nature = nature
    works(world)
    assert struck == Counter({Fault.NUMBER_GIVEN: 1})
    assert world.only(Invoice).number == numbers(owner)[-1]
    assert Verdict(world, owner.journal).check() == []


def test_a_number_that_is_used_there_is_refused_and_a_person_gives_another(world: Simulated) -> None:
    owner, struck = Owner(world, Random(1), Journal(world.clock)), Counter[Fault]()
    books, answerer = Closer(world, Random(1), owner.journal), Answerer(world, Random(1), owner.journal)
    world.numbering = refusing = Refusing(owner, books, Random(1), lambda fault: struck.update((fault,)))
    owner.creates_invoice()
    works(world)
    refusing.takes_a_number()
    taken = numbers(owner)[-1]
    works(world)
    assert struck[Fault.NUMBER_TAKEN] >= 1
    answerer.answers()
    works(world)
    assert numbers(owner)[-1] != taken
    assert Verdict(world, owner.journal).check() == []
