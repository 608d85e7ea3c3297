"""Customers and items end by being archived, and come back: here, in QuickBooks, and on both sides at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bookipi_app.models import Customer, Flag, Invoice, Item, Kind
from bookipi_app.services import customers, items
from bookipi_app.services.invoice_form import LineForm
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World

KINDS = [Kind.CUSTOMER, Kind.ITEM]
TABLES: dict[Kind, Any] = {Kind.CUSTOMER: Customer, Kind.ITEM: Item}
NAME = {Kind.CUSTOMER: "DisplayName", Kind.ITEM: "Name"}


def entity(kind: Kind) -> str:
    return kind.value.capitalize()


def linked(world: World, kind: Kind) -> tuple[UUID, str]:
    row: Any = world.customer() if kind is Kind.CUSTOMER else world.item()
    world.sync()
    world.pass_time(minutes=1)
    return row.id, world.record(kind, local_id=row.id).remote_id or ""


def edit(world: World, kind: Kind, local_id: UUID) -> None:
    """An edit that leaves it in use."""
    if kind is Kind.CUSTOMER:
        world.customer(local_id, phone="512 555 0101")
    else:
        world.item(local_id, description="Per bag")


def edited_there(kind: Kind) -> dict[str, Any]:
    return {"Notes": "From the books"} if kind is Kind.CUSTOMER else {"Description": "From the books"}


def set_active(world: World, kind: Kind, local_id: UUID, active: bool) -> None:
    service: Any = customers if kind is Kind.CUSTOMER else items
    act = service.restore if active else service.archive
    with world.database.transaction() as session:
        act(session, world.company_id, local_id, now=world.now, who=WHO)


def there(world: World, kind: Kind, remote_id: str) -> tuple[bool, str]:
    obj = world.get(entity(kind), remote_id)
    return obj["Active"], obj[NAME[kind]]


def is_active(world: World, kind: Kind, local_id: UUID) -> bool:
    return world.here(TABLES[kind], local_id).active


def name_of(kind: Kind) -> str:
    return "Lakeline Homeowners" if kind is Kind.CUSTOMER else "Leaf removal"


@pytest.mark.parametrize("kind", KINDS)
def test_archived_here_it_is_made_inactive_there_after_the_undo_and_keeps_its_name_here(
    world: World, kind: Kind
) -> None:
    local_id, remote_id = linked(world, kind)
    set_active(world, kind, local_id, False)
    with world.still():
        world.run()
        world.pass_time(seconds=29)
        world.run()
    world.pass_time(seconds=1)
    world.run()
    assert there(world, kind, remote_id) == (False, f"{name_of(kind)} (deleted)")
    person.settle(world)
    assert world.here(TABLES[kind], local_id).name == name_of(kind)
    assert person.flag(world, kind, local_id) == Flag.SYNCED


def _ended_there(world: World, kind: Kind) -> tuple[UUID, str]:
    local_id, remote_id = linked(world, kind)
    world.change(entity(kind), remote_id, Active=False)
    person.settle(world)
    return local_id, remote_id


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_of_a_name_that_ends_is_counted_there_and_keeps_its_name_here(
    world: World, kind: Kind
) -> None:
    """QuickBooks tells two ended ones of one name apart by a number; brought back, it is free of mark and number."""
    _first, (local_id, remote_id) = [_ended_there(world, kind) for _ in range(2)]
    assert there(world, kind, remote_id) == (False, f"{name_of(kind)} (deleted) 1")
    assert (world.here(TABLES[kind], local_id).name, person.flag(world, kind, local_id)) == (
        name_of(kind), Flag.SYNCED
    )  # fmt: skip
    set_active(world, kind, local_id, True)
    person.settle(world)
    assert there(world, kind, remote_id) == (True, name_of(kind))
    assert person.flag(world, kind, local_id) == Flag.SYNCED


@pytest.mark.parametrize("kind", KINDS)
def test_brought_back_within_the_undo_nothing_is_sent(world: World, kind: Kind) -> None:
    local_id, _ = linked(world, kind)
    with world.still():
        set_active(world, kind, local_id, False)
        world.run()
        world.pass_time(seconds=20)
        set_active(world, kind, local_id, True)
        person.settle(world)
    assert person.flag(world, kind, local_id) == Flag.SYNCED


@pytest.mark.parametrize("kind", KINDS)
def test_brought_back_later_it_is_active_there_with_its_clean_name(world: World, kind: Kind) -> None:
    local_id, remote_id = linked(world, kind)
    set_active(world, kind, local_id, False)
    world.pass_time(seconds=31)
    person.settle(world)
    set_active(world, kind, local_id, True)
    person.settle(world)
    assert there(world, kind, remote_id) == (True, name_of(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_made_inactive_there_it_is_archived_here_and_reactivated_there_it_is_back(
    world: World, kind: Kind
) -> None:
    local_id, remote_id = linked(world, kind)
    world.change(entity(kind), remote_id, Active=False)
    person.settle(world)
    assert not is_active(world, kind, local_id)
    assert world.here(TABLES[kind], local_id).name == name_of(kind)
    world.change(entity(kind), remote_id, Active=True, **{NAME[kind]: name_of(kind)})
    person.settle(world)
    assert is_active(world, kind, local_id)
    assert there(world, kind, remote_id) == (True, name_of(kind))
    assert person.flag(world, kind, local_id) == Flag.SYNCED


@pytest.mark.parametrize("kind", KINDS)
def test_reactivated_there_with_the_suffix_left_on_its_name_is_a_rename_that_they_made(
    world: World, kind: Kind
) -> None:
    local_id, remote_id = linked(world, kind)
    world.change(entity(kind), remote_id, Active=False)
    person.settle(world)
    world.change(entity(kind), remote_id, Active=True)
    person.settle(world)
    assert is_active(world, kind, local_id)
    assert world.here(TABLES[kind], local_id).name == there(world, kind, remote_id)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_archived_on_both_sides_is_the_same_result(world: World, kind: Kind) -> None:
    local_id, remote_id = linked(world, kind)
    world.change(entity(kind), remote_id, Active=False)
    set_active(world, kind, local_id, False)
    with world.still():
        world.sync()
        world.pass_time(seconds=31)
        person.settle(world)
    assert person.flag(world, kind, local_id) == Flag.SYNCED


@pytest.mark.parametrize("kind", KINDS)
def test_edited_here_and_inactivated_there_it_comes_back_with_the_edit(world: World, kind: Kind) -> None:
    local_id, remote_id = linked(world, kind)
    world.change(entity(kind), remote_id, Active=False)
    edit(world, kind, local_id)
    person.settle(world)
    obj = world.get(entity(kind), remote_id)
    assert there(world, kind, remote_id) == (True, name_of(kind))
    assert obj.get("Description") == "Per bag" or obj["PrimaryPhone"]["FreeFormNumber"] == "512 555 0101"
    assert is_active(world, kind, local_id)


@pytest.mark.parametrize("kind", KINDS)
def test_archived_here_and_edited_there_it_comes_back_with_the_edit(world: World, kind: Kind) -> None:
    local_id, remote_id = linked(world, kind)
    set_active(world, kind, local_id, False)
    world.change(entity(kind), remote_id, **edited_there(kind))
    world.sync()
    world.pass_time(seconds=31)
    person.settle(world)
    row = world.here(TABLES[kind], local_id)
    assert row.active
    assert "From the books" in (row.notes if kind is Kind.CUSTOMER else row.description)
    assert there(world, kind, remote_id)[0]


def test_an_open_balance_refuses_the_archiving_and_it_is_back_with_the_reason(world: World) -> None:
    customer = world.customer()
    world.invoice(customer, *lines(("1", "100")))
    world.sync()
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    set_active(world, Kind.CUSTOMER, customer.id, False)
    world.pass_time(seconds=31)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert is_active(world, Kind.CUSTOMER, customer.id)
    assert there(world, Kind.CUSTOMER, remote_id)[0]
    assert (record.flag, "open balance" in record.reason) == (Flag.ATTENTION, True)


def test_an_archiving_that_was_refused_is_tried_again_in_one_click(world: World) -> None:
    customer = world.customer()
    invoice = world.invoice(customer, *lines(("1", "100")))
    world.sync()
    there_ids = [
        world.record(kind, local_id=one.id).remote_id or ""
        for kind, one in ((Kind.CUSTOMER, customer), (Kind.INVOICE, invoice))
    ]
    set_active(world, Kind.CUSTOMER, customer.id, False)
    world.pass_time(seconds=31)
    person.settle(world)
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    assert [one.label for one in asked.options] == ["Archive it again", "Leave it as it is"]
    bookkeeper.pay(world, there_ids[1])
    person.answer_kept(world, Kind.CUSTOMER, customer.id, "again")
    world.pass_time(seconds=31)
    person.settle(world)
    assert not there(world, Kind.CUSTOMER, there_ids[0])[0]
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_taken_meanwhile_asks_for_another_and_the_suggestion_is_one_click(
    world: World, kind: Kind
) -> None:
    local_id, remote_id = linked(world, kind)
    set_active(world, kind, local_id, False)
    world.pass_time(seconds=31)
    person.settle(world)
    more = (
        {"IncomeAccountRef": {"value": world.income_account()}, "Type": "Service"}
        if kind is Kind.ITEM
        else {}
    )
    world.make(entity(kind), **{NAME[kind]: name_of(kind)}, **more)
    world.sync()
    set_active(world, kind, local_id, True)
    person.settle(world)
    asked = person.question(world, kind, local_id)
    assert asked.question == "name"
    assert asked.suggestion == f"{name_of(kind)} ({kind.value})"
    assert not there(world, kind, remote_id)[0]
    person.rename(world, kind, local_id, asked.suggestion)
    person.settle(world)
    assert there(world, kind, remote_id) == (True, asked.suggestion)
    assert person.flag(world, kind, local_id) == Flag.SYNCED


def test_an_item_archived_here_and_used_there_is_used_here_too(world: World) -> None:
    """The bookkeeper's new invoice uses it: QuickBooks' own item was still active, the invoice arrives all the same."""
    local_id, remote_id = linked(world, Kind.ITEM)
    set_active(world, Kind.ITEM, local_id, False)
    line = {"Amount": 120, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": remote_id}, "Qty": 4, "UnitPrice": 30}}  # fmt: skip
    world.make(
        "Invoice", CustomerRef={"value": world.all("Customer")[0]["Id"]}, DocNumber="QB-9", Line=[line]
    )
    world.sync()
    world.pass_time(seconds=31)
    person.settle(world)
    invoice = world.only(Invoice, number="QB-9")
    assert [one.item_id for one in world.form_of(invoice.id).lines] == [str(local_id)]
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED
    assert not there(world, Kind.ITEM, remote_id)[0]
    world.edit(invoice.id, notes="still editable")
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED


def test_an_invoice_that_needs_an_item_inactive_there_says_so(world: World) -> None:
    local_id, remote_id = linked(world, Kind.ITEM)
    customer = world.customer()
    world.sync()
    world.change("Item", remote_id, Active=False)
    invoice = world.invoice(customer, LineForm(item_id=str(local_id), quantity="1", price="10"))
    world.sync(8)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert record.flag == Flag.ATTENTION
    assert record.reason.startswith("Leaf removal is inactive in QuickBooks.")
    set_active(world, Kind.ITEM, local_id, True)
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED


def test_the_name_of_one_that_was_archived_here_is_waited_for_and_not_asked_about(world: World) -> None:
    """It gives its name up with its end, which travels once the undo is over."""
    older = world.customer(name="Alder", email="old@alder.example")
    person.settle(world)
    remote_id = world.record(Kind.CUSTOMER, local_id=older.id).remote_id or ""
    set_active(world, Kind.CUSTOMER, older.id, False)
    newer = world.customer(name="Alder", email="new@alder.example")
    world.sync(3)
    record = world.record(Kind.CUSTOMER, local_id=newer.id)
    assert (record.flag, record.reason) == (
        Flag.SYNCING,
        "Waits until Alder has its new name in QuickBooks.",
    )
    world.pass_time(seconds=31)
    person.settle(world)
    made = world.record(Kind.CUSTOMER, local_id=newer.id).remote_id or ""
    names = [world.get("Customer", one)["DisplayName"] for one in (remote_id, made)]
    assert names == ["Alder (deleted)", "Alder"]
    assert person.flag(world, Kind.CUSTOMER, newer.id) is Flag.SYNCED
