"""What happened, as it happened: a line of JSON for each thing that a client asked, was told, or read in the end.

The checker reads nothing else. A line is on the disk before what it tells of goes on.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["asked", "done", "refused", "unknown"]


@dataclass(frozen=True)
class Event:
    """One line. `act` numbers an operation: it is asked once, and answered at most once."""

    at: float
    who: str  # `app` and `books` edit; `nemesis` does harm; `end` reads
    act: int
    outcome: Outcome
    kind: str = ""  # customer, item, invoice; or what the nemesis did
    record: str = ""  # the mark by which a record is known on both sides
    about: str = ""  # what is edited; empty for a creation
    value: Any = None
    more: dict[str, Any] = field(default_factory=dict[str, Any])


class History:
    """A file of events, written by several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._acts = 0
        file.write_text("")

    def asked(self, who: str, kind: str, record: str, about: str = "", value: Any = None) -> Event:
        """An operation begins."""
        with self._lock:
            self._acts += 1
            event = Event(time.time(), who, self._acts, "asked", kind, record, about, value)
            self._write(event)
        return event

    def answered(self, asked: Event, outcome: Outcome, **more: Any) -> None:
        """What became of it, as far as who asked was told."""
        with self._lock:
            self._write(
                Event(
                    time.time(),
                    *(asked.who, asked.act, outcome, asked.kind, asked.record, asked.about, asked.value),
                    more,
                )
            )

    def note(self, who: str, kind: str, **more: Any) -> None:
        """Something that is no operation: what the nemesis did, what was read in the end."""
        with self._lock:
            self._write(Event(time.time(), who, 0, "done", kind, more=more))

    def _write(self, event: Event) -> None:
        with self._file.open("a") as file:
            file.write(json.dumps(asdict(event)) + "\n")


def read(file: Path) -> Iterator[Event]:
    """The events of a file, in order."""
    for line in file.read_text().splitlines():
        yield Event(**json.loads(line))
