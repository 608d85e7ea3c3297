"""`bookipi rehearse`: how much the whole would have to do for many companies, without any of them."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from bookipi_app.rehearsal.figures import Figures, scaled
from bookipi_app.rehearsal.load import Load
from bookipi_app.rehearsal.play import Play, Played

LATENCY = 0.15  # seconds that QuickBooks takes for an answer
WORK = 0.03  # seconds of a worker's own work for one job
SIZES = (10_000, 100_000, 1_000_000)


def main(options: argparse.Namespace) -> int:
    """Play the sample, print the table, write the JSON."""
    load = Load()
    companies = min(options.sample, options.companies)
    played = Play(companies, options.hours, options.seed, load, LATENCY).run()
    seconds = options.job_ms / 1000 if options.job_ms else seconds_of_a_job(played)
    sizes = sorted({*SIZES, options.companies})
    found = [scaled(played, load, size, seconds) for size in sizes]
    print("\n".join([*load.told(), *_told(played, seconds), "", *table(found)]), flush=True)
    if options.json:
        told = {"sample": asdict(played), "job_seconds": seconds, "figures": [asdict(one) for one in found]}
        Path(options.json).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
    return 0


def seconds_of_a_job(played: Played) -> float:
    """Its requests' time, of the rehearsal, and its own work."""
    return WORK + played.requests.total() * LATENCY / max(1, played.jobs)


def table(found: list[Figures]) -> list[str]:
    """A line for each figure, a column for each size."""
    rows = {name.replace("_", " "): [_shown(asdict(one)[name]) for one in found] for name in asdict(found[0])}
    return [f"{name:<28}" + "".join(f"{value:>18}" for value in values) for name, values in rows.items()]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _told(played: Played, seconds: float) -> list[str]:
    return [
        (
            f"Played: {played.companies} companies for {played.hours:g} h: {played.jobs} jobs, of them "
            f"{played.coalesced} coalesced; requests {dict(sorted(played.requests.items()))}; "
            f"reads {dict(sorted(played.reads.items()))}; done {dict(sorted(played.done.items()))}; "
            f"{played.unfinished} records late at the end."
        ),
        (
            f"A job takes {seconds * 1000:.0f} ms. All figures below are scaled from the sample, but the looks of the "
            "timers (one a second for any number)."
        ),
    ]
