"""Fault 57: the database comes back from a backup, and QuickBooks is ahead of it. Nothing is lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from sqlmodel import select

from bookipi_app.models import Customer, Flag, Invoice, Item, Kind, SyncRecord
from bookipi_app.services import invoice_ends
from tests.engine import bookkeeper, person
from tests.engine.safe import HOUR, Safe, line, local_numbers, numbers
from tests.engine.test_matching import is_new, link
from tests.engine.world import WHO, World


def doubles(world: World, entity: str, name: str) -> list[str]:
    """What QuickBooks holds more than once, inactive ones included."""
    counted = Counter(row[name] for row in world.all(entity, "WHERE Active IN (true, false)"))
    return [key for key, count in counted.items() if count > 1]


def flags(world: World) -> Counter[str]:
    with world.database.reading() as session:
        records = session.exec(select(SyncRecord).where(SyncRecord.local_id != None))  # noqa: E711
        return Counter(record.flag.value for record in records)


def links(world: World) -> dict[str, str]:
    """QuickBooks' ids of what is linked, each with ours. One of ours for each of theirs, by the schema."""
    with world.database.reading() as session:
        records = session.exec(select(SyncRecord).where(SyncRecord.remote_id != None))  # noqa: E711
        return {
            f"{record.kind} {record.remote_id}": str(record.local_id) for record in records if record.local_id
        }


def is_answered(world: World, invoice: Invoice, made: str, same: bool) -> None:
    """A person says whether ours is what was `made`: it is in both books once then, else twice."""
    if same:
        link(world, Kind.INVOICE, invoice.id, made)
    else:
        is_new(world, Kind.INVOICE, invoice.id)
    world.pass_time(seconds=61)
    world.sync()
    assert (world.record(Kind.INVOICE, local_id=invoice.id).remote_id == made) is same
    assert (numbers(world)[invoice.number], local_numbers(world)[invoice.number]) == (2 - same, 2 - same)


def test_what_was_waiting_to_be_made_is_found_in_quickbooks_and_linked_not_made_again(
    world: World, safe: Safe
) -> None:
    customer, item = world.customer(), world.item()
    invoice = world.invoice(customer, line(item))
    safe.save()  # all three are due, none was sent
    world.sync()
    remote = {
        kind: world.record(kind, local_id=one.id).remote_id
        for kind, one in ((Kind.CUSTOMER, customer), (Kind.ITEM, item), (Kind.INVOICE, invoice))
    }
    assert all(remote.values())
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id is None
    before = world.count()
    world.sync()
    for kind, one in ((Kind.CUSTOMER, customer), (Kind.ITEM, item), (Kind.INVOICE, invoice)):
        assert world.record(kind, local_id=one.id).remote_id == remote[kind]
    assert world.count()["POST invoice"] == before["POST invoice"]
    assert not doubles(world, "Customer", "DisplayName")
    assert not doubles(world, "Item", "Name")
    assert max(numbers(world).values()) == 1
    assert flags(world) == {Flag.SYNCED.value: 3}


def test_what_was_made_here_after_the_backup_comes_back_from_quickbooks(world: World, safe: Safe) -> None:
    customer, item = world.customer(), world.item()
    world.sync()
    safe.save()
    later = world.customer(name="Made after the backup")
    lost = world.invoice(later, line(item), notes="dear to us")
    world.sync()
    number = world.here(Invoice, lost.id).number
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    with world.still():
        world.sync()
    back = world.only(Invoice, number=number)
    assert back.id != lost.id
    assert back.notes == "dear to us"
    assert back.total_cents == lost.total_cents
    assert world.only(Customer, name="Made after the backup").id == back.customer_id
    assert world.only(Item, id=item.id)
    assert world.here(Customer, customer.id)
    assert local_numbers(world)[number] == 1
    assert max(numbers(world).values()) == 1


def test_names_that_changed_hands_since_make_no_second_invoice_but_a_question(
    world: World, safe: Safe
) -> None:
    """By its name our customer is the other one now, and nobody can know better: its invoice shows that."""
    customer, item = world.customer(name="Heron"), world.item()
    invoice = world.invoice(customer, line(item))
    other = world.make("Customer", DisplayName="Egret")["Id"]
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id
    first = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    for remote_id, name in ((first, "Swapping"), (other, "Heron"), (first, "Egret")):
        world.change("Customer", remote_id, DisplayName=name)
    world.sync()
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    world.sync()
    assert max(numbers(world).values()) == 1
    assert local_numbers(world)[invoice.number] == 1
    asked = world.record(Kind.INVOICE, local_id=invoice.id)
    assert asked.flag is Flag.ATTENTION
    assert "of the same date and total, for another customer" in asked.reason
    assert [(one["id"], "Egret" in one["evidence"]) for one in (asked.detail or {})["candidates"]] == [
        (made, True)
    ]


@pytest.mark.parametrize("same", [True, False])
def test_what_went_to_a_merged_customer_and_is_edited_before_quickbooks_is_heard_is_asked_about(
    world: World, safe: Safe, same: bool
) -> None:
    """Customer and total are others by now: it was made a second time. Number, date and lines tell of the first."""
    invoice = world.invoice(world.customer(name="Heron"), line(world.item()))
    survivor = world.make("Customer", DisplayName="Egret")["Id"]
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    bookkeeper.merge(world, winner=survivor, loser=world.get("Invoice", made)["CustomerRef"]["value"])
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    world.edit(invoice.id, discount_kind="percent", discount_value="15")
    world.sync()
    asked = person.question(world, Kind.INVOICE, invoice.id)
    assert "of the same date and with the same lines, for another customer" in asked.words
    assert [(one.id, "Egret" in one.evidence) for one in asked.candidates] == [(made, True)]
    assert (numbers(world)[invoice.number], local_numbers(world)[invoice.number]) == (1, 1)
    is_answered(world, invoice, made, same)


def test_edits_of_both_sides_made_since_arrive_from_quickbooks(world: World, safe: Safe) -> None:
    customer, item = world.customer(), world.item()
    invoice = world.invoice(customer, line(item), notes="old")
    world.sync()
    safe.save()
    world.edit(invoice.id, notes="edited here")
    world.sync()
    there = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", there, CompanyName="Edited there")
    world.sync()
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    assert world.here(Invoice, invoice.id).notes == "old"
    with world.still():
        world.sync()
    assert world.here(Invoice, invoice.id).notes == "edited here"
    assert world.here(Customer, customer.id).company_name == "Edited there"
    assert flags(world) == {Flag.SYNCED.value: 3}


def test_what_was_deleted_since_is_deleted_again(world: World, safe: Safe) -> None:
    invoice = world.invoice(world.customer(), line(world.item()))
    world.sync()
    safe.save()
    with world.database.transaction() as session:
        invoice_ends.trash(session, world.company_id, invoice.id, now=world.now, who=WHO)
    world.pass_time(seconds=40)
    world.sync()
    assert numbers(world)[invoice.number] == 0
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    assert world.here(Invoice, invoice.id).trashed_at is None
    world.sync()
    assert world.here(Invoice, invoice.id).trashed_at is not None
    assert numbers(world)[invoice.number] == 0


def test_a_write_that_was_open_in_the_backup_is_settled_first(world: World, safe: Safe) -> None:
    customer = world.customer()
    world.before_request = lambda method, _path: safe.save() if method == "POST" else None
    world.run()  # saved with the attempt stored, a moment before it is sent
    world.before_request = None
    world.sync()
    remote = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    world.sync()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).remote_id == remote
    assert not doubles(world, "Customer", "DisplayName")


def _is_linked_again_after_forty_days(world: World, safe: Safe, invoice_id: UUID) -> None:
    safe.save()
    world.sync()
    remote = world.record(Kind.INVOICE, local_id=invoice_id).remote_id
    world.pass_time(days=40)
    safe.bring_back()
    world.sync(rounds=10)
    assert world.record(Kind.INVOICE, local_id=invoice_id).remote_id == remote


def test_a_long_time_later_everything_is_read_and_linked(world: World, safe: Safe) -> None:
    """Longer than the change feed reaches back."""
    customer, item = world.customer(), world.item()
    invoice = world.invoice(customer, line(item))
    _is_linked_again_after_forty_days(world, safe, invoice.id)
    assert max(numbers(world).values()) == 1
    assert not doubles(world, "Customer", "DisplayName")
    assert not doubles(world, "Item", "Name")


def test_a_long_time_later_what_alone_was_waiting_is_found_before_anything_is_sent(
    world: World, safe: Safe
) -> None:
    """Its customer and item were linked, so that nothing but the index, which is that old as well, tells of it."""
    customer, item = world.customer(), world.item()
    world.sync()
    invoice = world.invoice(customer, line(item))
    _is_linked_again_after_forty_days(world, safe, invoice.id)
    assert numbers(world)[invoice.number] == local_numbers(world)[invoice.number] == 1


def test_a_new_invoice_after_the_restoration_takes_no_number_that_is_taken(world: World, safe: Safe) -> None:
    customer, item = world.customer(), world.item()
    world.invoice(customer, line(item))
    world.sync()
    safe.save()
    world.invoice(customer, line(item))
    world.sync()
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    world.sync()
    world.invoice(customer, line(item))
    world.sync()
    assert sorted(local_numbers(world).values()) == [1, 1, 1]
    assert max(numbers(world).values()) == 1
