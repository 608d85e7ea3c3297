"""Fault 57, of a write that the backup holds before it was sent: what came of it since, and how, is unknown."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bookipi_app.models import Invoice, Kind
from bookipi_app.sync import attempts, batches
from tests.engine import person
from tests.engine.safe import HOUR, Safe, line, local_numbers, numbers
from tests.engine.world import World

FORGETS = {"requestid_ttl_seconds": 24 * HOUR}
OTHER = {
    "DetailType": "SalesItemLineDetail",
    "Amount": 77,
    "Description": "Other work",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
}


def saves_before(module: Any, name: str, safe: Safe, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup is made when this is called for the first time."""
    go = getattr(module, name)

    def saved(*given: Any, **named: Any) -> Any:
        if not safe.file.exists():
            safe.save()
        return go(*given, **named)

    monkeypatch.setattr(module, name, saved)


def invoices(world: World, many: int) -> list[Invoice]:
    """So many that wait to be sent, their customer and item linked."""
    customer, item = world.customer(), world.item()
    world.sync()
    return [world.invoice(customer, line(item)) for _ in range(many)]


def linked(world: World, made: list[Invoice]) -> list[str | None]:
    return [world.record(Kind.INVOICE, local_id=one.id).remote_id for one in made]


@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.parametrize("hours", [1, 25])
def test_what_was_stored_and_sent_since_is_not_made_again(
    world: World, safe: Safe, monkeypatch: pytest.MonkeyPatch, many: int, hours: int
) -> None:
    """A day later its request id is forgotten; and of many that were sent as a batch it was never known."""
    world.sandbox.switches.change(FORGETS)
    made = invoices(world, many)
    for module, name in ((attempts, "send"), (batches, "store")):
        saves_before(module, name, safe, monkeypatch)
    world.sync()
    there = linked(world, made)
    world.pass_time(hours=hours)
    safe.bring_back()
    assert linked(world, made) == [None] * many
    person.settle(world)
    assert linked(world, made) == there
    assert max(numbers(world).values()) == max(local_numbers(world).values()) == 1


@pytest.mark.parametrize("hours", [1, 25])
def test_a_batch_that_was_stored_and_refused_for_its_size_since_is_not_made_again(
    world: World, safe: Safe, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Its halves went out under ids that the backup does not know."""
    world.sandbox.switches.change({**FORGETS, "batch_most_items": 5})
    made = invoices(world, 8)
    saves_before(batches, "depart", safe, monkeypatch)
    world.sync()
    there = linked(world, made)
    world.pass_time(hours=hours)
    safe.bring_back()
    assert linked(world, made) == [None] * 8
    person.settle(world)
    assert linked(world, made) == there
    assert max(numbers(world).values()) == max(local_numbers(world).values()) == 1


def test_what_was_sent_long_after_it_was_stored_and_edited_there_is_asked_about(
    world: World, safe: Safe
) -> None:
    """QuickBooks was silent for two hours after the backup: it was made later than the backup's times tell."""
    world.sandbox.switches.change(FORGETS)
    (invoice,) = invoices(world, 1)

    def silence(method: str, _path: str) -> None:
        if method == "POST":
            raise httpx.ConnectError("no way")

    world.before_request = silence
    world.run()
    safe.save()
    world.before_request = None
    world.pass_time(hours=2)
    world.sync()
    (made,) = linked(world, [invoice])
    world.pass_time(hours=1)
    world.change("Invoice", made or "", DocNumber="T-1", Line=[OTHER])
    world.pass_time(hours=24)
    safe.bring_back()
    world.sync(8)
    assert [one.id for one in person.question(world, Kind.INVOICE, invoice.id).candidates] == [made]
    assert invoice.number not in numbers(world)
