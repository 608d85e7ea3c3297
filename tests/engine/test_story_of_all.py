"""Nothing changes a record without a line in its story: also what is done to it for the sake of another one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from bookipi_app.models import HistoryEntry, Invoice, Kind, Side, Stage
from bookipi_app.services import history, invoices
from bookipi_app.services.history import HistoryView
from bookipi_app.services.invoice_form import InvoiceForm
from tests.engine import bookkeeper, person
from tests.engine.test_conflicts import linked_customer
from tests.engine.test_ends_invoices import linked
from tests.engine.test_guard import answer, vanish
from tests.engine.test_half_matches import arrived, older, say
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new, link
from tests.engine.test_merges import merge, two
from tests.engine.test_tax_asked_once import taxed
from tests.engine.world import WHO, World


def said(world: World, local_id: UUID) -> list[tuple[str, str]]:
    """Who did what, oldest first."""
    return [(entry.who, entry.words) for entry in person.story(world, local_id)]


def entry(world: World, local_id: UUID, words: str) -> HistoryEntry:
    [found] = [one for one in person.story(world, local_id) if one.words == words]
    return found


def draft_of(world: World, customer_id: UUID) -> UUID:
    with world.database.transaction() as session:
        form = InvoiceForm(customer_id=str(customer_id), lines=lines(("1", "5")))
        return invoices.save(session, world.company_id, None, form, issue=False, now=world.now, who=WHO).id


def test_a_draft_of_a_merged_customer_says_whose_it_is_now(world: World) -> None:
    both = two(world)
    draft = draft_of(world, both.loser)
    merge(world, both, told=True)
    person.settle(world)
    told = ("QuickBooks", "Its customer was merged into Lakeline Homeowners Assn")
    assert said(world, draft)[-1] == told
    assert told in said(world, both.invoice)


def test_what_was_carried_over_from_a_merged_customer_is_told_in_words(world: World) -> None:
    both = two(world)
    world.customer(both.loser, name="Lakeline HOA", phone="1", bill_line1="12 Oak St", bill_city="Austin")
    merge(world, both, told=True)
    world.pass_time(seconds=6)
    world.sync(8)
    told = entry(world, both.survivor, "Lakeline HOA was merged into this customer")
    assert told.detail == {"fields": {"bill_address": ["", "12 Oak St, Austin"]}}


def test_mine_kept_over_a_void_says_where_it_went_and_where_it_came_from(world: World) -> None:
    invoice_id, remote_id = linked(world)
    bookkeeper.void(world, remote_id)
    world.edit(invoice_id, notes="Please pay by Friday")
    world.sync(8)
    person.choose(world, Kind.INVOICE, invoice_id, record="ours")
    person.settle(world)
    copy = world.only(Invoice, notes="Please pay by Friday", stage=Stage.DRAFT)
    assert f"What was written here goes on as the draft {copy.number}" in [
        words for _, words in said(world, invoice_id)
    ]
    assert said(world, copy.id) == [("Bookipi", "Draft made of INV-9, which is void in QuickBooks")]


def test_the_same_edit_on_both_sides_is_told(world: World) -> None:
    customer, remote_id = linked_customer(world, phone="1")
    world.customer(customer.id, name=customer.name, phone="2")
    world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "2"})
    person.settle(world)
    assert said(world, customer.id)[-1] == ("QuickBooks", "Changed there in the same way: phone")


@pytest.mark.parametrize("how", ["sent", "paid"])
def test_a_tax_that_quickbooks_worked_out_anew_is_told_with_both_amounts(world: World, how: str) -> None:
    invoice_id, _ = taxed(world, how)
    person.settle(world)
    told = entry(world, invoice_id, "QuickBooks worked out the tax anew. It is unchanged here")
    assert told.side is Side.QUICKBOOKS
    assert told.detail == {"fields": {"tax": ["$8.25", "$9.00"]}}


def half_match(world: World) -> tuple[UUID, dict[str, Any]]:
    """A customer here that may be one in QuickBooks, which a person is asked about."""
    there = next(row for row in world.all("Customer") if row["DisplayName"] == "Blue Heron Cafe")
    customer = world.customer(name="Blue Heron", email="office@blueheron.example")
    world.sync()
    assert person.question(world, Kind.CUSTOMER, customer.id).question == "match"
    return customer.id, there


def test_who_said_what_a_doubtful_record_is_stands_in_its_story(world: World) -> None:
    customer_id, there = half_match(world)
    link(world, Kind.CUSTOMER, customer_id, there["Id"])
    assert (WHO, "Said to be Blue Heron Cafe in QuickBooks") in said(world, customer_id)


def test_who_said_that_it_is_another_one_stands_in_its_story(world: World) -> None:
    customer_id, _ = half_match(world)
    is_new(world, Kind.CUSTOMER, customer_id)
    assert (WHO, "Said to be new to QuickBooks") in said(world, customer_id)


@pytest.mark.parametrize(
    ("right", "words"),
    [(True, "Said to be meant: it is gone in QuickBooks"), (False, "Kept here, though gone in QuickBooks")],
)
def test_what_was_said_of_a_crowd_stands_in_each_story(world: World, right: bool, words: str) -> None:
    made = vanish(world, 12)
    answer(world, right=right)
    for invoice_id in made[:11]:
        assert (WHO, words) in said(world, invoice_id)
    assert words not in [one for _, one in said(world, made[11])]


def test_an_update_that_had_arrived_though_its_answer_was_lost_is_told(world: World) -> None:
    world.sandbox.switches.change({"requestid_ttl_seconds": 3600})
    customer, remote_id = linked_customer(world, phone="1")
    world.pass_time(minutes=1)

    def lost(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and "/customer" in path:
            world.after_request = None
            raise httpx.ReadTimeout("no answer")
        return response

    world.after_request = lost
    world.customer(customer.id, name=customer.name, phone="2")
    world.run()
    world.pass_time(hours=2)  # QuickBooks has forgotten the request by then
    world.change("Customer", remote_id, Notes="meanwhile")
    person.settle(world)
    assert world.get("Customer", remote_id)["PrimaryPhone"]["FreeFormNumber"] == "2"
    told = entry(world, customer.id, "Found in QuickBooks: it had been updated, and the answer was lost")
    assert (told.detail or {})["sent"] == {"phone": "2"}


def test_a_customer_said_to_be_the_same_tells_both_stories_and_that_of_each_invoice(world: World) -> None:
    here = older(world, name="Ana Ruiz", email="ana@ruiz.example")
    made, _ = arrived(world, "Ruiz Catering", "ana@ruiz.example")
    draft = draft_of(world, made.id)
    say(world, made, same=True)
    person.settle(world)
    assert said(world, draft)[-1] == (
        "Bookipi",
        "Its customer is Ana Ruiz now: Ruiz Catering is the same one",
    )
    assert said(world, made.id)[-1] == ("Bookipi", "Archived: it is the same customer as Ana Ruiz")
    assert here.name == "Ana Ruiz"


def sent(world: World, local_id: UUID, words: str) -> dict[str, str]:
    [view] = [one for one in shown(world, local_id) if one.words.startswith(words)]
    return {one.label: one.new for one in view.sent}


def shown(world: World, local_id: UUID) -> list[HistoryView]:
    with world.database.reading() as session:
        return history.of(session, world.company_id, Kind.CUSTOMER, local_id, now=world.now)


def test_a_write_tells_what_was_sent_with_the_reference_of_its_answer(world: World) -> None:
    customer = world.customer(email="ap@lakeline.example", bill_line1="12 Oak St", bill_city="Austin")
    world.sync()
    assert sent(world, customer.id, "Created in QuickBooks") == {
        "Name": "Lakeline Homeowners", "E-mail": "ap@lakeline.example", "Billing address": "12 Oak St, Austin",
    }  # fmt: skip
    world.customer(customer.id, name=customer.name, phone="2")
    world.sync()
    assert sent(world, customer.id, "Updated in QuickBooks") == {
        "E-mail": "", "Phone": "2", "Billing address": "",
    }  # fmt: skip
    assert shown(world, customer.id)[0].reference.startswith("reference 1-")


def test_a_refusal_tells_what_was_sent_and_what_was_answered(world: World) -> None:
    world.run()

    def somebody_is_faster(method: str, path: str) -> None:
        if method == "POST" and "/customer" in path:
            world.before_request = None
            world.make("Vendor", DisplayName="Lakeline Homeowners")

    world.before_request = somebody_is_faster
    customer = world.customer()
    world.run()
    assert sent(world, customer.id, "Refused: ") == {"Name": "Lakeline Homeowners"}
    [refused] = [one for one in shown(world, customer.id) if one.words.startswith("Refused")]
    assert refused.answer == "QuickBooks’ answer 6240"
    assert refused.reference.startswith("reference 1-")
