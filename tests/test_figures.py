"""The rows of the benches: medians, ratios, and whether a target is met."""

from __future__ import annotations

import pytest

from tests.bench.figures import at_least, at_most, beside, table


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
    assert missed.split() == ["paint,", "s", "1.5", "1.4", "to", "1.6", "≤", "1.2", "MISSED"]
    assert met.endswith("met")
