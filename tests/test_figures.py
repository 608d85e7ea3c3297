"""The rows of the benches: medians, ratios, and whether a target is met."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import figures
from tests.bench.__main__ import main
from tests.bench.figures import at_least, at_most, beside, collect, percentile, table, tell, within


@pytest.mark.parametrize(("found", "met"), [((0.9, 1.2, 9.0), True), ((0.9, 1.3, 1.3), False)])
def test_the_median_decides_whether_a_limit_is_kept(found: tuple[float, ...], met: bool) -> None:
    assert at_most("x", "paint", "s", found, 1.2).met is met


def test_a_score_has_to_reach_its_target() -> None:
    assert at_least("x", "score", "points", (95,), 95).met
    assert at_least("x", "score", "points", (94,), 95).met is False


def test_a_peer_is_divided_by() -> None:
    row = beside("x", "paint", "s", ((2.0, 3.0), (2.0, 2.0)), 1.3)
    assert (row.ours, row.peer, row.ratio, row.met) == (2.5, 2.0, 1.25, True)


def test_what_is_only_told_is_neither_met_nor_missed() -> None:
    assert at_most("x", "requests", "count", (12,)).met is None
    assert beside("x", "requests", "count", ((12,), (10,))).met is None


def test_the_table_says_what_was_missed() -> None:
    told = table(
        [at_most("x", "paint", "s", (1.5, 1.4, 1.6), 1.2), at_most("y", "shift", "score", (0.01,), 0.02)]
    )
    missed, met = told.splitlines()[1:]
    assert missed.split() == ["x", "paint,", "s", "1.5", "1.4", "to", "1.6", "≤", "1.2", "MISSED"]
    assert met.endswith("met")


def test_a_limit_may_be_the_peer_and_a_little_more() -> None:
    both = ((60.0, 64.0, 90.0), (15.0, 10.0, 15.0))
    assert within("x", "save", "ms", both, more_than_peer=50).met
    assert within("x", "save", "ms", both, more_than_peer=48).met is False
    assert within("x", "save", "ms", both, 63, more_than_peer=50).met is False
    assert within("x", "save", "ms", both, 64, more_than_peer=50).target == "≤ 64, ≤ the peer + 50"


def test_a_percentile_is_of_the_values_found() -> None:
    assert percentile([float(number) for number in range(101)], 95) == 95
    assert percentile([7.0], 99) == 7.0


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(figures, "_told", [])
    old = [{"id": name, "ours": 1} for name in ("P4", "P4-p99", "P10", "P12", "P2")]
    (tmp_path / "bench.json").write_text(json.dumps(old))
    return tmp_path / "bench.json"


def ids(file: Path) -> list[str]:
    return [row["id"] for row in json.loads(file.read_text())]


def test_a_part_that_is_measured_alone_takes_the_place_of_its_own_rows(file: Path) -> None:
    tell([at_most("P10", "kill", "s", (1,), 2), at_most("P4", "save", "ms", (1,))])
    collect(file)
    assert ids(file) == ["P2", "P4", "P10", "P12"]
    assert set(json.loads(file.read_text())[2]) == set(figures.COLLECTED)


def test_a_refused_figure_is_in_no_file(file: Path) -> None:
    collect(file, {"P4"})
    assert ids(file) == ["P2", "P10", "P12"]


def test_figures_are_chosen_by_number_and_a_strange_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr("tests.bench.__main__._measured", lambda name, _options: ran.append(name) or 0)
    monkeypatch.setattr("tests.bench.__main__.collect", lambda *_: None)
    assert main(["--only", "p4,P8, P6"]) == 0
    assert ran == ["saves", "webhooks", "lighthouse", "pages"]
    with pytest.raises(SystemExit):
        main(["--only", "P13"])
