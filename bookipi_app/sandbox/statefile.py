"""The state on disk: a snapshot beside a journal that every committed change is appended to at once.

A killed process loses nothing that was answered: its journal lines are with the operating system. At the
next start they are replayed over the snapshot, a new snapshot is written, and the journal starts empty.
"""

import os
from pathlib import Path
from typing import BinaryIO

from bookipi_app.sandbox.core import Sandbox
from bookipi_app.sandbox.jsontext import JsonObject, MalformedJson, as_object, dump_json, parse_json

_COMPACT_ABOVE = 64 * 1024 * 1024


class UnreadableState(ValueError):
    """The state file is there but cannot be used; the text says why."""


class StateFile:
    """Keeps one sandbox on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._journal_path = path.with_name(path.name + ".journal")
        self._journal: BinaryIO | None = None

    @property
    def exists(self) -> bool:
        """Whether there is a state to go on from."""
        return self._path.exists()

    def load(self, sandbox: Sandbox) -> None:
        """Puts the stored state into a sandbox; raises UnreadableState."""
        try:
            sandbox.load(as_object(parse_json(self._path.read_bytes())))
            for entry in self._entries():
                sandbox.replay(entry)
        except (MalformedJson, KeyError, TypeError, ValueError) as error:
            raise UnreadableState(f"{self._path} holds no sandbox state: {error}") from error

    def _entries(self) -> list[JsonObject]:
        if not self._journal_path.exists():
            return []
        lines = self._journal_path.read_bytes().split(b"\n")
        # What follows the last newline was being written when the process died.
        return [as_object(parse_json(line)) for line in lines[:-1] if line]

    def open(self, sandbox: Sandbox) -> None:
        """Writes a snapshot and starts an empty journal; call `append` from then on."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        sandbox.journal()
        temporary = self._path.with_name(self._path.name + ".new")
        with temporary.open("wb") as file:
            file.write(dump_json(sandbox.dump()).encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        if self._journal is not None:
            self._journal.close()
        self._journal = self._journal_path.open("wb")

    def append(self, sandbox: Sandbox) -> None:
        """Appends what changed since the last call."""
        if self._journal is None:
            return
        entries = sandbox.journal()
        if not entries:
            return
        self._journal.write(
            b"".join(dump_json(entry).encode("utf-8", "replace") + b"\n" for entry in entries)
        )
        self._journal.flush()
        if self._journal.tell() > _COMPACT_ABOVE:
            self.open(sandbox)

    def close(self, sandbox: Sandbox) -> None:
        """Writes the last snapshot; afterwards nothing is appended any more."""
        if self._journal is not None:
            self.open(sandbox)
            self._journal.close()
            self._journal = None
