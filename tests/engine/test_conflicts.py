"""The same field edited on both sides: neither moves until a person chose, and what lost stays in the history."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bookipi_app.errors import InvalidInput, NotFound
from bookipi_app.models import Customer, Flag, Invoice, Kind
from bookipi_app.services import decisions
from bookipi_app.services.decisions import StaleQuestion
from tests.engine import person
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World, money


def linked_customer(world: World, **fields: Any) -> tuple[Customer, str]:
    customer = world.customer(**fields)
    world.sync()
    return customer, world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""


def clash(world: World) -> tuple[UUID, str]:
    """A phone number edited on both sides, and a note here alone."""
    customer, remote_id = linked_customer(world, phone="512 555 0100")
    world.customer(customer.id, phone="512 555 0101", notes="Gate code 4411")
    world.change(
        "Customer", remote_id, PrimaryPhone={"FreeFormNumber": "512 555 0199"}, CompanyName="Lakeline Inc."
    )
    world.sync()
    return customer.id, remote_id


def test_both_values_stand_side_by_side_and_neither_side_moves(world: World) -> None:
    customer_id, remote_id = clash(world)
    assert person.flag(world, Kind.CUSTOMER, customer_id) == Flag.CONFLICT
    view = person.conflict(world, Kind.CUSTOMER, customer_id)
    assert [(unit.label, unit.base, unit.ours, unit.theirs) for unit in view.units] == [
        ("Phone", "512 555 0100", "512 555 0101", "512 555 0199")
    ]
    assert (view.units[0].ours_who, view.units[0].theirs_who, view.title) == (
        WHO,
        "QuickBooks",
        "Lakeline Homeowners",
    )
    assert world.here(Customer, customer_id).phone == "512 555 0101"
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "512 555 0199"


@pytest.mark.parametrize(("side", "phone"), [("ours", "512 555 0101"), ("theirs", "512 555 0199")])
def test_the_chosen_value_is_on_both_sides_and_the_other_edits_survive(
    world: World, side: str, phone: str
) -> None:
    customer_id, remote_id = clash(world)
    person.choose(world, Kind.CUSTOMER, customer_id, phone=side)
    person.settle(world)
    here, there = world.here(Customer, customer_id), world.get("Customer", remote_id)
    assert here.phone == there["PrimaryPhone"]["FreeFormNumber"] == phone
    assert here.company_name == there["CompanyName"] == "Lakeline Inc."
    assert here.notes == there["Notes"] == "Gate code 4411"
    assert person.flag(world, Kind.CUSTOMER, customer_id) == Flag.SYNCED


@pytest.mark.parametrize(("side", "lost"), [("ours", "512 555 0199"), ("theirs", "512 555 0101")])
def test_what_lost_stays_in_the_history(world: World, side: str, lost: str) -> None:
    customer_id, _ = clash(world)
    person.choose(world, Kind.CUSTOMER, customer_id, phone=side)
    person.settle(world)
    told = [entry for entry in person.story(world, customer_id) if (entry.detail or {}).get("lost")]
    assert len(told) == 1
    assert (told[0].who, told[0].detail["fields"]["Phone"][0]) == (WHO, lost)  # type: ignore[index]


def two_units(world: World) -> tuple[UUID, str]:
    customer, remote_id = linked_customer(world, phone="1", email="a@lakeline.example")
    world.customer(customer.id, phone="2", email="b@lakeline.example")
    world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "3"},
                 PrimaryEmailAddr={"Address": "c@lakeline.example"})  # fmt: skip
    world.sync()
    return customer.id, remote_id


def test_one_choice_per_field(world: World) -> None:
    customer_id, remote_id = two_units(world)
    person.choose(world, Kind.CUSTOMER, customer_id, phone="ours")
    with world.still():
        world.sync()
    view = person.conflict(world, Kind.CUSTOMER, customer_id)
    assert {unit.unit: unit.choice for unit in view.units} == {"phone": "ours", "email": ""}
    person.choose(world, Kind.CUSTOMER, customer_id, email="theirs")
    person.settle(world)
    here, there = world.here(Customer, customer_id), world.get("Customer", remote_id)
    assert here.phone == there["PrimaryPhone"]["FreeFormNumber"] == "2"
    assert here.email == there["PrimaryEmailAddr"]["Address"] == "c@lakeline.example"


def test_open_pages_hear_of_another_value_in_the_same_conflict(world: World) -> None:
    customer_id, remote_id = clash(world)
    world.published.clear()
    world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "512 555 0177"})
    world.sync()
    assert ("customer", customer_id) in world.published


@pytest.mark.parametrize("moved", ["here", "there"])
def test_edited_again_it_is_raised_anew_and_choices_are_dropped(world: World, moved: str) -> None:
    customer_id, remote_id = two_units(world)
    old = person.conflict(world, Kind.CUSTOMER, customer_id)
    person.choose(world, Kind.CUSTOMER, customer_id, phone="theirs")
    if moved == "here":
        world.customer(customer_id, phone="22", email="b@lakeline.example")
    else:
        world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "33"})
    world.sync()
    view = person.conflict(world, Kind.CUSTOMER, customer_id)
    assert view.pair != old.pair
    assert {unit.choice for unit in view.units} == {""}
    phone = next(unit for unit in view.units if unit.unit == "phone")
    assert (phone.ours, phone.theirs) == (("22", "3") if moved == "here" else ("2", "33"))
    with world.database.transaction() as session, pytest.raises(StaleQuestion):
        decisions.choose_all(
            session, world.company_id, old.record_id, "ours", old.pair, now=world.now, who=WHO
        )


def test_moved_there_while_the_choice_is_carried_out_it_is_asked_anew_without_what_both_said_before(
    world: World,
) -> None:
    """Ours was chosen over theirs, and theirs is another one by now: neither is what both had."""
    customer_id, remote_id = two_units(world)
    person.choose(world, Kind.CUSTOMER, customer_id, phone="ours", email="theirs")

    def moved(method: str, target: str) -> None:
        if method == "POST" and "/customer?" in target:
            world.before_request = None
            world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "77"})

    world.before_request = moved
    person.settle(world)
    (unit,) = person.conflict(world, Kind.CUSTOMER, customer_id).units
    assert (unit.base, unit.ours, unit.theirs, unit.choice) == ("", "2", "77", "")
    assert world.get("Customer", remote_id)["PrimaryEmailAddr"]["Address"] == "c@lakeline.example"


def test_an_edit_between_looking_and_choosing_makes_the_choice_stale(world: World) -> None:
    customer_id, _ = clash(world)
    view = person.conflict(world, Kind.CUSTOMER, customer_id)
    world.customer(customer_id, phone="999")
    with world.database.transaction() as session, pytest.raises(StaleQuestion):
        decisions.choose(
            session, world.company_id, view.record_id, {"phone": "ours"}, view.pair, now=world.now, who=WHO
        )


def test_strangers_and_nonsense_are_refused(world: World) -> None:
    customer_id, _ = clash(world)
    view = person.conflict(world, Kind.CUSTOMER, customer_id)
    said: dict[str, Any] = {"now": world.now, "who": WHO}
    with world.database.transaction() as session:
        with pytest.raises(NotFound):
            decisions.choose(session, view_of_nobody(), view.record_id, {"phone": "ours"}, view.pair, **said)
        with pytest.raises(InvalidInput):
            decisions.choose(session, world.company_id, view.record_id, {"name": "ours"}, view.pair, **said)
        with pytest.raises(InvalidInput):
            decisions.choose(session, world.company_id, view.record_id, {"phone": "mine"}, view.pair, **said)


def view_of_nobody() -> UUID:
    return UUID(int=7)


def edit_lines_on_both_sides(world: World) -> tuple[Invoice, str]:
    invoice = world.invoice(world.customer(), *lines(("1", "100"), ("2", "25")), number="INV-5")
    world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    form = world.form_of(invoice.id)
    world.edit(invoice.id, lines=[replace(form.lines[0], price="120"), form.lines[1]])
    there = world.get("Invoice", remote_id)
    kept = [line for line in there["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    kept[0]["SalesItemLineDetail"]["UnitPrice"] = kept[0]["Amount"] = Decimal(130)
    world.change("Invoice", remote_id, Line=kept, CustomerRef=there["CustomerRef"])
    world.sync()
    return invoice, remote_id


@pytest.mark.parametrize(("side", "total"), [("ours", 17000), ("theirs", 18000)])
def test_the_same_line_edited_on_both_sides_says_what_it_does_to_the_total(
    world: World, side: str, total: int
) -> None:
    invoice, remote_id = edit_lines_on_both_sides(world)
    view = person.conflict(world, Kind.INVOICE, invoice.id)
    assert [unit.label for unit in view.units] == ["Lines"]
    assert "$170.00 with ours" in view.units[0].effect
    assert "$180.00" in view.units[0].effect
    assert view.words == "Lines changed on both sides. Neither side changes until you choose."
    assert view.units[0].ours.splitlines() == [
        "Work 0: 1 × $120.00 = $120.00",
        "Work 1: 2 × $25.00 = $50.00",
    ]
    assert view.units[0].theirs.splitlines() == [
        "Work 0: 1 × $130.00 = $130.00",
        "Work 1: 2 × $25.00 = $50.00",
    ]
    person.choose(world, Kind.INVOICE, invoice.id, all_=side)
    person.settle(world)
    assert world.here(Invoice, invoice.id).total_cents == total
    assert money(world.get("Invoice", remote_id)["TotalAmt"]) * 100 == total
    assert person.flag(world, Kind.INVOICE, invoice.id) == Flag.SYNCED


def test_of_fields_that_belong_together_only_what_somebody_changed_is_named(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100")), number="INV-5", issue_date="2026-11-20",
                            terms_name="Net 30")  # fmt: skip
    world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.edit(invoice.id, issue_date="2026-11-21", terms_name="Custom", due_date="2026-12-20")
    reference = world.get("Invoice", remote_id)["CustomerRef"]
    world.change("Invoice", remote_id, CustomerRef=reference, DueDate="2026-12-31")
    world.sync()
    view = person.conflict(world, Kind.INVOICE, invoice.id)
    assert [unit.label for unit in view.units] == ["Dates and terms"]
    assert view.words.startswith("Issue date, terms and due date changed here and in QuickBooks.")


def test_a_deletion_there_turns_it_into_edited_here_deleted_there(world: World) -> None:
    invoice, remote_id = edit_lines_on_both_sides(world)
    token = world.get("Invoice", remote_id)["SyncToken"]
    world.there("POST", "/invoice?operation=delete", {"Id": remote_id, "SyncToken": token})
    world.sync()
    view = person.conflict(world, Kind.INVOICE, invoice.id)
    assert view.whole
    assert "Deleted in QuickBooks" in view.words
    assert [unit.theirs for unit in view.units] == ["Deleted"]
