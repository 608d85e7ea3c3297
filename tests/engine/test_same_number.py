"""An invoice from QuickBooks with a number that another one here has: it arrives, and asks until that is settled."""

from __future__ import annotations

from uuid import UUID

import pytest

from bookipi_app.models import Flag, Invoice, Kind
from bookipi_app.services import activity, decisions
from bookipi_app.services.decisions import StaleQuestion
from tests.engine import bookkeeper, person
from tests.engine.person import after_undo
from tests.engine.test_main_job import lines
from tests.engine.test_matching import shared_customer, typed_there
from tests.engine.test_names_and_numbers import double
from tests.engine.world import WHO, World

SAID = "Its number INV-7 is also the number of another invoice here."


def twins(world: World) -> tuple[UUID, UUID, str]:
    """Ours, linked; then one of another customer arrives with its number: ours, the one that arrived, its id there."""
    customer, _ = shared_customer(world)
    ours = world.invoice(customer, *lines(("1", "250")), number="INV-7", issue_date="2026-11-22")
    world.sync()
    other = world.all("Customer")[0]
    made = typed_there(world, other["Id"], "INV-7")
    world.sync()
    arrived = world.record(Kind.INVOICE, remote_id=made["Id"]).local_id
    assert arrived is not None
    assert asks(world, arrived)
    return ours.id, arrived, made["Id"]


def asks(world: World, invoice_id: UUID) -> bool:
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    return record.flag == Flag.ATTENTION and record.reason.startswith(SAID)


def leave(world: World, invoice_id: UUID) -> None:
    asked = person.question(world, Kind.INVOICE, invoice_id)
    with world.database.transaction() as session:
        decisions.leave_number(session, world.company_id, asked.record_id, now=world.now, who=WHO)


def test_it_arrives_and_needs_attention_beside_the_one_that_has_the_number(world: World) -> None:
    ours, arrived, _ = twins(world)
    person.settle(world)
    asked = person.question(world, Kind.INVOICE, arrived)
    assert asks(world, arrived)
    assert (asked.question, asked.other.title, asked.suggestion) == ("number_here", "INV-7", "INV-1001")
    assert [one.label for one in asked.options] == ["Leave it as it is"]
    assert person.flag(world, Kind.INVOICE, ours) == Flag.SYNCED
    with world.database.reading() as session:
        listed = activity.needs_you(session, world.company_id, world.now)
    assert [one.title for one in listed] == ["INV-7"]


def test_it_keeps_asking_after_an_edit_and_is_left_for_good(world: World) -> None:
    _, arrived, _ = twins(world)
    world.edit(arrived, notes="still asking")
    person.retry_all(world)
    person.settle(world)
    assert asks(world, arrived)
    with world.still():
        leave(world, arrived)
        person.settle(world)
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED
    world.edit(arrived, notes="asks no more")
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED
    record_id = str(world.record(Kind.INVOICE, local_id=arrived).id)
    with world.database.transaction() as session, pytest.raises(StaleQuestion):
        decisions.leave_number(session, world.company_id, record_id, now=world.now, who=WHO)


def test_the_suggested_number_settles_it_on_both_sides(world: World) -> None:
    _, arrived, there = twins(world)
    asked = person.question(world, Kind.INVOICE, arrived)
    with world.database.transaction() as session:
        decisions.renumber(
            session, world.company_id, asked.record_id, asked.suggestion, now=world.now, who=WHO
        )
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED
    assert world.get("Invoice", there)["DocNumber"] == asked.suggestion


def renumber(world: World, ours: UUID) -> None:
    world.edit(ours, number="INV-8")


def renumber_there(world: World, ours: UUID) -> None:
    remote_id = world.record(Kind.INVOICE, local_id=ours).remote_id or ""
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, DocNumber="INV-8", CustomerRef=customer)


def trash(world: World, ours: UUID) -> None:
    person.trash(world, ours)
    world.pass_time(seconds=31)


def delete_there(world: World, ours: UUID) -> None:
    bookkeeper.delete(world, world.record(Kind.INVOICE, local_id=ours).remote_id or "")


def void(world: World, ours: UUID) -> None:
    person.void(world, ours)


@pytest.mark.parametrize("settle", [renumber, renumber_there, trash, delete_there, void])
def test_it_stops_asking_once_the_other_one_gives_the_number_up(world: World, settle: object) -> None:
    ours, arrived, _ = twins(world)
    settle(world, ours)  # type: ignore[operator]
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED


def test_a_number_that_is_given_there_later_says_so_too(world: World) -> None:
    """It arrived under another one: that it is changed to one that is taken here is no news that can be refused."""
    ours, arrived, there = twins(world)
    renumber(world, ours)
    person.settle(world)
    customer = world.get("Invoice", there)["CustomerRef"]
    world.change("Invoice", there, DocNumber="INV-8", CustomerRef=customer)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=arrived)
    assert (record.flag, record.reason[:35]) == (Flag.ATTENTION, "Its number INV-8 is also the number")
    assert any("INV-8 is also the number" in one.words for one in person.story(world, arrived))


def test_what_has_ended_here_gives_its_number_up(world: World) -> None:
    customer, _ = shared_customer(world)
    ended = [world.invoice(customer, *lines(("1", "5")), number=number) for number in ("INV-6", "INV-5")]
    world.sync()
    trash(world, ended[0].id)
    void(world, ended[1].id)
    person.settle(world)
    other = world.all("Customer")[0]
    numbered = (("INV-6", "2026-11-22"), ("INV-5", "2026-11-12"))
    made = [typed_there(world, other["Id"], number, day=day) for number, day in numbered]
    person.settle(world)
    assert [world.record(Kind.INVOICE, remote_id=one["Id"]).flag for one in made] == [Flag.SYNCED] * 2


@pytest.mark.parametrize("settle", [trash, delete_there, void])
def test_a_possible_double_stops_asking_once_the_other_one_has_ended(world: World, settle: object) -> None:
    """*It is the same* would have put the second one away as well."""
    ours, arrived, remote = double(world)
    settle(world, ours)  # type: ignore[operator]
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED
    assert bookkeeper.exists(world, remote)


def test_while_the_other_one_can_still_be_undone_it_is_not_said_to_be_the_same(world: World) -> None:
    ours, arrived, _ = double(world)
    asked = person.question(world, Kind.INVOICE, arrived)
    person.trash(world, ours)
    world.run()
    with world.database.transaction() as session, pytest.raises(StaleQuestion):
        decisions.answer_double(session, world.company_id, asked.record_id, True, now=world.now, who=WHO)
    person.restore(world, ours)
    after_undo(world)
    assert person.question(world, Kind.INVOICE, arrived).question == "double"
    assert world.here(Invoice, arrived).trashed_at is None


def test_a_possible_double_that_is_voided_there_asks_nothing_any_more(world: World) -> None:
    _, arrived, remote = double(world)
    bookkeeper.void(world, remote)
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED
