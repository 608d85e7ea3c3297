"""The simulation as a part of the tests: some seeds always, and that it can fail at all."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from bookipi_app.models import Kind, Side
from bookipi_app.sync import plan, remote
from bookipi_app.sync.snapshot import Snapshot, changed
from tests.engine.simulation.run import simulate
from tests.prove import table
from tests.prove.report import Report

OPERATIONS = 30
SEEDS, CASES = 300, 20  # `make test-all` goes on with `tests.prove`


@pytest.fixture(scope="session")
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cases of a run leave what they showed, in whichever process they are."""
    mine = tmp_path_factory.getbasetemp()
    folder = (mine.parent if hasattr(request.config, "workerinput") else mine) / "simulation"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("case", range(CASES))
def test_whatever_goes_wrong_the_books_agree_in_the_end(
    case: int, caplog: pytest.LogCaptureFixture, reports: Path
) -> None:
    """A failing seed says how to replay it. The last case sees to it that each kind of fault has struck in one."""
    caplog.set_level(logging.CRITICAL)
    size, report = SEEDS // CASES, Report()
    for seed in range(1 + case * size, 1 + (case + 1) * size):
        report.take(simulate(seed, OPERATIONS), OPERATIONS)
        told = [words for one in report.failures for words in (one.again, *map(str, one.violations))]
        assert not told, "\n".join(told)
    written = reports / f"{case}.new"
    written.write_text(json.dumps(report.plain()))
    written.rename(reports / f"{case}.json")
    assert not too_few(reports)


def too_few(reports: Path) -> list[str]:
    """Kinds of fault that never struck, once all cases are through."""
    written = list(reports.glob("*.json"))
    if len(written) < CASES:
        return []
    whole = Report()
    for one in written:
        whole.add(Report.of(json.loads(one.read_text())))
    return table.too_few(whole)


def test_a_kind_of_fault_that_never_struck_fails_the_last_case(tmp_path: Path) -> None:
    for case in range(CASES):
        assert too_few(tmp_path) == []
        (tmp_path / f"{case}.json").write_text(json.dumps(Report(seeds=SEEDS // CASES).plain()))
    assert any("struck 0 times" in one for one in too_few(tmp_path))


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
