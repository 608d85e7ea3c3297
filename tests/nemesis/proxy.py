"""Between the app and QuickBooks: a wire that can be cut, slowed, or lose what comes back.

It knows of HTTP no more than where an answer ends. What it does to a request is drawn when its first byte comes.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from contextlib import suppress
from random import Random

KINDS = ("cut before", "answer lost", "answer cut short", "slow", "drip")
CHUNK = 65_536
SLOW_SECONDS, DRIP_BYTES = 1.5, 40


class Proxy:
    """A proxy in a thread of its own. `rate` is the share of requests that meet trouble, from 0 to 1."""

    def __init__(self, target_port: int, seed: int) -> None:
        self.rate = 0.0
        self.is_dark = False  # nothing passes, and nothing answers
        self.struck: Counter[str] = Counter()
        self.port = 0
        self.target_port = target_port
        self._chance = Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="proxy", daemon=True)
        self._listening = threading.Event()

    def start(self) -> None:
        """Listen on a free port of loopback."""
        self._thread.start()
        self._listening.wait()

    def stop(self) -> None:
        """End it with all that passes through."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._carry(reader, writer)
        writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target_port)
        try:
            while asked := await reader.read(CHUNK):
                if self.is_dark:
                    self.struck["dark"] += 1
                    return
                kind = self._draw()
                if kind == "cut before":
                    return
                back.write(asked)
                if not await self._answer(there, reader, back, writer, kind):
                    return
        finally:
            back.close()

    def _draw(self) -> str:
        if self._chance.random() >= self.rate:
            return ""
        kind = self._chance.choice(KINDS)
        self.struck[kind] += 1
        return kind

    async def _answer(
        self,
        there: asyncio.StreamReader,
        reader: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
        kind: str,
    ) -> bool:
        """Pass one answer on, however long it is; False if the connection is to end."""
        answer = await self._whole(there, reader, back)
        if kind == "answer lost" or not answer:
            return False
        if kind == "answer cut short":
            writer.write(answer[: len(answer) // 2])
            await writer.drain()
            return False
        if kind == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        if kind == "drip":
            for start in range(0, min(len(answer), 20 * DRIP_BYTES), DRIP_BYTES):
                writer.write(answer[start : start + DRIP_BYTES])
                await writer.drain()
                await asyncio.sleep(0.02)
            answer = answer[20 * DRIP_BYTES :]
        writer.write(answer)
        await writer.drain()
        return True

    async def _whole(
        self, there: asyncio.StreamReader, reader: asyncio.StreamReader, back: asyncio.StreamWriter
    ) -> bytes:
        """An answer of HTTP/1.1, by its own length. The rest of a long request is passed on meanwhile."""
        passing = asyncio.create_task(self._pass(reader, back))
        try:
            head = await there.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                0,
            )
            return head + await there.readexactly(length)
        except asyncio.IncompleteReadError:
            return b""
        finally:
            passing.cancel()
            with suppress(asyncio.CancelledError):
                await passing

    async def _pass(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        while more := await reader.read(CHUNK):
            back.write(more)
