"""The file of a run, for programs: written as the run goes on, and read by a later run that goes on with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.prove import strikes, table
from tests.prove.parts import Part
from tests.prove.report import Report

ROOT = Path(__file__).parents[2]
PROVED = ("bookipi_app", "jobs", "tests/engine", "tests/nemesis", "tests/prove", "tests/sync")


class OtherCode(Exception):
    """The file tells of other code than this."""


@dataclass
class Kept:
    """What is known so far."""

    report: Report = field(default_factory=Report)
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    seconds: float = 0.0
    code: str = ""

    def add(self, part: Part) -> None:
        """A part, or more of it."""
        before = self.parts.get(part.name)
        self.parts[part.name] = before.plus(part) if before else part

    def shown(self) -> list[Part]:
        """The parts, in the order of the table."""
        return list(self.parts.values())

    def write(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        half.write_text(json.dumps(self._plain(), indent=1, ensure_ascii=False) + "\n")
        half.replace(path)

    def _plain(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "seconds": round(self.seconds, 1),
            "simulation": self.report.plain(),
            "parts": {part.name: _plain(part) for part in self.shown()},
            "violations": table.violations(self.report, self.shown()),
            "by_number": {
                number: {"struck": times, "by": by}
                for number, times, by in strikes.rows(self.report, table.struck(self.shown()))
            },
            "too_few": table.too_few(self.report, self.shown()),
        }


def _plain(part: Part) -> dict[str, Any]:
    return {
        "figures": dict(part.figures),
        "faults": {str(number): times for number, times in sorted(part.struck.items())},
        "violations": dict(part.violations),
        "failures": list(part.failures),
        "next": part.next,
    }


def read(path: Path) -> Kept:
    """What an earlier run has kept.

    Raises:
        OtherCode: what it tells of was proved of other code.
    """
    plain = json.loads(path.read_text())
    if plain["code"] != code():
        raise OtherCode(f"{path} tells of other code than this: begin anew, without --go-on")
    parts = {name: _part(name, one) for name, one in plain["parts"].items()}
    return Kept(Report.of(plain["simulation"]), parts, plain["seconds"], plain["code"])


def _part(name: str, plain: dict[str, Any]) -> Part:
    struck = {int(number): times for number, times in plain["faults"].items()}
    return Part(name, plain["figures"], struck, plain["violations"], tuple(plain["failures"]), plain["next"])


def code() -> str:
    """What a run proves, and by what: the same only while nothing of it is changed."""
    found = hashlib.sha256()
    for file in _sources():
        found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for room in PROVED:
        yield from sorted((ROOT / room).rglob("*.py"))
