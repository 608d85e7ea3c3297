"""Edited on one side, ended on the other: the edit is never lost, a person chooses, both choices are carried out."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlmodel import col, select

from bookipi_app.models import Company, Flag, Invoice, Kind, Stage
from bookipi_app.services.invoice_numbers import next_number
from tests.engine import bookkeeper, person
from tests.engine.person import after_undo
from tests.engine.test_ends_invoices import linked
from tests.engine.world import World, money


def in_conflict(world: World, invoice_id: UUID) -> str:
    world.sync(8)
    view = person.conflict(world, Kind.INVOICE, invoice_id)
    assert view.whole
    return view.words


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_edited_here_deleted_there(world: World, choice: str) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.delete(world, remote_id)
    world.edit(invoice_id, notes="Please pay by Friday")
    assert "Deleted in QuickBooks" in in_conflict(world, invoice_id)
    person.choose(world, Kind.INVOICE, invoice_id, record=choice)
    person.settle(world)
    invoice, record = world.here(Invoice, invoice_id), world.record(Kind.INVOICE, local_id=invoice_id)
    if choice == "ours":
        assert (record.generation, record.flag) == (1, Flag.SYNCED)
        assert world.get("Invoice", record.remote_id or "")["CustomerMemo"]["value"] == "Please pay by Friday"
    else:
        assert (invoice.trashed_at is not None, record.ended) == (True, True)
        assert invoice.notes == "Please pay by Friday"
    assert [entry for entry in person.story(world, invoice_id) if (entry.detail or {}).get("lost")]


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_edited_here_voided_there(world: World, choice: str) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    world.edit(invoice_id, notes="Please pay by Friday")
    assert "Voided in QuickBooks" in in_conflict(world, invoice_id)
    with world.database.reading() as session:
        next_one = next_number(session, world.company_id)
    person.choose(world, Kind.INVOICE, invoice_id, record=choice)
    person.settle(world)
    assert world.here(Invoice, invoice_id).stage is Stage.VOID
    with world.database.reading() as session:
        copies = list(session.exec(select(Invoice).where(col(Invoice.id) != invoice_id)))
    assert [copy.notes for copy in copies] == (["Please pay by Friday"] if choice == "ours" else [])
    for copy in copies:
        assert (copy.stage, copy.total_cents, copy.number) == (Stage.DRAFT, 10000, next_one)


def test_what_lives_on_as_a_new_invoice_takes_no_number_that_quickbooks_has(world: World) -> None:
    """Older invoices there have numbers that nobody here has."""
    older = world.all("Invoice")[0]["DocNumber"]
    with world.database.transaction() as session:
        company = session.get_one(Company, world.company_id)
        company.number_prefix, company.next_number = "", int(older)
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    world.edit(invoice_id, notes="Please pay by Friday")
    in_conflict(world, invoice_id)
    with world.database.reading() as session:
        next_one = next_number(session, world.company_id)
    person.choose(world, Kind.INVOICE, invoice_id, record="ours")
    person.settle(world)
    with world.database.reading() as session:
        [copy] = session.exec(select(Invoice).where(col(Invoice.id) != invoice_id))
    assert copy.number == next_one != older


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_deleted_here_edited_there(world: World, choice: str) -> None:
    invoice_id, remote_id = linked(world)
    person.trash(world, invoice_id)
    bookkeeper.set_memo(world, remote_id, "From the books")
    world.pass_time(seconds=31)
    in_conflict(world, invoice_id)
    person.choose(world, Kind.INVOICE, invoice_id, record=choice)
    after_undo(world)
    invoice = world.here(Invoice, invoice_id)
    if choice == "ours":
        assert not bookkeeper.exists(world, remote_id)
        assert invoice.trashed_at is not None
    else:
        assert (invoice.trashed_at, invoice.notes) == (None, "From the books")
        assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_voided_here_edited_there(world: World, choice: str) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.set_price(world, remote_id, 150)
    person.void(world, invoice_id)
    in_conflict(world, invoice_id)
    person.choose(world, Kind.INVOICE, invoice_id, record=choice)
    person.settle(world)
    invoice, there = world.here(Invoice, invoice_id), world.get("Invoice", remote_id)
    if choice == "ours":
        assert (invoice.stage, money(there["TotalAmt"])) == (Stage.VOID, 0)
    else:
        assert (invoice.stage, invoice.total_cents, money(there["TotalAmt"])) == (Stage.ISSUED, 15000, 150)
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_the_conflict_says_what_each_choice_does(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.delete(world, remote_id)
    world.edit(invoice_id, notes="Please pay by Friday")
    in_conflict(world, invoice_id)
    unit = person.conflict(world, Kind.INVOICE, invoice_id).units[0]
    assert "created in QuickBooks again" in unit.ours_label
    assert "trash" in unit.theirs_label
    assert "Please pay by Friday" in unit.ours


def test_edited_again_there_the_choice_is_dropped_and_asked_anew(world: World) -> None:
    invoice_id, remote_id = linked(world)
    person.trash(world, invoice_id)
    bookkeeper.set_memo(world, remote_id, "One")
    world.pass_time(seconds=31)
    in_conflict(world, invoice_id)
    person.choose(world, Kind.INVOICE, invoice_id, record="ours")
    bookkeeper.set_memo(world, remote_id, "Two")
    world.sync()
    assert bookkeeper.exists(world, remote_id)
    assert person.conflict(world, Kind.INVOICE, invoice_id).units[0].choice == ""
