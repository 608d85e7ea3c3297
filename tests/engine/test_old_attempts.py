"""A creation without an answer for more than a day: looked for before it is sent again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from bookipi_app.models import Customer, Flag, Invoice, Kind
from tests.engine import bookkeeper, person
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new, link
from tests.engine.world import World, money


def lose_answers(world: World, path: str, *, arrives: bool) -> None:
    """The creation is sent and its answer lost, or it never arrives; then the worker stands still for 25 hours."""
    world.sandbox.switches.change({"requestid_ttl_seconds": 3600, "webhook_loss": 1.0})

    def before(method: str, target: str) -> None:
        if method == "POST" and f"/{path}" in target and not arrives:
            raise httpx.ConnectError("no way")

    def after(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if method == "POST" and f"/{path}" in target:
            raise httpx.ReadError("cut")
        return response

    world.before_request, world.after_request = before, after
    world.run()
    world.before_request = world.after_request = None
    world.pass_time(hours=25)


def customers_named(world: World, name: str) -> int:
    return sum(
        row["DisplayName"].startswith(name) for row in world.all("Customer", "WHERE Active IN (true, false)")
    )


def alone(world: World) -> UUID:
    customer = world.customer(name="Ana Ruiz")
    return customer.id


def test_a_customer_that_was_made_is_adopted(world: World) -> None:
    customer_id = alone(world)
    lose_answers(world, "customer", arrives=True)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer_id)
    assert (record.flag, customers_named(world, "Ana Ruiz")) == (Flag.SYNCED, 1)
    assert any("answer was lost" in entry.words for entry in person.story(world, customer_id))


def test_one_that_was_never_made_is_made_under_a_new_id(world: World) -> None:
    customer_id = alone(world)
    lose_answers(world, "customer", arrives=False)
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer_id)
    assert (record.flag, record.generation, customers_named(world, "Ana Ruiz")) == (Flag.SYNCED, 1, 1)
    sent = [path for method, path in world.requests if method == "POST" and "/customer" in path]
    assert len(set(sent)) == len(sent)


def test_one_that_was_made_and_put_away_since_is_found_too(world: World) -> None:
    customer_id = alone(world)
    lose_answers(world, "customer", arrives=True)
    made = next(row for row in world.all("Customer") if row["DisplayName"] == "Ana Ruiz")
    world.change("Customer", made["Id"], Active=False)
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=customer_id).remote_id == made["Id"]
    assert customers_named(world, "Ana Ruiz") == 1
    assert not world.here(Customer, customer_id).active


@pytest.mark.parametrize("edited", [False, True])
def test_an_invoice_that_was_made_is_adopted_and_a_later_edit_travels(world: World, edited: bool) -> None:
    customer = world.customer()
    world.sync()
    before = len(world.all("Invoice"))
    invoice = world.invoice(customer, *lines(("1", "100"), ("2", "25")))
    lose_answers(world, "invoice", arrives=True)
    if edited:
        form = world.form_of(invoice.id)
        world.edit(invoice.id, lines=[replace(form.lines[0], quantity="3"), form.lines[1]])
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert (record.flag, len(world.all("Invoice"))) == (Flag.SYNCED, before + 1)
    assert money(world.get("Invoice", record.remote_id or "")["TotalAmt"]) == (350 if edited else 150)


def test_one_that_was_edited_there_since_keeps_that_edit(world: World) -> None:
    customer = world.customer()
    world.sync()
    invoice = world.invoice(customer, *lines(("1", "100")))
    lose_answers(world, "invoice", arrives=True)
    made = max(world.all("Invoice"), key=lambda row: int(row["Id"]))
    bookkeeper.set_memo(world, made["Id"], "From the books")
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice.id).remote_id == made["Id"]
    assert world.form_of(invoice.id).notes == "From the books"


def test_invoices_that_differ_only_in_their_numbers_are_told_apart_by_them(world: World) -> None:
    """The same retainer billed four times: each found four that it could be, and a person was asked four times."""
    customer = world.customer()
    world.sync()
    numbers = ["INV-7", "INV-8", "INV-9", "INV-10"]
    made = [world.invoice(customer, *lines(("1", "100")), number=number) for number in numbers]
    lose_answers(world, "batch", arrives=True)
    person.settle(world)
    linked = [world.record(Kind.INVOICE, local_id=one.id) for one in made]
    assert [one.flag for one in linked] == [Flag.SYNCED] * 4
    assert [world.get("Invoice", one.remote_id or "")["DocNumber"] for one in linked] == numbers


def test_what_bears_the_number_of_another_one_is_not_adopted(world: World) -> None:
    """One of four was never made: it took the only one that was left, whose own record then found it taken."""
    customer = world.customer()
    world.sync()
    numbers = ["INV-7", "INV-8", "INV-9", "INV-10"]
    made = [world.invoice(customer, *lines(("1", "100")), number=number) for number in numbers]
    lose_answers(world, "batch", arrives=True)
    for row in world.all("Invoice", "WHERE DocNumber IN ('INV-7', 'INV-9', 'INV-10')"):
        bookkeeper.delete(world, row["Id"])
    person.settle(world)
    there = {row["DocNumber"]: row["Id"] for row in world.all("Invoice")}
    linked = {one.number: world.record(Kind.INVOICE, local_id=one.id).remote_id for one in made}
    assert linked == {number: there[number] for number in numbers}


def several(world: World) -> tuple[UUID, list[str]]:
    customer = world.customer()
    world.sync()
    invoice = world.invoice(customer, *lines(("1", "100")), number="INV-7")
    lose_answers(world, "invoice", arrives=True)
    made = max(world.all("Invoice"), key=lambda row: int(row["Id"]))
    copied = {key: made[key] for key in ("CustomerRef", "TxnDate")}
    line = {key: value for key, value in made["Line"][0].items() if key not in ("Id", "LineNum")}
    second = world.make("Invoice", DocNumber="INV-7B", Line=[line], **copied)
    world.change("Invoice", made["Id"], DocNumber="INV-7A", CustomerRef=made["CustomerRef"])
    world.sync()
    return invoice.id, [made["Id"], second["Id"]]


def answered(world: World, answer: Callable[[UUID], None]) -> str:
    invoice_id, made = several(world)
    asked = person.question(world, Kind.INVOICE, invoice_id)
    assert sorted(one.id for one in asked.candidates) == sorted(made)
    answer(invoice_id)
    world.sync(8)
    return world.record(Kind.INVOICE, local_id=invoice_id).remote_id or ""


def test_of_several_a_person_says_which(world: World) -> None:
    chosen = answered(world, lambda one: link(world, Kind.INVOICE, one, several_ids(world)[0]))
    assert chosen == several_ids(world)[0]


def several_ids(world: World) -> list[str]:
    return sorted(
        (row["Id"] for row in world.all("Invoice") if row["DocNumber"].startswith("INV-7")), key=int
    )


def test_none_of_several_is_sent_anew(world: World) -> None:
    chosen = answered(world, lambda one: is_new(world, Kind.INVOICE, one))
    assert chosen == several_ids(world)[-1]
    assert len(several_ids(world)) == 3


def test_while_it_is_asked_an_edit_sends_nothing(world: World) -> None:
    invoice_id, _ = several(world)
    with world.still():
        world.edit(invoice_id, notes="meanwhile")
        world.sync(8)


def test_while_it_is_asked_what_is_new_in_quickbooks_arrives_but_for_the_candidates(world: World) -> None:
    _, asked_about = several(world)
    made = world.make("Customer", DisplayName="Ben Okafor")
    line = {
        key: value for key, value in world.get("Invoice", asked_about[0])["Line"][0].items() if key != "Id"
    }
    other = world.make("Invoice", DocNumber="QB-9", CustomerRef={"value": made["Id"]}, Line=[line])
    world.pass_time(minutes=2)  # no webhook comes: the feed tells
    world.sync(8)
    assert world.only(Customer, name="Ben Okafor")
    assert world.record(Kind.INVOICE, remote_id=other["Id"]).flag is Flag.SYNCED
    held = [world.record(Kind.INVOICE, remote_id=one) for one in asked_about]
    assert [(one.local_id, "Waits for your answer" in one.reason) for one in held] == [(None, True)] * 2


# -- updates: QuickBooks has forgotten the id, so the repetition is stale ----------------------------------------------


def test_an_update_that_had_arrived_is_agreed_and_a_later_edit_of_the_same_field_follows(
    world: World,
) -> None:
    customer = world.customer(name="Ana Ruiz", phone="512 555 0001")
    world.sync()
    world.customer(customer.id, name="Ana Ruiz", phone="512 555 0002")
    lose_answers(world, "customer", arrives=True)
    world.customer(customer.id, name="Ana Ruiz", phone="512 555 0003")
    person.settle(world)
    record = world.record(Kind.CUSTOMER, local_id=customer.id)
    assert record.flag is Flag.SYNCED
    there = world.get("Customer", record.remote_id or "")
    assert there["PrimaryPhone"]["FreeFormNumber"] == "512 555 0003"


def test_what_was_edited_there_after_it_had_arrived_is_kept(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100")), notes="first")
    world.sync()
    world.edit(invoice.id, notes="second", lines=lines(("2", "100"), ("1", "7.50")))
    lose_answers(world, "invoice", arrives=True)
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    world.change("Invoice", remote_id, DueDate="2027-01-15")
    world.edit(invoice.id, notes="third", lines=lines(("3", "100"), ("1", "7.50")))
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice.id).flag is Flag.SYNCED
    there, here = world.get("Invoice", remote_id), world.here(Invoice, invoice.id)
    assert (there["CustomerMemo"]["value"], here.notes) == ("third", "third")
    assert (money(there["TotalAmt"]), here.total_cents) == (money("307.50"), 30750)
    assert (there["DueDate"], here.due_date.isoformat()) == ("2027-01-15", "2027-01-15")


def test_the_same_field_edited_there_after_it_had_arrived_is_still_asked_about(world: World) -> None:
    customer = world.customer(name="Ana Ruiz", phone="512 555 0001")
    world.sync()
    world.customer(customer.id, name="Ana Ruiz", phone="512 555 0002")
    lose_answers(world, "customer", arrives=True)
    remote_id = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", remote_id, PrimaryPhone={"FreeFormNumber": "512 555 0009"})
    world.customer(customer.id, name="Ana Ruiz", phone="512 555 0003")
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=customer.id).flag is Flag.CONFLICT


def test_names_that_are_being_swapped_go_on_from_the_temporary_one(world: World) -> None:
    first, second = world.customer(name="Heron"), world.customer(name="Egret")
    world.sync()
    world.customer(first.id, name="Egret")
    world.customer(second.id, name="Heron")
    lose_answers(world, "customer", arrives=True)
    person.settle(world)
    for customer, name in ((first, "Egret"), (second, "Heron")):
        record = world.record(Kind.CUSTOMER, local_id=customer.id)
        assert record.flag is Flag.SYNCED, record.reason
        assert world.get("Customer", record.remote_id or "")["DisplayName"] == name


def test_names_that_were_being_swapped_and_are_not_any_more_leave_no_temporary_one(world: World) -> None:
    made = [(world.customer(name=name).id, name) for name in ("Heron", "Egret")]
    world.sync()
    for customer_id, name in zip([one for one, _ in made], ("Egret", "Heron"), strict=True):
        world.customer(customer_id, name=name)
    lose_answers(world, "customer", arrives=True)
    for customer_id, name in made:
        world.customer(customer_id, name=name)
    person.settle(world)
    for customer_id, name in made:
        record = world.record(Kind.CUSTOMER, local_id=customer_id)
        assert record.flag is Flag.SYNCED, record.reason
        assert world.get("Customer", record.remote_id or "")["DisplayName"] == name


def test_of_one_that_was_voided_there_since_nobody_knows_whether_it_had_arrived(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    world.edit(invoice.id, lines=lines(("2", "100")))
    lose_answers(world, "invoice", arrives=True)
    bookkeeper.void(world, world.record(Kind.INVOICE, local_id=invoice.id).remote_id or "")
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice.id).flag is Flag.CONFLICT


def test_one_that_makes_no_sense_since_says_so_and_the_rest_goes_on(world: World) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100")))
    world.sync()
    world.edit(invoice.id, notes="again")
    lose_answers(world, "invoice", arrives=True)
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    held = world.sandbox.company(world.realm).find("Invoice", remote_id)
    assert held is not None
    held.body["TxnDate"] = "yesterday"
    person.settle(world)
    assert world.record(Kind.INVOICE, local_id=invoice.id).flag is Flag.ATTENTION
    other = world.customer(name="Ben Okafor")
    person.settle(world)
    assert world.record(Kind.CUSTOMER, local_id=other.id).flag is Flag.SYNCED
