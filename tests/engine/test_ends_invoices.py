"""Invoices end: deleted, voided, restored, here and in QuickBooks; refusals are put back with their reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bookipi_app.models import Flag, Invoice, Kind, RemoteState, Stage
from bookipi_app.services.decisions import StaleQuestion
from tests.engine import bookkeeper, person
from tests.engine.person import after_undo
from tests.engine.test_comparison import compare
from tests.engine.test_main_job import lines
from tests.engine.world import World, money


def linked(world: World, **fields: Any) -> tuple[UUID, str]:
    """An invoice on both sides, a minute ago."""
    invoice = world.invoice(world.customer(), *lines(("1", "100")), **{"number": "INV-9", **fields})
    world.sync()
    world.pass_time(minutes=1)
    return invoice.id, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""


def test_trashed_here_it_is_deleted_there_when_the_undo_is_over(world: World) -> None:
    invoice_id, remote_id = linked(world)
    person.trash(world, invoice_id)
    with world.still():
        world.run()
        world.pass_time(seconds=29)
        world.run()
    assert bookkeeper.exists(world, remote_id)
    world.pass_time(seconds=1)
    world.run()
    assert not bookkeeper.exists(world, remote_id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.ended, record.remote_state) == (True, RemoteState.GONE)
    assert world.here(Invoice, invoice_id).trashed_at is not None


def test_undone_within_thirty_seconds_quickbooks_never_hears_of_it(world: World) -> None:
    invoice_id, remote_id = linked(world)
    with world.still():
        person.trash(world, invoice_id)
        world.run()
        world.pass_time(seconds=20)
        person.restore(world, invoice_id)
        person.settle(world)
    assert bookkeeper.exists(world, remote_id)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_what_is_edited_there_while_it_can_be_undone_arrives_after_the_undo(world: World) -> None:
    invoice_id, remote_id = linked(world)
    world.edit(invoice_id, notes="Ours, still to be sent")
    person.trash(world, invoice_id)
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, PrivateNote="Theirs", CustomerRef=customer)
    with world.still():
        world.sync(rounds=3)
    stored = world.record(Kind.INVOICE, local_id=invoice_id).remote or {}
    assert (stored["PrivateNote"], world.here(Invoice, invoice_id).memo) == ("Theirs", "")
    person.restore(world, invoice_id)
    person.settle(world)
    there = world.get("Invoice", remote_id)
    assert world.here(Invoice, invoice_id).memo == there["PrivateNote"] == "Theirs"
    assert there["CustomerMemo"]["value"] == "Ours, still to be sent"
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_restored_later_it_is_created_there_as_the_next_generation(world: World) -> None:
    invoice_id, remote_id = linked(world)
    person.trash(world, invoice_id)
    after_undo(world)
    person.restore(world, invoice_id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert record.remote_id not in (None, remote_id)
    assert (record.generation, record.ended, record.flag) == (1, False, Flag.SYNCED)
    assert money(world.get("Invoice", record.remote_id or "")["TotalAmt"]) == 100


def put_back(world: World, invoice_id: UUID, words: str) -> None:
    invoice = world.here(Invoice, invoice_id)
    assert (invoice.trashed_at, invoice.stage) == (None, Stage.ISSUED)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert record.flag == Flag.ATTENTION
    assert words in record.reason
    assert any(words in entry.words for entry in person.story(world, invoice_id))


@pytest.mark.parametrize("end", [person.trash, person.void])
def test_with_a_payment_there_it_is_not_even_sent_and_comes_back(world: World, end: object) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.pay(world, remote_id)
    world.sync()
    with world.still():
        end(world, invoice_id)  # type: ignore[operator]
        after_undo(world)
    put_back(world, invoice_id, "payment")
    assert money(world.get("Invoice", remote_id)["TotalAmt"]) == 100


@pytest.mark.parametrize("removal", ["refuse", "unlink"])
def test_a_payment_taken_seconds_before_we_trash_brings_it_back(world: World, removal: str) -> None:
    """QuickBooks' version has moved, so even where it would unlink the payment our deletion is refused as stale."""
    world.sandbox.switches.change({"paid_invoice_removal": removal})
    invoice_id, remote_id = linked(world)
    person.trash(world, invoice_id)
    world.pass_time(seconds=29)
    payment = bookkeeper.pay(world, remote_id)
    world.pass_time(seconds=2)
    world.run()
    person.settle(world)
    put_back(world, invoice_id, "payment")
    linked_to = world.get("Payment", payment["Id"])["Line"][0]["LinkedTxn"]
    assert linked_to == [{"TxnId": remote_id, "TxnType": "Invoice"}]


@pytest.mark.parametrize("end", [person.trash, person.void])
def test_closed_books_refuse_the_end_and_it_comes_back_with_the_reason(world: World, end: object) -> None:
    invoice_id, remote_id = linked(world, issue_date="2026-11-22")
    bookkeeper.close_books(world, "2026-11-22")
    end(world, invoice_id)  # type: ignore[operator]
    after_undo(world)
    put_back(world, invoice_id, "closed")
    assert bookkeeper.exists(world, remote_id)


@pytest.mark.parametrize("end", [person.trash, person.void])
def test_what_quickbooks_kept_can_be_ended_again_or_left(world: World, end: object) -> None:
    """*Try again* took the words away, and nothing else."""
    invoice_id, remote_id = linked(world, issue_date="2026-11-22")
    bookkeeper.close_books(world, "2026-11-22")
    end(world, invoice_id)  # type: ignore[operator]
    after_undo(world)
    asked = person.question(world, Kind.INVOICE, invoice_id)
    again = "Delete it again" if end is person.trash else "Void it again"
    assert (asked.question, [one.label for one in asked.options]) == ("kept", [again, "Leave it as it is"])
    with world.still():
        person.retry_all(world)
        person.settle(world)
    put_back(world, invoice_id, "closed")
    bookkeeper.close_books(world, "2026-10-31")
    person.answer_kept(world, Kind.INVOICE, invoice_id, "again")
    after_undo(world)
    gone = not bookkeeper.exists(world, remote_id)
    assert gone or money(world.get("Invoice", remote_id)["TotalAmt"]) == 0
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_what_quickbooks_kept_and_a_person_leaves_is_synced(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.pay(world, remote_id)
    world.sync()
    person.trash(world, invoice_id)
    after_undo(world)
    with world.still():
        person.answer_kept(world, Kind.INVOICE, invoice_id, "leave")
        person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED
    assert world.here(Invoice, invoice_id).trashed_at is None
    assert "Left as it is on both sides" in [one.words for one in person.story(world, invoice_id)]
    with pytest.raises(StaleQuestion):
        person.answer_kept(world, Kind.INVOICE, invoice_id, "leave")


def test_voided_here_it_is_void_there(world: World) -> None:
    invoice_id, remote_id = linked(world)
    person.void(world, invoice_id)
    person.settle(world)
    there = world.get("Invoice", remote_id)
    assert (money(there["TotalAmt"]), there["PrivateNote"]) == (0, "Voided")
    assert world.here(Invoice, invoice_id).total_cents == 10000
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_voided_there_it_is_void_here_and_keeps_its_lines(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    person.settle(world)
    invoice = world.here(Invoice, invoice_id)
    assert (invoice.stage, invoice.trashed_at, invoice.total_cents) == (Stage.VOID, None, 10000)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_voided_on_both_sides_is_an_agreement(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    person.void(world, invoice_id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, record.base_remote["void"]) == (Flag.SYNCED, True)  # type: ignore[index]


def test_deleted_there_it_is_in_the_trash_here_and_can_be_restored(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.delete(world, remote_id)
    person.settle(world)
    assert world.here(Invoice, invoice_id).trashed_at is not None
    assert world.here(Invoice, invoice_id).total_cents == 10000
    person.restore(world, invoice_id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert record.remote_id not in (None, remote_id)
    assert (record.generation, record.flag) == (1, Flag.SYNCED)
    assert world.get("Invoice", record.remote_id or "")["DocNumber"] == "INV-9"


def test_deleted_there_it_can_be_restored_at_once(world: World) -> None:
    """The half minute of *Undo* is for what was trashed here: this went back to the trash without a word."""
    invoice_id, remote_id = linked(world)
    bookkeeper.delete(world, remote_id)
    world.sync(rounds=2)
    assert world.here(Invoice, invoice_id).trashed_at is not None
    person.restore(world, invoice_id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert world.here(Invoice, invoice_id).trashed_at is None
    assert record.remote_id not in (None, remote_id)
    assert (record.generation, record.flag) == (1, Flag.SYNCED)


def test_deleted_on_both_sides_rests_and_sends_nothing(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.delete(world, remote_id)
    person.trash(world, invoice_id)
    world.sync()
    with world.still():
        after_undo(world)
    assert world.record(Kind.INVOICE, local_id=invoice_id).ended


def test_a_void_invoice_trashed_here_is_deleted_there(world: World) -> None:
    invoice_id, remote_id = linked(world)
    person.void(world, invoice_id)
    person.settle(world)
    person.trash(world, invoice_id)
    after_undo(world)
    assert not bookkeeper.exists(world, remote_id)


def test_a_void_invoice_deleted_there_goes_to_the_trash_here(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    person.settle(world)
    bookkeeper.delete(world, remote_id)
    person.settle(world)
    assert world.here(Invoice, invoice_id).trashed_at is not None


def test_an_invoice_trashed_before_it_ever_travelled_stays_here(world: World) -> None:
    before = len(world.all("Invoice"))
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    person.trash(world, invoice.id)
    after_undo(world)
    assert len(world.all("Invoice")) == before


def test_trashed_and_restored_after_the_deletion_was_sent_but_never_answered(world: World) -> None:
    """Undo after the window is a restore: QuickBooks deleted the first, and gets a second."""
    import httpx

    invoice_id, remote_id = linked(world)

    def lose(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and "operation=delete" in path:
            world.after_request = None
            raise httpx.ReadError("the connection was cut")
        return response

    world.after_request = lose
    person.trash(world, invoice_id)
    world.pass_time(seconds=31)
    world.run()
    person.restore(world, invoice_id)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert not bookkeeper.exists(world, remote_id)
    assert record.remote_id not in (None, remote_id)
    assert record.flag == Flag.SYNCED


def test_a_void_invoice_whose_note_is_rewritten_there_stays_void(world: World) -> None:
    """By its note alone it was known as void: it came back here as an invoice of nothing, and its lines were lost."""
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    person.settle(world)
    customer = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, PrivateNote="Cancelled by phone", CustomerRef=customer)
    person.settle(world)
    here = world.here(Invoice, invoice_id)
    assert (here.stage, here.total_cents, here.memo) == (Stage.VOID, 10000, "")
    record = world.record(Kind.INVOICE, local_id=invoice_id)
    assert (record.flag, record.remote_state) == (Flag.SYNCED, RemoteState.VOID)
    assert compare(world)["differing"] == 0
    line = world.get("Invoice", remote_id)["Line"][0]
    line["Amount"], line["SalesItemLineDetail"] = (
        40,
        {**line["SalesItemLineDetail"], "Qty": 1, "UnitPrice": 40},
    )
    world.change("Invoice", remote_id, Line=[line], CustomerRef=customer)
    person.settle(world)
    here = world.here(Invoice, invoice_id)
    assert (here.stage, here.total_cents, here.memo) == (Stage.ISSUED, 4000, "Cancelled by phone")
