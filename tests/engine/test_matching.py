"""Before a first creation: certain matches are linked and merged, doubtful ones ask a person and do as told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bookipi_app.errors import InvalidInput
from bookipi_app.models import Customer, Flag, Invoice, Item, Kind
from bookipi_app.services import decisions
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World, money


def service(world: World, **fields: Any) -> dict[str, Any]:
    return world.make("Item", Type="Service", IncomeAccountRef={"value": world.income_account()}, **fields)


def link(world: World, kind: Kind, local_id: UUID, candidate: str) -> None:
    asked = person.question(world, kind, local_id)
    with world.database.transaction() as session:
        decisions.link_to(
            session, world.company_id, asked.record_id, candidate, asked.pair, now=world.now, who=WHO
        )


def is_new(world: World, kind: Kind, local_id: UUID) -> None:
    asked = person.question(world, kind, local_id)
    with world.database.transaction() as session:
        decisions.is_new(session, world.company_id, asked.record_id, asked.pair, now=world.now, who=WHO)


def existing(world: World) -> dict[str, Any]:
    """A customer that QuickBooks had long before."""
    return next(row for row in world.all("Customer") if row["DisplayName"] == "Blue Heron Cafe")


def test_the_same_name_and_address_is_the_same_customer_and_both_halves_are_kept(world: World) -> None:
    there = existing(world)
    customer = world.customer(name="Blue Heron Cafe", email="office@blueheron.example", phone="512 555 0177")
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert record.remote_id == there["Id"]
    assert world.count()["POST customer"] <= 2
    assert world.get("Customer", there["Id"])["PrimaryPhone"]["FreeFormNumber"] == "512 555 0177"
    assert len([row for row in world.all("Customer") if "heron" in row["DisplayName"].lower()]) == 1


def test_the_name_alone_is_enough_where_an_address_is_missing(world: World) -> None:
    there = existing(world)
    customer = world.customer(name="Blue Heron Cafe")
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=customer.id).remote_id == there["Id"]
    assert world.here(Customer, customer.id).email == "office@blueheron.example"
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


@pytest.mark.parametrize(
    ("fields", "evidence"),
    [
        ({"name": "Blue Heron Cafe", "email": "other@cafe.example"}, "another e-mail address"),
        ({"name": "Heron Coffee", "email": "office@blueheron.example"}, "the same e-mail address"),
    ],
)
def test_half_a_match_asks_with_its_evidence(world: World, fields: dict[str, Any], evidence: str) -> None:
    there = existing(world)
    customer = world.customer(**fields)
    with world.still():
        world.sync()
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    assert (asked.question, evidence in asked.words) == ("match", True)
    assert [(one.id, one.title, one.evidence) for one in asked.candidates] == [
        (there["Id"], "Blue Heron Cafe", "office@blueheron.example")
    ]


def test_one_by_name_and_another_by_address_are_both_asked_about(world: World) -> None:
    reached = existing(world)
    named = next(row for row in world.all("Customer") if row["Active"] and "PrimaryEmailAddr" not in row)
    customer = world.customer(name=named["DisplayName"], email=reached["PrimaryEmailAddr"]["Address"])
    with world.still():
        world.sync()
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    assert (asked.question, {one.id for one in asked.candidates}) == ("match", {named["Id"], reached["Id"]})


def test_linked_as_told_and_what_differs_is_asked(world: World) -> None:
    there = existing(world)
    customer = world.customer(name="Heron Coffee", email="office@blueheron.example")
    world.sync()
    link(world, Kind.CUSTOMER, customer.id, there["Id"])
    world.sync()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).remote_id == there["Id"]
    view = person.conflict(world, Kind.CUSTOMER, customer.id)
    assert [(unit.unit, unit.ours, unit.theirs) for unit in view.units] == [
        ("name", "Heron Coffee", "Blue Heron Cafe")
    ]
    person.choose(world, Kind.CUSTOMER, customer.id, name="theirs")
    person.settle(world)
    assert world.here(Customer, customer.id).name == "Blue Heron Cafe"
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


def test_a_new_one_as_told_is_created(world: World) -> None:
    there = existing(world)
    customer = world.customer(name="Heron Coffee", email="office@blueheron.example")
    world.sync()
    is_new(world, Kind.CUSTOMER, customer.id)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (record.remote_id not in (None, there["Id"]), record.flag) == (True, Flag.SYNCED)


def test_a_new_one_of_the_same_name_needs_another_name(world: World) -> None:
    customer = world.customer(name="Blue Heron Cafe", email="other@cafe.example")
    world.sync()
    is_new(world, Kind.CUSTOMER, customer.id)
    world.sync()
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    assert (asked.question, asked.suggestion) == ("name", "Blue Heron Cafe (customer)")
    person.rename(world, Kind.CUSTOMER, customer.id, asked.suggestion)
    person.settle(world)
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


def test_only_what_was_offered_can_be_linked(world: World) -> None:
    customer = world.customer(name="Blue Heron Cafe", email="other@cafe.example")
    world.sync()
    with pytest.raises(InvalidInput):
        link(world, Kind.CUSTOMER, customer.id, "1")


def test_a_candidate_that_arrives_meanwhile_waits_for_the_answer_and_is_not_doubled(world: World) -> None:
    made = world.make(
        "Customer", DisplayName="Hill Country Brewing", PrimaryEmailAddr={"Address": "ap@hill.example"}
    )
    customer = world.customer(name="Hill Country Brewing", email="taproom@hill.example")
    world.sync()
    assert person.question(world, Kind.CUSTOMER, customer.id).question == "match"
    link(world, Kind.CUSTOMER, customer.id, made["Id"])
    world.sync()
    person.choose(world, Kind.CUSTOMER, customer.id, all_="ours")
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=customer.id).remote_id == made["Id"]
    assert world.only(Customer, name="Hill Country Brewing").id == customer.id


@pytest.mark.parametrize(
    ("ours", "theirs", "outcome"),
    [
        ({"sku": "LR-1"}, {"Sku": "LR-1"}, "linked"),
        ({"sku": ""}, {"Sku": "LR-1"}, "linked"),
        ({"sku": "LR-2"}, {"Sku": "LR-1"}, "asked"),
        ({"sku": "LR-1", "name": "Leaves"}, {"Sku": "lr-1"}, "asked"),
        ({"sku": "LR-9", "name": "Leaves"}, {"Sku": "LR-1"}, "created"),
    ],
)
def test_items_by_sku_then_name(
    world: World, ours: dict[str, Any], theirs: dict[str, str], outcome: str
) -> None:
    there = service(world, Name="Leaf removal", UnitPrice=212, **theirs)
    world.pass_time(seconds=61)
    world.sync()
    here = world.only(Item, name="Leaf removal")
    with world.database.transaction() as session:  # as if it had not arrived: older than the connection
        record = world.record(Kind.ITEM, local_id=here.id)
        session.delete(session.merge(record))
        session.delete(session.merge(here))
    item = world.item(**ours)
    world.sync()
    record = world.record(Kind.ITEM, local_id=item.id)
    match outcome:
        case "linked":
            assert record.remote_id == there["Id"]
        case "asked":
            assert [one.id for one in person.question(world, Kind.ITEM, item.id).candidates] == [there["Id"]]
        case _:
            assert record.remote_id not in (None, there["Id"])


def typed_there(
    world: World,
    customer_remote: str,
    number: str,
    price: int = 100,
    day: str = "2026-11-22",
    words: str = "",
) -> dict[str, Any]:
    line = {"Amount": price, "DetailType": "SalesItemLineDetail", "Description": words,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": price}}  # fmt: skip
    return world.make(
        "Invoice", CustomerRef={"value": customer_remote}, DocNumber=number, TxnDate=day, Line=[line]
    )


def shared_customer(world: World) -> tuple[Customer, str]:
    customer = world.customer(name="Two Sides LLC")
    world.sync()
    return customer, world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""


def test_the_same_invoice_typed_on_both_sides_is_linked(world: World) -> None:
    customer, remote = shared_customer(world)
    made = typed_there(world, remote, "INV-7")
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7", issue_date="2026-11-22")
    world.pass_time(seconds=10)  # the worker comes to it when QuickBooks' notice is there too
    before = len(world.all("Invoice"))
    world.sync(8)
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id == made["Id"]
    assert len(world.all("Invoice")) == before
    assert world.only(Invoice).id == invoice.id


def test_the_same_number_and_customer_with_another_total_asks(world: World) -> None:
    customer, remote = shared_customer(world)
    made = typed_there(world, remote, "INV-7", price=90)
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7", issue_date="2026-11-22")
    world.pass_time(seconds=10)
    world.sync(8)
    asked = person.question(world, Kind.INVOICE, invoice.id)
    assert (asked.question, [one.id for one in asked.candidates]) == ("match", [made["Id"]])
    assert "$90.00" in asked.candidates[0].evidence
    link(world, Kind.INVOICE, invoice.id, made["Id"])
    world.sync()
    person.choose(world, Kind.INVOICE, invoice.id, all_="ours")
    person.settle(world)
    assert money(world.get("Invoice", made["Id"])["TotalAmt"]) == 100
    assert world.only(Invoice).id == invoice.id


def test_said_to_be_another_invoice_both_exist(world: World) -> None:
    customer, remote = shared_customer(world)
    made = typed_there(world, remote, "INV-7", price=90)
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7", issue_date="2026-11-22")
    world.pass_time(seconds=10)
    world.sync(8)
    is_new(world, Kind.INVOICE, invoice.id)
    world.pass_time(seconds=61)
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id not in (None, made["Id"])
    assert world.record(Kind.INVOICE, remote_id=made["Id"]).local_id is not None
