"""The one table of a run, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.engine.simulation.faults import Fault
from tests.engine.simulation.invariants import Invariant
from tests.prove import strikes
from tests.prove.parts import Part
from tests.prove.report import Report

SHOWN = 20  # failing seeds with their words; all of them are in the file
LONG = 1_000_000  # operations of a long run, in which
ENOUGH = 500  # is how often each kind has to have struck
FEW_SEEDS = 300  # with fewer, a kind may not have had its turn
KILLS, FEW_KILLS = (
    49,
    60,
)  # the number of the fault; with fewer of them, the nemesis may have left something out


def words(report: Report, parts: Sequence[Part], seconds: float) -> str:
    """For people."""
    return "\n".join(_lines(report, parts, seconds))


def _lines(report: Report, parts: Sequence[Part], seconds: float) -> Iterator[str]:
    if report.seeds:
        yield from _simulation(report, seconds)
        yield from _by_number(report, parts)
    for part in parts:
        yield from _block(part.name, part.figures)
    yield from _block("violations", violations(report, parts))
    yield from _failures(report, parts)


def _simulation(report: Report, seconds: float) -> Iterator[str]:
    yield from _block("simulation", {
        "seeds": report.seeds,
        "operations": report.operations,
        "acts of people that took effect": sum(report.done.values()),
        "runs of the engine": report.runs,
        "runs that ended with the worker's death": report.deaths,
        "faults injected": report.struck.total(),
        "seeds run twice, to the same trace": report.twice,
        "milliseconds of a core for an operation": f"{report.milliseconds:.1f}",
        "seconds, of all harnesses": f"{seconds:,.0f}",
    })  # fmt: skip
    yield from _block("faults", {fault.value: report.struck[fault] for fault in Fault})


def _by_number(report: Report, parts: Sequence[Part]) -> Iterator[str]:
    yield ""
    yield "the 69 faults by number: how often, by whom"
    for number, times, by in strikes.rows(report, struck(parts)):
        yield f"  {number:>3}  {times or '':>10}  {by}"


def struck(parts: Sequence[Part]) -> Mapping[str, Mapping[int, int]]:
    """How often the parts have struck, by the number of the fault."""
    return {part.name: part.struck for part in parts if part.struck}


def _block(name: str, rows: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield name
    for row, figure in rows.items():
        shown = f"{figure:,}" if isinstance(figure, int) else figure
        yield f"  {shown:>12}  {row}"


def violations(report: Report, parts: Sequence[Part]) -> dict[str, int]:
    """By invariant, of all harnesses together."""
    return {
        one.value: report.violations[one] + sum(part.violations.get(one.value, 0) for part in parts)
        for one in Invariant
    }


def _failures(report: Report, parts: Sequence[Part]) -> Iterator[str]:
    yield ""
    for one in report.failures[:SHOWN]:
        yield f"seed {one.seed}: {_last_line(str(one.violations[0]))}"
        yield f"    again: {one.again}"
    if len(report.failures) > SHOWN:
        yield f"and {len(report.failures) - SHOWN:,} more seeds"
    for part in parts:
        yield from (f"{part.name}: {one}" for one in part.failures)
    yield from too_few(report, parts)


def too_few(report: Report, parts: Sequence[Part] = ()) -> list[str]:
    """Kinds of which the run has proved less than it should: none is left out in silence."""
    if report.seeds < FEW_SEEDS:
        return []
    least = ENOUGH if report.operations >= LONG else 1
    return strikes.missing(report, _enough_of(parts)) + [
        f"struck {report.struck[fault]:,} times, wanted {least:,}: {fault.value}"
        for fault in Fault
        if report.struck[fault] < least
    ]


def _enough_of(parts: Sequence[Part]) -> Mapping[int, int] | None:
    """What the nemesis struck, if it had the time to strike with everything."""
    return next(
        (one.struck for one in parts if one.name == "nemesis" and one.struck.get(KILLS, 0) >= FEW_KILLS), None
    )


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if not line.startswith("(Background")]
    return " ".join(lines[-3:]) if len(lines) > 1 else text
