"""The simulation as a part of the tests: some seeds always, many in the long run; and that it can fail at all."""

from __future__ import annotations

import logging
from collections import Counter

import pytest

from bookipi_app.models import Kind, Side
from bookipi_app.sync import plan, remote
from bookipi_app.sync.snapshot import Snapshot, changed
from tests.engine.simulation.faults import Fault
from tests.engine.simulation.run import simulate

OPERATIONS = 30
SEEDS, CASES = 60, 6  # at about 0.8 s each: what `make test` can afford
MANY, LONG_CASES = 150, 5


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
def test_many_seeds(case: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    size = MANY // LONG_CASES
    assert prove(range(1001 + case * size, 1001 + (case + 1) * size))


def test_the_same_seed_is_the_same_trace() -> None:
    first = simulate(7, 12)
    assert simulate(8, 12).digest != first.digest
    assert simulate(7, 12).digest == first.digest


def _blind(kind: Kind, side: Side, base: Snapshot, now: Snapshot) -> tuple[str, ...]:
    return tuple(name for name in changed(kind, side, base, now) if name != "notes")


@pytest.mark.parametrize(
    ("module", "part", "broken", "said"),
    [
        (plan, "changed", _blind, "notes differs"),
        (remote, "made_since", lambda *_: False, "unknown to the sync"),
    ],
)
def test_a_broken_engine_is_found_out(
    monkeypatch: pytest.MonkeyPatch, module: object, part: str, broken: object, said: str
) -> None:
    """A test that cannot fail proves nothing: one engine overlooks a field, the other what is made in QuickBooks."""
    monkeypatch.setattr(module, part, broken)
    assert any(said in wrong for seed in range(1, 40) for wrong in simulate(seed, 15).wrong)
