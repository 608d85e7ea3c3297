"""The command itself: what it adds up, what it is held against, and that a failure is told with its replay."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.engine.simulation.invariants import Invariant, Violation
from tests.engine.simulation.kinds import Fault
from tests.engine.simulation.run import Result
from tests.nemesis import part as nemesis
from tests.prove import __main__ as command
from tests.prove import kept, strikes, table
from tests.prove.kept import Kept
from tests.prove.parts import Part
from tests.prove.report import Report
from tests.prove.strikes import COUNT, STRIKES, Acts, Case, Kinds


def everything() -> Report:
    """A run in which everything struck."""
    acts = {name for row in STRIKES.values() for one in row if isinstance(one, Acts) for name in one.names}
    return Report(seeds=400, struck=Counter(Fault), done=Counter(acts))


def test_each_of_the_faults_is_struck_by_somebody_and_each_test_is_there() -> None:
    assert sorted(STRIKES) == list(range(1, COUNT + 1))
    assert strikes.missing(everything(), None) == []


def test_each_kind_of_the_simulation_is_a_fault_of_the_list_but_those_between_the_numbers() -> None:
    listed = {
        kind for row in STRIKES.values() for one in row if isinstance(one, Kinds) for kind in one.faults
    }
    assert set(Fault) - listed == {Fault.EDIT_HERE, Fault.OWN_PACE}


def test_what_the_nemesis_is_said_to_strike_it_can_strike() -> None:
    said = {number for number, row in STRIKES.items() if strikes.NEMESIS in row}
    assert said <= {number for numbers in nemesis.NUMBERS.values() for number in numbers}


def test_what_never_struck_fails_a_run_that_is_long_enough() -> None:
    report = everything()
    del report.struck[Fault.HOT], report.done["Closer.nests"]
    told = table.too_few(report)
    assert any("fault 19" in one for one in told)
    assert any("Closer.nests" in one for one in told)
    report.seeds = 20
    assert table.too_few(report) == []


def test_a_nemesis_that_ran_has_to_have_struck_its_numbers() -> None:
    assert strikes.missing(everything(), {49: 3}) != []
    assert not Case("test_run.py", "test_that_nobody_wrote").is_there


def test_reports_add_up_and_a_failure_says_how_to_see_it_again(tmp_path: Path) -> None:
    report, other = Report(), Report()
    wrong = [Violation(Invariant.NO_LOST_EDIT, "lost: notes")]
    other.take(Result(7, wrong, ["a"], Counter({Fault.HOT: 2}), Counter(), runs=3, deaths=1), 30)
    report.add(other)
    words = table.words(report, [Part("bugs", {"caught": 20})], 1.0)
    assert '    again: make prove ARGS="--seed 7 --operations 30"' in words.splitlines()
    Kept(report).write(tmp_path / "prove.json")
    kept = json.loads((tmp_path / "prove.json").read_text())
    assert kept["violations"]["I1 no lost edit"] == 1
    assert kept["simulation"]["faults"][Fault.HOT.value] == 2


def test_the_command_runs_seeds_and_keeps_what_they_showed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prove.json"
    arguments = ["--seeds", "2", "--operations", "4", "--processes", "1", "--without", "planner"]
    assert command.main([*arguments, "--without", "nemesis", "--json", str(path)]) == 0
    assert json.loads(path.read_text())["simulation"]["operations"] == 8
    assert "I12 liveness" in capsys.readouterr().out


def test_a_later_run_goes_on_where_the_one_before_has_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prove.json"
    arguments = ["--seeds", "1", "--operations", "3", "--processes", "1", "--without", "planner"]
    arguments += ["--without", "nemesis", "--json", str(path)]
    once = command.main(arguments)
    assert command.main([*arguments, "--go-on"]) == once == 0
    found = kept.read(path).report
    assert (found.seeds, found.operations, found.next) == (2, 6, 3)
    path.write_text(path.read_text().replace(kept.code(), "another"))
    assert command.main([*arguments, "--go-on"]) == 2
    assert "other code" in capsys.readouterr().err


def test_what_was_kept_is_read_again_as_it_was(tmp_path: Path) -> None:
    report = Report()
    wrong = [
        Violation(Invariant.NO_LOST_EDIT, "lost: notes"),
        Violation(Invariant.SOUND, "a line\nand another"),
    ]
    report.take(Result(7, wrong, ["a"], Counter({Fault.HOT: 2}), Counter({"Owner.pays": 1}), runs=3), 30)
    report.seconds, report.next = 1.5, 8
    told = Part("nemesis", {"kills": 3, "words": "one"}, {49: 3}, {"I1 no lost edit": 1}, ("lost",), 4)
    Kept(report, {"nemesis": told}, 2.0, kept.code()).write(tmp_path / "prove.json")
    again = kept.read(tmp_path / "prove.json")
    assert again.report == report
    assert again.parts["nemesis"] == told
    again.add(Part("nemesis", {"kills": 2, "words": "two"}, {49: 1, 50: 1}, {}, (), 6))
    both = again.parts["nemesis"]
    assert (both.figures, both.struck, both.next) == ({"kills": 5, "words": "two"}, {49: 4, 50: 1}, 6)
    assert (both.violations, both.failures) == ({"I1 no lost edit": 1}, ("lost",))
