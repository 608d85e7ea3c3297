"""`make check`: no package at its pinned version has a known hole, neither Python's nor the pages'.

The lists of holes are asked of the registries. Where one does not answer, that is said in a line, and nothing fails: a
machine without a network can be checked too, and the next one with a network finds what it missed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookipi_app.frontend import PROJECT

SECONDS = 120
SERIOUS = ("high", "critical")  # of the pages' packages; of Python's every one counts, they are not graded
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Audit:
    """What an auditor said: `holes`, a line each; None if the registry behind it did not answer, and then `why`."""

    name: str
    holes: list[str] | None
    why: str = ""

    def __str__(self) -> str:
        if self.holes is None:
            return f"{self.name}: not checked, the registry does not answer here ({self.why})"
        rest = f" ({self.why})" if self.why else ""
        return "\n  ".join((f"{self.name}: {len(self.holes)} known holes{rest}", *self.holes))


def python_packages() -> Audit:
    """Every package of constraints.txt, transitive ones too, as pip-audit knows it."""
    command = [
        str(BIN / "pip-audit"),
        "--requirement",
        str(PROJECT / "constraints.txt"),
        "--no-deps",
        "--disable-pip",
    ]
    answer = _run([*command, "--format", "json", "--progress-spinner", "off"], PROJECT)
    return of_pip_audit(answer.stdout, answer.stderr)


def of_pip_audit(out: str, err: str) -> Audit:
    """pip-audit's answer. Without JSON it got none."""
    told = _json(out)
    if told is None or "dependencies" not in told:
        return Audit("pip-audit", None, _last_line(err))
    asked = [package for package in told["dependencies"] if "skip_reason" not in package]
    if not asked:
        return Audit("pip-audit", None, "it knows none of the packages")
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, fixed in {', '.join(hole['fix_versions']) or 'nothing'}"
        for package in asked
        for hole in package.get("vulns", ())
    ]
    missing = len(told["dependencies"]) - len(asked)
    return Audit("pip-audit", holes, f"{missing} packages are unknown to the registry" if missing else "")


def page_packages() -> Audit:
    """What the built pages are made of, by the lock file that they are built from."""
    npm = shutil.which("npm", path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
    if npm is None:
        return Audit("npm audit", None, "npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        for file in (PROJECT / "reflex.lock").iterdir():
            shutil.copy(file, folder)
        answer = _run([npm, "audit", "--omit=dev", "--package-lock-only", "--json"], Path(folder))
    return of_npm_audit(answer.stdout, answer.stderr)


def of_npm_audit(out: str, err: str) -> Audit:
    """npm's answer. Without `vulnerabilities` it got none."""
    told = _json(out)
    if told is None or "vulnerabilities" not in told:
        return Audit("npm audit", None, (told or {}).get("message") or _last_line(err))
    found = told["vulnerabilities"]
    return Audit(
        "npm audit",
        [f"{name}: {one['severity']}" for name, one in found.items() if one["severity"] in SERIOUS],
    )


def main() -> int:
    """Ask both; the exit code is 1 if there is a hole."""
    audits = [python_packages(), page_packages()]
    for audit in audits:
        print(audit)
    return 1 if any(audit.holes for audit in audits) else 0


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    try:
        return subprocess.run(
            command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no answer within {SECONDS} s")


def _json(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing"


if __name__ == "__main__":
    sys.exit(main())
