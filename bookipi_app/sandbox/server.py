"""The shell around the core: HTTP, waiting, webhooks, the state file. It holds no rule of its own."""

import asyncio
import contextlib
import gc
import secrets
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bookipi_app.sandbox.core import Delivery, Request, Response, Sandbox
from bookipi_app.sandbox.presets import DEFAULT_PRESETS
from bookipi_app.sandbox.statefile import StateFile
from bookipi_app.sandbox.troubles import Trouble
from bookipi_app.sandbox.wire import Connection, listen

_WEBHOOK_TIMEOUT = 3.0


@dataclass(frozen=True, slots=True)
class Config:
    """What a sandbox server is started with."""

    port: int = 8600
    state_file: Path | None = None
    companies: tuple[str, ...] = DEFAULT_PRESETS
    client_id: str = ""
    client_secret: str = ""
    redirect_uris: tuple[str, ...] = ()
    webhook_url: str = ""
    verifier_token: str = ""
    webhook_delay: float = 5.0
    disconnect_url: str = ""


class Shell:
    """One running sandbox: the core, its clock, its file and its webhook sender."""

    def __init__(self, config: Config) -> None:
        self._state = StateFile(config.state_file) if config.state_file else None
        if self._state is not None:
            self._state.reserve()
        self.sandbox = open_sandbox(config, self._state)
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def handle(self, request: Request) -> Response | Awaitable[Response]:
        """Answers one HTTP request, at once unless a fault delays it."""
        trouble = self.sandbox.admit(request)
        if trouble is not None and trouble.kind == "delay" and trouble.when == "before":
            return self._answer_later(request, trouble)
        response = self._answer(request, trouble)
        return _sent_later(response) if response.delay else response

    def _answer(self, request: Request, trouble: Trouble | None) -> Response:
        response = self.sandbox.answer(request, datetime.now(UTC), trouble)
        if self._state is not None:
            self._state.append(self.sandbox)
        if self.sandbox.has_webhooks:
            self._wake.set()
        return response

    async def _answer_later(self, request: Request, trouble: Trouble) -> Response:
        await asyncio.sleep(trouble.seconds)
        return self._answer(request, trouble)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Sends webhooks and keeps the state file while the server runs."""
        if self._state is not None:
            self._state.open(self.sandbox)
        async with httpx.AsyncClient(timeout=_WEBHOOK_TIMEOUT, trust_env=False) as client:
            sender = asyncio.create_task(self._send_webhooks(client))
            try:
                yield
            finally:
                for task in (sender, *self._sending):
                    task.cancel()
                await asyncio.gather(sender, *self._sending, return_exceptions=True)
                if self._state is not None:
                    self._state.close(self.sandbox)

    async def _send_webhooks(self, client: httpx.AsyncClient) -> None:
        while True:
            self._wake.clear()
            for delivery in self.sandbox.due_webhooks(datetime.now(UTC)):
                task = asyncio.create_task(self._send(client, delivery))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
            pause = self.sandbox.seconds_to_next_webhook(datetime.now(UTC))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        # The time is for the whole exchange, and nobody reads what the answer says beyond its status.
        try:
            async with (
                asyncio.timeout(_WEBHOOK_TIMEOUT),
                client.stream(
                    "POST", delivery.url, content=delivery.body, headers=delivery.headers
                ) as answer,
            ):
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            status = 0
        self.sandbox.delivered(delivery, status, datetime.now(UTC))
        self._wake.set()


async def _sent_later(response: Response) -> Response:
    await asyncio.sleep(response.delay)
    return response


def open_sandbox(config: Config, state: StateFile | None) -> Sandbox:
    """The core with its companies, from the state file if there is one, and the app registered."""
    known = state is not None and state.exists
    now = datetime.now(UTC)
    sandbox = Sandbox(
        seed=secrets.token_hex(16),
        companies=() if known else config.companies,
        born=now,
        switches={"webhook_delay": config.webhook_delay},
    )
    if state is not None and known:
        state.load(sandbox)
        sandbox.switches.change({"webhook_delay": config.webhook_delay})
        _open_missing(sandbox, config.companies, now)
    if config.client_id:
        sandbox.register_app(
            config.client_id,
            config.client_secret,
            config.redirect_uris,
            config.webhook_url,
            config.verifier_token,
            disconnect_url=config.disconnect_url,
        )
    return sandbox


def _open_missing(sandbox: Sandbox, presets: Sequence[str], now: datetime) -> None:
    held = [company.preset for company in sandbox.world.companies.values()]
    for preset in presets:
        if preset in held:
            held.remove(preset)
        else:
            sandbox.add_company(preset, now)


async def serve_until(config: Config, told: asyncio.Event, ready: Callable[[int, Sandbox], None]) -> None:
    """Serves on loopback until the event is set; `ready` hears the port once requests are taken."""
    shell = Shell(config)
    connections: set[Connection] = set()
    _spare_the_collector()
    async with shell.running():
        server = await listen(shell.handle, config.port, connections)
        ready(server.sockets[0].getsockname()[1], shell.sandbox)
        await told.wait()
        server.close()
        for connection in list(connections):
            connection.close()


def _spare_the_collector() -> None:
    """The books are trees that stay: looking for cycles among them is a third of a request's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


async def serve_until_signal(config: Config, ready: Callable[[int, Sandbox], None]) -> None:
    """Serves until SIGTERM or Ctrl-C."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await serve_until(config, told, ready)
