"""Deaths at every step, as a part of the tests: some always, all of them in the long run.

The names of the tests say how many steps each scenario has at least; `python -m tests.engine.crashes` prints how many.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

import bookipi_app
from bookipi_app.sync import outcomes
from tests.engine.crashes import play
from tests.engine.crashes.further import SCENARIOS
from tests.engine.crashes.play import Played
from tests.engine.crashes.points import AT_REQUESTS, BEFORE_COMMIT, Blow
from tests.engine.crashes.scenarios import Scenario

LOST_ANSWERS = tuple(AT_REQUESTS)
# They take minutes: left to `python -m tests.engine.crashes`, which plays every other blow too.
APART = ("a crowd vanishes there", "another company is connected instead")
QUICK = {"customer created here": 4, "invoice edited there": 4}  # every so many steps
APP = Path(bookipi_app.__file__).parent
# What only a blow brings about: a limit, a lost answer, forgotten request ids; in peace no playing comes by it.
STRUCK = (
    "customer created here",
    "customer edited here",
    "older customers travel as a batch",
    "the access token has run out",
)
# No scenario comes by these: a review that nobody answers for weeks, a reading by the clock that is refused, and the
# command of whoever lost a key.
NEVER = {"sync.ending.keep_alive", "sync.engine._unless_refused", "quickbooks.keys.forget_lost"}


@pytest.fixture(autouse=True)
def unheard(caplog: pytest.LogCaptureFixture) -> None:
    """A worker that dies says so, thousands of times."""
    caplog.set_level(logging.CRITICAL)


def named(scenario: Scenario) -> str:
    return f"{scenario.name}: {scenario.fewest} steps"


def first_playing(scenario: Scenario) -> Played:
    played = play.in_peace(scenario)
    assert not played.wrong, played.words
    found = sum(point.takes(Blow.DEATH) for point in played.points)
    assert found >= scenario.fewest, f"only {found} steps: {[str(point) for point in played.points]}"
    return played


def befall(played: Played, blows: Sequence[Blow], every: int = 1) -> None:
    scenario, points = played.scenario, played.points
    chosen = [(at, blow) for at, blow in play.blows(scenario, points, blows) if at % every == 0]
    wrong = [one for at, blow in chosen if (one := play.with_blow(scenario, at, blow, points[at])).wrong]
    assert not wrong, "\n".join(one.words for one in wrong[:3])


@pytest.mark.parametrize("scenario", [one for one in SCENARIOS if one.name in QUICK], ids=named)
def test_a_death_loses_and_doubles_nothing(scenario: Scenario) -> None:
    befall(first_playing(scenario), [Blow.DEATH], QUICK[scenario.name])


@pytest.mark.long
@pytest.mark.parametrize("scenario", [one for one in SCENARIOS if one.name not in APART], ids=named)
def test_a_death_at_every_step_loses_and_doubles_nothing(scenario: Scenario) -> None:
    befall(first_playing(scenario), [Blow.DEATH])


@pytest.mark.long
def test_every_function_of_the_engine_that_commits_is_a_step_somewhere() -> None:
    """Whoever adds a commit adds a scenario that comes by it, or its name to the list above with a reason."""
    found = {point.where for one in _all_playings() for point in one.points if point.place == BEFORE_COMMIT}
    wanted = set(committing("sync")) | set(committing("quickbooks"))
    assert len(wanted) > 20
    assert wanted - found == NEVER


def _all_playings() -> Iterator[Played]:
    """Every scenario in peace, and some with all that can befall a request."""
    for one in SCENARIOS:
        played = play.in_peace(one)
        yield played
        if one.name in STRUCK:
            for at, blow in play.blows(one, played.points, LOST_ANSWERS):
                yield play.with_blow(one, at, blow, played.points[at])


def committing(room: str) -> Iterable[str]:
    """The functions in a room that open a writing transaction of the lease or the database."""
    for path in sorted((APP / room).glob("*.py")):
        for one in ast.walk(ast.parse(path.read_text())):
            opens = isinstance(one, ast.FunctionDef) and any(_opens(inner) for inner in ast.walk(one))
            if isinstance(one, ast.FunctionDef) and opens and path.stem != "lease":
                yield f"{room}.{path.stem}.{one.name}"


def _opens(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in ("transaction", "_transaction") and not node.args


def test_a_broken_engine_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that cannot fail proves nothing: here an answer to a creation is taken for an update of nothing."""
    monkeypatch.setattr(outcomes, "_take_over", lambda *_: None)
    played = play.in_peace(next(one for one in SCENARIOS if one.name == "customer created here"))
    assert played.wrong
