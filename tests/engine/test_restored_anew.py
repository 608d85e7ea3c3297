"""Fault 57, of an invoice that goes out anew after its deletion in QuickBooks: it is looked for, and not made again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookipi_app.models import Flag, Invoice, Kind, SyncRecord
from tests.engine import bookkeeper, person
from tests.engine.safe import HOUR, Safe, line, local_numbers, numbers
from tests.engine.test_matching import is_new, link
from tests.engine.world import World


def ended_there(world: World) -> Invoice:
    """An invoice that travelled, was deleted in QuickBooks, and is in the trash here."""
    invoice = world.invoice(world.customer(), line(world.item()))
    world.sync()
    bookkeeper.delete(world, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or "")
    person.settle(world)
    assert world.here(Invoice, invoice.id).trashed_at is not None
    return invoice


def is_made_again_and_forgotten(world: World, safe: Safe, invoice: Invoice) -> str | None:
    """It goes out anew after the backup, which is brought back: there is still one on either side. Its id there."""
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    person.settle(world)
    assert numbers(world)[invoice.number] == 1
    assert local_numbers(world) == {invoice.number: 1}
    return made


def test_what_was_restored_and_made_again_since_is_found_and_not_made_a_third_time(
    world: World, safe: Safe
) -> None:
    """Its restoration is in the backup and was waiting; that it was carried out is not."""
    invoice = ended_there(world)
    person.restore(world, invoice.id)
    made = is_made_again_and_forgotten(world, safe, invoice)
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
    made = is_made_again_and_forgotten(world, safe, invoice)
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id == made


def restored_and_sent(world: World, invoice: Invoice, typed: bool) -> str:
    """The id that it has in QuickBooks, or that of a bookkeeper's own in its place."""
    person.restore(world, invoice.id)
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    return types_instead(world, made) if typed else made


@pytest.mark.parametrize("typed", [False, True], ids=["made by us", "typed by the bookkeeper"])
def test_what_was_restored_from_the_trash_after_the_backup_stays_there_and_what_it_became_arrives(
    world: World, safe: Safe, typed: bool
) -> None:
    """That it was restored is lost; QuickBooks holds just what it would hold had a bookkeeper typed it anew."""
    invoice = ended_there(world)
    safe.save()
    made = restored_and_sent(world, invoice, typed)
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


@pytest.mark.parametrize("typed", [False, True], ids=["made by us", "typed by the bookkeeper"])
@pytest.mark.parametrize(
    "number",
    [
        pytest.param("", marks=pytest.mark.long, id="as it was sent"),
        pytest.param("T-11", id="renumbered there"),
    ],
)
def test_what_was_trashed_before_it_travelled_stays_there_and_what_it_became_arrives(
    world: World, safe: Safe, typed: bool, number: str
) -> None:
    """It was restored and sent after the backup, which holds neither: nothing tells it from a bookkeeper's own."""
    invoice = world.invoice(world.customer(), line(world.item()))
    person.trash(world, invoice.id)
    safe.save()
    made = restored_and_sent(world, invoice, typed)
    if number:
        world.change("Invoice", made, DocNumber=number)
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    with world.still():
        person.settle(world)
    ours, arrived = (
        world.record(Kind.INVOICE, local_id=invoice.id),
        world.record(Kind.INVOICE, remote_id=made),
    )
    assert world.here(Invoice, invoice.id).trashed_at is not None
    assert (ours.remote_id, ours.flag, arrived.flag) == (None, Flag.NOT_SYNCED, Flag.SYNCED)
    assert arrived.local_id not in (None, invoice.id)
    assert numbers(world)[number or invoice.number] == 1


def sent_and_trashed_after_the_backup_is_back(world: World, safe: Safe) -> tuple[Invoice, str]:
    """It waited in the backup, went out, and is put in the trash here before QuickBooks is heard. Its id there."""
    invoice = world.invoice(world.customer(), line(world.item()))
    safe.save()
    world.sync()
    made = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.pass_time(seconds=HOUR)
    safe.bring_back()
    person.trash(world, invoice.id)
    world.sync(rounds=2)
    return invoice, made


def test_what_is_trashed_before_quickbooks_is_heard_and_taken_back_is_no_second_one(
    world: World, safe: Safe
) -> None:
    """What it became arrived beside it at once, and *Undo* sent it once more: the customer owed it twice."""
    invoice, made = sent_and_trashed_after_the_backup_is_back(world, safe)
    with world.still():
        person.restore(world, invoice.id)
        person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.remote_id, record.flag) == (made, Flag.SYNCED)
    assert numbers(world)[invoice.number] == 1
    assert local_numbers(world) == {invoice.number: 1}


def test_what_is_trashed_before_quickbooks_is_heard_stays_there_and_what_it_became_arrives(
    world: World, safe: Safe
) -> None:
    """It is in QuickBooks, whoever made it there: nothing of that is deleted because of one that never travelled."""
    invoice, made = sent_and_trashed_after_the_backup_is_back(world, safe)
    world.pass_time(seconds=31)
    with world.still():
        person.settle(world)
    ours, arrived = (
        world.record(Kind.INVOICE, local_id=invoice.id),
        world.record(Kind.INVOICE, remote_id=made),
    )
    assert (ours.remote_id, ours.flag, arrived.flag) == (None, Flag.NOT_SYNCED, Flag.SYNCED)
    assert arrived.local_id not in (None, invoice.id)
    assert numbers(world)[invoice.number] == 1


def types_instead(world: World, made: str) -> str:
    """A bookkeeper types what we made: of the two nothing differs that QuickBooks tells."""
    ours = world.get("Invoice", made)
    bookkeeper.delete(world, made)
    known = ("Id", "SyncToken", "MetaData", "domain", "sparse")
    theirs = world.make("Invoice", **{key: value for key, value in ours.items() if key not in known})
    told_alike = {key for key in ours if ours[key] == theirs.get(key)}
    assert set(ours) - told_alike <= {"Id", "MetaData"}
    return theirs["Id"]
