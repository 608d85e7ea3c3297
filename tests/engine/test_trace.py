"""One id through all of it: a save, its mark, the request to QuickBooks, the echo that comes back, the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from bookipi_app import logs, trace
from bookipi_app.models import Attempt, Customer, InboxEvent, Kind, SyncRecord
from bookipi_app.services.invoice_form import LineForm
from bookipi_app.sync import engine
from tests.engine.world import World


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.INFO)
    loud = [logging.getLogger(name) for name in logs.LOUD]
    for one in loud:
        one.setLevel(logging.WARNING)
    caplog.handler.addFilter(logs._with_trace)
    yield caplog
    for one in loud:
        one.setLevel(logging.NOTSET)


def under(lines: pytest.LogCaptureFixture, known: str) -> list[str]:
    return [record.getMessage() for record in lines.records if record.__dict__["trace"] == known]


def run(world: World) -> str:
    """One run as a job of its own, which has an id of its own; what it tells open pages is noted with the id."""
    told: list[tuple[str, str]] = []
    around = world.around()
    noted = engine.Surroundings(
        **{
            **around.__dict__,
            "publish": lambda _company, kind, record_id: told.append(
                (f"{kind} {record_id}", trace.current())
            ),
        }
    )
    world.told = told  # pyright: ignore[reportAttributeAccessIssue]
    with trace.following("") as job:
        engine.run(noted, world.connection_id)
    return job


def receive(world: World) -> str:
    """Intuit's notifications arrive, under an id of their own."""
    world.pass_time(seconds=30)
    with trace.following("") as delivery:
        assert world.deliver()
    return delivery


def test_a_save_can_be_followed_to_quickbooks_and_back_to_the_page(
    world: World, lines: pytest.LogCaptureFixture
) -> None:
    with trace.following("") as save:
        customer = world.customer()
    assert world.record(Kind.CUSTOMER, local_id=customer.id).trace == save
    job = run(world)
    assert (f"customer {customer.id}", save) in world.told  # pyright: ignore[reportAttributeAccessIssue]
    delivery = receive(world)
    run(world)
    saved, *sent, answered, echo = under(lines, save)
    assert saved == f"customer {customer.id} saved, to be looked at"
    with world.database.reading() as session:
        attempt = session.exec(select(Attempt)).one()
    assert attempt.trace == save
    assert len(sent) == 1
    assert sent[0].startswith(f"POST /customer {attempt.request_id} 200 in ")
    assert sent[0].endswith(f"tid {attempt.tid}")
    assert attempt.tid
    assert answered == f"customer {customer.id} create done, request {attempt.request_id}, tid {attempt.tid}"
    assert echo.endswith("is the echo of our own write")
    assert len({save, job, delivery}) == 3


def test_a_change_in_quickbooks_can_be_followed_from_its_notification_to_the_page(
    world: World, lines: pytest.LogCaptureFixture
) -> None:
    customer = world.customer()
    world.sync()
    there = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", there, CompanyName="Edited there")
    delivery = receive(world)
    with world.database.reading() as session:
        newest = session.exec(select(InboxEvent).order_by(col(InboxEvent.received_at).desc())).first()
    assert newest is not None
    assert newest.trace == delivery
    run(world)
    assert world.here(Customer, customer.id).company_name == "Edited there"
    assert world.record(Kind.CUSTOMER, local_id=customer.id).trace == delivery
    assert (f"customer {customer.id}", delivery) in world.told  # pyright: ignore[reportAttributeAccessIssue]


def test_in_a_batch_each_write_keeps_its_own_id(world: World, lines: pytest.LogCaptureFixture) -> None:
    ids: dict[str, str] = {}
    for number in range(6):
        with trace.following("") as save:
            ids[str(world.customer(name=f"Customer {number}").id)] = save
    run(world)
    assert world.count()["POST batch"] == 1
    for customer_id, save in ids.items():
        saved, answered = under(lines, save)
        assert customer_id in saved
        assert customer_id in answered
        assert "tid " in answered


def test_a_save_that_waits_keeps_its_id_when_news_arrives(world: World) -> None:
    customer = world.customer()
    world.sync()
    there = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", there, CompanyName="Edited there")
    with trace.following("") as save:
        world.customer(customer.id, name="Lakeline Homeowners", phone="512 555 0100")
    receive(world)
    run(world)
    with world.database.reading() as session:
        newest = session.exec(select(Attempt).order_by(col(Attempt.created_at).desc())).first()
    assert newest is not None
    assert newest.trace == save


def test_nothing_that_a_customer_is_called_or_owes_gets_into_the_logs(
    world: World, lines: pytest.LogCaptureFixture
) -> None:
    customer = world.customer(name="Canary Customer", email="canary@example.com", phone="512 555 4711")
    item = world.item(name="Canary Item", price="4711.25")
    line = LineForm(item_id=str(item.id), description="Canary work", quantity="1", price="4711.25")
    world.invoice(customer, line, notes="Canary note")
    world.sync()
    there = world.record(Kind.CUSTOMER, local_id=customer.id).remote_id or ""
    world.change("Customer", there, CompanyName="Canary & Sons")
    world.sync()
    with world.database.reading() as session:
        flags = {record.flag for record in session.exec(select(SyncRecord))}
    assert len(lines.records) > 10
    written = "\n".join(record.getMessage() for record in lines.records).lower()
    assert "canary" not in written
    assert "4711" not in written
    assert "bearer" not in written
    assert flags
