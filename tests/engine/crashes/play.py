"""One scenario: played once to find its steps, and again with a blow at one of them."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from unittest.mock import patch

from bookipi_app.quickbooks import replies
from tests.engine.crashes import verdicts
from tests.engine.crashes.people import People, Step
from tests.engine.crashes.points import DEATHS, Blow, Point, Watch
from tests.engine.crashes.scenarios import Scenario
from tests.engine.crashes.stage import Kept, Stage
from tests.engine.simulation.chance import determined
from tests.engine.simulation.world import Nature
from tests.engine.world import empty_database

SILENT = 1  # rounds of the change feed in which nothing may be written


@dataclass
class Played:
    """What one playing showed."""

    scenario: Scenario
    points: list[Point]
    wrong: list[str]
    at: int = -1
    blow: Blow | None = None
    trace: list[str] = field(default_factory=list[str])

    @property
    def again(self) -> str:
        """The command that plays it once more."""
        once = f'python -m tests.engine.crashes --scenario "{self.scenario.name}"'
        return once if self.blow is None else f"{once} --blow {self.blow.name} --point {self.at}"

    @property
    def words(self) -> str:
        """What is wrong, where, and how to see it again."""
        where = (
            f"{self.blow.value} at {self.points[self.at]}"
            if self.blow and self.at < len(self.points)
            else "in peace"
        )
        return "\n".join([f"{self.scenario.name}: {where}", *self.wrong, f"    again: {self.again}"])


def in_peace(scenario: Scenario) -> Played:
    """The first playing: its steps, and what must be true without any blow."""
    return _play(scenario, Watch(), None)


def with_blow(scenario: Scenario, at: int, blow: Blow, expected: Point) -> Played:
    """Once more, with a blow at one step; it has to be the step that the first playing found there."""
    played = _play(scenario, Watch(at, blow), blow)
    played.at, played.blow = at, blow
    found = played.points[at] if at < len(played.points) else None
    if found != expected:
        played.wrong.append(f"another step than in the first playing: {found}, not {expected}")
    return played


def blows(scenario: Scenario, points: Sequence[Point], wanted: Sequence[Blow]) -> Iterator[tuple[int, Blow]]:
    """Every blow at every step at which it makes sense."""
    for at, point in enumerate(points):
        for blow in wanted:
            if point.takes(blow) and _is_told(scenario, blow):
                yield at, blow


def _is_told(scenario: Scenario, blow: Blow) -> bool:
    match blow:
        case Blow.DEATH_AND_SAME_FIELD:
            return scenario.same is not None
        case Blow.DEATH_AND_OTHER_FIELD:
            return scenario.other is not None
        case Blow.EDIT:
            return scenario.edit is not None
        case _:
            return True


def _play(scenario: Scenario, watch: Watch, blow: Blow | None) -> Played:
    kept, then = _prepared(scenario)
    stage = then.stage
    longest = scenario.feed or replies.MOST_ROWS
    with (
        _quietly() as errors,
        stage.processes(),
        determined(2, stage.clock),
        patch.object(replies, "MOST_ROWS", longest),
    ):
        stage.set_back(kept)
        stage.elsewhere = bool(watch.at % 2)
        people = then.copy()
        wrong = [*_went(scenario, watch, blow, people), *(f"the engine said: {one}" for one in errors)]
    trace = [*people.journal.trace, *(f"{method} {path}" for method, path in stage.requests)]
    return Played(scenario, watch.points, wrong, trace=trace)


def _went(scenario: Scenario, watch: Watch, blow: Blow | None, people: People) -> list[str]:
    stage, wrong = people.stage, list[str]()
    stage.nature, stage.deaf = watch, scenario.deaf
    watch.edit = lambda: people.do(scenario.edit) if scenario.edit else None
    follows = {Blow.DEATH_AND_SAME_FIELD: scenario.same, Blow.DEATH_AND_OTHER_FIELD: scenario.other}
    stage.on_death = _after(people, follows.get(blow)) if blow is not None and blow in DEATHS else None
    try:
        for steps in scenario.phases:
            wrong += _phase(scenario, people, steps)
        stage.nature = Nature()
        if not stage.feed_comes():
            wrong.append("not quiet after the change feed")
        wrong += verdicts.verdict(scenario, people, watch, blow)
        before = stage.writes()
        for _ in range(SILENT):
            stage.feed_comes()
        if stage.writes() != before:
            wrong.append(f"not silent: {stage.requests[-6:]}")
    except Exception:  # noqa: BLE001  (whatever the engine raises is a finding)
        wrong.append(traceback.format_exc())
    return wrong


def _after(people: People, step: Step | None):
    return (lambda: people.do(step)) if step is not None else None


def _phase(scenario: Scenario, people: People, steps: Sequence[Step]) -> list[str]:
    wrong: list[str] = []
    for step in steps:
        people.must(step)
    if not people.stage.settle():
        wrong.append("not quiet in a quarter of an hour")
    if scenario.between is not None:
        wrong += scenario.between(people)
    return wrong


@cache
def _prepared(scenario: Scenario) -> tuple[Kept, People]:
    """Both sides as they are when the scenario begins."""
    stage, fresh = _stage(scenario.preset)
    with _quietly(), stage.processes(), determined(1, stage.clock):
        stage.set_back(fresh)
        people = People(stage)
        for steps in scenario.before:
            for step in steps:
                people.must(step)
            assert stage.settle(), scenario.name
        stage.now += verdicts.A_WHILE
        assert stage.settle(), scenario.name
        if scenario.begin is not None:
            scenario.begin(people)
        return stage.keep(), people


@cache
def _stage(preset: str) -> tuple[Stage, Kept]:
    stage = Stage.build(empty_database(), preset)
    gc.freeze()
    return stage, stage.keep()


@contextmanager
def _quietly() -> Iterator[list[str]]:
    """No garbage is looked for within; what the engine says of its own mistakes is heard."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    loggers = [logging.getLogger(f"bookipi_app.sync.{one}") for one in ("rounds", "outcomes")]
    ear = Ear(logging.ERROR)
    for one in loggers:
        one.addHandler(ear)
    gc.disable()
    try:
        yield heard
    finally:
        gc.enable()
        for one in loggers:
            one.removeHandler(ear)
