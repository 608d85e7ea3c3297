"""What `make fidelity` prints and keeps: the mix, the outcomes by cause, and the share of equal totals."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.fidelity.place import PRESETS
from tests.fidelity.proof import Outcome, Tally

AT_LEAST = 0.95
ENOUGH = 30  # fewer invoices of a kind of company prove no share


def words(tally: Tally) -> str:
    """For people."""
    found = numbers(tally)
    lines = ["the mix"]
    lines += [f"{count:8,}  {form}" for form, count in found["mix"].items()]
    lines += ["what became of them"]
    for row in found["outcomes"]:
        lines.append(f"{row['count']:8,}  {row['side']}: {row['outcome']}  {row['cause']}".rstrip())
    lines += ["the same total, of those of ours that QuickBooks can hold"]
    for preset, row in found["presets"].items():
        rest = ", ".join(f"{count} {cause}" for cause, count in row["others"].items())
        lines.append(
            f"{row['share']:7.1%}  {preset} ({row['same']:,} of {row['holdable']:,}) {rest}".rstrip()
        )
    return "\n".join(lines)


def numbers(tally: Tally) -> dict[str, Any]:
    """For programs."""
    forms = Counter(form for outcome in tally.outcomes for form in outcome.forms)
    sides = Counter(
        f"made {'here' if outcome.side == 'ours' else 'in QuickBooks'}" for outcome in tally.outcomes
    )
    lives = Counter(step for outcome in tally.outcomes for step in outcome.life)
    return {
        "invoices": len(tally.outcomes),
        "mix": dict(sorted(sides.items())) | dict(sorted(forms.items())) | dict(sorted(lives.items())),
        "outcomes": [
            {"side": side, "outcome": kind, "cause": cause, "count": count}
            for (side, kind, cause), count in sorted(tally.counts().items(), key=lambda row: -row[1])
        ],
        "presets": {preset: _of_preset(tally, preset) for preset in PRESETS},
    }


def keep(tally: Tally, path: Path) -> None:
    """Write the numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(numbers(tally), indent=1))


def too_few(tally: Tally) -> list[str]:
    """The kinds of company where fewer totals are the same than promised."""
    shares = {preset: _of_preset(tally, preset) for preset in PRESETS}
    return [preset for preset, row in shares.items() if row["holdable"] >= ENOUGH and row["share"] < AT_LEAST]


def _of_preset(tally: Tally, preset: str) -> dict[str, Any]:
    able: list[Outcome] = [
        outcome
        for outcome in tally.outcomes
        if outcome.side == "ours" and outcome.preset == preset and outcome.holdable
    ]
    same = sum(outcome.kind == "same" for outcome in able)
    others = Counter(outcome.cause for outcome in able if outcome.kind != "same")
    share = same / len(able) if able else 1.0
    return {"share": share, "same": same, "holdable": len(able), "others": dict(others)}
