"""One command that is the whole app: starts its processes in order, watches them, stops them in reverse.

    the folder's lock → ports → secret key
    → Redis │ QuickBooks sandbox │ schema and demo account │ pages      (side by side)
    → workers │ timers │ web                                            (side by side, once all those work)

A process that dies is started again; one that keeps dying ends the whole run with its name and last lines, because half
an app is worse than none.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bookipi_app import parts
from bookipi_app.child import RESTARTS, WATCH_SECONDS, Child, Part, PartFailed
from bookipi_app.frontend import PROJECT, held_build
from bookipi_app.settings import Settings, SettingsError, read_settings

READY = "Bookipi is ready"  # the line a script or a test waits for
DEMO_MARK = "Demo log-in:"  # how `bookipi migrate --seed` names the account it keeps


class CannotRun(Exception):
    """The run cannot start; the message is one sentence with what to do."""


class Run:
    """One run, from its first child to its last."""

    def __init__(self, settings: Settings, environment: dict[str, str], embeds_redis: bool) -> None:
        self._settings = settings
        self._environment = environment
        self._embeds_redis = embeds_redis
        self._children: list[Child] = []
        self._stopping = asyncio.Event()
        self._began = time.monotonic()
        self._demo = ""

    def stop(self) -> None:
        """Ask for the end. Asked again, nobody is waited for any more."""
        if self._stopping.is_set():
            for child in self._children:
                child.kill()
        self._stopping.set()

    async def run(self) -> None:
        """Start everything and stay until asked to stop.

        Raises:
            PartFailed: a process could not be started or kept alive.
        """
        with ExitStack() as held:
            try:
                await self._unless_stopped(self._start_all(held))
                if not self._stopping.is_set():
                    print(self._welcome(), flush=True)
                    await self._unless_stopped(together(*map(self._keep_alive, self._children)))
            finally:
                await self._stop_all()

    async def _unless_stopped(self, work: Coroutine[Any, Any, Any]) -> None:
        working, stopping = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working

    async def _start_all(self, held: ExitStack) -> None:
        answering = [parts.redis_part(self._settings)] if self._embeds_redis else []
        if self._settings.own_sandbox:
            answering.append(parts.sandbox_part(self._settings))
        await together(self._prepare_database(), self._start(answering), self._build(held))
        web = parts.web_part(self._settings, self._pages)
        await self._start([*parts.worker_parts(self._settings), parts.timers_part(), web])

    async def _prepare_database(self) -> None:
        lines = await self._finish(parts.database_part(self._settings))
        self._demo = next((line.removeprefix(DEMO_MARK).strip() for line in lines if DEMO_MARK in line), "")

    async def _build(self, held: ExitStack) -> None:
        """The pages of the present sources; held, so that no other run sweeps them away."""
        build = held.enter_context(held_build())
        if build is None:
            await self._finish(parts.pages_part(), aloud=True)
            build = held.enter_context(held_build())
        if build is None:
            raise PartFailed("The sources of the pages changed while they were built; start again.")
        self._pages = build

    async def _finish(self, part: Part, aloud: bool = False) -> Sequence[str]:
        """Run a part that ends by itself; returns its last lines."""
        child = self._child(part, aloud)
        progress(part.name, "preparing")
        await child.start(self._environment)
        await child.wait_ended()
        await child.clear()
        self._children.remove(child)
        if not child.succeeded:
            raise PartFailed(f"The {part.name} failed; see above." if aloud else child.obituary())
        return tuple(child.last_lines)

    async def _start(self, some: Sequence[Part]) -> None:
        """Start parts together; returns when each of them works."""
        children = [self._child(part) for part in some]
        for child in children:
            progress(child.part.name, "starting")
            await child.start(self._environment)
        await together(*(child.wait_ready() for child in children))
        self._write_state()

    def _child(self, part: Part, aloud: bool = False) -> Child:
        """A new child. In production its lines go to this process' output too, where hosts collect them."""

        def tell(line: str) -> None:
            if line.startswith("{") and not self._settings.development:
                print(line, flush=True)  # a line of its log, which names its part itself
            elif aloud or not self._settings.development:
                progress(part.name, line)

        child = Child(part, PROJECT, self._settings.var / "log", tell)
        self._children.append(child)
        return child

    async def _keep_alive(self, child: Child) -> None:
        while True:
            await child.wait_ended(poll=WATCH_SECONDS)
            await child.clear()
            if child.recent_starts > RESTARTS:
                raise PartFailed(child.obituary())
            progress(child.part.name, f"{child.how_it_ended()}, starting it again")
            await asyncio.sleep(0.1 * 2**child.recent_starts)
            await child.start(self._environment)
            self._write_state()

    async def _stop_all(self) -> None:
        """In reverse: who asks goes before who answers."""
        if self._children:
            print("\nstopping …", flush=True)
        for child in reversed(self._children):
            await child.stop()
        state_file(self._settings.var).unlink(missing_ok=True)

    def _write_state(self) -> None:
        """Where everything is, for tests and the curious. Holds Redis' password: for the owner only."""
        own = self._settings.own_sandbox
        state = {
            "supervisor": os.getpid(),
            "public_url": self._settings.public_url,
            "sandbox_url": f"http://127.0.0.1:{self._settings.sandbox_port}" if own else None,
            "redis_url": self._settings.redis_url,
            "database_url": self._settings.database_url,
            "processes": {child.part.name: child.pid for child in self._children},
        }
        parts.write_private(state_file(self._settings.var), json.dumps(state, indent=1))

    def _welcome(self) -> str:
        lines = [
            f"{READY} after {time.monotonic() - self._began:.1f} s",
            "",
            f"  {self._settings.public_url}",
        ]
        if self._demo:
            lines += [f"  Demo log-in    {self._demo}"]
        if self._settings.own_sandbox:
            lines += [
                f"  QuickBooks     http://localhost:{self._settings.sandbox_port}   (a sandbox, Practice data)",
                "",
                "  Try first: sign in, choose Connect to QuickBooks, create an invoice and watch it become Synced.",
                "  Then change it on the sandbox's page: the change arrives here by itself.",
            ]
        lines += ["", f"  Logs and data are in {self._settings.var}. Ctrl-C stops everything."]
        return "\n" + "\n".join(lines) + "\n"


def run() -> int:
    """`bookipi run`; returns the exit code."""
    try:
        settings = read_settings()
        with only_run(settings):
            require_free_ports(settings)
            embeds_redis = not os.environ.get("REDIS_URL")
            environment = child_environment(settings, embeds_redis)
            asyncio.run(_until_signal(Run(read_settings(environment), environment, embeds_redis)))
    except (CannotRun, PartFailed, SettingsError) as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    print("everything is stopped", flush=True)
    return 0


def progress(name: str, words: str) -> None:
    """One line about one part."""
    print(f"  {name:<14} {words}", flush=True)


def state_file(var: Path) -> Path:
    """Where a run in this folder tells its addresses and processes."""
    return var / "run.json"


async def together(*work: Coroutine[Any, Any, Any]) -> None:
    """Do several things at once; the first failure ends the others and is raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def only_run(settings: Settings) -> Iterator[None]:
    """Hold the folder's lock while the block runs. The kernel releases it however this process ends.

    Raises:
        CannotRun: another run holds it.
    """
    settings.var.mkdir(parents=True, exist_ok=True)
    with (settings.var / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(
                f"Bookipi already runs with the data in {settings.var}: stop that one first, or name another folder and"
                " other ports, for example make run BOOKIPI_VAR=var2 PORT=3100 SANDBOX_PORT=8700."
            ) from None
        yield


def require_free_ports(settings: Settings) -> None:
    """Ask for the ports before anything is started.

    Raises:
        CannotRun: one is taken, or may not be used.
    """
    wanted = [("PORT", settings.host, settings.port)]
    if settings.own_sandbox:
        wanted.append(("SANDBOX_PORT", "127.0.0.1", settings.sandbox_port))
        if settings.port == settings.sandbox_port:
            raise CannotRun(f"PORT and SANDBOX_PORT are both {settings.port}; they have to differ.")
    for name, host, port in wanted:
        _require_free(name, host, port)


def child_environment(settings: Settings, embeds_redis: bool) -> dict[str, str]:
    """What every child is given: this process' environment, completed by what this run provides."""
    environment = dict(os.environ)
    environment["BOOKIPI_VAR"] = str(settings.var)
    environment["BOOKIPI_SECRET_KEY"] = settings.secret_key or _kept_secret(settings)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    environment["PYTHONUNBUFFERED"] = "1"
    environment[parts.METRICS_FOLDER] = str(parts.metrics_folder(settings.var))
    if embeds_redis:
        address = f"redis://:{secrets.token_urlsafe(24)}@127.0.0.1:{parts.free_port()}/0"
        environment["BOOKIPI_EMBEDDED_REDIS_URL"] = address
    return environment


async def _until_signal(run: Run) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, run.stop)
    await run.run()


def _require_free(name: str, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotRun(f"{name} {port} on {host} cannot be used: {error.strerror}.") from None
            raise CannotRun(
                f"Port {port} is taken by another program: stop that one, or choose another port, for example"
                f" make run {name}={port + 1 if port < 65_535 else port - 1}."
            ) from None


def _kept_secret(settings: Settings) -> str:
    """The development key, made once and kept beside the data that it seals.

    Raises:
        CannotRun: this is production, where a key beside the data protects nothing.
    """
    if not settings.development:
        raise CannotRun(
            "BOOKIPI_SECRET_KEY is needed in production: make one with"
            " python3 -c 'import secrets; print(secrets.token_urlsafe(32))' and keep it apart from the data."
        )
    file = settings.var / "secret.key"
    if not file.exists():
        parts.write_private(file, secrets.token_urlsafe(32))
    return file.read_text().strip()
