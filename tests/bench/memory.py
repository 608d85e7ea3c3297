"""Resident memory of a process and its children, from /proc."""

from __future__ import annotations

from pathlib import Path

from tests.bench.processor import below

MIB = 1024.0


def resident(pid: int) -> float:
    """Kibibytes that a process and all below it hold now."""
    return sum(_resident(process) for process in (pid, *below(pid)))


def _resident(pid: int) -> float:
    try:
        lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0.0)
