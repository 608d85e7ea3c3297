"""A creation whose answer was lost, merged away in QuickBooks before it was looked for: it is not made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.models import Attempt, Flag, Invoice, Item, Kind, Outcome
from bookipi_app.services import customers
from bookipi_app.services.invoice_form import LineForm
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new, link
from tests.engine.test_old_attempts import customers_named, lose_answers
from tests.engine.world import WHO, World


@dataclass
class Lost:
    """A customer that was made, and merged while its answer was lost: here, there, and its survivor's id there."""

    id: UUID
    there: str
    survivor: str


def lost(world: World) -> Lost:
    survivor = world.customer(name="Lakeline Homeowners Assn")
    world.sync()
    winner = world.record(Kind.CUSTOMER, local_id=survivor.id).remote_id or ""
    sent = world.customer(name="Lakeline HOA", phone="1")
    world.invoice(sent, *lines(("1", "100")), number="INV-7")
    lose_answers(world, "customer", arrives=True)
    return Lost(sent.id, max(world.all("Customer"), key=lambda row: int(row["Id"]))["Id"], winner)


def read_first(world: World) -> None:
    """The next try is an hour away, and the feed tells of the new customer before it."""
    with world.database.transaction() as session:
        attempt = session.exec(select(Attempt).where(Attempt.outcome == Outcome.OPEN)).one()
        attempt.next_try_at = world.now + timedelta(hours=1)
    world.sync()


def merge(world: World, one: Lost, *, told: bool) -> None:
    world.sandbox.switches.change({"webhook_loss": 0.0 if told else 1.0})
    bookkeeper.merge(world, winner=one.survivor, loser=one.there)
    world.pass_time(minutes=1)


def is_the_survivors(world: World, one: Lost) -> None:
    """It was made once, it is an alias of its survivor, and its invoice went out to that one."""
    person.settle(world)
    assert customers_named(world, "Lakeline HOA") == 0
    survivor = world.record(Kind.CUSTOMER, remote_id=one.survivor)
    record = world.record(Kind.CUSTOMER, local_id=one.id)
    assert (record.remote_id, record.alias_of, record.flag) == (one.there, survivor.id, Flag.NOT_SYNCED)
    assert record.reason == "Merged into Lakeline Homeowners Assn in QuickBooks"
    invoice = world.only(Invoice, number="INV-7")
    assert invoice.customer_id == survivor.local_id
    there = world.get("Invoice", world.record(Kind.INVOICE, local_id=invoice.id).remote_id or "")
    assert there["CustomerRef"]["value"] == one.survivor


def test_one_that_nobody_ever_read_is_asked_about_and_not_made_again(world: World) -> None:
    """It was made once more, and stood beside the customer that it had been merged into."""
    one = lost(world)
    merge(world, one, told=True)
    world.sync()
    assert customers_named(world, "Lakeline HOA") == 0
    asked = person.question(world, Kind.CUSTOMER, one.id)
    assert (asked.question, [candidate.id for candidate in asked.candidates]) == ("match", [one.survivor])
    assert "merged" in asked.words
    link(world, Kind.CUSTOMER, one.id, one.survivor)
    is_the_survivors(world, one)


@pytest.mark.long
def test_said_to_be_another_one_it_is_made(world: World) -> None:
    one = lost(world)
    merge(world, one, told=True)
    world.sync()
    is_new(world, Kind.CUSTOMER, one.id)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=one.id)
    assert (record.flag, record.generation, customers_named(world, "Lakeline HOA")) == (Flag.SYNCED, 1, 1)


def test_one_that_was_read_before_it_was_merged_is_followed_unasked(world: World) -> None:
    one = lost(world)
    read_first(world)
    merge(world, one, told=True)
    world.pass_time(hours=1)
    is_the_survivors(world, one)
    words = [entry.words for entry in person.story(world, one.id)]
    assert any("the answer was lost" in one for one in words)


def test_one_of_which_it_is_not_told_into_what_it_was_merged_is_not_made_again(world: World) -> None:
    one = lost(world)
    merge(world, one, told=False)
    world.pass_time(minutes=5)
    with world.still():
        world.sync()
    asked = person.question(world, Kind.CUSTOMER, one.id)
    assert (asked.question, asked.candidates) == ("match", ())
    assert "archive it here" in asked.words
    with world.database.transaction() as session:
        customers.archive(session, world.company_id, one.id, now=world.now, who=WHO)
    world.pass_time(hours=1)
    person.settle(world)
    assert customers_named(world, "Lakeline HOA") == 0
    assert person.flag(world, Kind.CUSTOMER, one.id) is Flag.NOT_SYNCED


def test_word_of_the_merge_that_comes_a_little_later_is_waited_for(world: World) -> None:
    one = lost(world)
    world.sandbox.switches.change({"webhook_loss": 0.0})
    bookkeeper.merge(world, winner=one.survivor, loser=one.there)
    world.run()
    assert person.flag(world, Kind.CUSTOMER, one.id) is Flag.SYNCING
    world.pass_time(minutes=1)
    world.sync()
    assert [each.id for each in person.question(world, Kind.CUSTOMER, one.id).candidates] == [one.survivor]


def test_what_was_known_and_is_another_one_is_no_candidate(world: World) -> None:
    """Two customers that were here all along are merged while the answer of a third, never made, is waited for."""
    older = [world.customer(name=name) for name in ("Blue", "Green")]
    world.sync()
    sent = world.customer(name="Ana Ruiz")
    lose_answers(world, "customer", arrives=False)
    ids = [world.record(Kind.CUSTOMER, local_id=each.id).remote_id or "" for each in older]
    world.sandbox.switches.change({"webhook_loss": 0.0})
    bookkeeper.merge(world, winner=ids[0], loser=ids[1])
    world.pass_time(minutes=1)
    person.settle(world)
    assert person.flag(world, Kind.CUSTOMER, sent.id) is Flag.SYNCED
    assert customers_named(world, "Ana Ruiz") == 1


@pytest.mark.long
def test_one_whose_answer_comes_after_all_is_followed_too(world: World) -> None:
    """Within the day the repetition is answered as the first time, although it is gone by then."""
    one = lost(world)
    world.now -= timedelta(hours=24, minutes=30)
    world.sandbox.switches.change({"requestid_ttl_seconds": 86400})
    merge(world, one, told=True)
    is_the_survivors(world, one)


@pytest.mark.parametrize("read", [True, False])
def test_an_item_is_followed_as_well_and_its_lines_name_the_survivor(world: World, read: bool) -> None:
    survivor = world.item(name="Kerb work", price="100")
    world.sync()
    winner = world.record(Kind.ITEM, local_id=survivor.id).remote_id or ""
    sent = world.item(name="Kerb painting", price="90")
    line = LineForm(item_id=str(sent.id), description="Front", quantity="1", price="90")
    invoice = world.invoice(world.customer(), line)
    lose_answers(world, "item", arrives=True)
    made = next(row["Id"] for row in world.all("Item") if row["Name"] == "Kerb painting")
    if read:
        read_first(world)
    world.sandbox.switches.change({"webhook_loss": 0.0})
    bookkeeper.control(world, "/merge", winner=winner, loser=made, kind="Item")
    world.pass_time(minutes=1)
    world.pass_time(hours=read)
    world.sync()
    if not read:
        link(world, Kind.ITEM, sent.id, winner)
    person.settle(world)
    assert [row["Name"] for row in world.all("Item") if row["Name"].startswith("Kerb")] == ["Kerb work"]
    assert not world.here(Item, sent.id).active
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert record.flag is Flag.SYNCED
    assert [one.item_id for one in world.form_of(invoice.id).lines] == [str(survivor.id)]
    sold = world.get("Invoice", record.remote_id or "")["Line"][0]["SalesItemLineDetail"]
    assert sold["ItemRef"]["value"] == winner
