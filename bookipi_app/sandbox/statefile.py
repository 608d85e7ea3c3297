"""The state on disk: a snapshot beside a journal that every committed change is appended to at once.

The snapshot holds one JSON entry a line, and its first line says which form it has. A line of the journal holds
all entries that one request made: a line that is not whole counts for nothing, and so no request counts by half.

A killed process loses nothing that was answered: its journal lines are with the operating system. At the
next start they are replayed over the snapshot, a new snapshot is written, and the journal starts empty.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from bookipi_app.sandbox.core import Sandbox
from bookipi_app.sandbox.jsontext import (
    Json,
    JsonObject,
    MalformedJson,
    as_object,
    dump_bytes,
    objects,
    parse_json,
)

_FORM: Final = 2
_SMALLEST_COMPACTED: Final = 128 * 1024 * 1024


class UnusableState(ValueError):
    """The state file cannot be read, written or had for oneself; the text says why."""


class StateFile:
    """Keeps one sandbox on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._journal_path = path.with_name(path.name + ".journal")
        self._journal: BinaryIO | None = None
        self._lock: BinaryIO | None = None
        self._journal_size, self._compact_above = 0, _SMALLEST_COMPACTED

    @property
    def exists(self) -> bool:
        """Whether there is a state to go on from."""
        return self._path.exists()

    def load(self, sandbox: Sandbox) -> None:
        """Puts the stored state into a sandbox; raises UnusableState."""
        try:
            self._load_snapshot(sandbox)
            for entry in self._journaled():
                sandbox.replay(entry)
        except (MalformedJson, KeyError, TypeError, ValueError) as error:
            raise UnusableState(f"{self._path} holds no sandbox state: {error}") from error
        except OSError as error:
            raise UnusableState(f"{self._path} cannot be read: {error.strerror}.") from error

    def _load_snapshot(self, sandbox: Sandbox) -> None:
        with self._path.open("rb") as lines:
            head = as_object(parse_json(lines.readline()))
            if "entries" not in head and head.get("version") != _FORM:
                raise ValueError("its first line names no form that this version reads")
            sandbox.load(head)
            for line in lines:
                sandbox.replay(as_object(parse_json(line)))

    def _journaled(self) -> Iterator[JsonObject]:
        if not self._journal_path.exists():
            return
        with self._journal_path.open("rb") as lines:
            for line in lines:
                # What follows the last newline was being written when the process died.
                if line.endswith(b"\n"):
                    yield from _entries_of(parse_json(line))

    def reserve(self) -> None:
        """Keeps other sandboxes off this file until `close` or the end of the process; raises UnusableState."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self._path.with_name(self._path.name + ".lock").open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UnusableState(
                f"{self._path} is in use by another sandbox; name another --state."
            ) from error
        except OSError as error:
            raise UnusableState(f"{self._path} cannot be written: {error.strerror}.") from error

    def open(self, sandbox: Sandbox) -> None:
        """Writes a snapshot and starts an empty journal; call `append` from then on."""
        sandbox.journal()
        temporary = self._path.with_name(self._path.name + ".new")
        with temporary.open("wb") as file:
            file.write(_line({"version": _FORM}))
            for entry in objects(sandbox.dump()["entries"]):
                file.write(_line(entry))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        self._compact_above = max(_SMALLEST_COMPACTED, 2 * self._path.stat().st_size)
        if self._journal is not None:
            self._journal.close()
        self._journal = self._journal_path.open("wb")
        self._journal_size = 0

    def append(self, sandbox: Sandbox) -> None:
        """Appends what changed since the last call."""
        if self._journal is None:
            return
        entries = sandbox.journal()
        if not entries:
            return
        written = dump_bytes(entries) + b"\n"
        self._journal.write(written)
        self._journal.flush()
        self._journal_size += len(written)
        if self._journal_size > self._compact_above:
            self.open(sandbox)

    def close(self, sandbox: Sandbox) -> None:
        """Writes the last snapshot; afterwards nothing is appended any more."""
        if self._journal is not None:
            self.open(sandbox)
            self._journal.close()
            self._journal = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _entries_of(line: Json) -> list[JsonObject]:
    """A line of the journal; older ones held a single entry."""
    return objects(line) if isinstance(line, list) else [as_object(line)]


def _line(entry: JsonObject) -> bytes:
    return dump_bytes(entry) + b"\n"
