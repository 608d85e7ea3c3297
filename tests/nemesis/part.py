"""The nemesis' rows in the table of `make prove`."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from tests.nemesis import run
from tests.postgres import programs
from tests.prove.parts import Part, Wanted

SHORT, LONG = 10, 200  # kills
AT_ONCE = 20  # a run's kills; then another one begins, from nothing


def part(wanted: Wanted) -> Part:
    """Runs on SQLite and, where it is installed, on Postgres, in turn."""
    kills, left = Counter[str](), SHORT if wanted.minutes is None else LONG
    operations, failures, acts = 0, list[str](), Counter[str]()
    databases = ["sqlite", "postgres"] if programs() else ["sqlite"]
    seed = 0
    while left > 0:
        seed += 1
        database = databases[seed % len(databases)]
        folder = Path(tempfile.mkdtemp(prefix="nemesis-"))
        report = run.run(folder, seed, min(left, AT_ONCE), database)
        left -= report.kills
        kills[database] += report.kills
        operations += report.operations
        acts += report.acts
        failures += [
            f"{words}   python -m tests.nemesis.run --seed {seed} --database {database}; {folder}"
            for words in report.violations
        ]
    return Part(
        "nemesis",
        {
            "operations of real processes": operations,
            **{f"kills of processes on {name}": count for name, count in sorted(kills.items())},
            **dict(sorted(acts.items())),
        },
        failures=tuple(failures),
    )
