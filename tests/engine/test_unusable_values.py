"""Amounts of QuickBooks' that are none, where they are asked about before anything is read: nothing stands still."""

from __future__ import annotations

from typing import Any

import pytest

from bookipi_app.models import Flag, Kind
from bookipi_app.sync import rounds
from bookipi_app.sync.actions import Cause
from tests.engine import bookkeeper
from tests.engine.test_bad_input import parked, spoil
from tests.engine.test_main_job import lines
from tests.engine.world import World


@pytest.mark.parametrize("values", [{"TotalAmt": "nothing"}, {"TotalAmt": 0, "Line": [{"Amount": "none"}]}])
def test_what_says_that_it_is_void_with_an_amount_that_is_none_is_parked(
    world: World, values: dict[str, Any]
) -> None:
    """That was asked where it was heard of, and ended every run."""
    made = bookkeeper.invoice(world, "QB-ODD")
    spoil(world, made["Id"], PrivateNote="Voided", **values)
    assert parked(world, made["Id"]) == rounds.UNREADABLE


@pytest.mark.parametrize("total", ["Infinity", "1E+999999999", "a lot"])
def test_a_total_that_is_none_is_not_ours(world: World, total: str) -> None:
    """Ours has the number: whether it is the same was asked of the totals, and ended every run."""
    customer = world.customer(name="Ana Ruiz")
    world.sync()
    world.pass_time(minutes=1)
    there = {"value": world.record(Kind.CUSTOMER, local_id=customer.id).remote_id}
    detail = {"ItemRef": {"value": "1"}, "Qty": 4, "UnitPrice": 30}
    line = {"Amount": 120, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    made = world.make("Invoice", CustomerRef=there, DocNumber="QB-ODD", Line=[line])
    spoil(world, made["Id"], TotalAmt=total)
    ours = world.invoice(customer, *lines(("1", "120")), number="QB-ODD")
    world.sync()
    record = world.record(Kind.INVOICE, local_id=ours.id)
    assert (record.flag, record.cause) == (Flag.ATTENTION, Cause.MATCH.value)
