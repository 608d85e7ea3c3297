"""What vanishes in a crowd stops the connection; an absence needs two readings."""

from __future__ import annotations

from uuid import UUID

import pytest

from bookipi_app.errors import NotAllowed
from bookipi_app.models import Connection, ConnectionStatus, Customer, Flag, Invoice, Kind, SyncRecord
from bookipi_app.services import review
from bookipi_app.sync import guard
from tests.engine import bookkeeper, person
from tests.engine.test_ends_lists import set_active
from tests.engine.test_main_job import lines
from tests.engine.world import WHO, World


def invoices(world: World, count: int) -> list[UUID]:
    customer = world.customer()
    made = [world.invoice(customer, *lines(("1", "10")), number=f"G-{at}").id for at in range(count)]
    for _ in range(4):
        world.sync()
    world.pass_time(minutes=1)
    return made


def remote_ids(world: World, kind: Kind, local_ids: list[UUID]) -> list[str]:
    return [world.record(kind, local_id=one).remote_id or "" for one in local_ids]


def answer(world: World, *, right: bool) -> None:
    with world.database.transaction() as session:
        if right:
            review.confirm(session, world.company_id, now=world.now, who=WHO)
        else:
            review.reject(session, world.company_id, now=world.now, who=WHO)


def vanish(world: World, count: int) -> list[UUID]:
    made = invoices(world, count)
    for remote_id in remote_ids(world, Kind.INVOICE, made[:11]):
        bookkeeper.delete(world, remote_id)
    world.sync()
    return made


def in_trash(world: World, ids: list[UUID]) -> int:
    return sum(world.here(Invoice, one).trashed_at is not None for one in ids)


def test_eleven_of_twelve_invoices_gone_there_stop_it_with_the_numbers(world: World) -> None:
    made = vanish(world, 12)
    connection = world.connection()
    assert connection.status is ConnectionStatus.REVIEW
    assert connection.problem.startswith("11 of 12 invoices vanished in QuickBooks at once.")
    assert in_trash(world, made) == 0
    with world.database.reading() as session:
        shown = review.vanished(session, world.company_id)
    assert [(len(one.names), one.more) for one in shown] == [(11, 0)]


def test_a_crowd_found_in_the_first_run_after_a_silence_says_why_too(world: World) -> None:
    made = invoices(world, 12)
    for remote_id in remote_ids(world, Kind.INVOICE, made[:11]):
        bookkeeper.delete(world, remote_id)
    world.pass_time(minutes=2)
    world.sandbox.troubles.order({"kind": "drop", "route": "/v3/", "count": 1})
    world.run()
    assert world.connection().failures == 1
    world.pass_time(minutes=1)
    world.run()
    connection = world.connection()
    assert connection.status is ConnectionStatus.REVIEW
    assert connection.problem.startswith("11 of 12 invoices vanished in QuickBooks at once.")


def test_confirmed_they_go_to_the_trash_here(world: World) -> None:
    made = vanish(world, 12)
    answer(world, right=True)
    person.settle(world)
    assert in_trash(world, made) == 11
    assert world.connection().status is ConnectionStatus.CONNECTED


def test_rejected_they_stay_here_and_say_so(world: World) -> None:
    made = vanish(world, 12)
    answer(world, right=False)
    person.settle(world)
    assert in_trash(world, made) == 0
    record = world.record(Kind.INVOICE, local_id=made[0])
    assert (record.flag, "stays here" in record.reason) == (Flag.ATTENTION, True)
    world.edit(made[0], notes="still wanted")
    world.sync()
    person.choose(world, Kind.INVOICE, made[0], record="ours")
    person.settle(world)
    assert person.flag(world, Kind.INVOICE, made[0]) == Flag.SYNCED


def test_what_was_kept_here_can_end_here_after_all(world: World) -> None:
    made = vanish(world, 12)
    answer(world, right=False)
    person.settle(world)
    asked = person.question(world, Kind.INVOICE, made[0])
    assert [one.label for one in asked.options] == ["End it here too"]
    person.retry_all(world)
    person.settle(world)
    assert in_trash(world, made) == 0
    person.answer_kept(world, Kind.INVOICE, made[0], "end")
    person.settle(world)
    assert in_trash(world, made) == 1
    assert person.flag(world, Kind.INVOICE, made[0]) == Flag.SYNCED


def test_ten_are_no_crowd(world: World) -> None:
    made = invoices(world, 12)
    for remote_id in remote_ids(world, Kind.INVOICE, made[:10]):
        bookkeeper.delete(world, remote_id)
    person.settle(world)
    assert in_trash(world, made) == 10


def test_a_tenth_is_no_crowd(world: World) -> None:
    made = vanish(world, 12)
    with world.database.transaction() as session:
        session.get_one(Connection, world.connection_id).status = ConnectionStatus.CONNECTED
        for at in range(98):  # 110 links: eleven are exactly a tenth
            session.add(SyncRecord(connection_id=world.connection_id, kind=Kind.INVOICE, remote_id=f"x{at}",
                                   base_local={}, base_remote={}, flag_since=world.now))  # fmt: skip
        assert guard.links(session, world.connection_id, Kind.INVOICE) == 110
        assert guard.judge(session, world.connection_id, world.now) == []
        session.add(SyncRecord(connection_id=world.connection_id, kind=Kind.INVOICE, remote_id="y", ended=True,
                               base_local={}, base_remote={}, flag_since=world.now))  # fmt: skip
        assert guard.links(session, world.connection_id, Kind.INVOICE) == 110
    assert in_trash(world, made) == 0


def test_eleven_of_a_hundred_and_nine_are_more_than_a_tenth(world: World) -> None:
    vanish(world, 12)
    with world.database.transaction() as session:
        for at in range(97):
            session.add(SyncRecord(connection_id=world.connection_id, kind=Kind.INVOICE, remote_id=f"x{at}",
                                   base_local={}, base_remote={}, flag_since=world.now))  # fmt: skip
        [crowd] = guard.judge(session, world.connection_id, world.now)
    assert (crowd.count, crowd.of) == (11, 109)


@pytest.mark.parametrize("right", [True, False])
def test_a_crowd_trashed_here_waits_for_an_answer_too(world: World, right: bool) -> None:
    made = invoices(world, 12)
    there = remote_ids(world, Kind.INVOICE, made)
    for invoice_id in made[:11]:
        person.trash(world, invoice_id)
    world.pass_time(seconds=31)
    with world.still():
        world.sync()
    assert world.connection().status is ConnectionStatus.REVIEW
    answer(world, right=right)
    person.settle(world)
    assert sum(bookkeeper.exists(world, one) for one in there) == (1 if right else 12)
    assert in_trash(world, made) == (11 if right else 0)


def test_a_crowd_that_is_put_away_one_after_the_other_is_judged_as_one(world: World) -> None:
    """An act on many gives each a moment of its own: none of them ends before the last one could be undone."""
    made = invoices(world, 40)
    there = remote_ids(world, Kind.INVOICE, made)
    for at, invoice_id in enumerate(made[:30]):
        person.trash(world, invoice_id)
        world.pass_time(seconds=0.3)
        if at % 4 == 3:
            world.run()
    assert world.connection().status is ConnectionStatus.CONNECTED
    world.before_request = lambda *_: world.pass_time(seconds=0.3)
    with world.still():
        for _ in range(80):
            world.run()
            world.pass_time(seconds=0.3)
    assert world.connection().problem.startswith("30 of 40 invoices vanished here at once.")
    answer(world, right=True)
    person.settle(world)
    assert sum(bookkeeper.exists(world, one) for one in there) == 10


def test_what_is_brought_back_in_time_is_part_of_no_crowd(world: World) -> None:
    made = invoices(world, 12)
    for invoice_id in made[:11]:
        person.trash(world, invoice_id)
    world.run()
    for invoice_id in made[:11]:
        person.restore(world, invoice_id)
    world.pass_time(seconds=31)
    person.settle(world)
    assert world.connection().status is ConnectionStatus.CONNECTED


def test_a_crowd_of_customers_made_inactive_there(world: World) -> None:
    made = [world.customer(name=f"Customer {at}").id for at in range(12)]
    world.sync()
    for remote_id in remote_ids(world, Kind.CUSTOMER, made[:11]):
        world.change("Customer", remote_id, Active=False)
    world.sync()
    assert world.connection().status is ConnectionStatus.REVIEW
    answer(world, right=False)
    person.settle(world)
    assert all(world.here(Customer, one).active for one in made)


def test_a_crowd_on_both_sides_at_once_is_an_agreement(world: World) -> None:
    made = [world.customer(name=f"Customer {at}").id for at in range(12)]
    world.sync()
    for local_id, remote_id in zip(made, remote_ids(world, Kind.CUSTOMER, made), strict=True):
        set_active(world, Kind.CUSTOMER, local_id, False)
        world.change("Customer", remote_id, Active=False)
    world.pass_time(seconds=31)
    person.settle(world)
    assert world.connection().status is ConnectionStatus.CONNECTED


def test_an_answer_that_nobody_waits_for_is_refused(world: World) -> None:
    with world.database.transaction() as session, pytest.raises(NotAllowed):
        review.confirm(session, world.company_id, now=world.now, who=WHO)


def test_ten_that_vanish_beside_something_else_that_waits_are_no_crowd(world: World) -> None:
    made = invoices(world, 12)
    for remote_id in remote_ids(world, Kind.INVOICE, made[:10]):
        bookkeeper.delete(world, remote_id)
    customer_id = world.here(Invoice, made[0]).customer_id
    world.customer(customer_id, name="Saved at the same time")
    person.settle(world)
    assert (world.connection().status, in_trash(world, made)) == (ConnectionStatus.CONNECTED, 10)
