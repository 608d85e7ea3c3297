"""The simulation as a part of the tests: some seeds always, and that it can fail at all."""

from __future__ import annotations

import logging

import pytest

from bookipi_app.models import Kind, Side
from bookipi_app.sync import plan, remote
from bookipi_app.sync.snapshot import Snapshot, changed
from tests.engine.simulation.run import simulate

OPERATIONS = 30
SEEDS, CASES = 300, 20  # `make test-all` goes on with `tests.prove`


@pytest.mark.parametrize("case", range(CASES))
def test_whatever_goes_wrong_the_books_agree_in_the_end(case: int, caplog: pytest.LogCaptureFixture) -> None:
    """A failing seed says how to replay it."""
    caplog.set_level(logging.CRITICAL)
    size = SEEDS // CASES
    for seed in range(1 + case * size, 1 + (case + 1) * size):
        result = simulate(seed, OPERATIONS)
        again = f"python -m tests.prove --seed {seed} --operations {OPERATIONS}"
        assert not result.wrong, "\n".join([again, *map(str, result.wrong)])


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
    assert any(said in wrong.words for seed in range(1, 40) for wrong in simulate(seed, 15).wrong)
