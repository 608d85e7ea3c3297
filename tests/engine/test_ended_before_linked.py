"""What a record here is found to be has ended in QuickBooks before the two were linked: it is not made again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from bookipi_app.models import Attempt, Connection, Customer, Flag, Invoice, Kind, Outcome, Stage
from bookipi_app.sync import remote
from tests.engine import bookkeeper, person
from tests.engine.safe import HOUR, Safe, local_numbers, numbers
from tests.engine.test_main_job import lines
from tests.engine.test_matching import existing, link, shared_customer, typed_there
from tests.engine.test_old_attempts import lose_answers
from tests.engine.world import World


def typed_on_both_sides(world: World, price: str = "100") -> tuple[UUID, str]:
    """An invoice that the bookkeeper typed too, and made void before ours was looked at."""
    customer, remote = shared_customer(world)
    made = typed_there(world, remote, "INV-7")["Id"]
    bookkeeper.void(world, made)
    invoice = world.invoice(customer, *lines(("1", price)), number="INV-7", issue_date="2026-11-22")
    world.pass_time(seconds=10)
    world.sync(8)
    return invoice.id, made


def copies(world: World, invoice_id: UUID) -> list[Invoice]:
    with world.database.reading() as session:
        return list(session.exec(select(Invoice).where(col(Invoice.id) != invoice_id)))


def is_void_on_both(world: World, invoice_id: UUID, remote_id: str) -> None:
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.remote_id, record.flag) == (remote_id, Flag.SYNCED)
    assert world.here(Invoice, invoice_id).stage is Stage.VOID
    assert numbers(world)["INV-7"] == local_numbers(world)["INV-7"] == 1


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_an_invoice_said_to_be_one_that_is_void_there_is_not_made_again_but_asked_about(
    world: World, choice: str
) -> None:
    invoice_id, made = typed_on_both_sides(world)
    assert [one.id for one in person.question(world, Kind.INVOICE, invoice_id).candidates] == [made]
    link(world, Kind.INVOICE, invoice_id, made)
    with world.still():
        person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice_id).remote_id == made
    assert "Voided in QuickBooks" in person.conflict(world, Kind.INVOICE, invoice_id).words
    person.choose(world, Kind.INVOICE, invoice_id, record=choice)
    with world.still():
        person.settle(world)
    is_void_on_both(world, invoice_id, made)
    kept = [(one.stage, one.total_cents) for one in copies(world, invoice_id)]
    assert kept == ([(Stage.DRAFT, 10000)] if choice == "ours" else [])


def test_a_void_invoice_that_matches_to_the_cent_ends_nothing_here_unasked(world: World) -> None:
    """Its total is none, and so is that of ours."""
    invoice_id, made = typed_on_both_sides(world, price="0")
    assert world.record(Kind.INVOICE, local_id=invoice_id).remote_id == made
    assert world.here(Invoice, invoice_id).stage is Stage.ISSUED
    assert person.flag(world, Kind.INVOICE, invoice_id) is Flag.CONFLICT
    assert numbers(world)["INV-7"] == 1


def test_a_restored_invoice_that_was_made_and_voided_there_since_is_linked_as_told(
    world: World, safe: Safe
) -> None:
    customer, _ = shared_customer(world)
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7")
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    bookkeeper.void(world, made)
    world.sync()
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    with world.still():
        person.settle(world)
        link(world, Kind.INVOICE, invoice.id, made)
        person.settle(world)
        person.choose(world, Kind.INVOICE, invoice.id, record="theirs")
        person.settle(world)
    is_void_on_both(world, invoice.id, made)


def test_a_customer_said_to_be_one_that_was_put_away_there_meanwhile_is_that_one_and_in_use_again(
    world: World,
) -> None:
    there = existing(world)["Id"]
    customer = world.customer(name="Blue Heron Cafe", email="other@cafe.example")
    world.sync()
    link(world, Kind.CUSTOMER, customer.id, there)
    world.change("Customer", there, Active=False)
    world.sync()
    person.choose(world, Kind.CUSTOMER, customer.id, all_="ours")
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (record.remote_id, record.flag) == (there, Flag.SYNCED)
    assert world.get("Customer", there)["Active"] is True
    assert world.here(Customer, customer.id).active
    everybody = world.all("Customer", "WHERE Active IN (true, false)")
    assert sum("Blue Heron" in row["DisplayName"] for row in everybody) == 1


@pytest.mark.parametrize("edited", [False, True])
def test_one_whose_answer_was_lost_and_that_is_void_there_when_it_is_found_is_voided_here_too(
    world: World, edited: bool
) -> None:
    """It said *Synced* and stood here as if it were owed. What was edited here since is asked about."""
    customer, _ = shared_customer(world)
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7")
    lose_answers(world, "invoice", arrives=True)
    made = max(world.all("Invoice"), key=lambda row: int(row["Id"]))["Id"]
    bookkeeper.void(world, made)
    if edited:
        world.edit(invoice.id, notes="Please pay by Friday")
    with world.still():
        person.settle(world)
        if edited:
            person.choose(world, Kind.INVOICE, invoice.id, record="theirs")
            person.settle(world)
    is_void_on_both(world, invoice.id, made)


def send_in_vain(world: World) -> None:
    """A customer goes out and gets no answer for an hour: of what arrives meanwhile none is looked at."""
    world.customer(name="Ana Ruiz")

    def unreachable(method: str, path: str) -> None:
        if method == "POST" and "/customer" in path:
            raise httpx.ConnectError("no way")

    world.before_request = unreachable
    world.run()
    world.before_request = None
    with world.database.transaction() as session:
        attempt = session.exec(select(Attempt).where(Attempt.outcome == Outcome.OPEN)).one()
        attempt.next_try_at = world.now + timedelta(hours=1)


def test_one_that_the_comparison_found_gone_while_it_waited_is_not_linked(world: World) -> None:
    """Its name is in the index still, and what was read of it is in its record."""
    survivor = shared_customer(world)[1]
    send_in_vain(world)
    made = world.make("Customer", DisplayName="Blue Note Bar")["Id"]
    world.pass_time(seconds=10)
    world.sync()
    customer = world.customer(name="Blue Note Bar")
    world.sandbox.switches.change({"webhook_loss": 1.0})
    bookkeeper.merge(world, winner=survivor, loser=made)
    with world.database.transaction() as session:
        connection = session.get_one(Connection, world.connection().id)
        remote.hear_gone(session, connection, Kind.CUSTOMER, made, world.now)
        connection.feed_due_at = world.now + timedelta(hours=2)
    world.pass_time(hours=1)
    world.sync()
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (record.flag, record.remote_id not in (None, made)) == (Flag.SYNCED, True)


@pytest.mark.parametrize("told", [True, False])
def test_one_that_was_refused_for_its_name_is_not_linked_to_the_bearer_that_is_gone_since(
    world: World, told: bool
) -> None:
    """QuickBooks' own was read and had to wait, and was then taken for what it had been when it was read."""
    survivor = shared_customer(world)[1]
    made = world.make("Customer", DisplayName="Blue Note Bar")["Id"]
    customer = world.customer(name="Blue Note Bar")
    world.run()
    assert person.flag(world, Kind.CUSTOMER, customer.id) is Flag.ATTENTION
    send_in_vain(world)
    world.pass_time(seconds=10)
    world.sync()
    world.sandbox.switches.change({"webhook_loss": 0.0 if told else 1.0})
    bookkeeper.merge(world, winner=survivor, loser=made)
    world.pass_time(hours=1)
    world.sync()
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (record.flag, record.remote_id) == (Flag.ATTENTION, None)
    person.retry(world, Kind.CUSTOMER, customer.id)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (record.flag, record.remote_id not in (None, made)) == (Flag.SYNCED, True)


def test_one_whose_namesake_there_is_known_to_be_gone_is_made_at_once(world: World) -> None:
    """What is gone held its name in the index until the change feed was read, and ours was sent nowhere or linked."""
    survivor = shared_customer(world)[1]
    made = next(row["Id"] for row in world.all("Customer") if row["DisplayName"] == "Blue Heron Cafe")
    bookkeeper.merge(world, winner=survivor, loser=made)
    world.pass_time(seconds=1)
    customer = world.customer(name="Blue Heron Cafe")
    world.pass_time(seconds=5)
    world.sync(2)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (record.flag, record.remote_id not in (None, made)) == (Flag.SYNCED, True)
