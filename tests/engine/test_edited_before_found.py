"""A creation whose answer was lost, edited in QuickBooks throughout before it was looked for: asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from bookipi_app.models import Flag, Kind
from tests.engine import bookkeeper, person
from tests.engine.bulk import ask_for, batches, flags, names_there
from tests.engine.simulation.answers import incomplete
from tests.engine.test_conflicts import linked_customer
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new, link
from tests.engine.test_old_attempts import lose_answers
from tests.engine.test_reconnect import connect_again, disconnect, go_on
from tests.engine.world import World


def sent(world: World, kind: Kind) -> UUID:
    match kind:
        case Kind.CUSTOMER:
            return world.customer(name="Ana Ruiz").id
        case Kind.ITEM:
            return world.item(name="Gutter cleaning", price="80").id
        case Kind.INVOICE:
            customer, _ = linked_customer(world)
            return world.invoice(customer, *lines(("1", "100")), number="INV-7").id


def edit_throughout(world: World, kind: Kind, made: dict[str, Any]) -> None:
    """Nothing of what was sent is left that would tell it from another one."""
    match kind:
        case Kind.CUSTOMER:
            world.change("Customer", made["Id"], PrimaryEmailAddr={"Address": "ana@example.com"})
            world.change("Customer", made["Id"], DisplayName="Renamed in the books")
        case Kind.ITEM:
            world.change("Item", made["Id"], Name="Renamed in the books", UnitPrice=90)
        case Kind.INVOICE:
            line = made["Line"][0]
            line["SalesItemLineDetail"] |= {"Qty": 2, "UnitPrice": 100}
            world.change("Invoice", made["Id"], DocNumber="B-1", Line=[line | {"Amount": 200}])


def last(world: World, entity: str) -> dict[str, Any]:
    return max(world.all(entity), key=lambda row: int(row["Id"]))


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_edited_throughout_is_asked_about_and_not_made_again(world: World, kind: Kind) -> None:
    """Nothing was left to know it by: it was made again, and the first came back as a second record."""
    entity = kind.value.capitalize()
    local_id = sent(world, kind)
    lose_answers(world, kind.value, arrives=True)
    made, before = last(world, entity), len(world.all(entity))
    edit_throughout(world, kind, made)
    world.pass_time(minutes=2)
    world.sync()
    assert [one.id for one in person.question(world, kind, local_id).candidates] == [made["Id"]]
    assert len(world.all(entity)) == before
    link(world, kind, local_id, made["Id"])
    person.settle(world)
    record = world.record(kind, local_id=local_id)
    assert (record.flag, record.remote_id, len(world.all(entity))) == (Flag.SYNCED, made["Id"], before)


def type_in(world: World, name: str) -> str:
    """A person in QuickBooks types a customer of their own, and edits it at once."""
    typed: str = world.make("Customer", DisplayName=name)["Id"]
    world.change("Customer", typed, PrimaryPhone={"FreeFormNumber": "512 555 0001"})
    return typed


def test_what_was_typed_there_at_that_very_time_is_asked_about_and_may_be_another_one(world: World) -> None:
    local_id = sent(world, Kind.CUSTOMER)
    lose_answers(world, "customer", arrives=False)
    world.now -= timedelta(hours=25)
    typed = type_in(world, "Ben Okafor")
    world.pass_time(hours=25)
    world.sync()
    assert [one.id for one in person.question(world, Kind.CUSTOMER, local_id).candidates] == [typed]
    is_new(world, Kind.CUSTOMER, local_id)
    person.settle(world)
    ours, theirs = (
        world.record(Kind.CUSTOMER, local_id=local_id),
        world.record(Kind.CUSTOMER, remote_id=typed),
    )
    assert (ours.flag, theirs.flag) == (Flag.SYNCED, Flag.SYNCED)
    assert ours.local_id != theirs.local_id


def test_while_it_is_asked_what_is_typed_there_later_is_no_candidate_and_arrives(world: World) -> None:
    local_id = sent(world, Kind.CUSTOMER)
    lose_answers(world, "customer", arrives=True)
    made = last(world, "Customer")
    edit_throughout(world, Kind.CUSTOMER, made)
    world.sync()
    for name in ("Ben Okafor", "Eve Nakamura"):
        typed = type_in(world, name)
        world.pass_time(minutes=61)
        world.sync(8)
        assert [one.id for one in person.question(world, Kind.CUSTOMER, local_id).candidates] == [made["Id"]]
        assert world.record(Kind.CUSTOMER, remote_id=typed).flag is Flag.SYNCED


@pytest.mark.parametrize("kind", [Kind.CUSTOMER, Kind.INVOICE])
def test_while_it_is_asked_an_edit_here_has_it_asked_anew_at_once(world: World, kind: Kind) -> None:
    """It said *Syncing* without a reason for up to an hour, and nobody could answer."""
    local_id = sent(world, kind)
    lose_answers(world, kind.value, arrives=True)
    made = last(world, kind.value.capitalize())
    edit_throughout(world, kind, made)
    world.sync()
    edit_here(world, kind, local_id)
    world.sync()
    assert [one.id for one in person.question(world, kind, local_id).candidates] == [made["Id"]]
    link(world, kind, local_id, made["Id"])
    person.settle(world)
    assert world.record(kind, local_id=local_id).remote_id == made["Id"]
    assert "meanwhile" in str(last(world, kind.value.capitalize()))


def edit_here(world: World, kind: Kind, local_id: UUID) -> None:
    if kind is Kind.INVOICE:
        world.edit(local_id, notes="meanwhile")
    else:
        world.customer(local_id, name="Ana Ruiz", notes="meanwhile")


def test_what_was_typed_there_since_it_is_asked_is_no_candidate_after_an_edit_here_either(
    world: World,
) -> None:
    local_id = sent(world, Kind.CUSTOMER)
    lose_answers(world, "customer", arrives=True)
    made = last(world, "Customer")
    edit_throughout(world, Kind.CUSTOMER, made)
    world.sync()
    typed = type_in(world, "Ben Okafor")
    edit_here(world, Kind.CUSTOMER, local_id)
    world.pass_time(minutes=2)
    world.sync(8)
    assert [one.id for one in person.question(world, Kind.CUSTOMER, local_id).candidates] == [made["Id"]]
    assert world.record(Kind.CUSTOMER, remote_id=typed).flag is Flag.SYNCED


def test_what_bears_the_name_of_another_lost_one_is_that_one_and_no_candidate(world: World) -> None:
    sent_ids = [world.customer(name=name).id for name in ("Ana", "Ben", "Eve", "Kim")]
    lose_answers(world, "batch", arrives=True)
    there = {row["DisplayName"]: row for row in world.all("Customer")}
    edit_throughout(world, Kind.CUSTOMER, there["Ana"])
    world.change("Customer", there["Ben"]["Id"], PrimaryPhone={"FreeFormNumber": "512 555 0001"})
    before = len(there)
    person.settle(world)
    asked = person.question(world, Kind.CUSTOMER, sent_ids[0]).candidates
    assert [one.id for one in asked] == [there["Ana"]["Id"]]
    linked = [world.record(Kind.CUSTOMER, local_id=one).remote_id for one in sent_ids]
    assert linked == [None, *(there[name]["Id"] for name in ("Ben", "Eve", "Kim"))]
    assert len(world.all("Customer")) == before


def test_an_invoice_of_that_time_with_the_same_total_alone_is_not_taken_for_it(world: World) -> None:
    customer, remote_id = linked_customer(world)
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7")
    lose_answers(world, "invoice", arrives=False)
    world.now -= timedelta(hours=25)
    sold = {"ItemRef": {"value": "1"}, "Qty": 2, "UnitPrice": 50}
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": 100,
        "Description": "Else",
        "SalesItemLineDetail": sold,
    }
    typed = world.make("Invoice", CustomerRef={"value": remote_id}, DocNumber="B-1", Line=[line])
    bookkeeper.set_memo(world, typed["Id"], "From the books")
    world.pass_time(hours=25)
    world.sync()
    asked = person.question(world, Kind.INVOICE, invoice.id).candidates
    assert [one.id for one in asked] == [typed["Id"]]
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id is None


def test_an_item_that_a_batchs_first_answer_lacks_is_asked_for_again_however_often_it_was_sent(
    world: World,
) -> None:
    """Its first sending was met by an error, and the first answer was taken for the answer to a repetition."""
    ids = ask_for(world, 4)
    answered: list[int] = []

    def spoil(method: str, path: str, response: httpx.Response) -> httpx.Response:
        if method != "POST" or "/batch" not in path:
            return response
        answered.append(response.status_code)
        if len(answered) == 1:
            raise httpx.ReadError("cut")
        return incomplete(response) if len(answered) == 2 else response

    world.after_request = spoil
    for _ in range(6):
        world.run()
        world.pass_time(seconds=60)
    assert len(set(batches(world))) == 1
    assert len(answered) == 3
    assert len(names_there(world)) == 4
    assert flags(world, ids) == {Flag.SYNCED}
    assert not any("answer was lost" in entry.words for entry in person.story(world, ids[0]))


@pytest.mark.parametrize("edited", [False, True])
def test_what_was_typed_there_since_it_is_asked_is_no_candidate_after_a_review_either(
    world: World, edited: bool
) -> None:
    """What is shown in a review, which had taken the place of the question, is gone when the person goes on."""
    local_id = sent(world, Kind.CUSTOMER)
    lose_answers(world, "customer", arrives=True)
    made = last(world, "Customer")
    edit_throughout(world, Kind.CUSTOMER, made)
    world.sync()
    disconnect(world)
    typed = type_in(world, "Ben Okafor")
    world.pass_time(hours=1)
    connect_again(world)
    world.sync()
    if edited:
        edit_here(world, Kind.CUSTOMER, local_id)
        world.sync()
    go_on(world)
    world.sync(8)
    assert [one.id for one in person.question(world, Kind.CUSTOMER, local_id).candidates] == [made["Id"]]
    assert world.record(Kind.CUSTOMER, remote_id=typed).flag is Flag.SYNCED
