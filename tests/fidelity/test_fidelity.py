"""Forecast = outcome, to the cent, for believable invoices in every kind of company."""

from __future__ import annotations

import pytest

from tests.fidelity import report
from tests.fidelity.proof import prove


@pytest.mark.parametrize(
    "count", [200, pytest.param(2000, marks=pytest.mark.long)], ids=lambda count: f"{count}-invoices"
)
def test_totals_agree_or_differ_as_foreseen(count: int) -> None:
    tally = prove(count)
    print(report.words(tally))
    assert len(tally.outcomes) == count
    assert not report.too_few(tally)
