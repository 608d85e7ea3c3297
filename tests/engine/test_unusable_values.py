"""Amounts of QuickBooks' that are none, where they are asked about before anything is read: nothing stands still."""

from __future__ import annotations

from typing import Any

import pytest

from bookipi_app.sync import rounds
from tests.engine.test_bad_input import invoice_there, parked, spoil
from tests.engine.world import World


@pytest.mark.parametrize("values", [{"TotalAmt": "nothing"}, {"TotalAmt": 0, "Line": [{"Amount": "none"}]}])
def test_what_says_that_it_is_void_with_an_amount_that_is_none_is_parked(
    world: World, values: dict[str, Any]
) -> None:
    """That was asked where it was heard of, and ended every run."""
    made = invoice_there(world, "QB-ODD")
    spoil(world, made["Id"], PrivateNote="Voided", **values)
    assert parked(world, made["Id"]) == rounds.UNREADABLE
