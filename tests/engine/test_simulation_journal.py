"""What the simulation's people note is what was saved, also where the disk is full between two saves."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bookipi_app.models import Customer, HistoryEntry, Invoice, Kind, Side
from bookipi_app.services import customers
from tests.engine.simulation import conduct
from tests.engine.simulation.answerer import Answerer
from tests.engine.simulation.bookkeeper import Bookkeeper
from tests.engine.simulation.checker import Verdict
from tests.engine.simulation.journal import Journal
from tests.engine.simulation.owner import Owner
from tests.engine.simulation.restorer import Restorer
from tests.engine.simulation.world import Nature, Refused, Simulated
from tests.engine.world import START, empty_database


class FullDisk(Nature):
    """One save of a page does not reach the disk."""

    def __init__(self, which: int) -> None:
        self.left = which

    def saves(self, world: Simulated) -> None:
        """See `Nature.saves`."""
        self.left -= 1
        if self.left == 0:
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))


class Deaf(Nature):
    """Whatever is written arrives in QuickBooks, and no answer comes back."""

    def __init__(self, before: Callable[[], object]) -> None:
        self.before = before

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """See `Nature.carry`."""
        if request.method != "POST":
            return super().carry(world, request)
        self.before()
        super().carry(world, request)
        raise httpx.ReadTimeout("no answer")


class Drawn(Random):
    """Where a number is drawn it is always this one; of the ways to edit lines, always the quantity."""

    def __new__(cls, _number: int) -> Drawn:
        return super().__new__(cls)

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    def randint(self, a: int, b: int) -> int:
        return self.number

    def choice(self, seq: Any) -> Any:
        return "quantity" if "quantity" in seq else seq[0]


class BeforeInvoice(Nature):
    """Something is done while an invoice is on its way to QuickBooks."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act = act

    def carry(self, world: Simulated, request: httpx.Request) -> httpx.Response:
        """See `Nature.carry`."""
        if "/invoice?" in request.url.raw_path.decode():
            self.act()
        return super().carry(world, request)


@pytest.fixture(scope="module")
def built() -> Simulated:
    """A company that was just connected."""
    return Simulated.build(empty_database(), "us-no-tax")


@pytest.fixture
def simulated(built: Simulated) -> Simulated:
    """The same, set back for each test."""
    built.restart(1)
    return built


@pytest.fixture
def journal(simulated: Simulated) -> Journal:
    """Nothing has happened yet."""
    return Journal(simulated.clock)


@pytest.fixture
def owner(simulated: Simulated, journal: Journal) -> Owner:
    """The person at the pages."""
    return Owner(simulated, Random(1), journal)


def names_here(world: Simulated) -> dict[str, str]:
    with world.database.reading() as session:
        return {str(one.id): one.name for one in session.exec(select(Customer))}


def names_noted(journal: Journal, side: Side) -> dict[str, str]:
    return {one.key: one.value for one in journal.edits if (one.side, one.unit) == (side, "name")}


def customer_of_the_invoice(world: Simulated, side: Side) -> str:
    if side is Side.HERE:
        with world.database.reading() as session:
            return str(session.exec(select(Invoice.customer_id)).one())
    (made,) = (one for one in world.records_there("Invoice") if one.created >= START)
    return world.shown(made)["CustomerRef"]["value"]


def forgotten(world: Simulated, journal: Journal) -> list[str]:
    with world.database.reading() as session:
        entries = [(str(one.local_id), one.at) for one in session.exec(select(HistoryEntry))]
    return conduct.forgotten(journal, {Kind.CUSTOMER: names_here(world)}, entries)


def on_full_disk(world: Simulated, act: Callable[[], object], which: int = 1) -> None:
    world.nature, world.at_page = FullDisk(which), True
    with pytest.raises(OperationalError):
        act()
    world.nature, world.at_page = Nature(), False


@pytest.mark.parametrize("which", [1, 2, 3])
def test_names_whose_swap_stops_halfway_here_are_noted_as_they_were_saved(
    simulated: Simulated, journal: Journal, owner: Owner, which: int
) -> None:
    owner.creates_customer()
    owner.creates_customer()
    before = names_here(simulated)
    on_full_disk(simulated, owner.swaps_names, which)
    assert names_noted(journal, Side.HERE) == names_here(simulated)
    assert (names_here(simulated) == before) is (which == 1)


@pytest.mark.parametrize("side", Side)
def test_an_invoice_that_is_saved_with_the_customer_it_has_is_not_noted_as_moved(
    simulated: Simulated, journal: Journal, owner: Owner, side: Side
) -> None:
    """To note it would be to hold against the engine that it lets the other side's move stand."""
    books = Bookkeeper(simulated, Random(1), journal)
    one = owner if side is Side.HERE else books
    one.creates_customer()
    one.creates_customer()
    one.creates_invoice()
    shown = [customer_of_the_invoice(simulated, side)]
    for _ in range(6):
        one.moves_invoice()
        shown.append(customer_of_the_invoice(simulated, side))
    moved = sum(before != after for before, after in pairwise(shown))
    assert len([one for one in journal.edits if one.unit == "customer"]) == moved
    assert 0 < moved < 6


def numbers_noted(journal: Journal) -> list[str]:
    return [str(one.value) for one in journal.edits if one.unit == "dates" or one.unit.endswith(" quantity")]


@pytest.mark.parametrize("act", ["edits_lines", "edits_invoice"])
@pytest.mark.parametrize("side", Side)
def test_days_and_a_quantity_that_an_invoice_has_already_are_not_noted_as_edited(
    simulated: Simulated, journal: Journal, owner: Owner, side: Side, act: str
) -> None:
    """To note them would be to hold against the engine that it lets the other side's edit stand."""
    one = owner if side is Side.HERE else Bookkeeper(simulated, Random(1), journal)
    one.creates_invoice()
    journal.edits.clear()
    noted: list[int] = []
    for number in (7, 7, 8, 7):
        one.chance = Drawn(number)
        getattr(one, act)(**{"unit": "dates"} if act == "edits_invoice" else {})
        noted.append(len(numbers_noted(journal)))
    assert noted == [1, 1, 2, 3]


@pytest.mark.parametrize("act", ["edits_lines", "edits_invoice"])
def test_days_and_a_quantity_that_are_saved_and_not_stored_are_noted(
    journal: Journal, owner: Owner, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """What was typed is compared with what the page showed, and not with what became of it."""
    owner.creates_invoice()
    journal.edits.clear()
    monkeypatch.setattr(Simulated, "edit", lambda *_given, **_named: None)
    owner.chance = Drawn(7)
    for _ in range(2):
        getattr(owner, act)(**{"unit": "dates"} if act == "edits_invoice" else {})
    assert len(numbers_noted(journal)) == 2


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("names", [("Ada", "Bo"), ("Ada", "Ada")])
def test_a_swap_is_noted_where_it_changes_a_name_and_found_where_that_is_not_stored(
    simulated: Simulated,
    journal: Journal,
    owner: Owner,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, str],
    stored: bool,
) -> None:
    """Two possible doubles have one name: the second is saved as it was, which adds no line to its history."""
    for name in names:
        owner.creates_customer(name=name)
    simulated.now += timedelta(seconds=1)
    if not stored:
        monkeypatch.setattr(customers, "save", lambda *_given, **_named: None)
    owner.swaps_names()
    assert bool(forgotten(simulated, journal)) is not stored


@pytest.mark.parametrize("which", [1, 2, 3])
def test_names_whose_swap_stops_halfway_there_are_noted_as_they_were_saved(
    simulated: Simulated, journal: Journal, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    books = Bookkeeper(simulated, Random(1), journal)
    ids = {books.creates_customer(), books.creates_customer()}
    change, left = simulated.change, iter([*[True] * (which - 1), False])

    def changes(entity: str, remote_id: str, **fields: object) -> object:
        if not next(left):
            raise Refused
        return change(entity, remote_id, **fields)

    monkeypatch.setattr(simulated, "change", changes)
    with pytest.raises(Refused):
        books.swaps_names()
    there = {one.id: one.body["DisplayName"] for one in simulated.records_there("Customer") if one.id in ids}
    assert names_noted(journal, Side.QUICKBOOKS) == there


def test_an_answer_that_was_not_saved_is_not_noted(
    simulated: Simulated, journal: Journal, owner: Owner
) -> None:
    simulated.make("Vendor", DisplayName="Hill Country Supply")
    asked = owner.creates_customer(name="Hill Country Supply")
    simulated.sync()
    answerer = Answerer(simulated, Random(1), journal)
    on_full_disk(simulated, answerer.answers)
    assert (names_noted(journal, Side.HERE), journal.chosen) == (names_here(simulated), [])
    answerer.answers()
    assert names_noted(journal, Side.HERE) == names_here(simulated) == {str(asked.id): "Free 2"}
    assert [(one.kind, one.unit) for one in journal.chosen] == [(Kind.CUSTOMER, "name_taken")]


def test_a_backup_that_could_not_be_readied_has_not_been_brought_back(
    simulated: Simulated, journal: Journal, owner: Owner
) -> None:
    """As with `bookipi restore`, which readies it aside: what was typed since the backup is still here."""
    restorer = Restorer(simulated, journal, lambda _fault: None)
    restorer.backs_up()
    owner.creates_customer()
    on_full_disk(simulated, restorer.restores)
    assert (len(names_here(simulated)), journal.restored) == (1, [])
    restorer.restores()
    assert (len(names_here(simulated)), len(journal.restored)) == (0, 1)


@pytest.mark.parametrize("kept", ["waiting", "in the trash", "on its way, and in the trash"])
def test_only_what_lay_in_the_trash_unsent_when_a_backup_was_made_is_looked_for_by_nobody(
    simulated: Simulated, journal: Journal, owner: Owner, kept: str
) -> None:
    """One that waited to be sent, or was on its way, has to be found again."""
    restorer = Restorer(simulated, journal, lambda _fault: None)
    owner.creates_invoice()

    def keeps() -> None:
        owner.trashes()
        restorer.backs_up()

    if kept == "in the trash":
        keeps()
        owner.trashes()  # out of it again
    elif kept == "waiting":
        restorer.backs_up()
    else:
        simulated.nature = BeforeInvoice(keeps)
    simulated.work()
    made = {(Kind.INVOICE, one.id) for one in simulated.records_there("Invoice") if one.created >= START}
    restorer.restores()
    assert (len(made), journal.orphans) == (1, made if kept == "in the trash" else set())


@pytest.mark.parametrize("trashed", [True, False])
def test_what_arrives_beside_one_that_was_trashed_after_the_backup_was_back_is_no_double(
    simulated: Simulated, journal: Journal, owner: Owner, trashed: bool
) -> None:
    """Without the trash it is one: ours is still to be sent, and has to be found again."""
    restorer = Restorer(simulated, journal, lambda _fault: None)
    owner.creates_invoice()
    restorer.backs_up()
    simulated.work()
    restorer.restores()
    owner.trashes()
    simulated.pass_time(seconds=40)
    simulated.work()
    if not trashed:
        journal.ends.clear()
    came_back = [one for one in Verdict(simulated, journal).check() if "came back" in one.words]
    assert len(came_back) == (0 if trashed else 1)


@pytest.mark.parametrize("when", ["waiting", "on its way", "linked", "another field"])
def test_an_invoice_that_gets_another_number_after_a_backup_is_known_again(
    simulated: Simulated, journal: Journal, owner: Owner, when: str
) -> None:
    """Its number is what it is found by: it may have gone out under the one that it had in the backup."""
    restorer = Restorer(simulated, journal, lambda _fault: None)
    owner.creates_invoice()
    if when == "on its way":
        simulated.nature = BeforeInvoice(restorer.backs_up)
    else:
        restorer.backs_up()
    simulated.work()
    (made,) = (one.id for one in simulated.records_there("Invoice") if one.created >= START)
    restorer.restores()
    if when == "linked":
        simulated.sync()
    owner.edits_invoice(unit="notes" if when == "another field" else "number")
    simulated.nature = Nature()
    simulated.pass_time(seconds=60)
    simulated.sync()
    assert journal.orphans == set()
    assert [one.id for one in simulated.records_there("Invoice") if one.created >= START] == [made]


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize(
    ("since", "known"),
    [
        ({"Active": False}, True),
        ({"DisplayName": "Egret"}, False),
        ({"DisplayName": "Egret", "Active": False}, False),
    ],
)
def test_what_bears_another_name_since_a_backup_is_known_again_by_nobody_whether_or_not_its_answer_came(
    simulated: Simulated, journal: Journal, owner: Owner, since: dict[str, Any], known: bool, answered: bool
) -> None:
    """The word that QuickBooks adds to what is put away hides nothing. What went in the same batch keeps its name."""
    restorer = Restorer(simulated, journal, lambda _fault: None)
    for name in ("Heron", "Ibis", "Jay", "Kite"):
        owner.creates_customer(name=name)
    restorer.backs_up()
    simulated.nature = Nature() if answered else Deaf(lambda: None)
    simulated.work()
    made = {one.body["DisplayName"]: one.id for one in simulated.records_there("Customer")}
    simulated.change("Customer", made["Heron"], **since)
    restorer.restores()
    assert "Kite" in made
    assert journal.orphans == (set() if known else {(Kind.CUSTOMER, made["Heron"])})


def test_what_was_on_its_way_when_a_backup_was_made_is_known_again_by_whatever_name(
    simulated: Simulated, journal: Journal, owner: Owner
) -> None:
    """It is sent again as it was, and QuickBooks answers with what it made then."""
    restorer = Restorer(simulated, journal, lambda _fault: None)
    customer = owner.creates_customer(name="Heron")
    simulated.nature = Deaf(restorer.backs_up)
    simulated.work()
    (made,) = (one.id for one in simulated.records_there("Customer") if one.created >= START)
    simulated.change("Customer", made, DisplayName="Egret")
    restorer.restores()
    assert journal.orphans == set()
    simulated.nature = Nature()
    simulated.pass_time(seconds=60)
    simulated.sync()
    assert simulated.record(Kind.CUSTOMER, local_id=customer.id).remote_id == made
