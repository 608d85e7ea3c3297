"""What other people's syncs got wrong (LESSONS, by number), as far as a person's decisions and records' ends go."""

from __future__ import annotations

from contextlib import suppress

import pytest

from bookipi_app.models import Customer, Flag, Invoice, Kind, Stage
from bookipi_app.services import activity, decisions, duplicates
from tests.engine import bookkeeper, person
from tests.engine.person import after_undo
from tests.engine.test_conflicts import clash, two_units
from tests.engine.test_deaths import LEASE_SECONDS
from tests.engine.test_ends_invoices import linked
from tests.engine.test_ends_lists import set_active
from tests.engine.test_main_job import lines
from tests.engine.test_matching import existing, shared_customer, typed_there
from tests.engine.test_merges import check, merge, two
from tests.engine.test_names_and_numbers import taken_number
from tests.engine.world import WHO, Killed, World, money


def test_lesson_01_what_both_had_before_is_linked_or_asked_and_never_doubled(world: World) -> None:
    there = existing(world)
    before = len(world.all("Customer"))
    same = world.customer(name=there["DisplayName"])
    doubtful = world.customer(name="Amy's Birds", email="amy@birds.example")
    person.settle(world)
    assert len(world.all("Customer")) == before
    assert world.record(Kind.CUSTOMER, local_id=same.id).remote_id == there["Id"]
    assert person.question(world, Kind.CUSTOMER, doubtful.id).question == "match"


def test_lesson_02_syncing_again_makes_no_second_invoice(world: World) -> None:
    invoice_id, _ = linked(world)
    before = len(world.all("Invoice"))
    for _ in range(3):
        with world.database.transaction() as session:
            decisions.sync_this(session, world.company_id, Kind.INVOICE, invoice_id, now=world.now)
        person.retry(world, Kind.INVOICE, invoice_id)
        person.settle(world)
    assert len(world.all("Invoice")) == before


def test_lesson_04_after_a_deletion_there_the_next_creation_has_an_id_of_its_own(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.delete(world, remote_id)
    person.settle(world)
    person.restore(world, invoice_id)
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice_id).remote_id != remote_id
    made = [
        path.split("requestid=")[1][:32]
        for method, path in world.requests
        if method == "POST" and "/invoice?" in path
    ]
    assert len(set(made)) == len(made) == 2


def test_lesson_05_a_number_used_there_shows_the_other_invoice(world: World) -> None:
    invoice, made = taken_number(world)
    asked = person.question(world, Kind.INVOICE, invoice.id)
    assert [one.id for one in asked.candidates] == [made["Id"]]
    assert asked.suggestion


def test_lesson_11_an_edit_made_there_survives_our_next_push(world: World) -> None:
    customer_id, remote_id = clash(world)
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "512 555 0199"
    person.choose(world, Kind.CUSTOMER, customer_id, phone="ours")
    person.settle(world)
    assert world.get("Customer", remote_id)["CompanyName"] == "Lakeline Inc."


@pytest.mark.parametrize("removal", ["refuse", "unlink"])
def test_lesson_12_a_payment_there_neither_stops_a_later_edit_nor_is_touched_by_a_void(
    world: World, removal: str
) -> None:
    world.sandbox.switches.change({"paid_invoice_removal": removal})
    invoice_id, remote_id = linked(world)
    bookkeeper.pay(world, remote_id, 40)
    world.edit(invoice_id, notes="after the payment")
    person.settle(world)
    assert world.get("Invoice", remote_id)["CustomerMemo"]["value"] == "after the payment"
    person.void(world, invoice_id)
    person.settle(world)
    assert money(world.get("Invoice", remote_id)["Balance"]) == 60
    assert world.here(Invoice, invoice_id).stage is Stage.ISSUED


def test_lesson_15_a_void_there_is_a_void_here_that_offers_a_duplicate(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    person.settle(world)
    here: Invoice = world.here(Invoice, invoice_id)
    assert (here.stage, here.trashed_at, here.total_cents) == (Stage.VOID, None, 10000)
    with world.database.transaction() as session:
        copy = duplicates.duplicate(session, world.company_id, invoice_id, now=world.now, who=WHO)
    assert (copy.stage, copy.total_cents) == (Stage.DRAFT, 10000)


def test_lesson_15_a_deletion_there_can_be_restored_here(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.delete(world, remote_id)
    person.settle(world)
    assert world.here(Invoice, invoice_id).trashed_at is not None
    person.restore(world, invoice_id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, record.remote_id == remote_id) == (Flag.SYNCED, False)


def test_lesson_17_a_deleted_record_comes_back_only_by_restore(world: World) -> None:
    invoice_id, remote_id = linked(world)
    before = len(world.all("Invoice"))
    bookkeeper.delete(world, remote_id)
    person.settle(world)
    with world.still():
        person.retry(world, Kind.INVOICE, invoice_id)
        world.pass_time(days=1)
        person.settle(world)
    assert len(world.all("Invoice")) == before - 1


@pytest.mark.parametrize("side", ["here", "there"])
def test_lesson_18_hidden_and_shown_again_follows_both_ways(world: World, side: str) -> None:
    customer = world.customer()
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    for active in (False, True):
        if side == "here":
            set_active(world, Kind.CUSTOMER, customer.id, active)
        else:
            world.change("Customer", remote_id, Active=active, DisplayName=customer.name)
        world.pass_time(seconds=31)
        person.settle(world)
        assert world.here(Customer, customer.id).active is active
        assert world.get("Customer", remote_id)["Active"] is active


def test_lesson_19_a_merge_in_quickbooks_is_followed(world: World) -> None:
    both = two(world)
    merge(world, both, told=True)
    person.settle(world)
    check(world, both)


def test_lesson_20_a_vendors_or_employees_name_offers_a_suffix(world: World) -> None:
    for entity in ("Vendor", "Employee"):
        name = world.all(entity)[0]["DisplayName"]
        customer = world.customer(name=name)
        world.sync()
        asked = person.question(world, Kind.CUSTOMER, customer.id)
        assert (asked.suggestion, asked.candidates) == (f"{name} (customer)", ())
        assert "link" not in asked.words.lower()


def test_lesson_21_closed_books_say_so_and_keep_the_edit_visible(world: World) -> None:
    invoice_id, remote_id = linked(world, issue_date="2026-11-22")
    bookkeeper.close_books(world, "2026-11-22")
    world.edit(invoice_id, notes="too late")
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, "books are closed" in record.reason) == (Flag.ATTENTION, True)
    assert world.here(Invoice, invoice_id).notes == "too late"
    assert "CustomerMemo" not in world.get("Invoice", remote_id)
    bookkeeper.close_books(world, "2020-01-01")
    with world.database.transaction() as session:
        assert decisions.retry_all(session, world.company_id, now=world.now) == 1
    person.settle(world)
    assert world.get("Invoice", remote_id)["CustomerMemo"]["value"] == "too late"


def test_lesson_23_every_refusal_has_words_and_a_next_step(world: World) -> None:
    invoice_id, _ = linked(world, issue_date="2026-11-22")
    bookkeeper.close_books(world, "2026-11-22")
    world.edit(invoice_id, notes="too late")
    person.settle(world)
    asked = person.question(world, Kind.INVOICE, invoice_id)
    assert asked.words
    assert asked.code not in asked.words
    assert asked.tid
    assert [one.label for one in asked.options] == ["Try again"]


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_between_the_two_halves_of_a_merge_loses_neither_edit(world: World, after: bool) -> None:
    """Theirs is taken, the worker dies at sending ours, another one goes on."""
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, notes="ours")
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, PrivateNote="theirs", CustomerRef=customer)
    world.pass_time(seconds=10)
    world.deliver()

    def die(method: str, path: str, *_: object) -> object:
        if method == "POST" and "/invoice" in path:
            world.before_request = world.after_request = None
            raise Killed
        return _[0] if _ else None

    if after:
        world.after_request = die  # type: ignore[assignment]
    else:
        world.before_request = die  # type: ignore[assignment]
    with suppress(Killed):
        world.run()
        pytest.fail("the worker did not reach the request")
    assert world.here(Invoice, invoice_id).memo == "theirs"
    world.pass_time(seconds=LEASE_SECONDS)
    person.settle(world)
    there = world.get("Invoice", remote_id)
    assert (there["CustomerMemo"]["value"], there["PrivateNote"]) == ("ours", "theirs")
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_a_conflict_decided_while_quickbooks_was_silent_is_carried_out_later(world: World) -> None:
    customer_id, remote_id = two_units(world)
    person.choose(world, Kind.CUSTOMER, customer_id, phone="ours", email="theirs")
    world.pass_time(hours=3)
    person.settle(world)
    there = world.get("Customer", remote_id)
    assert (there["PrimaryPhone"]["FreeFormNumber"], there["PrimaryEmailAddr"]["Address"]) == (
        "2",
        "c@lakeline.example",
    )


def test_the_same_invoice_typed_on_both_sides_before_we_heard_asks_whether_it_is_the_same(
    world: World,
) -> None:
    customer, remote = shared_customer(world)
    typed_there(world, remote, "INV-7")
    world.invoice(customer, *lines(("1", "100")), number="INV-7", issue_date="2026-11-22")
    world.sync(8)
    with world.database.reading() as session:
        waiting = activity.needs_you(session, world.company_id, world.now)
    assert ["looks like an invoice that you have" in one.reason for one in waiting] == [True]


def test_a_trashed_void_and_restored_invoice_is_not_created_over_a_void(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    person.trash(world, invoice_id)
    after_undo(world)
    with world.still():
        person.restore(world, invoice_id)
        person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, "Duplicate it as new" in record.reason) == (Flag.ATTENTION, True)
