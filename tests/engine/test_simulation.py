"""The simulation as a part of the tests: some seeds always, and that it can fail at all."""

from __future__ import annotations

import logging
import os
from collections import Counter
from pathlib import Path

import pytest

from bookipi_app.models import Kind, Side
from bookipi_app.sync import plan, remote
from bookipi_app.sync.snapshot import Snapshot, changed
from tests.engine.simulation.faults import Fault
from tests.engine.simulation.run import simulate

OPERATIONS = 30
SEEDS, CASES = 300, 20  # the first of them; `make test-all` goes on from there with `tests.prove`


@pytest.fixture(scope="session")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of one run of the tests share: what struck, by case."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "struck"
    folder.mkdir(exist_ok=True)
    return folder


def prove(seeds: range) -> Counter[Fault]:
    """Run seeds; what struck. A failing seed says how to replay it."""
    struck: Counter[Fault] = Counter()
    for seed in seeds:
        result = simulate(seed, OPERATIONS)
        struck += result.struck
        again = f"python -m tests.prove --seed {seed} --operations {OPERATIONS}"
        assert not result.wrong, "\n".join([again, *map(str, result.wrong)])
    return struck


def prove_case(first: int, many: int, case: int, cases: int, counts: Path) -> None:
    """One case's share of the seeds. Whichever case ends last judges all of them: a kind that never struck fails."""
    size = many // cases
    struck = prove(range(first + case * size, first + (case + 1) * size))
    kept = counts / f"{first}-{case}"
    kept.with_suffix(".part").write_text("\n".join(struck))
    kept.with_suffix(".part").rename(kept.with_suffix(".kinds"))
    told = list(counts.glob(f"{first}-*.kinds"))
    if len(told) == cases:
        all_kinds = {kind for file in told for kind in file.read_text().splitlines()}
        assert all_kinds == set(Fault), f"never struck: {set(Fault) - all_kinds}"


@pytest.mark.parametrize("case", range(CASES))
def test_whatever_goes_wrong_the_books_agree_in_the_end(
    case: int, counts: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    prove_case(1, SEEDS, case, CASES, counts)


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
