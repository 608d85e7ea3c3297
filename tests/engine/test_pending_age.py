"""What waits is late only where nobody is asked: the rest waits since its next look was due."""

from __future__ import annotations

import httpx

from bookipi_app.models import Flag, Kind
from bookipi_app.services import upkeep
from bookipi_app.services.upkeep import Pending
from tests.engine.test_main_job import lines
from tests.engine.test_old_attempts import several
from tests.engine.world import World


def pending(world: World) -> Pending:
    with world.database.reading() as session:
        return upkeep.pending(session, world.now)


def test_what_a_person_is_asked_about_is_not_late_however_long_it_takes(world: World) -> None:
    invoice_id, candidates = several(world)
    for _ in range(3):
        world.pass_time(minutes=40)
        world.sync()
    assert world.record(Kind.INVOICE, local_id=invoice_id).flag is Flag.ATTENTION
    held = [world.record(Kind.INVOICE, remote_id=one) for one in candidates]
    assert all(one.flag is Flag.SYNCING and one.due_at for one in held)
    world.pass_time(minutes=2)  # their next look is due
    found = pending(world)
    assert (found.records, found.writes, found.late) == (2, 1, False)


def test_what_waits_for_one_that_a_person_is_asked_about_is_not_late(world: World) -> None:
    world.make("Vendor", DisplayName="Ana Ruiz")
    invoice = world.invoice(world.customer(name="Ana Ruiz"), *lines(("1", "100")))
    for _ in range(3):
        world.pass_time(minutes=40)
        world.sync()
    assert "Ana Ruiz" in world.record(Kind.INVOICE, local_id=invoice.id).reason
    world.pass_time(minutes=2)
    assert (pending(world).records, pending(world).late) == (1, False)


def test_what_nobody_looks_at_although_it_should_be_is_late(world: World) -> None:
    world.make("Vendor", DisplayName="Ana Ruiz")
    world.invoice(world.customer(name="Ana Ruiz"), *lines(("1", "100")))
    world.sync()
    world.pass_time(minutes=20)
    assert pending(world).late


def test_a_write_without_an_answer_about_which_nobody_is_asked_is_late(world: World) -> None:
    def cut(method: str, _target: str) -> None:
        if method == "POST":
            raise httpx.ConnectError("no way")

    world.before_request = cut
    world.customer(name="Ana Ruiz")
    world.run()
    world.pass_time(minutes=16)
    found = pending(world)
    assert (found.writes, found.late) == (1, True)
