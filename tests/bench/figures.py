"""What a bench found, a row each: ours beside its peer or floor, and whether it is good enough."""

from __future__ import annotations

import json
import statistics
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

_told: list[Figure] = []


class Unequal(Exception):
    """The two sides do not end up with the same: there is no figure."""


COLLECTED = ("id", "figure", "unit", "ours", "peer", "ratio", "target", "met")


@dataclass(frozen=True)
class Figure:
    """One row.

    `peer` is what was measured beside ours in the same run, `ratio` is ours divided by it; both are None where there is
    nothing beside it. `target` is the target in words; `met` is None for a figure that has none.
    """

    id: str
    figure: str
    unit: str
    ours: float
    peer: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    spread: str = ""


def at_most(
    id: str,  # noqa: A002 the word of the collector's file
    figure: str,
    unit: str,
    found: Sequence[float],
    limit: float | None = None,
) -> Figure:
    """The median of some rounds, which should not exceed a limit; without one it is only told."""
    return _judged(id, figure, unit, found, limit, "≤")


def at_least(id: str, figure: str, unit: str, found: Sequence[float], limit: float) -> Figure:  # noqa: A002
    """The median of some rounds, which should reach a limit."""
    return _judged(id, figure, unit, found, limit, "≥")


def beside(
    id: str,  # noqa: A002
    figure: str,
    unit: str,
    found: tuple[Sequence[float], Sequence[float]],
    limit: float | None = None,
) -> Figure:
    """The medians of our rounds and of the peer's, and how many times the one is the other; it may have a limit."""
    ours, peer = (statistics.median(one) for one in found)
    ratio = ours / peer
    target, met = ("", None) if limit is None else (f"≤ {limit:g}× the peer", ratio <= limit)
    return Figure(id, figure, unit, ours, peer, ratio, target, met, _spread(found[0]))


def within(
    id: str,  # noqa: A002
    figure: str,
    unit: str,
    found: tuple[Sequence[float], Sequence[float]],
    limit: float | None = None,
    *,
    more_than_peer: float | None = None,
) -> Figure:
    """Beside a peer, with a limit in the unit itself, or with one for how much more than the peer it may be."""
    ours, peer = (statistics.median(one) for one in found)
    told: list[str] = []
    met: list[bool] = []
    if limit is not None:
        told.append(f"≤ {_number(limit)}")
        met.append(ours <= limit)
    if more_than_peer is not None:
        told.append(f"≤ the peer + {_number(more_than_peer)}")
        met.append(ours <= peer + more_than_peer)
    ratio = ours / peer if peer else None
    return Figure(
        id, figure, unit, ours, peer, ratio, ", ".join(told), all(met) if met else None, _spread(found[0])
    )


def percentile(found: Sequence[float], which: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return statistics.quantiles(found, n=100, method="inclusive")[which - 1] if len(found) > 1 else found[0]


def tell(figures: Sequence[Figure]) -> None:
    """Print rows, and keep them for the collected file."""
    print(table(figures), flush=True)
    _told.extend(figures)


def collect(file: Path, refused: Collection[str] = ()) -> None:
    """Write all rows that were told, and print them once more under each other.

    What another run has measured stays in the file, but for the figures that this one has or had to refuse.
    """
    if not _told and not refused:
        return
    rows = [{name: value for name, value in asdict(one).items() if name in COLLECTED} for one in _told]
    ours = {_number_of(one.id) for one in _told} | set(refused)
    kept = json.loads(file.read_text()) if file.exists() else []
    rows += [row for row in kept if _number_of(row["id"]) not in ours]
    rows.sort(key=lambda row: _place(str(row["id"])))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    told = sorted(_told, key=lambda one: _place(one.id))
    if told:
        print(f"\n{table(told)}", flush=True)
    print(f"{len(told)} figures of this run, {len(rows)} in {file}", flush=True)


def _number_of(name: str) -> str:
    return name.partition("-")[0]


def _place(name: str) -> int:
    """P2 before P10, and what belongs to none of the twelve last; else as they were told."""
    number = _number_of(name).removeprefix("P")
    return int(number) if number.isdecimal() else 99


def table(figures: Sequence[Figure]) -> str:
    """The rows under each other, with a word for each that has a target."""
    width = max(len(_name(one)) for one in figures) + 2
    lines = [f"{'':<{width}}{'ours':>10}{'peer':>10}{'ratio':>8}  {'range':<18}target"]
    return "\n".join(lines + [_row(one, width) for one in figures])


def _row(one: Figure, width: int) -> str:
    verdict = {None: "", True: "met", False: "MISSED"}[one.met]
    peer = "" if one.peer is None else _number(one.peer)
    ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
    return (
        f"{_name(one):<{width}}{_number(one.ours):>10}{peer:>10}{ratio:>8}"
        f"  {one.spread:<18}{one.target:<28} {verdict}"
    ).rstrip()


def _name(one: Figure) -> str:
    return f"{one.id:<11} {one.figure}, {one.unit}"


def _judged(
    name: str,
    figure: str,
    unit: str,
    found: Sequence[float],
    limit: float | None,
    relation: Literal["≤", "≥"],
) -> Figure:
    ours = statistics.median(found)
    if limit is None:
        return Figure(name, figure, unit, ours, spread=_spread(found))
    met = ours <= limit if relation == "≤" else ours >= limit
    return Figure(
        name, figure, unit, ours, target=f"{relation} {_number(limit)}", met=met, spread=_spread(found)
    )


def _spread(found: Sequence[float]) -> str:
    return f"{_number(min(found))} to {_number(max(found))}" if len(found) > 1 else ""


def _number(value: float) -> str:
    """Whole from a hundred up; below that as many digits as say something."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
