"""Round trip without change: what was pushed is pulled back as it is, what was pulled is not pushed."""

from __future__ import annotations

import pytest

from bookipi_app.models.record import Kind
from bookipi_app.sync import actions, mapping
from bookipi_app.sync.agreement import after_create
from bookipi_app.sync.carrying import CannotCarry
from bookipi_app.sync.plan import plan
from bookipi_app.sync.snapshot import of_local
from tests.fidelity import believable, theirs
from tests.fidelity.journey import Journey
from tests.fidelity.proof import open_anew, place_of, setting_of


@pytest.fixture(autouse=True)
def new_companies() -> None:
    open_anew()


MANY = [100, pytest.param(1000, marks=pytest.mark.long)]


@pytest.mark.parametrize("count", MANY)
def test_pushed_and_pulled_back_there_is_nothing_to_write(count: int) -> None:
    travelled = 0
    for number in range(10_000, 10_000 + 2 * count):
        place = place_of(setting_of(number))
        invoice = believable.write(number, place.local_rate()).invoice
        context = place.context(invoice.customer_id)
        try:
            rendered = mapping.render_create(Kind.INVOICE, invoice, context)
        except CannotCarry:
            continue
        remote = place.send(rendered.body)
        agreed = after_create(Kind.INVOICE, of_local(Kind.INVOICE, invoice), rendered.line_ids, remote)
        pulled = place.read(remote["Id"])
        journey = Journey(invoice, pulled, agreed, place, context)
        assert isinstance(plan(journey.state()), actions.Quiet), (number, invoice)
        assert place.read(remote["Id"]) == remote  # and so it stays
        travelled += 1
        if travelled == count:
            return
    raise AssertionError("too few of them can travel")


@pytest.mark.parametrize("count", MANY)
def test_pulled_there_is_nothing_to_push(count: int) -> None:
    for number in range(20_000, 20_000 + count):
        place = place_of(setting_of(number))
        made = theirs.write(number, place)
        journey = Journey.arriving(made, place, place.context())
        assert isinstance(plan(journey.state()), actions.Quiet), (number, made)
        assert place.read(made["Id"])["SyncToken"] == made["SyncToken"]
        assert journey.local.total_cents == made["TotalAmt"] * 100
        assert sum(line.amount_cents for line in journey.local.lines) == journey.local.subtotal_cents
