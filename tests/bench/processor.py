"""Processor time of a process and its children, from /proc: a figure that other work on the machine hardly moves."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROCESSES = Path("/proc")


def processor_seconds(pid: int) -> float:
    """What a process and all below it have used so far; 0 where there is no /proc."""
    return sum(_used(process) for process in (pid, *below(pid)))


def below(pid: int) -> list[int]:
    """The children of a process, theirs, and so on."""
    children = _children()
    found: list[int] = []
    waiting = [pid]
    while waiting:
        found += (more := children.get(waiting.pop(), []))
        waiting += more
    return found


def _fields(process: Path | int) -> list[str]:
    """The fields of `stat` after the name, which may hold blanks; none once the process is gone."""
    try:
        return (_PROCESSES / str(process) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return []


def _used(pid: int) -> float:
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in _PROCESSES.glob("[0-9]*"):
        if fields := _fields(Path(entry.name)):
            found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found
