"""All seeded bugs against all harnesses; a part of `make prove`'s table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bugs.hunt import HARNESSES, Catch
from tests.bugs.seeded import Bug, DoesNotApply, bugs, copy_with
from tests.prove.parts import Part, Wanted

LOOK_SECONDS = 0.5
ENDED = threading.Event()  # somebody has stopped all of it
UNITS = {"planner": "cases", "simulation": "seeds", "crashes": "playings"}


@dataclass(frozen=True)
class Hunted:
    """One bug, and what became of it."""

    bug: Bug
    catches: Sequence[Catch] = ()
    suite: str = ""  # what the tests said that were written for it, if they were asked
    trouble: str = ""

    @property
    def caught(self) -> Catch | None:
        """The first harness that found it."""
        return next((one for one in self.catches if one.caught), None)

    @property
    def line(self) -> str:
        """One line of the table."""
        told = [f"{one.harness} {_cases(one)}" for one in self.catches if one.caught]
        blind = [f"not by {one.harness} in {_cases(one)}" for one in self.catches if not one.caught]
        said = ", ".join([*told, *blind, *([self.suite] if self.suite else [])])
        return f"{self.bug.name:32} {'caught' if told else 'NOT CAUGHT'}: {self.trouble or said}"

    @property
    def words(self) -> list[str]:
        """What the mistake is, and what each harness says."""
        said = [f"    {one.harness}: {one.words}" for one in self.catches if one.words]
        return [f"    {self.bug.title}", *said]


def part(wanted: Wanted) -> Part:
    """Every bug, until a harness has caught it."""
    found = hunt_all(bugs(), every_harness=False, processes=wanted.processes)
    by_harness = Counter(one.caught.harness for one in found if one.caught)
    figures: dict[str, int | str] = {
        "bugs put into the engine": len(found),
        "caught": sum(by_harness.values()),
    }
    figures |= {f"caught by the {name}": count for name, count in sorted(by_harness.items())}
    figures |= {one.bug.name: one.line.partition(": ")[2] for one in found}
    return Part("bugs", figures, failures=tuple(one.line for one in found if one.caught is None))


def hunt_all(
    wanted: Sequence[Bug], *, every_harness: bool, processes: int, words: bool = False
) -> list[Hunted]:
    """Several at a time, each told as soon as it is known."""

    def one(bug: Bug) -> Hunted:
        found = hunt_one(bug, every_harness=every_harness)
        print("\n".join([found.line, *(found.words if words else ())]), flush=True)
        return found

    with ThreadPoolExecutor(processes) as pool:
        try:
            return list(pool.map(one, wanted))
        except BaseException:
            ENDED.set()
            pool.shutdown(cancel_futures=True)
            raise


def hunt_one(bug: Bug, *, every_harness: bool) -> Hunted:
    """The harnesses one after another; without `every_harness` until the first that finds it."""
    catches: list[Catch] = []
    try:
        with copy_with(bug) as folder:
            for harness in HARNESSES:
                if ENDED.is_set():
                    break
                catches.append(sound(_hunted(folder, harness, bug.first), bug.first))
                if catches[-1].caught and not every_harness:
                    break
            suite = _suite(folder, bug) if every_harness else ""
    except DoesNotApply as trouble:
        return Hunted(bug, trouble=str(trouble))
    return Hunted(bug, catches, suite)


def sound(catch: Catch, first: str) -> Catch:
    """What a harness finds without the bug as well is no catch: the harness itself is broken, or the engine is."""
    if not catch.caught:
        return catch
    with copy_with(None) as folder:
        without = _hunted(folder, catch.harness, first, str(catch.cases))
    if without.cases and not without.caught:
        return catch
    return replace(catch, caught=False, cases=0, words=f"without the bug too: {without.words}")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a copy, which comes before anything that is installed; killed once nobody waits for it any more."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while True:
            try:
                out, err = process.communicate(timeout=LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                if ENDED.is_set():
                    process.kill()
                continue
            return subprocess.CompletedProcess(command, process.returncode, out, err)


def _hunted(folder: Path, harness: str, first: str, most: str = "") -> Catch:
    done = run(folder, "-m", "tests.bugs.hunt", harness, first, most)
    if done.returncode:
        return Catch(harness, False, 0, 0.0, done.stderr[-300:])
    return Catch(**json.loads(done.stdout.splitlines()[-1]))


def _suite(folder: Path, bug: Bug) -> str:
    done = run(folder, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", bug.suite)
    return f"{bug.suite} {'red' if done.returncode else 'green'}"


def _cases(catch: Catch) -> str:
    if not catch.cases:
        return f"- ({catch.words})"
    return f"{catch.cases:,} {UNITS[catch.harness]} ({catch.seconds:.0f} s)"
