"""What the simulation's keeper of backups knows of the books when one is brought back."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import httpx
import pytest

from bookipi_app.models import Kind, Side
from tests.engine.simulation.chance import determined
from tests.engine.simulation.checker import Verdict
from tests.engine.simulation.journal import Journal
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.restorer import Restorer
from tests.engine.simulation.world import Nature, Simulated
from tests.engine.world import START, empty_database


def people() -> tuple[Simulated, Journal, Owner, Restorer]:
    """An owner and a keeper of backups in a world of their own."""
    world = Simulated.build(empty_database(), "us-no-tax")
    world.restart(1)
    journal = Journal(world.clock)
    owner, restorer = Owner(world, Random(1), journal), Restorer(world, journal, lambda _fault: None)
    return world, journal, owner, restorer


class BeforeSending(Nature):
    """Something is done while the first write is on its way to QuickBooks."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """See `Nature.carry`."""
        if request.method == "POST":
            self.act()
        return super().carry(world, request)


@pytest.mark.parametrize("since", ["number", "number, unsent", "notes"])
def test_only_another_number_that_had_travelled_is_what_an_invoice_is_called_since_a_backup(
    since: str,
) -> None:
    """Unsent it is lost with the rest, and QuickBooks has the number that the backup has."""
    world, journal, owner, restorer = people()
    owner.creates_invoice()
    restorer.backs_up()
    world.work()
    owner.edits_invoice(unit=since.removesuffix(", unsent"))
    if not since.endswith("unsent"):
        world.work()
    restorer.restores()
    became = set(journal.released.values())
    assert (len(became), journal.under_another_number) == (1, became if since == "number" else set())


@pytest.mark.parametrize(
    ("when", "unit", "names", "many"),
    [
        ("since", "name", ["Egret"], 0),
        ("since", "name", ["Egret", "Heron"], 1),
        ("since", "notes", ["Egret"], 1),
        ("before", "name", ["Egret"], 1),
        ("heard", "name", ["Egret"], 1),
    ],
)
def test_what_is_renamed_in_quickbooks_before_it_is_heard_of_after_a_backup_is_no_double(
    when: str, unit: str, names: list[str], many: int
) -> None:
    """Its name is all that tells whose it is: whatever else happened, it has to be known again."""
    world, journal, owner, restorer = people()
    with determined(1, world.clock):
        owner.creates_customer(name="Heron")
        restorer.backs_up()
        world.work()
        (made,) = (one.id for one in world.records_there("Customer") if one.created >= START)

        def told(moment: str) -> None:
            for name in names if when == moment else ():
                journal.edited(Side.QUICKBOOKS, Kind.CUSTOMER, made, **{unit: name})

        told("before")
        restorer.restores()
        assert [name for name, _ in journal.called.values()] == ["Heron"]
        assert (set(journal.called), journal.orphans) == ({(Kind.CUSTOMER, made)}, set())
        world.change("Customer", made, DisplayName="Egret")
        told("since")
        world.pass_time(seconds=60)
        world.sync()
        told("heard")
        came_back = [one for one in Verdict(world, journal).check() if "came back" in one.words]
    assert len(came_back) == many


@pytest.mark.parametrize(("names", "many"), [(["Egret"], 0), ([], 1)])
def test_what_is_renamed_and_put_away_in_quickbooks_before_it_is_heard_of_after_a_backup_is_no_double(
    names: list[str], many: int
) -> None:
    """Out of use and under another name it is a stranger; under its own it has to be known again."""
    world, journal, owner, restorer = people()
    with determined(1, world.clock):
        owner.creates_customer(name="Heron")
        restorer.backs_up()
        world.work()
        (made,) = (one.id for one in world.records_there("Customer") if one.created >= START)
        restorer.restores()
        world.change("Customer", made, DisplayName="Egret", Active=False)
        for name in names:
            journal.edited(Side.QUICKBOOKS, Kind.CUSTOMER, made, name=name)
        world.pass_time(seconds=60)
        world.sync()
        lost = [one for one in Verdict(world, journal).check() if "linked to nothing" in one.words]
    assert len(lost) == many


@pytest.mark.parametrize("kept", ["waiting", "on its way"])
def test_what_the_backup_sends_again_is_known_by_more_than_its_name(kept: str) -> None:
    """It is answered with what was made then, whatever that is called by now."""
    world, journal, owner, restorer = people()
    owner.creates_customer(name="Heron")
    if kept == "waiting":
        restorer.backs_up()
    else:
        world.nature = BeforeSending(restorer.backs_up)
    world.work()
    restorer.restores()
    assert [name for name, _ in journal.called.values()] == (["Heron"] if kept == "waiting" else [])
