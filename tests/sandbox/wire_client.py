"""The tests' client over a real socket: the same core and the same clock, with HTTP in between."""

import asyncio
from dataclasses import dataclass
from threading import Thread
from typing import Self

import httpx

from bookipi_app.sandbox.core import Request, Response
from bookipi_app.sandbox.wire import Connection, listen
from tests.sandbox.client import Books


class Wire:
    """A server on a free port whose answers come from the books that are attached to it."""

    def __init__(self) -> None:
        self.books: Books | None = None
        self._loop = asyncio.new_event_loop()
        self._connections: set[Connection] = set()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        listening = listen(self._answer, 0, self._connections)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for connection in list(self._connections):
            connection.close()
        await self._server.wait_closed()

    async def _answer(self, request: Request) -> Response:
        assert self.books is not None
        return self.books.sandbox.handle(request, self.books.now)


@dataclass
class WiredBooks(Books):
    """Books whose requests go over the socket."""

    wire: Wire | None = None

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Response:
        assert self.wire is not None
        self.wire.books = self
        answer = self.wire.client.request(method, target, headers=headers, content=body)
        return Response(answer.status_code, dict(answer.headers), answer.content)
