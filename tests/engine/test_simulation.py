"""The simulation as a part of the tests: some seeds always, many in the long run; and that it can fail at all."""

from __future__ import annotations

import logging
from collections import Counter

import pytest

from bookipi_app.sync import outcomes
from tests.engine.simulation.faults import Fault
from tests.engine.simulation.run import simulate

OPERATIONS = 30
SEEDS, CASES = 60, 6
MANY, LONG_CASES = 1000, 20


def prove(seeds: range) -> Counter[Fault]:
    """Run seeds; what struck. A failing seed says how to replay it."""
    struck: Counter[Fault] = Counter()
    for seed in seeds:
        result = simulate(seed, OPERATIONS)
        struck += result.struck
        again = f"python -m tests.engine.simulation --seed {seed} --operations {OPERATIONS}"
        assert not result.wrong, "\n".join([again, *result.wrong])
    return struck


@pytest.mark.parametrize("case", range(CASES))
def test_whatever_goes_wrong_the_books_agree_in_the_end(case: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    size = SEEDS // CASES
    assert prove(range(1 + case * size, 1 + (case + 1) * size))


@pytest.mark.long
@pytest.mark.parametrize("case", range(LONG_CASES))
def test_a_thousand_seeds(case: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    size = MANY // LONG_CASES
    assert prove(range(1001 + case * size, 1001 + (case + 1) * size))


def test_the_same_seed_is_the_same_trace() -> None:
    first = simulate(7, 12)
    assert simulate(8, 12).digest != first.digest
    assert simulate(7, 12).digest == first.digest


def test_an_engine_that_forgets_an_edit_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that cannot fail proves nothing: here every answer counts as if our newest version had been sent."""
    honest = outcomes._agree

    def forgetful(record: object, attempt: object, answer: object) -> None:
        honest(record, attempt, answer)  # pyright: ignore[reportArgumentType]
        record.base_local = {}  # pyright: ignore[reportAttributeAccessIssue]

    monkeypatch.setattr(outcomes, "_agree", forgetful)
    assert any(simulate(seed, 12).wrong for seed in range(1, 6))
