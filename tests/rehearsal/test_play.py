"""A small rehearsal, whose figures can be worked out by hand."""

from __future__ import annotations

import pytest

from bookipi_app.rehearsal.figures import scaled
from bookipi_app.rehearsal.load import Load
from bookipi_app.rehearsal.play import Play, Played

QUIET = Load(saves_a_day=0, edits_a_day=0, bursts_a_day=0)
BUSY = Load(saves_a_day=120, edits_a_day=60, bursts_a_day=20)


@pytest.mark.long
def test_ten_quiet_companies_read_their_feeds_forty_times_an_hour() -> None:
    played = Play(10, 1.0, 1, QUIET).run()
    assert played.requests["feed"] == 10 * 4
    assert played.requests["write"] == 0
    assert played.looks == 3600
    assert scaled(played, QUIET, 1000, 0.1).jobs == played.jobs * 100 / 3600


@pytest.fixture(scope="module")
def busy() -> Played:
    return Play(2, 0.2, 7, BUSY).run()


def test_a_seed_is_one_rehearsal(busy: Played) -> None:
    assert Play(2, 0.2, 7, BUSY).run() == busy


def test_what_people_save_is_in_quickbooks_at_the_end(busy: Played) -> None:
    assert busy.unfinished == 0
    assert busy.requests["write"] >= busy.done["new invoice"] > 0
    assert busy.deliveries > 0
