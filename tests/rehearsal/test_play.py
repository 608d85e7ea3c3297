"""A small rehearsal, whose figures can be worked out by hand."""

from __future__ import annotations

from bookipi_app.rehearsal.figures import scaled
from bookipi_app.rehearsal.load import Load
from bookipi_app.rehearsal.play import Play

QUIET = Load(saves_a_day=0, edits_a_day=0, bursts_a_day=0)


def test_ten_quiet_companies_read_their_feeds_forty_times_an_hour() -> None:
    played = Play(10, 1.0, 1, QUIET).run()
    assert played.requests["feed"] == 10 * 4
    assert played.requests["write"] == 0
    assert played.looks == 3600
    assert scaled(played, QUIET, 1000, 0.1).jobs == played.jobs * 100 / 3600
