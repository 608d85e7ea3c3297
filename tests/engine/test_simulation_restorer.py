"""What the simulation's keeper of backups knows of the books when one is brought back."""

from __future__ import annotations

from random import Random

import pytest

from tests.engine.simulation.journal import Journal
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.restorer import Restorer
from tests.engine.simulation.world import Simulated
from tests.engine.world import empty_database


@pytest.mark.parametrize("since", ["number", "number, unsent", "notes"])
def test_only_another_number_that_had_travelled_is_what_an_invoice_is_called_since_a_backup(
    since: str,
) -> None:
    """Unsent it is lost with the rest, and QuickBooks has the number that the backup has."""
    world = Simulated.build(empty_database(), "us-no-tax")
    world.restart(1)
    journal = Journal(world.clock)
    owner, restorer = Owner(world, Random(1), journal), Restorer(world, journal, lambda _fault: None)
    owner.creates_invoice()
    restorer.backs_up()
    world.work()
    owner.edits_invoice(unit=since.removesuffix(", unsent"))
    if not since.endswith("unsent"):
        world.work()
    restorer.restores()
    became = set(journal.released.values())
    assert (len(became), journal.under_another_number) == (1, became if since == "number" else set())
