"""What the widened simulation found, each as small as it could be made."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from bookipi_app.models import Connection, ConnectionStatus, Flag, Invoice, Kind, RemoteState
from bookipi_app.services import connections, invoices
from bookipi_app.services.invoice_form import InvoiceForm
from bookipi_app.sync import due
from tests.engine import bookkeeper, person
from tests.engine.test_conflicts import linked_customer
from tests.engine.test_main_job import lines
from tests.engine.test_matching import is_new
from tests.engine.test_old_attempts import lose_answers, several
from tests.engine.test_reconnect import connect_again, disconnect, go_on, shown
from tests.engine.world import WHO, World


def ask_to_disconnect(world: World) -> None:
    with world.database.transaction() as session:
        connections.request_disconnect(session, world.company_id, world.now)


def woken(world: World) -> bool:
    with world.database.reading() as session:
        return bool(due.connections(session, world.now))


@pytest.mark.parametrize("failure", [httpx.ConnectError("no route"), httpx.ReadTimeout("no answer")])
def test_a_disconnection_that_intuit_does_not_answer_says_so_and_is_tried_again(
    world: World, failure: httpx.TransportError
) -> None:
    world.sync()
    ask_to_disconnect(world)

    def unreachable(_method: str, _path: str) -> None:
        raise failure

    world.before_request = unreachable
    world.run()
    connection = world.connection()
    assert connection.status is ConnectionStatus.DISCONNECTING
    assert connection.problem
    assert connection.lease_holder is None
    assert not woken(world)
    world.before_request = None
    world.now = (connection.paused_until or world.now) + timedelta(seconds=1)
    assert woken(world)
    world.run()
    assert (world.connection().status, world.connection().problem) == (ConnectionStatus.FROZEN, "")


def test_a_lost_creation_is_found_although_its_customer_was_merged_meanwhile(world: World) -> None:
    """Two invoices with one number would be the end of it: the one that was made, come back, and the one made here."""
    _, winner = linked_customer(world, name="Hill Country Brewing")
    customer, loser = linked_customer(world, name="Hill Country Brewery")
    invoice = world.invoice(customer, *lines(("1", "100")))
    lose_answers(world, "invoice", arrives=True)
    bookkeeper.merge(world, winner=winner, loser=loser)
    person.settle(world)
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    assert record.flag == Flag.SYNCED
    assert world.get("Invoice", record.remote_id or "")["CustomerRef"]["value"] == winner
    assert len([row for row in world.all("Invoice") if row["DocNumber"] == invoice.number]) == 1
    assert world.only(Invoice, number=invoice.number).id == invoice.id


def made_there_and_shown_in_the_review(world: World) -> str:
    """An invoice of QuickBooks that is known here, and waits for the person to go on."""
    _, customer = linked_customer(world)
    disconnect(world)
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": 100,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    remote_id = world.make("Invoice", CustomerRef={"value": customer}, Line=[line])["Id"]
    connect_again(world)
    world.sync()
    assert len(shown(world).rows) == 1
    return remote_id


def test_what_was_deleted_there_before_it_arrived_is_not_announced_any_more(world: World) -> None:
    bookkeeper.delete(world, made_there_and_shown_in_the_review(world))
    world.pass_time(minutes=2)
    world.sync()
    assert shown(world).rows == ()


def test_what_was_deleted_there_before_it_arrived_does_not_arrive_after_forty_days(world: World) -> None:
    """The change feed does not reach back so far, and the comparison asked only for what had arrived."""
    remote_id = made_there_and_shown_in_the_review(world)
    disconnect(world)
    bookkeeper.delete(world, remote_id)
    world.pass_time(days=40)
    connect_again(world)
    world.sync()
    assert shown(world).rows == ()
    go_on(world)
    with world.database.reading() as session:
        assert session.exec(select(Invoice)).all() == []
    record = world.record(Kind.INVOICE, remote_id=remote_id)
    assert (record.remote_state, record.due_at) == (RemoteState.GONE, None)


def makes_an_invoice(world: World) -> str:
    """A new one in QuickBooks, of which a notice is on its way; its id there."""
    world.sandbox.switches.change({"webhook_loss": 0.0})
    like = world.all("Invoice")[0]
    line = {key: value for key, value in like["Line"][0].items() if key != "Id"}
    return world.make("Invoice", DocNumber="QB-9", CustomerRef=like["CustomerRef"], Line=[line])["Id"]


def test_while_a_lost_creation_is_asked_about_other_news_is_read_on_its_notice(world: World) -> None:
    """Every notice of something new of that kind waited for the answer, and the news for the change feed."""
    several(world)
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).feed_due_at = world.now + timedelta(hours=1)
    made = makes_an_invoice(world)
    world.pass_time(minutes=2)
    world.sync()
    assert world.record(Kind.INVOICE, remote_id=made).flag is Flag.SYNCED


def test_notices_of_what_is_gone_already_do_not_wait_for_that_answer(world: World) -> None:
    """The feed tells nothing of it that is of use, so they stayed, and woke the connection every second."""
    several(world)
    bookkeeper.delete(world, makes_an_invoice(world))
    world.pass_time(minutes=2)
    world.sync(8)
    assert not woken(world)


def test_notices_do_not_wait_for_an_answer_that_no_review_asks_for(world: World) -> None:
    """Nothing is sent before *Go on*: they woke the connection every second for as long as a person took."""
    customer, _ = linked_customer(world)
    world.invoice(customer, *lines(("1", "100")))
    lose_answers(world, "invoice", arrives=True)
    disconnect(world)
    connect_again(world)
    bookkeeper.delete(world, makes_an_invoice(world))
    world.pass_time(minutes=2)
    world.sync(8)
    assert world.connection().status is ConnectionStatus.REVIEW
    assert not woken(world)


def made_after_our_clock_was_set_back(world: World) -> tuple[UUID, UUID, UUID]:
    """An item, a customer and an invoice that are newer than the connection, although the clock says older."""
    world.pass_time(minutes=-10)
    customer, item = world.customer(), world.item()
    return item.id, customer.id, world.invoice(customer, *lines(("1", "100"))).id


def flags(world: World, made: tuple[UUID, UUID, UUID]) -> list[str]:
    kinds = (Kind.ITEM, Kind.CUSTOMER, Kind.INVOICE)
    return [person.flag(world, kind, local_id) for kind, local_id in zip(kinds, made, strict=True)]


def test_what_is_made_after_our_clock_was_set_back_behind_the_connection_travels(world: World) -> None:
    """It passed for older than the connection, and stayed here for ever."""
    made = made_after_our_clock_was_set_back(world)
    person.settle(world)
    assert flags(world, made) == [Flag.SYNCED] * 3


def test_a_draft_that_leaves_after_our_clock_was_set_back_travels(world: World) -> None:
    customer = world.customer()
    with world.database.transaction() as session:
        form = InvoiceForm(customer_id=str(customer.id), lines=lines(("1", "100")))
        draft = invoices.save(session, world.company_id, None, form, issue=False, now=world.now, who=WHO)
    world.pass_time(minutes=-10)
    world.edit(draft.id, notes="Thank you")
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, draft.id) == Flag.SYNCED


def test_what_was_made_while_disconnected_after_our_clock_was_set_back_travels(world: World) -> None:
    disconnect(world)
    made = made_after_our_clock_was_set_back(world)
    connect_again(world)
    person.settle(world)
    assert flags(world, made) == [Flag.SYNCED] * 3


def called_new_while_its_name_is_taken(world: World) -> tuple[UUID, str]:
    """A customer typed on both sides. Ours bears the name of one that took another's, and has to wait for that."""
    renamed, _ = linked_customer(world, name="Alder")
    there = world.make("Customer", DisplayName="Both", PrimaryEmailAddr={"Address": "both@example.com"})["Id"]
    world.pass_time(seconds=20)
    mine = world.customer(name="Alder", email="both@example.com")
    world.customer(renamed.id, name=world.all("Vendor")[0]["DisplayName"])
    world.sync(1)
    is_new(world, Kind.CUSTOMER, mine.id)
    return mine.id, there


def test_what_ours_was_said_not_to_be_arrives_while_ours_waits_for_its_name(world: World) -> None:
    """It waited for ours to be looked at, which had been, and so for ever; nor is a person asked a second time."""
    mine, there = called_new_while_its_name_is_taken(world)
    for _ in range(4):
        world.pass_time(seconds=31)
        world.sync(1)
    assert person.flag(world, Kind.CUSTOMER, mine) is Flag.SYNCING
    arrived = world.record(Kind.CUSTOMER, remote_id=there)
    assert (arrived.flag, arrived.due_at, arrived.double_of) == (Flag.SYNCED, None, None)
    assert arrived.local_id not in (None, mine)
