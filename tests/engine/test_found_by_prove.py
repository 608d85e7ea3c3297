"""What `make prove` found, each as small as it could be made."""

from __future__ import annotations

import pytest

from bookipi_app.models import Flag, Item, Kind
from tests.engine import person
from tests.engine.test_conflicts import linked_customer
from tests.engine.test_main_job import lines
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
