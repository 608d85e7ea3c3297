"""Two customers merged in QuickBooks: the loser is an alias of the survivor here; nothing is lost or linked twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.models import Customer, Flag, InboxEvent, Invoice, Kind, SyncRecord
from bookipi_app.services import customers, invoices
from bookipi_app.services.invoice_form import InvoiceForm
from bookipi_app.sync import merges
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new, link
from tests.engine.test_old_attempts import lose_answers
from tests.engine.world import WHO, World


@dataclass
class Two:
    """Loser and survivor, here and there, and an open invoice of the loser."""

    loser: UUID
    loser_there: str
    survivor: UUID
    survivor_there: str
    invoice: UUID
    invoice_there: str


def two(world: World) -> Two:
    loser = world.customer(name="Lakeline HOA", phone="1")
    survivor = world.customer(name="Lakeline Homeowners Assn", phone="2")
    invoice = world.invoice(loser, *lines(("1", "100")), number="INV-7")
    world.sync()
    world.pass_time(minutes=1)
    ids = [world.record(Kind.CUSTOMER, local_id=one.id).remote_id or "" for one in (loser, survivor)]
    there = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    return Two(loser.id, ids[0], survivor.id, ids[1], invoice.id, there)


def merge(world: World, both: Two, *, told: bool) -> None:
    """`told`: the event arrives. Otherwise it is lost, and the loser is only found gone by an edit of ours."""
    bookkeeper.merge(world, winner=both.survivor_there, loser=both.loser_there)
    if not told:
        world.pass_time(seconds=10)
        world.sandbox.due_webhooks(world.now)


def check(world: World, both: Two) -> None:
    assert world.here(Invoice, both.invoice).customer_id == both.survivor
    assert not world.here(Customer, both.loser).active
    record = world.record(Kind.CUSTOMER, local_id=both.loser)
    survivor = world.record(Kind.CUSTOMER, local_id=both.survivor)
    assert (record.alias_of, record.flag) == (survivor.id, Flag.NOT_SYNCED)
    assert record.reason == "Merged into Lakeline Homeowners Assn in QuickBooks"
    assert person.flag(world, Kind.INVOICE, both.invoice) == Flag.SYNCED
    with world.database.reading() as session:
        linked = [(one.kind, one.remote_id) for one in session.exec(select(SyncRecord)) if not one.ended]
    assert len(linked) == len(set(linked))


def test_the_event_moves_the_invoices_to_the_survivor(world: World) -> None:
    both = two(world)
    merge(world, both, told=True)
    person.settle(world)
    check(world, both)
    assert "merged into this customer" in person.story(world, both.survivor)[-1].words


def test_without_the_event_an_edit_of_ours_discovers_it_by_610(world: World) -> None:
    both = two(world)
    merge(world, both, told=False)
    world.customer(both.loser, name="Lakeline HOA", phone="1", notes="Gate code")
    world.sync(8)
    view = person.conflict(world, Kind.CUSTOMER, both.survivor)
    assert [(unit.unit, unit.ours) for unit in view.units] == [("notes", "Gate code")]
    person.choose(world, Kind.CUSTOMER, both.survivor, notes="ours")
    person.settle(world)
    check(world, both)
    assert world.get("Customer", both.survivor_there)["Notes"] == "Gate code"


def test_a_word_that_it_was_merged_into_itself_says_nothing(world: World) -> None:
    """It was its own survivor then, and whoever asked for that never came to an end."""
    both = two(world)
    merge(world, both, told=False)
    with world.database.transaction() as session:
        session.add(
            InboxEvent(id="odd", realm_id=world.realm, entity="customer", remote_id=both.loser_there,
                       deleted_id=both.loser_there, operation="merged", received_at=world.now)
        )  # fmt: skip
    world.pass_time(seconds=20)
    person.settle(world)
    check(world, both)


@pytest.mark.parametrize(("choice", "phone"), [("ours", "11"), ("theirs", "2")])
def test_pending_edits_of_the_loser_are_a_conflict_on_the_survivor(
    world: World, choice: str, phone: str
) -> None:
    both = two(world)
    world.customer(both.loser, name="Lakeline HOA", phone="11")
    merge(world, both, told=True)
    world.pass_time(seconds=6)
    world.sync(8)
    view = person.conflict(world, Kind.CUSTOMER, both.survivor)
    assert [(unit.unit, unit.ours, unit.theirs) for unit in view.units] == [("phone", "11", "2")]
    person.choose(world, Kind.CUSTOMER, both.survivor, phone=choice)
    person.settle(world)
    assert world.here(Customer, both.survivor).phone == phone
    assert world.get("Customer", both.survivor_there)["PrimaryPhone"]["FreeFormNumber"] == phone
    check(world, both)


def test_drafts_and_invoices_that_wait_move_too(world: World) -> None:
    both = two(world)
    with world.database.transaction() as session:
        form = InvoiceForm(customer_id=str(both.loser), lines=lines(("1", "5")))
        draft = invoices.save(session, world.company_id, None, form, issue=False, now=world.now, who=WHO)
    merge(world, both, told=True)
    open_one = world.invoice(world.here(Customer, both.loser), *lines(("1", "60")), number="INV-8")
    person.settle(world)
    check(world, both)
    assert world.here(Invoice, draft.id).customer_id == both.survivor
    assert world.here(Invoice, open_one.id).customer_id == both.survivor
    there = world.record(Kind.INVOICE, local_id=open_one.id).remote_id or ""
    assert world.get("Invoice", there)["CustomerRef"]["value"] == both.survivor_there


def test_an_edit_of_an_invoice_of_the_loser_survives(world: World) -> None:
    both = two(world)
    merge(world, both, told=True)
    world.edit(both.invoice, notes="Thank you")
    person.settle(world)
    check(world, both)
    there = world.get("Invoice", both.invoice_there)
    assert (there["CustomerMemo"]["value"], there["CustomerRef"]["value"]) == (
        "Thank you",
        both.survivor_there,
    )


def test_an_edited_address_of_an_invoice_of_the_loser_is_sent_and_the_invoice_moves(world: World) -> None:
    """Both changed whom it is billed to: the same customer was agreed, and the merged one stayed on it here."""
    both = two(world)
    merge(world, both, told=True)
    world.edit(both.invoice, bill_email="board@example.com")
    person.settle(world)
    check(world, both)
    assert world.get("Invoice", both.invoice_there)["BillEmail"]["Address"] == "board@example.com"


def test_an_invoice_moved_to_the_loser_here_is_the_survivors(world: World) -> None:
    """It went to the survivor in QuickBooks, and kept the merged one here."""
    both = two(world)
    moved = world.invoice(world.here(Customer, both.survivor), *lines(("1", "60")), number="INV-8")
    world.sync()
    merge(world, both, told=True)
    world.edit(moved.id, customer_id=str(both.loser))
    person.settle(world)
    check(world, both)
    assert world.here(Invoice, moved.id).customer_id == both.survivor
    assert person.flag(world, Kind.INVOICE, moved.id) is Flag.SYNCED
    assert person.story(world, moved.id)[-1].words == "Its customer was merged into Lakeline Homeowners Assn"
    assert (Kind.INVOICE.value, moved.id) in world.published


def test_a_merged_customer_that_is_restored_stands_on_its_own_again(world: World) -> None:
    """It was created anew, and its next invoice still went to the survivor."""
    both = two(world)
    merge(world, both, told=True)
    person.settle(world)
    with world.database.transaction() as session:
        customers.restore(session, world.company_id, both.loser, now=world.now, who=WHO)
    again = world.here(Customer, both.loser)
    invoice = world.invoice(again, *lines(("1", "60")), number="INV-8")
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=both.loser)
    assert (record.alias_of, record.flag) == (None, Flag.SYNCED)
    assert record.remote_id not in (both.loser_there, both.survivor_there)
    there = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    assert world.get("Invoice", there)["CustomerRef"]["value"] == record.remote_id
    assert world.here(Invoice, invoice.id).customer_id == both.loser
    assert world.here(Invoice, both.invoice).customer_id == both.survivor


def test_a_survivor_that_was_not_here_arrives(world: World) -> None:
    older = world.all("Customer")[1]
    loser = world.customer(name="Blue Heron")
    invoice = world.invoice(loser, *lines(("1", "100")))
    world.sync()
    world.pass_time(minutes=1)
    loser_there = world.record(Kind.CUSTOMER, local_id=loser.id).remote_id or ""
    bookkeeper.merge(world, winner=older["Id"], loser=loser_there)
    person.settle(world)
    survivor = world.only(Customer, name=older["DisplayName"])
    assert world.here(Invoice, invoice.id).customer_id == survivor.id
    assert world.record(Kind.CUSTOMER, local_id=loser.id).alias_of is not None


@pytest.mark.parametrize(("told", "answer"), [(True, link), (False, link), (True, is_new)])
def test_a_survivor_that_a_person_is_asked_about_is_waited_for(
    world: World, told: bool, answer: Callable[..., None]
) -> None:
    """The loser was archived as if it had been deleted, and its drafts stayed with it."""
    loser = world.customer(name="Blue Heron")
    invoice = world.invoice(loser, *lines(("1", "100")), number="INV-7")
    world.sync()
    form = InvoiceForm(customer_id=str(loser.id), lines=lines(("1", "5")))
    with world.database.transaction() as session:
        draft = invoices.save(session, world.company_id, None, form, issue=False, now=world.now, who=WHO)
    sent = world.customer(name="Ana Ruiz")
    lose_answers(world, "customer", arrives=True)
    made = max(world.all("Customer"), key=lambda row: int(row["Id"]))["Id"]
    world.change("Customer", made, DisplayName="Renamed in the books")
    world.sandbox.switches.change({"webhook_loss": 0.0 if told else 1.0})
    loser_there = world.record(Kind.CUSTOMER, local_id=loser.id).remote_id or ""
    bookkeeper.merge(world, winner=made, loser=loser_there)
    person.settle(world)
    waits = world.record(Kind.CUSTOMER, local_id=loser.id)
    assert (waits.flag, waits.reason) == (Flag.SYNCING, merges.WAITS_FOR_SURVIVOR)
    assert world.here(Customer, loser.id).active
    answer(*(world, Kind.CUSTOMER, sent.id), *([made] if answer is link else []))
    world.sync(8)
    person.settle(world)
    survivor = world.record(Kind.CUSTOMER, remote_id=made)
    assert (survivor.flag, survivor.local_id == sent.id) == (Flag.SYNCED, answer is link)
    assert world.record(Kind.CUSTOMER, local_id=loser.id).alias_of == survivor.id
    moved = [world.here(Invoice, one.id).customer_id for one in (invoice, draft)]
    assert moved == [survivor.local_id] * 2


def test_a_customer_that_is_gone_and_was_not_merged_is_archived(world: World) -> None:
    customer = world.customer(name="Nobody's invoices")
    world.sync()
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    company = world.sandbox.company(world.realm)
    gone = company.find("Customer", record.remote_id or "")
    assert gone is not None
    company.delete(gone, world.now)
    world.customer(customer.id, name="Nobody's invoices", phone="1")
    world.sync(8)
    assert person.conflict(world, Kind.CUSTOMER, customer.id).whole
    person.choose(world, Kind.CUSTOMER, customer.id, record="theirs")
    person.settle(world)
    assert not world.here(Customer, customer.id).active


def test_a_customer_that_is_gone_was_not_merged_into_whom_its_invoice_still_has_there(world: World) -> None:
    """The invoice was moved to it here, and that has not travelled: nothing follows from whom it is billed to there."""
    both = two(world)
    company = world.sandbox.company(world.realm)
    other = world.customer(name="Gone HOA")
    world.sync()
    gone = company.find("Customer", world.record(Kind.CUSTOMER, local_id=other.id).remote_id or "")
    assert gone is not None
    world.edit(both.invoice, customer_id=str(other.id))
    company.delete(gone, world.now)
    world.customer(other.id, name="Gone HOA", phone="3")
    for _ in range(6):
        world.sync()
        world.pass_time(seconds=61)
    record = world.record(Kind.CUSTOMER, local_id=other.id)
    assert (record.alias_of, world.here(Customer, other.id).active) == (None, True)
    assert world.here(Invoice, both.invoice).customer_id == other.id
    assert person.conflict(world, Kind.CUSTOMER, other.id).whole


def test_one_whose_invoices_went_to_two_others_there_was_merged_into_neither(world: World) -> None:
    both = two(world)
    third = world.customer(name="Third HOA")
    second = world.invoice(world.here(Customer, both.loser), *lines(("1", "60")), number="INV-8")
    world.sync()
    third_there = world.record(Kind.CUSTOMER, local_id=third.id).remote_id or ""
    second_there = world.record(Kind.INVOICE, local_id=second.id).remote_id or ""
    for remote_id, now_of in ((both.invoice_there, both.survivor_there), (second_there, third_there)):
        world.change("Invoice", remote_id, CustomerRef={"value": now_of})
    company = world.sandbox.company(world.realm)
    gone = company.find("Customer", both.loser_there)
    assert gone is not None
    company.delete(gone, world.now)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=both.loser)
    assert (record.alias_of, world.here(Customer, both.loser).active) == (None, False)
    assert world.here(Invoice, both.invoice).customer_id == both.survivor
    assert world.here(Invoice, second.id).customer_id == third.id
