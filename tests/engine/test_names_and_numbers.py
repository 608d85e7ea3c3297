"""Names that others hold in QuickBooks, names in a circle, numbers taken or changed, possible doubles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from bookipi_app.models import Customer, Flag, Invoice, Item, Kind
from bookipi_app.quickbooks import index
from bookipi_app.services import decisions, invoices
from bookipi_app.services.decisions import StaleQuestion
from bookipi_app.sync.waiting import agreed_name
from tests.engine import bookkeeper, person
from tests.engine.test_ends_lists import set_active
from tests.engine.test_main_job import lines
from tests.engine.test_matching import link, shared_customer, typed_there
from tests.engine.world import WHO, World


@pytest.mark.parametrize("entity", ["Vendor", "Employee"])
def test_a_name_held_by_a_vendor_or_employee_suggests_another(world: World, entity: str) -> None:
    name = world.all(entity)[0]["DisplayName"]
    customer = world.customer(name=name.upper())
    with world.still():
        world.sync()
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    assert (asked.question, asked.suggestion, asked.candidates) == ("name", f"{name.upper()} (customer)", ())
    person.rename(world, Kind.CUSTOMER, customer.id, asked.suggestion)
    person.settle(world)
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


def test_a_name_taken_by_a_vendor_that_the_index_does_not_know_is_refused_and_asks_the_same(
    world: World,
) -> None:
    name = world.all("Vendor")[0]["DisplayName"]
    with world.database.transaction() as session:
        index.clear(session, world.connection_id)
    customer = world.customer(name=name)
    world.run()
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    assert (asked.question, asked.suggestion, asked.code) == ("name", f"{name} (customer)", "6240")
    person.rename(world, Kind.CUSTOMER, customer.id, asked.suggestion)
    person.settle(world)
    assert person.flag(world, Kind.CUSTOMER, customer.id) == Flag.SYNCED


def test_a_customer_made_there_a_moment_before_ours_is_linked_when_we_hear_of_it(world: World) -> None:
    made = world.make("Customer", DisplayName="Ana Ruiz")
    customer = world.customer(name="Ana Ruiz", phone="512 555 0101")
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert (record.remote_id, record.flag) == (made["Id"], Flag.SYNCED)
    assert world.get("Customer", made["Id"])["PrimaryPhone"]["FreeFormNumber"] == "512 555 0101"


def test_our_own_new_names_are_known_at_once(world: World) -> None:
    world.customer(name="Ana Ruiz", email="ana@ruiz.example")
    world.run()
    second = world.customer(name="Ana Ruiz", email="other@ruiz.example")
    before = world.count()["POST customer"]
    world.run()
    assert world.count()["POST customer"] == before
    assert person.question(world, Kind.CUSTOMER, second.id).question == "name"


def pair(world: World) -> list[tuple[UUID, str]]:
    made = [world.customer(name=name) for name in ("Alder", "Birch")]
    world.sync()
    return [(one.id, world.record(Kind.CUSTOMER, local_id=one.id).remote_id or "") for one in made]


def names(world: World, made: list[tuple[UUID, str]]) -> list[tuple[str, str]]:
    return [
        (world.here(Customer, one).name, world.get("Customer", there)["DisplayName"]) for one, there in made
    ]


def test_two_customers_swap_their_names_here(world: World) -> None:
    made = pair(world)
    world.customer(made[0][0], name="Birch")
    world.customer(made[1][0], name="Alder")
    person.settle(world)
    assert names(world, made) == [("Birch", "Birch"), ("Alder", "Alder")]
    assert {person.flag(world, Kind.CUSTOMER, one) for one, _ in made} == {Flag.SYNCED}


LONGEST = 100  # letters of an item's name in QuickBooks


def test_two_items_with_the_longest_names_swap_them(world: World) -> None:
    """The temporary name is as long as QuickBooks takes, too."""
    made = [world.item(name=letter * LONGEST).id for letter in "AB"]
    world.sync()
    for item_id, letter in zip(made, "BA", strict=True):
        world.item(item_id, name=letter * LONGEST)
    person.settle(world)
    there = [world.record(Kind.ITEM, local_id=one).remote or {} for one in made]
    assert [one["Name"] for one in there] == ["B" * LONGEST, "A" * LONGEST]
    assert {person.flag(world, Kind.ITEM, one) for one in made} == {Flag.SYNCED}


@pytest.mark.parametrize("known", [True, False])
def test_the_name_that_is_suggested_for_the_longest_one_can_be_taken(world: World, known: bool) -> None:
    there = {"IncomeAccountRef": {"value": world.income_account()}, "Type": "Service"}
    made = world.make("Item", Name="C" * LONGEST, Sku="C-1", **there)
    world.sync()
    item = world.item(name="D", sku="D-1")
    world.sync()
    if not known:
        with world.database.transaction() as session:
            index.clear(session, world.connection_id)
    world.item(item.id, name="C" * LONGEST, sku="D-1")
    world.sync()
    asked = person.question(world, Kind.ITEM, item.id)
    assert (asked.question, asked.suggestion) == ("name", "C" * (LONGEST - len(" (item)")) + " (item)")
    person.rename(world, Kind.ITEM, item.id, asked.suggestion)
    person.settle(world)
    assert person.flag(world, Kind.ITEM, item.id) == Flag.SYNCED
    assert world.get("Item", made["Id"])["Name"] == "C" * LONGEST


def test_of_a_swap_in_a_batch_one_alone_takes_a_temporary_name(world: World) -> None:
    """Both are looked at together, and each finds itself in the circle: the other waits for one to break it."""
    made = pair(world)
    others = [world.customer(name=f"Cedar {at}") for at in range(4)]
    person.settle(world)
    swap(world, made)
    for one in others:
        world.customer(one.id, name=one.name, phone="512 555 0104")
    before = [int(world.get("Customer", remote_id)["SyncToken"]) for _, remote_id in made]
    person.settle(world)
    assert names(world, made) == [("Birch", "Birch"), ("Alder", "Alder")]
    after = [int(world.get("Customer", remote_id)["SyncToken"]) for _, remote_id in made]
    assert sorted(now - then for then, now in zip(before, after, strict=True)) == [1, 2]


@pytest.mark.parametrize("archived", [{0}, {1}, {0, 1}])
def test_two_swap_their_names_although_one_of_them_is_archived_before_that_is_sent(
    world: World, archived: set[int]
) -> None:
    """What is archived wants its new name as well, and waited for the other, which waited for it."""
    made = pair(world)
    world.customer(made[0][0], name="Birch")
    world.customer(made[1][0], name="Alder")
    for one in archived:
        set_active(world, Kind.CUSTOMER, made[one][0], False)
    world.pass_time(seconds=31)
    person.settle(world)
    mark = [" (deleted)" if one in archived else "" for one in range(2)]
    assert names(world, made) == [("Birch", f"Birch{mark[0]}"), ("Alder", f"Alder{mark[1]}")]
    assert {person.flag(world, Kind.CUSTOMER, one) for one, _ in made} == {Flag.SYNCED}
    assert person.due(world) == []


def test_two_swap_their_names_although_quickbooks_keeps_the_one_that_is_archived(world: World) -> None:
    """It owes money: the end that carries its temporary name is refused, and the circle is broken without it."""
    made = pair(world)
    world.invoice(world.here(Customer, made[0][0]), *lines(("1", "100")))
    world.sync()
    world.customer(made[0][0], name="Birch")
    world.customer(made[1][0], name="Alder")
    set_active(world, Kind.CUSTOMER, made[0][0], False)
    world.pass_time(seconds=31)
    person.settle(world)
    assert names(world, made) == [("Birch", "Birch"), ("Alder", "Alder")]
    assert world.here(Customer, made[0][0]).active
    assert person.due(world) == []


def swap(world: World, made: list[tuple[UUID, str]]) -> None:
    world.customer(made[0][0], name="Birch")
    world.customer(made[1][0], name="Alder")


def when_answered(world: World, sent: int, happens: Callable[[str], object]) -> None:
    """While the answer to this one of the requests for customers is on its way; with the id that it tells."""
    left = iter(range(sent))

    def after(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and "/customer" in target and next(left, None) == sent - 1:
            happens(response.json()["Customer"]["Id"])
        return response

    world.after_request = after


@pytest.mark.parametrize("sent", [1, 2, 3])
def test_two_that_swap_their_names_and_change_their_mind_have_their_old_ones_there_too(
    world: World, sent: int
) -> None:
    """The one that bore the temporary name seemed unedited, since its old one was agreed, and kept it there."""
    made = pair(world)
    swap(world, made)
    back = ((made[0][0], "Alder"), (made[1][0], "Birch"))
    when_answered(world, sent, lambda _: [world.customer(one, name=name) for one, name in back])
    person.settle(world)
    assert names(world, made) == [("Alder", "Alder"), ("Birch", "Birch")]
    assert {person.flag(world, Kind.CUSTOMER, one) for one, _ in made} == {Flag.SYNCED}


def test_one_renamed_there_from_its_temporary_name_is_asked_about_without_that_name(world: World) -> None:
    """Nobody here has ever seen it: it is not what both sides said before."""
    made = pair(world)
    swap(world, made)
    when_answered(world, 1, lambda there: world.change("Customer", there, DisplayName="Cedar"))
    person.settle(world)
    one = next(one for one, _ in made if person.flag(world, Kind.CUSTOMER, one) is Flag.CONFLICT)
    (unit,) = person.conflict(world, Kind.CUSTOMER, one).units
    assert (unit.ours, unit.theirs) == (world.here(Customer, one).name, "Cedar")
    assert "renaming" not in unit.base


def test_what_is_said_of_one_that_bears_a_temporary_name_there_names_it(world: World) -> None:
    """While nothing of ours is agreed, it is called as QuickBooks calls it."""
    made, called = pair(world), list[str]()
    swap(world, made)
    first = min(made, key=lambda one: world.record(Kind.CUSTOMER, local_id=one[0]).id)[0]
    when_answered(
        *(world, 2), lambda _: called.append(agreed_name(world.record(Kind.CUSTOMER, local_id=first)))
    )
    person.settle(world)
    assert called == [f"{world.here(Customer, first).name} (renaming)"]


def test_three_items_pass_their_names_round_here(world: World) -> None:
    made = [world.item(name=name) for name in ("One", "Two", "Three")]
    world.sync()
    for item, name in zip(made, ("Two", "Three", "One"), strict=True):
        world.item(item.id, name=name)
    person.settle(world)
    there = [
        world.get("Item", world.record(Kind.ITEM, local_id=one.id).remote_id or "")["Name"] for one in made
    ]
    assert there == [world.here(Item, one.id).name for one in made] == ["Two", "Three", "One"]


def test_two_customers_swap_their_names_there(world: World) -> None:
    made = pair(world)
    for (_, there), name in zip([made[0], made[1], made[0]], ("Elsewhere", "Alder", "Birch"), strict=True):
        world.change("Customer", there, DisplayName=name)
    person.settle(world)
    assert names(world, made) == [("Birch", "Birch"), ("Alder", "Alder")]


def test_a_name_that_its_holder_keeps_asks_for_another_until_the_holder_gives_it_up(world: World) -> None:
    made = pair(world)
    world.customer(made[0][0], name="Birch")
    world.sync()
    asked = person.question(world, Kind.CUSTOMER, made[0][0])
    assert (asked.question, asked.suggestion) == ("name", "Birch (customer)")
    world.customer(made[1][0], name="Cedar")
    person.settle(world)
    assert names(world, made)[1] == ("Cedar", "Cedar")
    assert names(world, made)[0] == ("Birch", "Birch")


def taken_number(world: World) -> tuple[Invoice, dict[str, Any]]:
    world.sandbox.switches.change({"warn_duplicate_number": True})
    bookkeeper.control(world, "", preferences={"Id": "1", "SyncToken": "0", "sparse": True,
                                               "SalesFormsPrefs": {"CustomTxnNumbers": True}})  # fmt: skip
    customer, _ = shared_customer(world)
    other = world.all("Customer")[0]
    made = typed_there(world, other["Id"], "INV-7")
    invoice = world.invoice(customer, *lines(("1", "250")), number="INV-7", issue_date="2026-11-22")
    world.sync(8)
    return invoice, made


def test_a_number_taken_there_shows_the_other_invoice_and_renumbers_in_one_click(world: World) -> None:
    invoice, made = taken_number(world)
    asked = person.question(world, Kind.INVOICE, invoice.id)
    assert (asked.question, asked.code) == ("number_taken", "6140")
    assert [one.id for one in asked.candidates] == [made["Id"]]
    assert "$100.00" in asked.candidates[0].evidence
    with world.database.transaction() as session:
        decisions.renumber(session, world.company_id, asked.record_id, "INV-8", now=world.now, who=WHO)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.flag, world.get("Invoice", record.remote_id or "")["DocNumber"]) == (Flag.SYNCED, "INV-8")


def test_one_that_arrives_with_a_number_taken_here_is_not_refused_but_says_so(world: World) -> None:
    _, made = taken_number(world)
    arrived = world.record(Kind.INVOICE, remote_id=made["Id"])
    assert (arrived.local_id is not None, arrived.flag) == (True, Flag.ATTENTION)
    assert arrived.reason.startswith("Its number INV-7 is also the number of another invoice here.")
    told = [entry.words for entry in person.story(world, arrived.local_id or UUID(int=0))]
    assert "Its number INV-7 is also the number of another invoice here" in told


def test_what_is_linked_already_is_not_linked_again(world: World) -> None:
    """The other invoice has arrived here by itself: it is another one, and stays what it is."""
    invoice, made = taken_number(world)
    link(world, Kind.INVOICE, invoice.id, made["Id"])
    world.sync(8)
    assert world.record(Kind.INVOICE, remote_id=made["Id"]).local_id != invoice.id
    assert person.question(world, Kind.INVOICE, invoice.id).question == "number_taken"


def numbered_there(world: World, *, sent: bool) -> tuple[UUID, str]:
    invoice = world.invoice(world.customer(), *lines(("1", "100")), number="INV-7")
    world.sync()
    if sent:
        with world.database.transaction() as session:
            invoices.send(
                session, world.company_id, invoice.id, to="a@b.example", message="", now=world.now, who=WHO
            )
    remote = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.change("Invoice", remote, DocNumber="1042", CustomerRef=world.get("Invoice", remote)["CustomerRef"])
    world.sync()
    return invoice.id, remote


def test_a_number_given_there_is_adopted_while_nobody_has_ours(world: World) -> None:
    invoice_id, _ = numbered_there(world, sent=False)
    person.settle(world)
    assert world.here(Invoice, invoice_id).number == "1042"


@pytest.mark.parametrize(("answer", "number"), [("ours", "INV-7"), ("theirs", "1042")])
def test_once_sent_a_person_says_which_number_stays(world: World, answer: str, number: str) -> None:
    invoice_id, remote = numbered_there(world, sent=True)
    asked = person.question(world, Kind.INVOICE, invoice_id)
    assert (asked.question, [one.label for one in asked.options]) == ("number", ["Keep INV-7", "Take 1042"])
    with world.database.transaction() as session:
        decisions.answer_number(
            session, world.company_id, asked.record_id, answer, asked.pair, now=world.now, who=WHO
        )
    person.settle(world)
    assert world.here(Invoice, invoice_id).number == world.get("Invoice", remote)["DocNumber"] == number
    assert person.flag(world, Kind.INVOICE, invoice_id) == Flag.SYNCED


def test_a_number_that_is_asked_about_stays_asked_about_beside_another_edit(world: World) -> None:
    """Sending the edit does not agree to what QuickBooks answers beside it."""
    invoice_id, remote = numbered_there(world, sent=True)
    world.edit(invoice_id, notes="Beside it")
    person.settle(world)
    there = world.get("Invoice", remote)
    assert (there["CustomerMemo"]["value"], there["DocNumber"]) == ("Beside it", "1042")
    assert world.here(Invoice, invoice_id).number == "INV-7"
    assert person.question(world, Kind.INVOICE, invoice_id).question == "number"


def double(world: World, day: str = "2026-11-25") -> tuple[UUID, UUID, str]:
    customer, remote = shared_customer(world)
    ours = world.invoice(customer, *lines(("1", "100")), number="INV-7", issue_date="2026-11-22")
    world.sync()
    made = typed_there(world, remote, "QB-9", day=day)
    world.sync()
    return ours.id, world.only(Invoice, number="QB-9").id, made["Id"]


def say(world: World, local_id: UUID, *, same: bool) -> None:
    asked = person.question(world, Kind.INVOICE, local_id)
    assert (asked.question, asked.other.title) == ("double", "INV-7")
    with world.database.transaction() as session:
        decisions.answer_double(session, world.company_id, asked.record_id, same, now=world.now, who=WHO)


def test_a_possible_double_said_to_be_the_same_goes_on_both_sides(world: World) -> None:
    ours, arrived, remote = double(world)
    say(world, arrived, same=True)
    world.pass_time(seconds=31)
    person.settle(world)
    assert not bookkeeper.exists(world, remote)
    assert world.here(Invoice, arrived).trashed_at is not None
    assert person.flag(world, Kind.INVOICE, ours) == Flag.SYNCED


def test_a_possible_double_said_to_be_different_stays(world: World) -> None:
    _, arrived, remote = double(world)
    say(world, arrived, same=False)
    person.settle(world)
    assert bookkeeper.exists(world, remote)
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED
    record = world.record(Kind.INVOICE, local_id=arrived)
    with world.database.transaction() as session, pytest.raises(StaleQuestion):
        decisions.answer_double(session, world.company_id, record.id, True, now=world.now, who=WHO)


def test_a_possible_double_keeps_asking_after_an_edit(world: World) -> None:
    _, arrived, _ = double(world)
    world.edit(arrived, notes="still asking")
    person.settle(world)
    assert person.question(world, Kind.INVOICE, arrived).question == "double"


def test_four_days_apart_is_no_double(world: World) -> None:
    _, arrived, _ = double(world, day="2026-11-26")
    assert person.flag(world, Kind.INVOICE, arrived) == Flag.SYNCED


@pytest.mark.parametrize("known", [True, False], ids=["known before", "refused"])
def test_where_the_other_one_was_renamed_in_quickbooks_ours_can_be_tried_again(
    world: World, known: bool
) -> None:
    """The sentence says so; the button has to be there, and to do it."""
    world.sync()
    vendors: list[dict[str, Any]] = []

    def make_vendor(method: str = "POST", path: str = "/customer") -> None:
        if method == "POST" and "/customer" in path and not vendors:
            vendors.append({})  # nothing is made a second time by this very request
            vendors[0] = world.make("Vendor", DisplayName="Lakeline Homeowners")

    if known:
        make_vendor()
    else:
        world.before_request = make_vendor
    customer = world.customer()
    world.sync()
    asked = person.question(world, Kind.CUSTOMER, customer.id)
    assert asked.question == "name"
    assert "use Try again" in asked.words
    assert [(one.answer, one.label) for one in asked.options] == [("retry", "Try again")]
    world.change("Vendor", vendors[0]["Id"], DisplayName="Lakeline Supplies")
    person.retry(world, Kind.CUSTOMER, customer.id)
    person.settle(world)
    assert person.flag(world, Kind.CUSTOMER, customer.id) is Flag.SYNCED
    assert world.here(Customer, customer.id).name == "Lakeline Homeowners"
