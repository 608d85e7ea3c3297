"""A worker dies right before or right after QuickBooks answered; another takes over. Nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from bookipi_app.models import Flag, Kind
from tests.engine.test_main_job import lines
from tests.engine.world import Killed, World, money

LEASE_SECONDS = 120  # longer than any lease: the dead worker's has run out


def die_at(world: World, path: str, *, after: bool) -> None:
    """The next write to this path is the last thing the worker does."""

    def strikes(method: str, target: str) -> bool:
        return method == "POST" and f"/{path}" in target.split("?", maxsplit=1)[0]

    def before(method: str, target: str) -> None:
        if strikes(method, target):
            world.before_request = None
            raise Killed

    def answered(method: str, target: str, response: httpx.Response) -> httpx.Response:
        if strikes(method, target):
            world.after_request = None
            raise Killed
        return response

    if after:
        world.after_request = answered
    else:
        world.before_request = before


def run_into_death(world: World) -> None:
    with suppress(Killed):
        world.sync()
        pytest.fail("the worker did not reach the request")
    world.pass_time(seconds=LEASE_SECONDS)


def edit(world: World, invoice_id: object) -> None:
    form = world.form_of(invoice_id)  # type: ignore[arg-type]
    world.edit(invoice_id, lines=[replace(form.lines[0], quantity="3"), form.lines[1]])  # type: ignore[arg-type]


@pytest.mark.parametrize("edited_meanwhile", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_a_creation_is_made_once_and_linked(world: World, after: bool, edited_meanwhile: bool) -> None:
    before = len(world.all("Invoice"))
    invoice = world.invoice(world.customer(), *lines(("1", "100"), ("2", "25")))
    die_at(world, "invoice", after=after)
    run_into_death(world)
    if edited_meanwhile:
        edit(world, invoice.id)
    world.sync()
    assert len(world.all("Invoice")) == before + 1
    record = world.record(Kind.INVOICE, local_id=invoice.id)
    there = world.get("Invoice", record.remote_id or "")
    assert money(there["TotalAmt"]) == (Decimal(350) if edited_meanwhile else Decimal(150))
    assert record.flag == Flag.SYNCED
    with world.still():
        world.sync(10)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("edited_there", [False, True])
def test_an_update_arrives_once_and_an_edit_there_is_kept(
    world: World, after: bool, edited_there: bool
) -> None:
    invoice = world.invoice(world.customer(), *lines(("1", "100"), ("2", "25")))
    world.sync()
    remote_id = world.record(Kind.INVOICE, local_id=invoice.id).remote_id or ""
    edit(world, invoice.id)
    die_at(world, "invoice", after=after)
    run_into_death(world)
    if edited_there:
        world.change("Invoice", remote_id, CustomerMemo={"value": "From the books"})
    world.sync()
    there = world.get("Invoice", remote_id)
    assert money(there["TotalAmt"]) == Decimal(350)
    assert world.record(Kind.INVOICE, local_id=invoice.id).flag == Flag.SYNCED
    if edited_there:
        assert there["CustomerMemo"]["value"] == "From the books"
        assert world.form_of(invoice.id).notes == "From the books"
    with world.still():
        world.sync(10)


@pytest.mark.parametrize("path", ["customer", "item"])
@pytest.mark.parametrize("after", [False, True])
def test_customers_and_items_are_made_once_too(world: World, path: str, after: bool) -> None:
    make: Callable[[], object] = world.customer if path == "customer" else world.item
    make()
    entity = path.capitalize()
    before = len(world.all(entity))
    die_at(world, path, after=after)
    run_into_death(world)
    world.sync()
    assert len(world.all(entity)) == before + 1
    with world.still():
        world.sync(10)


def test_a_lost_answer_is_no_second_invoice(world: World) -> None:
    before = len(world.all("Invoice"))
    world.invoice(world.customer(), *lines(("1", "100")))
    lost = 0

    def lose(method: str, path: str, response: httpx.Response) -> httpx.Response:
        nonlocal lost
        if method == "POST" and "/invoice" in path and lost < 2:
            lost += 1
            raise httpx.ReadError("the connection was cut")
        return response

    world.after_request = lose
    for _ in range(8):
        world.sync()
        world.pass_time(seconds=60)
    assert lost == 2
    assert len(world.all("Invoice")) == before + 1
