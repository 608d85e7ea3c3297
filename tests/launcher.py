"""The real thing for tests: the project's own launcher, on free ports, with its data in a folder of the test."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bookipi_app.frontend import PROJECT
from bookipi_app.supervisor import READY, state_file

START_SECONDS = 600.0  # the very first start builds the pages
STOP_SECONDS = 120.0  # seven processes in order, each of which may be given twelve
OWN = ("BOOKIPI_", "INTUIT_", "REFLEX_", "__REFLEX_")
OWN_NAMES = {
    "PORT",
    "SANDBOX_PORT",
    "REDIS_URL",
    "DATABASE_URL",
    "PUBLIC_URL",
    "SMTP_URL",
    "WORKERS",
    "FEED_INTERVAL",
}


class StartedApp:
    """A run of the app. Everything is read from what it says of itself, so that a restart shows."""

    def __init__(self, process: subprocess.Popen[str], var: Path, port: int, sandbox_port: int) -> None:
        self.process = process
        self.var = var
        self.url = f"http://localhost:{port}"
        self.sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        self.printed: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return "".join(self.printed)

    @property
    def state(self) -> dict[str, Any]:
        """Its addresses and process ids, as it wrote them."""
        return json.loads(state_file(self.var).read_text())

    @property
    def redis_url(self) -> str:
        return self.state["redis_url"]

    @property
    def database_url(self) -> str:
        return self.state["database_url"]

    def pid(self, name: str) -> int:
        """The process of a part: `web`, `worker-sync-1`, `worker-mail`, `timers`, `sandbox` or `redis`."""
        return self.state["processes"][name]

    def log(self, name: str) -> str:
        """What a part has printed."""
        file = self.var / "log" / f"{name}.log"
        return file.read_text() if file.exists() else ""

    def wait_ready(self) -> None:
        wait_for(
            lambda: READY in self.output or self.process.poll() is not None, START_SECONDS, "the ready line"
        )
        assert READY in self.output, f"the app did not start:\n{self.output}"

    def end(self) -> int:
        """Ask for the end as Ctrl-C does; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        self._reader.join(5)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)


@contextmanager
def started(var: Path, **environment: str) -> Iterator[StartedApp]:
    """A run of the app, ready when the block begins, gone when it ends.

    Variables such as REDIS_URL or WORKERS may be given; PORT and SANDBOX_PORT are free ones otherwise.
    """
    app = launch(var, environment)
    try:
        app.wait_ready()
        yield app
    finally:
        code = app.end()
        left = processes_of(var)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    assert not left, f"processes were left behind: {left}"
    assert code == 0, f"the app ended with exit code {code}:\n{app.output}"


def launch(var: Path, environment: Mapping[str, str]) -> StartedApp:
    """Start the app without waiting for it; the caller ends it."""
    ports = free_ports(2)
    port = int(environment.get("PORT", ports[0]))
    sandbox_port = int(environment.get("SANDBOX_PORT", ports[1]))
    process = subprocess.Popen(
        [sys.executable, "-m", "bookipi_app.cli", "run"],
        cwd=PROJECT,
        env=run_environment(var, {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port), **environment}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return StartedApp(process, var, port, sandbox_port)


def run_environment(var: Path, chosen: Mapping[str, str]) -> dict[str, str]:
    """This process' environment without the app's own variables, and with the chosen ones."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith(OWN) and key not in OWN_NAMES}
    return {**kept, "BOOKIPI_VAR": str(var), **chosen}


def free_ports(count: int) -> list[int]:
    """Some different ports that were free a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def processes_of(var: Path) -> list[int]:
    """Every living process that was given this data folder."""
    mark = f"BOOKIPI_VAR={var}\0".encode()
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (
                mark in (folder / "environ").read_bytes()
                and "\nState:\tZ" not in (folder / "status").read_text()
            ):
                found.append(int(folder.name))
        except OSError:  # it ended while we looked, or is somebody else's
            continue
    return [pid for pid in found if pid != os.getpid()]


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Poll until something holds.

    Raises:
        AssertionError: it did not within the time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.05)
