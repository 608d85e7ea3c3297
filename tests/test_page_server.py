"""The web process' server holds its limits: patience, sizes, whose word is taken for an address."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bookipi_app import page_server

Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]
HOST = b"Host: books.example\r\n"
UPGRADE = (
    b"GET /_event HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
    b"Sec-WebSocket-Key: " + base64.b64encode(b"0123456789abcdef") + b"\r\n\r\n"
)
MASK = b"\0\0\0\0"  # leaves what it masks as it is
TEXT, CLOSE = b"\x81", b"\x88"
TOO_BIG = (1009).to_bytes(2, "big")


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Says who asked; repeats what a socket says."""
    if scope["type"] == "http":
        body = f"{scope['client'][0]} {scope['scheme']}".encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (heard := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": heard["text"]})


def test_who_does_not_say_what_for_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_server, "HEADERS_WITHIN", 0.01)
    assert served(_sends(b"")) == b""
    assert served(_sends(b"GET / HTTP/1.1\r\n" + HOST)) == b""


def test_who_asked_is_answered_for_longer_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_server, "HEADERS_WITHIN", 0.01)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.02)
        writer.write(TEXT + b"\x82" + MASK + b"hi")
        return await reader.readexactly(4)

    assert served(client) == TEXT + b"\x02hi"


def test_the_word_of_a_forwarder_is_left_to_the_app_and_the_server_says_no_name() -> None:
    forwarded = b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    answer = served(_sends(b"GET / HTTP/1.1\r\n" + HOST + forwarded))
    assert answer.endswith(b"127.0.0.1 http\r\n0\r\n\r\n")
    assert b"\r\nserver:" not in answer.lower()


def test_an_address_may_be_long_but_not_without_end() -> None:
    begun = b"GET /?search="
    rest = b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert served(_sends(begun + b"x" * 120_000 + rest)).split()[1] == b"200"
    endless = begun.ljust(page_server.LONGEST_HEADERS + 1, b"x")
    assert served(_sends(endless)).split()[1] == b"400"


def test_a_socket_is_not_compressed() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(UPGRADE)
        return await reader.readuntil(b"\r\n\r\n")

    answer = served(client)
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"sec-websocket-extensions" not in answer.lower()


def test_a_message_above_the_limit_ends_its_socket_before_it_is_whole() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        announced = TEXT + b"\xff" + (10**9).to_bytes(8, "big") + MASK
        writer.write(announced + b"x" * 1_000_001)
        return await reader.readexactly(4)

    answer = served(client)
    assert answer[:1] == CLOSE
    assert answer[2:] == TOO_BIG


def served(client: Client) -> bytes:
    """What a client hears from a server of its own."""

    async def both() -> bytes:
        server = page_server.uvicorn.Server(page_server.configuration("127.0.0.1", 0, lambda: echo))
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await asyncio.wait_for(client(reader, writer), 30)
        finally:
            writer.close()
            server.should_exit = True
            await running

    return asyncio.run(both())


def _sends(request: bytes) -> Client:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request)
        return await reader.read()

    return client
