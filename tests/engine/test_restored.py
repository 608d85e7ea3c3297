"""Fault 57: the database comes back from a backup, and QuickBooks is ahead of it. Nothing is lost, nothing doubled."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bookipi_app import backup
from bookipi_app.db import Database
from bookipi_app.models import Customer, Flag, Invoice, Item, Kind, SyncRecord
from bookipi_app.quickbooks import keys
from bookipi_app.services import invoice_ends
from bookipi_app.services.invoice_form import LineForm
from bookipi_app.settings import Settings, read_settings
from tests.engine import bookkeeper, person
from tests.engine.test_matching import is_new, link
from tests.engine.world import WHO, World

HOUR = 3600


class Safe:
    """Where the backup is, and the way back to it: the very functions of the command line."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.file = folder / "backup.db"

    def settings(self) -> Settings:
        return read_settings({"BOOKIPI_VAR": str(self.folder), "DATABASE_URL": self.world.database.url})

    def save(self) -> None:
        backup.back_up(self.settings(), self.file, force=True, now=self.world.now)

    def bring_back(self) -> None:
        url = self.world.database.url
        self.world.database.engine.dispose()
        backup.restore(self.settings(), self.file, force=True, now=self.world.now)
        self.world.database = Database(url)


@pytest.fixture
def safe(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Safe:
    monkeypatch.setattr(keys, "this_vault", lambda: world.vault)
    world.feed_interval = timedelta(days=1)  # so that only the restoration itself makes it be read
    world.run()
    assert os.path.commonpath([tmp_path, world.database.url.removeprefix("sqlite:///")]) == str(tmp_path)
    return Safe(world, tmp_path)


def line(item: Item) -> LineForm:
    return LineForm(item_id=str(item.id), quantity="2", price="10.50")


def doubles(world: World, entity: str, name: str) -> list[str]:
    """What QuickBooks holds more than once, inactive ones included."""
    counted = Counter(row[name] for row in world.all(entity, "WHERE Active IN (true, false)"))
    return [key for key, count in counted.items() if count > 1]


def numbers(world: World) -> Counter[str]:
    return Counter(row["DocNumber"] for row in world.all("Invoice") if row.get("DocNumber"))


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


def local_numbers(world: World) -> Counter[str]:
    with world.database.reading() as session:
        return Counter(one.number for one in session.exec(select(Invoice)))


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


def test_a_long_time_later_everything_is_read_and_linked(world: World, safe: Safe) -> None:
    """Longer than the change feed reaches back."""
    customer, item = world.customer(), world.item()
    invoice = world.invoice(customer, line(item))
    safe.save()
    world.sync()
    remote = world.record(Kind.INVOICE, local_id=invoice.id).remote_id
    world.pass_time(days=40)
    safe.bring_back()
    world.sync(rounds=10)
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id == remote
    assert max(numbers(world).values()) == 1
    assert not doubles(world, "Customer", "DisplayName")
    assert not doubles(world, "Item", "Name")


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


def ended_there(world: World) -> Invoice:
    """An invoice that travelled, was deleted in QuickBooks, and is in the trash here."""
    invoice = world.invoice(world.customer(), line(world.item()))
    world.sync()
    bookkeeper.delete(world, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or "")
    person.settle(world)
    assert world.here(Invoice, invoice.id).trashed_at is not None
    return invoice


def test_what_was_restored_and_made_again_since_is_found_and_not_made_a_third_time(
    world: World, safe: Safe
) -> None:
    """Its restoration is in the backup and was waiting; that it was carried out is not."""
    invoice = ended_there(world)
    person.restore(world, invoice.id)
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    person.settle(world)
    assert numbers(world)[invoice.number] == 1
    assert local_numbers(world) == {invoice.number: 1}
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.remote_id, record.ended, record.flag) == (made, False, Flag.SYNCED)


def test_what_was_made_again_since_is_found_as_well_when_it_arrives_first(world: World, safe: Safe) -> None:
    invoice = ended_there(world)
    person.restore(world, invoice.id)
    with world.database.transaction() as session:
        waiting = session.get_one(SyncRecord, world.record(Kind.INVOICE, local_id=invoice.id).id)
        waiting.due_at = world.now + timedelta(seconds=HOUR + 300)
    safe.save()
    world.pass_time(seconds=300)
    with world.database.transaction() as session:
        session.get_one(SyncRecord, waiting.id).due_at = world.now
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id
    world.pass_time(seconds=HOUR - 400)
    safe.bring_back()
    world.sync(rounds=2)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.remote_id, record.ended, record.flag) == (made, False, Flag.SYNCED)
    person.settle(world)
    assert numbers(world)[invoice.number] == 1
    assert local_numbers(world) == {invoice.number: 1}


@pytest.mark.parametrize("same", [True, False])
def test_what_was_made_again_and_is_another_amount_by_now_is_asked_about(
    world: World, safe: Safe, same: bool
) -> None:
    invoice = ended_there(world)
    person.restore(world, invoice.id)
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    bookkeeper.set_price(world, made, 7)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    with world.still():
        person.settle(world)
    assert [one.id for one in person.question(world, Kind.INVOICE, invoice.id).candidates] == [made]
    assert local_numbers(world) == {invoice.number: 1}
    if same:
        link(world, Kind.INVOICE, invoice.id, made)
    else:
        is_new(world, Kind.INVOICE, invoice.id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.remote_id == made) is same
    assert numbers(world)[invoice.number] == 2 - same
    assert local_numbers(world) == {invoice.number: 2 - same}


def test_what_was_kept_and_made_again_since_is_found_and_not_made_a_third_time(
    world: World, safe: Safe
) -> None:
    invoice = world.invoice(world.customer(), line(world.item()))
    world.sync()
    bookkeeper.delete(world, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or "")
    world.edit(invoice.id, notes="Please pay by Friday")
    world.sync()
    person.choose(world, Kind.INVOICE, invoice.id, record="ours")
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    person.settle(world)
    assert numbers(world)[invoice.number] == 1
    assert local_numbers(world) == {invoice.number: 1}
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id == made


@pytest.mark.parametrize("typed", [False, True], ids=["made by us", "typed by the bookkeeper"])
def test_what_was_restored_from_the_trash_after_the_backup_stays_there_and_what_it_became_arrives(
    world: World, safe: Safe, typed: bool
) -> None:
    """That it was restored is lost; QuickBooks holds just what it would hold had a bookkeeper typed it anew."""
    invoice = ended_there(world)
    safe.save()
    person.restore(world, invoice.id)
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    if typed:
        made = types_instead(world, made)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    with world.still():
        person.settle(world)
    assert world.here(Invoice, invoice.id).trashed_at is not None
    arrived = world.record(Kind.INVOICE, remote_id=made)
    assert arrived.local_id not in (None, invoice.id)
    assert arrived.flag is Flag.SYNCED
    assert numbers(world)[invoice.number] == 1
    words = f"Its number {invoice.number} is also the number of another invoice here"
    assert any(words in entry.words for entry in person.story(world, arrived.local_id or invoice.id))


def types_instead(world: World, made: str) -> str:
    """A bookkeeper types what we made: of the two nothing differs that QuickBooks tells."""
    ours = world.get("Invoice", made)
    bookkeeper.delete(world, made)
    known = ("Id", "SyncToken", "MetaData", "domain", "sparse")
    theirs = world.make("Invoice", **{key: value for key, value in ours.items() if key not in known})
    told_alike = {key for key in ours if ours[key] == theirs.get(key)}
    assert set(ours) - told_alike <= {"Id", "MetaData"}
    return theirs["Id"]
