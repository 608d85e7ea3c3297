"""One process of load: the same POST again and again over a few connections, each request with its own id.

    python -m tests.bench.load PORT TARGET SECONDS SEED [AUTHORIZATION] < body

It prints how many answers came; anything but a 200 ends it. Raw sockets, so that the load takes as little of the
machine as it can from the server that is measured.
"""

import socket
import sys
import time

_CONNECTIONS = 4


def _request(target: str, request_id: str, authorization: str, body: bytes) -> bytes:
    lines = [
        f"POST {target}?minorversion=75&requestid={request_id} HTTP/1.1",
        *("Host: 127.0.0.1", "Accept: application/json", "Content-Type: application/json"),
        f"Content-Length: {len(body)}",
    ]
    if authorization:
        lines.append(f"Authorization: {authorization}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _more_from(connection: socket.socket) -> bytes:
    return connection.recv(65536) or sys.exit("the server closed the connection")


def _take_answer(connection: socket.socket) -> None:
    """Reads one whole answer, which must be a success."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more_from(connection)
    head, _, rest = received.partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise SystemExit(received[:2000].decode())
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(rest) < length:
        rest += _more_from(connection)


def main() -> None:
    """Load for a while; every connection always has one request under way."""
    port, target, seconds, seed, *authorization = sys.argv[1:]
    body = sys.stdin.buffer.read()
    connections = [socket.create_connection(("127.0.0.1", int(port))) for _ in range(_CONNECTIONS)]
    answers = sent = 0
    end = time.monotonic() + float(seconds)
    waiting: list[socket.socket] = []
    while time.monotonic() < end or waiting:
        if time.monotonic() < end:
            for connection in connections:
                if connection not in waiting:
                    request_id = f"{seed}-{sent}"
                    connection.sendall(_request(target, request_id, "".join(authorization), body))
                    waiting.append(connection)
                    sent += 1
        _take_answer(waiting.pop(0))
        answers += 1
    print(answers)


if __name__ == "__main__":
    main()
