"""One process of the app: started, watched, stopped, with everything that it started itself.

A child leads its own process group, so that its descendants can be ended with it, and asks the kernel to be told when
the supervisor dies, so that not even `kill -9` of the supervisor leaves it behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

REFUSED = 78  # the exit code of a part that cannot work with these settings; its last line says why
READY_MARK = "bookipi: ready"  # what workers and timers print once they work
LAST_LINES = 20
LOG_BYTES = 5_000_000
LONGEST_LINE = 1 << 20
READY_SECONDS = 120.0  # a machine may be busy; who hangs for longer will not come
STOP_SECONDS = 12.0
POLL_SECONDS = 0.05
WATCH_SECONDS = 0.5  # while nobody waits: an idle app should leave the machine alone
RESTARTS, RESTART_WINDOW = 5, 60.0
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class PartFailed(Exception):
    """A process could not be started or kept alive; the message names it and holds its last lines."""


@dataclass(frozen=True)
class Part:
    """What a process is: its name, its command, and how one knows that it works (None: it prints READY_MARK)."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    ready: Callable[[], Awaitable[bool]] | None = None


class Child:
    """A part that runs, or ran. `tell` receives each line it prints."""

    def __init__(self, part: Part, folder: Path, logs: Path, tell: Callable[[str], None]) -> None:
        self.part = part
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._folder = folder
        self._log = logs / f"{part.name}.log"
        self._tell = tell
        self._starts: deque[float] = deque(maxlen=RESTARTS + 1)
        self._marked_ready = False
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The leader of the process group, while it lives."""
        return None if self._process is None or self.ended else self._process.pid

    @property
    def ended(self) -> bool:
        """True once the process itself is gone, even if a descendant still holds its output open."""
        return self._process is None or self._process.returncode is not None

    @property
    def succeeded(self) -> bool:
        """True if it ended by itself and without an error."""
        return self._process is not None and self._process.returncode == 0

    @property
    def recent_starts(self) -> int:
        """How often it was started within the window that limits restarts."""
        return sum(time.monotonic() - start < RESTART_WINDOW for start in self._starts)

    def how_it_ended(self) -> str:
        """Half a sentence for the person at the terminal."""
        code = self._process.returncode if self._process else None
        if code is None:
            return "did not become ready in time"
        return f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"

    def obituary(self) -> str:
        """What happened, and its last lines; where the part itself says why it refuses, its sentence."""
        if self._process is not None and self._process.returncode == REFUSED and self.last_lines:
            return self.last_lines[-1]
        lines = "\n".join(f"    {line}" for line in self.last_lines) or "    (it printed nothing)"
        return f"The process “{self.part.name}” {self.how_it_ended()}. Its last lines:\n{lines}"

    async def start(self, environment: Mapping[str, str]) -> None:
        """Start it. Only from the main thread: the kernel ties its promise to the thread that forks."""
        self._starts.append(time.monotonic())
        self._marked_ready = False
        self._process = await asyncio.create_subprocess_exec(
            *self.part.command,
            cwd=self._folder,
            env={**environment, **self.part.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent(),
            limit=LONGEST_LINE,
        )
        assert self._process.stdout is not None
        self._reader = asyncio.create_task(self._read(self._process.stdout))

    async def wait_ready(self) -> None:
        """Return once it works.

        Raises:
            PartFailed: it ended, or took too long.
        """
        deadline = time.monotonic() + READY_SECONDS
        while not await self._is_ready():
            if self.ended or time.monotonic() > deadline:
                await self.clear()
                raise PartFailed(self.obituary())
            await asyncio.sleep(POLL_SECONDS)

    async def wait_ended(self, seconds: float | None = None, poll: float = POLL_SECONDS) -> None:
        """Return once the process is gone, or after some seconds; looked at every `poll` seconds.

        Polled: awaiting the process would also wait for descendants that hold its output open.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self.ended and (deadline is None or time.monotonic() < deadline):
            await asyncio.sleep(poll)

    async def stop(self) -> None:
        """End it politely, then its whole group for good."""
        if self._process is not None and not self.ended:
            self._process.terminate()
            await self.wait_ended(STOP_SECONDS)
        await self.clear()

    async def clear(self) -> None:
        """End what is left of its group; an orphan of a web server would keep the port."""
        self.kill()
        await self.wait_ended()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=1)
            self._reader.cancel()

    def kill(self) -> None:
        """End its group at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _is_ready(self) -> bool:
        return self._marked_ready if self.part.ready is None else not self.ended and await self.part.ready()

    async def _read(self, output: asyncio.StreamReader) -> None:
        with _opened(self._log) as log:
            async for line in _lines(output):
                if line.strip() == READY_MARK:
                    self._marked_ready = True
                    continue
                self.last_lines.append(line)
                log.write(line + "\n")
                self._tell(line)


def dies_with_parent() -> Callable[[], None] | None:
    """For `preexec_fn`: the child asks for SIGTERM at the death of this process, which may just have happened.

    None where the kernel has no such promise.
    """
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _opened(log: Path) -> TextIO:
    """The log to append to; a long one is put aside first, one generation."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    return log.open("a", buffering=1, encoding="utf-8")


async def _lines(output: asyncio.StreamReader) -> AsyncIterator[str]:
    """Its lines as text; one that exceeds every measure is dropped rather than ending the reading."""
    while True:
        try:
            line = await output.readline()
        except ValueError:
            continue
        if not line:
            return
        yield line.decode(errors="replace").rstrip()
