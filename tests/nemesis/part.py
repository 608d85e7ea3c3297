"""The nemesis' rows in the table of `make prove`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.nemesis import run
from tests.nemesis.clients import BROKEN
from tests.nemesis.run import Report
from tests.postgres import programs
from tests.prove.parts import Part, Wanted

SHORT, LONG = 10, 200  # kills
MOST_BROKEN = 3  # runs that did not come to their end; then something is wrong with the machine
AT_ONCE = 20  # a run's kills; then another one begins, from nothing
NUMBERS: Mapping[str, tuple[int, ...]] = {  # of what is done, by the nemesis and by the wire it spoils
    "kill -9 worker": (49,),
    "kill -9 timers": (49,),
    "kill -9 web": (50,),
    "kill -9 redis": (52,),
    "SIGSTOP worker": (51,),
    "SIGSTOP redis": (52,),
    "FLUSHALL": (53,),
    "Redis is full": (54,),
    "the disk is full": (56,),
    "QuickBooks in the dark": (17,),
    "power cut of the database": (43, 55),
    "cut before": (10,),
    "answer lost": (8, 10),
    "answer cut short": (10, 11),
    "slow": (14,),
    "drip": (15,),
}


def part(wanted: Wanted) -> Part:
    """Runs on SQLite and, where it is installed, on Postgres, in turn."""
    kills, failures, acts = Counter[str](), list[str](), Counter[str]()
    broken, operations, seed, most = 0, 0, wanted.first, LONG if wanted.is_long else SHORT
    databases = ["sqlite", "postgres"] if programs() else ["sqlite"]
    while kills.total() + wanted.first * AT_ONCE < most and broken < MOST_BROKEN and not wanted.is_late():
        seed += 1
        database = databases[seed % len(databases)]
        report, again = _run(seed, min(most - kills.total(), AT_ONCE), database)
        if not report.kills:
            broken += 1
        kills[database] += report.kills
        operations += report.operations
        acts += report.acts + report.wire
        failures += [f"{words}   {again}" for words in report.violations]
    return Part(
        "nemesis",
        {
            "operations of real processes": operations,
            **{f"kills of processes on {name}": count for name, count in sorted(kills.items())},
            **dict(sorted(acts.items())),
        },
        struck=_struck(acts),
        failures=tuple(failures),
        next=seed,
    )


def _struck(acts: Mapping[str, int]) -> Counter[int]:
    found = Counter[int]()
    for what, times in acts.items():
        found.update(dict.fromkeys(NUMBERS.get(what, ()), times))
    return found


def _run(seed: int, kills: int, database: str) -> tuple[Report, str]:
    """A run in a folder that is gone afterwards; of one that fails, the history stays."""
    with tempfile.TemporaryDirectory(prefix="nemesis-", ignore_cleanup_errors=True) as name:
        again = f"python -m tests.nemesis.run --seed {seed} --kills {kills} --database {database}"
        try:
            report = run.run(Path(name), seed, kills, database)
        except (*BROKEN, httpx.HTTPError) as trouble:
            return Report(violations=[f"the run broke off: {trouble!r}"]), again
        if not report.violations:
            return report, again
        kept = Path(os.environ.get("BOOKIPI_VAR", "var")) / f"nemesis-{seed}-{database}.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(name) / "history.jsonl", kept)
        return report, f"{again}; {kept}"
