"""The app as on several machines: every process started, killed and stopped on its own, on a database and a Redis that
can be as well.

Unlike `bookipi run` nobody starts again what has died: that is for the test to do.
"""

from __future__ import annotations

import asyncio
import os
import resource
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from bookipi_app import parts
from bookipi_app.child import READY_MARK, Part
from bookipi_app.frontend import PROJECT, held_build
from bookipi_app.settings import Settings, read_settings
from tests.launcher import free_ports, run_environment, wait_for

START_SECONDS = 180.0


@dataclass(frozen=True)
class Size:
    """How many of each."""

    webs: int = 1
    workers: int = 2
    webhooks: int = 0  # processes of their own for what QuickBooks says; else the first web hears it
    database_url: str = ""  # SQLite in the folder if empty


@dataclass
class Cluster:
    """Processes by name: `redis`, `sandbox`, `web-1`, `hook-1`, `worker-1`, `worker-mail`, `timers`."""

    folder: Path
    settings: Settings
    environment: dict[str, str]
    urls: list[str] = field(default_factory=list[str])  # of the web processes
    webhooks_url: str = ""  # of their own process
    sandbox_url: str = ""  # the sandbox itself, past whatever stands between it and the app
    _parts: dict[str, Part] = field(default_factory=dict[str, Part])
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, "subprocess.Popen[bytes]"])

    def names(self, *kinds: str) -> list[str]:
        """The processes of these kinds, running or not."""
        return [name for name in self._parts if name.startswith(kinds)]

    def add(self, part: Part, name: str = "") -> None:
        """Another process, not started yet."""
        self._parts[name or part.name] = part

    def start(self, name: str) -> None:
        """Start a process that does not run."""
        part = self._parts[name]
        (self.folder / "log").mkdir(exist_ok=True)
        with (self.folder / "log" / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                list(part.command),
                cwd=PROJECT,
                env={**self.environment, **part.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # what it starts is ended with it
            )

    def wait_ready(self, name: str) -> None:
        """Wait until a process works."""
        part = self._parts[name]
        if part.ready is None:
            wait_for(lambda: READY_MARK in self.log(name), START_SECONDS, f"{name}: {self.log(name)[-500:]}")
        else:
            ready = part.ready
            with ThreadPoolExecutor(1) as apart:  # a test with a browser has an event loop in its own thread
                wait_for(lambda: apart.submit(asyncio.run, _asked(ready)).result(), START_SECONDS, name)

    def log(self, name: str) -> str:
        """What a process has printed, in all of its lives."""
        file = self.folder / "log" / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def is_running(self, name: str) -> bool:
        """Whether a process lives."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def send(self, name: str, number: signal.Signals) -> None:
        """A signal to a process and to all that it started."""
        process = self._running[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)

    def limit_files(self, name: str, size: int) -> None:
        """No file that a process writes may be longer, from now on, for it and all that it started."""
        process = self._running[name]
        for one in _group(process.pid):
            with suppress(ProcessLookupError):
                _, hard = resource.prlimit(one, resource.RLIMIT_FSIZE)
                resource.prlimit(one, resource.RLIMIT_FSIZE, (size, hard))

    def kill(self, name: str) -> None:
        """`kill -9`; returns when it is gone."""
        self.send(name, signal.SIGKILL)
        self._running[name].wait()

    def end(self) -> None:
        """Kill all that is left, in reverse."""
        for name in reversed(list(self._running)):
            self.kill(name)


@contextmanager
def cluster(
    folder: Path, size: Size = Size(), *, app_sees_sandbox_at: int = 0, **environment: str
) -> Iterator[Cluster]:
    """A running cluster. `app_sees_sandbox_at` is the port of something that passes the app's requests on."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        build = held.enter_context(held_build())
        assert build is not None, "the pages are not built: bookipi build"
        made = _made(folder, size, build, app_sees_sandbox_at, environment)
        held.callback(made.end)
        _prepare_database(made)
        for name in ("redis", "sandbox"):
            made.start(name)
        for name in ("redis", "sandbox"):
            made.wait_ready(name)
        later = made.names("web", "hook", "worker", "timers")
        for name in later:
            made.start(name)
        for name in later:
            made.wait_ready(name)
        yield made


def _made(folder: Path, size: Size, build: Path, seen_at: int, environment: dict[str, str]) -> Cluster:
    redis_port, sandbox_port, *ports = free_ports(2 + size.webs + size.webhooks)
    ports, hooks = ports[: size.webs], ports[size.webs :]
    seen = seen_at or sandbox_port
    redis = f"redis://:{secrets.token_urlsafe(12)}@127.0.0.1:{redis_port}"
    chosen = {
        "PORT": str(ports[0]),
        "SANDBOX_PORT": str(seen),
        "PUBLIC_URL": f"http://localhost:{ports[0]}",
        "REDIS_URL": f"{redis}/0",
        "BOOKIPI_SECRET_KEY": secrets.token_urlsafe(32),
        "BOOKIPI_ENV": "development",
        "WORKERS": str(size.workers),
        "PYTHONUNBUFFERED": "1",
        **({"DATABASE_URL": size.database_url} if size.database_url else {}),
        **({"REFLEX_REDIS_URL": f"{redis}/1"} if size.webs > 1 else {}),
        **environment,
    }
    given = run_environment(folder, chosen)
    settings = read_settings(given)
    made = Cluster(folder, settings, given, sandbox_url=f"http://127.0.0.1:{sandbox_port}")
    made.add(parts.redis_part(settings))
    made.add(parts.sandbox_part(replace(settings, sandbox_port=sandbox_port), hooks[0] if hooks else 0))
    for number, port in enumerate(ports, start=1):
        web = parts.web_part(replace(settings, port=port), build)
        made.add(_by_itself(web, {"PORT": str(port)}, "web"), f"web-{number}")
        made.urls.append(f"http://localhost:{port}")
    for number, port in enumerate(hooks, start=1):
        hook = parts.webhooks_part(replace(settings, port=port))
        made.add(_by_itself(hook, {}, "webhooks", "--port", str(port)), f"hook-{number}")
        made.webhooks_url = f"http://127.0.0.1:{port}"
    for part in parts.worker_parts(settings):
        made.add(part, part.name.replace("worker-sync", "worker"))
    made.add(parts.timers_part())
    return made


def _by_itself(part: Part, environment: dict[str, str], *command: str) -> Part:
    """The same process, started by its own command instead of by `bookipi run`."""
    return replace(part, command=[sys.executable, "-m", "bookipi_app.cli", *command], environment=environment)


def _prepare_database(made: Cluster) -> None:
    command: Sequence[str] = [sys.executable, "-m", "bookipi_app.cli", "migrate"]
    done = subprocess.run(command, cwd=PROJECT, env=made.environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _group(leader: int) -> list[int]:
    """The processes of a group, by what the kernel tells of them."""
    found: list[int] = []
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(one.name)) == leader:
                found.append(int(one.name))
    return found


async def _asked(ready: object) -> bool:
    return await ready()  # pyright: ignore[reportGeneralTypeIssues, reportCallIssue]
