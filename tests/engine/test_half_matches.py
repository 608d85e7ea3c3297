"""A customer arrives from QuickBooks and half matches one here that never travelled: created, flagged, and asked."""

from __future__ import annotations

from typing import Any

import pytest

from bookipi_app.models import Customer, Flag, Invoice, Kind
from bookipi_app.services import decisions
from tests.engine import opening, person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World


def older(world: World, **fields: Any) -> Customer:
    """A customer from before the connection: it does not travel by itself."""
    with opening.before_connecting(world):
        return world.customer(**fields)


def arrived(world: World, name: str, email: str = "") -> tuple[Customer, str]:
    more: dict[str, Any] = {"PrimaryEmailAddr": {"Address": email}} if email else {}
    made = world.make("Customer", DisplayName=name, **more)
    world.pass_time(seconds=20)
    person.settle(world)
    local_id = world.record(Kind.CUSTOMER, remote_id=made["Id"]).local_id
    assert local_id is not None
    return world.here(Customer, local_id), made["Id"]


def say(world: World, customer: Customer, *, same: bool) -> None:
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    with world.database.transaction() as session:
        decisions.answer_double(session, world.company_id, asked.record_id, same, now=world.now, who=WHO)


@pytest.mark.parametrize(
    ("name", "email"),
    [("Ruiz Catering", "Ana@ruiz.example"), ("Ana Ruiz", "other@ruiz.example")],
)
def test_it_is_created_at_once_and_asks_whether_it_is_the_one_here(
    world: World, name: str, email: str
) -> None:
    here = older(world, name="Ana Ruiz", email="ana@ruiz.example")
    made, _ = arrived(world, name, email)
    assert made.id != here.id
    asked = person.question(world, Kind.CUSTOMER, made.id)
    assert (asked.question, asked.other.title) == ("double", "Ana Ruiz")
    assert "looks like a customer that you have already" in asked.words


def test_nothing_is_asked_where_nothing_is_alike(world: World) -> None:
    older(world, name="Ana Ruiz", email="ana@ruiz.example")
    older(world, name="No address")
    made, _ = arrived(world, "Ben Okafor")
    assert person.flag(world, Kind.CUSTOMER, made.id) is Flag.SYNCED


def test_a_whole_match_is_linked_and_not_asked_about(world: World) -> None:
    here = older(world, name="Ana Ruiz", email="ana@ruiz.example")
    older(world, name="Ana Ruiz", email="elsewhere@ruiz.example")
    made, _ = arrived(world, "Ana Ruiz", "ana@ruiz.example")
    assert made.id == here.id
    assert person.flag(world, Kind.CUSTOMER, here.id) is Flag.SYNCED


def test_said_to_be_another_both_stay(world: World) -> None:
    here = older(world, name="Ana Ruiz", email="ana@ruiz.example")
    made, _ = arrived(world, "Ruiz Catering", "ana@ruiz.example")
    say(world, made, same=False)
    with world.still():
        person.settle(world)
    assert person.flag(world, Kind.CUSTOMER, made.id) is Flag.SYNCED
    assert (world.here(Customer, here.id).active, world.here(Customer, made.id).active) == (True, True)


def test_said_to_be_the_same_there_is_one_with_everything_of_both(world: World) -> None:
    """Its invoice from QuickBooks goes with it, what only one has is kept, and of two names a person chooses."""
    here = older(world, name="Ana Ruiz", email="ana@ruiz.example", notes="Gate code 4411")
    made, remote_id = arrived(world, "Ruiz Catering", "ana@ruiz.example")
    sold = {"Amount": 40, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": 1, "UnitPrice": 40}}  # fmt: skip
    world.make("Invoice", CustomerRef={"value": remote_id}, DocNumber="QB-9", Line=[sold])
    person.settle(world)
    say(world, made, same=True)
    with world.still():
        person.settle(world)
    assert world.record(Kind.CUSTOMER, remote_id=remote_id).local_id == here.id
    assert not world.here(Customer, made.id).active
    invoice = world.only(Invoice, number="QB-9")
    assert (invoice.customer_id, person.flag(world, Kind.INVOICE, invoice.id)) == (here.id, Flag.SYNCED)
    view = person.conflict(world, Kind.CUSTOMER, here.id)
    assert [(unit.unit, unit.ours, unit.theirs) for unit in view.units] == [
        ("name", "Ana Ruiz", "Ruiz Catering")
    ]
    person.choose(world, Kind.CUSTOMER, here.id, name="theirs")
    person.settle(world)
    there = world.get("Customer", remote_id)
    assert (there["DisplayName"], there["Notes"]) == ("Ruiz Catering", "Gate code 4411")
    assert world.here(Customer, here.id).name == "Ruiz Catering"
    assert len(world.all("Customer", "WHERE DisplayName LIKE '%Ruiz%'")) == 1


def test_one_that_was_linked_to_something_else_meanwhile_stays_another(world: World) -> None:
    here = older(world, name="Ana Ruiz", email="ana@ruiz.example")
    made, remote_id = arrived(world, "Ruiz Catering", "ana@ruiz.example")
    world.invoice(here, *lines(("1", "5")))  # it travels along
    person.settle(world)
    say(world, made, same=True)
    person.settle(world)
    assert world.record(Kind.CUSTOMER, remote_id=remote_id).local_id == made.id
    assert person.flag(world, Kind.CUSTOMER, made.id) is Flag.SYNCED
    assert world.record(Kind.CUSTOMER, local_id=here.id).remote_id not in (None, remote_id)
