"""`bookipi rehearse`: how much the whole would have to do for many companies, without any of them."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

from bookipi_app.rehearsal.crowd import seconds_of_a_look
from bookipi_app.rehearsal.figures import Figures, from_where, scaled
from bookipi_app.rehearsal.load import Load
from bookipi_app.rehearsal.play import Play, Played

LATENCY = 0.15  # seconds that QuickBooks takes for an answer
WORK = 0.03  # seconds of a worker's own work for one job
SIZES = (10_000, 100_000, 1_000_000)


def main(options: argparse.Namespace) -> int:
    """Play the sample, look among the crowd, print the table, write the JSON."""
    load = Load()
    companies = min(options.sample, options.companies)
    played = Play(companies, options.hours, options.seed, load, LATENCY).run()
    seconds = options.job_ms / 1000 if options.job_ms else seconds_of_a_job(played)
    sizes = sorted({*SIZES, options.companies})
    looks = seconds_of_a_look(
        [size for size in sizes if size <= options.companies], options.seed, load.feed_seconds
    )
    found = [scaled(played, load, size, seconds, looks.get(size)) for size in sizes]
    told = [*load.told(), *_told(played, options, seconds), "", *table(found), "", *_meaning()]
    print("\n".join(told), flush=True)
    if options.json:
        whole = {"sample": _plain(played), "job_seconds": seconds, "figures": [_plain(one) for one in found]}
        Path(options.json).write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n")
    return 0


def seconds_of_a_job(played: Played) -> float:
    """Its requests' time, of the rehearsal, and its own work."""
    return WORK + played.requests.total() * LATENCY / max(1, played.jobs)


def table(found: list[Figures]) -> list[str]:
    """A line for each figure, a column for each size, and where it comes from."""
    return [
        f"{field.name.replace('_', ' '):<28}"
        + "".join(f"{_shown(getattr(one, field.name)):>18}" for one in found)
        + f"   {from_where(field.name)}"
        for field in fields(Figures)
    ]


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _told(played: Played, options: argparse.Namespace, seconds: float) -> list[str]:
    """What was played, with the figures that are nobody's assumption."""
    assumed = (
        "as given"
        if options.job_ms
        else f"its requests at {LATENCY * 1000:.0f} ms each, and {WORK * 1000:.0f} ms"
    )
    return [
        (
            f"Played, with seed {options.seed}: {played.companies} companies for {played.hours:g} h: "
            f"{played.jobs} jobs, of them {played.coalesced} coalesced; {played.deliveries} webhooks; "
            f"requests {_list(played.requests)}; metered reads {_list(played.reads)}; done {_list(played.done)}; "
            f"{played.unfinished} records late at the end."
        ),
        f"A job takes {seconds * 1000:.0f} ms ({'as given' if options.job_ms else assumed}).",
    ]


def _meaning() -> list[str]:
    return [
        "played    the real timers, queue, leases, engine, pace and token renewal on a virtual clock, against",
        "          the sandbox's core; scaled from the sample by companies, which share nothing",
        "looked    the real question of the timers, asked of a table of that many companies; this machine's time",
        "assumed   worked out of the above with the stated job time, workers that are 70 % busy, and Intuit's plans",
    ]


def _list(counted: Counter[str]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(counted.items())) or "none"


def _plain(one: Any) -> dict[str, Any]:
    """`dataclasses.asdict` makes something else of a counter."""
    found = {field.name: getattr(one, field.name) for field in fields(one)}
    return {name: dict(value) if isinstance(value, Counter) else value for name, value in found.items()}
