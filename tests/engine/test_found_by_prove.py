"""What `make prove` found, each as small as it could be made."""

from __future__ import annotations

import pytest

from bookipi_app.models import Customer, Flag, Item, Kind
from tests.engine import person
from tests.engine.test_conflicts import linked_customer
from tests.engine.test_main_job import lines
from tests.engine.test_matching import link
from tests.engine.test_old_attempts import lose_answers
from tests.engine.world import World, money


def test_an_invoice_that_the_bookkeeper_typed_too_is_not_taken_for_the_one_that_was_sent(
    world: World,
) -> None:
    """It was adopted as if QuickBooks had changed the due date that was sent, and the two differed for ever."""
    customer, remote_id = linked_customer(world)
    invoice = world.invoice(customer, *lines(("1", "100")))
    lose_answers(world, "invoice", arrives=False)
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": 100,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    world.make(
        "Invoice",
        CustomerRef={"value": remote_id},
        DocNumber=invoice.number,
        DueDate="2026-12-05",
        Line=[line],
    )
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    here, there = world.form_of(invoice.id).due_date, world.get("Invoice", record.remote_id or "")["DueDate"]
    assert here == there or record.flag is Flag.CONFLICT


@pytest.mark.parametrize("field", ["price", "description"])
def test_an_item_that_the_bookkeeper_typed_too_is_not_taken_for_the_one_that_was_sent(
    world: World, field: str
) -> None:
    item = world.item(name="Gutter cleaning", price="80", description="By the yard")
    lose_answers(world, "item", arrives=False)
    typed = {"UnitPrice": 80, "Description": "By the yard"} | (
        {"UnitPrice": 95} if field == "price" else {"Description": "By the hour"}
    )
    account = {"value": world.income_account()}
    world.make("Item", Name="Gutter cleaning", Type="Service", IncomeAccountRef=account, **typed)
    person.settle(world)
    record = world.record(Kind.ITEM, local_id=item.id)
    here, there = world.here(Item, item.id), world.get("Item", record.remote_id or "")
    same = (here.price, here.description) == (money(there["UnitPrice"]) * 10**7, there["Description"])
    assert same or record.flag is Flag.CONFLICT


@pytest.mark.parametrize("kind", [Kind.ITEM, Kind.CUSTOMER])
def test_what_was_made_and_renamed_there_before_its_answer_was_looked_for_is_asked_about(
    world: World, kind: Kind
) -> None:
    """It bore another name: it was made again, and the first came back from QuickBooks as a second record."""
    item = kind is Kind.ITEM
    local_id = (
        world.item(name="Gutter cleaning", price="80").id if item else world.customer(name="Ana Ruiz").id
    )
    entity, name = ("Item", "Name") if item else ("Customer", "DisplayName")
    lose_answers(world, kind.value, arrives=True)
    made = max(world.all(entity), key=lambda row: int(row["Id"]))
    before = len(world.all(entity))
    world.change(entity, made["Id"], **{name: "Renamed in the books"})
    world.sync()
    assert [one.id for one in person.question(world, kind, local_id).candidates] == [made["Id"]]
    assert len(world.all(entity)) == before
    link(world, kind, local_id, made["Id"])
    person.settle(world)
    record = world.record(kind, local_id=local_id)
    assert (record.flag, record.remote_id) == (Flag.SYNCED, made["Id"])
    assert world.here(Item if item else Customer, local_id).name == "Renamed in the books"
    assert len(world.all(entity)) == before


def test_what_was_made_and_changed_names_with_a_linked_one_is_asked_about(world: World) -> None:
    """Until a person answers, what was made is linked to nothing, and nothing is made in its place."""
    ben, theirs = linked_customer(world, name="Ben Okafor")
    ana = world.customer(name="Ana Ruiz")
    lose_answers(world, "customer", arrives=True)
    made = max(world.all("Customer"), key=lambda row: int(row["Id"]))["Id"]
    for remote_id, name in ((made, "Neither"), (theirs, "Ana Ruiz"), (made, "Ben Okafor")):
        world.change("Customer", remote_id, DisplayName=name)
    before = len(world.all("Customer"))
    person.settle(world)
    assert [one.id for one in person.question(world, Kind.CUSTOMER, ana.id).candidates] == [made]
    assert world.record(Kind.CUSTOMER, local_id=ana.id).remote_id is None
    link(world, Kind.CUSTOMER, ana.id, made)
    person.settle(world)
    linked = [world.record(Kind.CUSTOMER, local_id=one.id) for one in (ana, ben)]
    assert [(one.flag, one.remote_id) for one in linked] == [(Flag.SYNCED, made), (Flag.SYNCED, theirs)]
    assert [world.here(Customer, one.id).name for one in (ana, ben)] == ["Ben Okafor", "Ana Ruiz"]
    assert len(world.all("Customer")) == before


def test_what_a_bookkeeper_made_and_changed_meanwhile_is_not_asked_about(world: World) -> None:
    item = world.item(name="Gutter cleaning", price="80")
    lose_answers(world, "item", arrives=False)
    account = {"value": world.income_account()}
    made = world.make("Item", Name="Snow removal", Type="Service", IncomeAccountRef=account, UnitPrice=60)
    world.change("Item", made["Id"], Description="By the hour")
    person.settle(world)
    record = world.record(Kind.ITEM, local_id=item.id)
    assert (record.flag, record.remote_id == made["Id"]) == (Flag.SYNCED, False)
