"""One process that delivers webhooks as Intuit would, so many a second whatever the answers take.

    python -m tests.bench.knock PORT PATH REALM VERIFIER PREFIX COUNT A_SECOND EVENTS

It prints a JSON list: for each delivery the milliseconds from the moment at which it was meant to leave until its
answer, so that one that had to wait for a connection counts as slow. Anything but a 200 ends it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime

from bookipi_app.quickbooks import webhooks

CONNECTIONS = 16
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def delivery(realm: str, first: str, events: int) -> bytes:
    """So many updates of customers, in Intuit's present format; `first` makes their ids."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return json.dumps(
        [
            {
                "specversion": "1.0", "id": f"{first}-{number}", "source": "intuit.bench",
                "type": "qbo.customer.updated.v1", "time": now, "datacontenttype": "application/json",
                "intuitentityid": str(number + 1), "intuitaccountid": realm, "data": {},
            }
            for number in range(events)
        ]
    ).encode()  # fmt: skip


def request(path: str, body: bytes, verifier: str) -> bytes:
    """The bytes of one delivery."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"intuit-signature: {webhooks.sign(body, verifier)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _delivered(connection: Connection, sent: bytes) -> None:
    reader, writer = connection
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise SystemExit(head.decode())
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or b"0")
    await reader.readexactly(length)


async def _one(free: asyncio.Queue[Connection], sent: bytes, meant: float) -> float:
    connection = await free.get()
    await _delivered(connection, sent)
    free.put_nowait(connection)
    return (time.perf_counter() - meant) * 1000


async def _all(port: int, requests: list[bytes], a_second: float) -> list[float]:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(min(CONNECTIONS, len(requests))):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port, limit=2**24))
    begun = time.perf_counter()
    running: list[asyncio.Task[float]] = []
    for number, sent in enumerate(requests):
        meant = begun + number / a_second
        await asyncio.sleep(max(0.0, meant - time.perf_counter()))
        running.append(asyncio.create_task(_one(free, sent, meant)))
    return [await one for one in running]


def main() -> None:
    """Make all deliveries first, then send them."""
    port, path, realm, verifier, prefix, count, a_second, events = sys.argv[1:]
    requests = [
        request(path, delivery(realm, f"{prefix}-{number}", int(events)), verifier)
        for number in range(int(count))
    ]
    print(json.dumps(asyncio.run(_all(int(port), requests, float(a_second)))))


if __name__ == "__main__":
    main()
